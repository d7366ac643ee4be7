"""The exchange: a folder, one button, and what the run did in words."""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.ui.presenters.exchange import ExchangePresenter
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
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
            say("Brings the computers of your organisation to the same state, on a stick."),
        )
        folder = Card(kit, say("Where"), is_column=True)
        self._folder = FolderLine(kit, say("Folder of the stick, or a shared folder"))
        folder.body.addWidget(self._folder)
        note = say("Everything there is sealed. The exchange is not a backup.")
        folder.body.addWidget(PlainLabel(kit, note, "label").muted())
        self._result = Card(kit, say("What happened"), is_column=True)
        self._before = Card(kit, say("Used before"), is_column=True)
        for card in (folder, self._result, self._before):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._result.hide()
        self._before.hide()
        self._lines: list[PlainLabel] = []
        self._places: list[PlainLabel] = []

    def bind(self, presenter: ExchangePresenter) -> None:
        """Tell who decides."""
        self._run = self.add_action(
            self._kit.say("Exchange now"),
            lambda: presenter.run(self._folder.folder()),
            "refresh-cw",
            is_main=True,
        )
        self._folder.entered.connect(lambda: presenter.run(self._folder.folder()))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_places(self, places: tuple[tuple[str, str], ...]) -> None:
        """Show places used before, each with when it last went well."""
        texts = [self._kit.say("{place}: {when}", place=place, when=when) for place, when in places]
        self._places = self._show_lines(self._before, self._places, texts)

    def show_folder(self, folder: str) -> None:
        """Show the folder that will be used."""
        self._folder.show_folder(folder)

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: it can be started."""
        self._run.setEnabled(not text)
        self._run.setText(text or self._kit.say("Exchange now"))

    def show_result(self, lines: tuple[str, ...]) -> None:
        """Show what a run did, line by line."""
        self._lines = self._show_lines(self._result, self._lines, lines)
        if lines:
            announce(self, " ".join(lines))

    def _show_lines(
        self, card: Card, old: list[PlainLabel], texts: Sequence[str]
    ) -> list[PlainLabel]:
        for label in old:
            card.body.removeWidget(label)
            label.hide()
            label.deleteLater()
        made = [PlainLabel(self._kit, text) for text in texts]
        for label in made:
            card.body.addWidget(label)
        card.setVisible(bool(made))
        return made
