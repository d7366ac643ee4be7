"""Labels: names of files from outside are words to be read, never paths.

This module decides what a name may say. It opens nothing; a file that is written gets a name of
our own, or one that a person typed and that passed here.

A label that fits stays as it is. What does not fit is replaced, so that no name of somebody else
can keep a file from being taken in; a name that a person types for a file is refused instead.

Source: storage-security.md section 15. Threat: T14 (traversal, odd names).
"""

from __future__ import annotations

import unicodedata
from typing import Final

LABEL_CHARS: Final = 120
NO_NAME: Final = "file"
"""What a name is shown as of which nothing is left."""
_PUT_INSTEAD: Final = "_"
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, marks that turn the writing direction or are not seen at all, halves, line ends."""
_JOINERS: Final = frozenset({"\u200c", "\u200d"})
"""Needed to write Persian and Indic words; they turn nothing and are kept inside a word."""
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_ENDS: Final = " .\u00a0\u3000"


def label_from(name: str) -> str:
    """Make a label of a name from outside; it always is one.

    Shape: NFC, 1 to 120 characters, without separators, controls, marks that are not seen, blanks
    or dots at the ends; no name that a system takes for a device.
    """
    plain = "".join(map(_shown, unicodedata.normalize("NFC", name)))
    plain = " ".join(plain.split()).strip(_ENDS)[:LABEL_CHARS].rstrip(_ENDS)
    plain = unicodedata.normalize("NFC", plain)[:LABEL_CHARS]
    if not plain.strip(_PUT_INSTEAD + _ENDS):
        return NO_NAME
    return (_PUT_INSTEAD + plain)[:LABEL_CHARS].rstrip(_ENDS) if _is_device(plain) else plain


def is_label(name: str) -> bool:
    """True if a name is a label as it stands."""
    return name == label_from(name)


def _shown(char: str) -> str:
    if char in _JOINERS:
        return char
    if char in _FORBIDDEN or unicodedata.category(char) in _NOT_SHOWN:
        return _PUT_INSTEAD
    return char


def _is_device(plain: str) -> bool:
    return plain.split(".", maxsplit=1)[0].rstrip(_ENDS).casefold() in _DEVICES
