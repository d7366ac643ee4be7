"""Asking: what somebody typed becomes words to look for, within what that person may see.

This module decides the limits of a question and writes the full-text expression. Nobody who types
ever writes FTS5 syntax: only folded letters, digits and blanks go in, and always in quotes.

Source: storage-security.md section 9.3, rule 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import Usage
from nrm_desktop.storage.search.folding import fold

CHARACTERS: Final = 200
TERMS: Final = 8
TERM_CHARACTERS: Final = 64
_SHORTEST_DRIVING: Final = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. Shape: `terms` are folded, each of one or several words."""

    raw: str
    terms: tuple[str, ...]

    @property
    def folded(self) -> str:
        """Everything, folded."""
        return " ".join(self.terms)

    @property
    def words(self) -> tuple[str, ...]:
        """The single words, each once."""
        return tuple(dict.fromkeys(self.folded.split()))

    @property
    def expression(self) -> str:
        """For FTS5: every term is there; the last one may go on."""
        return " ".join(f'"{term}"' for term in self.terms) + "*"

    def parameters(self) -> dict[str, Any]:
        """Give the words as parameters; only long ones drive a look-up, if there are any."""
        driving = [word for word in self.words if len(word) >= _SHORTEST_DRIVING]
        return {"words": json.dumps(self.words), "driving": json.dumps(driving or self.words)}


def read_question(text: str) -> Question:
    """Read what was typed.

    Raises: Usage `usage.search_text` when there is nothing to look for, or too much.
    """
    typed = " ".join(text.split())
    terms = tuple(folded for part in typed.split() if (folded := fold(part)))
    is_too_much = (
        len(typed) > CHARACTERS
        or len(terms) > TERMS
        or any(len(part) > TERM_CHARACTERS for part in typed.split())
    )
    if not terms or is_too_much:
        raise Usage(
            "usage.search_text", characters=CHARACTERS, terms=TERMS, term_characters=TERM_CHARACTERS
        )
    return Question(typed, terms)


def seen_by(sight: Sight) -> Mapping[str, Any]:
    """Give the sight as parameters: every statement that finds something is narrowed by them."""
    return {
        "seen": json.dumps(sorted(sight.compartments)),
        "own": json.dumps(sorted(sight.own_only)),
        "signer": sight.signer or b"",
    }
