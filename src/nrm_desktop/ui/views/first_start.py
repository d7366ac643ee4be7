"""The first start (fulfils `FirstStartView`): three ways, and what each of them asks for.

It stands in the whole window, like the locked screen; there is no case data yet.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.first_start import Beginning, Door, FirstStartPresenter, Joining
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.new_passphrase import PassphraseRules
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.banner import Banner
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.new_passphrase import NewPassphrase
from nrm_desktop.ui.widgets.page import drop, scrolling
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Dot


class FirstStartPage(QWidget):
    """The whole window while there is no safe. Shape: `foot` stands below the card."""

    def __init__(self, kit: Kit, rules: PassphraseRules, foot: QWidget | None = None) -> None:
        super().__init__()
        self._kit = kit
        self._rules = rules
        self._presenter: FirstStartPresenter | None = None
        self._banners: list[Banner] = []
        self._rows: dict[Dot, str] = {}
        makers = {
            Door.CHOOSE: self._choose_card,
            Door.BEGIN: self._begin_card,
            Door.JOIN: self._join_card,
            Door.RESTORE: self._restore_card,
        }
        self._middle = QVBoxLayout()
        self._banner_box = QVBoxLayout()
        self._busy = PlainLabel(kit, role="strong")
        self._middle.addWidget(PlainLabel(kit, kit.say("Notes"), "title"))
        self._middle.addLayout(self._banner_box)
        self._middle.addWidget(self._busy)
        self._busy.hide()
        self._cards = {door: make() for door, make in makers.items()}
        for card in self._cards.values():
            card.hide()
            self._middle.addWidget(card)
        self._middle.addStretch(1)
        if foot is not None:
            self._middle.addWidget(foot)
        box = QVBoxLayout(self)
        pad = kit.look.px("gap3")
        box.setContentsMargins(pad, pad, pad, pad)
        self._middle.setSpacing(kit.look.px("gap4"))
        box.addWidget(scrolling(kit, self._middle))

    def bind(self, presenter: FirstStartPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_door(self, door: Door) -> None:
        """Show one of the ways, or all to choose from."""
        for one, card in self._cards.items():
            card.setVisible(one is door)
        for secret in (self._new, self._invited, self._digits, self._old):
            secret.clear()
        order_tabs(self)
        first = first_stop(self._cards[door])
        if first is not None:
            first.setFocus()

    def show_roles(self, roles: tuple[Choice, ...]) -> None:
        """Offer the roles."""
        self._role.offer(roles, roles[0].code if roles else "")

    def show_backups(self, rows: tuple[Choice, ...]) -> None:
        """Show backups side by side to choose from; empty shows none."""
        for old in self._rows:
            drop(self._found, old)
        self._rows = {Dot(self._kit, row.label): row.code for row in rows}
        for dot in self._rows:
            self._found.addWidget(dot)
        for part in (self._found_words, self._restore):
            part.setVisible(bool(rows))
        order_tabs(self)
        for dot in list(self._rows)[:1]:
            dot.setChecked(len(rows) == 1)
            dot.setFocus()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be done."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:  # nothing is switched off: the focus stays where it is
            announce(self, text)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show these banners instead of those that are there."""
        for old in self._banners:
            drop(self._banner_box, old)
        self._banners = [Banner(self._kit, spec) for spec in banners]
        for banner in self._banners:
            self._banner_box.addWidget(banner)

    # ---- parts ----------------------------------------------------------------------------------

    def _choose_card(self) -> Card:
        say = self._kit.say
        card = Card(self._kit, say("Nothing is set up here yet"), is_column=True)
        ways = (
            (Door.BEGIN, "plus", say("Begin"), say("For a new organisation, or on your own.")),
            (Door.JOIN, "users", say("Join"), say("I have an invitation of my organisation.")),
            (Door.RESTORE, "history", say("Restore"), say("There is a backup of a lost laptop.")),
        )
        for door, icon, name, words in ways:
            button = Button(self._kit, name, icon)
            button.setAccessibleDescription(words)
            button.clicked.connect(lambda _=False, one=door: self._go(one))
            card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
            card.body.addWidget(PlainLabel(self._kit, words, "label").muted())
        return card

    def _begin_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say(
            "Everything stays on this laptop, sealed. Nobody can open it without your passphrase"
            " or the sheet that you write next."
        )
        card = Card(kit, say("Begin"), purpose, is_column=True)
        self._organisation = self._line(card.body, say("Name of your organisation"))
        self._badge = self._line(card.body, say("Your badge, like P-01; not your name"))
        name = say("What you do")
        card.body.addWidget(PlainLabel(kit, name, "label").muted())
        self._role = ChoiceBox(kit, ())
        self._role.setAccessibleName(name)
        card.body.addWidget(self._role)
        self._new = NewPassphrase(kit, self._rules)
        self._new.entered.connect(self._begin)
        card.body.addWidget(self._new)
        begin = Button(kit, say("Make the safe"), "check", ButtonKind.MAIN)
        begin.clicked.connect(lambda _=False: self._begin())
        self._add_foot(card, begin)
        return card

    def _join_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say(
            "Your office gives you a file, and tells you 24 digits by another way. You can work at"
            " once; the office confirms you after the next exchange."
        )
        card = Card(kit, say("I have an invitation"), purpose, is_column=True)
        self._invitation = FolderLine(kit, say("Folder in which the invitation lies"))
        card.body.addWidget(self._invitation)
        self._digits = self._line(card.body, say("The 24 digits that you were told"))
        self._digits.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._invited = NewPassphrase(kit, self._rules)
        card.body.addWidget(self._invited)
        other = say(
            "No invitation? Someone who works on a laptop already can add you there, under"
            " “Safety”. Or the office takes this laptop in by the command “device request”."
        )
        card.body.addWidget(PlainLabel(kit, other, "label").muted())
        join = Button(kit, say("Open the invitation"), "check", ButtonKind.MAIN)
        join.clicked.connect(lambda _=False: self._join())
        self._invitation.entered.connect(self._digits.setFocus)
        self._digits.returnPressed.connect(self._invited.take_focus)
        self._invited.entered.connect(self._join)
        self._add_foot(card, join)
        return card

    def _restore_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say(
            "Choose the folder of one backup, or a folder with several: they are shown side by"
            " side. Nothing is written over. A backup opens with the passphrases of its day."
        )
        card = Card(kit, say("Restore"), purpose, is_column=True)
        self._folder = FolderLine(kit, say("Folder with the backup"))
        self._folder.entered.connect(self._read)
        card.body.addWidget(self._folder)
        self._sign = self._line(card.body, say("Your sign of that day, if several people had one"))
        self._old = self._line(card.body, say("Passphrase of that day"))
        self._old.setEchoMode(QLineEdit.EchoMode.Password)
        self._old.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._old.returnPressed.connect(self._read)
        self._found_words = PlainLabel(kit, say("Read as a whole, and sound:"), "strong")
        card.body.addWidget(self._found_words)
        self._found = QVBoxLayout()
        card.body.addLayout(self._found)
        words = say("This laptop gets a new identity: another one may still write with the old.")
        card.body.addWidget(PlainLabel(kit, words, "label").muted())
        look = Button(kit, say("Look at the backup"), "search")
        look.clicked.connect(lambda _=False: self._read())
        self._restore = Button(kit, say("Restore this one"), "check", ButtonKind.MAIN)
        self._restore.clicked.connect(lambda _=False: self._take())
        for part in (self._found_words, self._restore):
            part.hide()
        self._add_foot(card, look, self._restore)
        return card

    def _add_foot(self, card: Card, *buttons: Button) -> None:
        kit = self._kit
        back = Button(kit, kit.say("Back"), "arrow-right" if kit.look.is_rtl else "arrow-left")
        back.clicked.connect(lambda _=False: self._go(Door.CHOOSE))
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        for button in (*buttons, back):
            row.addWidget(button)
        home = QHBoxLayout()
        home.addLayout(row)
        card.body.addLayout(home)

    def _line(self, body: QVBoxLayout, name: str) -> QLineEdit:
        body.addWidget(PlainLabel(self._kit, name, "label").muted())
        line = text_line(self._kit)
        line.setAccessibleName(name)
        body.addWidget(line)
        return line

    def _go(self, door: Door) -> None:
        if self._presenter is not None:
            self._presenter.choose(door)

    def _begin(self) -> None:
        if self._presenter is not None:
            self._presenter.begin(
                Beginning(
                    self._organisation.text().strip(),
                    self._badge.text().strip(),
                    self._role.code(),
                    self._new.passphrase(),
                )
            )

    def _join(self) -> None:
        if self._presenter is not None:
            folder, digits = self._invitation.folder(), self._digits.text()
            self._presenter.join(Joining(folder, digits, self._invited.passphrase()))

    def _read(self) -> None:
        if self._presenter is not None:
            self._presenter.read_backups(self._folder.folder(), self._sign.text(), self._old.text())

    def _take(self) -> None:
        chosen = [path for dot, path in self._rows.items() if dot.isChecked()]
        if self._presenter is not None:
            self._presenter.restore(chosen[0] if chosen else "")
