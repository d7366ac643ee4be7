"""Consent as one conversation: how it was asked, the rows, and what stands."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.consent import FIRST_PURPOSE, ConsentPresenter
from nrm_desktop.ui.presenters.consent_rows import RegisterLine, TalkRow
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.taking_back import TakingBackPresenter
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.views.asked_to_stop import AskedToStopCard
from nrm_desktop.ui.views.bodies_card import BodiesCard
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.consent_row import ConsentRowWidget
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.views.taking_back import TakingBackCards
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ConsentPage(CaseFrame):
    """The page (fulfils `ConsentView`). Shape: `end_choices` are the ends that a row may have."""

    def __init__(self, kit: Kit, code: str, end_choices: tuple[Choice, ...]) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Consent"),
            say("The person decides who gets to know what. No is a normal answer."),
        )
        super().__init__(kit, code, PlaceId.CONSENT, self._page)
        self._end_choices = end_choices
        self._presenter: ConsentPresenter | None = None
        self._stack: FieldStack | None = None
        self._rows: dict[str, ConsentRowWidget] = {}
        self._lines: tuple[RegisterLine, ...] = ()
        self._asked = Card(kit, say("How it was asked"), is_column=True)
        self._talk = Card(kit, say("What the person answers"), is_column=True)
        self._register = Card(kit, say("What stands"))
        self._row_place = QVBoxLayout()
        self._row_place.setSpacing(kit.look.px("gap4"))
        self._talk.body.addLayout(self._row_place)
        self.taking_back = TakingBackCards(kit, self._page.show_banners, self._to_withdraw)
        self.bodies = BodiesCard(kit, self)
        self.stop_request = AskedToStopCard(kit, self)
        for card in (
            self.stop_request,
            self._register,
            self.taking_back,
            self._talk,
            self.bodies,
            self._asked,
        ):
            self._page.body.addWidget(card)
        self._page.body.addStretch(1)

    def bind(self, presenter: ConsentPresenter, taking_back: TakingBackPresenter) -> None:
        """Tell who decides."""
        kit, say = self._kit, self._kit.say
        self._presenter = presenter
        self._recipient, self._purpose = ChoiceBox(kit, ()), ChoiceBox(kit, ())
        self._recipient.setPlaceholderText(say("Choose a recipient"))
        self._recipient.setAccessibleName(say("Recipient"))
        self._purpose.setAccessibleName(say("Purpose"))
        add = Button(kit, say("Add"), "plus")
        add.setAccessibleName(say("Add a row for this recipient"))
        add.clicked.connect(
            lambda _=False: presenter.add_row(self._recipient.code(), self._purpose.code())
        )
        line = QHBoxLayout()
        line.setSpacing(kit.look.px("gap3"))
        line.addWidget(self._recipient, 1)
        line.addWidget(self._purpose, 1)
        line.addWidget(add)
        self._talk.body.addLayout(line)
        self._empty = PlainLabel(kit, say("Nothing has been asked yet.")).muted()
        self._table = StaticTable(kit, say("What stands"), _columns(say))
        self._withdraw = Button(kit, say("Withdraw …"), "undo-2")
        self._withdraw.clicked.connect(lambda _=False: taking_back.ask(self._chosen_line()))
        self.taking_back.bind(taking_back)
        self._more = PlainLabel(kit).muted()
        self._more.hide()
        for part in (self._empty, self._table, self._more, self._withdraw):
            self._register.body.addWidget(part)
        self._page.add_action(say("Save the answers"), presenter.record, "check", is_main=True)
        shortcut(self, GO_ON, presenter.record)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_asked(self, specs: tuple[FieldSpec, ...]) -> None:
        """Show the questions that are answered once."""
        self._stack = FieldStack(self._kit, specs)
        if self._presenter is not None:
            self._stack.edited.connect(self._presenter.asked)
        self._asked.body.addWidget(self._stack)
        order_tabs(self)
        self._recipient.setFocus()

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""
        field = self._stack.field(cell) if self._stack else None
        if field is not None:
            field.show_problem(words)

    def show_offers(self, recipients: tuple[Choice, ...], purposes: tuple[Choice, ...]) -> None:
        """Show whom a row can be added for, and for what."""
        for box, choices, first in (
            (self._recipient, recipients, ""),
            (self._purpose, purposes, FIRST_PURPOSE),
        ):
            box.offer(choices, box.code() or first)

    def show_rows(self, rows: tuple[TalkRow, ...]) -> None:
        """Show the rows of the conversation; rows that stay keep their widgets."""
        wanted = {row.id for row in rows}
        for gone in [row_id for row_id in self._rows if row_id not in wanted]:
            widget = self._rows.pop(gone)
            self._row_place.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        made = None
        for row in rows:
            if row.id not in self._rows:
                made = self._make_row(row)
        order_tabs(self)
        if made is not None:
            made.show()
            made.take_focus()

    def show_row(self, row: TalkRow) -> None:
        """Show a row anew; it keeps its place and the focus."""
        self._rows[row.id].show_row(row)
        order_tabs(self)

    def show_register(self, lines: tuple[RegisterLine, ...]) -> None:
        """Show what stands."""
        self._lines = lines
        self._empty.setVisible(not lines)
        self._table.setVisible(bool(lines))
        self._withdraw.setVisible(any(line.may_withdraw for line in lines))
        self._table.show_rows(lines)

    def show_more(self, words: str) -> None:
        """Say beside what stands that there may be more; empty takes it away."""
        self._more.setText(words)
        self._more.setVisible(bool(words))

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _make_row(self, row: TalkRow) -> ConsentRowWidget:
        widget = ConsentRowWidget(self._kit, row, self._end_choices)
        if self._presenter is not None:
            widget.answered.connect(self._presenter.answer)
            widget.group_answered.connect(self._presenter.answer_group)
            widget.until_chosen.connect(self._presenter.until)
        self._rows[row.id] = widget
        self._row_place.addWidget(widget)
        return widget

    def _to_withdraw(self) -> None:
        self._withdraw.setFocus()

    def _chosen_line(self) -> RegisterLine | None:
        at = self._table.chosen_row()
        return None if at is None else self._lines[at]


def _answer(line: RegisterLine) -> str:
    return line.pill.word


def _columns(say: Say) -> tuple[Column[RegisterLine], ...]:
    return (
        Column("recipient", say("Recipient"), lambda line: line.recipient, chars=18),
        Column("group", say("What"), lambda line: line.group, chars=26, stretches=True),
        Column(
            "answer", say("Answer"), lambda line: line.pill.word, lambda line: line.pill, chars=18
        ),
        Column("purpose", say("Purpose"), lambda line: line.purpose, chars=22, gives_way=2),
        Column("until", say("Holds"), lambda line: line.until, chars=24, gives_way=1),
        Column(
            "reach",
            say("Which file"),
            lambda line: line.reach,
            chars=30,
            gives_way=3,
            is_left_out_empty=True,
        ),
    )
