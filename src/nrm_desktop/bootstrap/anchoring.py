"""The anchor of a vault: noted at closing, compared at opening.

An older database that was put back is refused with an alarm; a vault without its anchor was
restored, moved or cloned, and says so. The anchor lies outside the vault folder, sealed under a
key of the vault, so that whoever copies the folder alone is noticed (decisions.md 8).

Source: storage-security.md section 7. Promise: P8. Threat: T18.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage.access_log import audit_head
from nrm_desktop.storage.anchor import (
    Anchor,
    AnchorVerdict,
    compare,
    read_anchor,
    write_anchor,
)
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.verify import start_problems

INCARNATION: Final = "incarnation"
MOVED: Final = "vault.moved"
"""Finding: there is no anchor here for this vault, or one of another installation."""


def begin_incarnation(safe: OpenSafe) -> None:
    """Mark a new vault as living here, and note its first anchor."""
    incarnation = safe.shell.random(ID_BYTES)
    safe.database.with_trust(lambda trust: trust.set_secret(INCARNATION, incarnation))
    note_anchor(safe)


def check_start(safe: OpenSafe) -> tuple[str, ...]:
    """Do the quick checks of every start; its cost does not grow with the number of cases.

    Shape: findings that do not stop work.
    Raises: IntegrityFault `integrity.database` where the journal does not end as it says;
    `integrity.rollback` where this database is older than when it was last used here.
    """
    problems = safe.database.read(start_problems).result()
    if problems:
        raise IntegrityFault("integrity.database", what=problems[0])
    noted = read_anchor(safe.shell.files, _path(safe.shell, safe), _seal(safe))
    verdict = compare(noted, _now(safe))
    if verdict is AnchorVerdict.OLDER:
        raise IntegrityFault("integrity.rollback", what="anchor")
    return (MOVED,) if verdict is AnchorVerdict.OTHER else ()


def note_anchor(safe: OpenSafe) -> None:
    """Note how far the database has come, with values that are committed already.

    Raises: EnvironmentFault where the disk does not take it; the older note then stays in force.
    """
    path = _path(safe.shell, safe)
    with told_as_faults():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_anchor(safe.shell.files, path, _now(safe), _seal(safe))


def _path(shell: Shell, safe: OpenSafe) -> Path:
    return shell.anchors / safe.slot.vault_id.hex()[:8]


def _now(safe: OpenSafe) -> Anchor:
    def look(connection: Connection) -> tuple[int, bytes, bytes]:
        state = Journal(connection).state
        return state.commits, state.digest.to_bytes(HASH_BYTES, "big"), audit_head(connection)

    commits, digest, audit = safe.database.read(look).result()
    incarnation = safe.database.read(lambda found: SqlTrustStore(found).secret(INCARNATION))
    header = safe.unlocked.header.counter
    return Anchor(incarnation.result() or b"", header, commits, digest, audit, 0)


def _seal(safe: OpenSafe) -> VaultNotes:
    keys = safe.unlocked.keys
    return VaultNotes(keys.anchor, keys.vault_id, safe.shell.random)
