"""What waits today: every source by itself, and one that fails hides no other."""

from types import SimpleNamespace

import pytest
from tests.fakes.runner import base_forms
from tests.unit.app.test_timing import NOW, letter

from nrm_desktop.app.queries import Page
from nrm_desktop.app.timing import Due
from nrm_desktop.app.today import (
    Asked,
    Source,
    Waiting,
    What,
    backup_lines,
    counted,
    due_in_cases,
    gather,
    source_of,
    source_of_rule,
    undecided,
    way_back_lines,
)
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import ScopeId

DAY_MS = 24 * 3600 * 1000
HERE, THERE = ScopeId(b"\x01" * 16), ScopeId(b"\x02" * 16)
CASE = letter("2026-11-20")


class Reading:
    def joined(self):
        return ()

    def cases(self, *_asked):
        return Page((CASE.row,))

    def case(self, *_asked):
        return CASE

    def closed_days(self, *_asked):
        return ()

    def conflicts(self, *_asked):
        rows = (("4F7K-9ABC", HERE), ("4F7K-9ABC", HERE), ("2B7K-9ABC", THERE))
        return [SimpleNamespace(code=code, scope=scope) for code, scope in rows]


def broken() -> list:
    raise IntegrityFault("integrity.database")


def test_a_source_that_fails_is_named_and_hides_no_other():
    cases = due_in_cases(Reading(), base_forms(), None, NOW, 7)
    found = gather((Asked((Source.BACKUP,), broken), cases, undecided(Reading(), None)))

    assert [(one.sources, one.error.code) for one in found.failures] == [
        ((Source.BACKUP,), "integrity.database")
    ]
    assert [one.clock.rule.id for one in found.due()] == ["letter_day"]
    assert [(one.code, one.count) for one in found.waiting()] == [
        ("2B7K-9ABC", 1),
        ("4F7K-9ABC", 2),
    ]
    assert [source_of(one) for one in found.lines] == [
        Source.DUE,
        Source.CONFLICTS,
        Source.CONFLICTS,
    ]


def test_second_looks_referrals_and_consents_are_sources_of_their_own():
    clocks = base_forms().timetable.clocks
    of = {name: source_of_rule(clocks[name]) for name in clocks}

    assert of["second_look"] is Source.REVIEWS
    assert of["consent_ends"] is Source.CONSENTS
    silent = ("answer_now", "answer_24h", "answer_72h", "answer_planned", "feedback_due")
    unfinished = ("referral_unfinished", "referral_came_in")
    assert {of[name] for name in (*silent, *unfinished)} == {Source.REFERRALS}
    assert of["danger_look"] is Source.DUE


@pytest.mark.parametrize(
    ("last_ms", "must_remind", "said"),
    [
        (None, False, [What.NO_BACKUP]),
        (10 * DAY_MS, False, []),
        (6 * DAY_MS, False, [What.OLD_BACKUP]),
        (10 * DAY_MS, True, [What.NO_BACKUP_ELSEWHERE]),
    ],
)
def test_a_backup_is_on_the_list_once_it_is_missing_or_old(last_ms, must_remind, said):
    found = backup_lines(10 * DAY_MS, last_ms, must_remind=must_remind)

    assert [one.what for one in found] == said
    assert {one.since_ms for one in found if one.what is What.OLD_BACKUP} <= {last_ms}


def test_a_missing_way_back_tells_its_days_and_one_that_stands_nothing():
    missing = WayBack(False, 0, 3, False)
    to_check = WayBack(True, None, None, True)

    assert way_back_lines(missing) == [Waiting(Source.WAY_BACK, What.NO_WAY_BACK, days_left=3)]
    assert [one.what for one in way_back_lines(to_check)] == [What.WAY_BACK_CHECK]
    assert way_back_lines(WayBack(True, None, None, False)) == []


def test_nothing_of_something_is_no_line():
    assert counted(Source.ARRIVALS, What.CLAIM, 0) == []
    assert counted(Source.ARRIVALS, What.CLAIM, 2)[0].count == 2


def test_a_line_of_today_has_no_place_for_words_of_a_person():
    assert set(Waiting.__slots__) == {
        "source",
        "what",
        "count",
        "code",
        "scope",
        "days_left",
        "since_ms",
    }
    of_a_case = {"scope", "code", "clock", "nearness", "days_left"}
    assert set(Due.__slots__) == of_a_case | {"file", "file_scope", "beside"}
