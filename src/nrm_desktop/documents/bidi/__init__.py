"""Unicode's bidirectional algorithm (UAX 9): in which direction each character of a text runs.

This package decides levels and visual order, nothing else: it knows no fonts, no widths and no
pages, and imports the standard library only. One text is one paragraph; splitting a text into
paragraphs is the caller's. Mirroring of brackets (rule L4) belongs to the shaping of glyphs.

Source: Unicode Standard Annex 9, revision 46 (Unicode 15.0). Rule names in comments are its own.
"""

from __future__ import annotations

from typing import Literal

from nrm_desktop.documents.bidi.characters import bidi_classes
from nrm_desktop.documents.bidi.explicit import base_level, explicit_levels
from nrm_desktop.documents.bidi.neutral import resolve_neutral
from nrm_desktop.documents.bidi.reorder import reset_line_ends, visual_order
from nrm_desktop.documents.bidi.sequences import isolating_run_sequences
from nrm_desktop.documents.bidi.weak import resolve_weak

__all__ = ["Direction", "base_direction", "embedding_levels", "paragraph_levels", "visual_order"]

Direction = Literal["auto", "ltr", "rtl"]

_PLAIN = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "ON", "WS", "S", "B"})
"""Without any other class, no rule moves a left-to-right text: most texts need no rule at all."""


def base_direction(text: str) -> Literal["ltr", "rtl"]:
    """Say in which direction the paragraph runs, by its first strong character (P2, P3)."""
    return "rtl" if base_level(bidi_classes(text)) else "ltr"


def embedding_levels(text: str, direction: Direction = "auto") -> list[int | None]:
    """Resolve the level of each character of a paragraph, before it is broken into lines.

    Shape: one entry per code point; None for the control characters that rule X9 removes.
    """
    classes = bidi_classes(text)
    return _resolve(text, classes, _start_level(classes, direction))


def paragraph_levels(text: str, direction: Direction = "auto") -> list[int | None]:
    """Resolve the level of each character of a paragraph that stands on one line.

    Shape: one entry per code point; None for the control characters that rule X9 removes.
    """
    classes = bidi_classes(text)
    base = _start_level(classes, direction)
    return reset_line_ends(classes, _resolve(text, classes, base), base)


def _start_level(classes: list[str], direction: Direction) -> int:
    if direction == "auto":
        return base_level(classes)
    return int(direction == "rtl")


def _resolve(text: str, classes: list[str], base: int) -> list[int | None]:
    if base == 0 and _PLAIN.issuperset(classes):
        return [0] * len(classes)
    levels, overridden = explicit_levels(classes, base)
    resolved: list[int | None] = list(levels)
    for sequence in isolating_run_sequences(classes, levels, base):
        types = [overridden[at] for at in sequence.indices]
        weak = resolve_weak(types, sequence)
        characters = [text[at] for at in sequence.indices]
        for at, kind in zip(
            sequence.indices, resolve_neutral(characters, types, weak, sequence), strict=True
        ):
            resolved[at] = _implicit_level(sequence.level, kind)
    return resolved


def _implicit_level(level: int, kind: str) -> int:
    """Rules I1 and I2: numbers and the opposite direction lie deeper than their surroundings."""
    if level % 2:
        return level + (kind != "R")
    if kind == "L":
        return level
    return level + (1 if kind == "R" else 2)
