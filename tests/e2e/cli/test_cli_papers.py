"""A paper of a pack is chosen on the command line, for a service and for the person."""

import json

import pypdfium2
import pytest

STREET = "Plantedstreet"
TO = ("--recipient", "Shelter A", "--purpose", "refer")


@pytest.fixture
def planned(cli, code):
    """A case of people who work in Bulgaria, with a plan in it."""
    cli("pack", "use", "bg")
    said = [
        {"field": "plan[+1].plan_end", "value": "2027-02-01"},
        {"field": "safety[+1].own_view", "value": "Afraid of a grey van"},
    ]
    file = cli.file("plan.json", json.dumps({"pack": "base", "answers": said}))
    assert cli("answer", "import", code, file).code == 0
    return cli


def text_of(path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.rule("R26")
def test_a_preview_lists_the_papers_that_fit_and_says_what_is_not_on_the_one_chosen(planned, code):
    usual = planned("referral", "preview", code, *TO).data
    chosen = planned("referral", "preview", code, *TO, "--layout", "bg_plan").data

    assert (usual["layout"], usual["layouts"]) == ("referral", ["referral", "bg_plan"])
    assert chosen["layout"] == "bg_plan"
    assert "not_on_this_paper" in {one["reason"] for one in chosen["withheld"]}
    assert usual["digest"] != chosen["digest"]
    assert planned("referral", "preview", code, *TO, "--layout", "referral").data == usual


def test_a_paper_that_does_not_fit_is_refused_with_the_list(planned, code):
    ended = planned("referral", "preview", code, *TO, "--layout", "gb_nrm")

    assert (ended.code, ended.error) == (2, "usage.bad_value")
    assert "bg_plan" in ended.said["error"]["remedy"]


@pytest.mark.rule("R9")
@pytest.mark.rule("N5")
def test_the_plan_is_written_for_the_person_and_holds_the_plan_alone(planned, code):
    way = ("--to", planned.place / "stick", "--as", "pdf", "--layout", "bg_plan")
    assert planned("case", "copy", code, *way).error == "confirm.copy_safe"

    made = planned("case", "copy", code, *way, typed="SAFE\nPLAINTEXT\n").data

    words = text_of(made["file"])
    assert "Individual plan for support and safety" in words
    assert "Afraid of a grey van" in words
    assert STREET not in words
    assert "Plantedname" not in words  # it is no question of the plan
