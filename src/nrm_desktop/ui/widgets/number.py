"""Numbers and lengths of time, with the digits of any script.

A number that is no whole one stays text, since values have no floats, and so does one with "about",
which begins with `~`. A length of time is ISO 8601 text, like `P3M`: a count and a unit, never
turned into days.
"""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.editor import OWN_NAME, ValueEditor
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.text import as_text, text_line

_ABOUT = "~"
_DECIMAL = re.compile(r"(-?\d+)[.,](\d+)")
_DURATION = re.compile(r"(~?)P(?:(\d+)([YMWD])|T(\d+)([HM]))")
_OF_DAY = frozenset({"TH", "TM"})


class NumberEditor(ValueEditor):
    """A number."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._kit = kit
        self._line = text_line(kit, is_code=spec.is_code)
        self._line.setFixedWidth(kit.look.px("number_field"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._line)
        row.addStretch(1)
        self._line.textEdited.connect(lambda _: self.edited.emit())

    def raw(self) -> Value:
        """A whole number, decimal text, or the words as typed."""
        return number_of(self._line.text(), self._kit.date_words.about)

    def show_raw(self, raw: Value) -> None:
        """Show a number."""
        self._line.setText(_with_about(self._kit, as_text(raw)))

    def inputs(self) -> list[QWidget]:
        """The line."""
        return [self._line]


class DurationEditor(ValueEditor):
    """A count and a unit."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._kit = kit
        self._line = text_line(kit, is_code=spec.is_code)
        self._line.setFixedWidth(kit.look.px("number_field"))
        self._unit = ChoiceBox(kit, _units(kit))
        self._unit.setAccessibleName(kit.say("Unit of time"))
        self._unit.setProperty(OWN_NAME, True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap2"))
        row.addWidget(self._line)
        row.addWidget(self._unit)
        row.addStretch(1)
        self._line.textEdited.connect(lambda _: self.edited.emit())
        self._unit.activated.connect(lambda _: self.edited.emit())

    def raw(self) -> Value:
        """ISO 8601 text; the words as typed where the count is no whole number."""
        count = number_of(self._line.text(), self._kit.date_words.about)
        unit = self._unit.code()
        whole = str(count).removeprefix(_ABOUT)
        if not whole.isdecimal():
            return count
        about = _ABOUT if str(count).startswith(_ABOUT) else ""
        return f"{about}PT{whole}{unit[1]}" if unit in _OF_DAY else f"{about}P{whole}{unit}"

    def show_raw(self, raw: Value) -> None:
        """Show count and unit."""
        match = _DURATION.fullmatch(as_text(raw))
        if match is None:
            self._line.setText(as_text(raw))
            return
        self._line.setText(_with_about(self._kit, f"{match[1]}{match[2] or match[4]}"))
        self._unit.show_code(match[3] or f"T{match[5]}")

    def inputs(self) -> list[QWidget]:
        """Count and unit."""
        return [self._line, self._unit]


def number_of(typed: str, about_word: str) -> Value:
    """Read a number in the digits of any script; words come back as they are."""
    text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in typed.strip())
    for sign in (_ABOUT, "about ", f"{about_word} "):
        if text.casefold().startswith(sign):
            return _ABOUT + as_text(number_of(text[len(sign) :], about_word))
    if text.removeprefix("-").isdecimal():
        return int(text)
    if match := _DECIMAL.fullmatch(text):
        return f"{match[1]}.{match[2]}"
    return text or None


def _with_about(kit: Kit, text: str) -> str:
    if not text.startswith(_ABOUT):
        return text
    return kit.say("about {date}", date=text.removeprefix(_ABOUT))


def _units(kit: Kit) -> tuple[Choice, ...]:
    return (
        Choice("D", kit.say("days")),
        Choice("W", kit.say("weeks")),
        Choice("M", kit.say("months")),
        Choice("Y", kit.say("years")),
        Choice("TH", kit.say("hours")),
        Choice("TM", kit.say("minutes")),
    )
