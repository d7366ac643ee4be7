"""Opening a backup, and restoring one into a new folder; nothing is ever written over.

A backup opens with the passphrase, or the recovery code, of its day. It is read as a whole before
anything is made of it, also its signatures, and a restored vault is a new incarnation: it is marked
so, in the copy, before the copy has its name. What is restored can be read at once; before its
first write the device has to take a new identity (`renewing`).

Source: storage-security.md section 10; sync.md section 13. Promises: P9, P10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.fingerprints import sign_number
from nrm_desktop.app.reading import count_cases
from nrm_desktop.bootstrap.identity import begin_again
from nrm_desktop.bootstrap.keeping import backup_tools, database_key
from nrm_desktop.bootstrap.session import former_organisations
from nrm_desktop.bootstrap.shell import Shell, slot_signs
from nrm_desktop.bootstrap.starting import forget_alarm_of, is_signed, must_be_on_this_computer
from nrm_desktop.bootstrap.typed_secrets import typed_secret
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked, Usage
from nrm_desktop.domain.ids import ID_BYTES, ScopeId, UserId
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.vault.copies import NamedCopy
from nrm_desktop.security.vault.header import COPY_LIMIT, decode_header
from nrm_desktop.security.vault.opening import choose_slot, open_copy, open_copy_by_recovery
from nrm_desktop.security.vault.recovery import read_recovery_groups
from nrm_desktop.security.vault.slot_locks import must_be_enough
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage import backup
from nrm_desktop.storage.access_log import AuditAct, append_audit
from nrm_desktop.storage.backup import HEADER, restore_backup, verify_backup
from nrm_desktop.storage.backup_manifest import Manifest
from nrm_desktop.storage.engine import Connection, close_database
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.migrate import check_version, migrate
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.verify import verify_database

_NOBODY: Final = ScopeId(bytes(16))


@dataclass(frozen=True, slots=True)
class ReadBackup:
    """What a backup holds, for people who choose between several, or compare it with a vault.

    Shape: `last_entry_ms` is the wall clock of the newest entry, 0 if there is none.
    """

    path: Path
    vault_id: bytes
    manifest: Manifest
    cases: int
    last_entry_ms: int


def check_backup(
    shell: Shell, folder: Path, passphrase: str, sign: str | None = None
) -> ReadBackup:
    """Open a backup with a passphrase of its day, and read everything of it.

    Raises: Usage `usage.not_found`; Locked; IntegrityFault `integrity.backup`; EnvironmentFault.
    """
    keys = _by_passphrase(shell, folder, passphrase, sign)
    tools = backup_tools(shell, keys)
    return _read(shell, folder, keys, verify_backup(folder, tools))


def restore_vault(
    shell: Shell,
    folder: Path,
    passphrase: str,
    sign: str | None = None,
    *,
    with_attachments: bool = True,
) -> ReadBackup:
    """Restore a backup into the vault folder of this shell, which must be empty or not there.

    Shape: where attachments of the backup are lost or damaged, the cases come back without them.
    Raises: as `check_backup`; Usage `usage.not_empty`; EnvironmentFault `storage.network_folder`,
    `storage.newer_version`. Nothing lies in the folder then.
    """

    def unlocking() -> VaultKeys:
        return _by_passphrase(shell, folder, passphrase, sign)

    return _restore(shell, folder, unlocking, has_chunks=with_attachments)


def restore_by_code(
    shell: Shell, folder: Path, code: str, *, with_attachments: bool = True
) -> ReadBackup:
    """Restore a backup with the recovery code of its day, where nobody knows a passphrase of it.

    `use_recovery` in the restored folder then gives somebody a new passphrase.
    Raises: Usage `usage.bad_code`, `usage.bad_group`; Locked `vault.no_recovery`,
    `vault.wrong_recovery`; as `restore_vault`.
    """
    key = read_recovery_groups(code)

    def unlocking() -> VaultKeys:
        return open_copy_by_recovery(_copy(shell, folder), key).keys

    return _restore(shell, folder, unlocking, has_chunks=with_attachments)


def _restore(
    shell: Shell, folder: Path, unlocking: Callable[[], VaultKeys], *, has_chunks: bool
) -> ReadBackup:
    must_be_on_this_computer(shell)
    _must_be_empty(shell.folder)
    keys = unlocking()
    tools = backup_tools(shell, keys)

    def begin(connection: Connection) -> None:
        migrate(connection, shell.clock.now_ms())
        _must_be_sound(connection)
        begin_again(connection, shell.random)
        with transaction(connection):  # nobody has unlocked yet: the row names no person
            act = AuditAct("backup.restore")
            append_audit(connection, UserId(bytes(ID_BYTES)), shell.clock.now_ms(), act)

    with told_as_faults():
        shell.folder.parent.mkdir(parents=True, exist_ok=True)
    manifest = restore_backup(folder, shell.folder, tools, begin, has_chunks=has_chunks)
    # What was found in the damaged vault says nothing about this one.
    forget_alarm_of(shell, keys.vault_id)
    return replace(_read(shell, shell.folder, keys, manifest), path=folder)


def _by_passphrase(shell: Shell, folder: Path, passphrase: str, sign: str | None) -> VaultKeys:
    """Open by passphrase, and key file if one was named; a wrong one costs no delay in a backup."""
    copy = _copy(shell, folder)
    slot = choose_slot(copy.sound.header, _sign_number(shell, sign))
    secret = typed_secret(shell, passphrase)
    must_be_enough(slot, secret)
    return open_copy(copy, slot, secret).keys


def _copy(shell: Shell, folder: Path) -> NamedCopy:
    """Read the key header that lies in a backup."""
    if not (folder / HEADER).is_file():
        raise Usage("usage.not_found", what="backup", name=folder.name)
    try:
        raw = shell.files.read_limited(folder / HEADER, COPY_LIMIT)
        return NamedCopy(HEADER, decode_header(raw))
    except HostileInput as error:
        raise IntegrityFault("integrity.backup", what="header") from error


def _sign_number(shell: Shell, sign: str | None) -> int | None:
    if sign is None:
        return None
    number = sign_number(slot_signs(shell), sign)
    if number is None:
        raise Locked("vault.no_slot")
    return number


def _read(shell: Shell, folder: Path, keys: VaultKeys, manifest: Manifest) -> ReadBackup:
    """Count what is in a database; one that a newer program has changed for good is refused."""
    connection = backup.open_copy(folder / DATABASE, database_key(keys))
    try:
        check_version(connection)
        lens = Lens(shell.forms, _NOBODY, bytes.hex, bytes.hex)
        cases = count_cases(SqlReader(connection, lens))
        last = Journal(connection).state.hlc.wall_ms
    finally:
        close_database(connection)
    return ReadBackup(folder, keys.vault_id, manifest, cases, last)


def _must_be_sound(connection: Connection) -> None:
    """The deep check, signatures included, of a copy that has this program's schema."""
    trust = SqlTrustStore(connection)
    roots = trust.roots()
    roster = Roster(roots, trust.acts, former_organisations(trust)) if roots else None
    found = verify_database(
        connection, lambda commit: roster is not None and is_signed(roster, commit)
    )
    if not found.is_sound:
        raise IntegrityFault("integrity.backup", what=found.places[0])


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Usage("usage.not_empty", what="folder")
