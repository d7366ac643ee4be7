"""The two threads of an open database, and how it becomes read-only while it is open.

This module decides what a full or failing disk and an alarm do to the threads. What may then be
done is `app.condition`; what the jobs do is not known here.

- A full disk is noted after the transaction was rolled back, before the caller hears of it.
- A disk that fails is never tried again: the writer refuses from then on.
- One damaged case takes no other with it: the reading connection is made anew behind it.
- A database that became read-only is opened anew so that nothing can be written into it, while
  the old connections are still there: so their end writes nothing back either.

Source: storage-security.md sections 6 and 12. Promises: P7, P13, P18.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from nrm_desktop.app.condition import Reason, State, VaultCondition
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, DatabaseError, DatabaseKey, fault_of
from nrm_desktop.storage.renewing import RenewedConnection
from nrm_desktop.storage.worker import DatabaseThread, Lane

Result = TypeVar("Result")
Writer = DatabaseThread[Connection]
Reading = DatabaseThread[RenewedConnection]


class VaultThreads:
    """One thread that writes, unless the vault is read-only, and one that reads."""

    def __init__(
        self, path: Path, key: DatabaseKey, condition: VaultCondition, writing: Writer | None
    ) -> None:
        self._path = path
        self._key = key
        self._condition = condition
        self._writing = writing
        self._turning = threading.Lock()
        if writing is not None:
            writing.start()
        self._reading = self._reader(is_untouched=writing is None)
        try:
            self._reading.start()
        except BaseException:
            if writing is not None:
                writing.close()
            raise

    @property
    def is_busy(self) -> bool:
        """True while something is written or waits to be: what can wait should."""
        return self._writing is not None and self._writing.is_busy

    @property
    def is_awaited(self) -> bool:
        """True while something waits to be written: a job that only holds the thread gives way."""
        return self._writing is not None and self._writing.is_awaited

    def write(self, job: Callable[[Connection], Result], lane: Lane) -> Future[Result]:
        """Queue a job for the writing thread. Raises: what the condition of the vault says."""
        is_bulk = lane is Lane.BULK
        self._condition.must_write(is_bulk=is_bulk)
        if self._writing is None:
            raise EnvironmentFault("storage.read_only")

        def run(connection: Connection) -> Result:
            self._condition.must_write(is_bulk=is_bulk)  # it may have changed while we waited
            try:
                return job(connection)
            except DatabaseError as error:
                fault = fault_of(error)
                self._note(fault)
                raise fault from error
            except NrmError as fault:
                self._note(fault)
                raise

        return self._writing.submit(run, lane)

    def read(self, job: Callable[[Connection], Result]) -> Future[Result]:
        """Queue a job for the reading thread."""
        reading = self._reading
        try:
            return reading.submit(lambda held: held.do(job))
        except EnvironmentFault:
            if reading is self._reading:
                raise
            return self._reading.submit(
                lambda held: held.do(job)
            )  # it became read-only at this moment

    def ask(self, job: Callable[[Connection], Result]) -> Result:
        """Read and wait for it, on this thread if nobody else reads. Raises: as `read` does."""
        reading = self._reading
        try:
            return reading.ask(lambda held: held.do(job))
        except EnvironmentFault as fault:
            if reading is self._reading or fault.code != "storage.closed":
                raise
            return self._reading.ask(lambda held: held.do(job))  # it became read-only just now

    def turn_read_only(self, reason: Reason, *places: str) -> None:
        """Let nothing be written any more; a save that runs is finished. Not for these threads."""
        self._condition.add(State.READ_ONLY, reason, *places)
        with self._turning:
            writing, old = self._writing, self._reading
            if writing is None:
                return
            try:
                writing.drain()
            except EnvironmentFault:  # it is closed already: nothing can be written, nor read
                return
            self._reading = self._reader(is_untouched=True)
            self._reading.start()
            self._writing = None
            old.close()
            writing.close()

    def stop_reading(self, within_s: float) -> None:
        """End what is read now and what waits to be; later questions are answered again."""
        self._reading.stop_jobs(within_s)

    def close(self) -> None:
        """End what is read, let a save end, cancel what waits, close both connections."""
        with self._turning:
            try:
                self._reading.close()
            finally:
                if self._writing is not None:
                    self._writing.close()

    def _reader(self, *, is_untouched: bool) -> Reading:
        def opening() -> Connection:
            if is_untouched:
                return engine.open_untouched(self._path, self._key)
            return engine.open_database(self._path, self._key, is_read_only=True)

        def held() -> RenewedConnection:
            # A check that found a damaged case notes it and goes on to the next one.
            return RenewedConnection(
                opening, is_suspect=lambda: self._condition.now.is_alarm, only_reads=True
            )

        return DatabaseThread(
            "nrm-reader", held, RenewedConnection.close, RenewedConnection.interrupt
        )

    def _note(self, fault: NrmError) -> None:
        """Draw the consequence of what the engine said; faults of other disks are not ours."""
        if "sqlite" not in fault.params:
            return
        if fault.code == "storage.full":
            self._condition.add(State.RESCUE, Reason.FULL)
        elif fault.code == "storage.medium":
            self._condition.add(State.READ_ONLY, Reason.FAILING_DISK)


def writer(opening: Callable[[], Connection], condition: VaultCondition) -> Writer:
    """Make the thread that writes; it writes the WAL back at its end, unless it must not."""

    def closing(connection: Connection) -> None:
        if not condition.is_read_only:
            # Close also on a full or failing disk: what was committed is safe in the WAL.
            with suppress(EnvironmentFault):
                engine.checkpoint(connection)
        engine.close_database(connection)

    return DatabaseThread("nrm-storage", opening, closing)
