"""Chunks of attachments on their way: out after everything else, in by the names of manifests.

This module decides which chunks travel and in which order. It opens none: what lies in `files.db`
was sealed once and goes as it is, in pack files of its own. Rules:

- Smallest attachment first, so that something is whole soon.
- Only of attachments whose part of the case our keys open; what others carry stays with them.
- A line that was measured below 15 kB/s takes none unless somebody asks for it.
- Whatever was put or taken is kept at once: a run that is cut off loses the one file under way, and
  going on means asking which names are there.
- A chunk that is damaged here, or whose bytes are not those of its name, stops no other.

Source: sync.md sections 9.2 and 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.attachment_ports import ChunkStore
from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    Attached,
    ExchangeUnit,
    KeyPlace,
    ObjectRow,
    ObjectState,
)
from nrm_desktop.app.sync_report import LeftForLater, Sent, SkippedObject
from nrm_desktop.app.wire.hashes import file_name
from nrm_desktop.app.wire.limits import CHUNK_OBJECT_BYTES, MIB
from nrm_desktop.app.wire.pack_file import PackedObject, is_damage
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.attachments import FILE
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.sync.metered import PACK_SECONDS, LineSpeed, is_slow
from nrm_desktop.sync.outbound import Outbound
from nrm_desktop.sync.own_packs import beginning
from nrm_desktop.sync.pack_writer import ATTACHMENT_LANE, portions
from nrm_desktop.sync.shelf import Shelf, StoreShelf
from nrm_desktop.sync.tally import Tally, Visit

_ATTACHMENTS: Final = "attachments"
_BATCH: Final = 2 * MIB
"""Bytes that are taken in together."""


@dataclass(frozen=True, slots=True)
class TravellingChunk:
    """A chunk as it came. Shape: `name` of its bytes."""

    name: bytes
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """What of attachments a place lacks and what we lack, smallest attachment first.

    Shape: `coming` are rows of a shelf by chunk, `known` those that we hold already.
    """

    files: tuple[Attached, ...]
    going: tuple[bytes, ...]
    coming: Mapping[bytes, Sequence[ObjectRow]]
    known: Mapping[bytes, Sequence[ObjectRow]]


class ChunkTraffic:
    """Carries chunks between `files.db` and one store."""

    def __init__(self, visit: Visit, chunks: ChunkStore, *, is_asked: bool = False) -> None:
        self._visit = visit
        self._chunks = chunks
        self._is_asked = is_asked
        self._shelf = StoreShelf(visit)
        self._left: dict[int, int] = {}

    def carry(self, outbound: Outbound) -> Sent:
        """Put what the store lacks, then take what we lack, as far as the line allows."""
        plan = self._plan()
        sent = self._send(plan, outbound)
        note_taken(self._visit, self._shelf, plan.known)
        self._fetch(plan)
        return sent

    @property
    def planned(self) -> Sent:
        """What would be put; nothing is written."""
        going = len(self._plan().going)
        return Sent(1 if going else 0, going)

    @property
    def left(self) -> LeftForLater:
        """What waits for a better line, or for a stick."""
        return LeftForLater(len(self._left), sum(self._left.values()))

    def _plan(self) -> ChunkPlan:
        mark = self._visit.mark

        def ask(unit: ExchangeUnit) -> tuple[list[Attached], frozenset[bytes], list[ObjectRow]]:
            lying = frozenset(unit.state.at(mark).known(KnownKind.CHUNK))
            rows = [row for row in self._shelf.rows(unit) if row.entry.kind == ObjectType.CHUNK]
            return readable_files(unit), lying, rows

        files, lying, rows = self._visit.work.run(ask)
        return plan_chunks(files, rows, lying, self._chunks)

    def _send(self, plan: ChunkPlan, outbound: Outbound) -> Sent:
        waiting = dict.fromkeys(plan.going)
        packs = objects = 0
        if not self._is_paused(self._line_out):
            for portion in portions(self._sealed(plan.going), self._visit.store.room):
                pack = beginning(portion.file.name)
                outbound.put(
                    portion.file, [(KnownKind.CHUNK, name, pack) for name in portion.made_of]
                )
                packs, objects = packs + 1, objects + len(portion.made_of)
                for name in portion.made_of:
                    del waiting[name]
                if self._is_paused(self._line_out):
                    break
            else:
                waiting = {}
        self._leave(plan, waiting)
        return Sent(packs, objects)

    def _sealed(self, names: Iterable[bytes]) -> Iterator[tuple[bytes, PackedObject]]:
        for name in names:
            try:
                data = self._chunks.get(name)
            except IntegrityFault as fault:
                self._visit.tally.skipped[file_name(name)] = SkippedObject(
                    file_name(name), fault.code
                )
                continue
            if data is not None:
                yield name, PackedObject(data, ATTACHMENT_LANE)

    def _fetch(self, plan: ChunkPlan) -> None:
        waiting = dict.fromkeys(plan.coming)
        self._shelf.expect([rows[0] for rows in plan.coming.values()])
        for batch in self._batches(plan):
            if not self._take(plan, batch):
                return
            for name in batch:
                waiting.pop(name, None)
        self._leave(plan, waiting)

    def _batches(self, plan: ChunkPlan) -> Iterator[dict[bytes, TravellingChunk | None]]:
        """Chunks as they come; what came before a line was cut is given before that is told.

        Shape: None stands for a chunk that lies nowhere as it should.
        """
        batch: dict[bytes, TravellingChunk | None] = {}
        for name, rows in plan.coming.items():
            if self._is_paused(self._visit.store.inward):
                break
            try:
                batch[name] = self._one(name, rows)
            except EnvironmentFault:
                yield batch
                raise
            if sum(len(one.data) for one in batch.values() if one) >= self._batch_bytes():
                yield batch
                batch = {}
        yield batch

    def _one(self, name: bytes, rows: Iterable[ObjectRow]) -> TravellingChunk | None:
        """Fetch one chunk from wherever its bytes are right."""
        for row in rows:
            try:
                return TravellingChunk(name, self._shelf.fetch(row))
            except HostileInput as error:
                self._refuse_or_ask_again(row, error)
            except EnvironmentFault as fault:
                if fault.code != "store.missing":
                    raise
                self._visit.tally.lost.add(row.pack)
        return None

    def _take(self, plan: ChunkPlan, came: Mapping[bytes, TravellingChunk | None]) -> bool:
        """Take chunks in; False where nothing may be added now, such as on a full disk."""
        batch = [one for one in came.values() if one is not None]
        if not batch:
            return True
        if not take_chunks(self._chunks, batch, self._visit.tally):
            return False
        names = {one.name for one in batch}
        self._visit.tally.chunks += len(names)
        self._visit.tally.changed |= changed_by(plan.files, names)
        taken = {name: plan.coming[name] for name in names}
        note_taken(self._visit, self._shelf, taken)
        return True

    def _refuse_or_ask_again(self, row: ObjectRow, error: HostileInput) -> None:
        """What was damaged on the way may lie there whole, and else is asked for."""
        self._visit.tally.skip(file_name(row.name), error)
        if is_damage(error):
            self._visit.tally.lost.add(row.pack)
            return
        refused = ObjectState.REFUSED
        self._visit.work.run(lambda unit: self._shelf.keep(unit, row, refused, error.code))

    def _leave(self, plan: ChunkPlan, names: Iterable[bytes]) -> None:
        """Count what is left, by attachment."""
        waiting = set(names)
        for number, one in enumerate(plan.files):
            manifest = one.manifest
            left = sum(
                manifest.chunk_bytes(index)
                for index, name in enumerate(manifest.names)
                if name in waiting
            )
            if left:
                self._left[number] = self._left.get(number, 0) + left

    @property
    def _line_out(self) -> LineSpeed:
        store = self._visit.store
        return store.outward if store.outward.is_measured else store.inward

    def _is_paused(self, line: LineSpeed) -> bool:
        return not self._is_asked and is_slow(line)

    def _batch_bytes(self) -> float:
        return min(_BATCH, self._visit.store.inward.bytes_per_s * PACK_SECONDS)


def readable_files(unit: ExchangeUnit) -> list[Attached]:
    """Attachments of parts of cases that our keys open, smallest first."""
    keys = unit.desk.keys()
    found = [
        one
        for one in unit.journal.attachments()
        if keys.holds(KeyPlace(one.scope, one.compartment))
    ]
    return sorted(found, key=lambda one: (one.manifest.size, one.manifest.names))


def plan_chunks(
    files: Sequence[Attached],
    rows: Iterable[ObjectRow],
    lying: frozenset[bytes],
    chunks: ChunkStore,
) -> ChunkPlan:
    """Compare what attachments name with what lies there and here.

    Shape: `rows` are chunks on a shelf, `lying` names that lie at the place for certain.
    """
    offered: dict[bytes, list[ObjectRow]] = {}
    for row in rows:
        if row.entry.length <= CHUNK_OBJECT_BYTES:  # a manifest names 800 at most: 250 MiB
            offered.setdefault(row.name, []).append(row)
    names = tuple(dict.fromkeys(name for one in files for name in one.manifest.names))
    missing = frozenset(chunks.missing(names)) if names else frozenset[bytes]()
    return ChunkPlan(
        tuple(files),
        tuple(n for n in names if n not in missing and n not in lying and n not in offered),
        {name: offered[name] for name in names if name in missing and name in offered},
        {name: offered[name] for name in names if name not in missing and name in offered},
    )


def take_chunks(chunks: ChunkStore, batch: Sequence[TravellingChunk], tally: Tally) -> bool:
    """Put chunks in that attachments in the journal name; False where nothing may be added.

    A full disk keeps attachments out and nothing else: it is named, and the run goes on.
    """
    try:
        chunks.add(batch)
        chunks.settle([one.name for one in batch])
    except EnvironmentFault as fault:
        tally.skipped[_ATTACHMENTS] = SkippedObject(_ATTACHMENTS, fault.code)
        return False
    return True


def note_taken(visit: Visit, shelf: Shelf, rows: Mapping[bytes, Sequence[ObjectRow]]) -> None:
    """They are here, and lie there: neither asked for nor sent again."""

    def note(unit: ExchangeUnit) -> None:
        for name, places in rows.items():
            for row in places:
                shelf.drop(unit, row)
            shelf.note(unit, KnownKind.CHUNK, {name: beginning(places[0].pack)})

    if rows:
        visit.work.run(note)


def changed_by(files: Iterable[Attached], names: set[bytes]) -> set[tuple[ScopeId, FieldId]]:
    """The fields whose attachments are nearer to being whole."""
    return {(one.scope, FILE) for one in files if names & set(one.manifest.names)}
