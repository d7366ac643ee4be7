"""The card that writes for a recipient (fulfils `NoticePapersView`)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.notice_papers import NoticePapersPresenter
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line


class NoticePapersCard(Card):
    """Hidden until it is offered. Shape: `settled` hears that the card came or went."""

    def __init__(self, kit: Kit, settled: Callable[[], None]) -> None:
        say = kit.say
        purpose = say(
            "For the file that is chosen above. It says which parts may no longer be used, and "
            "nothing about the person."
        )
        super().__init__(kit, say("To give to them"), purpose, is_column=True)
        self._settled = settled
        name = say("Language of the paper")
        self._language = ChoiceBox(kit, ())
        self._language.setAccessibleName(name)
        self._folder = FolderLine(kit, say("Folder, like that of a stick"))
        self._told = PlainLabel(kit, role="strong")
        self._why = PlainLabel(kit, role="label").toned(Tone.WARN)
        self._typed = text_line(kit)
        self._typed.setAccessibleName(say("The word that confirms"))
        self._typed.setPlaceholderText(say("The word that confirms"))
        self._letter = Button(kit, say("Write the letter"), "printer")
        self._sealed = Button(kit, say("Write the sealed notice"), "lock")
        self.body.addWidget(PlainLabel(kit, name, "label").muted())
        for part in (self._language, self._folder, self._why, self._typed, self._told):
            self.body.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(self._letter)
        row.addWidget(self._sealed)
        row.addStretch(1)
        self.body.addLayout(row)
        hint = say("The sealed notice is for organisations with this program, about a packet.")
        self._sealed.setAccessibleDescription(hint)
        self.body.addWidget(PlainLabel(kit, hint, "label").muted())
        self._told.hide()
        self.hide()

    def bind(self, presenter: NoticePapersPresenter) -> None:
        """Tell who decides."""

        def write_letter() -> None:
            presenter.write_letter(self._folder.folder(), self._language.code())

        def write_sealed() -> None:
            presenter.write_sealed(self._folder.folder(), self._typed.text())

        self._letter.clicked.connect(lambda _=False: write_letter())
        self._folder.entered.connect(write_letter)
        self._sealed.clicked.connect(lambda _=False: write_sealed())
        self._typed.returnPressed.connect(write_sealed)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""
        self._language.offer(languages, chosen)

    def show_offer(self, *, is_offered: bool) -> None:
        """Show the card, or take it away."""
        if is_offered == self.isHidden():
            self.setVisible(is_offered)
            self._settled()

    def show_word(self, why: str) -> None:
        """Ask for a word that confirms, and say why; empty: none is asked for."""
        self._why.setText(why)
        self._typed.setAccessibleDescription(why)
        self._typed.clear()
        for part in (self._why, self._typed):
            part.setVisible(bool(why))
        if why:
            self._typed.setFocus()

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        # The buttons stay as they are: to take them away would take the focus with them.
        if text and not is_writing:
            announce(self, text)
