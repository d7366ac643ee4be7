"""Inputs whose words are kept: what a person changes is told, what the program shows is not."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from tests.gui.samples import FEW, spec_of

from nrm_desktop.domain.values import FieldType
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.date import DateEditor
from nrm_desktop.ui.widgets.kept_inputs import ON, KeptInputs
from nrm_desktop.ui.widgets.text import LongEditor, text_line
from nrm_desktop.ui.widgets.tick import Tick

pytestmark = pytest.mark.promise("P1")


class Inputs(QWidget):
    """One input of every kind, and what was told of them."""

    def __init__(self, kit) -> None:
        super().__init__()
        self.line, self.tick = text_line(kit), Tick(kit, "Urgent")
        self.box = ChoiceBox(kit, FEW)
        self.box.setCurrentIndex(-1)
        self.words = LongEditor(kit, spec_of(FieldType.LONG))
        self.day = DateEditor(kit, spec_of(FieldType.DATE))
        column = QVBoxLayout(self)
        for part in (self.line, self.tick, self.box, self.words, self.day):
            column.addWidget(part)
        self.told: list[tuple[str, str]] = []
        self.kept = KeptInputs()
        self.kept.add_line("line", self.line)
        self.kept.add_tick("tick", self.tick)
        self.kept.add_choice("box", self.box)
        self.kept.add_editor("words", self.words)
        self.kept.add_editor("day", self.day)
        self.kept.bind(lambda name, text: self.told.append((name, text)))


@pytest.fixture
def inputs(kit, show):
    return show(Inputs(kit))


def test_what_a_person_changes_is_told_by_its_name(inputs):
    QTest.keyClicks(inputs.line, "abc")
    QTest.keyClick(inputs.tick, Qt.Key.Key_Space)
    QTest.keyClick(inputs.box, Qt.Key.Key_Down)
    QTest.keyClicks(inputs.words.inputs()[0], "one")
    QTest.keyClicks(inputs.day.inputs()[0], "nov 20")

    last = dict(inputs.told)
    assert last == {
        "line": "abc",
        "tick": ON,
        "box": FEW[0].code,
        "words": "one",
        "day": "nov 20",
    }


def test_words_are_shown_again_and_nobody_is_told_of_that(inputs):
    inputs.kept.show(
        {
            "line": "abc",
            "tick": ON,
            "box": FEW[1].code,
            "words": "one\ntwo",
            "day": "nov 20",
            "of another page": "x",
        }
    )

    assert inputs.line.text() == "abc"
    assert inputs.tick.isChecked()
    assert inputs.box.code() == FEW[1].code
    assert inputs.words.raw() == "one\ntwo"
    assert inputs.day.inputs()[0].text() == "nov 20", "half a date stays as it was typed"
    assert inputs.told == []


def test_an_empty_text_clears_an_input(inputs):
    names = ("line", "tick", "box", "words", "day")
    inputs.kept.show(dict(zip(names, ("abc", ON, FEW[0].code, "one", "2026"), strict=True)))
    inputs.kept.show(dict.fromkeys(names, ""))

    assert (inputs.line.text(), inputs.box.code()) == ("", "")
    assert not inputs.tick.isChecked()
    assert inputs.words.raw() is None
    assert inputs.day.raw() is None


def test_who_types_in_the_middle_of_a_line_goes_on_there(inputs):
    QTest.keyClicks(inputs.line, "abcd")
    inputs.line.setCursorPosition(2)
    inputs.kept.show({"line": "abcd"})

    assert inputs.line.cursorPosition() == 2
