"""What devices say on a store: their newest checkpoints, and the indexes of their pack files.

This module decides which files are read, and raises the alarms: a device of which the store shows
less than before, a pack file that is named and gone. It must not open objects in pack files;
`inbound` does.

Source: sync.md sections 8, 9 and 10.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    ExchangeUnit,
    KeyRing,
    ObjectRow,
    StoreMemory,
    SyncState,
)
from nrm_desktop.app.wire.checkpoint import Checkpoint, PackRow, Row, decode_manifest_part
from nrm_desktop.app.wire.pack_file import PackIndex, read_index
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.sync.checkpoint import State, brings_something, fold, is_rollback, packs_of
from nrm_desktop.sync.shelf import pack_reader
from nrm_desktop.sync.tally import Visit
from nrm_desktop.sync.tree import CheckpointFile, read_checkpoint_name

_REMEMBERED_ROWS = 5_000
"""What a device says of more logs and files is worked out anew: it would fill the memory."""
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
    is_new = False
    for device in sorted({*known.devices, *known.remembered} - {known.own}):
        files = listing.of(known.keys.folder_of(device))
        before = known.remembered.get(device)
        if files and before is not None and _is_read(files[0], known, before):
            continue
        found = _newest(visit, known, files, device)
        if is_rollback(before, found):
            is_locked = found is None and _is_locked(visit, known, files, before)
            visit.tally.alarm("no_key" if is_locked else "rollback", device)
            is_new = (found is not None and _read_beside(visit, found)) or is_new
        elif found is not None and (before is None or found.id != before.id):
            _remember(visit, found, before, files[0])
            is_new = True
    return is_new


def read_packs(visit: Visit) -> bool:
    """Read the indexes of pack files that are named and that we have not read; True if any."""
    is_new = _shelve_packs(visit, visit.work.run(lambda unit: _unread(unit, visit.mark)))
    visit.work.run(lambda unit: _drop_gone(unit, visit.mark))
    return is_new


def forget(memory: StoreMemory) -> None:
    """Forget what lies on a store: it was put back or taken away, and everything goes again."""
    for kind in (
        KnownKind.ACT,
        KnownKind.KEYBOX,
        KnownKind.CLAIM,
        KnownKind.LOG,
        KnownKind.CHUNK,
    ):
        memory.add_known(kind, {}, is_all=True)


def full_state(unit: ExchangeUnit, checked: CheckedCheckpoint) -> State:
    """Everything a device says, as far as its manifest parts are here."""
    found = unit.said.get(checked.id)
    if found is None:
        layers = _layers(unit.state, checked.checkpoint)
        found = fold(*layers)
        is_whole = len(layers) > len(checked.checkpoint.parts)  # else more of it may come
        if is_whole and len(found) <= _REMEMBERED_ROWS:
            unit.said[checked.id] = found
    return found


def state_of(state: SyncState, checkpoint: Checkpoint) -> State:
    """The same, for whoever has no exchange under way."""
    return fold(*_layers(state, checkpoint))


def _layers(state: SyncState, checkpoint: Checkpoint) -> list[Sequence[Row]]:
    bodies = (state.part(name) for name in checkpoint.parts)
    return [
        *(decode_manifest_part(body).rows for body in bodies if body is not None),
        checkpoint.rows,
    ]


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
    data = visit.store.get(file.name)
    if visit.tree.checkpoint(file.folder, file.counter, data) != file.name:
        raise refuse(Step.NAME, "checkpoint.name")
    unsealed = known.keys.open(data)
    if unsealed.kind is not ObjectType.CHECKPOINT or unsealed.place.scope is not None:
        raise refuse(Step.PLACE, "checkpoint.key")
    checked = visit.work.run(lambda unit: unit.verifier.check_checkpoint(unsealed.body))
    if checked is None:
        return None
    if (checked.checkpoint.device, checked.checkpoint.counter) != (device, file.counter):
        raise refuse(Step.PLACE, "checkpoint.device")
    return checked


def _is_read(file: CheckpointFile, known: Known, before: CheckedCheckpoint) -> bool:
    return file.name.encode() in known.files and file.counter == before.checkpoint.counter


def _remember(
    visit: Visit, found: CheckedCheckpoint, before: CheckedCheckpoint | None, file: CheckpointFile
) -> None:
    def keep(unit: ExchangeUnit) -> None:
        memory = unit.state.at(visit.mark)
        memory.set_checkpoint(replace(found, heard_ms=visit.now_ms))
        counter = found.checkpoint.counter
        memory.add_known(KnownKind.CHECKPOINT, {file.name.encode(): counter})
        if brings_something(before.checkpoint if before else None, found.checkpoint):
            memory.add_known(KnownKind.NEWS, {found.checkpoint.device: counter})

    visit.work.run(keep)


def _read_beside(visit: Visit, found: CheckedCheckpoint) -> bool:
    """Read the pack files that a device names in another history than the one we remember.

    A copy of a laptop counts its checkpoints as the laptop does: what it wrote would otherwise not
    be read as long as its number is not higher.
    """

    def ask(unit: ExchangeUnit) -> list[tuple[DeviceId, PackRow]]:
        return _unread_of(unit, unit.state.at(visit.mark).known(KnownKind.PACK), found)

    return _shelve_packs(visit, visit.work.run(ask))


def _shelve_packs(visit: Visit, rows: Iterable[tuple[DeviceId, PackRow]]) -> bool:
    is_new = False
    for device, row in rows:
        index = _read_pack(visit, device, row)
        if index is not None:
            visit.work.run(partial(shelve, visit.mark, index))
            is_new = True
    return is_new


def _unread(unit: ExchangeUnit, mark: bytes) -> list[tuple[DeviceId, PackRow]]:
    memory = unit.state.at(mark)
    known = memory.known(KnownKind.PACK)
    return [
        one
        for device, checked in memory.checkpoints().items()
        if device != unit.desk.device
        for one in _unread_of(unit, known, checked)
    ]


def _unread_of(
    unit: ExchangeUnit, known: Mapping[bytes, int], checked: CheckedCheckpoint
) -> list[tuple[DeviceId, PackRow]]:
    named = packs_of(full_state(unit, checked))
    return [(checked.checkpoint.device, row) for row in named if row.name not in known]


def _drop_gone(unit: ExchangeUnit, mark: bytes) -> None:
    """Forget what was not taken of files that their device calls gone: it lies elsewhere now."""
    memory = unit.state.at(mark)
    waiting = {row.pack for row in memory.objects()}
    if not waiting:
        return
    for checked in memory.checkpoints().values():
        for row in full_state(unit, checked).values():
            if isinstance(row, PackRow) and not row.size and row.name in waiting:
                memory.drop_objects(row.name)


def _read_pack(visit: Visit, device: DeviceId, row: PackRow) -> PackIndex | None:
    try:
        return read_index(pack_reader(visit, row.name), row.size, row.name)
    except HostileInput as error:
        visit.tally.skip(visit.tree.pack_file(row.name).rpartition("/")[2], error)
    except EnvironmentFault as fault:
        if fault.code != "store.missing":
            raise
        visit.tally.alarm("withheld", device)
    visit.tally.lost.add(row.name)
    return None


def shelve(mark: bytes, index: PackIndex, unit: ExchangeUnit) -> None:
    """Keep what lies in a pack file, to be fetched and judged."""
    memory = unit.state.at(mark)
    taken = memory.known(KnownKind.TAKEN, [entry.name for entry in index.rows])
    memory.set_objects(
        [ObjectRow(index.name, entry) for entry in index.rows if entry.name not in taken]
    )
    memory.add_known(KnownKind.PACK, {index.name: index.size})
