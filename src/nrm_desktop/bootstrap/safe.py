"""The safe: a vault folder, its key header and its encrypted database, locked and unlocked.

This module decides how a vault comes to be and how it opens. It knows nothing of organisations
and people: that begins with `headless.enter`.

Source: storage-security.md sections 3, 4 and 11.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.anchoring import begin_incarnation
from nrm_desktop.bootstrap.intake import INTAKE_FILE
from nrm_desktop.bootstrap.keeping import keep_backup
from nrm_desktop.bootstrap.rotating import finish_rotation
from nrm_desktop.bootstrap.session import (
    DEVICE_ED,
    DEVICE_KEM,
    DEVICE_MLDSA,
    OpenSafe,
    SlotFacts,
)
from nrm_desktop.bootstrap.shell import Shell, header_copies, slot_signs
from nrm_desktop.bootstrap.starting import must_be_on_this_computer, open_database
from nrm_desktop.bootstrap.typed_secrets import check_new_passphrase, typed_secret
from nrm_desktop.domain.errors import IntegrityFault, Locked, Usage
from nrm_desktop.platforms.hardening import machine
from nrm_desktop.security.keys import (
    DeviceKeys,
    DeviceSeeds,
    SignerKeys,
    new_device_seeds,
)
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies
from nrm_desktop.security.vault.cost import calibrate, check_wish, starting_cost
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.kdf import seconds_of
from nrm_desktop.security.vault.opening import Unlocked, VaultDoor, create_vault, unlock
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import NAME as LOCK_FILE
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.vault_database import VaultDatabase

_DATABASE_FILES: Final = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")


def create_safe(shell: Shell, passphrase: str, cost: KdfCost | None = None) -> OpenSafe:
    """Make a new vault with one user slot and device keys; it belongs to no organisation yet.

    Raises: Usage `usage.not_empty`; Refused `policy.weak_passphrase`, `policy.floor`;
    EnvironmentFault. Nothing is left in the folder then.
    """
    must_be_on_this_computer(shell)
    check_new_passphrase(shell, passphrase)
    chosen = check_wish(cost) if cost is not None else default_cost(shell)
    shell.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if HeaderCopies(shell.files, shell.folder).exist() or (shell.folder / DATABASE).exists():
        raise Usage("usage.not_empty", what="folder")
    lock = VaultLock(shell.folder)
    try:
        secret = typed_secret(shell, passphrase)
        unlocked = create_vault(shell.files, shell.folder, secret, chosen, shell.random)
        database = VaultDatabase.create(shell.folder, database_key(unlocked), shell.clock.now_ms())
    except BaseException:
        _remove_beginnings(shell.folder)
        lock.release()
        raise
    try:
        seeds = new_device_seeds(shell.random)
        database.with_trust(lambda trust: keep_device(trust, seeds))
        safe = _safe(shell, lock, unlocked, database)
        begin_incarnation(safe)
    except BaseException:
        database.close()
        _remove_beginnings(shell.folder)
        lock.release()
        raise
    return safe


def remove_beginnings(safe: OpenSafe) -> None:
    """Close a vault that was made just now and could not be finished, and leave nothing of it."""
    safe.database.close()
    _remove_beginnings(safe.shell.folder)
    safe.lock.release()


def open_safe(shell: Shell, passphrase: str, sign: str | None = None) -> OpenSafe:
    """Unlock a vault.

    Shape: `sign` is the word pair of the slot to try; it may be left out with one user slot.
    A vault that cannot be written, or is damaged, opens read-only; its condition says why.
    Raises: Locked `vault.wrong_passphrase`, `vault.delay`, `vault.no_slot`; IntegrityFault;
    EnvironmentFault `storage.no_vault`, `storage.in_use`, `storage.network_folder`.
    """

    def by_passphrase(copies: HeaderCopies) -> Unlocked:
        number = _sign_number(shell, sign) if sign is not None else None
        delays = Delays(shell.files, shell.folder, shell.clock.monotonic_s)
        return unlock(VaultDoor(copies, delays), typed_secret(shell, passphrase), number)

    return open_safe_by(shell, by_passphrase)


def open_safe_by(shell: Shell, unlocking: Callable[[HeaderCopies], Unlocked]) -> OpenSafe:
    """Open a vault by whatever gives its keys, such as a shift code. Raises: as `open_safe`."""
    copies = header_copies(shell)
    must_be_on_this_computer(shell)
    lock = VaultLock(shell.folder)
    try:
        unlocked = unlocking(copies)
        if not lock.is_read_only:
            finish_rotation(shell, unlocked)
        database = open_database(
            shell,
            database_key(unlocked),
            is_fixed=lock.is_read_only,
            save_first=partial(keep_backup, shell, unlocked.keys, is_before=True),
        )
    except BaseException:
        lock.withdraw()
        raise
    return _safe(shell, lock, unlocked, database)


def default_cost(shell: Shell) -> KdfCost:
    """Give the cost of a new slot: by the machine's memory, about a second long."""
    here = machine()
    start = starting_cost(here.memory_bytes, here.cores)
    return calibrate(start, lambda cost: seconds_of(cost, shell.clock.monotonic_s))


def keep_device(trust: TrustStore, seeds: DeviceSeeds) -> None:
    """Keep the seeds of this device; they never leave it."""
    trust.set_secret(DEVICE_ED, seeds.ed25519)
    trust.set_secret(DEVICE_MLDSA, seeds.ml_dsa)
    trust.set_secret(DEVICE_KEM, seeds.kem)


def _safe(shell: Shell, lock: VaultLock, unlocked: Unlocked, database: VaultDatabase) -> OpenSafe:
    try:
        device = database.read(lambda found: device_keys(SqlTrustStore(found))).result()
    except BaseException:
        database.close()
        lock.withdraw()
        raise
    slot = SlotFacts(
        slot_signs(shell)[unlocked.slot.sign],
        unlocked.keys.vault_id,
        tuple(unlocked.findings),
        lock.was_unclean,
    )
    return OpenSafe(shell, lock, slot, database, SignerKeys(unlocked.seeds.sign), device, unlocked)


def device_keys(trust: TrustStore) -> DeviceKeys:
    """Give the keys of this device. Raises: IntegrityFault where they are not all there."""
    seeds = [trust.secret(name) for name in (DEVICE_ED, DEVICE_MLDSA, DEVICE_KEM)]
    known = [seed for seed in seeds if seed is not None]
    if len(known) != len(seeds):
        raise IntegrityFault("integrity.database", what="device")
    return DeviceKeys(DeviceSeeds(*known))


def database_key(unlocked: Unlocked) -> DatabaseKey:
    """Give what opens the database of an unlocked vault."""
    return DatabaseKey(unlocked.keys.db, unlocked.keys.db_salt)


def _sign_number(shell: Shell, sign: str) -> int:
    signs = slot_signs(shell)
    wanted = sign.strip().casefold().replace(" ", "-")
    if wanted not in signs:
        raise Locked("vault.no_slot")
    return signs.index(wanted)


def _remove_beginnings(folder: Path) -> None:
    """Leave nothing of a vault that could not be made; the folder itself stays."""
    for name in (*COPY_NAMES, *_DATABASE_FILES, INTAKE_FILE, LOCK_FILE):
        (folder / name).unlink(missing_ok=True)
