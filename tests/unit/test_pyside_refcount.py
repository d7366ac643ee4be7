"""PySide6 must not lose references of True, False and None (ADR 0003).

PySide6 6.12.0 on CPython 3.11 loses one with every signal and many calls; after some thousand the
process aborts. Only this test decides about lifting the pin.
"""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

SINGLETONS = (True, False, None)
ROUNDS = 100
TEXTS = 500
TOLERANCE = 5


class Emitter(QObject):
    plain = Signal()
    number = Signal(int)
    text = Signal(str)
    thing = Signal(object)


def counts() -> list[int]:
    return [sys.getrefcount(each) for each in SINGLETONS]


def drift(before: list[int]) -> list[int]:
    return [abs(now - then) for now, then in zip(counts(), before, strict=True)]


@pytest.fixture
def emitter(qapp):
    emitter = Emitter()
    received = []  # of numbers: keeping the values themselves would count as a reference
    emitter.plain.connect(lambda: received.append(0))
    for signal in (emitter.number, emitter.text, emitter.thing):
        signal.connect(lambda value: received.append(id(value)))
    return emitter


def test_emitting_signals_loses_no_reference(emitter):
    before = counts()

    for _ in range(ROUNDS):
        emitter.plain.emit()
        emitter.number.emit(1)
        emitter.text.emit("text")
        emitter.thing.emit(SINGLETONS)

    assert max(drift(before)) <= TOLERANCE


def test_setting_texts_loses_no_reference(qapp):
    label = QLabel()
    before = counts()

    for number in range(TEXTS):
        label.setText(f"text {number}")

    assert max(drift(before)) <= TOLERANCE
