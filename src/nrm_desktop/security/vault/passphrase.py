"""Passphrases: the same bytes from every keyboard, and the rules for a new one.

This module decides what a typed passphrase means in bytes and which new ones are refused. It knows
no composition rules and no forced change. Words of the place, the organisation and the vault are
handed in by the caller; `generator` makes passphrases.

Source: storage-security.md section 4.8. Threats: T1, T26 (locked out by a layout).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from nrm_desktop.domain.errors import Refused, Usage

SHORTEST: Final = 15
"""Characters. Five generated words are always longer: no word of the list has fewer than three."""
SHORTEST_WITH_FILE: Final = 8
"""Characters, where a key file is the other half of the secret."""
LONGEST: Final = 256
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


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, as rules compare them: folded, without what stands between."""
    bare = "".join(c if c.isalnum() else " " for c in _normal(text).casefold())
    return tuple(dict.fromkeys(bare.split()))


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
