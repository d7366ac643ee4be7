"""The exchange: a folder or a server, one button, and what the run did in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrm_desktop.ui.presenters.exchange import ExchangePresenter
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.banner import Banner
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel


class ExchangePage(Page):
    """The page (fulfils `ExchangeView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Exchange"),
            say("Brings the computers of your organisation to the same state."),
        )
        folder = Card(kit, say("Where"), is_column=True)
        self._folder = FolderLine(kit, say("Folder of the stick, a shared folder, or a server"))
        folder.body.addWidget(self._folder)
        note = say("Everything there is sealed. The exchange is not a backup.")
        folder.body.addWidget(PlainLabel(kit, note, "label").muted())
        self._result = Card(kit, say("What happened"), is_column=True)
        self._before = Card(kit, say("Known places"), is_column=True)
        self._quiet = Card(kit, say("Not heard from"), is_column=True)
        for card in (folder, self._result, self._before, self._quiet):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._result.hide()
        self._before.hide()
        self._quiet.hide()
        self._quiet_lines: list[PlainLabel] = []
        self._presenter: ExchangePresenter | None = None
        self._lines: list[PlainLabel] = []
        self._places: list[_PlaceRow] = []

    def bind(self, presenter: ExchangePresenter, to_arrivals: Callable[[], None]) -> None:
        """Tell who decides, and what leads to the page of files from outside."""
        self._presenter = presenter
        self.add_action(self._kit.say("Files from outside …"), to_arrivals, "inbox")
        self._run = self.add_action(
            self._kit.say("Exchange now"),
            lambda: presenter.run(self._folder.folder()),
            "refresh-cw",
            is_main=True,
        )
        self._folder.entered.connect(lambda: presenter.run(self._folder.folder()))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_places(self, places: tuple[tuple[str, str], ...]) -> None:
        """Show places to choose from, each with when it last went well."""
        _take_away(self._before, self._places)
        self._places = [_PlaceRow(self._kit, place, when) for place, when in places]
        for row in self._places:
            row.chosen.connect(self._folder.put_folder)
            self._before.body.addWidget(row)
        self._before.setVisible(bool(places))

    def show_folder(self, folder: str) -> None:
        """Show the folder that will be used."""
        self._folder.show_folder(folder)

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: it can be started."""
        self._run.setEnabled(not text)
        self._run.setText(text or self._kit.say("Exchange now"))

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> tuple[Banner, ...]:
        """Show what must not be missed; what a banner offers is done again with the same place."""
        shown = super().show_banners(banners)
        for number, banner in enumerate(shown):
            if self._presenter is not None:
                banner.chosen.connect(partial(self._presenter.agree, number))
        return shown

    def show_silent(self, lines: tuple[str, ...]) -> None:
        """Show from whom nothing was heard for long."""
        _take_away(self._quiet, self._quiet_lines)
        self._quiet_lines = [PlainLabel(self._kit, text) for text in lines]
        for label in self._quiet_lines:
            self._quiet.body.addWidget(label)
        self._quiet.setVisible(bool(lines))

    def show_result(self, lines: tuple[str, ...]) -> None:
        """Show what a run did, line by line."""
        _take_away(self._result, self._lines)
        self._lines = [PlainLabel(self._kit, text) for text in lines]
        for label in self._lines:
            self._result.body.addWidget(label)
        self._result.setVisible(bool(lines))
        if lines:
            announce(self, " ".join(lines))


class _PlaceRow(QWidget):
    """A place that is known, with a button that chooses it."""

    chosen = Signal(str)

    def __init__(self, kit: Kit, place: str, when: str) -> None:
        super().__init__()
        button = Button(kit, kit.say("Choose this"), kind=ButtonKind.QUIET)
        button.setAccessibleName(kit.say("Choose {place}", place=place))
        button.clicked.connect(lambda _=False: self.chosen.emit(place))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(PlainLabel(kit, kit.say("{place}: {when}", place=place, when=when)), 1)
        row.addWidget(button)


def _take_away(card: Card, old: Sequence[QWidget]) -> None:
    for widget in old:
        card.body.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
