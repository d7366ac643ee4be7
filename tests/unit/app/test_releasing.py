"""What leaves is entered first, never twice, and only beside what it cannot betray (R24, ST6)."""

from dataclasses import replace

import pytest
from tests.fakes.desk import ORGANISATION, Desk, base_forms
from tests.fakes.reader import FakeReader
from tests.fakes.signer import counting_random

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.counting import Counting
from nrm_desktop.app.records import Saving
from nrm_desktop.app.release_file import read_release
from nrm_desktop.app.releasing import (
    FILE,
    FORM,
    ReleaseAsked,
    read_ledger,
    release_tables,
    twins_of,
)
from nrm_desktop.bootstrap.headless import sight_of
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.storage.lens import Lens

pytestmark = pytest.mark.rule("R24")
TABLE, OTHER = "persons_by_age_and_gender", "persons_by_citizenship"
A_YEAR = 366 * 86_400_000
ROLES = ("coordinator", "case_manager")


class Office:
    """A co-ordinator with a vault in memory, some months after the year of the cases."""

    def __init__(self, cases: int = 12, roles=ROLES, worker: Desk | None = None) -> None:
        self.worker = worker or Desk("P-02")
        for _ in range(cases):
            self.worker.open_case()
        self.year = self.worker.context.today()[:4]
        self.desk = Desk(roles=roles, vault=self.worker.vault)
        self.desk.clock.move(A_YEAR)
        lens = Lens(base_forms(), ORGANISATION, lambda one: one.hex()[:4], lambda one: "laptop")
        sight = sight_of(base_forms().roles, roles, self.desk.context.signer)
        reader = FakeReader(self.worker.vault, lens)
        self.parts = Counting(reader, self.desk, self.desk.context, sight)

    def release(self, *tables: str, begin="", end="", smallest=None):
        asked = ReleaseAsked(tables, begin or self.year, end or self.year, smallest, "0.1.0")
        return release_tables(self.parts, asked)

    @property
    def ledger(self):
        return self.desk.run(lambda uow: read_ledger(uow, self.desk.context)).rows

    @property
    def audited(self) -> list[str]:
        return [act for _, act, _, _ in self.worker.vault.state.audit if act.startswith("release")]

    def enters(self, value: object) -> None:
        """Somebody's laptop writes an entry of its own making."""

        def write(uow):
            saving = Saving(uow, self.desk.context, ORGANISATION)
            record = saving.begin(NewRecord(self.desk.context.new_record(), FORM))
            saving.enter(record, FILE, value)
            saving.finish()

        self.desk.run(write)


def test_a_release_is_entered_as_the_bytes_that_leave_and_noted_without_figures():
    office = Office()

    (made,) = office.release(TABLE)

    (row,) = office.ledger
    assert (row.data, row.sha256) == (made.data, made.sha256)
    assert row.release == made.release == read_release(made.data)
    assert (row.release.total, row.release.smallest, made.is_new) == (12, 10, True)
    assert row.signer == office.desk.context.signer
    assert office.audited == ["release.make"]


def test_the_same_table_again_is_the_old_file_whatever_happened_since():
    office = Office()
    (made,) = office.release(TABLE)
    for _ in range(5):
        office.worker.open_case()
    office.desk.clock.move(A_YEAR)

    (again,) = office.release(TABLE)

    assert (again.data, again.is_new) == (made.data, False)
    assert len(office.ledger) == 1
    assert office.audited == ["release.make"] * 2, "that it was given out again is noted too"


def test_a_linked_table_that_differs_is_refused_with_all_that_were_asked_for():
    office = Office()
    office.release(TABLE)
    office.worker.open_case()

    with pytest.raises(Refused, match=r"policy\.release_differs") as refused:
        office.release("barriers", OTHER)

    year = int(office.year)
    assert refused.value.params == {"table": OTHER, "other": TABLE, "first": year, "last": year}
    assert [one.release.table for one in office.ledger] == [TABLE], "all or none"


def test_tables_of_other_records_are_not_held_up_by_a_late_case():
    office = Office()
    office.release(TABLE)
    office.worker.open_case()

    assert [one.is_new for one in office.release("consents_by_purpose", TABLE)] == [True, False]


