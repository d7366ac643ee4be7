"""Making commits: queued operations of a save become signed commits in our own logs.

This module decides how the operations of one save are cut into commits and units of erasure, and
what a header says about causes and time. It must not hold a key: it signs through the Signer port.

- One commit per (scope, compartment), all with the same hybrid time and nothing else in common.
- A field whose pack says `erase = "alone"` gets a unit of its own; all others share unit 0.
- `deps` are the heads of other devices' logs of the same place that are new since our last commit.
- What would not fit the limits of the wire is cut into several commits rather than refused: words
  that a person said are never lost to a limit.

Source: sync.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.ports import Signer
from nrm_desktop.app.system_ports import Randomness, WallClock
from nrm_desktop.app.wire.commit import (
    CommitDraft,
    CommitFlag,
    ReceivedCommit,
    build_unsigned,
    op_ids,
)
from nrm_desktop.app.wire.hashes import genesis
from nrm_desktop.app.wire.limits import COMMIT_BYTES, OPS_PER_COMMIT, SEGMENTS_PER_COMMIT
from nrm_desktop.domain.hlc import Hlc, tick
from nrm_desktop.domain.ids import DeviceId, FieldId, OpId, ScopeId
from nrm_desktop.domain.ops import Op, ValueOp
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.projections import Projector

_UNITS_ALONE: Final = SEGMENTS_PER_COMMIT - 1
_BYTES_PER_COMMIT: Final = COMMIT_BYTES // 2
"""Half the limit: ids, skeleton and headers take room beside the texts."""
_BYTES_PER_OP: Final = 256
_CLOCK_BEHIND_MS: Final = 10 * 60 * 1000
"""A wall clock this far behind our own last commit was set back; less is drift."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who writes, on which device, with which forms; made at unlock.

    Shape: `forms` are the first 8 bytes of the hash of the active packs; `is_erased_alone` says
    whether a field is a unit of erasure of its own; `grant_of` gives the 16-byte id of the grant
    under which this device begins a log in a scope.
    """

    signer: Signer
    device: DeviceId
    clock: WallClock
    random: Randomness
    forms: bytes
    is_erased_alone: Callable[[FieldId], bool]
    grant_of: Callable[[ScopeId], bytes]


class Author:
    """Writes the commits of one unit of work; all of them carry the same time."""

    def __init__(self, authorship: Authorship, journal: Journal, projector: Projector) -> None:
        self._by = authorship
        self._journal = journal
        self._projector = projector
        self._time: Hlc | None = None
        self._flags = CommitFlag(0)

    def adopt(self) -> None:
        """Mark what is written from now on as adopted from a box (sync.md section 4)."""
        self._flags |= CommitFlag.ADOPTED

    def write(self, scope: ScopeId, compartment: int, ops: Sequence[Op]) -> list[OpId]:
        """Sign, append and apply. Shape: one id per operation, in order."""
        ids: list[OpId] = []
        for part in self._parts(ops):
            ids += self._write_commit(LogKey(scope, compartment, self._by.device), part)
        return ids

    def _write_commit(self, log: LogKey, ops: tuple[Op, ...]) -> Sequence[OpId]:
        head = self._journal.head(log)
        by = self._by
        draft = CommitDraft(
            log=log,
            signer=by.signer.signer,
            seq=head.seq + 1 if head else 1,
            prev=head.commit if head else self._genesis(log),
            hlc=self._now(),
            forms=by.forms,
            ops=ops,
            deps=self._journal.other_heads(log, head.place if head else 0),
            flags=self._flags,
        )
        unsigned = build_unsigned(draft, by.random)
        signed = unsigned.with_signature(by.signer.sign_commit(unsigned.header_bytes))
        commit = ReceivedCommit(unsigned.id, unsigned.header, signed)
        self._journal.append(commit)
        self._projector.apply(commit.id, commit.header, ops)
        return op_ids(commit.id, len(ops))

    def _genesis(self, log: LogKey) -> bytes:
        grant = self._by.grant_of(log.scope)
        return genesis(log.scope, log.compartment, DeviceId(log.device), grant)

    def _now(self) -> Hlc:
        """The time of the whole save: read once, never behind anything we have seen."""
        if self._time is None:
            state, now_ms = self._journal.state, self._by.clock.now_ms()
            if now_ms < state.own_hlc.wall_ms - _CLOCK_BEHIND_MS:
                self._flags |= CommitFlag.CLOCK_SUSPECT
            self._time = state.hlc = state.own_hlc = tick(max(state.hlc, state.own_hlc), now_ms)
        return self._time

    def _parts(self, ops: Sequence[Op]) -> Iterator[tuple[Op, ...]]:
        """Cut at the limits of the wire; give fields that are erased alone their own unit."""
        part: list[Op] = []
        unit = size = 0
        for op in ops:
            is_alone = isinstance(op, ValueOp) and self._by.is_erased_alone(op.field)
            weight = _weight(op)
            is_full = len(part) == OPS_PER_COMMIT or (is_alone and unit == _UNITS_ALONE)
            if part and (is_full or size + weight > _BYTES_PER_COMMIT):
                yield tuple(part)
                part, unit, size = [], 0, 0
            if is_alone and isinstance(op, ValueOp):
                unit += 1
                op = replace(op, unit=unit)  # noqa: PLW2901 - the same operation, now with its unit
            part.append(op)
            size += weight
        if part:
            yield tuple(part)


def _weight(op: Op) -> int:
    """About how many bytes an operation takes; texts and byte strings are what can be large."""
    if not isinstance(op, ValueOp) or op.answer is None:
        return _BYTES_PER_OP
    value = op.answer.value
    parts = value if isinstance(value, tuple) else (value,)
    texts = sum(len(part.encode()) for part in parts if isinstance(part, str))
    return _BYTES_PER_OP + texts + sum(len(part) for part in parts if isinstance(part, bytes))
