"""Start-up: opening for work, or else for looking; what endangers the folder; the alarm note.

This module decides with which condition a vault begins. Damage, an older state and a medium that
cannot be written do not keep anybody out: the vault opens read-only, where it can be read at all,
and says why. What was found in the background of an earlier day is kept in a sealed note beside the
anchor, so that the next start begins read-only too, until a deep check finds everything sound.

Source: storage-security.md sections 7, 11 and 12. Promises: P7, P8, P18, P20. Threats: T23, T28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nrm_desktop.app.condition import NOT_RECORDED, Condition, Reason, State
from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.signing.cose import is_signed_once
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage.ballast import Ballast
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.vault_database import VaultDatabase, open_read_only

PROGRAM_MADE: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""Not before this was the program made: a wall clock behind it is wrong. Moved at each release."""
CLOCK_BEHIND: Final = "clock.behind"
"""Finding: the wall clock is behind the program, or behind what was written here before."""
LITTLE_ROOM: Final = "storage.little_room"
_TOLERANCE_MS: Final = 10 * 60 * 1000
_NOTE_BYTES: Final = 65_536
_MOST_PLACES: Final = 100


def open_database(
    shell: Shell, key: DatabaseKey, *, is_fixed: bool, save_first: Callable[[], object]
) -> VaultDatabase:
    """Open the database of a vault for work, or read-only with the reason.

    Shape: `is_fixed` says that the folder cannot be written; `save_first` makes the backup before
    a migration, and without it nothing is changed.
    Raises: EnvironmentFault `storage.copy_first`, `storage.newer_version`, `storage.no_vault`;
    IntegrityFault where not even reading is possible.
    """
    if is_fixed:
        return open_read_only(shell.folder, key, Reason.MEDIUM)
    try:
        return _open_for_work(shell, key, save_first)
    except IntegrityFault:
        return open_read_only(shell.folder, key, Reason.DAMAGED)
    except EnvironmentFault as fault:
        reason = _READABLE.get(fault.code)
        if reason is None:
            raise
        return open_read_only(shell.folder, key, reason)


_READABLE: Final = {
    "storage.read_only": Reason.MEDIUM,
    "storage.newer_version": Reason.NEWER_PROGRAM,
    "storage.full": Reason.FULL,
    "storage.medium": Reason.FAILING_DISK,
}


def _open_for_work(
    shell: Shell, key: DatabaseKey, save_first: Callable[[], object]
) -> VaultDatabase:
    """A disk that is full to the last byte gives way once the ballast is given up."""
    now_ms = shell.clock.now_ms()
    try:
        return VaultDatabase.open(shell.folder, key, now_ms, save_first)
    except EnvironmentFault as fault:
        is_room_wanting = fault.code in {"storage.full", "storage.medium"}
        if not is_room_wanting or not ballast_of(shell).give_up():
            raise
    database = VaultDatabase.open(shell.folder, key, now_ms, save_first)
    database.condition.add(State.RESCUE, Reason.FULL)
    return database


def ballast_of(shell: Shell) -> Ballast:
    """Give the ballast of a vault folder."""
    return Ballast(shell.folder, shell.files, shell.random)


def must_be_on_this_computer(shell: Shell) -> None:
    """Raises: EnvironmentFault `storage.network_folder`: a WAL needs memory that is shared."""
    if shell.files.folder_facts(shell.folder).is_network:
        raise EnvironmentFault("storage.network_folder")


def start_findings(safe: OpenSafe) -> tuple[str, ...]:
    """Say what is to be known at the start and does not stop work: folder, clock, room."""
    shell = safe.shell
    found = [*shell.files.folder_facts(shell.folder).findings]
    written = safe.database.read(lambda found: Journal(found).state.own_hlc.wall_ms).result()
    if is_clock_behind(shell.clock.now_ms(), written):
        found.append(CLOCK_BEHIND)
    if not safe.database.condition.is_read_only and not ballast_of(shell).has_room:
        found.append(LITTLE_ROOM)
    return tuple(found)


def is_clock_behind(now_ms: int, written_ms: int) -> bool:
    """True where the wall clock cannot be right. It decides nothing; entries get a flag (P20)."""
    made_ms = int(PROGRAM_MADE.timestamp() * 1000)
    return now_ms < made_ms or now_ms < written_ms - _TOLERANCE_MS


def condition_findings(condition: Condition) -> Iterator[str]:
    """Name why a vault is not in its normal condition, and that nothing is recorded then."""
    yield from condition.reasons
    if condition.state is State.READ_ONLY:
        yield NOT_RECORDED


def is_signed(roster: Roster, commit: ReceivedCommit) -> bool:
    """Say whether a commit is signed by whom it names, and who is known."""
    key = roster.signer_key(commit.header.signer)
    signed = commit.signed
    return key is not None and is_signed_once(
        SignLabel.COMMIT, key, signed.header_bytes, signed.signature
    )


# ---- the alarm note -------------------------------------------------------------------------


def note_alarm(safe: OpenSafe, places: tuple[str, ...]) -> None:
    """Keep what a check has found for the next start. Raises: EnvironmentFault."""
    path = _note_path(safe)
    with told_as_faults():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    safe.shell.files.replace(path, _seal(safe).seal(cbor.encode(places[:_MOST_PLACES])))


def noted_alarm(safe: OpenSafe) -> tuple[str, ...]:
    """Give what an earlier check has found; empty if there is no note, or none of ours."""
    try:
        sealed = safe.shell.files.read_limited(_note_path(safe), _NOTE_BYTES)
        places = shape.array(cbor.decode(_seal(safe).unseal(sealed)), "alarm", _MOST_PLACES)
        return tuple(shape.text(place, "alarm.place") for place in places)
    except (EnvironmentFault, HostileInput):
        return ()


def forget_alarm(safe: OpenSafe) -> None:
    """A deep check found everything sound. Raises: EnvironmentFault."""
    forget_alarm_of(safe.shell, safe.slot.vault_id)


def forget_alarm_of(shell: Shell, vault_id: bytes) -> None:
    """A vault was restored beside one that has an alarm. Raises: EnvironmentFault."""
    with told_as_faults():
        (shell.anchors / alarm_name(vault_id)).unlink(missing_ok=True)


def _note_path(safe: OpenSafe) -> Path:
    return safe.shell.anchors / alarm_name(safe.slot.vault_id)


def alarm_name(vault_id: bytes) -> str:
    """How the note of an alarm is called in the folder of the anchors."""
    return f"{vault_id.hex()[:8]}.alarm"


def _seal(safe: OpenSafe) -> VaultNotes:
    keys = safe.unlocked.keys
    return VaultNotes(keys.anchor, keys.vault_id, safe.shell.random)
