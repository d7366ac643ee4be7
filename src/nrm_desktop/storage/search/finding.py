"""Finding: one question over names and texts of all cases in sight.

This module decides what comes first (names, then texts) and in which order texts come. A text is
ranked by what stands in itself alone: a measure over all texts, such as that of FTS5, would let
the order tell what lies where the user may not look.

Source: storage-security.md section 9.3, rules 3 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nrm_desktop.app.ports import StopFlag
from nrm_desktop.app.queries import SearchHit, SearchResult
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.asking import Question, read_question, seen_by
from nrm_desktop.storage.search.filling import is_filled
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.search.names import NameFinder, closeness
from nrm_desktop.storage.search.snippets import snippet
from nrm_desktop.storage.search.stopping import Watch, watched
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
RANKED_AT_MOST: Final = 5000


class Finder:
    """Searches on one reading connection; the names in memory outlive a single search."""

    def __init__(self, connection: Connection, memory: NameMemory) -> None:
        self._db = connection
        self._memory = memory

    def find(
        self, text: str, sight: Sight, limit: int, stop: StopFlag | None = None
    ) -> SearchResult:
        """Search names, then texts.

        Raises: Usage `usage.search_text`.
        """
        question, key = read_question(text), seen_by(sight)
        with watched(self._db, stop) as watch:
            hits = NameFinder(self._db, self._memory, key, watch).find(question, limit + 1)
            is_newest_first = False
            if len(hits) <= limit:
                room = limit + 1 - len(hits)
                texts, is_newest_first = self._texts(watch, question, key, room)
                hits += texts
        return SearchResult(
            tuple(hits[:limit]),
            has_more=len(hits) > limit,
            is_cut=watch.is_cut,
            is_newest_first=is_newest_first,
            is_partial=not is_filled(self._db),
        )

    @staticmethod
    def _texts(
        watch: Watch, question: Question, sight: Mapping[str, Any], room: int
    ) -> tuple[list[SearchHit], bool]:
        key = {**sight, "wanted": question.expression}
        counted = [row[0] for row in watch.rows(_SQL["text_count"], _most(key))]
        is_many = not counted or counted[0] > RANKED_AT_MOST
        name = "texts_newest" if is_many else "texts_ranked"
        rows = watch.rows(_SQL[name], {**key, "words": question.folded, "limit": room})
        return [_hit(row, question) for row in rows], is_many


def _most(key: Mapping[str, Any]) -> dict[str, Any]:
    return {**key, "limit": RANKED_AT_MOST + 1}


def _hit(row: tuple[bytes, str, str, str], question: Question) -> SearchHit:
    scope, code, field, text = row
    piece = snippet(text, question.words)
    match = closeness(text, question)
    return SearchHit(ScopeId(scope), code, FieldId(field), piece.text, piece.marks, match)
