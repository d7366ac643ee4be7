"""Digits and single letters by their place on the keyboard, whatever the layout prints there.

So French digits need no Shift, and Arabic and Cyrillic layouts need no switching. This module
only names places; what a key does is decided by the widget that gets it.

- Linux (X11 and Wayland) reports the kernel's key code plus 8; Windows reports the scan code.
  Kernel codes and Windows codes of these keys are the same numbers.
- Unverified on Windows: nobody has run it there yet.
- Other platforms, and key events without a scan code, fall back to the key's own meaning.

Source: linux/input-event-codes.h; scan code set 1; ux.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nrm_desktop.ui.widgets.kit import KeyPlace

_DIGIT_ROW: Mapping[int, KeyPlace] = MappingProxyType(
    {code: KeyPlace(str(code - 1)) for code in range(2, 11)}
)
_KEYPAD: Mapping[int, KeyPlace] = MappingProxyType(
    {
        code: KeyPlace(digit)
        for code, digit in zip((79, 80, 81, 75, 76, 77, 71, 72, 73), "123456789", strict=True)
    }
)
_LETTERS: Mapping[int, KeyPlace] = MappingProxyType(
    {24: KeyPlace.O, 25: KeyPlace.P, 49: KeyPlace.N}
)
_BY_MEANING: Mapping[int, KeyPlace] = MappingProxyType(
    {ord(place.value): place for place in KeyPlace}
)
_OFFSETS: Mapping[str, int] = MappingProxyType({"xcb": 8, "wayland": 8, "windows": 0})
_OTHER_MEANING = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)

PlaceReader = Callable[[QKeyEvent], KeyPlace | None]


def place_reader(platform_name: str) -> PlaceReader:
    """Make the function that names the place of a pressed key on this platform."""
    offset = _OFFSETS.get(platform_name.partition(":")[0])

    def place_of(event: QKeyEvent) -> KeyPlace | None:
        if event.modifiers() & _OTHER_MEANING:
            return None
        if offset is None or event.nativeScanCode() == 0:
            return _BY_MEANING.get(int(event.key()))
        return _place_of_code(event.nativeScanCode() - offset, event)

    return place_of


def _place_of_code(code: int, event: QKeyEvent) -> KeyPlace | None:
    if code in _KEYPAD:
        # Without NumLock the keypad moves the cursor; such a key brings no text.
        return _KEYPAD[code] if event.text() else None
    return _DIGIT_ROW.get(code) or _LETTERS.get(code)
