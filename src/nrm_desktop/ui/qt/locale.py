"""Dates for people, and the names of languages.

This module decides how a date looks: day, month as a word, year, always with Latin digits, never
`03/04/2026`; and under which names a language is found. It stores nothing; stored dates are ISO
8601.

Qt alone is not enough: Arabic and Persian print native digits, Tigrinya falls back to the American
order, and `prs` is unknown to it (ux.md section 11).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from PySide6.QtCore import QLocale

from nrm_desktop.domain.dates import PartialDate, Precision
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.qt.languages import LANGUAGES, language_of

_MONTHS = range(1, 13)


@cache
def language_choices() -> tuple[Choice, ...]:
    """Languages that a person may speak, by tag: the own name first, then the English one."""
    found = {language.tag: language.own_name for language in LANGUAGES.values()}
    names: dict[str, str] = {}
    for locale in QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    ):
        tag = QLocale.languageToCode(locale.language())
        own = found.get(tag) or locale.nativeLanguageName()
        english = QLocale.languageToString(locale.language())
        if tag and own and tag not in names:
            names[tag] = own if own == english else f"{own} ({english})"
    names |= {tag: own for tag, own in found.items() if tag not in names}
    ordered = sorted(names.items(), key=lambda item: item[1].casefold())
    return tuple(Choice(tag, name) for tag, name in ordered)


class LocaleDates:
    """Dates and times in the language of the screen (fulfils `DateWords`)."""

    def __init__(self, say: Say) -> None:
        language = language_of(say.language)
        self._say = say
        self._locale = QLocale(language.qt or language.tag)

    @property
    def months(self) -> tuple[tuple[str, ...], ...]:
        """Names by which a typed month is known: full, short, standing alone; lower case."""
        return tuple(self._names_of_month(number) for number in _MONTHS)

    def show(self, date: PartialDate) -> str:
        """A date as far as it is known; no part is made up."""
        exact = self._without_about(date)
        return self._say("about {date}", date=exact) if date.is_about else exact

    def clock(self, at_ms: int) -> str:
        """Time of day on this computer, in 24 hours. Units: ms since 1970 UTC."""
        return self._local(at_ms).strftime("%H:%M")

    def day(self, at_ms: int) -> str:
        """The day on this computer, with a short month. Units: ms since 1970 UTC."""
        at = self._local(at_ms)
        month = self._locale.monthName(at.month, QLocale.FormatType.ShortFormat)
        return f"{at.day} {month} {at.year}"

    def _names_of_month(self, number: int) -> tuple[str, ...]:
        long, short = QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat
        names = {
            self._locale.monthName(number, long),
            self._locale.monthName(number, short),
            self._locale.standaloneMonthName(number, long),
            self._locale.standaloneMonthName(number, short),
        }
        return tuple(sorted(name.casefold().rstrip(".") for name in names))

    def _without_about(self, date: PartialDate) -> str:
        precision = date.precision
        if precision is Precision.AGE:
            return self._say("age {years}", years=date.text.removeprefix("age:"))
        if precision is Precision.YEAR:
            return date.text
        year, second, *day = date.text.split("-")
        if precision is Precision.SEASON:
            return f"{self._season(int(second))} {year}"
        if precision is Precision.MONTH:
            return f"{self._locale.standaloneMonthName(int(second))} {year}"
        return f"{int(day[0])} {self._locale.monthName(int(second))} {year}"

    def _season(self, number: int) -> str:
        return (
            self._say.of("season", "spring"),
            self._say.of("season", "summer"),
            self._say.of("season", "autumn"),
            self._say.of("season", "winter"),
        )[number - 21]

    @staticmethod
    def _local(at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
