"""How presenters and widgets get words and dates, without knowing where these come from.

The catalogue reader (`texts`) and the date display (`ui.qt.locale`) fulfil these Protocols;
bootstrap joins them. Source strings are English and stand in the code as plain literals: a test
refuses f-strings and joined strings inside `say(...)`, since translators never see those.
"""

from __future__ import annotations

from typing import Protocol

from nrm_desktop.domain.dates import PartialDate


class Say(Protocol):
    """Words of the program in one language."""

    @property
    def language(self) -> str:
        """Language tag of the words, like `en` or `ar`."""

    def __call__(self, source: str, /, **params: object) -> str:
        """The text in this language, its `{names}` filled in."""

    def plural(self, one: str, many: str, count: int, /, **params: object) -> str:
        """The form that fits `count`, which fills `{count}`."""

    def of(self, context: str, source: str, /, **params: object) -> str:
        """A word that means several things, told apart by a context."""


class DateWords(Protocol):
    """Dates for people: months as words, Latin digits, day before month before year."""

    @property
    def months(self) -> tuple[tuple[str, ...], ...]:
        """Names by which a typed month is known. Shape: twelve tuples, lower case."""

    def show(self, date: PartialDate) -> str:
        """A date as far as it is known, like `23 November 2026`, `about 2019`, `age 14`."""

    def clock(self, at_ms: int) -> str:
        """Time of day on this computer, like `14:02`. Units: ms since 1970 UTC."""

    def day(self, at_ms: int) -> str:
        """The day on this computer, like `23 Nov 2026`. Units: ms since 1970 UTC."""
