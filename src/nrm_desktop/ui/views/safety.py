"""The place "Safety" (fulfils `SafetyView`): one card each for what can be lost, and how not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.safety import SafetyPresenter, WayBackCard
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.tick import Tick


class SafetyPage(Page):
    """The page. Nothing on it is about a person in a case."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Safety"),
            say("What would be lost if this laptop broke today, and what helps."),
        )
        self._condition = Card(kit, say("To be known of this safe"), is_column=True)
        self._condition_lines = Lines(kit, self._condition.body)
        self._identity = self._identity_card()
        for card in (self._condition, self._identity):
            card.hide()
            self.body.addWidget(card)
        makers = (
            self._way_back_card,
            self._people_card,
            self._backup_card,
            self._check_card,
            self._forms_card,
            self._releases_card,
        )
        for make in makers:
            self.body.addWidget(make())
        self.body.addStretch(1)

    def bind(self, presenter: SafetyPresenter) -> None:
        """Tell who decides."""
        self._makes.clicked.connect(lambda _=False: presenter.make_way_back())
        self._checks.clicked.connect(lambda _=False: presenter.check_sheet())
        self._begin_check.clicked.connect(lambda _=False: presenter.begin_check())
        self._people.clicked.connect(lambda _=False: presenter.see_people())
        self._forms.clicked.connect(lambda _=False: presenter.see_forms())
        self._releases.clicked.connect(lambda _=False: presenter.see_releases())
        self._renew.clicked.connect(lambda _=False: presenter.renew())

        def back_up() -> None:
            folder, is_whole = self._folder.folder(), self._whole.isChecked()
            presenter.back_up(folder, with_attachments=is_whole)

        self._back_up.clicked.connect(lambda _=False: back_up())
        self._folder.entered.connect(back_up)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_way_back(self, card: WayBackCard) -> None:
        """Show whether there is a way back."""
        self._way_back.setText(card.text)
        self._way_back.toned(card.tone)
        for button, words in ((self._makes, card.makes), (self._checks, card.checks)):
            button.setText(words)
            button.setVisible(bool(words))

    def show_backups(self, lines: tuple[str, ...]) -> None:
        """Say when backups were made."""
        self._backups.show_lines(lines)

    def show_check(self, text: str, tone: Tone) -> None:
        """Say how far the check is, or what it found."""
        self._check.setText(text)
        self._check.toned(tone)

    def show_condition(self, lines: tuple[str, ...]) -> None:
        """Say what is to be known of this safe; empty hides it."""
        self._condition_lines.show_lines(lines)
        self._condition.setVisible(bool(lines))

    def show_identity(self, *, is_needed: bool) -> None:
        """Offer the new identity where one is needed."""
        self._identity.setVisible(is_needed)
        order_tabs(self)

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:  # nothing is switched off: the focus stays where it is
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _identity_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("A new identity for this laptop"), is_column=True)
        words = say(
            "This safe was restored, moved or copied. If two laptops wrote under one identity,"
            " entries would be lost. Everything stays as it is; afterwards you unlock once more."
        )
        card.body.addWidget(PlainLabel(kit, words))
        self._renew = Button(kit, say("Make the new identity"), "key-round")
        card.body.addWidget(self._renew, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _way_back_card(self) -> Card:
        kit = self._kit
        card = Card(kit, kit.say("The way back"), is_column=True)
        self._way_back = PlainLabel(kit)
        card.body.addWidget(self._way_back)
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        self._makes, self._checks = Button(kit, "", "key-round"), Button(kit, "", "check")
        for button in (self._makes, self._checks):
            button.hide()
            row.addWidget(button)
        card.body.addLayout(row)
        return card

    def _people_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("People and passphrases"), is_column=True)
        words = say("Each has an own sign and passphrase; nobody needs to share one.")
        card.body.addWidget(PlainLabel(kit, words))
        self._people = Button(kit, say("People of this laptop"), "users")
        card.body.addWidget(self._people, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _forms_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Forms"), is_column=True)
        words = say("Which forms are asked here, who signed them, and what changed in them.")
        card.body.addWidget(PlainLabel(kit, words))
        self._forms = Button(kit, say("Forms of this laptop"), "file-text")
        card.body.addWidget(self._forms, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _releases_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Counts without names"), is_column=True)
        words = say("A table that is out can never be called back, so it leaves once, and signed.")
        card.body.addWidget(PlainLabel(kit, words))
        self._releases = Button(kit, say("Tables that leave"), "file-text")
        card.body.addWidget(self._releases, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _backup_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Backups"), is_column=True)
        home = QVBoxLayout()
        card.body.addLayout(home)
        self._backups = Lines(kit, home)
        words = say(
            "One is made here every day by itself. It does not help when the laptop is gone: make"
            " one on a stick every week. To restore one, start this program on an empty folder."
        )
        card.body.addWidget(PlainLabel(kit, words, "label").muted())
        self._folder = FolderLine(kit, say("Folder for the backup, like that of a stick"))
        card.body.addWidget(self._folder)
        self._whole = Tick(kit, say("with all attached files"))
        self._whole.setChecked(True)
        card.body.addWidget(self._whole)
        self._busy = PlainLabel(kit, role="label").muted()
        self._busy.hide()
        card.body.addWidget(self._busy)
        self._back_up = Button(kit, say("Make a backup now"), "usb")
        card.body.addWidget(self._back_up, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _check_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Is everything sound?"), is_column=True)
        self._check = PlainLabel(kit)
        card.body.addWidget(self._check)
        self._begin_check = Button(kit, say("Read everything now"), "search")
        card.body.addWidget(self._begin_check, 0, Qt.AlignmentFlag.AlignLeading)
        return card


class Lines:
    """Lines of text that are shown anew, in a box of their own."""

    def __init__(self, kit: Kit, box: QVBoxLayout) -> None:
        self._kit = kit
        self._box = box
        self._shown: list[QWidget] = []

    def show_lines(self, texts: Sequence[str]) -> None:
        """Show these lines instead of those that are there."""
        for old in self._shown:
            drop(self._box, old)
        self._shown = [PlainLabel(self._kit, text) for text in texts]
        for label in self._shown:
            self._box.addWidget(label)
