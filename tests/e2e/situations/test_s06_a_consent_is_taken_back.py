"""S6: the person takes a consent back. It acts at once, everywhere, and help goes on."""

from dataclasses import replace

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.today import What, gather
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.domain.errors import Refused, Usage

pytestmark = pytest.mark.rule("S6")
TOLD = {
    "screening[+1].danger_now": "yes",
    "screening[+1].still_in": "yes",
    "screening[+1].given_name": "Olena",
}


@pytest.mark.rule("R5")
@pytest.mark.rule("R27")
def test_it_stops_at_once_on_every_laptop_and_names_who_has_received_something(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes", identity="yes")
        sent = ana.passes(case, clinic, tmp_path / "to the clinic")
        ana.notes(case, "support_changed", "2026-11-20", ev_support="assisted")
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        agreed = on_consent(cleo, case, clinic)
        assert "screening.given_name" in agreed

        back = boris.takes_back(case, (row.record for row in asked.made))

        assert back.to_tell == ((clinic, sent.referral),)
        with pytest.raises(Refused, match=r"consent\.withdrawn"):
            boris.passes(case, clinic, tmp_path / "again")
        everybody_meets(tmp_path / "stick", boris, ana, cleo)
        for worker in (ana, cleo):
            found = worker.would_pass(case, clinic).disclosure
            assert not found.rests_on_permission
            reasons = {kept.item.field: kept.reason for kept in found.withheld}
            assert {reasons[name] for name in agreed} == {"consent_withdrawn"}
        with pytest.raises(Refused, match=r"consent\.withdrawn"):
            ana.passes(case, clinic, tmp_path / "again")
        assert list((tmp_path / "again").iterdir()) == []


def on_consent(worker, case, recipient) -> set:
    found = worker.would_pass(case, recipient).disclosure.included
    return {given.item.field for given in found if given.rule.startswith("consent:")}


@pytest.mark.rule("R4")
@pytest.mark.rule("R27")
def test_help_goes_on_as_before(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes")
        ana.notes(case, "support_changed", "2026-11-20", ev_support="assisted")
        before = ana.tracks(case)

        ana.takes_back(case, (row.record for row in asked.made))
        everybody_meets(tmp_path / "stick", ana, boris)

        assert ana.tracks(case) == boris.tracks(case) == before
        assert before["support"] == "assisted"
        ana.writes_at(case, {"needs[+1].domain[+1].domain": "legal"})
        boris.notes(case, "contact", "2026-11-25")


@pytest.mark.rule("R25")
def test_a_yes_that_did_not_know_of_it_does_not_bring_it_back(tmp_path):
    """One post hears the person take it back while another writes the old yes down again."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes")
        everybody_meets(tmp_path / "stick", ana, boris)

        ana.takes_back(case, (row.record for row in asked.made))
        boris.asks(case, clinic, needs="yes")
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            assert not worker.would_pass(case, clinic).disclosure.rests_on_permission


def sent(ana, room):
    """A case, a clinic, the yes of the person, and what went to the clinic under it."""
    case = ana.opens_a_case()
    ana.writes_at(case, TOLD)
    clinic = ana.knows_a_service("health", "Harbour Clinic")
    asked = ana.asks(case, clinic, needs="yes", identity="yes")
    return case, clinic, asked, ana.passes(case, clinic, room / "to the clinic")


def sent_and_taken_back(ana, room):
    """The same, and the person has taken the yes back."""
    case, clinic, asked, went = sent(ana, room)
    ana.takes_back(case, (row.record for row in asked.made))
    return case, clinic, went


@pytest.mark.rule("R27")
def test_whom_to_tell_stands_on_every_laptop_until_one_of_them_has_told_it(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case, clinic, went = sent_and_taken_back(ana, tmp_path)
        everybody_meets(tmp_path / "stick", ana, boris)

        for worker in (ana, boris):
            (notice,) = worker.has_to_tell(case)
            assert (notice.passed.recipient, notice.passed.reference) == (clinic, went.referral)
            assert notices_of_today(worker) == 1

        boris.tells(case, notice, "spoken", reply="none_yet")
        boris.tells(case, notice, "letter", reply="keeps_part", words="The law asks for the bill.")
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            assert worker.has_to_tell(case) == []
            assert notices_of_today(worker) == 0
            (told,) = worker.laptop.vault.reader.notices(case, worker.laptop.vault.sight)
            assert {one.way for one in told.tellings} == {"spoken", "letter"}
            assert "The law asks for the bill." in {one.words for one in told.tellings}


@pytest.mark.rule("R27")
def test_who_does_not_see_the_log_is_shown_no_recipient(tmp_path):
    """The shelter takes a consent back; whom to tell is for those who see what left."""
    with workers(tmp_path, 3) as [ana, _, cleo]:
        case, _, _ = sent_and_taken_back(ana, tmp_path)
        everybody_meets(tmp_path / "stick", ana, cleo)

        assert cleo.has_to_tell(case) == []
        assert notices_of_today(cleo) == 0


@pytest.mark.rule("R35")
def test_who_does_not_see_the_log_takes_back_and_is_told_of_nobody(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case, _, asked, went = sent(ana, tmp_path)
        everybody_meets(tmp_path / "stick", ana, boris, cleo)

        assert cleo.takes_back(case, (row.record for row in asked.made)).to_tell == ()

        everybody_meets(tmp_path / "stick", cleo, ana, boris)
        assert [one.passed.reference for one in boris.has_to_tell(case)] == [went.referral]


@pytest.mark.rule("R27")
def test_what_is_sent_while_another_laptop_hears_the_withdrawal_is_told_as_well(tmp_path):
    """Nobody who took it back knew of this file: whom to tell follows from what stands."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes", identity="yes")
        everybody_meets(tmp_path / "stick", ana, boris)

        back = ana.takes_back(case, (row.record for row in asked.made))
        went = boris.passes(case, clinic, tmp_path / "to the clinic")
        everybody_meets(tmp_path / "stick", ana, boris)

        assert back.to_tell == ()
        for worker in (ana, boris):
            assert [one.passed.reference for one in worker.has_to_tell(case)] == [went.referral]


@pytest.mark.rule("R27")
def test_a_later_no_is_told_like_a_withdrawal(tmp_path):
    with workers(tmp_path) as [ana]:
        case, clinic, _, went = sent(ana, tmp_path)
        assert ana.has_to_tell(case) == []

        ana.asks(case, clinic, identity="no")

        assert [one.passed.reference for one in ana.has_to_tell(case)] == [went.referral]


@pytest.mark.rule("R27")
def test_not_telling_and_what_stays_there_need_words(tmp_path):
    with workers(tmp_path) as [ana]:
        case, _, went = sent_and_taken_back(ana, tmp_path)
        (notice,) = ana.has_to_tell(case)

        for way, reply in (
            ("not_safe", "none_yet"),
            ("letter", "keeps_part"),
            ("letter", "refuses"),
        ):
            with pytest.raises(Refused, match=r"policy\.notice_words"):
                ana.tells(case, notice, way, reply=reply, words="  ")
        with pytest.raises(Usage, match=r"usage\.bad_value"):
            ana.tells(case, notice, "pigeon")
        assert len(ana.has_to_tell(case)) == 1

        ana.tells(case, notice, "not_safe", words="The one who threatens works there.")
        assert ana.has_to_tell(case) == []
        with pytest.raises(Usage, match=r"usage\.not_found"):
            ana.tells(case, replace(notice, passed=replace(notice.passed, reference="r-other")))
        assert went.referral


@pytest.mark.rule("R5")
def test_what_taking_back_does_is_told_before_it_is_done(tmp_path):
    with workers(tmp_path) as [ana]:
        case, _, asked, went = sent(ana, tmp_path)
        identity = next(row.record for row in asked.made if row.group == "identity")
        vault = ana.laptop.vault

        told = vault.reader.effects(case, vault.sight, (identity,))

        assert told.held == 1
        assert [one.reference for one in told.received] == [went.referral]
        assert told.prepared == 0
        assert told.likenesses == 0
        assert ana.has_to_tell(case) == []


def notices_of_today(worker) -> int:
    vault = worker.laptop.vault
    found = gather(readings(vault, vault.sight, 7)).waiting()
    return sum(one.count for one in found if one.what is What.NOTICE)