def test_without_a_name_all_tables_leave_together():
    assert [one.release.table for one in Office().release()] == list(base_forms().counts.tables)


def test_years_that_were_released_together_stay_together():
    office = Office()
    year = int(office.year)
    office.release(TABLE, begin=str(year - 1))

    for table in (TABLE, OTHER):
        with pytest.raises(Refused, match=r"policy\.release_years"):
            office.release(table)
    assert office.release(OTHER, begin=str(year - 1))[0].is_new
    assert office.release(OTHER, begin=str(year - 3), end=str(year - 2))[0].is_new


@pytest.mark.parametrize(("begin", "end"), [("", "x"), ("x", ""), ("x", "x")])
def test_both_years_are_named(begin, end):
    office = Office(cases=0)
    asked = ReleaseAsked((TABLE,), begin and office.year, end and office.year)
    if begin and end:
        assert release_tables(office.parts, asked)
        return
    with pytest.raises(Usage, match=r"usage\.bad_value"):
        release_tables(office.parts, asked)


def test_a_year_that_is_not_over_is_not_released():
    office = Office()
    year = int(office.year) + 1

    with pytest.raises(Refused, match=r"policy\.release_open"):
        office.release(TABLE, end=str(year))
    assert office.ledger == ()


def test_another_smallest_cell_does_not_make_a_second_file_st3():
    office = Office(cases=30)
    office.release(TABLE, smallest=15)

    for smallest in (10, 20):
        with pytest.raises(Refused, match=r"policy\.release_stands"):
            office.release(TABLE, smallest=smallest)
    with pytest.raises(Refused, match=r"policy\.floor"):
        office.release(TABLE, smallest=9)
    assert office.release(TABLE)[0].release.smallest == 15
    with pytest.raises(Refused, match=r"policy\.release_differs"):
        office.release(OTHER)


@pytest.mark.parametrize("role", sorted({*base_forms().roles.roles} - {"coordinator"}))
def test_every_other_role_is_refused(role):
    office = Office(roles=(role,))

    with pytest.raises(Refused, match=r"policy\.role"):
        office.release(OTHER)
    assert office.audited == []


@pytest.mark.parametrize("value", [b"nonsense", "text", b"", ("a", 1)])
def test_where_an_entry_cannot_be_read_nothing_more_is_released(value):
    """It may be about the very people that are counted now."""
    office = Office()
    office.release(TABLE)
    office.enters(value)

    for table in (TABLE, "referrals"):
        with pytest.raises(Refused, match=r"policy\.release_unread"):
            office.release(table)
    found = office.desk.run(lambda uow: read_ledger(uow, office.desk.context))
    assert ([one.release.table for one in found.rows], len(found.unread)) == ([TABLE], 1)


def test_an_entry_of_a_newer_layout_holds_up_as_well():
    office = Office()
    (made,) = office.release(TABLE)
    office.enters(made.data.replace(b"counts,1", b"counts,2"))

    with pytest.raises(Refused, match=r"policy\.release_unread"):
        office.release(OTHER)


def test_two_laptops_that_did_not_know_are_told_and_nothing_linked_leaves():
    """Between two exchanges nobody can hinder it."""
    office = Office()
    (made,) = office.release(TABLE)
    late = Office(cases=1, worker=office.worker)
    late.desk.context = replace(late.desk.context, random=counting_random("another laptop"))
    others = made.data.replace(b",12\r\n", b",13\r\n")
    late.enters(others)

    first, second = office.ledger
    assert (first.data, second.data) == (made.data, others)
    assert list(twins_of(first, office.ledger)) == [second]
    assert list(twins_of(second, office.ledger)) == [first]
    for table in (TABLE, OTHER):
        with pytest.raises(Refused, match=r"policy\.release_clash"):
            office.release(table)


def test_a_ledger_is_read_where_only_its_writers_can_write():
    office = Office()
    cells = office.desk.run(lambda uow: uow.cells(ORGANISATION))
    office.release(TABLE)
    now = office.desk.run(lambda uow: uow.cells(ORGANISATION))

    places = {cell.compartment for cell in now if cell not in cells}
    assert places == {Compartment.ORG_RELEASES}
