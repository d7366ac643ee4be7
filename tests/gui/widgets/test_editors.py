"""Editors: every type has one, and each gives values in the shape the form engine expects."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication
from tests.gui.samples import MANY, SOME, spec_of

from nrm_desktop.domain.forms.wording import LoadedWord
from nrm_desktop.domain.values import FieldType
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.widgets.combo import SearchLine
from nrm_desktop.ui.widgets.field_registry import EDITORS
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tick import Dot, Tick


@pytest.fixture
def edit(kit, show):
    """Show an editor, and count what it tells."""

    def build(kind, **changes):
        spec = spec_of(kind, **changes)
        editor = EDITORS[kind](kit, spec)
        editor.told = []
        editor.edited.connect(lambda: editor.told.append(editor.raw()))
        return show(editor, 640, 400)

    return build


def test_every_field_type_but_the_group_has_an_editor():
    assert set(EDITORS) == set(FieldType) - {FieldType.GROUP}


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (FieldType.TEXT, "Office 3"),
        (FieldType.LONG, "first line\nsecond line"),
        (FieldType.DATE, ("2019", 1)),
        (FieldType.DATE, ("2020-21", 0)),
        (FieldType.DATE, ("age:14", 0)),
        (FieldType.DATETIME, ("2026-11-23T14:02", 0)),
        (FieldType.DATETIME, ("2026-11", 1)),
        (FieldType.YESNO, False),
        (FieldType.ONE, "port"),
        (FieldType.MANY, ("n3", "n1")),
        (FieldType.NUMBER, 3),
        (FieldType.NUMBER, "2.5"),
        (FieldType.NUMBER, "~14"),
        (FieldType.DURATION, "P30D"),
        (FieldType.DURATION, "~PT2H"),
        (FieldType.PLACE, "Harbour"),
        (FieldType.COUNTRY, "xk"),
        (FieldType.LANGUAGE, "c7"),
        (FieldType.REF, "other"),
        (FieldType.SELECTION, ("n0",)),
        (FieldType.SIGN, ("border", "in the paper file")),
        (FieldType.AUTO, "14:02"),
    ],
)
def test_what_is_shown_is_read_back_and_nobody_is_told(edit, kind, raw):
    editor = edit(kind)

    editor.show_raw(raw)

    assert editor.raw() == raw
    assert editor.told == []

    editor.show_raw(None)

    assert editor.raw() in {None, "P0D"}


@pytest.mark.rule("R12")
def test_words_that_are_no_date_stay_as_they_are(edit, qtbot):
    editor = edit(FieldType.DATE)
    editor.inputs()[0].setFocus()

    qtbot.keyClicks(QApplication.focusWidget(), "after the harvest")

    assert editor.raw() == "after the harvest"
    assert "four digits" in editor.inputs()[0].accessibleDescription()


def test_the_echo_says_what_was_understood_and_how_exactly(edit, qtbot):
    editor = edit(FieldType.DATE)

    qtbot.keyClicks(editor.inputs()[0], "11.2026")

    assert editor.inputs()[0].accessibleDescription() == "Understood: November 2026 (day not known)"


def test_a_moment_without_a_time_is_a_day_and_a_wrong_time_stays_words(edit, qtbot):
    editor = edit(FieldType.DATETIME)
    day, time = editor.inputs()

    qtbot.keyClicks(day, "23 nov 2026")
    assert editor.raw() == ("2026-11-23", 0)

    qtbot.keyClicks(time, "26:00")
    assert editor.raw() == "2026-11-23 26:00"


def test_numbers_are_read_in_the_digits_of_any_script(edit):
    editor = edit(FieldType.NUMBER)

    editor.inputs()[0].setText("١٤")

    assert editor.raw() == 14


def test_nothing_is_chosen_before_a_person_chooses(edit):
    assert edit(FieldType.ONE).raw() is None
    assert edit(FieldType.MANY).raw() is None
    assert edit(FieldType.YESNO).raw() is None


def test_the_order_of_choice_is_kept(edit):
    editor = edit(FieldType.MANY)
    ticks = editor.findChildren(Tick)

    for number in (5, 2, 4):
        ticks[number].click()
    ticks[2].click()

    assert editor.raw() == ("n5", "n4")
    assert editor.told[-1] == ("n5", "n4")


def test_a_code_that_is_not_offered_any_more_is_kept(edit):
    editor = edit(FieldType.MANY)
    editor.show_raw(("old_code", "n1"))

    editor.findChildren(Tick)[0].click()

    assert editor.raw() == ("old_code", "n1", "n0")


def test_few_codes_are_buttons_and_many_are_a_line_that_searches(edit):
    assert len(edit(FieldType.ONE).findChildren(Dot)) == 3
    assert edit(FieldType.ONE, choices=MANY).findChildren(SearchLine) != []
    assert len(edit(FieldType.MANY, choices=SOME).findChildren(Tick)) == 8
    assert edit(FieldType.MANY, choices=MANY).findChildren(SearchLine) != []


def test_typing_a_part_that_fits_one_entry_only_completes_it(edit, qtbot):
    editor = edit(FieldType.COUNTRY)
    line = editor.inputs()[0]
    line.setFocus()

    qtbot.keyClicks(line, "kosov")
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert editor.raw() == "xk"
    assert editor.told == ["xk"]


def test_words_that_fit_no_entry_are_not_thrown_away(edit, qtbot):
    editor = edit(FieldType.COUNTRY)
    line = editor.inputs()[0]
    line.setFocus()

    qtbot.keyClicks(line, "the islands")
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert editor.raw() == "the islands"


def test_down_opens_the_whole_list(edit, qtbot):
    editor = edit(FieldType.COUNTRY)
    line = editor.inputs()[0]
    line.setFocus()

    qtbot.keyClick(line, Qt.Key.Key_Down)

    assert line.completer().popup().isVisible()
    assert line.completer().completionCount() == len(MANY)
    line.completer().popup().hide()


def test_some_of_many_are_added_by_typing_and_taken_away_by_their_button(edit, qtbot):
    editor = edit(FieldType.MANY, choices=MANY)
    line = editor.inputs()[0]
    line.setFocus()

    for typed in ("Country 7", "Kosovo"):
        qtbot.keyClicks(line, typed)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert editor.raw() == ("c7", "xk")

    chip = next(b for b in editor.findChildren(object) if _name(b) == "Take away: Country 7")
    chip.click()
    assert editor.raw() == ("xk",)
    assert editor.told[-1] == ("xk",)


def test_a_link_is_never_made_of_words(edit, qtbot):
    editor = edit(FieldType.REF, choices=(Choice("i14", "Interpreter 14"),))
    line = editor.inputs()[0]
    line.setFocus()

    qtbot.keyClicks(line, "my cousin")
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert editor.raw() is None
    assert line.text() == "my cousin"


def test_a_long_text_grows_with_its_words_and_tab_leaves_it(edit):
    editor = edit(FieldType.LONG)
    box = editor.inputs()[0]
    before = box.height()

    box.setPlainText("line\n" * 8)

    assert box.height() > before
    assert box.tabChangesFocus()


def test_the_wheel_changes_no_answer(edit):
    editor = edit(FieldType.DURATION)
    unit = editor.inputs()[1]
    before = unit.code()

    QApplication.sendEvent(unit, wheel_event(unit))

    assert unit.code() == before


def wheel_event(widget):
    middle = QPointF(widget.rect().center())
    return QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def _name(thing) -> str:
    return thing.accessibleName() if hasattr(thing, "accessibleName") else ""


LEFT = LoadedWord("left", "en", ("absconded", "ran off"), "left, and we do not know where to")


def hint_of(editor) -> str:
    line = editor.findChild(PlainLabel, "loaded-hint")
    return line.text() if line is not None and line.isVisible() else ""


@pytest.mark.parametrize("kind", [FieldType.LONG, FieldType.TEXT])
def test_a_word_that_judges_gets_a_quiet_hint_and_stays_as_it_was_typed(edit, qtbot, kind):
    editor = edit(kind, loaded=(LEFT,))
    editor.inputs()[0].setFocus()
    assert hint_of(editor) == ""
    editor.show_raw("😀 ")
    if kind is FieldType.LONG:
        editor.inputs()[0].moveCursor(QTextCursor.MoveOperation.End)
    else:
        editor.inputs()[0].end(False)
    qtbot.keyClicks(editor.inputs()[0], "Absconded at night")
    assert "left, and we do not know where to" in hint_of(editor)
    assert editor.raw() == "😀 Absconded at night"
    if kind is FieldType.LONG:
        (drawn,) = editor.inputs()[0].extraSelections()
        assert drawn.cursor.selectedText() == "Absconded"

    editor.show_raw("Left at night")
    assert hint_of(editor) == ""
    if kind is FieldType.LONG:
        assert editor.inputs()[0].extraSelections() == []


def test_one_hint_for_a_word_however_often_it_stands_there(edit):
    editor = edit(FieldType.LONG, loaded=(LEFT,))
    editor.show_raw("absconded, ran off, absconded")
    assert hint_of(editor).count("\n") == 0
    assert len(editor.inputs()[0].extraSelections()) == 3


def test_where_no_words_are_loaded_nothing_is_made(edit):
    editor = edit(FieldType.LONG)
    editor.show_raw("absconded")
    assert editor.findChild(PlainLabel, "loaded-hint") is None
