"""The page of a new case: one question that may stay unanswered, and one main button."""

from __future__ import annotations

from PySide6.QtCore import Qt

from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.presenters.new_case import NewCasePresenter
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line


class NewCasePage(Page):
    """The page of a new case (fulfils `NewCaseView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("New case"),
            say("The program makes the code. No name and no certainty is needed."),
        )
        self._presenter: NewCasePresenter | None = None
        self._slip = text_line(kit)
        self._slip.setAccessibleName(say("Hand-over code from a slip"))
        self._go_on = Button(kit, say("Go on with this person"), "chevron-right")

    def bind(self, presenter: NewCasePresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self.add_action(self._kit.say("Open the case"), presenter.open, "check", is_main=True)
        shortcut(self, GO_ON, presenter.open)
        self._slip.returnPressed.connect(lambda: presenter.take(self._slip.text()))
        self._go_on.clicked.connect(lambda _=False: presenter.take(self._slip.text()))

    def show_question(self, spec: FieldSpec) -> None:
        """Show the one question."""
        card = Card(self._kit, is_column=True)
        stack = FieldStack(self._kit, (spec,))
        if self._presenter is not None:
            stack.edited.connect(self._presenter.edited)
        card.body.addWidget(stack)
        self.body.addWidget(card)
        say = self._kit.say
        slip = Card(self._kit, is_column=True)
        slip.body.addWidget(PlainLabel(self._kit, say("Hand-over code from a slip"), "strong"))
        slip.body.addWidget(self._slip)
        slip.body.addWidget(self._go_on, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addWidget(slip)
        self.body.addStretch(1)
        stack.focus_on(spec.id)
