"""The cards of taking a consent back: what it does, who has to be told, and what is given them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.taking_back import EffectsCard, NoticeLine, TakingBackPresenter
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.views.notice_papers import NoticePapersCard
from nrm_desktop.ui.views.request_cards import ShowBanners
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line


class TakingBackCards(QWidget):
    """The cards (fulfils `TakingBackView`).

    Shape: `show_banners` shows them on the page; `go_back` puts the focus where it came from;
    `papers` is what is written for a recipient.
    """

    def __init__(self, kit: Kit, show_banners: ShowBanners, go_back: Callable[[], None]) -> None:
        super().__init__()
        self._go_back = go_back
        self.show_banners: Callable[[tuple[BannerSpec, ...]], object] = show_banners
        self._effects, self._notices = _EffectsCard(kit), _NoticesCard(kit)
        self.papers = NoticePapersCard(kit, self._settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.look.px("gap4"))
        column.addWidget(self._effects)
        column.addWidget(self._notices)
        column.addWidget(self.papers)
        self._settle()

    def bind(self, presenter: TakingBackPresenter) -> None:
        """Tell who decides."""
        self._effects.bind(presenter)
        self._notices.bind(presenter)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_effects(self, card: EffectsCard | None) -> None:
        """Show what it does, and the button; None takes it away."""
        had_focus = self._effects.isAncestorOf(self.focusWidget() or self)
        self._effects.show_card(card)
        self._settle()
        if card is None and had_focus:
            self._go_back()

    def show_answers(self, ways: tuple[Choice, ...], replies: tuple[Choice, ...]) -> None:
        """Show how a recipient can be told, and what it may answer."""
        self._notices.show_answers(ways, replies)

    def show_notices(self, lines: tuple[NoticeLine, ...]) -> None:
        """Show who has to be told, and who was."""
        self._notices.show_lines(lines)
        self._settle()

    def point_at_notices(self) -> None:
        """Put the focus on who has to be told: something was taken back just now."""
        self._notices.take_focus()

    def clear_telling(self) -> None:
        """It is written down."""
        self._notices.clear()

    def chosen_notice(self) -> int | None:
        """Which of those to be told is chosen."""
        return self._notices.chosen()

    def _settle(self) -> None:
        """Cards without content take no room on the page, and no gap either."""
        cards = (self._effects, self._notices, self.papers)
        self.setVisible(not all(card.isHidden() for card in cards))


class _EffectsCard(Card):
    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("What taking it back does"), is_column=True)
        self._kit = kit
        self._title = PlainLabel(kit, role="strong")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(kit.look.px("gap2"))
        self._shown: list[QWidget] = []
        self._take = Button(kit, say("Take it back"), "undo-2")
        self._leave = Button(kit, say("Leave it as it is"))
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(self._take)
        row.addWidget(self._leave)
        row.addStretch(1)
        self.body.addWidget(self._title)
        self.body.addLayout(self._lines)
        self.body.addLayout(row)
        self.hide()

    def bind(self, presenter: TakingBackPresenter) -> None:
        self._take.clicked.connect(lambda _=False: presenter.take_back())
        self._leave.clicked.connect(lambda _=False: presenter.leave_it())

    def show_card(self, card: EffectsCard | None) -> None:
        for old in self._shown:
            drop(self._lines, old)
        self._shown = []
        self.setVisible(card is not None)
        if card is None:
            return
        self._title.setText(card.title)
        for text in card.lines:
            self._shown.append(label := PlainLabel(self._kit, text))
            self._lines.addWidget(label)
            label.show()
        self._take.setAccessibleDescription(" ".join(card.lines))
        self._take.setFocus()


class _NoticesCard(Card):
    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("Who has to be told"), is_column=True)
        self._kit = kit
        hint = say("They have received something under a consent that was taken back.")
        self._table = StaticTable(kit, say("Who has to be told"), _columns(say))
        self._way, self._reply = ChoiceBox(kit, ()), ChoiceBox(kit, ())
        self._words = text_line(kit)
        self._write = Button(kit, say("Write it down"), "pencil")
        self.body.addWidget(PlainLabel(kit, hint).muted())
        self.body.addWidget(self._table)
        for name, part in (
            (say("How they were told"), self._way),
            (say("What they answer"), self._reply),
            (say("What stays there and why, or why it is not safe to tell"), self._words),
        ):
            part.setAccessibleName(name)
            self.body.addWidget(PlainLabel(kit, name, "label").muted())
            self.body.addWidget(part)
        self._way.setPlaceholderText(say("Choose"))
        self._reply.setPlaceholderText(say("Choose"))
        self.body.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def bind(self, presenter: TakingBackPresenter) -> None:
        def tell() -> None:
            at = self._table.chosen_row()
            presenter.tell(at, self._way.code(), self._reply.code(), self._words.text())

        self._write.clicked.connect(lambda _=False: tell())

    def show_answers(self, ways: tuple[Choice, ...], replies: tuple[Choice, ...]) -> None:
        self._way.offer(ways)
        self._reply.offer(replies)

    def chosen(self) -> int | None:
        return self._table.chosen_row()

    def show_lines(self, lines: tuple[NoticeLine, ...]) -> None:
        self._table.show_rows(lines)
        self.setVisible(bool(lines))

    def take_focus(self) -> None:
        self._table.view().setCurrentIndex(self._table.view().model().index(0, 0))
        self._table.view().setFocus()

    def clear(self) -> None:
        for box in (self._way, self._reply):
            box.setCurrentIndex(-1)
        self._words.clear()


def _columns(say: Say) -> tuple[Column[NoticeLine], ...]:
    return (
        Column("recipient", say("Recipient"), lambda line: line.recipient, chars=18),
        Column(
            "state", say("State"), lambda line: line.pill.word, lambda line: line.pill, chars=18
        ),
        Column("passed", say("Passed on"), lambda line: line.passed, chars=22, gives_way=1),
        Column("said", say("What was said"), lambda line: line.said, chars=26, stretches=True),
    )
