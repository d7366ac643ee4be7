"""The people of this laptop (fulfils `PeopleView`): one card to look, add, and change."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.new_passphrase import PassphraseRules
from nrm_desktop.ui.presenters.people import PeoplePresenter
from nrm_desktop.ui.views.safety import Lines
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.new_passphrase import NewPassphrase
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class PeoplePage(Page):
    """The page. It names people by badge and sign alone."""

    def __init__(self, kit: Kit, rules: PassphraseRules) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("People of this laptop"),
            say("Who may unlock here, each by an own passphrase."),
        )
        self._presenter: PeoplePresenter | None = None
        self._rows: list[QWidget] = []
        self._more: list[Card] = []
        self._busy = PlainLabel(kit, role="strong")
        self._busy.hide()
        self.body.addWidget(self._busy)
        self._over = Card(kit, say("Removed"), is_column=True)
        self._asked = Card(kit, say("Remove a person"), is_column=True)
        self._who = Card(kit, say("They may unlock here"), is_column=True)
        self._list = QVBoxLayout()
        self._who.body.addLayout(self._list)
        self._make_over()
        self._make_asked()
        self._add, self._own = self._add_card(rules), self._own_card(rules)
        for card in (self._over, self._asked, self._who, self._add, self._own):
            self.body.addWidget(card)
        self._over.hide()
        self._asked.hide()
        self.body.addStretch(1)

    def bind(self, presenter: PeoplePresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

        def add() -> None:
            presenter.add(self._badge.text(), self._role.code(), self._new.passphrase())

        def change() -> None:
            presenter.change(self._old.text(), self._changed.passphrase())

        self._take_in.clicked.connect(lambda _=False: add())
        self._new.entered.connect(add)
        self._change.clicked.connect(lambda _=False: change())
        self._changed.entered.connect(change)
        self._old.returnPressed.connect(self._changed.take_focus)
        self._remove.clicked.connect(lambda _=False: presenter.remove(self._typed.text()))
        self._typed.returnPressed.connect(lambda: presenter.remove(self._typed.text()))
        self._keep.clicked.connect(lambda _=False: presenter.keep())
        self._go_on.clicked.connect(lambda _=False: presenter.go_on())

    def add_card(self, card: Card, *, is_first: bool) -> None:
        """Put a further card above the list of people, or above the own passphrase."""
        self.body.insertWidget(self.body.indexOf(self._who if is_first else self._own), card)
        self._more.append(card)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_people(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show who may unlock, each with a button to remove, but not oneself."""
        for old in self._rows:
            drop(self._list, old)
        self._rows = []
        for words, badge in rows:
            self._put(PlainLabel(self._kit, words))
            if badge:
                name = self._kit.say("Remove {badge} …", badge=badge)
                button = Button(self._kit, name, "log-out", ButtonKind.QUIET)
                button.clicked.connect(partial(self._ask, badge))
                self._put(button)
        order_tabs(self)

    def show_roles(self, roles: tuple[Choice, ...]) -> None:
        """Offer the roles."""
        self._role.offer(roles)  # a role is chosen, never slipped into

    def ask_removal(self, badge: str, text: str) -> None:
        """Have a removal confirmed by its badge; empty ends the question."""
        self._asked_words.setText(text)
        self._typed.clear()
        self._asked.setVisible(bool(badge))
        order_tabs(self)
        if badge:
            announce(self, text)
            self._typed.setFocus()
        else:
            self._badge.setFocus()

    def show_over(self, lines: tuple[str, ...]) -> None:
        """Show what became of a removal; from here it only goes on to the lock."""
        self._over_lines.show_lines(lines)
        self._over.show()
        self._go_on.setFocus()
        for card in (self._asked, self._who, self._add, self._own, *self._more):
            card.hide()
        announce(self, " ".join(lines))

    def clear(self) -> None:
        """Empty every line."""
        self._badge.clear()
        self._new.clear()
        self._old.clear()
        self._changed.clear()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _ask(self, badge: str, _is_checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if self._presenter is not None:
            self._presenter.ask_removal(badge)

    def _put(self, widget: QWidget) -> None:
        self._rows.append(widget)
        self._list.addWidget(widget)

    def _make_over(self) -> None:
        kit = self._kit
        home = QVBoxLayout()
        self._over.body.addLayout(home)
        self._over_lines = Lines(kit, home)
        self._go_on = Button(kit, kit.say("Go on to the lock"), "lock", ButtonKind.MAIN)
        self._over.body.addWidget(self._go_on, 0, Qt.AlignmentFlag.AlignLeading)

    def _make_asked(self) -> None:
        kit, say, body = self._kit, self._kit.say, self._asked.body
        self._asked_words = PlainLabel(kit)
        body.addWidget(self._asked_words)
        name = say("Type the badge, to be sure")
        body.addWidget(PlainLabel(kit, name, "label").muted())
        self._typed = text_line(kit, is_code=True)
        self._typed.setAccessibleName(name)
        body.addWidget(self._typed)
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        self._remove = Button(kit, say("Remove"), "log-out")
        self._keep = Button(kit, say("Remove nobody"), "x")
        row.addWidget(self._remove)
        row.addWidget(self._keep)
        body.addLayout(row)

    def _add_card(self, rules: PassphraseRules) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say("The new person types the passphrase; nobody else needs to know it.")
        card = Card(kit, say("Add a person"), purpose, is_column=True)
        badge, job = say("Badge of the new person"), say("What this person does")
        card.body.addWidget(PlainLabel(kit, badge, "label").muted())
        self._badge = text_line(kit)
        self._badge.setAccessibleName(badge)
        card.body.addWidget(self._badge)
        card.body.addWidget(PlainLabel(kit, job, "label").muted())
        self._role = ChoiceBox(kit, ())
        self._role.setAccessibleName(job)
        card.body.addWidget(self._role)
        self._new = NewPassphrase(kit, rules)
        card.body.addWidget(self._new)
        self._take_in = Button(kit, say("Add"), "plus")
        card.body.addWidget(self._take_in, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _own_card(self, rules: PassphraseRules) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say("Nothing is written anew for it. The sheet goes on to open the safe.")
        card = Card(kit, say("Your own passphrase"), purpose, is_column=True)
        name = say("Your passphrase of now")
        card.body.addWidget(PlainLabel(kit, name, "label").muted())
        self._old = text_line(kit)
        self._old.setEchoMode(QLineEdit.EchoMode.Password)
        self._old.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._old.setAccessibleName(name)
        card.body.addWidget(self._old)
        self._changed = NewPassphrase(kit, rules)
        card.body.addWidget(self._changed)
        self._change = Button(kit, say("Change my passphrase"), "key-round")
        card.body.addWidget(self._change, 0, Qt.AlignmentFlag.AlignLeading)
        return card
