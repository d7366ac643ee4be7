"""Work that keeps what is in memory to what is in the database.

Acts are taken into the roster inside the transaction that stores them, so that the next step of it
can rely on them. If the transaction is undone, so is the roster: otherwise grants that nobody
stored would be relied upon, and not be given again (P2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.vault_database import VaultDatabase, VaultWork

Result = TypeVar("Result")


class CarefulWork:
    """The Work port, and the jobs of the exchange."""

    def __init__(self, database: VaultDatabase, work: VaultWork, roster: Roster) -> None:
        self._database = database
        self._work = work
        self._roster = roster

    def run(self, job: Callable[[UnitOfWork], Result]) -> Result:
        """Give what the job gives, after its COMMIT. Its error comes out unchanged."""
        return self._carefully(lambda: self._work.run(job))

    def note_soon(self, act: str) -> None:
        """Note an act in the audit chain behind what is under way; nobody waits for it.

        Raises: EnvironmentFault, IntegrityFault where nothing may be written.
        """
        self._work.submit(lambda unit: unit.audit(act))

    def exchange(self, job: Callable[[UnitOfWork, Connection], Result]) -> Result:
        """Run a bulk job of the exchange."""
        return self._carefully(lambda: self._work.exchange(job))

    def _carefully(self, work: Callable[[], Result]) -> Result:
        before = self._roster.changes
        try:
            return work()
        except BaseException:
            if self._roster.changes != before:
                stored = self._database.read(lambda found: SqlTrustStore(found).roots())
                self._roster.read_again(stored.result())
            raise
