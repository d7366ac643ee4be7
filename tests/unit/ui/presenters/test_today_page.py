"""What is due: words of a row, and the way into the case."""

import pytest
from tests.fakes.runner import FakeDesk
from tests.unit.ui.presenters.cases import Reader, cell, version, view

from nrm_desktop.app.queries import Page, RecordView
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.ui.presenters.marks import Shape, Tone
from nrm_desktop.ui.presenters.today import TodayPresenter

LETTER = RecordId(b"\x31" * 16)
LAST = "letters.le_last"


def letter_due(day: str) -> FakeDesk:
    last_day = cell(LAST, version((day, 0)), record=LETTER, form="letters")
    case = view(last_day, records=(RecordView(LETTER, "letters", None, 1),))
    return FakeDesk(Reader(case=case, cases=Page((case.row,))))


@pytest.fixture
def log(view_log):
    return view_log


def shown(log, desk):
    opened = []
    page = TodayPresenter(log, desk, opened.append)
    page.start()
    return page, log.last("show_lines"), opened


@pytest.mark.rule("R39")
def test_a_letter_whose_day_is_over_is_told_by_code_and_time_limit_without_blame(log):
    page, [line], opened = shown(log, letter_due("2020-01-15"))

    assert (line.what, line.pill.word) == ("Last day named in a letter", "Overdue")
    assert (line.pill.shape, line.pill.tone) == (Shape.TRIANGLE, Tone.WARN)
    assert line.code == line.due.code
    page.open(0)
    page.open(7)
    assert opened == [line.due]


def test_what_is_far_away_is_not_on_the_list_of_today(log):
    _, lines, _ = shown(log, letter_due("2090-01-15"))

    assert lines == ()


def test_every_column_says_something_of_a_row(log):
    page, [line], _ = shown(log, letter_due("2020-01-15"))

    assert [bool(column.text(line)) for column in page.columns()] == [True] * 4
