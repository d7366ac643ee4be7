"""Which backups are kept: the newest stays and nothing grows (P10, P20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.backup_plan import (
    DAYS,
    MOST_KEPT,
    WEEKS,
    KeptBackup,
    is_daily_due,
    is_nag_due,
    newest_of,
    next_counter,
    what_to_drop,
)

days = st.one_of(st.integers(0, 40), st.integers(20_000, 20_400), st.integers(40_000, 40_020))
makings = st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=60)


def lived(makings) -> tuple[list[KeptBackup], list[int]]:
    """Make one after the other, each followed by the dropping. Shape: what is left, drops."""
    kept: list[KeptBackup] = []
    drops = []
    for day, is_before in makings:
        made = KeptBackup(next_counter(kept), day, is_before)
        kept.append(made)
        dropped = what_to_drop(kept, made)
        drops.append(len(dropped))
        kept = [each for each in kept if each not in dropped]
        assert made in kept
    return kept, drops


@pytest.mark.promise("P10")
@given(makings)
def test_the_newest_stays_and_nothing_grows_without_end(makings):
    kept, _ = lived(makings)

    assert newest_of(kept).day == makings[-1][0]
    assert len(kept) <= MOST_KEPT


@pytest.mark.promise("P20")
@given(makings)
def test_no_jump_of_the_clock_drops_more_than_a_few_days_of_backups_at_once(makings):
    _, drops = lived(makings)

    assert max(drops) <= 2


@given(st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=60), st.data())
def test_a_sound_one_is_never_dropped_even_where_others_claim_to_be_newer(makings, data):
    kept = [KeptBackup(n, day, before) for n, (day, before) in enumerate(makings)]
    sound = data.draw(st.sampled_from(kept))

    assert sound not in what_to_drop(kept, sound)


def test_a_year_of_working_days_leaves_seven_days_and_four_weeks():
    kept, _ = lived([(20_000 + n, False) for n in range(365)])

    ages = [20_364 - each.day for each in kept]
    assert len(kept) == DAYS + WEEKS
    assert sorted(ages)[:DAYS] == list(range(DAYS))
    assert max(ages) >= 7 * (WEEKS - 1)


def test_the_one_before_a_migration_outlives_the_daily_one_of_the_same_day():
    kept, _ = lived([(20_000, True), *((20_000 + n, False) for n in range(60))])

    assert [each.day for each in kept if each.is_before] == [20_000]


@pytest.mark.promise("P20")
@pytest.mark.threat("T23")
def test_a_day_that_repeats_itself_with_a_dead_battery_is_due_all_the_same():
    kept = [KeptBackup(1, 0)]

    assert not is_daily_due(kept, 0)
    assert is_daily_due(kept, 0, is_clock_behind=True)
    assert is_daily_due(kept, 20_000)
    assert is_daily_due([], 0)


def test_the_reminder_comes_after_seven_days_and_also_where_the_clock_jumped():
    assert not is_nag_due(20_006, 20_000)
    assert is_nag_due(20_007, 20_000)
    assert is_nag_due(0, 20_000)
