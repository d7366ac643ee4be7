"""Upkeep of a vault: the deep check, backups, and what they are compared with.

Joins `storage.verify` and `storage.backup` with the keys of an unlocked vault. It decides nothing
about what is sound; it never repairs and never overwrites.

Source: storage-security.md sections 7 and 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.app.fingerprints import sign_number
from nrm_desktop.app.reading import count_cases
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.shell import Shell, slot_signs
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.signing.cose import is_signed_once
from nrm_desktop.security.vault.copies import HeaderCopies, NamedCopy
from nrm_desktop.security.vault.header import COPY_LIMIT, decode_header
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.security.vault.opening import choose_slot, open_copy
from nrm_desktop.security.vault.passphrase import passphrase_bytes
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage.backup import (
    HEADER,
    BackupTools,
    Manifest,
    create_backup,
    verify_backup,
)
from nrm_desktop.storage.engine import Connection, DatabaseKey, close_database, open_database
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.verify import VerifyReport, verify_database

_NOBODY: Final = ScopeId(bytes(16))


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


@dataclass(frozen=True, slots=True)
class Backup:
    """A checked backup. Shape: `path` is its folder."""

    path: Path
    manifest: Manifest
    cases: int


def verify_vault(vault: OpenVault) -> Upkept:
    """Check everything of an open vault; on a connection of its own."""
    safe = vault.session.safe
    copies = HeaderCopies(safe.shell.files, vault.folder).read().copies
    with _opened(vault.folder / DATABASE, _database_key(safe.unlocked.keys)) as connection:
        roster = vault.session.roster
        report = verify_database(connection, lambda commit: _is_signed(roster, commit))
    return Upkept(len(copies), safe.slot.findings, report)


def back_up(vault: OpenVault, folder: Path) -> Backup:
    """Make a backup in a folder, under a name made of the time.

    Raises: Usage `usage.not_found`, `usage.not_empty`; EnvironmentFault; IntegrityFault.
    """
    if not folder.is_dir():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    context, safe = vault.context, vault.session.safe
    target = folder / f"backup-{context.now_iso().replace(':', '')}"
    if target.exists():
        raise Usage("usage.not_empty", what=target.name)
    tools = _backup_tools(safe.shell, safe.unlocked.keys)
    manifest = create_backup(vault.folder, target, tools, context.clock.now_ms())
    return Backup(target, manifest, count_cases(vault.reader))


def check_backup(shell: Shell, folder: Path, passphrase: str, sign: str | None = None) -> Backup:
    """Open a backup with a passphrase of its day, and read everything of it.

    Raises: Usage `usage.not_found`; Locked; IntegrityFault `integrity.backup`; EnvironmentFault.
    """
    if not (folder / HEADER).is_file():
        raise Usage("usage.not_found", what="backup", name=folder.name)
    try:
        raw = shell.files.read_limited(folder / HEADER, COPY_LIMIT)
        copy = NamedCopy(HEADER, decode_header(raw))
    except HostileInput as error:
        raise IntegrityFault("integrity.backup", what="header") from error
    slot = choose_slot(copy.sound.header, _sign_number(shell, sign))
    keys = open_copy(copy, slot, passphrase_bytes(passphrase)).keys
    manifest = verify_backup(folder, _backup_tools(shell, keys))
    with _opened(folder / DATABASE, _database_key(keys)) as connection:
        lens = Lens(shell.forms, _NOBODY, bytes.hex, bytes.hex)
        cases = count_cases(SqlReader(connection, lens))
    return Backup(folder, manifest, cases)


def _sign_number(shell: Shell, sign: str | None) -> int | None:
    if sign is None:
        return None
    number = sign_number(slot_signs(shell), sign)
    if number is None:
        raise Locked("vault.no_slot")
    return number


def _is_signed(roster: Roster, commit: ReceivedCommit) -> bool:
    key = roster.signer_key(commit.header.signer)
    signed = commit.signed
    return key is not None and is_signed_once(
        SignLabel.COMMIT, key, signed.header_bytes, signed.signature
    )


def _database_key(keys: VaultKeys) -> DatabaseKey:
    return DatabaseKey(keys.db, keys.db_salt)


def _backup_tools(shell: Shell, keys: VaultKeys) -> BackupTools:
    """What opens a backup; its manifest is sealed under a key that serves nothing else."""
    notes = VaultNotes(keys.backup, keys.vault_id, shell.random)
    return BackupTools(_database_key(keys), notes, shell.files)


@contextmanager
def _opened(path: Path, key: DatabaseKey) -> Iterator[Connection]:
    connection = open_database(path, key)
    try:
        yield connection
    finally:
        close_database(connection)
