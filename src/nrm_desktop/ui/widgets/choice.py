"""Choosing from a list: yes or no, one of few, one of many, some of few, some of many.

- Up to seven codes of `one` are radio buttons; more are a line that searches.
- Up to thirty codes of `many` are check boxes below one another; more are a line that searches
  and adds. The order of choice is kept.
- Nothing is chosen before a person chooses. Arrow keys between radio buttons choose, as in every
  program; the state buttons below take it back.
"""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.combo import SearchLine
from nrm_desktop.ui.widgets.editor import OWN_NAME, ValueEditor
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.text import as_text, fill
from nrm_desktop.ui.widgets.tick import Dot, Tick

_MOST_DOTS = 7
_MOST_TICKS = 30
_TICKS_IN_TWO_COLUMNS = 6


def one_editor(kit: Kit, spec: FieldSpec) -> ValueEditor:
    """The editor for one code, by the length of the list."""
    if len(spec.choices) <= _MOST_DOTS:
        return DotsEditor(kit, spec.choices)
    return SearchEditor(kit, spec.choices)


def many_editor(kit: Kit, spec: FieldSpec) -> ValueEditor:
    """The editor for several codes, by the length of the list."""
    if len(spec.choices) <= _MOST_TICKS:
        return TicksEditor(kit, spec.choices)
    return ChipsEditor(kit, spec.choices)


def yes_no_editor(kit: Kit, spec: FieldSpec) -> ValueEditor:
    """Yes or no; everything else is a state."""
    return YesNoEditor(kit, spec)


