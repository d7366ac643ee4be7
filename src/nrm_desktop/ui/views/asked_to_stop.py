"""The card of what another organisation asks us to stop using (fulfils `AskedToStopView`)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.asked_to_stop import AskedToStopPresenter, RequestLine
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.views.request_cards import Pair
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class AskedToStopCard(Card):
    """Hidden while nothing is asked. Shape: `page` holds the card."""

    def __init__(self, kit: Kit, page: QWidget) -> None:
        say = kit.say
        purpose = say(
            "Nothing is erased by itself: look where it stands in this case, erase it, and answer."
        )
        super().__init__(kit, say("Taken back at the sender"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._warning = PlainLabel(
            kit, say("The person has taken this back. Stop using it."), "strong"
        ).toned(Tone.WARN)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(kit.look.px("gap2"))
        self._shown: list[QWidget] = []
        self._file, self._reply = ChoiceBox(kit, ()), ChoiceBox(kit, ())
        self._reply.setPlaceholderText(say("Choose"))
        self._words = text_line(kit)
        self._folder = FolderLine(kit, say("Folder, like that of a stick"))
        self._told = PlainLabel(kit, role="strong")
        self._write = Button(kit, say("Write our answer"), "send")
        self.body.addWidget(self._warning)
        self.body.addLayout(self._lines)
        for name, part in (
            (say("Which file is answered"), self._file),
            (say("What is done here"), self._reply),
            (say("What stays here and why"), self._words),
        ):
            part.setAccessibleName(name)
            self.body.addWidget(PlainLabel(kit, name, "label").muted())
            self.body.addWidget(part)
        self.body.addWidget(self._folder)
        self.body.addWidget(self._told)
        self.body.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeading)
        self._told.hide()
        self.hide()

    def bind(self, presenter: AskedToStopPresenter) -> None:
        """Tell who decides."""

        def answer() -> None:
            words, folder = self._words.text(), self._folder.folder()
            presenter.answer(self._file.code(), self._reply.code(), words, folder)

        self._write.clicked.connect(lambda _=False: answer())
        self._folder.entered.connect(answer)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_requests(
        self, lines: tuple[RequestLine, ...], files: tuple[Choice, ...], chosen: str
    ) -> None:
        """Show what is asked, and let one be chosen; nothing takes the card away."""
        for old in self._shown:
            drop(self._lines, old)
        self._shown = []
        for line in lines:
            self._shown.append(pair := Pair(self._kit, line.title, line.words))
            self._lines.addWidget(pair)
            pair.show()
        self._warning.setVisible(any(line.is_open for line in lines))
        self._file.offer(files, chosen)
        self.setVisible(bool(lines))
        order_tabs(self._page)

    def show_replies(self, replies: tuple[Choice, ...]) -> None:
        """Show what can be answered."""
        self._reply.offer(replies)

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        # The button stays as it is: to take it away would take the focus with it.
        if text and not is_writing:
            announce(self._page, text)

    def clear_answer(self) -> None:
        """It is written."""
        self._reply.setCurrentIndex(-1)
        self._words.clear()
