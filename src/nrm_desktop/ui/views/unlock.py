"""The locked screen: neutral, centred, the passphrase in focus. It holds no case data.

Beside the line stand what most often locks people out: show and hide, the name of the keyboard
layout, and whether Caps Lock is on (asked of the system where it tells, else guessed from the
letter that was typed).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import Shape, Tone
from nrm_desktop.ui.presenters.unlock import Entry, UnlockPresenter
from nrm_desktop.ui.views.writing_offer import WritingOffer
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.answer_state import ButtonFace, StateButton
from nrm_desktop.ui.widgets.button import Button, ButtonKind, IconButton
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import scrolling
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.roving import RovingFocus
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line

_PASSPHRASE_HINTS: Final = (
    Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
)
_CODE_HINTS: Final = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhDigitsOnly
CapsLock = Callable[[], bool | None]
"""Whether Caps Lock is on; None where the system does not tell."""
_LOOK_EVERY_MS: Final = 500


def never_told() -> None:
    """A system that does not say whether Caps Lock is on."""


class UnlockPage(QWidget):
    """The whole window while it is locked (fulfils `UnlockView`).

    Shape: `foot` stands below the card: how the window looks, chosen while it is locked;
    `forgotten_asked` is told where somebody forgot the passphrase.
    """

    forgotten_asked = Signal()

    def __init__(
        self, kit: Kit, foot: QWidget | None = None, caps_lock: CapsLock = never_told
    ) -> None:
        super().__init__()
        self._kit = kit
        self._caps_lock = caps_lock
        self._entry_kind = Entry.PASSPHRASE
        self._presenter: UnlockPresenter | None = None
        self._roving: RovingFocus | None = None
        self._signs: dict[str, StateButton] = {}
        self._card = Card(kit, is_column=True)
        self._card.setFixedWidth(kit.look.px("detail"))
        self._build_card()
        self._writing = WritingOffer(kit, self._write)
        self.offer_writing = self._writing.offer
        self._card.body.addWidget(self._writing)
        middle = QVBoxLayout()
        middle.addStretch(1)
        # In a row its height is asked for at its real width: six signs take several lines.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card)
        row.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(1)
        if foot is not None:
            middle.addWidget(foot, 0, Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        pad = kit.look.px("gap3")
        box.setContentsMargins(pad, pad, pad, pad)
        box.addWidget(scrolling(kit, middle))

    def bind(self, presenter: UnlockPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_signs(self, signs: tuple[str, ...], chosen: str) -> None:
        """Show the signs of the people of this laptop."""
        for number, sign in enumerate(signs, start=1):
            button = StateButton(
                self._kit, ButtonFace(sign.replace("-", " "), Shape.CENTRE, str(number))
            )
            button.clicked.connect(lambda _=False, one=sign: self._choose(one))
            self._signs[sign] = button
            self._sign_row.addWidget(button)
        if self._signs:
            self._roving = RovingFocus(self._sign_home, list(self._signs.values()))
        for part in (self._ask, self._sign_home):
            part.setVisible(len(signs) > 1)
        self._mark_sign(chosen)
        order_tabs(self)

    def show_nothing_here(self, title: str, text: str) -> None:
        """Say that there is nothing to unlock, and what helps."""
        self._reason.setText(f"{title} {text}".strip())
        self._reason.show()
        for part in (self._sign_home, self._entry, self._line_label, self._unlock, self._ask):
            part.hide()
        for line in (self._layout, self._caps, self._instead, self._forgotten, self._writing):
            line.hide()
        self._watch.stop()

    def show_entry(self, entry: Entry) -> None:
        """Ask for the passphrase, or for the shift code."""
        say, is_code = self._kit.say, entry is Entry.CODE
        self._entry_kind = entry
        name = say("Shift code, six digits") if is_code else say("Passphrase")
        self._line_label.setText(name)
        self._line.setAccessibleName(name)
        shown = say("Show the shift code") if is_code else say("Show the passphrase")
        self._show.setToolTip(shown)
        self._show.setAccessibleName(shown)
        self._instead.setVisible(is_code)
        self._forgotten.setVisible(not is_code)
        self._line.setInputMethodHints(_CODE_HINTS if is_code else _PASSPHRASE_HINTS)
        self._look()
        order_tabs(self)

    def show_reason(self, text: str) -> None:
        """Say why it is locked."""
        self._reason.setText(text)
        self._reason.setVisible(bool(text))

    def show_problem(self, text: str, *, names_layout: bool = False) -> None:
        """Say why it did not open, and perhaps on which keyboard; empty takes it away."""
        layout = layout_name() if names_layout else ""
        if layout:
            asked = self._kit.say(
                "The keyboard layout is “{layout}”. Is it the one the passphrase was made on?",
                layout=layout,
            )
            text = f"{text} {asked}"
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        if text:
            announce(self, text)

    def show_wait(self, text: str) -> None:
        """Say how long this sign has to wait; empty takes it away. Not announced every second."""
        self._wait.setText(text)
        self._wait.setVisible(bool(text))

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: the passphrase can be typed."""
        self._unlock.setText(text or self._kit.say("Unlock"))
        self._line.setReadOnly(bool(text))

    def clear(self) -> None:
        """Empty the passphrase and put the cursor there."""
        self._line.clear()
        self._line.setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Be ready for the passphrase at once."""
        super().showEvent(event)
        self._line.setFocus()

    # ---- keys -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose a sign by its number, from everywhere but the passphrase."""
        place = self._kit.place_of(event)
        signs = list(self._signs)
        if place is not None and place.value.isdecimal() and int(place.value) <= len(signs):
            self._choose(signs[int(place.value) - 1])
            return
        super().keyPressEvent(event)

    # ---- parts ----------------------------------------------------------------------------------

    def _build_card(self) -> None:
        kit, say, body = self._kit, self._kit.say, self._card.body
        body.addWidget(PlainLabel(kit, say("Notes"), "title"))
        self._reason = PlainLabel(kit).muted()
        body.addWidget(self._reason)
        self._ask = PlainLabel(kit, say("Your sign"), "label").muted()
        body.addWidget(self._ask)
        self._sign_home = QWidget()
        self._sign_row = FlowLayout(kit.look.px("gap2"), kit.look.px("gap2"))
        self._sign_home.setLayout(self._sign_row)
        body.addWidget(self._sign_home)
        self._line_label = PlainLabel(kit, say("Passphrase"), "label").muted()
        body.addWidget(self._line_label)
        body.addWidget(self._make_entry())
        self._layout = PlainLabel(kit, role="label").muted()
        self._caps = PlainLabel(kit, say("Caps Lock seems to be on."), "label").toned(Tone.WARN)
        self._problem = PlainLabel(kit, role="label").toned(Tone.BAD)
        self._wait = PlainLabel(kit, role="label").muted()
        for line in (self._layout, self._caps, self._problem, self._wait):
            line.hide()
            body.addWidget(line)
        self._instead = Button(kit, say("Use the passphrase instead"), "keyboard", ButtonKind.QUIET)
        self._instead.clicked.connect(lambda _=False: self._use_passphrase())
        self._instead.hide()
        body.addWidget(self._instead)
        self._forgotten = Button(kit, say("Passphrase forgotten"), "file-text", ButtonKind.QUIET)
        self._forgotten.clicked.connect(lambda _=False: self.forgotten_asked.emit())
        body.addWidget(self._forgotten)
        self._unlock = Button(kit, say("Unlock"), "key-round", ButtonKind.MAIN)
        self._unlock.clicked.connect(lambda _=False: self._try())
        body.addWidget(self._unlock, 0, Qt.AlignmentFlag.AlignTrailing)

    def _write(self, form: str) -> None:
        if self._presenter is not None:
            self._presenter.write(form)

    def _make_entry(self) -> QWidget:
        kit, say = self._kit, self._kit.say
        self._entry = QWidget()
        row = QHBoxLayout(self._entry)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap2"))
        self._line = text_line(kit)
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setInputMethodHints(_PASSPHRASE_HINTS)
        self._line.setAccessibleName(say("Passphrase"))
        self._line.returnPressed.connect(self._try)
        self._line.textEdited.connect(self._typed)
        self._show = IconButton(kit, "eye", say("Show the passphrase"))
        self._show.setCheckable(True)
        self._show.toggled.connect(self._show_words)
        row.addWidget(self._line, 1)
        row.addWidget(self._show)
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY_MS)
        self._watch.timeout.connect(self._look)
        self._watch.start()
        QGuiApplication.inputMethod().localeChanged.connect(self._look)
        return self._entry

    def _look(self) -> None:
        """Say which layout types here, and whether Caps Lock is on where the system tells."""
        is_words = self._entry_kind is Entry.PASSPHRASE
        name = layout_name() if is_words else ""
        self._layout.setText(self._kit.say("Keyboard layout: {layout}", layout=name))
        self._layout.setVisible(bool(name))
        is_on = self._caps_lock() if is_words else False
        if is_on is not None:
            self._caps.setVisible(is_on)

    def _use_passphrase(self) -> None:
        if self._presenter is not None:
            self._presenter.use_passphrase()

    def _typed(self, text: str) -> None:
        if self._entry_kind is Entry.CODE or self._caps_lock() is not None:
            return
        last = text[-1:]
        is_held = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._caps.setVisible(last.isupper() and not is_held)

    def _show_words(self, are_shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        mode = QLineEdit.EchoMode.Normal if are_shown else QLineEdit.EchoMode.Password
        self._line.setEchoMode(mode)

    def _try(self) -> None:
        if self._presenter is not None:
            self._presenter.unlock(self._line.text())

    def _choose(self, sign: str) -> None:
        self._mark_sign(sign)
        if self._presenter is not None:
            self._presenter.choose(sign)

    def _mark_sign(self, sign: str) -> None:
        for number, (one, button) in enumerate(self._signs.items()):
            button.setChecked(one == sign)
            if one == sign and self._roving is not None:
                self._roving.make_current(number)


def layout_name() -> str:
    """The keyboard layout, in its own words; empty if the system does not say."""
    locale = QGuiApplication.inputMethod().locale()
    if locale == QLocale.c():
        return ""
    return locale.nativeLanguageName() or locale.name()
