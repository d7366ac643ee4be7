"""Neutral types (N0 to N2): paired brackets, and what stands between two directions."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from nrm_desktop.documents.bidi.brackets import bracket_pairs
from nrm_desktop.documents.bidi.characters import NEUTRALS
from nrm_desktop.documents.bidi.sequences import Sequence

_PULL: Final = MappingProxyType({"L": "L", "R": "R", "EN": "R", "AN": "R"})
"""In which direction a class pulls the neutrals beside it: numbers count as right-to-left."""


def resolve_neutral(
    characters: list[str], original: list[str], types: list[str], sequence: Sequence
) -> list[str]:
    """Apply rules N0 to N2 to one isolating run sequence.

    Shape: one entry per character of the sequence; `original` holds the classes before W1,
    `types` those after W7; the result holds L, R, EN and AN only.
    """
    resolved = list(types)
    for opener, closer in bracket_pairs(characters, types):
        direction = _bracket_direction(resolved, opener, closer, sequence)
        if direction:
            _turn_bracket(resolved, original, opener, direction)
            _turn_bracket(resolved, original, closer, direction)
    _fill_neutrals(resolved, sequence)
    return resolved


def _bracket_direction(types: list[str], opener: int, closer: int, sequence: Sequence) -> str:
    """N0 b to d: the direction of a pair by its content, then its context; empty if neither."""
    inside = {_PULL.get(kind, "") for kind in types[opener + 1 : closer]} - {""}
    if not inside:
        return ""
    if sequence.direction in inside:
        return sequence.direction
    for at in range(opener - 1, -1, -1):
        if types[at] in _PULL:
            return _PULL[types[at]]
    return sequence.sos


def _turn_bracket(types: list[str], original: list[str], at: int, direction: str) -> None:
    """Give a bracket its direction, and with it the marks that stand on it."""
    types[at] = direction
    for mark in range(at + 1, len(types)):
        if original[mark] != "NSM":
            return
        types[mark] = direction


def _fill_neutrals(types: list[str], sequence: Sequence) -> None:
    """N1 and N2: neutrals follow both neighbours where these agree, else the sequence."""
    at = 0
    before = sequence.sos
    while at < len(types):
        if types[at] not in NEUTRALS:
            before = _PULL[types[at]]
            at += 1
            continue
        end = at
        while end < len(types) and types[end] in NEUTRALS:
            end += 1
        after = _PULL[types[end]] if end < len(types) else sequence.eos
        types[at:end] = [before if before == after else sequence.direction] * (end - at)
        at = end
