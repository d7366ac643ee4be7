"""The indexes of pack files that devices name on a store.

This module decides which pack files are read, and raises the alarm over one that is named and gone.
It must not open objects in them; `inbound` does.

Source: sync.md sections 8, 9 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import CheckedCheckpoint, ExchangeUnit, ObjectRow
from nrm_desktop.app.wire.checkpoint import PackRow
from nrm_desktop.app.wire.pack_file import PackIndex, read_index
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.sync.checkpoint import packs_of
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.shelf import pack_reader
from nrm_desktop.sync.tally import Visit

_ROWS_TOGETHER = 1_000
"""Objects of pack files that are listed in one transaction."""


def read_packs(visit: Visit) -> bool:
    """Read the indexes of pack files that are named and that we have not read; True if any."""
    is_new = _shelve_packs(visit, visit.work.run(lambda unit: _unread(unit, visit.mark)))
    visit.work.run(lambda unit: _drop_gone(unit, visit.mark))
    return is_new


def read_beside(visit: Visit, found: CheckedCheckpoint) -> bool:
    """Read the pack files that a device names in another history than the one we remember.

    A copy of a laptop counts its checkpoints as the laptop does: what it wrote would otherwise not
    be read as long as its number is not higher.
    """

    def ask(unit: ExchangeUnit) -> list[tuple[DeviceId, PackRow]]:
        return _unread_of(unit, unit.state.at(visit.mark).known(KnownKind.PACK), found)

    return _shelve_packs(visit, visit.work.run(ask))


def _shelve_packs(visit: Visit, rows: Iterable[tuple[DeviceId, PackRow]]) -> bool:
    is_new = False
    for portion in _indexes(visit, rows):
        if portion:
            visit.work.run(partial(_shelve_all, visit.mark, portion))
            is_new = True
    return is_new


def _indexes(visit: Visit, rows: Iterable[tuple[DeviceId, PackRow]]) -> Iterator[list[PackIndex]]:
    """Read the indexes of pack files, as many as are kept in one transaction.

    Raises: EnvironmentFault, once everything that was read before it was given.
    """
    portion: list[PackIndex] = []
    for device, row in rows:
        try:
            index = _read_pack(visit, device, row)
        except EnvironmentFault:
            yield portion
            raise
        if index is not None:
            portion.append(index)
        if sum(len(one.rows) for one in portion) >= _ROWS_TOGETHER:
            yield portion
            portion = []
    yield portion


def _shelve_all(mark: bytes, indexes: Iterable[PackIndex], unit: ExchangeUnit) -> None:
    for index in indexes:
        shelve(mark, index, unit)


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
