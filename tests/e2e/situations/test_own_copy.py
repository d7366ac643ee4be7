"""The person asks what is written: a copy in plain words, with nothing in it about anybody else."""

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.e2e.situations.people import workers

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.errors import Refused, Usage

OWN = {
    "screening[+1].given_name": "Olena",
    "screening[+1].danger_now": "yes",
    "screening[+1].still_in": "yes",
    "screening[+1].contact_value": "",
}
SCHEMA = Path(__file__).parents[3] / "docs/schemas/own-copy.schema.json"
BOTH = frozenset({"SAFE", "PLAINTEXT"})


def copy_of_the_file(worker, case, folder, said=BOTH, purpose=OWN_COPY, language="en", way="pdf"):
    folder.mkdir(exist_ok=True)
    wish = ReferralWish(case, THE_PERSON, purpose, OWN_REQUEST)
    issue = IssueReferral(
        wish=wish, way=way, folder=str(folder), language=language, confirmations=said
    )
    return worker.laptop.vault.handle(issue)[0]


def text_of(path, tool) -> str:
    done = subprocess.run(
        [tool("pdftotext"), "-layout", path, "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def a_file(ana):
    case = ana.opens_a_case()
    ana.writes_at(case, {name: value for name, value in OWN.items() if value})
    ana.writes_at(case, {"needs[+1].domain[+1].domain": "legal"})
    ana.notes(case, "contact", "2026-11-20", ev_words="Met at the clinic")
    return case


@pytest.mark.rule("R9")
@pytest.mark.rule("R26")
def test_the_copy_holds_what_is_kept_of_the_person_and_leaves_a_row_in_the_log(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        made = copy_of_the_file(ana, case, tmp_path / "out")

        text = text_of(made.path, tool)
        assert "What is written about you" in text
        for told in ("Olena", "Still in the situation", "Legal matters", "Met at the clinic"):
            assert text.count(told) == 1
        assert "This copy is yours" in text
        assert ana.sees(case).row.code not in Path(made.path).name
        assert ana.finds(case, "disclosure.d_to") == [(THE_PERSON, OWN_COPY)]
        assert not [one for one in ana.sees(case).records if one.form == "referral"]


@pytest.mark.rule("N5")
def test_nothing_about_others_and_no_sealed_place_is_in_it(tmp_path, tool):
    """What third parties said, who exploited, and where somebody is hidden stay here."""
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        ana.writes_at(
            case,
            {
                "screening[+1].exploiters[+1].exploiter_description": "Qvxzboss",
                "screening[+1].safe_contact[+1].contact_value": "12 Qvxzlane",
            },
        )
        answer_of_a_third_party(ana, case)
        made = copy_of_the_file(ana, case, tmp_path / "out")

        found = ana.would_pass(case, THE_PERSON, OWN_COPY, ground=OWN_REQUEST).disclosure
        reasons = {kept.item.field: kept.reason for kept in found.withheld}
        assert reasons["screening.salutation"] == "third_party"
        assert "location_sealed" in reasons.values()
        text = text_of(made.path, tool)
        assert "Qvxz" not in text
        assert "It concerns other people." in text


def answer_of_a_third_party(ana, case) -> None:
    vault = ana.laptop.vault
    answering = Answering(vault.context, case, vault.reader.case(case, vault.sight))
    answering.add(Wanted("screening[+1].salutation", "Qvxzms", "", "third_party"))
    vault.handle(answering.command())


@pytest.mark.rule("R9")
@pytest.mark.parametrize("said", [frozenset(), frozenset({"SAFE"}), frozenset({"PLAINTEXT"})])
def test_nobody_hands_out_a_copy_before_it_is_said_to_be_safe_to_hold(tmp_path, said):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        with pytest.raises(Refused, match=r"confirm\."):
            copy_of_the_file(ana, case, tmp_path / "out", said)
        assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.rule("N4")
def test_what_the_person_may_have_is_no_way_to_anybody_else(tmp_path):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        for purpose in ("refer", "share_police"):
            with pytest.raises((Refused, Usage)):
                copy_of_the_file(ana, case, tmp_path / "out", purpose=purpose)
        police = ana.knows_a_service("police", "Unit Four")
        with pytest.raises(Refused, match=r"policy\.ground"):
            ana.would_pass(case, police, OWN_COPY, ground=OWN_REQUEST)


def test_parts_that_somebody_else_keeps_are_named_so_that_they_can_be_asked_for(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        made = copy_of_the_file(ana, a_file(ana), tmp_path / "out")
        text = text_of(made.path, tool)
        assert text.count("Somebody else here keeps this part") >= 1


@pytest.mark.rule("R26")
@pytest.mark.rule("N4")
def test_it_says_who_has_received_what_when_and_on_what_ground(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        harbour = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(case, harbour, identity="yes")
        ana.passes(case, harbour, tmp_path / "sent")
        first = text_of(copy_of_the_file(ana, case, tmp_path / "out").path, tool)
        again = text_of(copy_of_the_file(ana, case, tmp_path / "out").path, tool)

        told = first.partition("Who has received something about you")[2]
        assert "Harbour Clinic" in told
        assert "The person agreed" in told
        assert "Given name" in told
        assert "Olena" not in told, "the questions, and no answer a second time"
        assert "A copy, because you asked for it." not in told
        assert "A copy, because you asked for it." in again, "the copy is a row of the list itself"


@pytest.mark.rule("R26")
def test_where_nothing_has_left_the_copy_says_so(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        text = text_of(copy_of_the_file(ana, a_file(ana), tmp_path / "out").path, tool)
        assert "Nobody so far" in text


@pytest.mark.rule("R9")
@pytest.mark.rule("R21")
def test_it_can_be_taken_along_for_programs_under_the_names_of_the_standard(tmp_path):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        ana.writes_at(
            case,
            {
                "screening[+1].exploiters[+1].exploiter_description": "Qvxzboss",
                "screening[+1].gender": "woman",
            },
        )
        harbour = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(case, harbour, identity="yes")
        ana.passes(case, harbour, tmp_path / "sent")
        made = copy_of_the_file(ana, case, tmp_path / "out", way="json")
        data = Path(made.path).read_bytes()
        said = json.loads(data)

        Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(said)
        named = {one["names"][0]: one["value"] for one in said["in_standard"]}
        assert named["prs_FirstName"] == "Olena"
        assert named["prs_Gender"] == ["Feminine"]
        assert b"Qvxz" not in data
        assert [one["to"] for one in said["passed_on"]] == ["Harbour Clinic"]
        assert said["passed_on"][0]["ground"]["code"] == "consent"
        assert ana.finds(case, "disclosure.d_form").count("plain_file") == 2


@pytest.mark.rule("R9")
@pytest.mark.parametrize("said", [frozenset({"SAFE"}), frozenset({"PLAINTEXT"})])
def test_what_anybody_could_read_takes_a_word_of_its_own(tmp_path, said):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        with pytest.raises(Refused, match=r"confirm\."):
            copy_of_the_file(ana, case, tmp_path / "out", said, way="json")
        with pytest.raises(Usage):
            copy_of_the_file(ana, case, tmp_path / "out", way="packet")
