"""The quick checks of every start, and the anchor: noted at closing, compared at opening.

What contradicts itself, or is older than what was here before, makes the vault read-only with an
alarm and a name (docs/adr/0019); a vault without its anchor was restored, moved or cloned, and says
so. The anchor lies outside the vault folder, sealed under a key of the vault, so that whoever
copies the folder alone is noticed (decisions.md 8). It is never written while there is an alarm:
that would make an older state the known one.

What is found by what: the last commit, the number of commits and the counter of the key header
here, at every start; a whole database that is older, with its header or without, by the anchor;
single pages that are older by the deep check (`storage.verify`).

Source: storage-security.md section 7. Promise: P8. Threat: T18.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from nrm_desktop.app.condition import Reason
from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.starting import noted_alarm
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage.access_log import audit_head, holds_audit
from nrm_desktop.storage.anchor import (
    Anchor,
    AnchorVerdict,
    compare,
    read_anchor,
    write_anchor,
)
from nrm_desktop.storage.cells import set_setting, setting
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.verify import start_problems

INCARNATION: Final = "incarnation"
MOVED: Final = "vault.moved"
"""Finding: there is no anchor here for this vault, or one of another installation."""
UNREADABLE: Final = "integrity.anchor"
"""Finding: the anchor is damaged."""
HEADER_COUNTER: Final = "header.counter"
"""Setting of the database: the counter of the key header that it has seen."""
_COUNTER_BYTES: Final = 8


def begin_incarnation(safe: OpenSafe) -> None:
    """Mark a new vault as living here, and note its first anchor."""
    incarnation = safe.shell.random(ID_BYTES)
    safe.database.with_trust(lambda trust: trust.set_secret(INCARNATION, incarnation))
    _keep_counter(safe)
    note_anchor(safe)


def check_start(safe: OpenSafe) -> tuple[str, ...]:
    """Do the quick checks of every start; its cost does not grow with the number of cases.

    Shape: findings that do not stop work. An alarm turns the vault read-only and is told by its
    condition: where the journal does not end as it says, where the key header or the database is
    older than when it was last used here, and where an earlier check had found something.
    """
    for reason, places in _alarms(safe):
        safe.database.threads.turn_read_only(reason, *places)
    if not safe.database.condition.is_read_only and _known_counter(safe) < _counter(safe):
        _keep_counter(safe)
    try:
        noted = read_anchor(safe.shell.files, _path(safe.shell, safe), _seal(safe))
    except IntegrityFault:
        # Whoever can damage the note can remove it too, so it says no more than a missing one.
        return (UNREADABLE, MOVED)
    verdict = compare(noted, _now(safe))
    if verdict is AnchorVerdict.OLDER:
        safe.database.threads.turn_read_only(Reason.OLDER, "anchor")
    elif noted is not None and verdict is AnchorVerdict.SOUND:
        head = noted.audit_head
        if not safe.database.read(lambda found: holds_audit(found, head)).result():
            safe.database.threads.turn_read_only(Reason.OLDER, "audit")
    return (MOVED,) if verdict is AnchorVerdict.OTHER else ()


def _alarms(safe: OpenSafe) -> Iterator[tuple[Reason, tuple[str, ...]]]:
    try:
        problems = safe.database.read(start_problems).result()
    except IntegrityFault as fault:
        problems = [fault.code]
    if problems:
        yield Reason.DAMAGED, tuple(problems)
    if _counter(safe) < _known_counter(safe):
        yield Reason.OLDER_HEADER, ("vault.hdr",)
    if noted := noted_alarm(safe):
        yield Reason.DAMAGED, noted


def _counter(safe: OpenSafe) -> int:
    """The counter of the newest header that is ours; it may have been changed since the opening."""
    header = safe.unlocked.header
    with suppress(EnvironmentFault, IntegrityFault):
        for copy in HeaderCopies(safe.shell.files, safe.shell.folder).read().copies:
            if copy.sound.is_authentic(safe.unlocked.keys.header):
                return max(header.counter, copy.sound.header.counter)
    return header.counter


def _known_counter(safe: OpenSafe) -> int:
    """The counter that the database has seen; 0 where it has seen none, or cannot say."""
    try:
        known = safe.database.read(lambda found: setting(found, HEADER_COUNTER)).result()
    except IntegrityFault:
        return 0
    return int.from_bytes(known or b"", "big")


def _keep_counter(safe: OpenSafe) -> None:
    counter = _counter(safe).to_bytes(_COUNTER_BYTES, "big")

    def keep(connection: Connection) -> None:
        with transaction(connection):
            set_setting(connection, HEADER_COUNTER, counter)

    with suppress(EnvironmentFault):  # a full disk keeps nobody out; the older counter stays
        safe.database.write(keep).result()


def note_anchor(safe: OpenSafe) -> None:
    """Note how far the database has come, with values that are committed already.

    With an alarm nothing is noted: the older note says what is missing. Nor where nothing can be
    written: a clone on such a medium cannot be told yet that its device lives elsewhere, and with
    an anchor of its own it would never be told.
    Raises: EnvironmentFault where the disk does not take it; the older note then stays in force.
    """
    if safe.database.condition.now.is_alarm or safe.database.condition.is_read_only:
        return
    path = _path(safe.shell, safe)
    with told_as_faults():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_anchor(safe.shell.files, path, _now(safe), _seal(safe))


def _path(shell: Shell, safe: OpenSafe) -> Path:
    return shell.anchors / safe.slot.vault_id.hex()[:8]


def _now(safe: OpenSafe) -> Anchor:
    counter = _counter(safe)

    def look(connection: Connection) -> Anchor:
        state = Journal(connection).state
        return Anchor(
            SqlTrustStore(connection).secret(INCARNATION) or b"",
            counter,
            state.commits,
            state.digest.to_bytes(HASH_BYTES, "big"),
            audit_head(connection),
            SqlSyncState(connection).own_counter()[0],
        )

    return safe.database.read(look).result()


def _seal(safe: OpenSafe) -> VaultNotes:
    keys = safe.unlocked.keys
    return VaultNotes(keys.anchor, keys.vault_id, safe.shell.random)
