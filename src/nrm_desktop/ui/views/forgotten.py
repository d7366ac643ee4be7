"""A forgotten passphrase (fulfils `ForgottenView`): 14 short lines, then two for the new one.

A group that has its four characters leads on to the next; a whole code that is pasted or scanned
fills all of them. Groups are Latin codes and keep their order in every language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.forgotten import GROUP_CHARS, GROUPS, ForgottenPresenter
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.new_passphrase import PassphraseRules
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.new_passphrase import NewPassphrase
from nrm_desktop.ui.widgets.page import scrolling
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs
from nrm_desktop.ui.widgets.text import text_line

_COLUMNS = 4
_MOST_TYPED = 2 * GROUPS * GROUP_CHARS


class ForgottenPage(QWidget):
    """The whole window; `back` leads to the locked screen."""

    def __init__(self, kit: Kit, rules: PassphraseRules, back: Callable[[], None]) -> None:
        super().__init__()
        self._kit = kit
        self._presenter: ForgottenPresenter | None = None
        say = kit.say
        middle = QVBoxLayout()
        middle.setSpacing(kit.look.px("gap4"))
        middle.addWidget(PlainLabel(kit, say("Passphrase forgotten"), "title"))
        self._problem = PlainLabel(kit).toned(Tone.BAD)
        self._busy = PlainLabel(kit, role="strong")
        for label in (self._problem, self._busy):
            label.hide()
            middle.addWidget(label)
        self._groups, self._next = self._groups_card()
        self._new_card, self._new = self._passphrase_card(rules)
        self._done = Card(kit, is_column=True)
        self._done_words = PlainLabel(kit).toned(Tone.OK)
        self._done.body.addWidget(self._done_words)
        for card in (self._groups, self._new_card, self._done):
            card.hide()
            middle.addWidget(card)
        leave = Button(kit, say("To the locked screen"), "lock")
        leave.clicked.connect(lambda _=False: back())
        self._leave = leave
        middle.addWidget(leave, 0, Qt.AlignmentFlag.AlignLeading)
        middle.addStretch(1)
        box = QVBoxLayout(self)
        pad = kit.look.px("gap3")
        box.setContentsMargins(pad, pad, pad, pad)
        box.addWidget(scrolling(kit, middle))

    def bind(self, presenter: ForgottenPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def ask_groups(self) -> None:
        """Ask for the groups; what was typed stands there still."""
        self._show_only(self._groups)

    def ask_passphrase(self) -> None:
        """Ask for a new passphrase, and hide the groups."""
        self._show_only(self._new_card)
        self._new.take_focus()

    def show_problem(self, text: str, group: int) -> None:
        """Say what is wrong, and go to the group."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        if text:
            announce(self, text)
        if group:
            self._lines[group - 1].setFocus()
            self._lines[group - 1].selectAll()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be typed."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:
            announce(self, text)

    def show_done(self, text: str) -> None:
        """Say who may come in again; nothing that was typed stays."""
        for line in self._lines:
            line.clear()
        self._new.clear()
        self._done_words.setText(text)
        announce(self, text)
        self._show_only(self._done)
        self._leave.setFocus()

    # ---- parts ----------------------------------------------------------------------------------

    def _show_only(self, shown: Card) -> None:
        for card in (self._groups, self._new_card, self._done):
            card.setVisible(card is shown)
        order_tabs(self)
        first = first_stop(shown)
        if first is not None:
            first.setFocus()

    def _groups_card(self) -> tuple[Card, Button]:
        kit, say = self._kit, self._kit.say
        purpose = say(
            "Type the 14 groups of the sheet. Capitals do not matter; O counts as 0, I and L as 1."
        )
        card = Card(kit, say("The sheet"), purpose, is_column=True)
        table = QWidget()
        table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(kit.look.px("gap3"))
        grid.setVerticalSpacing(kit.look.px("gap2"))
        self._lines = [text_line(kit, is_code=True) for _ in range(GROUPS)]
        for at, line in enumerate(self._lines):
            line.setMaxLength(_MOST_TYPED)
            line.setInputMethodHints(
                Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
            )
            line.setAccessibleName(say("Group {number}", number=at + 1))
            line.textEdited.connect(partial(self._typed, at))
            line.returnPressed.connect(self._try)
            row, column = divmod(at, _COLUMNS)
            number = PlainLabel(kit, f"{at + 1}.", "label").muted().on_one_line().as_code()
            grid.addWidget(number, row, 2 * column)
            grid.addWidget(line, row, 2 * column + 1)
        card.body.addWidget(table)
        ready = Button(kit, say("Go on"), "check", ButtonKind.MAIN)
        ready.clicked.connect(lambda _=False: self._try())
        card.body.addWidget(ready, 0, Qt.AlignmentFlag.AlignLeading)
        return card, ready

    def _passphrase_card(self, rules: PassphraseRules) -> tuple[Card, NewPassphrase]:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Your new passphrase"), is_column=True)
        new = NewPassphrase(kit, rules)
        card.body.addWidget(new)
        take = Button(kit, say("Take this passphrase"), "check", ButtonKind.MAIN)
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        row.addWidget(take)
        card.body.addLayout(row)

        def entered() -> None:
            if self._presenter is not None:
                self._presenter.passphrase_typed(new.passphrase())

        new.entered.connect(entered)
        take.clicked.connect(lambda _=False: entered())
        return card, new

    def _typed(self, at: int, text: str) -> None:
        """Lead on after four characters; spread a longer text over the groups that follow."""
        plain = "".join(char for char in text if char.isalnum())
        parted = [plain[i : i + GROUP_CHARS] for i in range(0, len(plain), GROUP_CHARS)]
        if len(parted) > 1:
            for line, part in zip(self._lines[at:], parted, strict=False):
                line.setText(part)
        following = at + max(len(parted), 1)
        if parted and len(parted[-1]) == GROUP_CHARS and following < GROUPS:
            self._lines[following].setFocus()
            self._lines[following].selectAll()
        elif len(parted) > 1:
            self._lines[min(following, GROUPS) - 1].setFocus()

    def _try(self) -> None:
        if self._presenter is not None:
            self._presenter.groups_typed([line.text() for line in self._lines])
