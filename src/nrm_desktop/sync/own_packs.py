"""Pack files of ours on a store: what was put and not told yet, what is gone, what may go.

This module decides what is remembered of them between runs. It reads no store and signs nothing:
the checkpoint that tells of them is `outbound`'s.

- A pack file that was put is unnamed until a checkpoint names it; a cut between both loses nothing.
- A file that is called gone is deleted in a run after the checkpoint that says so, never before.

Source: sync.md sections 8, 10 and 16.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import ExchangeUnit, KeyPlace, StoreMemory
from nrm_desktop.app.wire.checkpoint import HeadRow, PackRow
from nrm_desktop.app.wire.hashes import tips_name
from nrm_desktop.app.wire.pack_file import PackFile
from nrm_desktop.sync.checkpoint import packs_of
from nrm_desktop.sync.pack_writer import ATTACHMENT_LANE
from nrm_desktop.sync.planner import read_log_name
from nrm_desktop.sync.reading import forget
from nrm_desktop.sync.said import full_state


def own_packs(unit: ExchangeUnit, memory: StoreMemory) -> list[PackRow]:
    """The pack files that our newest checkpoint there names."""
    own = unit.desk.device
    last = memory.checkpoints(own).get(own)
    return packs_of(full_state(unit, last)) if last else []


def row_of(file: PackFile) -> PackRow:
    """What a checkpoint says of a pack file."""
    return PackRow(file.name, len(file.data), len(file.rows), min(row.lane for row in file.rows))


def note_unnamed(memory: StoreMemory, rows: Iterable[PackRow]) -> None:
    """Keep rows that the next checkpoint has to bring; size 0: the file is gone or goes."""
    numbers = {row.name: row.size << 16 | row.objects << 3 | row.lane for row in rows}
    memory.add_known(KnownKind.UNNAMED, numbers)
    gone = [name for name, number in numbers.items() if not number >> 16]
    memory.add_known(KnownKind.LEAVING, dict.fromkeys(gone, 0))


def note_named(unit: ExchangeUnit, memory: StoreMemory, now_ms: int) -> None:
    """A checkpoint was signed that names all: keep which one was the first, and when."""
    for kind in (KnownKind.UNNAMED, KnownKind.UNNAMED_LOG, KnownKind.PARTS_GONE):
        memory.add_known(kind, {}, is_all=True)
    counter, known = unit.state.own_counter()[0], memory.known(KnownKind.NAMED_AT)
    new = [row.name for row in own_packs(unit, memory) if row.name not in known]
    memory.add_known(KnownKind.NAMED_AT, dict.fromkeys(new, now_ms))
    memory.add_known(KnownKind.NAMED_BY, dict.fromkeys(new, counter))


def may_leave(unit: ExchangeUnit, memory: StoreMemory) -> Sequence[bytes]:
    """Pack files that our newest checkpoint calls gone, and that may be deleted now."""
    named = {row.name for row in own_packs(unit, memory)} | memory.known(KnownKind.UNNAMED).keys()
    return sorted(memory.known(KnownKind.LEAVING).keys() - named)


def note_left(memory: StoreMemory, gone: Iterable[bytes]) -> None:
    """They were deleted."""
    left = dict(memory.known(KnownKind.LEAVING))
    for name in gone:
        left.pop(name, None)
    memory.add_known(KnownKind.LEAVING, left, is_all=True)


def unnamed(memory: StoreMemory) -> Iterator[PackRow]:
    """Rows that the next checkpoint has to bring."""
    for name, number in sorted(memory.known(KnownKind.UNNAMED).items()):
        yield PackRow(name, number >> 16, number >> 3 & 0x1FFF, number & 7)


def heads_put(unit: ExchangeUnit, memory: StoreMemory) -> Iterator[HeadRow]:
    """How far logs lie on the store by what we put there and named in no checkpoint yet."""
    keys = unit.desk.keys()
    for name, seq in sorted(memory.known(KnownKind.UNNAMED_LOG).items()):
        log = read_log_name(name)
        tips = unit.journal.tips(log, seq)
        if tips and keys.holds(KeyPlace(log.scope, log.compartment)):
            yield HeadRow(keys.blind(log), seq, tips_name(tips))


def let_go(memory: StoreMemory, gone: Sequence[PackRow]) -> None:
    """Take pack files as gone, so that what they held goes again.

    What else a file of commits held is not remembered: then all commits and manifest parts go
    again. Chunks are remembered with the beginning of their file, so that one lost file costs no
    more than itself.
    """
    note_unnamed(memory, [replace(row, size=0) for row in gone])
    chunks = memory.known(KnownKind.CHUNK)
    if any(row.lane != ATTACHMENT_LANE for row in gone):
        forget(memory)
        memory.add_known(KnownKind.PARTS_GONE, {b"": 0})
    files = {beginning(row.name) for row in gone}
    kept = {name: file for name, file in chunks.items() if file not in files}
    memory.add_known(KnownKind.CHUNK, kept, is_all=True)


def beginning(pack: bytes) -> int:
    """A pack file as a number beside what it holds."""
    return int.from_bytes(pack[:7], "big")
