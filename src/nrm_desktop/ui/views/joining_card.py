"""The card of two files of one person (fulfils `JoiningView`)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.joining import (
    OTHER,
    THIS,
    TYPED_CODE,
    TYPED_GOES_ON,
    TYPED_PART_FROM,
    TYPED_PART_WHY,
    TYPED_REASON,
    TYPED_SEEN,
    JoiningPresenter,
)
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class JoiningCard(Card):
    """Says how the file stands, and offers to join it with another one, or to part it.

    Shape: what is typed goes into `kept`, which is that of the page.
    """

    def __init__(self, kit: Kit, page: Page, kept: KeptInputs) -> None:
        say = kit.say
        purpose = say("Nothing is copied from one to the other, and it can be taken back.")
        super().__init__(kit, say("Two files of one person"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._kept = kept
        self._seen: list[tuple[str, Tick]] = []
        self._said = PlainLabel(kit, role="strong")
        self.body.addWidget(self._said)
        self._parting = self._part_line()
        self._join_line()
        kept.add_line(TYPED_CODE, self._code)
        for name, box in (
            (TYPED_GOES_ON, self._goes_on),
            (TYPED_REASON, self._reason),
            (TYPED_PART_FROM, self._other),
            (TYPED_PART_WHY, self._why),
        ):
            kept.add_choice(name, box)

    def bind(self, presenter: JoiningPresenter) -> None:
        """Tell who decides."""

        def join() -> None:
            seen = [code for code, tick in self._seen if tick.isChecked()]
            presenter.join(self._code.text(), self._goes_on.code(), self._reason.code(), seen)

        self._join.clicked.connect(lambda _=False: join())
        self._part.clicked.connect(
            lambda _=False: presenter.part(self._other.code(), self._why.code())
        )

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_lists(
        self,
        reasons: tuple[Choice, ...],
        seen: tuple[Choice, ...],
        parting: tuple[Choice, ...],
    ) -> None:
        """Offer the lists from which people choose; nothing is chosen by the program."""
        for box, choices in ((self._reason, reasons), (self._why, parting)):
            box.offer(choices, box.code())
        if not self._seen:
            self._add_ticks(seen)

    def show_files(self, said: str, others: tuple[Choice, ...]) -> None:
        """Say how the file stands, and which ones can be parted; nothing said: it is alone."""
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._other.offer(others, self._other.code())
        if len(others) == 1:
            self._other.setCurrentIndex(0)
        for part in self._parting:
            part.setVisible(bool(others))
        order_tabs(self._page)

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""
        self._kept.show(words)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _join_line(self) -> None:
        kit, say = self._kit, self._kit.say
        self._code = text_line(kit)
        self._goes_on = ChoiceBox(
            kit, (Choice(THIS, say("This file")), Choice(OTHER, say("The other file")))
        )
        self._goes_on.setCurrentIndex(-1)
        self._reason = ChoiceBox(kit, ())
        self._named(say("Code of the other file"), self._code)
        self._named(say("Which of the two goes on"), self._goes_on)
        self._named(say("Why it is one person"), self._reason)
        compared = say("What was compared, for and against")
        self.body.addWidget(PlainLabel(kit, compared, "label").muted())
        self._ticks = QVBoxLayout()
        self.body.addLayout(self._ticks)
        self._join = Button(kit, say("Join the two files"), "users")
        self.body.addWidget(self._join, 0, Qt.AlignmentFlag.AlignLeading)

    def _part_line(self) -> tuple[QWidget, ...]:
        kit, say = self._kit, self._kit.say
        self._other, self._why = ChoiceBox(kit, ()), ChoiceBox(kit, ())
        parts = (
            *self._named(say("Part it from"), self._other),
            *self._named(say("Why they are parted"), self._why),
        )
        self._part = Button(kit, say("Part the two files"), "undo-2")
        self.body.addWidget(self._part, 0, Qt.AlignmentFlag.AlignLeading)
        return (*parts, self._part)

    def _named(self, name: str, widget: QWidget) -> tuple[QWidget, QWidget]:
        label = PlainLabel(self._kit, name, "label").muted()
        widget.setAccessibleName(name)
        self.body.addWidget(label)
        self.body.addWidget(widget)
        return label, widget

    def _add_ticks(self, seen: tuple[Choice, ...]) -> None:
        for choice in seen:
            tick = Tick(self._kit, choice.label)
            self._ticks.addWidget(tick)
            self._seen.append((choice.code, tick))
            self._kept.add_tick(TYPED_SEEN + choice.code, tick)
