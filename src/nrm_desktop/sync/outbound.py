"""Putting onto a store what it lacks: pack files first, the checkpoint last.

This module decides what a run writes, and that nothing is written when nothing is new.

- After each pack file it is kept that it lies there, and what it holds: a run that is cut off
  sends at most the one file again that was under way, and the next checkpoint names the others.
- What we remember of the store is kept before the checkpoint is put, with the checkpoint itself:
  if that step is cut off, the next run puts the same bytes again, and nobody mistakes us for a
  clone.
- A log with something urgent that was not sent yet sends its whole tail among the urgent ones: a
  log cannot have gaps.

Source: sync.md sections 8, 9.1, 10 and 15.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    ExchangeUnit,
    KeyRing,
    StoreMemory,
)
from nrm_desktop.app.sync_report import Sent
from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.app.wire.checkpoint import (
    NO_CHECKPOINT,
    Checkpoint,
    ErasedRow,
    LogWant,
    ManifestPart,
    PackRow,
    Row,
    SeenRow,
    Want,
    decode_manifest_part,
    encode_manifest_part,
)
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.operations import names_of_ops
from nrm_desktop.app.wire.pack_file import PackedObject, PackFile, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.hlc import tick
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId
from nrm_desktop.domain.urgency import is_urgent
from nrm_desktop.sync.checkpoint import (
    Part,
    Settled,
    erased_of,
    fold,
    is_worth_writing,
    seen_of,
    settle,
)
from nrm_desktop.sync.own_packs import (
    beginning,
    heads_put,
    let_go,
    may_leave,
    note_left,
    note_named,
    note_unnamed,
    own_packs,
    row_of,
    unnamed,
)
from nrm_desktop.sync.pack_writer import (
    ATTACHMENT_LANE,
    REST_LANE,
    TRUST_LANE,
    URGENT_LANE,
    Known,
    Outgoing,
    acts_going,
    bundles_going,
    claims_going,
    forms_going,
    keyboxes_going,
    packing,
)
from nrm_desktop.sync.planner import Gap, answer, log_name, tails_to_send, wants
from nrm_desktop.sync.reading import Listing
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.tally import Visit

NOTHING = Sent()
Urgency = Callable[[str], bool]
"""Says whether an operation on a field, or on a record of a form, may not wait."""


@dataclass(frozen=True, slots=True)
class Going:
    """What a store lacks."""

    objects: tuple[Outgoing, ...]
    keys: KeyRing

    @property
    def planned(self) -> Sent:
        """What would be sent; how many pack files it makes is known once they are written."""
        commits = sum(one.commits for one in self.objects)
        return Sent(1 if self.objects else 0, len(self.objects), commits)


def going(
    unit: ExchangeUnit, mark: bytes, organisation: ScopeId, urgency: Urgency = is_urgent
) -> Going:
    """Say what a store lacks of all that we know and may pass on."""
    memory, keys = unit.state.at(mark), unit.desk.keys()
    acts, boxes = memory.acts_lacking(), memory.keyboxes_lacking()
    objects = [*acts_going(acts, organisation, keys), *keyboxes_going(boxes, keys)]
    objects += claims_going(unit.desk.claims(), memory.known(KnownKind.CLAIM), keys)
    packs = unit.forms.going()
    objects += forms_going(packs, memory.known(KnownKind.FORM_PACK), organisation, keys)
    for tail in tails_to_send(unit.journal.heads(), memory.known(KnownKind.LOG), keys):
        commits = list(unit.journal.commits_of(tail.head.log, tail.after))
        names = (name for one in commits for name in names_of_ops(one.skeleton_bytes))
        lane = URGENT_LANE if any(urgency(name) for name in names) else REST_LANE
        objects += bundles_going(commits, tail.place, lane, log_name(tail.head.log))
    return Going(tuple(objects), keys)


class Outbound:
    """Writes what one store lacks."""

    def __init__(
        self, visit: Visit, clock: WallClock, app_version: str, urgency: Urgency = is_urgent
    ) -> None:
        self._visit = visit
        self._clock = clock
        self._app_version = app_version
        self._urgency = urgency
        self._own_file = ""

    def write(self, listing: Listing, open_gaps: Sequence[Gap]) -> Sent:
        """Put pack files and a checkpoint, if there is something to say."""
        plan = self._visit.work.run(self._plan)
        self._remove_packs()
        sent = replace(plan.planned, packs=0)
        for portion in packing(plan.objects, plan.keys, self._visit.store.room):
            known = [one.known for one in portion.made_of if one.known is not None]
            self.put(portion.file, known)
            sent = replace(sent, packs=sent.packs + 1)
        return self.tell(listing, open_gaps, sent)

    def _remove_packs(self) -> None:
        """Delete what our newest checkpoint calls gone."""
        work, mark = self._visit.work, self._visit.mark
        leaving = work.run(lambda unit: may_leave(unit, unit.state.at(mark)))
        gone = [name for name in leaving if self._remove(self._visit.tree.pack_file(name))]
        if gone:
            work.run(lambda unit: note_left(unit.state.at(mark), gone))

    def _remove(self, name: str) -> bool:
        """Delete a file; False where that is not allowed: field laptops need not be able to.

        What fails for another reason fails at the next request, too.
        """
        try:
            self._visit.store.delete(name)
        except EnvironmentFault:
            return False
        return True

    def put(self, file: PackFile, known: Iterable[Known] = ()) -> None:
        """Put one pack file, and keep that it lies there and no checkpoint names it yet."""
        self._visit.store.put(self._visit.tree.pack_file(file.name), file.data)
        lies = list(known)

        def note(unit: ExchangeUnit) -> None:
            memory = unit.state.at(self._visit.mark)
            by_kind: dict[KnownKind, dict[bytes, int]] = defaultdict(dict)
            for kind, key, number in lies:
                by_kind[kind][key] = max(number, by_kind[kind].get(key, 0))
            for kind, some in by_kind.items():
                memory.add_known(kind, some)
            memory.add_known(KnownKind.UNNAMED_LOG, by_kind.get(KnownKind.LOG, {}))
            note_unnamed(memory, [row_of(file)])

        self._visit.work.run(note)

    def tell(self, listing: Listing, open_gaps: Sequence[Gap], sent: Sent = NOTHING) -> Sent:
        """Put a checkpoint if there is something to say, with all that lies there unnamed."""
        work = self._visit.work
        keys = work.run(lambda unit: unit.desk.keys())
        renamed = self._parts_anew(keys)
        wished = wants(self._visit.tally.lost, open_gaps)
        changes = work.run(lambda unit: self._changes(unit, open_gaps))
        last = work.run(self._last)
        before = last.checkpoint if last else None
        has_news = before is not None and before.wants != wished
        now_ms = self._clock.now_ms()
        if not is_worth_writing(before, changes, has_news=has_news, now_ms=now_ms):
            return sent
        settled = work.run(lambda unit: self._settle(unit, last, changes, renamed))
        new = self._put_parts(settled, keys)
        sealed = work.run(lambda unit: self._remember(unit, keys, settled, new, wished))
        self._put_checkpoint(sealed, listing, keys)
        return sent if new is None else replace(sent, packs=sent.packs + 1)

    def _plan(self, unit: ExchangeUnit) -> Going:
        unit.duties()
        memory = unit.state.at(self._visit.mark)
        self._answer(unit, memory)
        self._clean(unit, memory)
        return going(unit, self._visit.mark, self._visit.tree.organisation, self._urgency)

    def _answer(self, unit: ExchangeUnit, memory: StoreMemory) -> None:
        """Meet the wishes of others, once for each of their checkpoints."""
        met, gone = memory.known(KnownKind.ANSWERED), set[bytes]()
        own = own_packs(unit, memory)
        said = {
            device: one.checkpoint
            for device, one in memory.checkpoints().items()
            if device != unit.desk.device and met.get(device, 0) < one.checkpoint.counter
        }
        memory.add_known(KnownKind.ANSWERED, {device: one.counter for device, one in said.items()})
        wishing = [one.wants for one in said.values() if one.wants]
        names = {want.blind for some in wishing for want in some if isinstance(want, LogWant)}
        logs = unit.desk.keys().logs_named(names, unit.desk.devices())
        for wants_of_one in wishing:
            known = memory.known(KnownKind.LOG)
            asked = answer(wants_of_one, [row.name for row in own], logs, known)
            gone |= asked.gone
            if asked.logs != known:
                memory.add_known(KnownKind.LOG, asked.logs, is_all=True)
        if gone:
            let_go(memory, [row for row in own if row.name in gone])

    def _clean(self, unit: ExchangeUnit, memory: StoreMemory) -> None:
        """Make our pack files there anew after an erasure: they still hold what went.

        Which file holds which commit is not remembered, so all files of commits are made anew; of
        chunks those that hold one which no attachment names any more.
        """
        new = set(unit.state.erased()) - memory.known(KnownKind.ERASED).keys()
        if not new:
            return
        own = own_packs(unit, memory)
        named = {name for one in unit.journal.attachments() for name in one.manifest.names}
        chunks = memory.known(KnownKind.CHUNK)
        stale = {file for name, file in chunks.items() if name not in named}
        gone = [r for r in own if r.lane != ATTACHMENT_LANE or beginning(r.name) in stale]
        let_go(memory, gone)
        memory.add_known(KnownKind.ERASED, dict.fromkeys(new, 0))

    def _last(self, unit: ExchangeUnit) -> CheckedCheckpoint | None:
        own = unit.desk.device
        return unit.state.at(self._visit.mark).checkpoints(own).get(own)

    def _changes(self, unit: ExchangeUnit, open_gaps: Sequence[Gap]) -> list[Row]:
        """Rows that are new: pack files and heads that we put there, and what we have seen."""
        memory = unit.state.at(self._visit.mark)
        rows: list[Row] = [*unnamed(memory), *heads_put(unit, memory)]
        lacking = {gap.named_by for gap in open_gaps}
        last = self._last(unit)
        state = full_state(unit, last) if last else {}
        rows += map(ErasedRow, sorted(set(unit.state.erased()) - erased_of(state)))
        seen = seen_of(state)
        news = memory.known(KnownKind.NEWS)
        for device, checked in sorted(memory.checkpoints().items()):
            is_new = news.get(device, 0) > seen.get(device, 0)
            if device != unit.desk.device and device not in lacking and is_new:
                seen_id = checked.id[:ID_BYTES]
                rows.append(SeenRow(device, checked.checkpoint.counter, seen_id))
        return rows

    def _settle(
        self,
        unit: ExchangeUnit,
        last: CheckedCheckpoint | None,
        changes: Iterable[Row],
        renamed: Mapping[bytes, bytes],
    ) -> Settled:
        if last is None:
            return settle((), (), changes)
        names = [renamed.get(name, name) for name in last.checkpoint.parts]
        bodies = [(name, unit.state.part(name)) for name in names]
        parts = [Part(name, decode_manifest_part(body).rows) for name, body in bodies if body]
        return settle(parts, last.checkpoint.rows, changes)

    def _parts_anew(self, keys: KeyRing) -> Mapping[bytes, bytes]:
        """Put our manifest parts again where their pack files went; gives old and new names."""

        def lost(unit: ExchangeUnit) -> list[tuple[bytes, bytes]]:
            memory, last = unit.state.at(self._visit.mark), self._last(unit)
            if last is None or not memory.known(KnownKind.PARTS_GONE):
                return []
            bodies = ((name, unit.state.part(name)) for name in last.checkpoint.parts)
            return [(name, body) for name, body in bodies if body is not None]

        renamed: dict[bytes, bytes] = {}
        objects = []
        for name, body in self._visit.work.run(lost):
            sealed = keys.seal(ObjectType.MANIFEST_PART, body, keys.exchange)
            renamed[name] = name20(sealed)
            objects.append(PackedObject(sealed, TRUST_LANE))
            self._visit.work.run(partial(_keep_part, renamed[name], body))
        if objects:
            self.put(write_pack_file(objects))
        return renamed

    def _put_parts(self, settled: Settled, keys: KeyRing) -> _NewParts | None:
        """Put the rows that moved out of the checkpoint, in a pack file of their own."""
        if not settled.moved:
            return None
        device = self._visit.work.run(lambda unit: unit.desk.device)
        bodies: dict[bytes, bytes] = {}
        objects = []
        for rows in settled.moved:
            body = encode_manifest_part(ManifestPart(device, rows))
            sealed = keys.seal(ObjectType.MANIFEST_PART, body, keys.exchange)
            bodies[name20(sealed)] = body
            objects.append(PackedObject(sealed, TRUST_LANE))
        file = write_pack_file(objects)
        self._visit.store.put(self._visit.tree.pack_file(file.name), file.data)
        return _NewParts(bodies, row_of(file))

    def _remember(
        self,
        unit: ExchangeUnit,
        keys: KeyRing,
        settled: Settled,
        new: _NewParts | None,
        wished: tuple[Want, ...],
    ) -> tuple[str, bytes]:
        """Sign the checkpoint and keep it, with all that lies on the store by now."""
        parts, rows = [one.name for one in settled.parts], settled.rows
        if new is not None:
            for part, body in new.bodies.items():
                unit.state.set_part(part, body)
                parts.append(part)
            rows = tuple(fold(rows, [new.row]).values())
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
                exchange_number=keys.exchange.number,
                parts=tuple(parts),
                rows=rows,
                wants=wished,
                audit_head=facts.audit_head,
                app_version=self._app_version,
            )
        )
        unit.state.set_own_counter(counter + 1, checked.id)
        memory = unit.state.at(self._visit.mark)
        memory.set_checkpoint(replace(checked, heard_ms=self._clock.now_ms()))
        note_named(unit, memory, self._clock.now_ms())
        sealed = keys.seal(ObjectType.CHECKPOINT, checked.body, keys.exchange)
        folder = keys.folder_of(unit.desk.device)
        name = self._visit.tree.checkpoint(folder, counter + 1, sealed)
        self._set_unconfirmed(unit, (name, sealed))
        return name, sealed

    def _put_checkpoint(self, sealed: tuple[str, bytes], listing: Listing, keys: KeyRing) -> None:
        self._visit.store.put(*sealed)
        device = self._visit.work.run(self._confirm)
        older = [file.name for file in listing.of(keys.folder_of(device))]
        for name in dict.fromkeys([*older, self._own_file]):
            if name and name != sealed[0]:
                self._remove(name)
        self._own_file = sealed[0]

    def _confirm(self, unit: ExchangeUnit) -> DeviceId:
        self._set_unconfirmed(unit, None)
        return unit.desk.device

    def _set_unconfirmed(self, unit: ExchangeUnit, sealed: tuple[str, bytes] | None) -> None:
        memory = unit.state.at(self._visit.mark)
        row = memory.row()
        if row is not None:
            memory.set_row(replace(row, unconfirmed=sealed))


def _keep_part(name: bytes, body: bytes, unit: ExchangeUnit) -> None:
    unit.state.set_part(name, body)


@dataclass(frozen=True, slots=True)
class _NewParts:
    """New manifest parts that lie on the store, oldest first by name, and their pack file's row."""

    bodies: Mapping[bytes, bytes] = field(repr=False)
    row: PackRow
