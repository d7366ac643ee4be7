"""Dates: one line that takes what people know, and an echo that says what was understood.

The echo names the precision and never adds a day or a month. Words that are no date stay as they
are and travel on as words; the echo then says which step helps.
"""

from __future__ import annotations

import re

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrm_desktop.domain.dates import PartialDate, Precision
from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.date_entry import DateHint, DateReading, read_date_entry
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.widgets.editor import OWN_NAME, ValueEditor
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import as_text, fill, text_line

_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]?([0-5]\d)")


class DateEditor(ValueEditor):
    """A date as far as it is known."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._kit = kit
        self._line = text_line(kit, is_code=spec.is_code)
        self._line.setPlaceholderText(kit.say("Like 2026-11-23, nov 2026, about 2019, age 14"))
        self._echo = PlainLabel(kit, role="label").muted()
        self._echo.hide()
        fill(self, self._line, self._echo, gap=kit.look.px("gap1"))
        self._line.textEdited.connect(self._typed)

    def raw(self) -> Value:
        """Text and mark of the date; the typed words where they are none."""
        typed = self._line.text().strip()
        date = self._reading().date
        return (date.text, int(date.is_about)) if date else typed or None

    def show_raw(self, raw: Value) -> None:
        """Show a date in the spelling of the language, or words."""
        date = date_of(raw)
        self._line.setText(self._kit.dates.show(date) if date else as_text(raw))
        self._show_echo()

    def inputs(self) -> list[QWidget]:
        """The line."""
        return [self._line]

    def name_it(self, name: str, description: str) -> None:
        """Read the echo out with the line."""
        super().name_it(name, f"{description} {self._echo.text()}".strip())

    def _reading(self) -> DateReading:
        return read_date_entry(self._line.text(), self._kit.date_words)

    def _typed(self) -> None:
        self._show_echo()
        self.edited.emit()

    def _show_echo(self) -> None:
        text = echo_of(self._kit, self._reading())
        self._echo.setText(text)
        self._echo.setVisible(bool(text))
        self._line.setAccessibleDescription(text)


class MomentEditor(ValueEditor):
    """A day and, where it is known, the time of day."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._date = DateEditor(kit, spec)
        self._time = text_line(kit)
        self._time.setFixedWidth(kit.look.px("number_field"))
        self._time.setPlaceholderText(kit.say("Time, like 14:02"))
        self._time.setAccessibleName(kit.say("Time of day"))
        self._time.setProperty(OWN_NAME, True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap4"))
        row.addWidget(self._date, 1)
        side = QWidget()
        fill(side, self._time)
        side.layout().addStretch(1)  # type: ignore[union-attr]  # `fill` has just made it
        row.addWidget(side)
        self._date.edited.connect(self.edited)
        self._time.textEdited.connect(lambda _: self.edited.emit())

    def raw(self) -> Value:
        """Text and mark; the time is joined with T; words where either is not understood."""
        day, typed = self._date.raw(), self._time.text().strip()
        if not typed:
            return day
        match = _TIME.fullmatch(typed)
        if match is None or not isinstance(day, tuple):
            return f"{as_text(day)} {typed}".strip()
        return (f"{as_text(day)}T{int(match[1]):02}:{match[2]}", *day[1:])

    def show_raw(self, raw: Value) -> None:
        """Show day and time."""
        if isinstance(raw, tuple) and raw:
            day, _, time = str(raw[0]).partition("T")
            self._date.show_raw((day, *raw[1:]))
            self._time.setText(time)
            return
        self._date.show_raw(raw)
        self._time.clear()

    def inputs(self) -> list[QWidget]:
        """The line of the day and the line of the time."""
        return [*self._date.inputs(), self._time]


def date_of(raw: Value) -> PartialDate | None:
    """The date of a raw value, or None where it is none."""
    if not isinstance(raw, tuple) or not raw:
        return None
    try:
        return PartialDate(str(raw[0]), len(raw) > 1 and bool(raw[1]))
    except ValueError:
        return None


def echo_of(kit: Kit, reading: DateReading) -> str:
    """Say what was understood, or which step helps."""
    if reading.date is None:
        return _hint(kit.say, reading.hint)
    return kit.say(
        "Understood: {date} ({precision})",
        date=kit.dates.show(reading.date),
        precision=_precision(kit.say, reading.date),
    )


def _precision(say: Say, date: PartialDate) -> str:
    return {
        Precision.DAY: say("exact day"),
        Precision.MONTH: say("day not known"),
        Precision.SEASON: say("season only"),
        Precision.YEAR: say("year only"),
        Precision.AGE: say("age as said"),
    }[date.precision]


def _hint(say: Say, hint: DateHint) -> str:
    return {
        DateHint.NONE: "",
        DateHint.UNCLEAR_ORDER: say("Which is the month? Please write it as a word."),
        DateHint.NO_SUCH_DAY: say("There is no such day. Please look again."),
        DateHint.NOT_UNDERSTOOD: say("Kept as typed. A date needs a year of four digits."),
    }[hint]