class DotsEditor(ValueEditor):
    """One of a few codes."""

    def __init__(self, kit: Kit, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        flow = FlowLayout(kit.look.px("option_gap"), 0)
        self.setLayout(flow)
        self._dots: dict[str, Dot] = {}
        for choice in choices:
            dot = Dot(kit, choice.label)
            _name_option(dot, choice.label)
            dot.clicked.connect(self._chosen)
            self._dots[choice.code] = dot
            flow.addWidget(dot)

    def raw(self) -> Value:
        """The chosen code."""
        return next((code for code, dot in self._dots.items() if dot.isChecked()), None)

    def show_raw(self, raw: Value) -> None:
        """Show a code, or nothing."""
        for code, dot in self._dots.items():
            # Radio buttons of one parent cannot all be off unless they are let go for a moment.
            dot.setAutoExclusive(False)
            dot.setChecked(code == raw)
        for dot in self._dots.values():
            dot.setAutoExclusive(True)

    def inputs(self) -> list[QWidget]:
        """The radio buttons."""
        return list(self._dots.values())

    def _chosen(self) -> None:
        self.edited.emit()


class YesNoEditor(DotsEditor):
    """Yes or no as a value."""

    def __init__(self, kit: Kit, _spec: FieldSpec) -> None:
        super().__init__(kit, (Choice("yes", kit.say("Yes")), Choice("no", kit.say("No"))))

    def raw(self) -> Value:
        """True, False or nothing."""
        code = super().raw()
        return None if code is None else code == "yes"

    def show_raw(self, raw: Value) -> None:
        """Show True, False or nothing."""
        super().show_raw({True: "yes", False: "no"}.get(raw) if isinstance(raw, bool) else None)


class SearchEditor(ValueEditor):
    """One of many codes."""

    def __init__(self, kit: Kit, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._line = SearchLine(kit, choices)
        self._last = ""
        fill(self, self._line)
        self._line.settled.connect(self._settled)

    def raw(self) -> Value:
        """The code; the typed words where they fit no entry."""
        return self._line.code() or self._line.text().strip() or None

    def show_raw(self, raw: Value) -> None:
        """Show an entry, or words that fit none."""
        self._line.show_code(as_text(raw))
        self._last = self._line.text()

    def inputs(self) -> list[QWidget]:
        """The line."""
        return [self._line]

    def _settled(self) -> None:
        if self._line.text() != self._last:
            self._last = self._line.text()
            self.edited.emit()


class TicksEditor(ValueEditor):
    """Some of a few codes, in the order of choice."""

    def __init__(self, kit: Kit, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(kit.look.px("option_gap"))
        grid.setVerticalSpacing(0)
        columns = 2 if len(choices) >= _TICKS_IN_TWO_COLUMNS else 1
        lines = -(-len(choices) // columns)
        self._ticks: dict[str, Tick] = {}
        self._order: list[str] = []
        for number, choice in enumerate(choices):
            tick = Tick(kit, choice.label)
            _name_option(tick, choice.label)
            tick.clicked.connect(self._toggled)
            self._ticks[choice.code] = tick
            grid.addWidget(tick, number % lines, number // lines)
        for column in range(columns):
            grid.setColumnStretch(column, 1)

    def raw(self) -> Value:
        """The chosen codes in the order of choice; None if nothing is chosen."""
        return tuple(self._order) or None

    def show_raw(self, raw: Value) -> None:
        """Show codes; one that is not offered any more is kept and not shown."""
        self._order = _codes(raw)
        for code, tick in self._ticks.items():
            tick.setChecked(code in self._order)

    def inputs(self) -> list[QWidget]:
        """The check boxes."""
        return list(self._ticks.values())

    def _toggled(self) -> None:
        for code, tick in self._ticks.items():
            if tick.isChecked() and code not in self._order:
                self._order.append(code)
            elif not tick.isChecked() and code in self._order:
                self._order.remove(code)
        self.edited.emit()


class ChipsEditor(ValueEditor):
    """Some of many codes: a line that adds, and what was added before it, each with its end."""

    def __init__(self, kit: Kit, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._kit = kit
        self._labels = {choice.code: choice.label for choice in choices}
        self._order: list[str] = []
        self._line = SearchLine(kit, choices)
        self._chips = QWidget()
        self._flow = FlowLayout(kit.look.px("gap2"), kit.look.px("gap1"))
        self._chips.setLayout(self._flow)
        self._chips.hide()
        fill(self, self._line, self._chips, gap=kit.look.px("gap2"))
        self._line.settled.connect(self._add)

    def raw(self) -> Value:
        """The chosen codes in the order of choice; None if nothing is chosen."""
        return tuple(self._order) or None

    def show_raw(self, raw: Value) -> None:
        """Show codes."""
        self._order = _codes(raw)
        self._show_chips()

    def inputs(self) -> list[QWidget]:
        """The line; chips name themselves."""
        return [self._line]

    def _add(self) -> None:
        code = self._line.code()
        if not code:
            return
        self._line.clear()
        if code not in self._order:
            self._order.append(code)
            self._show_chips()
            self.edited.emit()

    def _remove(self, code: str) -> None:
        self._order.remove(code)
        self._show_chips()
        self._line.setFocus()
        self.edited.emit()

    def _show_chips(self) -> None:
        while item := self._flow.takeAt(0):
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        before: QWidget = self._line
        for code in self._order:
            chip = self._chip(code)
            self._flow.addWidget(chip)
            QWidget.setTabOrder(before, chip)
            before = chip
        self._chips.setVisible(bool(self._order))

    def _chip(self, code: str) -> QAbstractButton:
        label = self._labels.get(code, code)
        chip = Button(self._kit, label, "x", ButtonKind.PLAIN)
        chip.setAccessibleName(self._kit.say("Take away: {entry}", entry=label))
        chip.clicked.connect(lambda: self._remove(code))
        return chip


def _codes(raw: Value) -> list[str]:
    if isinstance(raw, str):
        return [raw]
    return [str(code) for code in raw] if isinstance(raw, tuple) else []


def _name_option(option: QAbstractButton, label: str) -> None:
    option.setAccessibleName(label)
    option.setProperty(OWN_NAME, True)
