"""Consent: R5 (for one recipient, purpose, group), R27, R31, S6, S9."""

import pytest
from tests.fakes.desk import Desk, reasons

from nrm_desktop.app.commands import (
    ConsentRowGiven,
    RecordConsent,
    SaveAnswers,
    WithdrawConsent,
)
from nrm_desktop.domain.case import SUPPORT
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered


@pytest.fixture
def case(desk):
    scope = desk.open_case()
    desk.write(scope, "screening", {"screening.language": "uk"})
    return scope


@pytest.mark.rule("R5")
def test_each_group_is_a_record_of_its_own_and_partly_is_never_stored(desk, case, shelter):
    made = desk.ask(case, shelter, {"needs": "yes", "identity": "no"}).made

    assert [one.group for one in made] == ["needs", "identity"]
    assert sorted(desk.answers(case, "consent_register.cr_answer")) == ["no", "yes"]
    assert desk.answers(case, "consent_register.cr_until") == ["no_end", "no_end"]


@pytest.mark.rule("R5")
def test_a_yes_for_one_recipient_is_none_for_another(desk, case, shelter):
    other = desk.add_service("shelter", "Another")
    desk.ask(case, shelter, {"needs": "yes"})

    assert "screening.language" not in reasons(desk.preview(case, shelter))
    assert reasons(desk.preview(case, other))["screening.language"] == "no_consent"


@pytest.mark.rule("R35")
def test_the_register_lies_in_core_and_the_words_in_rights(desk, case, shelter):
    desk.ask(case, shelter, {"needs": "yes"}, excluded_words="not the name of my sister")

    register = desk.cells(case, "consent_register")
    assert {cell.compartment for cell in register} == {int(Compartment.CORE)}
    assert "sister" not in repr(register)
    words = [cell for cell in desk.cells(case) if cell.field == "consent.excluded"]
    assert {cell.compartment for cell in words} == {int(Compartment.RIGHTS)}
    # Facts that are still words hold the yes until somebody has marked them.
    assert reasons(desk.preview(case, shelter))["screening.language"] == "no_consent"


@pytest.mark.rule("R31")
def test_a_later_answer_replaces_the_earlier_one_by_name(desk, case, shelter):
    first = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    second = desk.ask(case, shelter, {"needs": "no"}).made[0]

    assert second.replaces == (first.record,)
    assert reasons(desk.preview(case, shelter))["screening.language"] == "declined"


@pytest.mark.rule("R27")
@pytest.mark.rule("S6")
def test_withdrawing_works_at_once_and_names_who_has_received_something(desk, case, shelter):
    made = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    sent = desk.send(case, shelter)

    told = desk.do(WithdrawConsent(scope=case, consents=(made.record,)))[0]

    assert told.to_tell == ((shelter, sent.referral),)
    assert reasons(desk.preview(case, shelter))["screening.language"] == "consent_withdrawn"
    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)
    assert refused.value.code == "consent.withdrawn"


@pytest.mark.rule("R4")
def test_withdrawing_changes_no_help(desk, case, shelter):
    made = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    before = desk.answers(case, SUPPORT)

    desk.do(WithdrawConsent(scope=case, consents=(made.record,)))

    assert desk.answers(case, SUPPORT) == before


@pytest.mark.rule("S9")
def test_a_withdrawal_wins_over_a_renewal_that_did_not_know_it(desk, case, shelter):
    first = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    desk.ask(case, shelter, {"needs": "yes"})  # renews the first, not knowing what follows

    desk.do(WithdrawConsent(scope=case, consents=(first.record,)))

    assert reasons(desk.preview(case, shelter))["screening.language"] == "consent_withdrawn"


def test_a_yes_after_a_known_withdrawal_counts(desk, case, shelter):
    first = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    desk.do(WithdrawConsent(scope=case, consents=(first.record,)))

    desk.ask(case, shelter, {"needs": "yes"})

    assert "screening.language" not in reasons(desk.preview(case, shelter))


def test_a_consent_ends_on_its_day(desk, case, shelter):
    desk.ask(case, shelter, {"needs": "yes"}, until="2026-11-30")
    assert "screening.language" not in reasons(desk.preview(case, shelter))

    desk.clock.move(30 * 24 * 3600 * 1000)

    assert reasons(desk.preview(case, shelter))["screening.language"] == "consent_expired"
    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)
    assert refused.value.code == "consent.expired"


def test_proofs_still_to_be_filled_in_are_named(desk, case, shelter):
    given = ConsentRowGiven("refer", shelter, (("needs", "yes"),), "no_end")
    asked = (("consent.explained_by", answered("P-01")),)

    event = desk.do(RecordConsent(scope=case, rows=(given,), asked=asked))[0]

    assert event.missing == ("told", "consent_language", "form")


@pytest.mark.parametrize(
    "given",
    [
        ConsentRowGiven("everything", "r", (("needs", "yes"),), "no_end"),
        ConsentRowGiven("refer", "r", (("all", "yes"),), "no_end"),
        ConsentRowGiven("refer", "r", (("needs", "partly"),), "no_end"),
        ConsentRowGiven("refer", "r", (), "no_end"),
    ],
)
def test_what_cannot_be_asked_is_not_stored(desk, case, given):
    with pytest.raises(Usage):
        desk.do(RecordConsent(scope=case, rows=(given,)))

    assert desk.cells(case, "consent_register") == ()


def test_only_consents_of_this_case_can_be_withdrawn(desk, case, shelter):
    with pytest.raises(Usage):
        desk.do(WithdrawConsent(scope=case, consents=(RecordId(bytes(16)),)))


def test_who_may_not_fill_the_form_records_nothing(desk, case, shelter):
    it = Desk("T-01", roles=("it",), vault=desk.vault)

    with pytest.raises(Refused) as refused:
        it.ask(case, shelter, {"needs": "yes"})

    assert refused.value.code == "policy.role"


def test_a_closed_case_takes_no_consent(desk, case, shelter):
    desk.close_case(case)

    with pytest.raises(Refused) as refused:
        desk.ask(case, shelter, {"needs": "yes"})

    assert refused.value.code == "policy.case_closed"
    with pytest.raises(Refused):
        desk.do(SaveAnswers(scope=case, answers=()))
