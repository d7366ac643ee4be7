"""Setting up the way back: 14 groups to be written down, then two of them typed back.

The same page, without the groups, asks for two groups of a sheet later. Groups are Latin codes and
keep their direction and order in every language.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.recovery import Asked
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs
from nrm_desktop.ui.widgets.text import text_line

_COLUMNS = 4


class WayBackActs(Protocol):
    """What the page hands over."""

    def written(self) -> None:
        """The groups are on paper."""

    def show_again(self) -> None:
        """Show the groups once more."""

    def confirm(self, first: str, second: str) -> None:
        """Two groups were typed."""


class WayBackPage(Page):
    """The page (fulfils `WayBackView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit, say("The way back"), say("Opens this safe again when a passphrase is forgotten.")
        )
        self._acts: WayBackActs | None = None
        self._sheet, self._asked, self._done = (Card(kit, is_column=True) for _ in range(3))
        self._numbers = (0, 0)
        self._problem = PlainLabel(kit, role="label").toned(Tone.BAD)
        self._again = Button(kit, say("Show the groups again"), "eye")
        self._make_asked()
        self._done_words = PlainLabel(kit).toned(Tone.OK)
        self._done.body.addWidget(self._done_words)
        self._leave = Button(kit, say("Go to the cases"), "check", ButtonKind.MAIN)
        self._done.body.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignLeading)
        for card in (self._sheet, self._asked, self._done):
            card.hide()
            self.body.addWidget(card)
        self.body.addStretch(1)

    def bind(self, acts: WayBackActs) -> None:
        """Tell who decides."""
        self._acts = acts

    @property
    def leave_button(self) -> Button:
        """Leads away from the page once it is done."""
        return self._leave

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_groups(self, groups: tuple[str, ...], mark: str) -> None:
        """Show the groups to be written down."""
        self._fill_sheet(groups, mark)
        self._show_only(self._sheet)

    def show_asked(self, asked: Asked, *, may_go_back: bool) -> None:
        """Ask for two groups, and show none."""
        self._clear_sheet()
        self._asked_words.setText(asked.text)
        for number, label, line in zip(asked.numbers, self._labels, self._lines, strict=True):
            name = self._kit.say("Group {number}", number=number)
            label.setText(name)
            line.setAccessibleName(name)
            line.clear()
        self._numbers = asked.numbers
        self._again.setVisible(may_go_back)
        self._problem.hide()
        self._show_only(self._asked)

    def show_problem(self, text: str, number: int) -> None:
        """Say which group is wrong, and put the cursor there."""
        self._problem.setText(text)
        self._problem.show()
        announce(self, text)
        line = self._lines[1 if number == self._numbers[1] else 0]
        line.setFocus()
        line.selectAll()

    def show_done(self, text: str) -> None:
        """Say that it is done."""
        self._clear_sheet()
        self._done_words.setText(text)
        announce(self, text)
        self._show_only(self._done)

    # ---- parts ----------------------------------------------------------------------------------

    def _show_only(self, shown: Card) -> None:
        for card in (self._sheet, self._asked, self._done):
            card.setVisible(card is shown)
        order_tabs(self)
        first = first_stop(shown)
        if first is not None:
            first.setFocus()

    def _fill_sheet(self, groups: tuple[str, ...], mark: str) -> None:
        kit, say, body = self._kit, self._kit.say, self._sheet.body
        self._clear_sheet()
        words = say(
            "Write these 14 groups down by hand, with the mark {mark}. They are shown once. Whoever"
            " has this sheet and this laptop can open the safe.",
            mark=mark,
        )
        body.addWidget(PlainLabel(kit, words))
        table = QWidget()
        table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(kit.look.px("gap5"))
        grid.setVerticalSpacing(kit.look.px("gap2"))
        for at, group in enumerate(groups):
            label = PlainLabel(kit, f"{at + 1}.  {group}", "title").on_one_line().as_code()
            aloud = " ".join(group)
            label.setAccessibleName(say("Group {number}: {aloud}", number=at + 1, aloud=aloud))
            grid.addWidget(label, *divmod(at, _COLUMNS))
        grid.setColumnStretch(_COLUMNS, 1)
        body.addWidget(table)
        done = Button(kit, say("I have written them down"), "check", ButtonKind.MAIN)
        done.clicked.connect(lambda _=False: self._acts.written() if self._acts else None)
        body.addWidget(done, 0, Qt.AlignmentFlag.AlignLeading)

    def _clear_sheet(self) -> None:
        """No group stays in a label that nobody sees."""
        while (item := self._sheet.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                for label in widget.findChildren(PlainLabel):
                    label.clear()
                widget.hide()
                widget.deleteLater()

    def _make_asked(self) -> None:
        kit, say, body = self._kit, self._kit.say, self._asked.body
        self._asked_words = PlainLabel(kit)
        body.addWidget(self._asked_words)
        self._labels = [PlainLabel(kit, role="label").muted() for _ in range(2)]
        self._lines: list[QLineEdit] = [text_line(kit, is_code=True) for _ in range(2)]
        for label, line in zip(self._labels, self._lines, strict=True):
            line.setInputMethodHints(
                Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
            )
            line.returnPressed.connect(self._entered)
            body.addWidget(label)
            body.addWidget(line)
        self._problem.hide()
        body.addWidget(self._problem)
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        self._again.clicked.connect(lambda _=False: self._acts.show_again() if self._acts else None)
        self._confirm = Button(kit, say("These are my groups"), "check", ButtonKind.MAIN)
        self._confirm.clicked.connect(lambda _=False: self._try())
        row.addWidget(self._again)
        row.addWidget(self._confirm)
        row.addStretch(1)
        body.addLayout(row)

    def _entered(self) -> None:
        first, second = self._lines
        if first.hasFocus() and not second.text():
            second.setFocus()
        else:
            self._try()

    def _try(self) -> None:
        if self._acts is not None:
            self._acts.confirm(*(line.text() for line in self._lines))
