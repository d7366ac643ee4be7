"""The directory: recipients, and what makes a contact card count as verified."""

import pytest
from tests.fakes.desk import ORGANISATION, Desk

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.handlers.registers import (
    CARD,
    VERIFIED,
    entry_of_organisation,
    find_recipient,
    is_entry_verified,
    recipient_named,
    recipient_or_new,
)
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import answered


@pytest.fixture
def desk():
    return Desk()


def test_a_recipient_is_found_by_id_and_by_exact_name(desk):
    entry = desk.add_service("legal", "Lawyers of the Harbour")

    def look(uow):
        names = ("lawyers  of the harbour", entry, "Lawyers")
        return [find_recipient(uow, desk.context, name) for name in names]

    assert desk.run(look) == [entry, entry, None]


def test_an_unknown_recipient_becomes_an_unverified_entry_first(desk):
    made = desk.run(lambda uow: recipient_or_new(uow, desk.context, "A clinic"))

    assert made == desk.run(lambda uow: recipient_named(uow, desk.context, "a clinic"))
    assert desk.answers(ORGANISATION, "directory.kind") == ["other"]
    assert not desk.run(lambda uow: is_entry_verified(uow, made))
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

    assert not desk.run(lambda uow: is_entry_verified(uow, entry))
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
    assert not desk.run(lambda uow: is_entry_verified(uow, entry))


def test_who_may_not_write_the_directory_adds_nothing(desk):
    health = Desk("H-01", roles=("health",), vault=desk.vault)

    with pytest.raises(Refused):
        health.add_service("legal")

    assert desk.answers(ORGANISATION, "directory.name") == []
