"""A question on screen: keys, states, sources, marks, problems; nothing typed is ever lost."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from tests.gui.samples import spec_of

from nrm_desktop.domain.values import AnswerState, FieldType, Source
from nrm_desktop.ui.presenters.field_spec import FieldEdit, FieldMark, FieldSpec, MarkKind, Reply
from nrm_desktop.ui.widgets.field_registry import build_field
from nrm_desktop.ui.widgets.kit import KeyPlace

ANSWERED, UNKNOWN = AnswerState.ANSWERED, AnswerState.UNKNOWN
DECLINED, NOT_ASKED = AnswerState.DECLINED, AnswerState.NOT_ASKED


@pytest.fixture
def ask(kit, show):
    """Show a question, and collect what it tells."""

    def build(kind=FieldType.YESNO, **changes):
        field = build_field(kit, spec_of(kind, **changes))
        field.heard = []
        field.edited.connect(field.heard.append)
        show(field, 640, 300)
        return field

    return build


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


@pytest.mark.rule("R21")
def test_a_new_question_is_not_asked_and_holds_nothing(ask):
    field = ask()

    assert field.reply() == Reply(NOT_ASKED)
    assert field.heard == []


@pytest.mark.rule("R21")
@pytest.mark.parametrize(
    ("key", "state"),
    [(Qt.Key.Key_2, UNKNOWN), (Qt.Key.Key_3, DECLINED), (Qt.Key.Key_4, NOT_ASKED)],
)
def test_the_keys_choose_the_state_of_the_question_in_focus(ask, qtbot, key, state):
    field = ask()
    field.take_focus()

    press(qtbot, key)

    assert field.heard == [FieldEdit("sample.yesno", Reply(state))]


def test_no_is_an_answer_and_no_state(ask, qtbot):
    field = ask()
    field.take_focus()

    press(qtbot, Qt.Key.Key_Right)
    press(qtbot, Qt.Key.Key_Space)

    assert field.reply() == Reply(ANSWERED, raw=False)


def test_digits_in_a_text_field_are_words_and_no_state(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.take_focus()

    press(qtbot, Qt.Key.Key_3)

    assert field.reply() == Reply(ANSWERED, "3")


def test_tab_leads_from_a_text_to_its_states_and_there_the_keys_work(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.take_focus()

    press(qtbot, Qt.Key.Key_Tab)
    press(qtbot, Qt.Key.Key_3)

    assert field.reply() == Reply(DECLINED)


def test_arrows_between_the_states_only_look_and_space_chooses(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.take_focus()
    press(qtbot, Qt.Key.Key_Tab)

    press(qtbot, Qt.Key.Key_Left)
    press(qtbot, Qt.Key.Key_Left)

    assert field.heard == []

    press(qtbot, Qt.Key.Key_Space)

    assert field.reply() == Reply(UNKNOWN)


def test_words_set_aside_by_a_state_come_back_with_answered(ask, qtbot):
    field = ask(FieldType.LONG)
    field.take_focus()
    qtbot.keyClicks(QApplication.focusWidget(), "They kept my passport")
    press(qtbot, Qt.Key.Key_Tab)

    press(qtbot, Qt.Key.Key_2)

    assert field.reply() == Reply(UNKNOWN)

    press(qtbot, Qt.Key.Key_1)

    assert field.reply() == Reply(ANSWERED, "They kept my passport")


def test_emptied_words_take_back_the_state_before(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.show_reply(Reply(DECLINED))
    field.take_focus()

    press(qtbot, Qt.Key.Key_X)
    press(qtbot, Qt.Key.Key_Backspace)

    assert [edit.reply.state for edit in field.heard] == [ANSWERED, DECLINED]


def test_answered_without_words_leads_to_where_they_are_written(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.take_focus()
    box = QApplication.focusWidget()
    press(qtbot, Qt.Key.Key_Tab)

    press(qtbot, Qt.Key.Key_1)

    assert QApplication.focusWidget() is box
    assert field.heard == []


def test_a_question_that_may_not_be_declined_has_no_such_key(ask, qtbot):
    field = ask(may_decline=False)
    field.take_focus()

    press(qtbot, Qt.Key.Key_3)

    assert field.heard == []


def test_the_source_stands_beside_the_state_and_is_kept(ask, qtbot):
    field = ask()
    field.show_reply(Reply(ANSWERED, True, Source.NOT_STATED))
    field.take_focus()
    press(qtbot, Qt.Key.Key_Tab)
    press(qtbot, Qt.Key.Key_Tab)

    press(qtbot, Qt.Key.Key_Down)
    menu = QApplication.activePopupWidget()
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    assert field.heard == []
    qtbot.keyClick(menu, Qt.Key.Key_Return)

    assert field.reply() == Reply(ANSWERED, True, Source.PERSON)
    assert field.heard[-1].reply.source is Source.PERSON


def test_a_shown_answer_tells_nobody(ask):
    field = ask(FieldType.TEXT)

    field.show_reply(Reply(ANSWERED, "K-14", Source.DOCUMENT))

    assert field.heard == []
    assert field.reply() == Reply(ANSWERED, "K-14", Source.DOCUMENT)


@pytest.mark.promise("P1")
def test_draft_and_saved_are_different_words(ask):
    field = ask()

    field.show_mark(FieldMark(MarkKind.DRAFT, "14:02"))
    draft = field.mark_text()
    field.show_mark(FieldMark(MarkKind.SAVED, "14:03"))

    assert (draft, field.mark_text()) == ("draft kept 14:02", "saved 14:03")


def test_another_version_is_a_button_and_overwrites_nothing(ask, qtbot):
    field = ask(FieldType.TEXT)
    field.show_reply(Reply(ANSWERED, "mine"))

    field.show_mark(FieldMark(MarkKind.OTHER_VERSION))

    with qtbot.waitSignal(field.other_version_asked) as asked:
        button = next(b for b in field.findChildren(object) if b.objectName() == "other-version")
        button.click()
    assert asked.args == ["sample.text"]
    assert field.reply().raw == "mine"


def test_a_problem_is_read_out_with_the_field_and_the_words_stay(ask):
    field = ask(FieldType.TEXT)
    field.show_reply(Reply(ANSWERED, "abc"))
    field.take_focus()

    field.show_problem("Needs a number.")

    assert field.problem_text == "Needs a number."
    assert "Needs a number." in QApplication.focusWidget().accessibleDescription()
    assert field.reply().raw == "abc"

    field.show_problem("")

    assert "Needs" not in QApplication.focusWidget().accessibleDescription()


def test_while_somebody_is_in_the_room_only_a_neutral_code_is_seen(ask):
    field = ask(FieldType.TEXT, remark=FieldSpec("sample.text.text", FieldType.LONG, "Remark"))
    field.show_reply(Reply(ANSWERED, "Marija"))

    field.cover(is_covered=True)
    seen = [
        child.text()
        for child in field.findChildren(object)
        if hasattr(child, "isVisible") and child.isVisible() and hasattr(child, "text")
    ]

    assert "Q 14" in seen
    assert not any("Question of type" in text or text == "Marija" for text in seen)

    field.cover(is_covered=False)

    assert field.reply().raw == "Marija"


def test_a_remark_is_told_under_its_own_name(ask, qtbot):
    field = ask(remark=FieldSpec("sample.yesno.text", FieldType.LONG, "In words"))
    remark = next(w for w in field.findChildren(object) if w.objectName() == "remark")
    remark.setFocus()

    press(qtbot, Qt.Key.Key_X)

    assert field.heard == [FieldEdit("sample.yesno.text", Reply(ANSWERED, "x"))]


def test_why_do_we_ask_opens_and_closes_by_key(ask, qtbot):
    field = ask()
    why = next(w for w in field.findChildren(object) if w.objectName() == "why")
    why.setFocus()

    press(qtbot, Qt.Key.Key_Space)
    words = next(w for w in field.findChildren(object) if w.objectName() == "why-words")

    assert words.isVisible()

    press(qtbot, Qt.Key.Key_Space)

    assert not words.isVisible()


def test_a_read_only_question_has_no_states(ask):
    field = ask(FieldType.AUTO)
    field.show_reply(Reply(ANSWERED, "23 November 2026"))

    assert field.reply().raw == "23 November 2026"
    assert [w for w in field.findChildren(object) if type(w).__name__ == "StateButton"] == []


def test_a_key_counts_by_its_place_whatever_the_layout_prints(kit, show):
    second = replace(kit, place_of=lambda e: KeyPlace.TWO if e.nativeScanCode() == 11 else None)
    field = show(build_field(second, spec_of(FieldType.YESNO)))
    no_modifier = Qt.KeyboardModifier.NoModifier

    QApplication.sendEvent(
        field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Eacute, no_modifier, 11, 0, 0, "é")
    )

    assert field.reply() == Reply(UNKNOWN)
