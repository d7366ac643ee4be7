"""The directory: recipients, and what makes a contact card count as verified."""

import pytest
from tests.fakes.desk import ORGANISATION, Desk

from nrm_desktop.app.commands import AddDirectoryEntry, CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.app.handlers.registers import (
    CARD,
    KIND,
    NAME,
    VERIFIED,
    directory_entry,
    entry_of_organisation,
    find_recipients,
    recipient_named,
    recipient_or_new,
)
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, answered


def test_a_recipient_is_found_by_id_and_by_exact_name(desk):
    entry = desk.add_service("legal", "Lawyers of the Harbour")

    def look(uow):
        names = ("lawyers  of the harbour", entry, "Lawyers")
        return [next(iter(find_recipients(uow, desk.context, name)), None) for name in names]

    assert desk.run(look) == [entry, entry, None]


def test_an_unknown_recipient_becomes_an_unverified_entry_first(desk):
    made = desk.run(lambda uow: recipient_or_new(uow, desk.context, "A clinic"))

    assert made == desk.run(lambda uow: recipient_named(uow, desk.context, "a clinic"))
    assert desk.answers(ORGANISATION, "directory.kind") == ["other"]
    assert not desk.run(lambda uow: directory_entry(uow, desk.context, made).is_verified)
    with pytest.raises(Usage):
        desk.run(lambda uow: recipient_named(uow, desk.context, "Another clinic"))


def test_no_button_verifies_a_card_that_nobody_compared(desk):
    entry = desk.add_service("legal")
    record = RecordId(bytes.fromhex(entry))

    def keep_card(uow):
        saving = Saving(uow, desk.context, ORGANISATION)
        saving.set(record, CARD, answered(b"card"))
        saving.finish()

    desk.run(keep_card)
    desk.do(AddDirectoryEntry(kind="legal", name="New name", is_verified=True, entry=record))

    assert not desk.run(lambda uow: directory_entry(uow, desk.context, entry).is_verified)
    assert desk.answers(ORGANISATION, "directory.name") == ["New name"]
    # A damaged card is nobody's; it stops no search for others.
    assert desk.run(lambda uow: entry_of_organisation(uow, desk.context, bytes(16))) is None


@pytest.mark.rule("R25")
def test_one_doubt_among_two_answers_is_enough_to_ask_again(desk):
    entry = desk.add_service("legal", is_verified=True)
    record = RecordId(bytes.fromhex(entry))
    before = set(desk.vault.state.commits)
    desk.do(AddDirectoryEntry(kind="legal", name="", is_verified=False, entry=record))
    doubt = {n: desk.vault.state.commits.pop(n) for n in set(desk.vault.state.commits) - before}
    other = Desk("P-02", vault=desk.vault)
    other.do(AddDirectoryEntry(kind="legal", name="", is_verified=False, entry=record))
    other.do(AddDirectoryEntry(kind="legal", name="", is_verified=True, entry=record))
    desk.vault.state.commits.update(doubt)

    assert sorted(desk.answers(ORGANISATION, VERIFIED)) == [False, True]
    assert not desk.run(lambda uow: directory_entry(uow, desk.context, entry).is_verified)


def put(desk, record, field, *values, compartment=Compartment.ORG_DIRECTORY):
    """Write values side by side, as devices do that do not know of each other."""
    for value in values:
        op = ValueOp(OpKind.SET, record, field, answered(value))
        desk.run(lambda uow, op=op: uow.record(ORGANISATION, compartment, op))


def entry_of(desk, entry):
    return desk.run(lambda uow: directory_entry(uow, desk.context, entry))


@pytest.mark.rule("R25")
def test_of_two_cards_of_one_entry_none_is_used_and_none_is_verified(desk):
    """One device compared a card while another one took in a card that nobody compared."""
    entry = desk.add_service("legal", is_verified=True)
    put(desk, RecordId(bytes.fromhex(entry)), CARD, b"compared", b"of somebody else")

    assert entry_of(desk, entry).card is None
    assert not entry_of(desk, entry).is_verified


