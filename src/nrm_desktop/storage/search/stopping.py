"""Stopping: a search ends after its time, or when somebody no longer wants it.

This module decides when a statement is given up. What was read until then stays: it is shown with
the invitation to narrow the search. Nothing is raised.

Source: storage-security.md section 9.3, rule 4.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from nrm_desktop.app.ports import StopFlag
from nrm_desktop.storage.engine import Connection, DatabaseError, fault_of

BUDGET_S: Final = 0.3
_INSTRUCTIONS: Final = 2000
"""How many steps of the engine go by between two looks at the clock: well under a millisecond."""


class Watch:
    """A search in progress. `is_cut` says that something was given up."""

    def __init__(self, connection: Connection, stop: StopFlag | None, budget_s: float) -> None:
        self._db = connection
        self._stop = stop
        self._ends = time.monotonic() + budget_s
        self.is_cut = False

    def is_over(self) -> bool:
        """True if nothing more shall be asked."""
        has_stopped = self._stop is not None and self._stop.is_set()
        if has_stopped or time.monotonic() >= self._ends:
            self.is_cut = True
        return self.is_cut

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """Read rows one by one until the time is over."""
        if self.is_over():
            return
        try:
            yield from self._db.execute(sql, parameters)
        except DatabaseError as error:
            if fault_of(error).code != "storage.interrupted":
                raise
            self.is_cut = True


@contextmanager
def watched(
    connection: Connection, stop: StopFlag | None = None, budget_s: float = BUDGET_S
) -> Iterator[Watch]:
    """Let the engine look at the clock and at the flag while a search runs."""
    watch = Watch(connection, stop, budget_s)
    connection.set_progress_handler(watch.is_over, _INSTRUCTIONS)
    try:
        yield watch
    finally:
        connection.set_progress_handler(None, 0)
