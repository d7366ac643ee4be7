"""What checkpoints mean: the full state of a device, its manifest, and what endangers trust.

This module decides how rows are folded, when rows move into a part, when a checkpoint is worth
writing, and what is a rollback. It is pure: it reads no store and checks no signature.

Source: sync.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.sync_ports import CheckedCheckpoint
from nrm_desktop.app.wire.checkpoint import (
    Checkpoint,
    ErasedRow,
    HeadRow,
    PackRow,
    Row,
    RowKey,
    Said,
    SeenRow,
    UnknownRow,
)
from nrm_desktop.app.wire.limits import MANIFEST_ROWS
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.ids import DeviceId

ROWS_IN_CHECKPOINT: Final = 64
_HOUR_MS: Final = 3600 * 1000
SEEN_ALONE_MS: Final = 6 * _HOUR_MS
IDLE_MS: Final = 7 * 24 * _HOUR_MS

State = Said


@dataclass(frozen=True, slots=True)
class Part:
    """A manifest part with its 20-byte name."""

    name: bytes
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A manifest after new rows. Shape: `moved` are the rows of each new part."""

    parts: tuple[Part, ...]
    moved: tuple[tuple[Row, ...], ...]
    rows: tuple[Row, ...]


def row_key(row: Row) -> RowKey:
    """What a row is about: for one key the later row wins."""
    match row:
        case HeadRow():
            return (1, row.blind)
        case PackRow():
            return (2, row.name)
        case SeenRow():
            return (3, row.device)
        case ErasedRow():
            return (4, row.act)
        case UnknownRow():
            return row.raw[:2]


def fold(*layers: Iterable[Row]) -> dict[RowKey, Row]:
    """The full state: parts in order, then the rows of the checkpoint."""
    return {row_key(row): row for layer in layers for row in layer}


def packs_of(state: State) -> list[PackRow]:
    """The pack files that a device says lie on the store."""
    return [row for row in state.values() if isinstance(row, PackRow) and row.size]


def heads_of(state: State) -> list[HeadRow]:
    """The heads of logs that a device has put onto the store."""
    return [row for row in state.values() if isinstance(row, HeadRow)]


def seen_of(state: State) -> dict[DeviceId, int]:
    """Up to which checkpoint of each other device somebody has everything."""
    return {row.device: row.counter for row in state.values() if isinstance(row, SeenRow)}


def erased_of(state: State) -> frozenset[ActId]:
    """The orders to erase that a device says it has carried out."""
    return frozenset(row.act for row in state.values() if isinstance(row, ErasedRow))


def settle(parts: Sequence[Part], rows: Iterable[Row], changes: Iterable[Row]) -> Settled:
    """Add changed rows; past 64 they move into a part, joined with small parts before it.

    What is more than a part may hold (the first run on a new stick) becomes several.
    """
    merged = tuple(fold(rows, changes).values())
    kept = list(parts)
    if len(merged) <= ROWS_IN_CHECKPOINT:
        return Settled(tuple(kept), (), merged)
    while kept and _are_joined(kept[-1].rows, merged):
        merged = tuple(fold(kept.pop().rows, merged).values())
    starts = range(0, len(merged), MANIFEST_ROWS)
    moved = tuple(merged[start : start + MANIFEST_ROWS] for start in starts)
    return Settled(tuple(kept), moved, ())


def is_rollback(remembered: CheckedCheckpoint | None, found: CheckedCheckpoint | None) -> bool:
    """True if a store shows less of a device than it showed before, or another history."""
    if remembered is None:
        return False
    if found is None:
        return True
    before, now = remembered.checkpoint.counter, found.checkpoint.counter
    return now < before or (now == before and found.id != remembered.id)


def brings_something(before: Checkpoint | None, now: Checkpoint) -> bool:
    """True if a checkpoint has news of its own, and not only what its device has seen.

    Otherwise devices would answer each other's answers for ever.
    """
    if before is None or before.parts != now.parts:
        return True
    return _own_rows(before) != _own_rows(now)


def is_worth_writing(
    last: Checkpoint | None, changes: Sequence[Row], *, has_news: bool, now_ms: int
) -> bool:
    """Say whether a checkpoint is due: news at once, what was only seen at most every 6 hours."""
    if last is None or has_news:
        return True
    age_ms = now_ms - last.hlc.wall_ms
    if age_ms < 0 or age_ms > IDLE_MS:
        return True
    if any(not isinstance(row, SeenRow) for row in changes):
        return True
    return bool(changes) and age_ms > SEEN_ALONE_MS


def _are_joined(before: Sequence[Row], new: Sequence[Row]) -> bool:
    return len(before) < 2 * len(new) and len(before) + len(new) <= MANIFEST_ROWS


def _own_rows(checkpoint: Checkpoint) -> dict[RowKey, Row]:
    return fold(row for row in checkpoint.rows if not isinstance(row, SeenRow))
