"""What waits today: one list, what is due in the cases in front."""

from __future__ import annotations

from nrm_desktop.ui.presenters.today import TodayLine, TodayPresenter
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class TodayPage(Page):
    """The page (fulfils `TodayView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("Today"), say("What waits in the open cases, the next in front."))
        self._presenter: TodayPresenter | None = None
        self._table: StaticTable | None = None
        self._none = PlainLabel(kit).muted()

    def bind(self, presenter: TodayPresenter) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._table = StaticTable(self._kit, say("Today"), presenter.columns())
        self._table.opened.connect(presenter.open)
        self._table.hide()
        self.body.addWidget(self._none)
        self.body.addWidget(self._table)
        self.body.addStretch(1)
        self.add_action(say("Go there"), self._open, "folder-open", is_main=True)
        shortcut(self, GO_ON, self._open)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_lines(self, lines: tuple[TodayLine, ...], checked: str) -> None:
        """Show what waits; where nothing does, say when that was looked at."""
        self._none.setText(checked)
        self._none.setVisible(not lines)
        if self._table is not None:
            row = self._table.chosen_row()
            self._table.show_rows(lines)
            self._table.setVisible(bool(lines))
            if lines:
                self._table.choose_row(min(row or 0, len(lines) - 1))
            if row is None and lines:
                self._table.view().setFocus()
        order_tabs(self)

    def _open(self) -> None:
        row = self._table.chosen_row() if self._table is not None else None
        if self._presenter is not None and row is not None:
            self._presenter.open(row)
