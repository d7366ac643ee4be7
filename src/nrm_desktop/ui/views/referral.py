"""A referral: to whom, what would go and what stays, the very pages, and the file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.domain.layouts import USUAL
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.referral import (
    Picture,
    ReferralChoices,
    ReferralPresenter,
    WishInput,
)
from nrm_desktop.ui.presenters.referral_words import Decision, DecisionLine
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.views.bodies_card import BodiesCard
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.referral_parts import SendCard, WishCard
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.look import Look
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ReferralPage(CaseFrame):
    """The page (fulfils `ReferralView`)."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Referral"),
            say("Only what the person agreed to goes, and you see it before it does."),
        )
        super().__init__(kit, code, PlaceId.REFERRAL, self._page)
        self._presenter: ReferralPresenter | None = None
        self._wish = WishCard(kit)
        self._goes = Card(kit, say("What would go"))
        self._stays = Card(kit, say("What stays here"))
        self._sheet = QWidget()
        self._going = StaticTable(kit, say("What would go"), _columns(say))
        self._staying = StaticTable(kit, say("What stays here"), _columns(say))
        self._goes.body.addWidget(self._going)
        self._stays.body.addWidget(self._staying)
        self._painted: list[PlainLabel] = []
        self._pictures = QVBoxLayout(self._sheet)
        self._pictures.setSpacing(kit.look.px("gap4"))
        self._send = SendCard(kit)
        self.second = SecondPersonCard(kit, self)
        self.bodies = BodiesCard(kit, self)
        parts = (self._goes, self._stays, self._send, self._sheet)
        for part in (self.second, self._wish, self.bodies, *parts):
            self._page.body.addWidget(part)
        self._page.body.addStretch(1)
        self._hide_decision()

    def bind(self, presenter: ReferralPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._wish.changed.connect(presenter.change)
        self._send.bind(presenter.confirm_word)

        def send() -> None:
            if self._write.isEnabled():
                presenter.send(self._send.order())

        words = self._kit.say("Write the file")
        self._write = self._page.add_action(words, send, "hard-drive", is_main=True)
        shortcut(self, GO_ON, send)

    def choose(self, wish: WishInput) -> None:
        """Choose for somebody who shows the program; people choose in the boxes."""
        self._wish.choose(wish)

    def choose_paper(self, layout: str) -> None:
        """Choose one of the papers that are offered, for somebody who shows the program."""
        self._wish.choose_paper(layout)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_choices(self, choices: ReferralChoices, chosen: WishInput) -> None:
        """Show what can be chosen above."""
        self._wish.show_choices(choices, chosen)
        order_tabs(self)
        self._wish.take_focus()

    def show_decision(self, decision: Decision | None) -> None:
        """Show what would go and what stays; None while nothing is chosen."""
        if decision is None:
            self._hide_decision()
            return
        is_blocked = decision.blocked is not None
        self._wish.show_informed(is_asked=decision.needs_informed)
        self._going.show_rows(decision.included)
        self._staying.show_rows(decision.withheld)
        self._goes.setVisible(bool(decision.included))
        self._stays.setVisible(bool(decision.withheld))
        self._send.setVisible(not is_blocked)
        self._sheet.setVisible(not is_blocked)
        self._write.setEnabled(not is_blocked)
        why = decision.blocked.text if decision.blocked else ""
        self._write.setToolTip(why)
        self._write.setAccessibleDescription(why)
        self._wish.show_papers(decision.papers, decision.paper)
        self._send.show_ways(has_card=decision.has_card, is_own=decision.is_own)
        self.show_banners((decision.blocked,) if decision.blocked else ())
        order_tabs(self)

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show the pages."""
        for old in self._painted:
            drop(self._pictures, old)
        self._painted = []
        say = self._kit.say
        for number, picture in enumerate(pictures, start=1):
            page = PlainLabel(self._kit)
            page.setPixmap(_pixmap(picture, self._kit.look))
            page.setAccessibleName(say("Page {number}", number=number))
            self._pictures.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
            self._painted.append(page)
        self._sheet.setVisible(bool(pictures))

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: it can be written."""
        self._write.setEnabled(not text)
        self._write.setText(text or self._kit.say("Write the file"))

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        for banner in self._page.show_banners(banners):
            if self._presenter is not None:
                banner.chosen.connect(self._presenter.ask_consent)

    # ---- parts ----------------------------------------------------------------------------------

    def _hide_decision(self) -> None:
        """While nobody is chosen there is nothing to see and nothing to write."""
        self._wish.show_papers((), USUAL)
        for part in (self._goes, self._stays, self._send, self._sheet):
            part.hide()


def _columns(say: Say) -> tuple[Column[DecisionLine], ...]:
    return (
        Column("question", say("Question"), _question, chars=28, stretches=True),
        Column("answer", say("Answer"), _answer, chars=28, gives_way=1, stretches=True),
        Column("why", say("Why"), _why, lambda line: line.pill, chars=30),
    )


def _question(line: DecisionLine) -> str:
    return line.question


def _answer(line: DecisionLine) -> str:
    return line.answer.replace("\n", " ")


def _why(line: DecisionLine) -> str:
    return line.pill.word


def _pixmap(picture: Picture, look: Look) -> QPixmap:
    width, height = picture.width, picture.height
    image = QImage(picture.rgba, width, height, 4 * width, QImage.Format.Format_RGBX8888)
    paper = QPixmap.fromImage(image.copy())
    painter = QPainter(paper)
    painter.setPen(QPen(look.colour("line"), look.px("border")))
    painter.drawRect(paper.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return paper
