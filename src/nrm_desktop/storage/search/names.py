"""Finding names: equal, beginning so, holding it, spelled like it - in this order.

This module decides the steps and what each of them may find. What may be seen narrows every
statement before anything is limited.

Source: storage-security.md section 9.3, rule 2.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nrm_desktop.app.queries import SearchHit
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.asking import Question
from nrm_desktop.storage.search.folding import skeleton
from nrm_desktop.storage.search.likeness import ALIKE, SHORTEST_SKELETON
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.search.snippets import snippet
from nrm_desktop.storage.search.stopping import Watch
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
_TRIGRAM: Final = 3
EXACT, FOLDED, SIMILAR = "exact", "folded", "similar"
_Row = tuple[int, bytes, str, str, str]


class NameFinder:
    """Looks for names on one connection, within one watch."""

    def __init__(
        self, connection: Connection, memory: NameMemory, sight: Mapping[str, Any], watch: Watch
    ) -> None:
        self._db = connection
        self._memory = memory
        self._sight = sight
        self._watch = watch

    def find(self, question: Question, limit: int) -> list[SearchHit]:
        """Give at most so many hits; a name stands once, under the closest match."""
        found: dict[int, SearchHit] = {}
        for row in self.as_written(question, limit):
            if row[0] not in found:
                found[row[0]] = _hit(row, question)
            if len(found) >= limit:
                return list(found.values())
        for row, likeness in self._similar(question):
            if row[0] not in found:
                found[row[0]] = _hit(row, question, likeness if likeness < 1 else None)
            if len(found) >= limit:
                break
        return list(found.values())

    def as_written(self, question: Question, limit: int) -> Iterator[_Row]:
        """Names that are equal, begin so, or hold what was typed; a name may come twice."""
        key = {**self._sight, "wanted": question.folded, "limit": limit}
        yield from self._watch.rows(_SQL["name_begins"], key)
        if len(question.words) > 1:
            yield from self._watch.rows(_SQL["name_words"], key | question.parameters())
        if len(question.folded) >= _TRIGRAM:
            quoted = {"wanted": f'"{question.folded}"'}
            yield from self._watch.rows(_SQL["name_holds"], key | quoted)

    def _similar(self, question: Question) -> Iterator[tuple[_Row, float]]:
        """Names of which every word of the question finds one like it, the most alike first.

        Words too short to be spelled wrongly have to begin a name of the same case.
        """
        long = [word for word in question.words if len(word) >= _TRIGRAM]
        short = [word for word in question.words if len(word) < _TRIGRAM]
        if not long or self._watch.is_over():
            return
        liked = [self.names_like(word) for word in long]
        cases: dict[bytes, list[tuple[_Row, str]]] = defaultdict(list)
        for row, folded in self.rows_of({name for names in liked for name in names}):
            cases[row[1]].append((row, folded))
        ranked = []
        for found in cases.values():
            best = [max(names.get(folded, 0.0) for _, folded in found) for names in liked]
            ranked += [(min(best), row) for row, _ in found if min(best) > 0]
        ranked.sort(key=lambda each: (-each[0], each[1][2], each[1][0]))
        for likeness, row in ranked:
            if not short or self._begin(ScopeId(row[1]), short):
                yield row, likeness

    def _begin(self, scope: ScopeId, words: Sequence[str]) -> bool:
        """True if each of the words begins a word of some name of the case."""
        names = [f" {folded}" for _, folded in self.names_of(scope)]
        return all(any(f" {word}" in name for name in names) for word in words)

    def names_like(self, word: str) -> dict[str, float]:
        """Folded names with a word like this one, or with the same skeleton."""
        names = self._memory.names(self._db, self._sight)
        return dict.fromkeys(self._of_skeletons([skeleton(word)]), ALIKE) | names.like(word)

    def rows_of(self, names: set[str]) -> list[tuple[_Row, str]]:
        """The names as they were written, of folded ones; newest first."""
        key = {**self._sight, "names": json.dumps(sorted(names))}
        rows = self._watch.rows(_SQL["names_like"], key)
        return [(tuple(row[:5]), row[5]) for row in rows]

    def names_of(self, scope: ScopeId) -> list[tuple[str, str]]:
        """The names of a case. Shape: as written, and folded."""
        rows = self._watch.rows(_SQL["names_of_scope"], {**self._sight, "scope": scope})
        return [(name, folded) for name, folded in rows]

    def _of_skeletons(self, skeletons: Sequence[str]) -> list[str]:
        meaningful = [each for each in skeletons if len(each) >= SHORTEST_SKELETON]
        key = {**self._sight, "skeletons": json.dumps(meaningful)}
        return [row[0] for row in self._watch.rows(_SQL["names_of_skeletons"], key)]


def _hit(row: _Row, question: Question, likeness: float | None = None) -> SearchHit:
    _, scope, code, field, name = row
    piece = snippet(name, question.words)
    match = SIMILAR if likeness is not None else closeness(name, question)
    return SearchHit(ScopeId(scope), code, FieldId(field), piece.text, piece.marks, match, likeness)


def closeness(text: str, question: Question) -> str:
    """Say whether a text holds what was typed letter by letter, or only folded."""
    return EXACT if question.raw.casefold() in text.casefold() else FOLDED
