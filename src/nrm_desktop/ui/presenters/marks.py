"""Marks of state, without Qt: pills, banners, and the parts of the status line.

This module decides which shapes and tones exist. A person's own decision (withdrawn, declined,
refused, said no) has the neutral tone: it is a right and not a fault. No mark speaks by its
colour alone; each has a shape and words.

Source: ux.md 2.1 and 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How loud a mark is. `BAD` is for danger and failure only, never for a person's decision."""

    NEUTRAL = "neutral"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    PRACTICE = "prac"


class Shape(StrEnum):
    """The sign in front of a word, so that nobody needs to tell colours apart."""

    DOT = "dot"
    """Given, done, answered."""
    HALF = "half"
    """Partly."""
    RING = "ring"
    """Not asked."""
    CENTRE = "centre"
    """Asked, and not known."""
    CROSSED = "crossed"
    """Withdrawn."""
    BARRED = "barred"
    """Said no, declined."""
    TRIANGLE = "triangle"
    """Needs a person: overdue, conflict."""


@dataclass(frozen=True, slots=True)
class PillSpec:
    """A state as shape and word."""

    word: str
    shape: Shape
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class BannerSpec:
    """Something that must not be missed.

    Shape: `action` is the word on the one button that helps; empty if there is none.
    """

    text: str
    tone: Tone = Tone.INFO
    title: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class StatusPart:
    """One part of the status line; every part leads somewhere when it is chosen."""

    id: str
    icon: str
    text: str
    tone: Tone = Tone.NEUTRAL
