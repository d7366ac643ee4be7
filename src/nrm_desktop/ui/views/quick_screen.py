"""The page on which something is written without unlocking: the questions of one form, quietly.

No colour of alarm and no sound: a companion may be looking, and one key lays a sheet of ordinary
questions over the words (S2). Esc leaves and empties everything.
"""

from __future__ import annotations

from nrm_desktop.ui.presenters.field_spec import FieldSpec, Reply
from nrm_desktop.ui.presenters.quick_screen import QuickScreenPresenter
from nrm_desktop.ui.presenters.unlock import MESSAGE, QUICK
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.neutral_page import NeutralPage
from nrm_desktop.ui.views.sliced_stack import SlicedStack
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs

NEXT_PERSON = "Ctrl+Shift+N"


class QuickScreenPage(NeutralPage):
    """The page (fulfils `QuickScreenView`)."""

    def __init__(self, kit: Kit, form_id: str) -> None:
        super().__init__(kit)
        self._has_next = form_id != MESSAGE
        self._is_quick = form_id == QUICK
        self._presenter: QuickScreenPresenter | None = None
        self._card: Card | None = None
        self._stack: SlicedStack | None = None
        self._busy = PlainLabel(kit).muted()
        self._acts: list[Button] = []
        self.body.insertWidget(0, self._busy)

    def bind(self, presenter: QuickScreenPresenter) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._back = self.add_action(say("Back"), presenter.back, "chevron-left")
        if self._has_next:
            words = say("Next person, same setting")
            self._acts.append(self.add_action(words, presenter.next_person, "plus"))
            self._acts[0].setToolTip(NEXT_PERSON)
            shortcut(self, NEXT_PERSON, presenter.next_person)
        done = self.add_action(say("Done"), presenter.done, "check", is_main=True)
        self._acts.append(done)
        shortcut(self, GO_ON, presenter.done)
        shortcut(self, "Esc", presenter.back)
        if self._is_quick:
            self.offer_cover(presenter.toggle_cover, lambda: presenter.sheet)
        self._show_acts(are_shown=False)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_form(self, title: str, purpose: str, specs: tuple[FieldSpec, ...]) -> None:
        """Build the questions, all of them empty."""
        self._take_down()
        self._name(title, purpose)
        self._card = Card(self._kit, is_column=True)
        self._stack = SlicedStack(self._kit, specs)
        if self._presenter is not None:
            self._stack.edited.connect(self._presenter.edited)
        self._card.body.addWidget(self._stack)
        self.body.insertWidget(1, self._card)
        self._card.show()
        self._show_acts(are_shown=True)

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions, and hide the others."""
        if self._stack is not None:
            self._stack.show_only(visible)

    def show_reply(self, cell: str, reply: Reply) -> None:
        """Show what stands in a question."""
        stack = self._stack
        if stack is not None:
            stack.when_built(cell, lambda: _shown(stack.field(cell), reply))

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""
        field = self._stack.field(cell) if self._stack is not None else None
        if field is not None:
            field.show_problem(words)

    def show_busy(self, text: str) -> None:
        """Say what is going on, and take no answers meanwhile; empty: go on."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        for part in (self._card, *self._acts):
            if part is not None:
                part.setEnabled(not text)
        if text:
            announce(self, text)
            self._back.setFocus()
        elif self._stack is not None:
            self._acts[-1].setFocus()

    def show_closed(self) -> None:
        """Take the questions away: there is only the way back."""
        self._take_down()
        self._show_acts(are_shown=False)
        self._back.setFocus()

    def focus_on(self, cell: str) -> None:
        """Put the cursor into a question."""
        stack = self._stack
        if stack is not None:
            stack.when_built(cell, lambda: stack.focus_on(cell))

    def wipe(self) -> None:
        """Empty every question and take them all away."""
        if self._stack is not None:
            for field in self._stack.fields():
                field.show_remark("")
                field.show_reply(Reply())
        self._take_down()

    # ---- parts ----------------------------------------------------------------------------------

    def _show_acts(self, *, are_shown: bool) -> None:
        for act in self._acts:
            act.setVisible(are_shown)
        order_tabs(self)

    def _cover_content(self, *, is_covered: bool) -> None:
        """Cover or show the words of the questions."""
        if self._stack is not None:
            self._stack.cover(is_covered=is_covered)

    def _take_down(self) -> None:
        self._drop_sheet()
        self._legend.hide()
        self._stack = None
        if self._card is not None:
            drop(self.body, self._card)
            self._card = None


def _shown(field: FieldWidget | None, reply: Reply) -> None:
    if field is not None:
        field.show_reply(reply)
