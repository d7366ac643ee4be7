"""The frame of the window: places, pages, banners, status line; and the walks have teeth."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from tests.gui import walks

from nrm_desktop.ui.presenters.marks import BannerSpec, StatusPart, Tone
from nrm_desktop.ui.widgets.button import Button, IconButton
from nrm_desktop.ui.widgets.nav import NavBar, Place
from nrm_desktop.ui.widgets.page import EmptyState, Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.status_bar import StatusBar

PLACES = (
    Place("today", "sun", "Today", "Ctrl+1"),
    Place("cases", "folder-open", "Cases", "Ctrl+2"),
    Place("settings", "settings", "Settings", "Ctrl+,"),
)


@pytest.fixture
def nav(kit, show):
    home = QWidget()
    box = QHBoxLayout(home)
    bar = NavBar(kit, PLACES)
    bar.opened = []
    bar.chosen.connect(bar.opened.append)
    bar.show_open("today")
    box.addWidget(bar)
    box.addWidget(Button(kit, "After"))
    show(home, 600, 400)
    return bar


def test_tab_enters_the_places_once_arrows_move_and_space_opens(nav, qtbot):
    first = nav.findChild(QWidget, "", Qt.FindChildOption.FindDirectChildrenOnly)
    first.setFocus()

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert nav.opened == []

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert nav.opened == ["cases"]

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget().text() == "After"


def test_enter_opens_a_place_too(nav, qtbot):
    first = nav.findChild(QWidget, "", Qt.FindChildOption.FindDirectChildrenOnly)
    first.setFocus()

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    assert nav.opened == ["settings"]


def test_narrow_places_keep_their_names(nav, kit, assert_named):
    nav.show_words(are_shown=False)

    assert nav.width() == kit.look.px("sidebar_narrow")
    assert_named(nav)
    assert [button.toolTip() for button in nav.findChildren(QPushButton)] == [
        "Today Ctrl+1",
        "Cases Ctrl+2",
        "Settings Ctrl+,",
    ]


def test_a_status_part_leads_on_and_keeps_the_focus_when_its_words_change(kit, show, qtbot):
    bar = StatusBar(kit)
    chosen = []
    bar.chosen.connect(chosen.append)
    bar.show_parts((StatusPart("net", "unplug", "Not connected", Tone.WARN),))
    show(bar, 700, 50)
    button = next(one for one in bar.findChildren(QToolButton) if one.text() == "Not connected")
    button.setFocus()

    bar.show_parts(
        (StatusPart("net", "unplug", "3 changes waiting"), StatusPart("lock", "lock", "Encrypted"))
    )
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)

    assert QApplication.focusWidget() is button
    assert button.accessibleName() == "3 changes waiting"
    assert chosen == ["net"]

    bar.show_parts((StatusPart("lock", "lock", "Encrypted"),))

    assert not button.isVisible()


def test_a_page_has_one_title_and_its_main_action_at_the_trailing_end(kit, show):
    done = []
    page = Page(kit, "Cases", "Each code stands for a person.")
    page.add_action("Back", lambda: done.append("back"))
    main = page.add_action("New case", lambda: done.append("new"), "plus", is_main=True)
    show(page, 900, 500)

    main.click()

    assert done == ["new"]
    assert main.mapTo(page, main.rect().topRight()).x() > page.width() - 2 * kit.look.px("gap5")
    assert page.accessibleName() == "Cases"

    page.show_title("Referrals")

    assert page.accessibleName() == "Referrals"


def test_new_banners_take_the_place_of_old_ones_and_offer_the_step_that_helps(kit, show):
    page = Page(kit, "Screening", "")
    page.show_banners((BannerSpec("Old"),))
    pressed = []
    (banner,) = page.show_banners(
        (BannerSpec("The disk is full.", Tone.BAD, "Not saved", "Try again"),)
    )
    banner.chosen.connect(lambda: pressed.append("again"))
    show(page, 900, 500)

    banner.findChild(Button).click()

    assert pressed == ["again"]
    assert banner.accessibleName() == "Not saved The disk is full."
    words = [label.text() for label in walks.visible(page, PlainLabel) if hasattr(label, "text")]
    assert "Old" not in words


def test_an_empty_page_says_what_to_do_next(kit, show):
    page = Page(kit, "Cases", "", fills=True)
    page.body.addWidget(EmptyState(kit, "folder-open", "No cases on this device. New case?"))
    show(page, 900, 500)

    assert walks.cut_off(page) == []


def test_answers_are_never_read_as_markup(kit, show):
    label = show(PlainLabel(kit, "<b>bold</b> <img src='file:///etc/passwd'>"))

    assert label.text().startswith("<b>")
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_lines_end_after_75_letters(kit, show):
    home = QWidget()
    box = QVBoxLayout(home)
    label = PlainLabel(kit, "word " * 60)
    box.addWidget(label)
    show(home, 1400, 300)

    assert label.width() <= 75 * label.fontMetrics().horizontalAdvance("0")
    assert walks.cut_off(home) == []


def test_the_walks_find_what_is_wrong(kit, show):
    home = QWidget()
    box = QVBoxLayout(home)
    nameless = QToolButton()
    nameless.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    low = IconButton(kit, "x", "Close")
    low.setFixedSize(12, 12)
    cut = PlainLabel(kit, "Words that need room").on_one_line()
    cut.setFixedWidth(20)
    for widget in (nameless, low, cut):
        box.addWidget(widget)
    show(home, 300, 200)

    assert walks.nameless(home) == ["QToolButton in QWidget"]
    assert any("12 high" in found for found in walks.too_small(home, kit.look))
    assert [found for found in walks.cut_off(home) if "Words that need" in found] != []


@pytest.fixture
def long_page(kit, show):
    """A page whose content is higher than its room, with a button at the end of it."""
    shown = Page(kit, "Title", "")
    shown.above = QWidget()
    shown.above.setFixedHeight(40)
    for part in (Button(kit, "First"), shown.above, Button(kit, "Here"), QWidget()):
        shown.body.addWidget(part)
    shown.body.itemAt(3).widget().setFixedHeight(900)
    show(shown, 600, 300)
    return shown


def top_of(button) -> int:
    area = button.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    return button.mapTo(area.viewport(), button.rect().topLeft()).y()


def test_what_has_the_focus_stays_in_view_when_something_grows_above_it(long_page, qtbot):
    first, button = long_page.findChildren(Button)
    bar = long_page.findChild(QScrollArea).verticalScrollBar()
    first.setFocus()
    button.setFocus()
    grow_above(long_page, bar, qtbot)

    qtbot.waitUntil(lambda: 0 <= top_of(button) < 300, timeout=2_000)


def grow_above(shown, bar, qtbot) -> None:
    """Something is put in above the buttons, once the page lies still."""
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    for _ in range(5):
        QApplication.processEvents()
    before = bar.maximum()
    shown.above.setFixedHeight(800)
    qtbot.waitUntil(lambda: bar.maximum() > before)
    for _ in range(5):
        QApplication.processEvents()


def test_a_page_that_is_still_filling_is_read_from_its_head(long_page, qtbot):
    bar = long_page.findChild(QScrollArea).verticalScrollBar()
    first, button = long_page.findChildren(Button)
    first.setFocus()
    first.clearFocus()
    button.setFocus()
    grow_above(long_page, bar, qtbot)

    assert bar.value() == 0


def test_who_scrolls_away_by_hand_is_left_alone(long_page, qtbot):
    first, button = long_page.findChildren(Button)
    first.setFocus()
    button.setFocus()
    bar = long_page.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    for _ in range(5):
        QApplication.processEvents()
    bar.triggerAction(bar.SliderAction.SliderToMaximum)
    before = bar.value()
    long_page.above.setFixedHeight(60)
    qtbot.waitUntil(lambda: bar.maximum() > before)

    assert bar.value() == before
