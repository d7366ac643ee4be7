"""The person asks what is written: a copy in plain words, with nothing in it about anybody else."""

import subprocess
from pathlib import Path

import pytest
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
BOTH = frozenset({"SAFE", "PLAINTEXT"})


def copy_of_the_file(worker, case, folder, said=BOTH, purpose=OWN_COPY, language="en"):
    folder.mkdir(exist_ok=True)
    wish = ReferralWish(case, THE_PERSON, purpose, OWN_REQUEST)
    issue = IssueReferral(
        wish=wish, way="pdf", folder=str(folder), language=language, confirmations=said
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
