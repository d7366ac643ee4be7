"""A paper that is written into a folder (fulfils `PaperView`): a card that any page can hold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.paper import PaperPresenter
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class PaperCard(Card):
    """Hidden until it is offered. Shape: `title` says what is written; `page` holds the card."""

    def __init__(self, kit: Kit, page: QWidget, title: str) -> None:
        say = kit.say
        super().__init__(kit, title, is_column=True)
        self._page = page
        name = say("Language of the paper")
        self._language = ChoiceBox(kit, ())
        self._language.setAccessibleName(name)
        self._folder = FolderLine(kit, say("Folder, like that of a stick"))
        self._why = PlainLabel(kit, role="label").toned(Tone.WARN)
        self._typed = text_line(kit)
        self._typed.setAccessibleName(say("The word that confirms"))
        self._typed.setPlaceholderText(say("The word that confirms"))
        self._told = PlainLabel(kit, role="strong")
        self._write = Button(kit, title, "printer")
        self.body.addWidget(PlainLabel(kit, name, "label").muted())
        for part in (self._language, self._folder, self._why, self._typed, self._told):
            self.body.addWidget(part)
        self.body.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeading)
        self._told.hide()
        self.hide()

    def bind(self, presenter: PaperPresenter) -> None:
        """Tell who decides."""

        def write() -> None:
            presenter.write(self._folder.folder(), self._language.code(), self._typed.text())

        self._write.clicked.connect(lambda _=False: write())
        self._folder.entered.connect(write)
        self._typed.returnPressed.connect(write)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""
        self._language.offer(languages, chosen)

    def show_word(self, why: str) -> None:
        """Ask for a word that confirms, and say why; empty: none is asked for."""
        self._why.setText(why)
        self._typed.setAccessibleDescription(why)
        self._why.setVisible(bool(why))
        self._typed.setVisible(bool(why))

    def show_offer(self, *, is_offered: bool) -> None:
        """Show the card, or take it away."""
        if is_offered == self.isHidden():
            self.setVisible(is_offered)
            order_tabs(self._page)

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        self._write.setEnabled(not is_writing)
        if text:
            announce(self._page, text)
        if text and not is_writing:
            self._typed.clear()
