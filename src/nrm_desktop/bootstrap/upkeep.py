"""Upkeep of a vault: the deep check of everything, on a connection of its own.

Joins `storage.verify` with the keys of an unlocked vault. It decides nothing about what is sound;
it never repairs. Backups are in `backups`, their opening and restoring in `restoring`.

Source: storage-security.md section 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.keeping import database_key
from nrm_desktop.bootstrap.starting import forget_alarm, is_signed
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.storage.engine import Connection, close_database, open_database, open_untouched
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.verify import VerifyReport, verify_database


@dataclass(frozen=True, slots=True)
class Upkept:
    """What a deep check found. Shape: `header_copies` counts sound ones."""

    header_copies: int
    findings: tuple[str, ...]
    database: VerifyReport

    @property
    def is_sound(self) -> bool:
        """True if nothing is wrong, and both copies of the header agree."""
        return self.database.is_sound and not self.findings and self.header_copies > 1


def verify_vault(vault: OpenVault) -> Upkept:
    """Check everything of an open vault; on a connection of its own.

    Where all is sound, the alarm of an earlier check is over from the next start on.
    """
    safe = vault.session.safe
    copies = HeaderCopies(safe.shell.files, vault.folder).read().copies
    opening = open_untouched if vault.condition.is_read_only else open_database
    key = database_key(safe.unlocked.keys)
    with _opened(lambda: opening(vault.folder / DATABASE, key)) as connection:
        roster = vault.session.roster
        report = verify_database(connection, lambda commit: is_signed(roster, commit))
    if report.is_sound:
        with suppress(EnvironmentFault):
            forget_alarm(safe)
    return Upkept(len(copies), safe.slot.findings, report)


@contextmanager
def _opened(opening: Callable[[], Connection]) -> Iterator[Connection]:
    connection = opening()
    try:
        yield connection
    finally:
        close_database(connection)
