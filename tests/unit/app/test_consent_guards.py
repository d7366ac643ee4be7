"""Nobody can keep a withdrawal from working, and no consent says what nobody can judge. R5, R27."""

from dataclasses import replace

import pytest
from tests.fakes.desk import Desk, reasons

from nrm_desktop.app.commands import ConsentRowGiven, RecordConsent, WithdrawConsent
from nrm_desktop.app.notices import FileSeen, issued_under
from nrm_desktop.app.person_files import NO_OTHER_FILES
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

RIGHTS, CORE, SUPPORT = Compartment.RIGHTS, Compartment.CORE, Compartment.SUPPORT


@pytest.fixture
def case(desk):
    scope = desk.open_case()
    desk.write(scope, "screening", {"screening.language": "uk"})
    return scope


@pytest.fixture
def consent(desk, case, shelter):
    return desk.ask(case, shelter, {"needs": "yes"}).made[0].record


def withdraw(desk, case, *consents):
    return desk.do(WithdrawConsent(scope=case, consents=consents))[0]


@pytest.mark.rule("R27")
@pytest.mark.parametrize("entry", [(), ("a",), (1, 2, 3), ((), (), 7, "r", "o"), "words", None])
def test_a_damaged_log_of_a_colleague_keeps_nobody_from_withdrawing(
    desk, case, shelter, consent, entry
):
    row = desk.context.new_record()

    def damage(uow):
        uow.record(case, RIGHTS, OpenRecord(row, "disclosure", None, 9))
        uow.record(case, RIGHTS, ValueOp(OpKind.ENTRY, row, D_FIELDS, answered(entry)))

    desk.run(damage)
    withdraw(desk, case, consent)

    assert reasons(desk.preview(case, shelter))["screening.language"] == "consent_withdrawn"


@pytest.mark.rule("R27")
@pytest.mark.parametrize("hidden", ["closed", "opened as something else"])
def test_a_record_that_somebody_hid_can_be_withdrawn_with_the_others(desk, case, shelter, hidden):
    hid, other = (
        desk.ask(case, shelter, {group: "yes"}).made[0].record for group in ("needs", "identity")
    )

    def hide(uow):
        if hidden == "closed":
            uow.record(case, CORE, Tombstone(hid))
            return
        for number in range(8):
            uow.record(case, SUPPORT, OpenRecord(hid, f"form{number}", None, number))
            uow.flush()

    desk.run(hide)
    withdraw(desk, case, hid, other)

    assert len(desk.answers(case, "consent_register.cr_withdrawn")) == 2


@pytest.mark.rule("S6")
def test_who_received_something_is_named_also_if_the_log_was_opened_as_something_else(
    desk, case, shelter, consent
):
    sent = desk.send(case, shelter)
    [log] = {cell.record for cell in desk.cells(case) if cell.field == D_FIELDS}

    def hide(uow):
        for number in range(8):
            uow.record(case, SUPPORT, OpenRecord(log, f"form{number}", None, number))
            uow.flush()

    desk.run(hide)

    assert desk.run(
        lambda uow: issued_under(
            desk.context, FileSeen(uow.cells(case)), (consent,), NO_OTHER_FILES
        )
    ) == ((shelter, sent.referral),)


def test_a_withdrawal_is_written_once(desk, case, consent):
    withdraw(desk, case, consent)
    withdraw(desk, case, consent, consent)

    assert len(desk.answers(case, "consent_register.cr_withdrawn")) == 1


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    "until",
    ["31.12.2026", "2026-13-01", "2026-02-30", "2026-05", "~2026-05-14", "٢٠٢٧-٠١-٠١", "never", ""],
)
def test_an_end_that_is_no_day_and_no_event_of_the_list_is_not_recorded(desk, case, shelter, until):
    with pytest.raises(Usage) as refused:
        desk.ask(case, shelter, {"needs": "yes"}, until=until)

    assert refused.value.params["what"] == "until"
    assert desk.cells(case, "consent_register") == ()


@pytest.mark.rule("R35")
@pytest.mark.parametrize("recipient", ["", "Olena's cousin", "ab" * 16])
def test_a_recipient_that_is_no_entry_of_the_directory_gets_into_no_register(desk, case, recipient):
    """The register lies in `core`: a name of a person would be read by every role of the case."""
    given = ConsentRowGiven("refer", recipient, (("needs", "yes"),), "no_end")

    with pytest.raises(Usage) as refused:
        desk.do(RecordConsent(scope=case, rows=(given,)))

    assert refused.value.params["what"] == "recipient"
    assert desk.cells(case, "consent_register") == ()


@pytest.mark.parametrize("hold", ["", "perhaps"])
def test_a_hold_that_is_none_of_the_list_is_not_recorded(desk, case, shelter, hold):
    with pytest.raises(Usage):
        desk.ask(case, shelter, {"needs": "yes"}, hold=hold)


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("asked", "hold"),
    [
        (("consent.alone", False), "not_alone"),
        (("consent.capacity_doubt", True), "capacity"),
        (("consent.alone", True), "none"),
        (("consent.capacity_doubt", False), "none"),
    ],
)
def test_how_it_was_asked_holds_the_rows_whatever_the_caller_says(desk, case, shelter, asked, hold):
    name, value = asked
    desk.ask(case, shelter, {"needs": "yes"}, asked=((FieldId(name), answered(value)),))

    assert desk.answers(case, "consent_register.cr_hold") == [hold]


def test_a_hold_that_the_caller_names_is_never_lost(desk, case, shelter):
    alone = ((FieldId("consent.alone"), answered(value=True)),)
    desk.ask(case, shelter, {"needs": "yes"}, asked=alone, hold="capacity")

    assert desk.answers(case, "consent_register.cr_hold") == ["capacity"]


def test_whoever_may_only_read_core_withdraws_nothing(desk, case, consent):
    it = Desk("T-01", roles=("it",), vault=desk.vault)

    with pytest.raises(Refused):
        withdraw(it, case, consent)


@pytest.mark.rule("R25")
def test_a_row_of_this_question_alone_is_replaced(desk, case, shelter):
    first = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    other = desk.ask(case, desk.add_service("legal"), {"needs": "yes"}).made[0]
    again = desk.ask(case, shelter, {"needs": "yes"}).made[0]

    assert (other.replaces, again.replaces) == ((), (first.record,))
    assert replace(again, replaces=()).group == "needs"
