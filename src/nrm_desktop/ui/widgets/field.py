"""One question on screen: label, value, state, source, and what is true of its words.

The widget joins an editor with the four states. It decides only how they hold together:

- typing makes the state "answered"; emptying the editor takes back the state before;
- another state empties the editor, and the words come back with "answered" (nothing is lost);
- keys 1 to 4 choose a state from everywhere but text fields, by the place of the key.

Whether an answer is valid, kept or saved is said to it from outside.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.domain.values import AnswerState, FieldType, Source, Value
from nrm_desktop.ui.presenters.asked_before import Earlier
from nrm_desktop.ui.presenters.field_spec import FieldEdit, FieldMark, FieldSpec, MarkKind, Reply
from nrm_desktop.ui.widgets.answer_state import STATE_KEYS, StateBar
from nrm_desktop.ui.widgets.button import IconButton
from nrm_desktop.ui.widgets.earlier_line import EarlierLine
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.flow import FlowLayout, add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.mark_line import MarkLine, ProblemLine
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.source_choice import SourceChoice
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import as_text, text_line

_NEUTRAL = frozenset({FieldType.YESNO, FieldType.NUMBER})


class FieldWidget(QWidget):
    """A question. `edited` carries a FieldEdit; `other_version_asked` the id of the spec."""

    edited = Signal(object)
    other_version_asked = Signal(str)

    def __init__(self, kit: Kit, spec: FieldSpec, editor: ValueEditor) -> None:
        super().__init__()
        self.spec = spec
        self._kit = kit
        self._editor = editor
        self._reply = Reply()
        self._quiet_state = AnswerState.NOT_ASKED
        self._stash: Value = None
        self.problem_text = ""
        """The words of the problem; empty if there is none."""
        self._mark: MarkLine | None = None
        self._earlier: EarlierLine | None = None
        self._head = QHBoxLayout()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap1"))
        self._add_head()
        self._box.addWidget(editor)
        self._additions = [self._add_quiet(text) for text in spec.additions]
        self._add_remark()
        self._problem: ProblemLine | None = None
        self._states: StateBar | None = None
        self._source: SourceChoice | None = None
        self._why_button: IconButton | None = None
        self._why_words: PlainLabel | None = None
        self._foot = self._add_foot()
        editor.edited.connect(self._typed)
        self._name_parts()

    # ---- shown from outside ---------------------------------------------------------------------

    def show_reply(self, reply: Reply) -> None:
        """Show an answer without telling anybody."""
        self._stash = None
        self._show(reply)
        self._editor.show_raw(reply.raw)

    def show_remark(self, text: str) -> None:
        """Show the remark that belongs to the question."""
        if self._remark is not None:
            self._remark.setText(text)

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether the words are a draft, saved, or from elsewhere."""
        if self._mark is None:
            self._mark = MarkLine(self._kit)
            self._mark.asked.connect(lambda: self.other_version_asked.emit(self.spec.id))
            self._head.addWidget(self._mark)
        self._mark.show_mark(mark)
        if mark.kind is MarkKind.OTHER_VERSION:
            order_tabs(self)

    def show_earlier(self, earlier: Earlier | None) -> None:
        """Show what was answered before, to be taken over by one key; None takes it away."""
        if self._earlier is not None:
            self._box.removeWidget(self._earlier)
            self._earlier.hide()
            self._earlier.deleteLater()
            self._earlier = None
        if earlier is not None:
            self._earlier = EarlierLine(self._kit, earlier)
            edit = FieldEdit(self.spec.id, Reply(), takes_earlier=True)
            self._earlier.taken.connect(lambda: self.edited.emit(edit))
            self._box.insertWidget(self._box.indexOf(self._editor), self._earlier)

    def show_problem(self, text: str) -> None:
        """Show what is wrong; an empty text takes it away. The words stay."""
        self.problem_text = text
        if self._problem is None:
            self._problem = ProblemLine(self._kit)
            self._box.insertWidget(self._box.indexOf(self._foot), self._problem)
        self._problem.show_text(text)
        self._editor.mark_problem(has_problem=bool(text))
        self._name_parts()

    def cover(self, *, is_covered: bool) -> None:
        """Show a neutral code and no words while somebody else is in the room."""
        neutral = self.spec.neutral or self._kit.say("Question")
        self._label.setText(neutral if is_covered else self.spec.label)
        # "Yes" and a number say nothing to a bystander; a date or a code does.
        self._editor.setVisible(not is_covered or self.spec.type in _NEUTRAL)
        beside = (self._guidance, self._remark, self._remark_label, self._earlier, self._source)
        problem = self._problem if self.problem_text else None
        for part in (*beside, *self._additions, problem):
            if part is not None:
                part.setVisible(not is_covered)
        if self._why_button is not None:
            self._why_button.setVisible(not is_covered)
            self._why_button.setChecked(False)
        self._name_parts(is_covered=is_covered)

    # ---- read from outside ----------------------------------------------------------------------

    def reply(self) -> Reply:
        """What stands there now."""
        return self._reply

    def mark_text(self) -> str:
        """The words of the mark, for tests and for reading out."""
        return self._mark.text() if self._mark is not None else ""

    def take_focus(self) -> None:
        """Put the cursor where the answer is given, on the chosen option if there is one."""
        inputs = self._editor.inputs()
        chosen = [one for one in inputs if isinstance(one, QAbstractButton) and one.isChecked()]
        for control in (chosen or inputs)[:1]:
            control.setFocus()

    def tab_stops(self) -> list[QWidget]:
        """Answer first, then its state, its source and the reason; the other version last."""
        parts = (self._editor, self._remark, self._foot, self._earlier, self._mark)
        return [part for part in parts if part is not None]

    # ---- keys and changes -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose a state by the place of the key; text fields keep their keys to themselves."""
        place = self._kit.place_of(event)
        state = STATE_KEYS.get(place) if place else None
        if state is None or self._states is None or not self._states.offers(state):
            event.ignore()
            return
        self._choose_state(state)

    def _choose_state(self, state: AnswerState) -> None:
        if state is AnswerState.ANSWERED:
            if self._reply.raw is None and self._stash is not None:
                self._editor.show_raw(self._stash)
                self._typed()
            elif self._states is not None:
                self._states.show_state(self._reply.state)
            self.take_focus()
            return
        if self._reply.raw is not None:
            self._stash = self._reply.raw
            self._editor.show_raw(None)
        self._tell(Reply(state, None, self._reply.source))

    def _choose_source(self, source: Source) -> None:
        self._tell(Reply(self._reply.state, self._reply.raw, source))

    def _typed(self) -> None:
        raw = self._editor.raw()
        state = self._quiet_state if raw is None else AnswerState.ANSWERED
        self._tell(Reply(state, raw, self._reply.source))

    def _tell(self, reply: Reply) -> None:
        self._show(reply)
        self.edited.emit(FieldEdit(self.spec.id, reply))

    def _show(self, reply: Reply) -> None:
        self._reply = reply
        if reply.state is not AnswerState.ANSWERED:
            self._quiet_state = reply.state
        if self._states is not None:
            self._states.show_state(reply.state)
        if self._source is not None:
            self._source.show_source(reply.source)

    def _remarked(self, text: str) -> None:
        if self.spec.remark is not None:
            words = text.strip() or None
            state = AnswerState.NOT_ASKED if words is None else AnswerState.ANSWERED
            self.edited.emit(FieldEdit(self.spec.remark.id, Reply(state, words)))

    # ---- building -------------------------------------------------------------------------------

    def _add_head(self) -> None:
        look = self._kit.look
        self._label = PlainLabel(self._kit, self.spec.label, "strong")
        self._head.setSpacing(look.px("gap2"))
        add_words(self._head, self._label)
        self._box.addLayout(self._head)
        self._guidance = self._add_quiet(self.spec.guidance)

    def _add_quiet(self, text: str) -> PlainLabel | None:
        if not text:
            return None
        label = PlainLabel(self._kit, text, "label").muted()
        self._box.addWidget(label)
        return label

    def _add_remark(self) -> None:
        self._remark = None
        self._remark_label = None
        if self.spec.remark is None:
            return
        self._remark_label = self._add_quiet(self.spec.remark.label)
        self._remark = text_line(self._kit)
        self._remark.setObjectName("remark")
        self._remark.setReadOnly(self.spec.remark.is_read_only)
        self._remark.textEdited.connect(self._remarked)
        self._box.addWidget(self._remark)

    def _add_foot(self) -> QWidget:
        foot = QWidget()
        flow = FlowLayout(self._kit.look.px("gap3"), 0)
        foot.setLayout(flow)
        self._box.addWidget(foot)
        is_asked = not self.spec.is_read_only and self.spec.type is not FieldType.AUTO
        self._editor.setEnabled(is_asked)
        if is_asked:
            self._states = StateBar(self._kit, may_decline=self.spec.may_decline)
            self._states.chosen.connect(self._choose_state)
            self._states.show_state(AnswerState.NOT_ASKED)
            flow.addWidget(self._states)
        if is_asked and self.spec.sources:
            self._source = SourceChoice(self._kit, self.spec.sources)
            self._source.chosen.connect(self._choose_source)
            flow.addWidget(self._source)
        if self.spec.why:
            self._add_why(flow)
        return foot

    def _add_why(self, flow: FlowLayout) -> None:
        button = IconButton(self._kit, "circle-question-mark", self._kit.say("Why do we ask?"))
        button.setCheckable(True)
        button.setObjectName("why")
        flow.addWidget(button)
        button.toggled.connect(self._show_why)
        self._why_button = button

    def _show_why(self, is_shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        if self._why_words is None:
            self._why_words = self._add_quiet(self.spec.why)
        if self._why_words is not None:
            self._why_words.setObjectName("why-words")
            self._why_words.setVisible(is_shown)

    def _name_parts(self, *, is_covered: bool = False) -> None:
        say = self._kit.say
        name = self._label.text()
        told = (self.spec.guidance, *self.spec.additions, self.problem_text)
        described = "" if is_covered else " ".join(filter(None, told))
        self._editor.name_it(name, described)
        if self._states is not None:
            self._states.name_it(name)
        if self._source is not None:
            self._source.name_it(name)
        if self._why_button is not None:
            self._why_button.setAccessibleName(say("Why do we ask: {question}", question=name))
        if self._remark is not None and self.spec.remark is not None:
            self._remark.setAccessibleName(as_text(self.spec.remark.label) or name)
