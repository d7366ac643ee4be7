"""Lists: paged, never scrolled sideways; no consent and no due date is ever hidden."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from nrm_desktop.app.queries import Page
from nrm_desktop.ui.presenters.columns import CellRole, Column
from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone
from nrm_desktop.ui.qt.models import PagedTable
from nrm_desktop.ui.widgets.table import TableCard


@dataclass(frozen=True)
class Line:
    code: str
    situation: str
    step: str
    due: str
    consent: str


def line(number: int) -> Line:
    return Line(f"K{number:03}-22M1", f"Situation {number}", f"Step {number}", "Today", "Given")


COLUMNS = (
    Column("code", "Code", lambda one: one.code, chars=11, is_code=True),
    Column("situation", "Situation", lambda one: one.situation, chars=24, gives_way=3),
    Column("step", "Next step", lambda one: one.step, chars=20, gives_way=2, stretches=True),
    Column("due", "Due", lambda one: one.due, chars=10),
    Column(
        "consent",
        "Consent",
        lambda one: one.consent,
        pill=lambda one: PillSpec(one.consent, Shape.DOT, Tone.OK),
        chars=8,
    ),
)


class Pages:
    """Pages of ten lines; each is handed over when the test says so."""

    def __init__(self, total: int, *, at_once: bool = True) -> None:
        self.lines = [line(number) for number in range(total)]
        self.asked: list[str | None] = []
        self.waiting = []
        self.at_once = at_once

    def load(self, token, give) -> None:
        self.asked.append(token)
        start = int(token or 0)
        rows = tuple(self.lines[start : start + 10])
        more = str(start + 10) if start + 10 < len(self.lines) else None
        self.waiting.append(lambda: give(Page(rows, more)))
        if self.at_once:
            self.deliver()

    def deliver(self) -> None:
        self.waiting.pop(0)()


@pytest.fixture
def listed(make_kit, show):
    def build(width, total=30, language="en"):
        kit = make_kit(language)
        card = TableCard(kit, "Cases", COLUMNS)
        model = PagedTable(COLUMNS, Pages(total).load, card)
        model.restart()
        card.show_model(model)
        show(card, width, 500)
        return card

    return build


def test_pages_are_asked_for_one_after_the_other_and_never_twice():
    pages = Pages(25, at_once=False)
    model = PagedTable(COLUMNS, pages.load)
    model.restart()
    assert not model.canFetchMore(QModelIndex())

    pages.deliver()
    model.fetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert pages.asked == [None, "10"]

    pages.deliver()
    model.fetchMore(QModelIndex())
    pages.deliver()
    assert model.rowCount() == 25
    assert not model.canFetchMore(QModelIndex())


def test_a_page_of_an_earlier_run_is_dropped():
    pages = Pages(25, at_once=False)
    model = PagedTable(COLUMNS, pages.load)
    model.restart()
    late = pages.waiting.pop()
    model.restart()

    late()
    assert model.rowCount() == 0

    pages.deliver()
    assert model.rowCount() == 10


def test_an_empty_list_says_so():
    model = PagedTable(COLUMNS, Pages(0).load)
    told = []
    model.page_arrived.connect(told.append)

    model.restart()

    assert told == [0]


def test_a_screen_reader_gets_the_word_of_a_pill():
    model = PagedTable(COLUMNS, Pages(1).load)
    model.restart()

    cell = model.index(0, 4)

    assert cell.data() == "Given"
    assert cell.data(CellRole.PILL).shape is Shape.DOT
    assert cell.data(CellRole.ROW) == line(0)
    assert model.headerData(4, Qt.Orientation.Horizontal) == "Consent"


def test_all_columns_stand_side_by_side_where_there_is_room(listed):
    card = listed(1100)

    assert card.visible_columns() == ("code", "situation", "step", "due", "consent")


@pytest.mark.parametrize("width", [360, 480, 640, 800])
def test_columns_give_way_by_their_number_and_none_is_behind_a_scroll_bar(listed, width):
    card = listed(width)
    view = card.view()

    assert {"code", "due", "consent"} <= set(card.visible_columns())
    assert view.horizontalScrollBar().maximum() == 0
    assert view.horizontalHeader().length() <= view.viewport().width()


def test_what_gave_way_stands_in_the_second_line(listed, make_kit):
    narrow, wide = listed(480), listed(1100)

    assert narrow.visible_columns() == ("code", "due", "consent")
    assert narrow.view().rowHeight(0) > wide.view().rowHeight(0)


def test_rows_are_as_high_as_their_token(listed, kit):
    assert listed(1100).view().rowHeight(0) == kit.look.px("row")


def test_the_keyboard_chooses_and_opens_a_row(listed, qtbot):
    card = listed(1100)
    chosen, opened = [], []
    card.chosen.connect(chosen.append)
    card.opened.connect(opened.append)
    card.view().setFocus()

    qtbot.keyClick(card.view(), Qt.Key.Key_Down)
    qtbot.keyClick(card.view(), Qt.Key.Key_Return)

    assert chosen[-1] == opened[-1]


def test_the_end_of_the_list_brings_the_next_page(listed, qtbot):
    card = listed(1100)
    model = card.view().model()

    card.view().scrollToBottom()
    QApplication.processEvents()

    assert model.rowCount() > 10


def test_a_row_is_chosen_from_right_to_left_too(listed):
    card = listed(1100, language="ar")

    card.choose_row(2)

    assert card.view().currentIndex().row() == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_chosen_row_has_a_ground_and_a_bar_at_its_leading_edge(listed, kit, language):
    card = listed(1100, language=language)
    card.choose_row(1)
    view = card.view()
    row = view.visualRect(view.model().index(1, 0))
    y = row.top() + 4

    seen = view.viewport().grab().toImage()

    edge = view.viewport().width() - 2 if language == "ar" else 1
    assert seen.pixelColor(edge, y).name() == kit.look.colour("acc").name()
    assert seen.pixelColor(view.viewport().width() // 2, y).name() == (
        kit.look.colour("sel").name()
    )
