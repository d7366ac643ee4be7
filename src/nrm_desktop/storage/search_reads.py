"""The part of the Reader port that searches: joins what is found with the sight of the asker.

This module decides that every search sees one state of the database. What is found is decided in
`search`, what is said of like names in `same_person`.
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.ports import StopFlag
from nrm_desktop.app.queries import AlikePerson, JoinedFile, SearchResult
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.engine import Connection, snapshot
from nrm_desktop.storage.joins import joined_files
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.same_person import SamePerson
from nrm_desktop.storage.search.finding import Finder
from nrm_desktop.storage.search.memory import NameMemory


class SearchReads:
    """Searches for one user, on the thread of its connection only.

    Shape: `memory` belongs to the connection and outlives this reader; without one, names are
    read anew for each reader.
    """

    def __init__(
        self, connection: Connection, lens: Lens, memory: NameMemory | None = None
    ) -> None:
        self._db = connection
        self._lens = lens
        self._memory = NameMemory() if memory is None else memory

    def search(
        self, text: str, sight: Sight, limit: int, stop: StopFlag | None = None
    ) -> SearchResult:
        """Names, then texts, of all cases; what is not in sight is neither found nor counted."""
        with snapshot(self._db):
            return Finder(self._db, self._memory).find(text, sight, limit, stop)

    def similar_names(self, scope: ScopeId, sight: Sight) -> Sequence[AlikePerson]:
        """Other cases whose person has a name spelled like those of this case."""
        with snapshot(self._db):
            return SamePerson(self._db, self._lens, self._memory).beside(scope, sight)

    def joined(self) -> Sequence[JoinedFile]:
        """Files that are joined with another one, by their codes."""
        with snapshot(self._db):
            return joined_files(self._db)
