"""Everything a device says on a store: its checkpoint with the manifest parts that are here.

This module decides what is remembered of that between two runs. It reads no store.

Source: sync.md section 8.
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.sync_ports import CheckedCheckpoint, ExchangeUnit, SyncState
from nrm_desktop.app.wire.checkpoint import Checkpoint, Row, RowKey, decode_manifest_part
from nrm_desktop.sync.checkpoint import State, fold

_REMEMBERED_ROWS = 5_000
"""What a device says of more logs and files is worked out anew: it would fill the memory."""


def full_state(unit: ExchangeUnit, checked: CheckedCheckpoint) -> State:
    """Everything a device says, as far as its manifest parts are here.

    Parts are remembered apart: of most devices only the rows behind them are new in a run.
    """
    found = unit.said.get(checked.id)
    if found is not None:
        return found
    checkpoint = checked.checkpoint
    parts = [_part(unit, name) for name in checkpoint.parts]
    found = dict[RowKey, Row]()
    for layer in (*parts, fold(checkpoint.rows)):
        found.update(layer or {})
    if None not in parts and len(found) <= _REMEMBERED_ROWS:  # else more of it may come
        unit.said[checked.id] = found
        unit.said.pop(checkpoint.previous, None)
    return found


def _part(unit: ExchangeUnit, name: bytes) -> State | None:
    found = unit.said.get(name)
    if found is None:
        body = unit.state.part(name)
        if body is None:
            return None
        found = fold(decode_manifest_part(body).rows)
        if len(found) <= _REMEMBERED_ROWS:
            unit.said[name] = found
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
