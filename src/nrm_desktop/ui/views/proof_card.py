"""The proof of what was erased (fulfils `ProofView`): on the screen, and as a file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.proof import ProofLine, ProofPresenter
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.views.request_cards import Pair, ShowBanners
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ProofCard(Card):
    """Hidden while there is nothing to prove. Shape: `page` holds the card and shows banners."""

    def __init__(self, kit: Kit, page: QWidget, show_banners: ShowBanners) -> None:
        say = kit.say
        purpose = say("For the person to hold. It names kinds and computers, and no answer.")
        super().__init__(kit, say("The proof"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._show_banners = show_banners
        self._said: list[QWidget] = []
        self._lines = QVBoxLayout()
        self.body.addLayout(self._lines)
        name = say("Language of the paper")
        self._language = ChoiceBox(kit, ())
        self._language.setAccessibleName(name)
        self._folder = FolderLine(kit, say("Folder, like that of a stick"))
        self._write = Button(kit, say("Write the proof"), "printer")
        self.body.addWidget(PlainLabel(kit, name, "label").muted())
        self.body.addWidget(self._language)
        self.body.addWidget(self._folder)
        self.body.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def bind(self, presenter: ProofPresenter) -> None:
        """Tell who decides."""

        def write() -> None:
            presenter.write(self._folder.folder(), self._language.code())

        self._write.clicked.connect(lambda _=False: write())
        self._folder.entered.connect(write)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_proof(self, lines: tuple[ProofLine, ...]) -> None:
        """Show what the proof says; nothing takes the card away."""
        for old in self._said:
            drop(self._lines, old)
        self._said = []
        for line in lines:
            self._said.append(pair := Pair(self._kit, line.what, line.words))
            self._lines.addWidget(pair)
            pair.show()
        self.setVisible(bool(lines))
        order_tabs(self._page)

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""
        self._language.offer(languages, chosen)

    def show_writing(self, *, is_writing: bool) -> None:
        """Take no second order while a file is written."""
        self._write.setEnabled(not is_writing)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._show_banners(banners)
