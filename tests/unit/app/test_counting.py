"""Who makes a table of counts, of which parts of the file, over which years (R24, ST2, ST3)."""

import pytest
from tests.fakes.desk import ORGANISATION, Desk, base_forms
from tests.fakes.reader import FakeReader

from nrm_desktop.app.counting import Counting, TableAsked, make_table, read_period
from nrm_desktop.bootstrap.headless import sight_of
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.statistics import Period
from nrm_desktop.storage.lens import Lens

CORE_TABLES = ("persons_by_age_and_gender", "persons_by_citizenship", "consents_by_purpose")


def counting(*roles: str, vault=None) -> Counting:
    desk = Desk(roles=roles, vault=vault)
    lens = Lens(base_forms(), ORGANISATION, lambda one: one.hex()[:4], lambda one: one.hex()[:4])
    sight = sight_of(desk.context.forms.roles, roles, desk.context.signer)
    return Counting(FakeReader(desk.vault, lens), desk, desk.context, sight)


def audited(parts: Counting) -> list[tuple[str, str]]:
    return [(act, detail) for _, act, _, detail in parts.work.vault.state.audit]


@pytest.mark.rule("R24")
@pytest.mark.parametrize("table", CORE_TABLES)
@pytest.mark.parametrize("roles", [("coordinator",), ("coordinator", "case_manager")])
def test_whoever_writes_releases_counts_what_lies_in_core(table, roles):
    parts = counting(*roles)

    made = make_table(parts, TableAsked(table))

    assert made.smallest == 10
    assert audited(parts) == [("table.count", table)]


@pytest.mark.rule("R24")
@pytest.mark.parametrize("role", sorted({*base_forms().roles.roles} - {"coordinator"}))
def test_every_other_role_is_refused_and_nothing_is_noted(role):
    parts = counting(role)

    with pytest.raises(Refused, match=r"policy\.role") as refused:
        make_table(parts, TableAsked("persons_by_citizenship"))

    assert refused.value.params == {"compartment": "org.releases"}
    assert audited(parts) == []


def test_a_part_of_which_only_the_own_entries_are_seen_is_not_counted():
    """The barriers of one worker would look like those of everybody."""
    parts = counting("coordinator")

    with pytest.raises(Refused, match=r"policy\.role") as refused:
        make_table(parts, TableAsked("barriers"))
    assert refused.value.params == {"compartment": "support"}
    assert audited(parts) == []

    with_cases = counting("coordinator", "case_manager")
    assert make_table(with_cases, TableAsked("barriers")).shown.columns == ("barrier",)


def test_without_a_case_nothing_is_shown_not_even_a_zero():
    shown = make_table(counting("coordinator"), TableAsked("persons_by_citizenship")).shown

    assert shown.total is None
    assert {one.count for one in shown.cells} == {None}


@pytest.mark.rule("R24")
def test_a_case_of_somebody_else_counts_like_an_own_one():
    worker = Desk("P-02")
    for _ in range(12):
        worker.open_case()

    made = make_table(counting("coordinator", vault=worker.vault), TableAsked(CORE_TABLES[1]))

    assert made.shown.total == 12
    assert made.shown.cells[-1].count == 12, "nobody was asked about counting"
    assert made.shown.cells[-1].key == {"citizenship": "not_recorded"}


@pytest.mark.parametrize("smallest", [9, 0, -10])
def test_the_floor_is_no_matter_of_the_caller_st3(smallest):
    parts = counting("coordinator")

    with pytest.raises(Refused, match=r"policy\.floor") as refused:
        make_table(parts, TableAsked("persons_by_citizenship", smallest=smallest))

    assert refused.value.params == {"smallest": 10}


@pytest.mark.parametrize(
    ("begin", "end", "period"),
    [
        ("", "", Period()),
        ("2025", "2026", Period(2025, 2026)),
        ("2025-01-01", "2025-12-31", Period(2025, 2025)),
        ("2025-01", "2025-12", Period(2025, 2025)),
        ("2025", "", Period(2025)),
        ("", "2025", Period(None, 2025)),
    ],
)
def test_a_period_is_made_of_whole_years_st2(begin, end, period):
    assert read_period(begin, end) == period


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2025-02", ""),
        ("2025-01-02", ""),
        ("", "2025-11"),
        ("", "2025-12-30"),
        ("2025-12-31", ""),
        ("~2025", ""),
        ("age:14", ""),
        ("spring", ""),
        ("2026", "2025"),
        ("", "2025-24"),
    ],
)
def test_anything_finer_than_a_year_is_refused_st2(begin, end):
    with pytest.raises(Usage, match=r"usage\.bad_value"):
        read_period(begin, end)
