"""A line to choose; apart from the questions, since the locked screen has lines to choose too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a list with its words in the language of the screen."""

    code: str
    label: str
