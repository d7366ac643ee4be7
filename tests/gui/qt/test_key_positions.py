"""Keys by their place: the same four places on every layout, on the digit row and the keypad.

Unverified on Windows: its scan codes stand in the table and were never pressed there.
"""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from nrm_desktop.ui.qt.key_positions import place_reader
from nrm_desktop.ui.widgets.kit import KeyPlace

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
# What each layout prints on the places of 1 to 4 of the digit row, without Shift.
LAYOUTS = {
    "US": "1234",
    "Russian": "1234",
    "Ukrainian": "1234",
    "Arabic": "١٢٣٤",
    "AZERTY": "&é\"'",
}
DIGIT_ROW = (10, 11, 12, 13)
KEYPAD = (87, 88, 89, 83)
WINDOWS_ROW = (0x02, 0x03, 0x04, 0x05)
WINDOWS_KEYPAD = (0x4F, 0x50, 0x51, 0x4B)
FOUR = (KeyPlace.ONE, KeyPlace.TWO, KeyPlace.THREE, KeyPlace.FOUR)


def pressed(scan_code, text, key=None, modifiers=NONE):
    meaning = Qt.Key(key) if key is not None else Qt.Key.Key_unknown
    return QKeyEvent(QEvent.Type.KeyPress, meaning, modifiers, scan_code, 0, 0, text)


@pytest.mark.parametrize("platform", ["xcb", "wayland"])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_the_digit_row_counts_by_place_whatever_is_printed_on_it(platform, layout):
    place_of = place_reader(platform)

    assert (
        tuple(
            place_of(pressed(code, text))
            for code, text in zip(DIGIT_ROW, LAYOUTS[layout], strict=True)
        )
        == FOUR
    )


def test_the_keypad_counts_where_it_writes_and_moves_the_cursor_where_it_does_not():
    place_of = place_reader("xcb")

    assert tuple(place_of(pressed(code, "1")) for code in KEYPAD) == FOUR
    assert place_of(pressed(KEYPAD[0], "", Qt.Key.Key_End)) is None


def test_windows_codes_stand_in_the_table():
    place_of = place_reader("windows")

    assert tuple(place_of(pressed(code, "1")) for code in WINDOWS_ROW) == FOUR
    assert tuple(place_of(pressed(code, "1")) for code in WINDOWS_KEYPAD) == FOUR


def test_a_letter_counts_by_place_on_a_cyrillic_layout():
    assert place_reader("xcb")(pressed(33, "з")) is KeyPlace.P


def test_other_keys_and_keys_with_control_are_left_alone():
    place_of = place_reader("xcb")

    assert place_of(pressed(30, "u")) is None
    assert place_of(pressed(10, "1", modifiers=CONTROL)) is None


def test_without_a_scan_code_the_meaning_of_the_key_counts():
    for platform in ("xcb", "offscreen", "cocoa"):
        assert place_reader(platform)(pressed(0, "3", Qt.Key.Key_3)) is KeyPlace.THREE
