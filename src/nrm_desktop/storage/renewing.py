"""A connection that is made anew after damage, so that one changed page takes nothing else with it.

This module decides when a connection is given up. The engine remembers the first changed page that
it met, and from then on gives no page by that connection that it does not hold already, sound or
not: one damaged case or attachment would take all others with it.

A job can meet such a page and end well, so the next one may fail for it: a job that only reads is
therefore done once more, by a new connection, before its failure is believed. Whoever notes damage
and goes on, instead of raising, is not seen here; for that there is `is_suspect`.

Source: storage-security.md sections 7 and 11. Promise: P7.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, translated

Result = TypeVar("Result")


class RenewedConnection:
    """Gives each job a connection that works. Used by one thread; `interrupt` by any.

    Shape: `is_suspect` says after a job that it may have met damage without raising; `only_reads`
    that a job may be done twice.
    """

    def __init__(
        self,
        opening: Callable[[], Connection],
        closing: Callable[[Connection], None] = engine.close_database,
        is_suspect: Callable[[], bool] = lambda: False,
        *,
        only_reads: bool = False,
    ) -> None:
        self._opening = opening
        self._closing = closing
        self._is_suspect = is_suspect
        self._only_reads = only_reads
        self._is_used = False
        self._guard = threading.Lock()
        self._connection: Connection | None = opening()

    def do(self, job: Callable[[Connection], Result]) -> Result:
        """Do a job. Raises: what it raises, errors of the engine as ours; what opening raises."""
        may_be_old_damage = self._only_reads and self._is_used
        try:
            return self._do(job)
        except IntegrityFault:
            if not may_be_old_damage:
                raise
        return self._do(job)

    def _do(self, job: Callable[[Connection], Result]) -> Result:
        connection = self._connection
        if connection is None:
            connection = self._connection = self._opening()
        self._is_used = True
        try:
            with translated():
                result = job(connection)
        except IntegrityFault:
            self.close()
            raise
        if self._is_suspect():
            self.close()
        return result

    def interrupt(self) -> None:
        """End the statement that runs, if one does."""
        with self._guard:
            if self._connection is not None:
                engine.interrupt(self._connection)

    def close(self) -> None:
        """Close what is open; a second call does nothing, and a job afterwards opens anew."""
        with self._guard:
            connection, self._connection = self._connection, None
            self._is_used = False
        if connection is not None:
            self._closing(connection)
