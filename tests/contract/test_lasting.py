"""What the register of consents says stays said, whoever names it later (R27, R35)."""

import pytest
from tests.contract.vaults import CASE, CORE, author, said, send, value, write
from tests.fakes.signer import FakeSigner

from nrm_desktop.app.consent_register import read_register
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.consent import register_field
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone
from nrm_desktop.domain.registers import LASTING
from nrm_desktop.domain.values import NOT_ASKED

ROW = RecordId(b"row1" * 4)
FACTS = {
    "cr_purpose": "refer",
    "cr_recipient": "ab" * 16,
    "cr_group": "needs",
    "cr_answer": "no",
    "cr_from": ("2026-11-01", 0),
    "cr_until": "no_end",
    "cr_hold": "none",
}


@pytest.fixture
def by():
    return author()


@pytest.fixture
def ids(vault, by):
    """A row that says no, with the id of each of its values."""
    opened = OpenRecord(ROW, "consent_register", None, 1)
    ops = [value(text, field=register_field(name), record=ROW) for name, text in FACTS.items()]
    _, *made = write(vault, by, opened, *ops)
    return dict(zip(FACTS, made, strict=True))


def row_of(vault, by):
    (row,) = vault.run(by, lambda unit: read_register(unit, CASE))
    return row


@pytest.mark.rule("R35")
@pytest.mark.parametrize("kind", [OpKind.SET, OpKind.RESOLVE])
@pytest.mark.parametrize("name", sorted(FACTS.keys() - {"cr_hold"}))
def test_a_later_value_stands_beside_the_first_one_and_replaces_it_never(
    vault, by, ids, name, kind
):
    field = register_field(name)
    write(vault, by, value("other", field=field, record=ROW, replaces=[ids[name]], kind=kind))

    assert FACTS[name] in said(vault, by, field, ROW)


@pytest.mark.rule("R27")
def test_a_withdrawal_is_not_taken_back_by_an_empty_one(vault, by, ids):
    field = register_field("cr_withdrawn")
    [first] = write(vault, by, value(("2026-11-20T10:00:00Z", 0), field=field, record=ROW))

    empty = value("", field=field, record=ROW, replaces=[first])
    write(vault, by, empty)
    other = author("P-02")
    asked = value("", field=field, record=ROW, replaces=[first])
    write(vault, other, type(asked)(asked.kind, ROW, field, NOT_ASKED, (first,)))

    assert row_of(vault, by).withdrawn == "2026-11-20T10:00:00Z"


def test_a_hold_may_be_lifted(vault, by, ids):
    field = register_field("cr_hold")
    [held] = write(vault, by, value("capacity", field=field, record=ROW, replaces=[ids["cr_hold"]]))
    assert row_of(vault, by).hold == "capacity"

    write(vault, by, value("none", field=field, record=ROW, replaces=[held]))

    assert row_of(vault, by).hold == "none"


@pytest.mark.rule("R35")
def test_also_on_another_device_and_in_any_order(new_vault, vault, by, ids):
    field = register_field("cr_answer")
    write(vault, by, value("yes", field=field, record=ROW, replaces=[ids["cr_answer"]]))
    elsewhere, other = new_vault(), author("P-02")

    send(vault, elsewhere, other, by.signer, FakeSigner("P-01"))

    assert row_of(elsewhere, other) == row_of(vault, by)
    assert row_of(elsewhere, other).answer == "no"


@pytest.mark.rule("R35")
@pytest.mark.parametrize("compartment", [CORE, 4])
def test_a_no_is_not_hidden_by_opening_its_record_as_something_else(vault, by, ids, compartment):
    """Of several openings the lowest id holds, so one of some tries hides the first one."""
    for number in range(8):
        wrong = OpenRecord(ROW, f"form{number}", None, number)
        write(vault, by, wrong, compartment=compartment)

    assert row_of(vault, by).answer == "no"


@pytest.mark.rule("R35")
def test_a_no_is_not_hidden_by_closing_its_record(vault, by, ids):
    write(vault, by, Tombstone(ROW))

    assert row_of(vault, by).answer == "no"


@pytest.mark.rule("R5")
def test_a_yes_whose_record_was_closed_is_held(vault, by):
    yes = {**FACTS, "cr_answer": "yes"}
    ops = [value(text, field=register_field(name), record=ROW) for name, text in yes.items()]
    write(vault, by, OpenRecord(ROW, "consent_register", None, 1), *ops)
    assert row_of(vault, by).hold == "none"

    write(vault, by, Tombstone(ROW))

    assert row_of(vault, by).hold == "closed"


def test_two_withdrawals_are_no_conflict_for_a_person_to_decide(vault, by, ids, read):
    field = register_field("cr_withdrawn")
    for minute in (0, 1):
        write(vault, by, value((f"2026-11-20T10:0{minute}:00Z", 0), field=field, record=ROW))

    assert read(vault).conflicts(Sight(frozenset({CORE}))) == ()


def test_every_field_of_the_register_lasts_but_the_hold():
    assert {field.partition(".")[0] for field in LASTING} == {"consent_register"}
    assert register_field("cr_hold") not in LASTING
