"""Words that judge, and others in their place: a hint beside what a worker types, never a change.

This module decides what a pack may say about words and where such words stand in a text. "Refused
to co-operate" follows a person from office to office and into court; "did not want to talk then"
says what was seen. The text of the worker is never changed, and the person's own words are theirs:
whoever shows the hint leaves fields of own words out.

`wording.toml`: `[[loaded]]` id, language, `words = [...]` (whole words, any case), `instead`. A
country pack sets an entry of the base anew by its id.

Source: forms.md section 7; ux.md section 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.problems import Place, ProblemLog

FILE: Final = "wording.toml"


@dataclass(frozen=True, slots=True)
class LoadedWord:
    """A word that judges. Shape: `words` are its forms; `instead` says what could be written."""

    id: str
    language: str
    words: tuple[str, ...]
    instead: str
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A loaded word in a text. Shape: from `start` to before `end`, as it stands there."""

    start: int
    end: int
    text: str
    word: LoadedWord


def parse_wording(block: Block, pack: str) -> Mapping[str, LoadedWord]:
    """Read every `[[loaded]]` of a file."""
    found = {one.id: one for each in block.blocks("loaded") if (one := _loaded(each, pack))}
    block.finish()
    return found


def check_wording(wording: Mapping[str, LoadedWord], log: ProblemLog) -> None:
    """Report what would help nobody: no forms, nothing instead, or another loaded word instead."""
    known = tuple(wording.values())
    for one in known:
        place = Place(f"{one.pack}/{FILE}", (one.id,))
        if not one.words or not one.instead:
            log.add(place, "missing_key", "`words` and `instead` are needed.", "Write both.")
        elif any(find_loaded(one.instead, known)):
            log.add(
                place,
                "bad_value",
                f"`{one.instead[:40]}` holds a loaded word itself.",
                "Say what was seen or heard.",
            )


def find_loaded(text: str, known: Iterable[LoadedWord]) -> Iterator[Found]:
    """Find loaded words in a text, in order; of two at one place the longer."""
    words = tuple(known)
    pattern, by_form = _pattern(words)
    for match in pattern.finditer(text) if words else ():
        word = by_form.get(" ".join(match[0].casefold().split()))
        if word is not None:  # the Turkish letters of i match it, and fold to something else
            yield Found(match.start(), match.end(), match[0], word)


@lru_cache(4)
def _pattern(known: tuple[LoadedWord, ...]) -> tuple[re.Pattern[str], Mapping[str, LoadedWord]]:
    by_form = {" ".join(form.casefold().split()): one for one in known for form in one.words}
    longest_first = sorted(by_form, key=lambda form: (-len(form), form))
    forms = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE), by_form


def _loaded(block: Block, pack: str) -> LoadedWord | None:
    word_id = block.text("id", None)
    if not short_id(block.named(word_id), "id", word_id):
        return None
    one = LoadedWord(
        word_id, block.text("language", None), block.texts("words"), block.text("instead"), pack
    )
    block.finish()
    return one
