"""Putting onto a store what it lacks: pack files first, the checkpoint last.

This module decides what a run writes, and that nothing is written when nothing is new. What we
remember of the store is kept before the checkpoint is put, with the checkpoint itself: if that
step is cut off, the next run puts the same bytes again, and nobody mistakes us for a clone.

Source: sync.md sections 8, 9.1 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    ExchangeUnit,
    KeyRing,
    KnownKind,
    StoreMemory,
)
from nrm_desktop.app.sync_report import Sent
from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.app.wire.checkpoint import (
    NO_CHECKPOINT,
    Checkpoint,
    HeadRow,
    ManifestPart,
    PackRow,
    Row,
    SeenRow,
    Want,
    decode_manifest_part,
    encode_manifest_part,
)
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.pack_file import PackedObject, PackFile, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.hlc import tick
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId
from nrm_desktop.sync.checkpoint import (
    Part,
    Settled,
    fold,
    is_worth_writing,
    packs_of,
    seen_of,
    settle,
)
from nrm_desktop.sync.pack_writer import (
    TRUST_LANE,
    Outgoing,
    acts_going,
    bundles_going,
    keyboxes_going,
    pack,
)
from nrm_desktop.sync.planner import Gap, LogTail, answer, log_name, tails_to_send, wants
from nrm_desktop.sync.reading import Listing, forget, full_state
from nrm_desktop.sync.tally import Visit

NOTHING = Sent()


@dataclass(frozen=True, slots=True)
class Going:
    """What a store lacks. Shape: `known` is what it will hold afterwards."""

    objects: tuple[Outgoing, ...]
    tails: tuple[LogTail, ...]
    known: dict[KnownKind, dict[bytes, int]]
    keys: KeyRing
    gone: tuple[PackRow, ...] = ()

    @property
    def planned(self) -> Sent:
        """What would be sent; how many pack files it makes is known once they are written."""
        commits = sum(one.commits for one in self.objects)
        return Sent(1 if self.objects else 0, len(self.objects), commits)


@dataclass(frozen=True, slots=True)
class Written:
    """Pack files that lie on the store now, and what they brought."""

    packs: tuple[PackFile, ...] = ()
    rows: tuple[Row, ...] = ()
    part: tuple[bytes, bytes] | None = field(default=None, repr=False)
    """Name and body of a new manifest part."""


def going(unit: ExchangeUnit, mark: bytes, organisation: ScopeId) -> Going:
    """Say what a store lacks of all that we know and may pass on."""
    memory, keys = unit.state.at(mark), unit.desk.keys()
    acts, boxes = memory.acts_lacking(), memory.keyboxes_lacking()
    tails = tails_to_send(unit.journal.heads(), memory.known(KnownKind.LOG), keys)
    objects = [*acts_going(acts, organisation, keys), *keyboxes_going(boxes, keys)]
    for tail in tails:
        commits = unit.journal.commits_of(tail.head.log, tail.after)
        objects += bundles_going(commits, tail.place, tail.lane)
    after = {
        KnownKind.ACT: {one.act: 0 for one in acts},
        KnownKind.KEYBOX: {box.reference: 0 for box in boxes},
        KnownKind.LOG: {log_name(tail.head.log): tail.head.seq for tail in tails},
    }
    return Going(tuple(objects), tuple(tails), after, keys)


class Outbound:
    """Writes what one store lacks."""

    def __init__(self, visit: Visit, clock: WallClock, app_version: str) -> None:
        self._visit = visit
        self._clock = clock
        self._app_version = app_version

    def write(self, listing: Listing, open_gaps: Sequence[Gap]) -> Sent:
        """Put pack files and a checkpoint, if there is something to say."""
        plan = self._visit.work.run(self._plan)
        wished = wants(self._visit.tally.lost, open_gaps)
        changes = self._visit.work.run(lambda unit: self._changes(unit, plan, open_gaps))
        last = self._visit.work.run(self._last)
        before = last.checkpoint if last else None
        has_news = bool(plan.objects) or (before is not None and before.wants != wished)
        now_ms = self._clock.now_ms()
        if not is_worth_writing(before, changes, has_news=has_news, now_ms=now_ms):
            return NOTHING
        settled = self._visit.work.run(lambda unit: self._settle(unit, last, changes))
        written = self._put_packs(plan, settled)
        sealed = self._visit.work.run(
            lambda unit: self._remember(unit, plan, settled, written, wished)
        )
        self._put_checkpoint(sealed, listing, plan.keys)
        sent = plan.planned
        return replace(sent, packs=len(written.packs))

    def _plan(self, unit: ExchangeUnit) -> Going:
        unit.duties()
        gone = self._answer(unit, unit.state.at(self._visit.mark))
        plan = going(unit, self._visit.mark, self._visit.tree.organisation)
        return replace(plan, gone=gone)

    def _answer(self, unit: ExchangeUnit, memory: StoreMemory) -> tuple[PackRow, ...]:
        """Meet the wishes of others, once for each of their checkpoints."""
        met, gone = memory.known(KnownKind.ANSWERED), set[bytes]()
        last = memory.checkpoints().get(unit.desk.device)
        own = packs_of(full_state(unit, last.checkpoint)) if last else []
        logs = unit.desk.keys().logs_by_blind(unit.desk.devices())
        for device, checked in memory.checkpoints().items():
            counter = checked.checkpoint.counter
            if device == unit.desk.device or met.get(device, 0) >= counter:
                continue
            memory.add_known(KnownKind.ANSWERED, {device: counter})
            known = memory.known(KnownKind.LOG)
            asked = answer(checked.checkpoint.wants, [row.name for row in own], logs, known)
            gone |= asked.gone
            if asked.logs != known:
                memory.add_known(KnownKind.LOG, asked.logs, is_all=True)
        if gone:  # what else that pack file held is not remembered: everything goes again
            forget(memory)
        return tuple(replace(row, size=0) for row in own if row.name in gone)

    def _last(self, unit: ExchangeUnit) -> CheckedCheckpoint | None:
        return unit.state.at(self._visit.mark).checkpoints().get(unit.desk.device)

    def _changes(self, unit: ExchangeUnit, plan: Going, open_gaps: Sequence[Gap]) -> list[Row]:
        """Rows that are new: heads that we put there, and what we have seen of others."""
        rows: list[Row] = list(plan.gone)
        rows += [
            HeadRow(plan.keys.blind(tail.head.log), tail.head.seq, tail.head.commit[:ID_BYTES])
            for tail in plan.tails
        ]
        memory = unit.state.at(self._visit.mark)
        lacking = {DeviceId(gap.log.device) for gap in open_gaps}
        last = self._last(unit)
        seen = seen_of(full_state(unit, last.checkpoint)) if last else {}
        news = memory.known(KnownKind.NEWS)
        for device, checked in sorted(memory.checkpoints().items()):
            is_new = news.get(device, 0) > seen.get(device, 0)
            if device != unit.desk.device and device not in lacking and is_new:
                seen_id = checked.id[:ID_BYTES]
                rows.append(SeenRow(device, checked.checkpoint.counter, seen_id))
        return rows

    def _settle(
        self, unit: ExchangeUnit, last: CheckedCheckpoint | None, changes: Iterable[Row]
    ) -> Settled:
        if last is None:
            return settle((), (), changes)
        bodies = [(name, unit.state.part(name)) for name in last.checkpoint.parts]
        parts = [Part(name, decode_manifest_part(body).rows) for name, body in bodies if body]
        return settle(parts, last.checkpoint.rows, changes)

    def _put_packs(self, plan: Going, settled: Settled) -> Written:
        packs = pack(plan.objects, plan.keys)
        part = None
        if settled.moved is not None:
            device = self._visit.work.run(lambda unit: unit.desk.device)
            body = encode_manifest_part(ManifestPart(device, settled.moved))
            sealed = plan.keys.seal(ObjectType.MANIFEST_PART, body, plan.keys.exchange)
            packs.append(write_pack_file([PackedObject(sealed, TRUST_LANE)]))
            part = (name20(sealed), body)
        for one in packs:
            self._visit.store.put(self._visit.tree.pack_file(one.name), one.data)
        rows = [
            PackRow(one.name, len(one.data), len(one.rows), min(row.lane for row in one.rows))
            for one in packs
        ]
        return Written(tuple(packs), tuple(rows), part)

    def _remember(
        self,
        unit: ExchangeUnit,
        plan: Going,
        settled: Settled,
        written: Written,
        wished: tuple[Want, ...],
    ) -> tuple[str, bytes]:
        """Sign the checkpoint and keep it, with all that lies on the store by now."""
        parts = [part.name for part in settled.parts]
        if written.part is not None:
            unit.state.set_part(*written.part)
            parts.append(written.part[0])
        counter, previous = unit.state.own_counter()
        facts = unit.desk.facts()
        checked = unit.desk.sign_checkpoint(
            Checkpoint(
                device=unit.desk.device,
                counter=counter + 1,
                previous=previous if counter else NO_CHECKPOINT,
                hlc=tick(unit.journal.time(), self._clock.now_ms()),
                root_version=facts.root_version,
                act_set=facts.act_set,
                exchange_number=plan.keys.exchange.number,
                parts=tuple(parts),
                rows=tuple(fold(settled.rows, written.rows).values()),
                wants=wished,
                audit_head=facts.audit_head,
                app_version=self._app_version,
            )
        )
        unit.state.set_own_counter(counter + 1, checked.id)
        memory = unit.state.at(self._visit.mark)
        memory.set_checkpoint(checked)
        for kind, known in plan.known.items():
            memory.add_known(kind, known)
        sealed = plan.keys.seal(ObjectType.CHECKPOINT, checked.body, plan.keys.exchange)
        folder = plan.keys.folder_of(unit.desk.device)
        name = self._visit.tree.checkpoint(folder, counter + 1, sealed)
        self._set_unconfirmed(unit, (name, sealed))
        return name, sealed

    def _put_checkpoint(self, sealed: tuple[str, bytes], listing: Listing, keys: KeyRing) -> None:
        self._visit.store.put(*sealed)
        device = self._visit.work.run(self._confirm)
        for file in listing.of(keys.folder_of(device)):
            if file.name != sealed[0]:
                self._visit.store.delete(file.name)

    def _confirm(self, unit: ExchangeUnit) -> DeviceId:
        self._set_unconfirmed(unit, None)
        return unit.desk.device

    def _set_unconfirmed(self, unit: ExchangeUnit, sealed: tuple[str, bytes] | None) -> None:
        memory = unit.state.at(self._visit.mark)
        row = memory.row()
        if row is not None:
            memory.set_row(replace(row, unconfirmed=sealed))
