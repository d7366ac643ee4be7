"""Reading a date as somebody types it: one field for days, months, seasons, years and ages.

This module decides which spellings are understood. It never invents a day, a month or a century:
`03/04/2026` is answered with a question, and `about 2019` stays about 2019.

Understood: `2026-11-23`, `2026-11`, `23.11.2026`, `11.2026`, `23/11/2026` where only one reading
is possible, `23 nov 2026`, `nov 2026`, `2019`, `about 2019`, `~2019`, `spring 2020`, `age 14`,
with the digits of any script.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.ui.presenters.wording import DateWords, Say

_NUMERIC = re.compile(r"(\d{1,4})([-./])(\d{1,4})(?:\2(\d{1,4}))?")
_WORD_OR_NUMBER = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)
_YEAR_DIGITS = 4
_SHORTEST_MONTH = 3
_LAST_MONTH = 12
_FIRST_SEASON = 21
_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ENGLISH_SEASONS = ("spring", "summer", "autumn", "winter")


class DateHint(StrEnum):
    """Why a typed date was not understood."""

    NONE = "none"
    UNCLEAR_ORDER = "unclear_order"
    """Day and month could be either way round."""
    NO_SUCH_DAY = "no_such_day"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class DateReading:
    """What was understood; `date` is None and `hint` says why if it was not."""

    date: PartialDate | None = None
    hint: DateHint = DateHint.NONE


@dataclass(frozen=True, slots=True)
class DateVocabulary:
    """The words of one language beside English, which is always understood."""

    months: tuple[tuple[str, ...], ...]
    seasons: tuple[str, ...]
    about: str
    age: str


def date_vocabulary(say: Say, words: DateWords) -> DateVocabulary:
    """Collect the words by which dates are typed in the language of the screen."""
    return DateVocabulary(
        months=words.months,
        seasons=(
            say.of("season", "spring").casefold(),
            say.of("season", "summer").casefold(),
            say.of("season", "autumn").casefold(),
            say.of("season", "winter").casefold(),
        ),
        about=say.of("date", "about").casefold(),
        age=say.of("date", "age").casefold(),
    )


def read_date_entry(typed: str, vocabulary: DateVocabulary) -> DateReading:
    """Say what a typed date means, or why that cannot be said."""
    plain = _latin_digits(typed).strip().casefold()
    if not plain:
        return DateReading()
    about, rest = _split_about(plain, vocabulary.about)
    if match := _NUMERIC.fullmatch(rest):
        return _from_numbers(match, is_about=about)
    return _from_words(rest, vocabulary, is_about=about)


def _latin_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def _split_about(text: str, word: str) -> tuple[bool, str]:
    for sign in ("~", "about ", "ca ", "ca. ", f"{word} "):
        if text.startswith(sign):
            return True, text.removeprefix(sign).strip()
    return False, text


def _from_numbers(match: re.Match[str], *, is_about: bool) -> DateReading:
    first, sign, second, third = match[1], match[2], match[3], match[4]
    if len(first) == _YEAR_DIGITS:
        return _made([first, second, third], is_about=is_about)
    if third is None:
        return _made([second, first], is_about=is_about)
    if sign == "." or int(first) > _LAST_MONTH:
        return _made([third, second, first], is_about=is_about)
    if int(second) > _LAST_MONTH:
        return _made([third, first, second], is_about=is_about)
    if first == second:
        return _made([third, first, second], is_about=is_about)
    return DateReading(hint=DateHint.UNCLEAR_ORDER)


def _from_words(text: str, vocabulary: DateVocabulary, *, is_about: bool) -> DateReading:
    month, rest = _take_month(text, vocabulary)
    tokens = _WORD_OR_NUMBER.findall(rest)
    numbers = [token for token in tokens if token.isdecimal()]
    word = " ".join(token for token in tokens if not token.isdecimal())
    years = [number for number in numbers if len(number) == _YEAR_DIGITS]
    days = [number for number in numbers if len(number) < _YEAR_DIGITS]
    if month is None and word in {"age", vocabulary.age} and days and not years:
        return _checked(f"age:{int(days[0])}", is_about=is_about)
    if len(years) != 1 or len(days) > 1 or (month is not None and word):
        return DateReading(hint=DateHint.NOT_UNDERSTOOD)
    if month is not None:
        return _made([years[0], str(month), *days], is_about=is_about)
    return _from_year_and_word(years[0], word, days, vocabulary, is_about=is_about)


def _from_year_and_word(
    year: str, word: str, days: list[str], vocabulary: DateVocabulary, *, is_about: bool
) -> DateReading:
    if not word and not days:
        return _checked(year, is_about=is_about)
    if season := _season(word, vocabulary):
        return _checked(f"{year}-{season}", is_about=is_about)
    month = _english_month(word)
    if month is None:
        return DateReading(hint=DateHint.NOT_UNDERSTOOD)
    return _made([year, str(month), *days], is_about=is_about)


def _take_month(text: str, vocabulary: DateVocabulary) -> tuple[int | None, str]:
    """Find the name of a month, and give the text without it; names may hold digits."""
    names = [(name, number) for number, own in enumerate(vocabulary.months, 1) for name in own]
    for name, number in sorted(names, key=lambda each: -len(each[0])):
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if name and match:
            return number, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _season(word: str, vocabulary: DateVocabulary) -> int | None:
    for names in (_ENGLISH_SEASONS, vocabulary.seasons):
        if word in names:
            return _FIRST_SEASON + names.index(word)
    return None


def _english_month(word: str) -> int | None:
    found = [
        number
        for number, name in enumerate(_ENGLISH_MONTHS, start=1)
        if len(word) >= _SHORTEST_MONTH and name.startswith(word)
    ]
    return found[0] if len(found) == 1 else None


def _made(parts: list[str | None], *, is_about: bool) -> DateReading:
    known = [part for part in parts if part is not None]
    if len(known[0]) != _YEAR_DIGITS:
        return DateReading(hint=DateHint.NOT_UNDERSTOOD)
    if len(known) > 1 and not 1 <= int(known[1]) <= _LAST_MONTH:
        return DateReading(hint=DateHint.NO_SUCH_DAY)
    return _checked("-".join([known[0], *(f"{int(p):02}" for p in known[1:])]), is_about=is_about)


def _checked(text: str, *, is_about: bool) -> DateReading:
    try:
        return DateReading(PartialDate(text, is_about))
    except ValueError:
        return DateReading(hint=DateHint.NO_SUCH_DAY)
