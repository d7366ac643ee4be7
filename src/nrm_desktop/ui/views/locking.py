"""The page about locking (fulfils `LockingView`)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.lock_reason import LockReason, LockSettings
from nrm_desktop.ui.presenters.locking import (
    CODE_DIGITS,
    IDLE_MINUTES,
    LockingPresenter,
    switches,
)
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class LockingPage(Page):
    """Lock now, the shift code, and when the window locks by itself."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("Locking"), say("How this window is locked, and when."))
        self._presenter: LockingPresenter | None = None
        self._ticks: dict[LockReason, Tick] = {}
        self.body.addWidget(self._now_card())
        self.body.addWidget(self._shift_card())
        self.body.addWidget(self._when_card())
        self.body.addStretch(1)

    def bind(self, presenter: LockingPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._next.clicked.connect(lambda _=False: presenter.lock(LockReason.NEXT_PERSON))
        self._end.clicked.connect(lambda _=False: presenter.end())
        self._set.clicked.connect(lambda _=False: self._set_shift())
        self._again.returnPressed.connect(self._set_shift)
        self._end_shift.clicked.connect(lambda _=False: presenter.end_shift())
        self._idle.activated.connect(lambda _=0: presenter.choose_idle(int(self._idle.code())))
        for reason, tick in self._ticks.items():
            tick.clicked.connect(lambda on=False, one=reason: presenter.switch(one, is_on=on))
        self._travels.clicked.connect(lambda on=False: presenter.travel(is_on=on))
        self._lid_ends.clicked.connect(lambda on=False: presenter.end_at_lid(is_on=on))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_settings(self, settings: LockSettings) -> None:
        """Show what holds."""
        nearest = min(IDLE_MINUTES, key=lambda minutes: abs(minutes - settings.idle_min))
        self._idle.show_code(str(nearest))
        for reason, tick in self._ticks.items():
            tick.setChecked(settings.heeds(reason))
        self._travels.setChecked(settings.travels)
        self._lid_ends.setChecked(settings.lid_ends)

    def show_shift(self, text: str, *, may_set: bool, has_one: bool) -> None:
        """Say how it is with the shift code, and offer what can be done."""
        self._shift_words.setText(text)
        announce(self, text)
        for part in (self._code, self._again, self._code_label, self._again_label, self._set):
            part.setVisible(may_set and not has_one)
        self._end_shift.setVisible(has_one)

    def show_problem(self, text: str) -> None:
        """Say why the code was not set; empty takes it away."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        if text:
            announce(self, text)
            self._code.setFocus()

    def clear(self) -> None:
        """Empty both lines of the code."""
        self._code.clear()
        self._again.clear()

    # ---- parts ----------------------------------------------------------------------------------

    def _now_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Lock now"), is_column=True)
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        self._next = Button(kit, say("For the next person"), "users")
        self._end = Button(kit, say("And end the program"), "log-out")
        self._end.setToolTip("Ctrl+Shift+Q")
        row.addWidget(self._next)
        row.addWidget(self._end)
        words = say(
            "Ctrl+Shift+L locks. Esc twice locks at once and hides the window. Only ending the"
            " program gives its memory back to the computer."
        )
        card.body.addWidget(PlainLabel(kit, words).muted())
        card.body.addLayout(row)
        return card

    def _shift_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Shift code"), is_column=True)
        self._shift_words = PlainLabel(kit).muted()
        card.body.addWidget(self._shift_words)
        self._code_label, self._code = self._code_line(card.body, say("Six digits"))
        self._again_label, self._again = self._code_line(card.body, say("The same digits again"))
        self._problem = PlainLabel(kit, role="label").toned(Tone.BAD)
        self._problem.hide()
        card.body.addWidget(self._problem)
        self._set = Button(kit, say("Set the shift code"), "key-round")
        self._end_shift = Button(kit, say("End the shift code now"), "x")
        card.body.addWidget(self._set, 0, Qt.AlignmentFlag.AlignLeading)
        card.body.addWidget(self._end_shift, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _code_line(self, body: QVBoxLayout, name: str) -> tuple[PlainLabel, QLineEdit]:
        label = PlainLabel(self._kit, name, "label").muted()
        line = text_line(self._kit, is_code=True)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhDigitsOnly
        )
        line.setMaxLength(CODE_DIGITS)
        line.setAccessibleName(name)
        body.addWidget(label)
        body.addWidget(line)
        return label, line

    def _when_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Lock by itself"), is_column=True)
        name = say("when nobody types for")
        card.body.addWidget(PlainLabel(kit, name, "label").muted())
        choices = [
            Choice(str(one), say.plural("{count} minute", "{count} minutes", one))
            for one in IDLE_MINUTES
        ]
        self._idle = ChoiceBox(kit, choices)
        self._idle.setAccessibleName(name)
        card.body.addWidget(self._idle)
        for switch in switches(say):
            self._ticks[switch.reason] = self._tick(card.body, switch.words)
        self._lid_ends = self._tick(
            card.body, say("when the lid is closed, end the program as well")
        )
        self._travels = self._tick(card.body, say("This laptop travels: no shift code"))
        return card

    def _tick(self, body: QVBoxLayout, words: str) -> Tick:
        tick = Tick(self._kit, words)
        body.addWidget(tick)
        return tick

    def _set_shift(self) -> None:
        if self._presenter is not None:
            self._presenter.set_shift(self._code.text(), self._again.text())
