"""What a person asks about the own file (fulfils `OwnDataView`), and what follows."""

from __future__ import annotations

from collections.abc import Mapping

from nrm_desktop.ui.presenters.erasing import ErasingPresenter
from nrm_desktop.ui.presenters.field_spec import FieldMark
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.own_data import (
    AskChoices,
    OwnDataPresenter,
    RequestCard,
    RequestLine,
)
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.proof import ProofPresenter
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.erasing_card import ErasingCard
from nrm_desktop.ui.views.proof_card import ProofCard
from nrm_desktop.ui.views.request_cards import AskCard, RequestInHand
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.mark_line import MarkLine
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class OwnDataPage(CaseFrame):
    """The page. Shape: `second` asks the colleague, `erasing` and `proof` follow a request."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("What the person asks"),
            say(
                "To see, correct, limit or erase what is kept. Spoken is enough. People decide,"
                " and the person reads the reasons."
            ),
        )
        super().__init__(kit, code, PlaceId.OWN_DATA, self._page)
        self._table: StaticTable | None = None
        self._presenter: OwnDataPresenter | None = None
        self._none = PlainLabel(kit, say("Nothing was asked yet.")).muted()
        self._kept = KeptInputs()
        self._mark = MarkLine(kit)
        self._request = RequestInHand(kit, self._kept)
        self._ask = AskCard(kit, self._kept)
        self.second = SecondPersonCard(kit, self)
        self.erasing = ErasingCard(kit, self, self.show_banners)
        self.proof = ProofCard(kit, self, self.show_banners)

    def bind(
        self, presenter: OwnDataPresenter, erasing: ErasingPresenter, proof: ProofPresenter
    ) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._table = StaticTable(self._kit, say("What was asked"), presenter.columns())
        self._table.opened.connect(presenter.choose)
        for part in (
            self._none,
            self._table,
            self._request,
            self.erasing,
            self.second,
            self.proof,
            self._ask,
        ):
            self._page.body.addWidget(part)
        self._page.add_note(self._mark)
        self._page.body.addStretch(1)
        self._kept.bind(presenter.typed)
        self._request.bind(presenter)
        self._ask.bind(presenter)
        self.erasing.bind(erasing)
        self.proof.bind(proof)
        self._open = self._page.add_action(say("Open the request"), self._open_row, "folder-open")

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_choices(self, choices: AskChoices | None) -> None:
        """Offer to write a request down; None where this role does not."""
        self._ask.setVisible(choices is not None)
        if choices is not None:
            self._ask.build(choices)
            self._request.show_decisions(choices.decisions)
            self._ask.take_focus()
        order_tabs(self)

    def show_lines(self, lines: tuple[RequestLine, ...], chosen: int) -> None:
        """Show the requests; nothing is said in words."""
        self._none.setVisible(not lines)
        self._open.setVisible(len(lines) > 1)
        if self._table is not None:
            self._table.show_rows(lines)
            self._table.setVisible(bool(lines))
            if lines:
                self._table.choose_row(chosen)
        order_tabs(self)

    def show_request(self, card: RequestCard | None) -> None:
        """Show the request in hand; None takes it away. Once it is answered, the list goes on."""
        had_focus = self._request.isAncestorOf(self.focusWidget())
        self._request.show_card(card)
        order_tabs(self)
        if had_focus and self._table is not None and not (card and card.is_open):
            self._table.view().setFocus()

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not written, by name; an empty text clears an input."""
        self._kept.show(words)

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""
        self._mark.show_mark(mark)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._page.show_banners(banners)

    def _open_row(self) -> None:
        row = self._table.chosen_row() if self._table is not None else None
        if self._presenter is not None and row is not None:
            self._presenter.choose(row)
