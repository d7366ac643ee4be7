"""What ends something that began in a file, and says nothing new."""

import pytest
from tests.unit.domain.test_tasks import FORMS

from nrm_desktop.domain.endings import are_ends, end_rows

TIMES = FORMS.timetable


@pytest.mark.parametrize(
    "names",
    [
        ["shift.sh_do.done_at"],
        ["paper.gone"],
        ["plan.steps.state", "missing.m_steps.done_at"],
        ["letters.le_done.what", "letters.le_done.when"],
        ["redress.pr_comp.paid"],
    ],
)
def test_an_end_is_known_by_the_field_or_the_row_in_which_the_rules_see_it(names):
    assert are_ends(TIMES, names)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["screening.given_name"],
        ["paper.gone", "paper.at"],
        ["shift.sh_do.what"],
        ["plan.steps.by_when"],
        ["letters.le_last"],
        ["case.state"],
        ["case.child"],
        ["event.ev_kind"],
    ],
)
def test_what_says_something_new_is_none(names):
    assert not are_ends(TIMES, names)


def test_rows_that_hold_nothing_but_an_end_start_nothing():
    rows = end_rows(TIMES)

    assert {"letters.le_done", "access.ac_done"} <= rows
    assert not rows & {moment.form for rule in TIMES.clocks.values() for moment in rule.starts}
