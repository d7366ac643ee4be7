"""Packing anew: small old pack files of ours on a store become one, the same objects bit for bit.

This module decides which files are joined: those that every reader's device has acknowledged, that
nobody wishes for, and that a checkpoint of ours named 30 days ago. Objects are never opened or
sealed again. The new file is put first, then told together with the end of the old ones; these are
deleted in the next run.

A large file takes part only where the smaller ones together are half as large: it is written again
a few times in its life, and a slow line is left alone.

Source: sync.md sections 8, 9.2 and 16.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.wire.checkpoint import LogWant, PackRow, PackWant
from nrm_desktop.app.wire.limits import KIB, OBJECTS_PER_PACK_FILE, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import (
    PackedObject,
    PackFile,
    range_reader,
    read_index,
    read_object,
    write_pack_file,
)
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.sync.checkpoint import seen_of
from nrm_desktop.sync.metered import SLOW, MeteredStore, is_slow
from nrm_desktop.sync.outbound import Outbound
from nrm_desktop.sync.own_packs import beginning, let_go, note_unnamed, own_packs
from nrm_desktop.sync.pack_writer import ATTACHMENT_LANE
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.tally import Visit

AGE_MS: Final = 30 * 24 * 3600 * 1000
_SMALL: Final = 256 * KIB
"""Files of this size are joined whatever the others have."""
_FEW: Final = 2


def pack_anew(visit: Visit, outbound: Outbound, now_ms: int) -> int:
    """Join old pack files of ours; gives how many new ones were put."""
    made = 0
    if not _is_worth_it(visit.store):
        return made
    for rows in visit.work.run(lambda unit: joinable(unit, visit.mark, now_ms)):
        file = _joined(visit, rows)
        if file is not None:
            outbound.put(file)
            visit.work.run(partial(_note, visit.mark, rows, file))
            made += 1
    return made


def _is_worth_it(store: MeteredStore) -> bool:
    """True if the line is known not to be slow: nobody waits for this, and it is fetched first."""
    lines = (store.inward, store.outward)
    return not any(map(is_slow, lines)) and max(line.bytes_per_s for line in lines) >= SLOW


def joinable(unit: ExchangeUnit, mark: bytes, now_ms: int) -> list[list[PackRow]]:
    """Which of our pack files become one; those of attachments apart."""
    memory = unit.state.at(mark)
    wished = [want for one in memory.checkpoints().values() for want in one.checkpoint.wants]
    if any(isinstance(want, LogWant) for want in wished):
        return []
    wanted = {want.name for want in wished if isinstance(want, PackWant)}
    until = _acknowledged(unit, mark)
    by, at = memory.known(KnownKind.NAMED_BY), memory.known(KnownKind.NAMED_AT)

    def is_ripe(row: PackRow) -> bool:
        is_old = 0 <= at.get(row.name, now_ms) <= now_ms - AGE_MS
        is_seen = until is None or 0 < by.get(row.name, 0) <= until
        return is_old and is_seen and row.name not in wanted

    ripe = sorted(
        filter(is_ripe, own_packs(unit, memory)),
        key=lambda row: (row.lane == ATTACHMENT_LANE, row.size, row.name),
    )
    groups = groupby(ripe, key=lambda row: row.lane == ATTACHMENT_LANE)
    chosen = (choose(list(some)) for _, some in groups)
    return [rows for rows in chosen if len(rows) >= _FEW]


def choose(rows: Sequence[PackRow]) -> list[PackRow]:
    """The smallest files that fit into one, as long as no single one outweighs those before."""
    chosen: list[PackRow] = []
    size = objects = 0
    for row in rows:
        is_too_large = row.size > max(2 * size, _SMALL)
        is_full = size + row.size > PACK_FILE_BYTES or objects + row.objects > OBJECTS_PER_PACK_FILE
        if is_too_large or is_full:
            break
        chosen.append(row)
        size, objects = size + row.size, objects + row.objects
    return chosen


def _acknowledged(unit: ExchangeUnit, mark: bytes) -> int | None:
    """The newest checkpoint of ours of which every other device has everything; None: no others."""
    said = unit.state.at(mark).checkpoints()
    others = [device for device in unit.desk.devices() if device != unit.desk.device]
    seen = [
        seen_of(full_state(unit, said[device])).get(unit.desk.device, 0) if device in said else 0
        for device in others
    ]
    return min(seen) if others else None


def _joined(visit: Visit, rows: Iterable[PackRow]) -> PackFile | None:
    """One pack file with the objects of several; None where one is not as it was.

    Also None where the line turns out to be slow.
    """
    objects: dict[bytes, PackedObject] = {}
    for row in rows:
        if not _is_worth_it(visit.store):
            return None
        try:
            objects |= _objects(visit, row)
        except (HostileInput, EnvironmentFault) as error:
            if isinstance(error, EnvironmentFault) and error.code != "store.missing":
                raise
            visit.work.run(partial(_lose, visit.mark, row))
            return None
    return write_pack_file(list(objects.values()))


def _objects(visit: Visit, row: PackRow) -> dict[bytes, PackedObject]:
    data = visit.store.get(visit.tree.pack_file(row.name))
    read = range_reader(data)
    index = read_index(read, len(data), row.name)
    return {one.name: PackedObject(read_object(read, one), one.lane) for one in index.rows}


def _lose(mark: bytes, row: PackRow, unit: ExchangeUnit) -> None:
    let_go(unit.state.at(mark), [row])


def _note(mark: bytes, rows: Iterable[PackRow], file: PackFile, unit: ExchangeUnit) -> None:
    """The old ones are gone with the next checkpoint; chunks are known by their new file."""
    memory = unit.state.at(mark)
    note_unnamed(memory, [replace(row, size=0) for row in rows])
    chunks = dict(memory.known(KnownKind.CHUNK))
    moved = {row.name: beginning(file.name) for row in file.rows if row.name in chunks}
    if moved:
        memory.add_known(KnownKind.CHUNK, chunks | moved, is_all=True)
