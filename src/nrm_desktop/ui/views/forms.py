"""The forms of a case: one list, and the way into each of them."""

from __future__ import annotations

from nrm_desktop.ui.presenters.forms import FormLine, FormsPresenter
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.tab_order import order_tabs


class FormsPage(CaseFrame):
    """The page (fulfils `FormsView`)."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Forms"),
            say("Only what helps is filled in. Everything may stay open, and all is kept."),
        )
        super().__init__(kit, code, PlaceId.FORMS, self._page)
        self._presenter: FormsPresenter | None = None
        self._table: StaticTable | None = None

    def bind(self, presenter: FormsPresenter) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._table = StaticTable(self._kit, say("Forms"), presenter.columns())
        self._table.opened.connect(presenter.open)
        self._page.body.addWidget(self._table)
        self._page.body.addStretch(1)
        self._page.add_action(say("Begin a new one"), self._begin, "plus")
        self._page.add_action(say("Open"), self._open, "chevron-right", is_main=True)
        shortcut(self, GO_ON, self._open)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_lines(self, lines: tuple[FormLine, ...]) -> None:
        """Show the forms."""
        if self._table is not None:
            row = self._table.chosen_row()
            self._table.show_rows(lines)
            self._table.choose_row(row or 0)
            if row is None:
                self._table.view().setFocus()
        order_tabs(self)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._page.show_banners(banners)

    def _row(self) -> int:
        row = self._table.chosen_row() if self._table is not None else None
        return row if row is not None else 0

    def _open(self) -> None:
        if self._presenter is not None:
            self._presenter.open(self._row())

    def _begin(self) -> None:
        if self._presenter is not None:
            self._presenter.begin(self._row())
