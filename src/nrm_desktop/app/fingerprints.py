"""Comparing by voice, and codes that people type: digits, words, groups with check characters.

This module decides how a file becomes 24 digits (by phone) or 12 words (face to face), and how
a typed receipt is written in five groups, so that a wrong group can be named. The slow hash is
handed in, since no key derivation lives here; so are the word lists (`resources/words`).

Source: sync.md sections 12.3 and 14. Threats: a swapped request or welcome, a look-alike file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.domain.errors import HostileInput, ProgramFault, Usage
from nrm_desktop.domain.ids import CROCKFORD, check_value, plain_code

Harden = Callable[[bytes, bytes], bytes]
"""Argon2id of (secret, 16-byte salt) with 64 MiB, 3 passes, 4 lanes; gives 16 bytes."""

DIGIT_GROUPS: Final = 6
WORDS: Final = 12
LIST_WORDS: Final = 2048
CODE_GROUPS: Final = 5
SHORT_GROUPS: Final = (4, 4, 3)
"""Characters of a short code without those that check them."""
_GROUP_DIGITS: Final = 4
_WORD_BITS: Final = 11
_CHAR_BITS: Final = 5
_GROUP_CHARS: Final = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two people read to each other: 24 digits in six groups, or 12 words."""

    digits: tuple[str, ...]
    words: tuple[str, ...]

    def is_said(self, typed: str) -> bool:
        """True if somebody typed these digits or these words; blanks and case are forgiven."""
        said = typed.casefold().replace("-", " ").split()
        plain = "".join(said)
        if plain.isdecimal():
            return "".join(str(int(char)) for char in plain) == "".join(self.digits)
        return said == list(self.words)

    def must_be_said(self, typed: str) -> None:
        """Raises: HostileInput `integrity.comparison` unless the digits or words were typed."""
        if not self.is_said(typed):
            raise HostileInput("integrity.comparison")


def comparison_digits(file: bytes, harden: Harden) -> tuple[str, ...]:
    """The 24 digits of a file in six groups of four, for the telephone.

    The slow hash makes a look-alike file dear; so many digits, because whoever carries the file
    could search for one with a shorter code.
    """
    salt = labelled_hash(HashLabel.COMPARISON)[:16]
    hardened = harden(labelled_hash(HashLabel.COMPARISON, file), salt)
    count = DIGIT_GROUPS * _GROUP_DIGITS
    text = str(int.from_bytes(hardened, "big") % 10**count).zfill(count)
    return tuple(text[i : i + _GROUP_DIGITS] for i in range(0, count, _GROUP_DIGITS))


def comparison_words(file: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """The 12 words of a file: 132 bits of its hash, for people who sit together."""
    digest = labelled_hash(HashLabel.WORDS, file)
    number = int.from_bytes(digest, "big") >> 8 * len(digest) - WORDS * _WORD_BITS
    places = reversed(range(WORDS))
    return tuple(words[number >> _WORD_BITS * place & LIST_WORDS - 1] for place in places)


def comparison_of(file: bytes, harden: Harden, words: Sequence[str]) -> Comparison:
    """Both forms in which a file is compared; either is enough."""
    return Comparison(comparison_digits(file, harden), comparison_words(file, words))


def read_word_list(text: str, count: int = LIST_WORDS) -> tuple[str, ...]:
    """Read a list of `resources/words`, one word a line, in an order that is part of the format.

    Raises: ProgramFault when the number is wrong or a word stands twice.
    """
    words = tuple(text.split())
    if len(words) != count or len(set(words)) != count:
        raise ProgramFault("program.fault", what="word list")
    return words


def sign_number(signs: Sequence[str], typed: str) -> int | None:
    """The number of a slot sign such as `blue-kite` or `Blue Kite`; None if it is none."""
    name = "-".join(typed.casefold().replace("-", " ").split())
    return signs.index(name) if name in signs else None


def code_groups(payload: int) -> tuple[str, ...]:
    """Write 75 bits as five groups of three characters and a check character."""
    count = CODE_GROUPS * _GROUP_CHARS
    values = [payload >> _CHAR_BITS * place & 31 for place in reversed(range(count))]
    groups = (values[i : i + _GROUP_CHARS] for i in range(0, count, _GROUP_CHARS))
    return tuple(
        "".join(CROCKFORD[value] for value in [*group, check_value(group, number)])
        for number, group in enumerate(groups, start=1)
    )


def read_code_groups(typed: str) -> int:
    """Read the 75 bits of five typed groups, forgiving case, blanks, hyphens and look-alikes.

    Raises: Usage `usage.bad_code`; where the check fails, `group` names it (1 to 5).
    """
    plain = plain_code(typed)
    size = _GROUP_CHARS + 1
    if len(plain) != CODE_GROUPS * size:
        raise Usage("usage.bad_code", what="length")
    groups = [plain[i : i + size] for i in range(0, len(plain), size)]
    values = chain.from_iterable(
        _group_values(group, number) for number, group in enumerate(groups, start=1)
    )
    payload = 0
    for value in values:
        payload = payload << _CHAR_BITS | value
    return payload


def short_groups(payload: int) -> tuple[str, ...]:
    """Write 55 bits as three groups of five, five and four characters, each with its check."""
    groups = []
    shift = sum(SHORT_GROUPS) * _CHAR_BITS
    for number, count in enumerate(SHORT_GROUPS, start=1):
        shift -= count * _CHAR_BITS
        part = payload >> shift
        values = [part >> _CHAR_BITS * place & 31 for place in reversed(range(count))]
        checked = [*values, check_value(values, number)]
        groups.append("".join(CROCKFORD[value] for value in checked))
    return tuple(groups)


def read_short_groups(typed: str) -> int:
    """Read the 55 bits of three typed groups; forgiving, and raising, as `read_code_groups`."""
    plain = plain_code(typed)
    if len(plain) != sum(SHORT_GROUPS) + len(SHORT_GROUPS):
        raise Usage("usage.bad_code", what="length")
    payload = start = 0
    for number, count in enumerate(SHORT_GROUPS, start=1):
        for value in _group_values(plain[start : start + count + 1], number):
            payload = payload << _CHAR_BITS | value
        start += count + 1
    return payload


def _group_values(group: str, number: int) -> list[int]:
    """The values of a group; its number is part of the check, so swapped groups are caught too."""
    values = [CROCKFORD.find(char) for char in group]
    if -1 in values or check_value(values[:-1], number) != values[-1]:
        raise Usage("usage.bad_code", group=number)
    return values[:-1]
