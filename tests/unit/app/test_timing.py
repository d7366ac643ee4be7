"""Days of a case as its laptop has them: the zone, damaged neighbours, days that are none."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from tests.unit.domain.test_tracks import FORMS
from tests.unit.ui.presenters.cases import cell, version, view

from nrm_desktop.app.queries import Page, RecordView
from nrm_desktop.app.timing import Moments, Nearness, case_times, local_minute
from nrm_desktop.app.work_list import work_list
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import RecordId

SOFIA = timezone(timedelta(hours=2))
LETTER, SENT = RecordId(b"\x31" * 16), RecordId(b"\x32" * 16)
NOW = Moments("2026-11-26", "2026-11-26T12:00", SOFIA)


def letter(day: str):
    last = cell("letters.le_last", version((day, 0)), record=LETTER, form="letters")
    return view(last, records=(RecordView(LETTER, "letters", None, 1),))


def test_a_time_that_the_program_wrote_is_told_by_the_clock_on_the_wall():
    assert local_minute("2026-11-26T03:10:00Z", SOFIA) == "2026-11-26T05:10"
    assert local_minute("2026-11-26T03:10", SOFIA) == "2026-11-26T03:10"
    assert local_minute("2026-99-26T03:10:00Z", UTC) == "2026-99-26T03:10:00Z"
    assert local_minute("9999-12-31T23:59:59Z", SOFIA) == "9999-12-31T23:59:59Z"


def test_hours_that_the_program_began_are_over_by_the_clock_on_the_wall():
    when = version(("2026-11-26T09:30:00Z", 0))
    cells = (
        cell("referral.urgency", version("now"), record=SENT, form="referral"),
        cell("referral.sent_at", when, record=SENT, form="referral"),
    )
    case = view(*cells, records=(RecordView(SENT, "referral", None, 1),))
    [due] = case_times(FORMS, case, NOW).due

    assert (due.clock.ends, due.nearness) == ("2026-11-26T12:30", Nearness.TODAY)
    later = replace(NOW, minute="2026-11-26T12:31")
    assert case_times(FORMS, case, later).due[0].nearness is Nearness.OVERDUE


@pytest.mark.parametrize("day", ["2026-99-99", "2026-02-30", "when it snows", ""])
def test_a_day_that_is_none_ends_nothing_and_hides_nothing(day):
    assert case_times(FORMS, letter(day), NOW).due == ()


@pytest.mark.promise("P7")
def test_a_damaged_case_does_not_hide_what_is_due_in_the_others():
    good = letter("2026-11-20")

    class Reading:
        def joined(self):
            return ()

        def cases(self, *_asked):
            return Page((good.row, good.row))

        def case(self, *_asked, seen=[]):  # noqa: B006 - counts the calls
            seen.append(1)
            if len(seen) == 1:
                raise IntegrityFault("integrity.database")
            return good

    assert [one.clock.ends for one in work_list(Reading(), FORMS, None, NOW)] == ["2026-11-20"]
