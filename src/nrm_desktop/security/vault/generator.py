"""The generator: a passphrase of ordinary words that were drawn by nobody's taste.

This module decides how many words it takes and that each is drawn alike. The number follows from
the length of the list: at least five words, and at least 64 bits. Lists come from
`resources/words`; which language is asked for is decided by the caller.

Source: storage-security.md section 4.8. Threat: T1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import ProgramFault

BITS: Final = 64
FEWEST_WORDS: Final = 5
_FEWEST_DIFFERENT: Final = 6
"""Words in a list; with fewer no rule of `passphrase` could be kept."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A passphrase of drawn words. Its text form does not show it.

    Units: `bits` of entropy, rounded down: what whoever knows the list still has to guess.
    """

    text: str = field(repr=False)
    words: int
    bits: int


def words_needed(listed: int) -> int:
    """How many words of a list of this length reach 64 bits, five at least."""
    return max(FEWEST_WORDS, math.ceil(BITS / math.log2(listed)))


def generate_words(words: Sequence[str], random: Randomness) -> Generated:
    """Draw a passphrase from a list of different words.

    Raises: ProgramFault where a word stands twice: then the draw is worth less than is said.
    """
    if len(set(words)) != len(words) or len(words) < _FEWEST_DIFFERENT:
        raise ProgramFault("program.fault", what="word list")
    count = words_needed(len(words))
    text = " ".join(words[_below(len(words), random)] for _ in range(count))
    return Generated(text, count, math.floor(count * math.log2(len(words))))


def generate(words: Sequence[str], random: Randomness) -> str:
    """Draw a passphrase and give its text alone. Raises: as `generate_words`."""
    return generate_words(words, random).text


def _below(limit: int, random: Randomness) -> int:
    """Draw a number below the limit, each equally likely; a draw in the uneven rest is repeated."""
    size = (limit.bit_length() + 7) // 8 + 1
    top = (1 << 8 * size) // limit * limit
    while (number := int.from_bytes(random(size), "big")) >= top:
        pass
    return number % limit
