"""Erasing for a request (fulfils `ErasingView`): what is held, what would go, the code typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.erasing import ErasingPresenter, QuestionTick
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.views.request_cards import ShowBanners
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.one_stop import OneStop
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class ErasingCard(Card):
    """Hidden while no request to erase was granted. Shape: `page` holds the card."""

    def __init__(self, kit: Kit, page: QWidget, show_banners: ShowBanners) -> None:
        say = kit.say
        purpose = say("Choose part by part, or the whole file. Two people do it.")
        super().__init__(kit, say("What is held, and what is erased"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._show_banners = show_banners
        self._ticks: list[Tick] = []
        self._list: QWidget | None = None
        self._presenter: ErasingPresenter | None = None
        self._hidden = PlainLabel(kit).muted()
        self._part = ChoiceBox(kit, ())
        self._questions = QVBoxLayout()
        self._all = Button(kit, say("All of this part"), "plus")
        self._whole = Tick(kit, say("The whole file, with everything that is attached"))
        self._choice = PlainLabel(kit, role="strong")
        self._see = Button(kit, say("See what would go"), "eye")
        self._told = PlainLabel(kit)
        self._code_label = PlainLabel(kit, say("Type the code of the case to go on"), "label")
        self._code = text_line(kit, is_code=True)
        self._code.setAccessibleName(self._code_label.text())
        self._erase = Button(kit, say("Erase it"), "trash-2")
        self._lay_out(say("From which part"))
        self.hide()

    def bind(self, presenter: ErasingPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._part.activated.connect(lambda _: presenter.open_part(self._part.code()))
        self._all.clicked.connect(lambda _=False: presenter.tick_all())
        self._whole.clicked.connect(lambda is_on: presenter.choose_whole(is_whole=is_on))
        self._see.clicked.connect(lambda _=False: presenter.look())
        self._erase.clicked.connect(lambda _=False: presenter.erase(self._code.text()))
        self._code.returnPressed.connect(lambda: presenter.erase(self._code.text()))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_held(self, parts: tuple[Choice, ...], note: str) -> None:
        """Show which parts hold answers; none takes the card away. The note says what is hidden."""
        opened = self._part.code()
        self._part.offer(parts, opened if opened in {one.code for one in parts} else "")
        if parts and not self._part.code():
            self._part.setCurrentIndex(0)
        self._hidden.setText(note)
        self._hidden.setVisible(bool(note))
        self.setVisible(bool(parts))
        order_tabs(self._page)

    def show_questions(self, ticks: tuple[QuestionTick, ...]) -> None:
        """Show the questions of a part."""
        if self._list is not None:
            drop(self._questions, self._list)
        self._ticks = [self._tick(one) for one in ticks]
        self._list = OneStop(self._kit, self._ticks) if ticks else None
        if self._list is not None:
            self._questions.addWidget(self._list)
            self._list.show()
        order_tabs(self._page)

    def show_choice(self, text: str, *, is_whole: bool) -> None:
        """Say in words what is chosen."""
        self._choice.setText(text)
        self._whole.setChecked(is_whole)
        for part in (self._part, self._all, *self._ticks):
            part.setEnabled(not is_whole)

    def show_would_go(self, lines: tuple[str, ...]) -> None:
        """Say what would go, and ask for the code of the case; none takes the question away."""
        had_focus = self._code.hasFocus() or self._erase.hasFocus()
        self._told.setText("\n".join(lines))
        self._code.clear()
        for part in (self._told, self._code_label, self._code, self._erase):
            part.setVisible(bool(lines))
        order_tabs(self._page)
        if lines:
            self._code.setFocus()
            announce(self._page, " ".join(lines))
        elif had_focus:
            self._see.setFocus()

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _lay_out(self, part_name: str) -> None:
        leading = Qt.AlignmentFlag.AlignLeading
        self._part.setAccessibleName(part_name)
        self.body.addWidget(self._hidden)
        self.body.addWidget(PlainLabel(self._kit, part_name, "label").muted())
        self.body.addWidget(self._part)
        self.body.addLayout(self._questions)
        self.body.addWidget(self._all, 0, leading)
        self.body.addWidget(self._whole)
        self.body.addWidget(self._choice)
        self.body.addWidget(self._see, 0, leading)
        for part in (self._told, self._code_label, self._code):
            self.body.addWidget(part)
            part.hide()
        self.body.addWidget(self._erase, 0, leading)
        self._erase.hide()

    def _tick(self, one: QuestionTick) -> Tick:
        tick = Tick(self._kit, one.label)
        tick.setChecked(one.is_chosen)
        tick.clicked.connect(lambda is_on: self._ticked(one.name, is_chosen=is_on))
        return tick

    def _ticked(self, name: str, *, is_chosen: bool) -> None:
        if self._presenter is not None:
            self._presenter.tick(name, is_chosen=is_chosen)