@pytest.mark.rule("N4")
def test_a_recipient_of_two_kinds_gets_no_more_than_both_may_have(desk):
    entry = desk.add_service("health")
    roles = desk.context.forms.roles
    assert entry_of(desk, entry).ceiling(roles) == roles.ceiling("health")

    put(desk, RecordId(bytes.fromhex(entry)), KIND, "shelter")
    both = entry_of(desk, entry).ceiling(roles)

    for place in Compartment:
        shared = roles.ceiling("health").get(place, frozenset()) & roles.ceiling("shelter").get(
            place, frozenset()
        )
        assert both.get(place, frozenset()) == shared


@pytest.mark.rule("N4")
@pytest.mark.parametrize(
    ("field", "value"), [(KIND, "health"), (VERIFIED, True), (CARD, b"card"), (NAME, "Other")]
)
def test_what_lies_outside_the_directory_says_nothing_about_a_recipient(desk, field, value):
    """Some roles write in other registers of the organisation and only read the directory."""
    entry = desk.add_service("police", "Police")
    before = entry_of(desk, entry)

    put(
        desk,
        RecordId(bytes.fromhex(entry)),
        field,
        value,
        compartment=Compartment.ORG_REGISTERS,
    )

    assert entry_of(desk, entry) == before


def test_of_two_entries_of_one_name_none_is_guessed(desk):
    entries = {desk.add_service("legal", "Harbour"), desk.add_service("shelter", "harbour")}

    for ask in (recipient_named, recipient_or_new):
        with pytest.raises(Usage) as refused:
            desk.run(lambda uow, ask=ask: ask(uow, desk.context, "Harbour"))
        assert set(refused.value.params["items"]) == entries


def test_who_may_not_write_the_directory_adds_nothing(desk):
    health = Desk("H-01", roles=("health",), vault=desk.vault)

    with pytest.raises(Refused):
        health.add_service("legal")

    assert desk.answers(ORGANISATION, "directory.name") == []


def entry(desk, form, **values):
    return desk.write(
        desk.context.organisation, form, {f"{form}.{name}": it for name, it in values.items()}
    )


@pytest.mark.rule("R40")
def test_who_fills_a_register_of_the_organisation_writes_into_it(desk):
    entry(desk, "interpreters", in_check=True)

    (cell,) = desk.cells(desk.context.organisation, "interpreters")
    assert (cell.field, cell.compartment) == ("interpreters.in_check", Compartment.ORG_REGISTERS)


@pytest.mark.rule("N17")
@pytest.mark.parametrize("form", ["directory", "feedback", "tally", "support_file", "screening"])
def test_what_has_a_way_of_its_own_is_not_written_as_an_answer(desk, form):
    field = next(one for one in desk.context.forms.fields() if one.form == form)
    cell = CellAnswer(RecordId(b"e" * 16), field.id, Answer(AnswerState.UNKNOWN))
    opens = (NewRecord(cell.record, desk.context.forms.record_key(field)),)
    command = SaveAnswers(scope=desk.context.organisation, answers=(cell,), opens=opens)

    with pytest.raises(Refused) as refused:
        desk.do(command)

    assert refused.value.code == "policy.written_by_program"


def test_a_register_is_not_written_into_a_case(desk):
    with pytest.raises(Refused) as refused:
        desk.write(desk.open_case(), "interpreters", {"interpreters.in_check": True})

    assert refused.value.code == "policy.written_by_program"


def test_who_does_not_fill_a_register_does_not_write_into_it():
    with pytest.raises(Refused) as refused:
        entry(Desk("P-09", roles=("guardian",)), "interpreters", in_check=True)

    assert refused.value.code == "policy.role"


@pytest.mark.rule("N17")
@pytest.mark.rule("R19")
def test_who_handles_messages_answers_one_and_nobody_else_does():
    handler = Desk("P-08", roles=("feedback_handlers",))
    entry(handler, "feedback", fb_outcome="changed")

    assert handler.answers(handler.context.organisation, "feedback.fb_outcome") == ["changed"]
    with pytest.raises(Refused) as refused:
        entry(Desk("P-09", vault=handler.vault), "feedback", fb_outcome="changed")
    assert refused.value.code == "policy.role"
