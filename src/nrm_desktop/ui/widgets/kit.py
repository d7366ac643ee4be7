"""What every widget is given: the look, the icons, the words, and the way keys are read.

The kit is made once per window by the rim (`ui.qt`) and handed down through constructors, so that
widgets need neither globals nor an import from above them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from PySide6.QtGui import QKeyEvent

from nrm_desktop.ui.presenters.date_entry import DateVocabulary, date_vocabulary
from nrm_desktop.ui.presenters.wording import DateWords, Say
from nrm_desktop.ui.widgets.icon import Icons
from nrm_desktop.ui.widgets.look import Look


class KeyPlace(StrEnum):
    """Keys that are meant by their place on the keyboard, whatever the layout prints on them."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"
    SEVEN = "7"
    EIGHT = "8"
    NINE = "9"
    N = "N"
    O = "O"  # noqa: E741 - the letter on the key
    P = "P"


@dataclass(frozen=True)
class Kit:
    """The parts of the program that widgets may use."""

    look: Look
    icons: Icons
    say: Say
    dates: DateWords
    place_of: Callable[[QKeyEvent], KeyPlace | None]

    @cached_property
    def date_words(self) -> DateVocabulary:
        """The words by which dates are typed."""
        return date_vocabulary(self.say, self.dates)
