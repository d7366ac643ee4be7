"""What the program asked the engine, so that the same can be asked without the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nrm_desktop.storage.engine import Connection

Statements = list[tuple[str, Sequence[object]]]
WRITES = ("INSERT", "UPDATE", "DELETE")


class Recording:
    """A connection that remembers what it was asked, many rows at once as one after the other."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self.all: Statements = []

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    @property
    def written(self) -> Statements:
        """The statements that wrote rows."""
        return [each for each in self.all if each[0].lstrip().startswith(WRITES)]

    def execute(self, sql, parameters=()):
        self.all.append((sql, parameters))
        return self._db.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]):
        listed = list(rows)
        self.all += [(sql, row) for row in listed]
        return self._db.executemany(sql, listed)

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)
