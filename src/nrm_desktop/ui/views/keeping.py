"""How long closed files are kept, and which are erased: two lists, the next day in front."""

from __future__ import annotations

from nrm_desktop.ui.presenters.keeping import ErasedLine, KeepingPresenter, KeptLine
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class KeepingPage(Page):
    """The page (fulfils `KeepingView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Keeping and erasing"),
            say("What ends when. Nothing goes by itself: two people decide."),
        )
        self._presenter: KeepingPresenter | None = None
        self._kept: StaticTable | None = None
        self._erased: StaticTable | None = None
        self._none = PlainLabel(kit, say("Nothing is kept after its end.")).muted()
        self._title = PlainLabel(kit, say("Erased files"), "section")

    def bind(self, presenter: KeepingPresenter) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._kept = StaticTable(self._kit, say("Closed files"), presenter.columns())
        self._kept.opened.connect(presenter.open)
        self._erased = StaticTable(self._kit, say("Erased files"), presenter.erased_columns())
        for part in (self._none, self._kept, self._title, self._erased):
            self.body.addWidget(part)
        for part in (self._kept, self._title, self._erased):
            part.hide()
        self.body.addStretch(1)
        self.add_action(say("Open the case"), self._open, "folder-open", is_main=True)
        shortcut(self, GO_ON, self._open)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_kept(self, lines: tuple[KeptLine, ...]) -> None:
        """Show closed files, the next day in front; nothing is said in words."""
        self._none.setVisible(not lines)
        if self._kept is not None:
            row = self._kept.chosen_row()
            self._kept.show_rows(lines)
            self._kept.setVisible(bool(lines))
            if lines:
                self._kept.choose_row(min(row or 0, len(lines) - 1))
                if row is None:
                    self._kept.view().setFocus()
        order_tabs(self)

    def show_erased(self, lines: tuple[ErasedLine, ...]) -> None:
        """Show erased files."""
        self._title.setVisible(bool(lines))
        if self._erased is not None:
            self._erased.show_rows(lines)
            self._erased.setVisible(bool(lines))
        order_tabs(self)

    def _open(self) -> None:
        row = self._kept.chosen_row() if self._kept is not None else None
        if self._presenter is not None and row is not None:
            self._presenter.open(row)
