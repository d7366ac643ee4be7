"""The shape of each field type: how its value is written by hand, checked, and written back.

For every type but `auto` and `group`: reading what `show` wrote gives the same value. Nothing is
guessed and nothing is filled up: what cannot be read is told, with what would be taken instead.
A value that passed has one form only, so equal answers are equal values; digits of every script
are read and stored as 0 to 9.

What no other document fixes: a number or duration with "about" is text that begins with `~`; a
duration is ISO 8601 with one unit (`P30D`, `PT2H`); a language is a tag, then the words as said
(`und` where no tag fits); a country is a code of the list of the pack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.values import FieldType, Value

TEXT_CHARS = 2_000
LONG_CHARS = 20_000
"""More than the 15,000 characters of the UK form (forms.md section 7)."""
_ABOUT = "~"
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_DURATION = re.compile(r"P(?:(\d{1,4})([YMWD])|T(\d{1,4})([HM]))")
_DURATION_WORDS = re.compile(r"(\d{1,4}) ?([a-z]+)")
_UNITS = {
    **dict.fromkeys(("y", "year", "years"), ("P", "Y")),
    **dict.fromkeys(("m", "month", "months"), ("P", "M")),
    **dict.fromkeys(("w", "week", "weeks"), ("P", "W")),
    **dict.fromkeys(("d", "day", "days"), ("P", "D")),
    **dict.fromkeys(("h", "hour", "hours"), ("PT", "H")),
    **dict.fromkeys(("min", "minute", "minutes"), ("PT", "M")),
}
_CALENDAR = re.compile(r"[a-z][a-z-]{2,19}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_NO_TAG = "und"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?")
_LINE_ENDS = "\n\t"


class BadValue(ValueError):
    """What was given is no value of the type. Shape: `allowed` says what would be taken."""

    def __init__(self, code: str, *allowed: str) -> None:
        super().__init__(code)
        self.code = code
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Choices:
    """What a value may be chosen from: codes in order, or ids of anything if `is_free`."""

    codes: tuple[str, ...] = ()
    is_free: bool = False

    def take(self, code: str) -> str:
        """Give the code back if it may be chosen. Raises: BadValue `not_in_list`."""
        if self.is_free:
            return _reference(code)
        if code not in self.codes:
            raise BadValue("not_in_list", *self.codes)
        return code


@dataclass(frozen=True, slots=True)
class Shape:
    """The three ways of a type: from words, check of a value, and to words."""

    read: Callable[[str, Choices], Value]
    check: Callable[[Value, Choices], Value]
    show: Callable[[Value], str]


def words(text: str, limit: int) -> str:
    """Normalise words at input: NFC, no control characters, no half characters.

    Raises: BadValue `empty`, `too_long`, `control_character`.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not plain.strip():
        raise BadValue("empty")
    if len(plain) > limit:
        raise BadValue("too_long", str(limit))
    for char in plain:
        if unicodedata.category(char) in {"Cc", "Cs"} and char not in _LINE_ENDS:
            raise BadValue("control_character")
    return plain


def _short(text: str, _choices: Choices) -> str:
    return words(text, TEXT_CHARS)


def _long(text: str, _choices: Choices) -> str:
    return words(text, LONG_CHARS)


def _reference(text: str) -> str:
    plain = text.strip()
    if not _REFERENCE.fullmatch(plain):
        raise BadValue("not_an_id", "an id of letters, digits, `.`, `_`, `:` and `-`")
    return plain


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def _as_text(value: Value) -> str:
    if not isinstance(value, str):
        raise BadValue("wrong_type", "text")
    return value


def _same(read: Callable[[str, Choices], Value]) -> Shape:
    """Give the shape of a type whose value is the text itself."""
    return Shape(read, lambda value, choices: read(_as_text(value), choices), str)


def _read_yesno(text: str, _choices: Choices) -> bool:
    plain = text.strip().lower()
    if plain not in {"yes", "no"}:
        raise BadValue("not_yes_or_no", "yes", "no")
    return plain == "yes"


