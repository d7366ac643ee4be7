"""A day begins and ends where the laptop is, and no clock makes the program fail. P20."""

from dataclasses import replace
from datetime import UTC, date, timedelta, timezone

import pytest
from tests.fakes.desk import reasons

JUST_BEFORE_MIDNIGHT_UTC = 1_796_083_199_000  # 2026-11-30T23:59:59Z


@pytest.mark.rule("R5")
@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    ("zone", "today", "reason"),
    [
        (UTC, "2026-11-30", None),
        (timezone(timedelta(hours=2)), "2026-12-01", "consent_expired"),
        (timezone(timedelta(hours=-5)), "2026-11-30", None),
    ],
)
def test_a_consent_ends_with_the_day_where_it_was_given(desk, shelter, zone, today, reason):
    case = desk.open_case()
    desk.write(case, "screening", {"screening.language": "uk"})
    desk.ask(case, shelter, {"needs": "yes"}, until="2026-11-30")
    desk.clock.set_wall(JUST_BEFORE_MIDNIGHT_UTC)
    there = replace(desk.context, zone=zone)
    desk.referrals._context = there

    assert there.today() == today
    assert reasons(desk.preview(case, shelter)).get("screening.language") == reason


@pytest.mark.promise("P20")
@pytest.mark.parametrize("now_ms", [-1, 0, 1 << 48, 1 << 60])
@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_a_clock_that_nobody_set_gives_a_day_all_the_same(desk, now_ms, hours):
    desk.clock.set_wall(now_ms)
    there = replace(desk.context, zone=timezone(timedelta(hours=hours)))

    assert there.today()[:4] in ("1969", "1970", "9998", "9999")
    assert date.fromisoformat(there.today()) + timedelta(days=31) > date(1969, 12, 31)


@pytest.mark.rule("R5")
@pytest.mark.promise("P20")
def test_a_consent_does_not_count_on_a_clock_from_before_it_was_given(desk, shelter):
    case = desk.open_case()
    desk.write(case, "screening", {"screening.language": "uk"})
    desk.ask(case, shelter, {"needs": "yes"}, until="2026-12-31")
    desk.clock.set_wall(0)

    assert reasons(desk.preview(case, shelter))["screening.language"] == "no_consent"
