"""The card that writes for a recipient (fulfils `NoticePapersView`)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.notice_papers import NoticePapersPresenter
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel


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
        self._had_focus: Button | None = None
        name = say("Language of the paper")
        self._language = ChoiceBox(kit, ())
        self._language.setAccessibleName(name)
        self._folder = FolderLine(kit, say("Folder, like that of a stick"))
        self._told = PlainLabel(kit, role="strong")
        self._letter = Button(kit, say("Write the letter"), "printer")
        self.body.addWidget(PlainLabel(kit, name, "label").muted())
        for part in (self._language, self._folder, self._told):
            self.body.addWidget(part)
        self.body.addWidget(self._letter, 0, Qt.AlignmentFlag.AlignLeading)
        self._told.hide()
        self.hide()

    def bind(self, presenter: NoticePapersPresenter) -> None:
        """Tell who decides."""

        def write_letter() -> None:
            presenter.write_letter(self._folder.folder(), self._language.code())

        self._letter.clicked.connect(lambda _=False: write_letter())
        self._folder.entered.connect(write_letter)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""
        self._language.offer(languages, chosen)

    def show_offer(self, *, is_offered: bool) -> None:
        """Show the card, or take it away."""
        if is_offered == self.isHidden():
            self.setVisible(is_offered)
            self._settled()

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        self._let_write(is_free=not is_writing)
        if text:
            announce(self, text)

    def _let_write(self, *, is_free: bool) -> None:
        """Take no second order; the focus comes back to the button that it was taken from."""
        if not is_free and self._letter.hasFocus():
            self._had_focus = self._letter
        self._letter.setEnabled(is_free)
        if is_free and self._had_focus is not None:
            self._had_focus.setFocus()
            self._had_focus = None
