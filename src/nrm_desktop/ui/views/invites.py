"""Cards about invitations on the page of people (fulfils `InvitesView`)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.invites import InvitesPresenter
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.views.people import PeoplePage
from nrm_desktop.ui.views.safety import Lines
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class InviteCards:
    """Three cards of one page; each is hidden while it has nothing to say."""

    def __init__(self, kit: Kit, page: PeoplePage) -> None:
        say = kit.say
        self._kit = kit
        self._page = page
        self._presenter: InvitesPresenter | None = None
        self._rows: list[QWidget] = []
        self._own = Card(kit, say("Not yet confirmed by the office"), is_column=True)
        self._claims = Card(kit, say("They opened an invitation"), is_column=True)
        purpose = say("For a new laptop elsewhere: a file, and digits that go another way.")
        self._invite = Card(kit, say("Invite a person"), purpose, is_column=True)
        own, made = QVBoxLayout(), QVBoxLayout()
        self._own.body.addLayout(own)
        self._own_lines, self._made_lines = Lines(kit, own), Lines(kit, made)
        self._fill_claims()
        self._fill_invite(made)
        for card in (self._own, self._claims, self._invite):
            card.hide()
            page.add_card(card, is_first=card is not self._invite)

    def bind(self, presenter: InvitesPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_own(self, lines: tuple[str, ...]) -> None:
        """Show that nobody has confirmed whoever is at work; empty shows nothing."""
        self._own_lines.show_lines(lines)
        self._own.setVisible(bool(lines))

    def show_claims(self, rows: tuple[tuple[str, str], ...], *, must_compare: bool) -> None:
        """Show who waits, each with a button; with a line to type where people compare."""
        for old in self._rows:
            drop(self._list, old)
        self._rows = []
        for words, device in rows:
            label = PlainLabel(self._kit, words)
            button = Button(self._kit, self._kit.say("Confirm"), "check")
            button.setAccessibleDescription(words)
            button.clicked.connect(partial(self._confirm, device))
            for part in (label, button):
                self._rows.append(part)
                self._list.addWidget(part)
        self._typed_name.setVisible(must_compare)
        self._typed.setVisible(must_compare)
        self._typed.clear()
        self._claims.setVisible(bool(rows))
        order_tabs(self._page)

    def show_invite(self, roles: tuple[Choice, ...]) -> None:
        """Offer to invite somebody."""
        if not self._role.count():
            self._role.offer(roles)  # a role is chosen, never slipped into
        self._invite.show()
        order_tabs(self._page)

    def show_made(self, lines: tuple[str, ...]) -> None:
        """Show the digits of a new invitation; empty takes them away."""
        self._made_lines.show_lines(lines)
        self._badge.clear()
        if lines:
            announce(self._page, " ".join(lines))

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._page.show_busy(text)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show these banners on the page."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _fill_claims(self) -> None:
        kit, body = self._kit, self._claims.body
        name = kit.say("Digits or words that this person reads out")
        self._typed_name = PlainLabel(kit, name, "label").muted()
        self._typed = text_line(kit)
        self._typed.setAccessibleName(name)
        self._list = QVBoxLayout()
        for part in (self._typed_name, self._typed):
            body.addWidget(part)
        body.addLayout(self._list)

    def _fill_invite(self, made: QVBoxLayout) -> None:
        kit, say, body = self._kit, self._kit.say, self._invite.body
        badge, job = say("Badge of the invited person"), say("What this person does")
        body.addWidget(PlainLabel(kit, badge, "label").muted())
        self._badge = text_line(kit)
        self._badge.setAccessibleName(badge)
        body.addWidget(self._badge)
        body.addWidget(PlainLabel(kit, job, "label").muted())
        self._role = ChoiceBox(kit, ())
        self._role.setAccessibleName(job)
        body.addWidget(self._role)
        self._folder = FolderLine(kit, say("Folder or stick for the invitation"))
        self._folder.entered.connect(self._send)
        body.addWidget(self._folder)
        button = Button(kit, say("Write the invitation"), "plus")
        button.clicked.connect(lambda _=False: self._send())
        body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        body.addLayout(made)

    def _send(self) -> None:
        if self._presenter is not None:
            self._presenter.invite(self._badge.text(), self._role.code(), self._folder.folder())

    def _confirm(self, device: str, _is_checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if self._presenter is not None:
            self._presenter.confirm(device, self._typed.text())
