"""The question to a second person (fulfils `SecondPersonView`): a card that any page can hold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class SecondPersonCard(Card):
    """Hidden while nothing is asked. Enter confirms, Escape leaves everything as it was.

    Shape: `page` holds the card; the focus goes back there to where it was.
    """

    def __init__(self, kit: Kit, page: QWidget) -> None:
        say = kit.say
        super().__init__(kit, say("A second person"), is_column=True)
        self._kit = kit
        self._page = page
        self._presenter: SecondPerson | None = None
        self._before: QWidget | None = None
        self._what = PlainLabel(kit, role="strong")
        self._nobody = PlainLabel(kit)
        self._who_label = PlainLabel(kit, say("Who confirms"), "label").muted()
        self._who = ChoiceBox(kit, ())
        self._who.setAccessibleName(say("Who confirms"))
        name = say("Passphrase of the second person")
        self._line_label = PlainLabel(kit, name, "label").muted()
        self._line = text_line(kit)
        self._line.setAccessibleName(name)
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._problem = PlainLabel(kit)
        self._confirm = Button(kit, say("Confirm"), "check", ButtonKind.MAIN)
        self._leave = Button(kit, say("Leave it as it is"), "x")
        for part in (self._what, self._nobody, self._who_label, self._who, self._line_label):
            self.body.addWidget(part)
        self.body.addWidget(self._line)
        self.body.addWidget(self._problem)
        self._add_buttons()
        self._line.returnPressed.connect(self._typed)
        self._confirm.clicked.connect(lambda _=False: self._typed())
        self._leave.clicked.connect(lambda _=False: self._give_up())
        self.hide()

    def bind(self, presenter: SecondPerson) -> None:
        """Tell who decides."""
        self._presenter = presenter

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape leaves everything as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
        else:
            super().keyPressEvent(event)

    # ---- shown by the presenter -----------------------------------------------------------------

    def ask_second(self, what: str, people: tuple[Choice, ...]) -> None:
        """Ask somebody else to confirm. Shape: without `people` there is nobody to ask."""
        say = self._kit.say
        self._before = self._page.focusWidget()
        self._what.setText(what)
        self._nobody.setText(
            ""
            if people
            else say(
                "Nobody else can unlock this laptop. Add a colleague on the page of the people, or"
                " do it at the laptop of a colleague."
            )
        )
        self._nobody.setVisible(not people)
        self._who.offer(people, people[0].code if len(people) == 1 else "")
        for part in (self._who_label, self._who, self._line_label, self._line, self._confirm):
            part.setVisible(bool(people))
        self._show_problem("")
        self._line.clear()
        self.show()
        order_tabs(self._page)
        announce(self._page, what)
        first = self._leave if not people else self._line if len(people) == 1 else self._who
        first.setFocus()

    def show_second_problem(self, text: str) -> None:
        """Say why it was not confirmed; the question stays."""
        self._show_problem(text)
        self._line.clear()
        self._line.setFocus()
        announce(self._page, text)

    def end_second(self) -> None:
        """Take the question away, and what was typed."""
        self._line.clear()
        self.hide()
        order_tabs(self._page)
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()

    # ---- parts ----------------------------------------------------------------------------------

    def _add_buttons(self) -> None:
        look = self._kit.look
        row = FlowLayout(look.px("gap3"), look.px("gap2"))
        row.addWidget(self._confirm)
        row.addWidget(self._leave)
        self.body.addLayout(row)

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _typed(self) -> None:
        if self._presenter is not None:
            self._presenter.confirm(self._who.code(), self._line.text())

    def _give_up(self) -> None:
        if self._presenter is not None:
            self._presenter.give_up()
