"""What devices say on a store: their newest checkpoints.

This module decides which of them are read, and raises the alarm over a device of which the store
shows less than before. What they name is `indexes`.

Source: sync.md sections 8 and 10.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    ExchangeUnit,
    KeyRing,
    StoreMemory,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.sync.checkpoint import brings_something, is_rollback
from nrm_desktop.sync.indexes import read_beside
from nrm_desktop.sync.tally import Visit
from nrm_desktop.sync.tree import CheckpointFile, read_checkpoint_name

_TOGETHER = 64
"""Checkpoints that are kept in one transaction: a person who saves waits for it."""
_TRIES = 3
"""Files of one device that are tried before it counts as damaged."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the devices of a store before it is read."""

    own: DeviceId
    keys: KeyRing
    devices: frozenset[DeviceId]
    remembered: dict[DeviceId, CheckedCheckpoint]
    files: frozenset[bytes]
    own_counter: int
    own_id: bytes
    unconfirmed: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The checkpoints on a store by device folder, newest first."""

    files: dict[str, list[CheckpointFile]] = field(default_factory=dict)

    def of(self, folder: str) -> list[CheckpointFile]:
        """The files of one device."""
        return self.files.get(folder, [])


@dataclass(frozen=True, slots=True)
class Look:
    """A device that is looked at: its checkpoints there, newest first, and the one we know."""

    device: DeviceId
    files: Sequence[CheckpointFile]
    before: CheckedCheckpoint | None

    def is_news(self, found: CheckedCheckpoint) -> bool:
        """True for another checkpoint than the one we know."""
        return self.before is None or found.id != self.before.id


_Fetched = tuple[Look, bytes | None]


def list_checkpoints(visit: Visit) -> Listing:
    """Read the names of all checkpoints: one request, whatever the number of devices."""
    found: dict[str, list[CheckpointFile]] = defaultdict(list)
    for entry in visit.store.list(visit.tree.checkpoints):
        file = read_checkpoint_name(entry.name)
        if file is not None:
            found[file.folder].append(file)
    for files in found.values():
        files.sort(key=lambda file: (file.counter, file.name), reverse=True)
    return Listing(found)


def what_is_known(visit: Visit) -> Known:
    """Ask what this device remembers of the store."""

    def ask(unit: ExchangeUnit) -> Known:
        memory = unit.state.at(visit.mark)
        counter, checkpoint = unit.state.own_counter()
        row = memory.row()
        return Known(
            unit.desk.device,
            unit.desk.keys(),
            frozenset(unit.desk.devices()),
            dict(memory.checkpoints()),
            frozenset(memory.known(KnownKind.CHECKPOINT)),
            counter,
            checkpoint,
            row.unconfirmed if row else None,
        )

    return visit.work.run(ask)


def must_not_be_ahead(visit: Visit, known: Known, listing: Listing) -> None:
    """Compare our own newest checkpoint on the store with what we remember, before any write.

    A store that shows less of us than we put there was put back: everything goes there again.
    Raises: IntegrityFault `integrity.rollback` when the store is ahead of this vault: it was put
            back or cloned, and may write nothing before it has a new identity.
    """
    found = _newest(visit, known, listing.of(known.keys.folder_of(known.own)), known.own)
    if found is not None:
        counter = found.checkpoint.counter
        is_other = counter == known.own_counter and found.id != known.own_id
        if counter > known.own_counter or is_other:
            raise IntegrityFault("integrity.rollback", counter=counter)
    was_cut_off = known.unconfirmed is not None
    if not was_cut_off and is_rollback(known.remembered.get(known.own), found):
        visit.tally.alarm("rollback", known.own)
        visit.work.run(lambda unit: forget(unit.state.at(visit.mark)))


def read_checkpoints(visit: Visit, listing: Listing) -> bool:
    """Read what is new of other devices; True if something was."""
    known = what_is_known(visit)
    others = sorted({*known.devices, *known.remembered} - {known.own})
    looks = (
        Look(device, listing.of(known.keys.folder_of(device)), known.remembered.get(device))
        for device in others
    )
    unread = (look for look in looks if not _is_read(known, look))
    is_new = False
    for portion in _fetched(visit, known, unread):
        is_new = _read_portion(visit, known, portion) or is_new
    return is_new


def forget(memory: StoreMemory) -> None:
    """Forget what lies on a store: it was put back or taken away, and everything goes again."""
    for kind in (
        KnownKind.ACT,
        KnownKind.KEYBOX,
        KnownKind.CLAIM,
        KnownKind.FORM_PACK,
        KnownKind.LOG,
        KnownKind.CHUNK,
    ):
        memory.add_known(kind, {}, is_all=True)


def _newest(
    visit: Visit, known: Known, files: Sequence[CheckpointFile], device: DeviceId
) -> CheckedCheckpoint | None:
    """The newest checkpoint of a device whose signature holds; damaged files are named."""
    for file in files[:_TRIES]:
        try:
            return _read(visit, known, file, device)
        except HostileInput as error:
            if error.code != "integrity.not_for_us":
                visit.tally.skip(file.name.rpartition("/")[2], error)
    return None


def _is_locked(
    visit: Visit,
    known: Known,
    files: Sequence[CheckpointFile],
    before: CheckedCheckpoint | None,
) -> bool:
    """True if a device says something newer under a key that we were not given."""
    if not files or before is None or files[0].counter <= before.checkpoint.counter:
        return False
    try:
        known.keys.open(visit.store.get(files[0].name))
    except HostileInput as error:
        return error.code == "integrity.not_for_us"
    return False


def _read(
    visit: Visit, known: Known, file: CheckpointFile, device: DeviceId
) -> CheckedCheckpoint | None:
    body = _body(visit, known, file)
    return visit.work.run(lambda unit: _checked(unit, body, file, device))


def _body(visit: Visit, known: Known, file: CheckpointFile) -> bytes:
    """Fetch and open a checkpoint. Raises: HostileInput if it is not what its name says."""
    data = visit.store.get(file.name)
    if visit.tree.checkpoint(file.folder, file.counter, data) != file.name:
        raise refuse(Step.NAME, "checkpoint.name")
    unsealed = known.keys.open(data)
    if unsealed.kind is not ObjectType.CHECKPOINT or unsealed.place.scope is not None:
        raise refuse(Step.PLACE, "checkpoint.key")
    return unsealed.body


def _checked(
    unit: ExchangeUnit, body: bytes, file: CheckpointFile, device: DeviceId
) -> CheckedCheckpoint | None:
    checked = unit.verifier.check_checkpoint(body)
    if checked is None:
        return None
    if (checked.checkpoint.device, checked.checkpoint.counter) != (device, file.counter):
        raise refuse(Step.PLACE, "checkpoint.device")
    return checked


def _is_read(known: Known, look: Look) -> bool:
    if not look.files or look.before is None:
        return False
    newest = look.files[0]
    is_newest = newest.counter == look.before.checkpoint.counter
    return is_newest and newest.name.encode() in known.files


def _fetched(visit: Visit, known: Known, looks: Iterable[Look]) -> Iterator[list[_Fetched]]:
    """Fetch the newest checkpoint of each device, as many as are kept in one transaction.

    Raises: EnvironmentFault, once everything that was fetched before it was given.
    """
    portion: list[_Fetched] = []
    for look in looks:
        try:
            body = _body(visit, known, look.files[0]) if look.files else None
        except HostileInput:
            body = None
        except EnvironmentFault:
            yield portion
            raise
        portion.append((look, body))
        if len(portion) == _TOGETHER:
            yield portion
            portion = []
    yield portion


def _read_portion(visit: Visit, known: Known, portion: Sequence[_Fetched]) -> bool:
    """Check and keep what was fetched; who said nothing readable there is looked at alone."""
    if not portion:
        return False
    kept, left = visit.work.run(lambda unit: _keep_readable(unit, visit, portion))
    alone = [_read_alone(visit, known, look) for look in left]
    return kept or any(alone)


def _keep_readable(
    unit: ExchangeUnit, visit: Visit, portion: Sequence[_Fetched]
) -> tuple[bool, list[Look]]:
    """Keep what is newer and sound. Shape: whether something was kept; who is left."""
    is_kept, left = False, []
    for look, body in portion:
        found = None
        if body is not None:
            with suppress(HostileInput):
                found = _checked(unit, body, look.files[0], look.device)
        if found is None or is_rollback(look.before, found):
            left.append(look)
        elif look.is_news(found):
            _remember(unit, visit, look, found)
            is_kept = True
    return is_kept, left


def _read_alone(visit: Visit, known: Known, look: Look) -> bool:
    """Look at all that a device has there, and say what is wrong with it."""
    found = _newest(visit, known, look.files, look.device)
    if is_rollback(look.before, found):
        is_locked = found is None and _is_locked(visit, known, look.files, look.before)
        visit.tally.alarm("no_key" if is_locked else "rollback", look.device)
        return found is not None and read_beside(visit, found)
    if found is None or not look.is_news(found):
        return False
    visit.work.run(lambda unit: _remember(unit, visit, look, found))
    return True


def _remember(unit: ExchangeUnit, visit: Visit, look: Look, found: CheckedCheckpoint) -> None:
    memory, counter = unit.state.at(visit.mark), found.checkpoint.counter
    memory.set_checkpoint(replace(found, heard_ms=visit.now_ms))
    memory.add_known(KnownKind.CHECKPOINT, {look.files[0].name.encode(): counter})
    if brings_something(look.before.checkpoint if look.before else None, found.checkpoint):
        memory.add_known(KnownKind.NEWS, {look.device: counter})
