"""Carrying for third parties: what devices put onto one store, brought along to another.

Someone goes between the office and a place without a network, and the stick in the pocket brings
along what others have put onto the shared folder, whether or not we can read it. Nothing is opened:
pack files and the checkpoint that names them are copied as they lie there.

This module decides for which devices that is done:

- All or nothing for one device: its newest checkpoint names all its files, and one that is missing
  on the stick would look withheld. The checkpoint goes last.
- A device that uses the stick itself is left alone; what it says there is newer for that stick.
- The devices that need least come first, and 16 MiB stay free.

Source: sync.md section 10, step 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.ports import Store
from nrm_desktop.app.sync_ports import ExchangeUnit, ExchangeWork
from nrm_desktop.app.wire.checkpoint import PackRow
from nrm_desktop.app.wire.limits import MIB, OBJECT_BYTES
from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.sync.checkpoint import packs_of
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.tree import StoreTree, read_checkpoint_name

KEPT_FREE: Final = 16 * MIB
_CHECKPOINT: Final = MIB
"""More than any checkpoint takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A store with the mark by which it is remembered."""

    store: Store
    mark: bytes


@dataclass(frozen=True, slots=True)
class Lacking:
    """What of a device a store lacks. Shape: `folder` stands for it on stores."""

    device: DeviceId
    folder: str
    counter: int
    packs: tuple[PackRow, ...] = field(default=())

    @property
    def size(self) -> int:
        """What it takes. Units: bytes."""
        return sum(row.size for row in self.packs)


def pass_on(
    source: Place, target: Place, tree: StoreTree, work: ExchangeWork, free_bytes: int
) -> int:
    """Copy what third parties have on one store and another lacks; gives how many pack files."""
    room, copied = free_bytes - KEPT_FREE, 0
    files = _checkpoint_files(source.store, tree)
    for one in work.run(lambda unit: lacking(unit, source.mark, target.mark)):
        name = files.get((one.folder, one.counter))
        if name is None or one.size + _CHECKPOINT > room:
            continue
        if not _copy(source.store, target.store, tree, one, name):
            continue
        room, copied = room - one.size, copied + len(one.packs)
        _note(work, target.mark, one)
        _remove_older(target.store, tree, one)
    return copied


def lacking(unit: ExchangeUnit, source: bytes, target: bytes) -> list[Lacking]:
    """Which devices' newest checkpoints a store lacks that another holds; the smallest first."""
    there, known = unit.state.at(target), unit.state.at(source).checkpoints()
    keys, said = unit.desk.keys(), there.checkpoints()
    passed, held = there.known(KnownKind.PASSED_ON), there.known(KnownKind.PACK)
    found = []
    for device, checked in known.items():
        counter = checked.checkpoint.counter
        last = said[device].checkpoint.counter if device in said else passed.get(device, 0)
        uses_it = device in said and passed.get(device, 0) != last
        if device == unit.desk.device or uses_it or last >= counter:
            continue
        packs = packs_of(full_state(unit, checked))
        rows = tuple(row for row in packs if row.name not in held)
        found.append(Lacking(device, keys.folder_of(device), counter, rows))
    return sorted(found, key=lambda one: (one.size, one.device))


def _checkpoint_files(store: Store, tree: StoreTree) -> dict[tuple[str, int], str]:
    files = (read_checkpoint_name(entry.name) for entry in store.list(tree.checkpoints))
    return {(file.folder, file.counter): file.name for file in files if file is not None}


def _copy(source: Store, target: Store, tree: StoreTree, one: Lacking, checkpoint: str) -> bool:
    """Copy files, the checkpoint last; False where one of them is not as it was told."""
    try:
        said = source.get(checkpoint, 0, OBJECT_BYTES)
        if tree.checkpoint(one.folder, one.counter, said) != checkpoint:
            return False
        for name, data in _files(source, tree, one):
            target.put(name, data)
    except HostileInput:
        return False
    except EnvironmentFault as fault:
        if fault.code != "store.missing":
            raise
        return False
    target.put(checkpoint, said)
    return True


def _files(source: Store, tree: StoreTree, one: Lacking) -> Iterator[tuple[str, bytes]]:
    for row in one.packs:
        name = tree.pack_file(row.name)
        data = source.get(name)
        read_index(range_reader(data), len(data), row.name)
        yield name, data


def _note(work: ExchangeWork, target: bytes, one: Lacking) -> None:
    def note(unit: ExchangeUnit) -> None:
        unit.state.at(target).add_known(KnownKind.PASSED_ON, {one.device: one.counter})

    work.run(note)


def _remove_older(target: Store, tree: StoreTree, one: Lacking) -> None:
    for (folder, counter), name in _checkpoint_files(target, tree).items():
        if folder == one.folder and counter < one.counter:
            target.delete(name)
