"""The page of the search: one box, what is to be known, and the rows."""

from __future__ import annotations

from nrm_desktop.ui.presenters.search import CHARACTERS, FoundRow, SearchPresenter
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line


class SearchPage(Page):
    """The page of the search (fulfils `SearchView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit, say("Search"), say("In all cases, in what you may see. No search is kept.")
        )
        self._box = text_line(kit)
        self._box.setMaxLength(CHARACTERS)
        self._box.setPlaceholderText(say("Code, name or words"))
        self._box.setAccessibleName(say("Code, name or words"))
        self._note = PlainLabel(kit).muted()
        self._table: StaticTable | None = None
        self.body.addWidget(self._box)
        self.body.addWidget(self._note)

    def bind(self, presenter: SearchPresenter) -> None:
        """Tell who decides."""
        self._table = StaticTable(self._kit, self._kit.say("What was found"), presenter.columns())
        self._table.opened.connect(presenter.open)
        self._table.hide()
        self.body.addWidget(self._table)
        self.body.addStretch(1)
        self._box.textEdited.connect(presenter.search)
        self._box.returnPressed.connect(self._into_rows)

    def show_rows(self, rows: tuple[FoundRow, ...]) -> None:
        """Show what was found."""
        if self._table is not None:
            self._table.show_rows(rows)
            self._table.setVisible(bool(rows))

    def show_note(self, text: str) -> None:
        """Say what is to be known about the rows; screen readers are told at once."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._box.setAccessibleDescription(text)

    def _into_rows(self) -> None:
        """Enter leads from the box into the rows."""
        if self._table is not None and self._table.isVisible():
            self._table.choose_row(0)
            self._table.view().setFocus()
