"""One row of the conversation about consent: a recipient, what it is about, and the answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent_rows import PARTLY, GroupLine, TalkRow
from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.views.answer_bar import Answer, AnswerBar
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ConsentRowWidget(QWidget):
    """A row. `answered`, `group_answered` and `until_chosen` tell what a person did."""

    answered = Signal(str, str)
    group_answered = Signal(str, str, str)
    until_chosen = Signal(str, str)

    def __init__(self, kit: Kit, row: TalkRow, end_choices: Sequence[Choice]) -> None:
        super().__init__()
        self._kit = kit
        self._row = row
        say = kit.say
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap2"))
        box.addWidget(PlainLabel(kit, f"{row.title} · {row.purpose_words}", "strong"))
        about = " · ".join(line.words for line in row.groups) or say("Nothing could go there.")
        box.addWidget(PlainLabel(kit, about, "label").muted())
        self._bar = AnswerBar(kit, row.title, answers(say))
        self._bar.chosen.connect(lambda code: self.answered.emit(row.id, code))
        self._bar.setEnabled(bool(row.groups))
        box.addWidget(self._bar)
        self._groups = _Groups(kit, row.groups)
        self._groups.chosen.connect(
            lambda group, code: self.group_answered.emit(row.id, group, code)
        )
        box.addWidget(self._groups)
        box.addLayout(self._until_line(end_choices))
        self.show_row(row)

    def show_row(self, row: TalkRow) -> None:
        """Show the answer of the row; "partly" opens its data groups."""
        self._row = row
        self._bar.show_answer(row.answer)
        self._groups.setVisible(row.answer == PARTLY)
        order_tabs(self)

    def take_focus(self) -> None:
        """Put the focus on the first answer."""
        self._bar.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Answer by a digit from everywhere in the row but its data groups."""
        if not self._bar.press(event):
            super().keyPressEvent(event)

    def _until_line(self, end_choices: Sequence[Choice]) -> QHBoxLayout:
        kit, say = self._kit, self._kit.say
        line = QHBoxLayout()
        line.setSpacing(kit.look.px("gap2"))
        line.addWidget(PlainLabel(kit, say("Holds"), "label").muted().on_one_line())
        choice = ChoiceBox(kit, end_choices)
        choice.setAccessibleName(say("Until when: {recipient}", recipient=self._row.title))
        choice.show_code(self._row.until)
        choice.activated.connect(lambda _: self.until_chosen.emit(self._row.id, choice.code()))
        line.addWidget(choice)
        line.addStretch(1)
        return line


class _Groups(QWidget):
    """The data groups of a row, each with its own yes or no. `chosen` carries group and code."""

    chosen = Signal(str, str)

    def __init__(self, kit: Kit, groups: Sequence[GroupLine]) -> None:
        super().__init__()
        say = kit.say
        box = QVBoxLayout(self)
        # Moved in on both sides, so that it mirrors.
        box.setContentsMargins(kit.look.px("gap5"), 0, kit.look.px("gap5"), 0)
        box.setSpacing(kit.look.px("gap1"))
        two = (Answer("yes", say("Yes"), Shape.DOT), Answer("no", say("No"), Shape.BARRED))
        for line in groups:
            bar = AnswerBar(kit, line.words, two)
            bar.show_answer(line.answer)
            bar.chosen.connect(lambda code, one=line.code: self.chosen.emit(one, code))
            row = QHBoxLayout()
            add_words(row, PlainLabel(kit, line.words))
            row.addWidget(bar)
            box.addLayout(row)


def answers(say: Say) -> tuple[Answer, ...]:
    """The four answers of a row, in the order of their keys."""
    return (
        Answer("yes", say("Yes"), Shape.DOT),
        Answer("no", say("No"), Shape.BARRED),
        Answer("not_now", say("Not now"), Shape.RING),
        Answer(PARTLY, say("Partly"), Shape.HALF),
    )
