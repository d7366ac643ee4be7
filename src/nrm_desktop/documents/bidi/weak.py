"""Weak types (W1 to W7): marks, numbers, and what stands between numbers."""

from __future__ import annotations

from typing import Final

from nrm_desktop.documents.bidi.characters import ISOLATES, STRONG
from nrm_desktop.documents.bidi.sequences import Sequence

_SEPARATORS: Final = frozenset({"ES", "CS"})


def resolve_weak(types: list[str], sequence: Sequence) -> list[str]:
    """Apply rules W1 to W7 to the classes of one isolating run sequence."""
    resolved = _marks_follow(types, sequence.sos)
    _digits_after_arabic(resolved, sequence.sos)
    _separators_join(resolved)
    _terminators_join(resolved)
    return _rest_is_neutral(resolved, sequence.sos)


def _marks_follow(types: list[str], sos: str) -> list[str]:
    """W1: a mark takes the class of what it stands on."""
    resolved = []
    last = sos
    for kind in types:
        if kind != "NSM":
            last = kind
        elif last in ISOLATES:
            last = "ON"
        resolved.append(last)
    return resolved


def _digits_after_arabic(types: list[str], sos: str) -> None:
    """W2 and W3: European digits after Arabic letters are Arabic; the letters are then R."""
    strong = sos
    for at, kind in enumerate(types):
        if kind in STRONG:
            strong = kind
        if kind == "EN" and strong == "AL":
            types[at] = "AN"
        elif kind == "AL":
            types[at] = "R"


def _separators_join(types: list[str]) -> None:
    """W4: one separator between two numbers of the same kind belongs to them."""
    for at in range(1, len(types) - 1):
        kind, before, after = types[at], types[at - 1], types[at + 1]
        if kind not in _SEPARATORS or before != after:
            continue
        if before == "EN" or (kind == "CS" and before == "AN"):
            types[at] = before


def _terminators_join(types: list[str]) -> None:
    """W5: a row of terminators that touches European digits belongs to them."""
    at = 0
    while at < len(types):
        end = at
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > at and "EN" in {*types[max(0, at - 1) : at], *types[end : end + 1]}:
            types[at:end] = ["EN"] * (end - at)
        at = end + 1


def _rest_is_neutral(types: list[str], sos: str) -> list[str]:
    """W6 and W7: what joined nothing is neutral; digits after Latin are Latin."""
    resolved = []
    strong = sos
    for kind in types:
        if kind in STRONG:
            strong = kind
        if kind == "ET" or kind in _SEPARATORS:
            resolved.append("ON")
        elif kind == "EN" and strong == "L":
            resolved.append("L")
        else:
            resolved.append(kind)
    return resolved
