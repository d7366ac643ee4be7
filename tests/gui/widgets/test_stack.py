"""Questions of a page together: groups of rows, where the focus is, what is hidden."""

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from tests.gui.samples import all_specs, row, spec_of
from tests.gui.walks import name_of

from nrm_desktop.domain.values import AnswerState, FieldType
from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind, Reply
from nrm_desktop.ui.widgets.field_stack import FieldStack

GROUP = "sample.group"


@pytest.fixture
def stack(kit, show):
    return show(FieldStack(kit, all_specs()), 640, 2600)


def heard(signal) -> list:
    told = []
    signal.connect(lambda *args: told.append(args))
    return told


def test_every_type_stands_on_the_page_with_names(stack, assert_named):
    stack.show_rows(GROUP, (row("a"), row("b")))
    QApplication.processEvents()

    assert_named(stack)
    assert {field.spec.type for field in stack.fields()} == set(FieldType) - {FieldType.GROUP}


def test_the_stack_says_where_the_focus_comes_and_leaves(stack):
    came, left = heard(stack.entered), heard(stack.left)

    stack.focus_on("sample.text")
    stack.focus_on("sample.number")
    QApplication.focusWidget().clearFocus()

    assert came == [("sample.text",), ("sample.number",)]
    assert left[-2:] == [("sample.text",), ("sample.number",)]


def test_moving_inside_a_question_does_not_leave_it(stack, qtbot):
    stack.focus_on("sample.text")
    left = heard(stack.left)

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)

    assert left == []


def test_a_row_is_asked_for_and_never_made_by_the_widget(stack):
    asked = heard(stack.row_asked)
    stack.focus_on(GROUP)

    QApplication.focusWidget().click()

    assert asked == [(GROUP,)]
    assert stack.field("sample.group.a.role") is None


def test_rows_that_stay_keep_their_words(stack):
    stack.show_rows(GROUP, (row("a"),))
    stack.field("sample.group.a.badge").show_reply(Reply(AnswerState.ANSWERED, "B-7"))

    stack.show_rows(GROUP, (row("a"), row("b")))

    assert stack.field("sample.group.a.badge").reply().raw == "B-7"

    stack.show_rows(GROUP, (row("b"),))

    assert stack.field("sample.group.a.badge") is None
    assert stack.field("sample.group.b.badge") is not None


def test_taking_a_row_away_is_asked_for_with_its_name(stack):
    asked = heard(stack.row_end_asked)
    stack.show_rows(GROUP, (row("a"),))

    button = next(b for b in buttons(stack) if b.accessibleName() == "Take away: Person a")
    button.click()

    assert asked == [(GROUP, "a")]
    assert stack.field("sample.group.a.badge") is not None


def test_hiding_a_question_never_empties_it(stack):
    stack.field("sample.text").show_reply(Reply(AnswerState.ANSWERED, "kept"))

    stack.show_only(frozenset({"sample.number"}))
    assert not stack.field("sample.text").isVisible()
    assert stack.field("sample.number").isVisible()

    stack.show_only(frozenset({"sample.text", GROUP}))
    assert stack.field("sample.text").isVisible()
    assert stack.field("sample.text").reply().raw == "kept"


def test_tab_follows_the_reading_order_also_where_rows_came_later(kit, show, qtbot):
    specs = (spec_of(FieldType.TEXT), spec_of(FieldType.GROUP), spec_of(FieldType.DATE))
    page = show(FieldStack(kit, specs), 640, 1200)
    page.show_rows(GROUP, (row("a"),))
    page.field("sample.text").show_mark(FieldMark(MarkKind.OTHER_VERSION))
    QApplication.processEvents()
    page.focus_on("sample.text")
    seen = []

    while QApplication.focusWidget() not in seen:
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)

    reached = [question_of(widget) for widget in seen]
    assert list(dict.fromkeys(reached)) == [
        "sample.text",
        "Take away: Person a",
        "sample.group.a.role",
        "sample.group.a.badge",
        "Add: Question of type group",
        "sample.date",
    ]
    assert [widget.accessibleName() or name_of(widget) for widget in seen[:5]] == [
        "Question of type text",
        "Not asked",
        "Source of: Question of type text Source?",
        "Why do we ask: Question of type text",
        "other version",
    ]


def question_of(widget) -> str:
    own = widget.accessibleName()
    while widget is not None and not hasattr(widget, "spec"):
        widget = widget.parentWidget()
    return widget.spec.id if widget is not None and widget.spec.id != GROUP else own


def test_a_text_column_is_no_wider_than_its_token(kit, show):
    page = show(FieldStack(kit, (spec_of(FieldType.TEXT),)), 1400, 400)

    assert page.field("sample.text").width() <= kit.look.px("column")


def buttons(widget) -> list:
    return [child for child in widget.findChildren(object) if hasattr(child, "click")]


@pytest.mark.promise("P6")
def test_nothing_of_a_page_outlives_it(kit, qtbot):
    """Locking tears the views down; no widget may keep what was typed."""
    page = FieldStack(kit, all_specs())
    page.show_rows(GROUP, (row("a"),))
    page.field("sample.text").show_reply(Reply(AnswerState.ANSWERED, "kept nowhere"))
    page.field("sample.text").show_mark(FieldMark(MarkKind.OTHER_VERSION))
    parts = [weakref.ref(page), *(weakref.ref(field) for field in page.fields())]

    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del page
    gc.collect()

    assert [part() for part in parts if part() is not None] == []
