"""What takes two people in a case (fulfils `TwoPeopleView`): the end of support, the address.

The cards of the steps for a child and of two files of one person stand on the same page
(`child_card`, `joining_card`).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldMark
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.two_people import (
    TYPED_END,
    TYPED_URGENT,
    TYPED_WHY,
    OpenedLine,
    TwoPeoplePresenter,
)
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.child_card import ChildCard
from nrm_desktop.ui.views.joining_card import JoiningCard
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.mark_line import MarkLine
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class TwoPeoplePage(CaseFrame):
    """The page. Shape: `second` is the card that asks the colleague."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        purpose = say("A colleague confirms these with an own passphrase.")
        self._page = Page(kit, say("Two people"), purpose)
        super().__init__(kit, code, PlaceId.TWO_PEOPLE, self._page)
        self._opened: list[PlainLabel] = []
        self.second = SecondPersonCard(kit, self)
        self._address = self._address_card()
        self._end = self._end_card()
        self._kept = self._kept_inputs()
        self._mark = MarkLine(kit)
        self.joining = JoiningCard(kit, self._page, self._kept)
        self.child = ChildCard(kit, self._page)
        cards = (self.second, self._address, self._end, self.child, self.child.second, self.joining)
        for card in cards:
            self._page.body.addWidget(card)
        self._page.add_note(self._mark)
        self._page.body.addStretch(1)

    def bind(self, presenter: TwoPeoplePresenter) -> None:
        """Tell who decides."""

        def look() -> None:
            presenter.open_address(self._why.text(), is_urgent=self._urgent.isChecked())

        self._kept.bind(presenter.words.typed)
        self._look.clicked.connect(lambda _=False: look())
        self._why.returnPressed.connect(look)
        self._finish.clicked.connect(lambda _=False: presenter.end(self._reason.code()))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_end(self, reasons: tuple[Choice, ...], closed: str) -> None:
        """Offer the reasons for the end; `closed` says that it has ended, and nothing is asked."""
        self._closed.setText(closed)
        self._closed.setVisible(bool(closed))
        self._reason.offer(reasons, self._reason.code())
        for part in (self._reason_label, self._reason, self._finish):
            part.setVisible(not closed)
        order_tabs(self)

    def show_opened(self, lines: tuple[OpenedLine, ...]) -> None:
        """Show what was opened; none takes it away."""
        for old in self._opened:
            drop(self._lines, old)
        self._opened = []
        for line in lines:
            for label in (
                PlainLabel(self._kit, line.question, "label").muted(),
                PlainLabel(self._kit, line.answer),
            ):
                self._lines.addWidget(label)
                self._opened.append(label)
                label.show()
        if lines:
            announce(self, " ".join(line.question for line in lines))  # never the street aloud

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""
        self._kept.show(words)

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""
        self._mark.show_mark(mark)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _kept_inputs(self) -> KeptInputs:
        kept = KeptInputs()
        kept.add_line(TYPED_WHY, self._why)
        kept.add_tick(TYPED_URGENT, self._urgent)
        kept.add_choice(TYPED_END, self._reason)
        return kept

    def _address_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say("Opens for one hour, with a reason that stays in the file.")
        card = Card(kit, say("Where the person stays"), purpose, is_column=True)
        name = say("Why it is opened")
        card.body.addWidget(PlainLabel(kit, name, "label").muted())
        self._why = text_line(kit)
        self._why.setAccessibleName(name)
        card.body.addWidget(self._why)
        self._urgent = Tick(kit, say("A life is at risk, and it cannot wait"))
        card.body.addWidget(self._urgent)
        self._look = Button(kit, say("Open it"), "eye")
        card.body.addWidget(self._look, 0, Qt.AlignmentFlag.AlignLeading)
        self._lines = QVBoxLayout()
        card.body.addLayout(self._lines)
        return card

    def _end_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        purpose = say("The form of the end is filled in before. Help that is needed goes on.")
        card = Card(kit, say("End of support"), purpose, is_column=True)
        self._closed = PlainLabel(kit, role="strong")
        card.body.addWidget(self._closed)
        name = say("What ended")
        self._reason_label = PlainLabel(kit, name, "label").muted()
        self._reason = ChoiceBox(kit, ())
        self._reason.setAccessibleName(name)
        self._finish = Button(kit, say("End the support"), "check")
        card.body.addWidget(self._reason_label)
        card.body.addWidget(self._reason)
        card.body.addWidget(self._finish, 0, Qt.AlignmentFlag.AlignLeading)
        return card
