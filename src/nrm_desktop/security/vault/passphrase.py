"""Passphrases: the same bytes from every keyboard, rules for a new one, and a generator.

This module decides what a typed passphrase means in bytes, which new ones are refused, and how
one is made. It knows no composition rules and no forced change. Lists of words come from
`resources/words`; words of the place and the organisation are handed in by the caller.

Source: storage-security.md section 4.8. Threats: T1, T26 (locked out by a layout).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from nrm_desktop.domain.errors import ProgramFault, Refused, Usage

SHORTEST: Final = 15
"""Characters. Five generated words are always longer: no word of the list has fewer than three."""
SHORTEST_WITH_FILE: Final = 8
"""Characters, where a key file is the other half of the secret."""
LONGEST: Final = 256
_BITS: Final = 64
_FEWEST_DIFFERENT: Final = 6
_UNKNOWN_LETTERS: Final = 8


def passphrase_bytes(typed: str) -> bytes:
    """Give the bytes that enter the key derivation.

    Every Unicode space becomes a plain one, those at the ends go, nothing else is touched.
    Raises: Usage when the text is no Unicode text (half a surrogate pair).
    """
    try:
        return _normal(typed).encode("utf-8")
    except UnicodeEncodeError:
        raise Usage("usage.bad_value", what="passphrase") from None


def check_new(
    typed: str, common: Iterable[str], local: Iterable[str] = (), *, shortest: int = SHORTEST
) -> None:
    """Accept a new passphrase or say which rule it breaks.

    Shape: `common` are phrases that everybody tries, `local` names of the place and organisation;
    `shortest` is less where a key file is the other half.
    Raises: Refused `policy.floor` with `rule` short, long, repeats or common; never the text.
    """
    text = _normal(typed)
    least = -(-shortest // 2)
    rule = (
        _length_rule(text, shortest)
        or _repeat_rule(text, min(_FEWEST_DIFFERENT, least))
        or _common_rule(text, {*common, *local}, min(_UNKNOWN_LETTERS, least))
    )
    if rule:
        raise Refused("policy.floor", rule=rule, shortest=shortest, longest=LONGEST)


def generate(words: Sequence[str], random: Callable[[int], bytes]) -> str:
    """Make a passphrase of at least 64 bits from a list of different words."""
    if len(set(words)) != len(words) or len(words) < _FEWEST_DIFFERENT:
        raise ProgramFault("program.fault", what="word list")
    count = math.ceil(_BITS / math.log2(len(words)))
    return " ".join(words[_below(len(words), random)] for _ in range(count))


def _normal(typed: str) -> str:
    text = unicodedata.normalize("NFC", typed)
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in text).strip(" ")


def _length_rule(text: str, shortest: int) -> str:
    if len(text) < shortest:
        return "short"
    return "long" if len(text) > LONGEST else ""


def _repeat_rule(text: str, fewest: int) -> str:
    """A few characters over and over, or one piece repeated."""
    plain = _letters(text)
    if len(set(plain)) < fewest:
        return "repeats"
    is_repeated = any(
        plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, len(plain) // 2 + 1)
    )
    return "repeats" if is_repeated else ""


def _common_rule(text: str, blocked: set[str], fewest: int) -> str:
    """What is left without the blocked words must be worth guessing."""
    left = _letters(text)
    for word in sorted((_letters(w) for w in blocked), key=len, reverse=True):
        if word:
            left = left.replace(word, "")
    return "common" if len(left) < fewest else ""


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _below(limit: int, random: Callable[[int], bytes]) -> int:
    """Draw a number below the limit, each equally likely; a draw in the uneven rest is repeated."""
    size = (limit.bit_length() + 7) // 8 + 1
    top = (1 << 8 * size) // limit * limit
    while (number := int.from_bytes(random(size), "big")) >= top:
        pass
    return number % limit