def _check_yesno(value: Value, _choices: Choices) -> bool:
    if not isinstance(value, bool):
        raise BadValue("not_yes_or_no", "yes", "no")
    return value


def _read_one(text: str, choices: Choices) -> str:
    return choices.take(text.strip())


def _read_many(text: str, choices: Choices) -> tuple[str, ...]:
    return _many([part.strip() for part in text.split(",")], choices)


def _check_many(value: Value, choices: Choices) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise BadValue("wrong_type", "a list of codes")
    return _many([_as_text(part) for part in value], choices)


def _many(parts: Sequence[str], choices: Choices) -> tuple[str, ...]:
    taken = dict.fromkeys(choices.take(part) for part in parts if part)
    if not taken:
        raise BadValue("empty", *choices.codes)
    return tuple(taken)


def _show_many(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _read_number(text: str, _choices: Choices) -> int | str:
    plain = _digits(text.strip())
    is_about = plain.startswith((_ABOUT, "about "))
    plain = plain.removeprefix(_ABOUT).removeprefix("about ").strip()
    if not _NUMBER.fullmatch(plain):
        raise BadValue("not_a_number", "a number such as 3, 2.5 or ~14 for about 14")
    whole, point, rest = plain.partition(".")
    if not is_about and not point:
        return int(whole)
    sign = "-" if whole.startswith("-") else ""
    return f"{_ABOUT if is_about else ''}{sign}{whole.lstrip('-').lstrip('0') or '0'}{point}{rest}"


def _check_number(value: Value, choices: Choices) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadValue("wrong_type", "a number")
    return _read_number(str(value), choices)


def _read_duration(text: str, _choices: Choices) -> str:
    plain = _digits(text.strip())
    about = _ABOUT if plain.startswith((_ABOUT, "about ")) else ""
    plain = plain.removeprefix(_ABOUT).removeprefix("about ").strip()
    if _DURATION.fullmatch(plain):
        return about + plain
    match = _DURATION_WORDS.fullmatch(plain.lower())
    if match is None or match[2] not in _UNITS:
        raise BadValue("not_a_duration", "a length such as 30 days, 6 weeks, 3 months, P30D")
    begin, unit = _UNITS[match[2]]
    return f"{about}{begin}{int(match[1])}{unit}"


def _read_date(text: str, _choices: Choices) -> Value:
    plain, _, calendar = text.strip().partition(" ")
    return _date(plain.removeprefix(_ABOUT), int(plain.startswith(_ABOUT)), calendar.strip())


def _date(text: str, mark: int, calendar: str) -> Value:
    try:
        date = PartialDate(_digits(text), bool(mark), calendar)
    except ValueError:
        raise BadValue("not_a_date", "2026", "2026-05", "2026-05-14", "~2026", "age:14") from None
    if calendar and not _CALENDAR.fullmatch(calendar):
        raise BadValue("not_a_calendar", "the name of a calendar in small letters")
    return (date.text, mark, calendar) if calendar else (date.text, mark)


def _parts_of_date(value: Value) -> tuple[str, int, str]:
    match value:
        case (str() as text, int() as mark):
            found = (text, mark, "")
        case (str() as text, int() as mark, str() as calendar) if calendar:
            found = (text, mark, calendar)
        case _:
            raise BadValue("wrong_type", "a date with its mark")
    if isinstance(found[1], bool) or found[1] not in {0, 1}:
        raise BadValue("wrong_type", "a date with the mark 0 or 1")
    return found


def _check_date(value: Value, _choices: Choices) -> Value:
    return _date(*_parts_of_date(value))


def _show_date(value: Value) -> str:
    text, mark, calendar = _parts_of_date(value)
    return f"{_ABOUT if mark else ''}{text}{' ' if calendar else ''}{calendar}"


def _read_time(text: str, choices: Choices) -> Value:
    plain = _digits(text.strip())
    is_about = plain.startswith(_ABOUT)
    plain = plain.removeprefix(_ABOUT)
    clock = _TIME.match(plain)
    if clock is None:
        return _read_date(text, choices)
    rest = plain[clock.end() :].strip()
    return _time(clock[0].replace(" ", "T"), int(is_about), rest)


def _time(text: str, mark: int, calendar: str) -> Value:
    text = _digits(text)
    if "T" not in text:
        return _date(text, mark, calendar)
    if not _TIME.fullmatch(text) or not _is_real(text):
        raise BadValue("not_a_time", "2026-05-14T20:46", "2026-05-14", "~2026-05")
    if calendar and not _CALENDAR.fullmatch(calendar):
        raise BadValue("not_a_calendar", "the name of a calendar in small letters")
    return (text, mark, calendar) if calendar else (text, mark)


def _is_real(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_time(value: Value, _choices: Choices) -> Value:
    return _time(*_parts_of_date(value))


def _read_country(text: str, choices: Choices) -> str:
    plain = text.strip()
    match = next((code for code in choices.codes if code.lower() == plain.lower()), None)
    if match is None:
        raise BadValue("not_a_country", "a code of two letters such as UA or RO")
    return match


def _read_language(text: str, _choices: Choices) -> str:
    plain = words(text, TEXT_CHARS).strip()
    tag, _, said = plain.partition(" ")
    if not _TAG.fullmatch(tag):
        return f"{_NO_TAG} {plain}"
    return f"{tag} {said.strip()}".strip()


def _read_sign(text: str, choices: Choices) -> tuple[str, str]:
    kind, _, said = text.partition(":")
    return _sign(kind.strip(), said.strip(), choices)


def _sign(kind: str, said: str, choices: Choices) -> tuple[str, str]:
    return choices.take(kind), words(said, TEXT_CHARS).strip() if said else ""


def _check_sign(value: Value, choices: Choices) -> Value:
    match value:
        case (str() as kind, str() as said):
            return _sign(kind, said, choices)
        case _:
            raise BadValue("wrong_type", "a kind and words")


def _show_sign(value: Value) -> str:
    match value:
        case (str() as kind, str() as said):
            return f"{kind}: {said}" if said else kind
        case _:
            raise BadValue("wrong_type", "a kind and words")


def _read_auto(_text: str, _choices: Choices) -> Value:
    raise BadValue("set_by_program")


def _check_auto(value: Value, _choices: Choices) -> Value:
    if value is None:
        raise BadValue("empty")
    return value


def _no_value(_given: object, _choices: Choices) -> Value:
    raise BadValue("group_has_no_value", "an address of a field in a row of the group")


SHAPES: Mapping[FieldType, Shape] = {
    FieldType.AUTO: Shape(_read_auto, _check_auto, _show_many),
    FieldType.TEXT: _same(_short),
    FieldType.LONG: _same(_long),
    FieldType.DATE: Shape(_read_date, _check_date, _show_date),
    FieldType.DATETIME: Shape(_read_time, _check_time, _show_date),
    FieldType.YESNO: Shape(_read_yesno, _check_yesno, lambda value: "yes" if value else "no"),
    FieldType.ONE: _same(_read_one),
    FieldType.MANY: Shape(_read_many, _check_many, _show_many),
    FieldType.NUMBER: Shape(_read_number, _check_number, str),
    FieldType.DURATION: _same(_read_duration),
    FieldType.PLACE: _same(_short),
    FieldType.COUNTRY: _same(_read_country),
    FieldType.LANGUAGE: _same(_read_language),
    FieldType.REF: _same(_read_one),
    FieldType.GROUP: Shape(_no_value, _no_value, str),
    FieldType.SELECTION: Shape(_read_many, _check_many, _show_many),
    FieldType.SIGN: Shape(_read_sign, _check_sign, _show_sign),
}
