"""Words on paper for dates, lengths of time, numbers and languages, in the recipient's language.

Nothing is made up: a month stays a month, "about" stays "about". Digits are always 0 to 9, months
are always words, so that no day can be taken for a month.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from nrm_desktop.domain.dates import PartialDate, Precision
from nrm_desktop.domain.scripts import isolated

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "PY": ("{count} year", "{count} years"),
    "PM": ("{count} month", "{count} months"),
    "PW": ("{count} week", "{count} weeks"),
    "PD": ("{count} day", "{count} days"),
    "PTH": ("{count} hour", "{count} hours"),
    "PTM": ("{count} minute", "{count} minutes"),
}
_DURATION: Final = re.compile(r"(PT?)(\d+)([YMWDH])")
LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "am": "Amharic",
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ckb": "Sorani Kurdish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "ha": "Hausa",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ka": "Georgian",
    "kmr": "Kurmanji Kurdish",
    "ne": "Nepali",
    "pl": "Polish",
    "prs": "Dari",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "sw": "Swahili",
    "ti": "Tigrinya",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yo": "Yoruba",
    "zh": "Chinese",
}
_NO_TAG: Final = "und"


class Say(Protocol):
    """Words in one language (a translator)."""

    @property
    def language(self) -> str: ...  # noqa: D102 - see class
    def __call__(self, source: str, /, **params: object) -> str: ...  # noqa: D102 - see class
    def of(self, context: str, source: str, /, **params: object) -> str: ...  # noqa: D102 - see class
    def plural(  # noqa: D102 - see class
        self, one: str, many: str, count: int, /, **params: object
    ) -> str: ...


def date_words(say: Say, parts: Sequence[object]) -> str:
    """Write a date or a time. Shape: `parts` as in `domain.values`: text, mark, calendar."""
    text, mark, *calendar = parts
    day, at, clock = str(text).partition("T")
    words = _day_words(say, PartialDate(day), is_about=bool(mark))
    if at:
        words = say("{date}, {time}", date=words, time=_clock(f"{day}T{clock}"))
    if calendar and calendar[0]:
        words = say("{date} ({calendar} calendar)", date=words, calendar=calendar[0])
    return say("about {date}", date=words) if mark else words


def number_words(say: Say, value: int | str) -> str:
    """Write a number; `~14` is "about 14"."""
    text = str(value)
    return say("about {number}", number=text[1:]) if text.startswith("~") else text


def duration_words(say: Say, value: str) -> str:
    """Write a length of time such as `P30D` or `~PT2H`; what is none stays as it is."""
    match = _DURATION.fullmatch(value.removeprefix("~"))
    if match is None:
        return value
    words = say.plural(*_UNITS[match[1] + match[3]], int(match[2]))
    return say("about {number}", number=words) if value.startswith("~") else words


def language_words(say: Say, value: str) -> str:
    """Write a language: its name, and the words as they were said."""
    tag, _, said = value.partition(" ")
    if tag == _NO_TAG:
        return said
    name = LANGUAGE_NAMES.get(tag.partition("-")[0])
    shown = say.of("language", name) if name else tag
    is_more = bool(said) and said.casefold() != shown.casefold()
    return f"{shown} ({isolated(said)})" if is_more else shown


def list_words(say: Say, words: Sequence[str]) -> str:
    """Write several words in a row."""
    return say.of("list", ", ").join(words)


def _day_words(say: Say, date: PartialDate, *, is_about: bool) -> str:
    precision = date.precision
    if precision is Precision.AGE:
        return say("age {years}", years=date.text.removeprefix("age:"))
    if precision is Precision.YEAR:
        return date.text
    year, second, *day = date.text.split("-")
    if precision is Precision.SEASON:
        return f"{say.of('season', _SEASONS[int(second)])} {year}"
    month = _MONTHS[int(second) - 1]
    if precision is Precision.MONTH:
        # "About" asks for the case that a day asks for, where a language has cases.
        return f"{say.of('month of a day' if is_about else 'month', month)} {year}"
    return f"{int(day[0])} {say.of('month of a day', month)} {year}"


def _clock(text: str) -> str:
    at = datetime.fromisoformat(text)
    offset = "" if at.tzinfo is None else at.strftime(" UTC%z").replace("+0000", "")
    return at.strftime("%H:%M") + offset
