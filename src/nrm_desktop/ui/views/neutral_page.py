"""A page that can be neutral while the laptop is locked: a sheet and signs in place of words.

N outside text fields, or Ctrl+H everywhere, goes there and back; 7, 8 and 9 are the signs of the
sheet. Inside a case `talk_frame` does the same.

Source: nrm.md S2, R41; ux.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QKeyEvent

from nrm_desktop.ui.presenters.counter_sheet import CounterSheetPresenter, ShownSheet
from nrm_desktop.ui.views.counter_sheet import CounterSheetCard, Legend, sign_keys
from nrm_desktop.ui.views.main_window import shortcut
from nrm_desktop.ui.views.talk_frame import HIDE
from nrm_desktop.ui.widgets.button import IconButton
from nrm_desktop.ui.widgets.kit import KeyPlace, Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs


class NeutralPage(Page):
    """The frame of such a page (fulfils `CounterView`)."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, "", "")
        self._is_covered = False
        self._words = ("", "")
        self._keys: Mapping[KeyPlace, Callable[[], object]] = {}
        self._sheet_of: Callable[[], CounterSheetPresenter | None] = _none
        self._sheet: CounterSheetCard | None = None
        self._hide: IconButton | None = None
        self._legend = Legend(kit)
        self.body.addWidget(self._legend)
        self.body.addStretch(1)

    def offer_cover(
        self, toggle: Callable[[], object], sheet: Callable[[], CounterSheetPresenter | None]
    ) -> None:
        """Offer to go there by button and key. Shape: `sheet` gives what decides now."""
        self._sheet_of = sheet
        self._hide = IconButton(self._kit, "eye-off", self._offer())
        self._hide.clicked.connect(lambda _=False: toggle())
        self.add_head_action(self._hide)
        shortcut(self, HIDE, toggle)
        self._keys = {KeyPlace.N: toggle, **sign_keys(self._press)}

    def show_covered(self, *, is_covered: bool) -> None:
        """Show neutral signs in place of words, or the words again."""
        self._is_covered = is_covered
        self._legend.setVisible(not is_covered)
        if self._hide is not None:
            self._hide.setToolTip("" if is_covered else self._offer())
        self._cover_content(is_covered=is_covered)
        self._show_words()
        order_tabs(self)

    def show_counter(self, sheet: ShownSheet | None) -> None:
        """Show the sheet above the neutral signs; None takes it away."""
        decides = self._sheet_of()
        if self._sheet is not None and sheet is not None:
            self._sheet.show_sheet(sheet)
        elif sheet is None:
            self._drop_sheet()
        elif decides is not None:
            self._sheet = CounterSheetCard(self._kit, sheet, decides)
            self.body.insertWidget(0, self._sheet)
            self._sheet.show()
            self.show_from_head()
            if self._hide is not None:
                self._hide.setFocus()
        order_tabs(self)
        self._keep_focus()

    def show_legend(self, lines: tuple[str, ...]) -> None:
        """Show what the sheet keeps, below the questions and never on the sheet."""
        self._legend.show_lines(lines)
        self._legend.setVisible(not self._is_covered)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys that no question has taken."""
        place = self._kit.place_of(event)
        act = self._keys.get(place) if place is not None else None
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    # ---- for the page that this is --------------------------------------------------------------

    def _cover_content(self, *, is_covered: bool) -> None:
        """Cover or show the words of what is asked."""
        raise NotImplementedError

    def _name(self, title: str, purpose: str) -> None:
        self._words = (title, purpose)
        self._show_words()

    def _drop_sheet(self) -> None:
        if self._sheet is not None:
            if self._hide is not None and self._sheet.holds_focus():
                self._hide.setFocus()
            drop(self.body, self._sheet)
            self._sheet = None

    # ---- parts ----------------------------------------------------------------------------------

    def _offer(self) -> str:
        return self._kit.say("Neutral screen (N, or Ctrl+H)")

    def _press(self, key: str) -> None:
        decides = self._sheet_of()
        if decides is not None:
            decides.press(key)

    def _show_words(self) -> None:
        self.show_title(*(("", "") if self._is_covered else self._words))

    def _keep_focus(self) -> None:
        """What had the focus may be hidden now: a key must never go nowhere."""
        focused = self.focusWidget()
        if focused is None or not focused.isVisible():
            first = first_stop(self)
            if first is not None:
                first.setFocus()


def _none() -> None:
    """There is no sheet on this page."""
