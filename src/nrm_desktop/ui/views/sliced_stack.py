"""Questions built a few at a time, so that a long page never holds up the window.

The first ones are there at once; the others follow while the window takes keys. What is to be shown
in a question that is not built yet waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QTimer

from nrm_desktop.ui.presenters.field_spec import FieldSpec, GroupRow
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.tab_order import order_tabs

FIRST: Final = 4
"""As many as fill the page."""
SLICE: Final = 2


class SlicedStack(FieldStack):
    """Questions of one page. `when_built` is told about a question, or a group, by its id."""

    def __init__(self, kit: Kit, specs: Sequence[FieldSpec]) -> None:
        super().__init__(kit, specs[:FIRST])
        self._rest = list(specs[FIRST:])
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        self._visible: frozenset[str] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._build_more)
        if self._rest:
            self._timer.start()

    def when_built(self, spec_id: str, call: Callable[[], None]) -> None:
        """Do something now, or once the question is built."""
        if self.has(spec_id):
            call()
        else:
            self._waiting.setdefault(spec_id, []).append(call)

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions and hide the others, also those that are still to be built."""
        self._visible = visible
        super().show_only(visible)

    def show_rows(self, group_id: str, rows: tuple[GroupRow, ...]) -> None:
        """Show the rows of a group, once it is built."""
        show = super().show_rows
        self.when_built(group_id, lambda: show(group_id, rows))
        self._do_what_waited()

    def _build_more(self) -> None:
        for spec in self._rest[:SLICE]:
            self.add(spec)
        self._rest = self._rest[SLICE:]
        self._do_what_waited()
        if self._visible is not None:
            super().show_only(self._visible)
        if not self._rest:
            self._timer.stop()
            order_tabs(self)

    def _do_what_waited(self) -> None:
        """Rows bring questions of their own, for which something may wait, too."""
        while ready := [spec_id for spec_id in self._waiting if self.has(spec_id)]:
            for spec_id in ready:
                for call in self._waiting.pop(spec_id):
                    call()
