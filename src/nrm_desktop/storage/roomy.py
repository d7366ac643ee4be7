"""Room in memory while very much is taken in.

This module decides how many pages the writing thread keeps meanwhile. Rows with random ids lie all
over the file: with few pages in memory each would be read and decrypted over and over.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.storage import engine
from nrm_desktop.storage.vault_database import VaultDatabase
from nrm_desktop.storage.worker import Lane


@contextmanager
def roomy(database: VaultDatabase) -> Iterator[None]:
    """Let the writing thread keep many pages; a vault that takes nothing in needs no room."""
    _keep(database, engine.ROOMY_KIB)
    try:
        yield
    finally:
        _keep(database, engine.CACHE_KIB)


def _keep(database: VaultDatabase, kib: int) -> None:
    with suppress(NrmError, CancelledError):
        database.write(lambda found: engine.set_cache(found, kib), Lane.BULK).result()
