"""Long pages are built a few questions at a time, and nothing that was shown meanwhile is lost."""

import pytest
from tests.gui.samples import row, spec_of

from nrm_desktop.domain.values import AnswerState, FieldType
from nrm_desktop.ui.presenters.field_spec import Reply
from nrm_desktop.ui.views.sliced_stack import FIRST, SlicedStack

SPECS = (
    *(spec_of(FieldType.TEXT, id=f"q{number}") for number in range(9)),
    spec_of(FieldType.GROUP, id="group"),
)
LAST = "q8"


@pytest.fixture
def stack(kit, show):
    return show(SlicedStack(kit, SPECS), 800, 900)


def test_the_first_questions_are_there_at_once_and_the_rest_follows(kit, qtbot):
    made = SlicedStack(kit, SPECS)
    qtbot.addWidget(made)

    assert [made.has(spec.id) for spec in SPECS[:FIRST]] == [True] * FIRST
    assert not made.has(LAST)
    qtbot.waitUntil(lambda: made.has("group"))


def test_what_is_shown_in_a_question_that_is_not_built_yet_waits_for_it(kit, qtbot):
    made = SlicedStack(kit, SPECS)
    qtbot.addWidget(made)
    reply = Reply(AnswerState.ANSWERED, "a word")

    made.when_built(LAST, lambda: made.field(LAST).show_reply(reply))

    qtbot.waitUntil(lambda: made.has(LAST))
    assert made.field(LAST).reply() == reply


def test_rows_wait_for_their_group_and_their_questions_for_the_rows(kit, qtbot):
    made = SlicedStack(kit, SPECS)
    qtbot.addWidget(made)
    one = row("r1")
    inside = one.fields[0].id
    seen = []

    made.show_rows("group", (one,))
    made.when_built(inside, lambda: seen.append(made.field(inside).spec.id))

    qtbot.waitUntil(lambda: made.has("group"))
    assert seen == [inside]


def test_a_hidden_question_is_hidden_also_when_it_is_built_later(stack, qtbot):
    stack.show_only(frozenset({"q0", "group"}))

    qtbot.waitUntil(lambda: stack.has("group"))
    assert not stack.field(LAST).isVisibleTo(stack)
    assert stack.field("q0").isVisibleTo(stack)
