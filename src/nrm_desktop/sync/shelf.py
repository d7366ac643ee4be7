"""Where objects lie while they wait to be taken in: pack files on a store, or one file by hand.

This module decides how an object is fetched and what is remembered of it. It must not open one.

Of a pack file the first 64 KiB are read, with the index; of the rest only what was asked for. Of
objects that are expected one after the other, those less than 16 KiB apart cost one request.

Source: sync.md section 9.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import ExchangeUnit, ObjectRow, ObjectState
from nrm_desktop.app.wire.limits import KIB, MIB
from nrm_desktop.app.wire.pack_file import RangeReader, read_object
from nrm_desktop.sync.metered import PACK_SECONDS
from nrm_desktop.sync.tally import Visit

_FIRST: Final = 64 * KIB
_APART: Final = 16 * KIB
_AT_ONCE: Final = 1 * MIB
"""Bytes that are asked for together at most."""
_HEADS: Final = 128
"""Pack files whose beginning stays in memory: 8 MiB."""
Span = tuple[int, int]


class Shelf(Protocol):
    """Objects that were not taken in yet."""

    def rows(self, unit: ExchangeUnit) -> Sequence[ObjectRow]:
        """What is there, in order."""

    def expect(self, rows: Sequence[ObjectRow]) -> None:
        """Say which objects will be fetched, in this order."""

    def fetch(self, row: ObjectRow) -> bytes:
        """Read one object and check it by its name. Raises: HostileInput, EnvironmentFault."""

    def try_again(self, unit: ExchangeUnit, code: str) -> None:
        """Let what was refused for one reason be looked at once more."""

    def try_again_on(self, unit: ExchangeUnit, ground: bytes, code: str) -> None:
        """The same, unless it was refused on the very ground that it would stand on now."""

    def keep(self, unit: ExchangeUnit, row: ObjectRow, state: ObjectState, code: str = "") -> None:
        """Remember why an object was not taken in."""

    def drop(self, unit: ExchangeUnit, row: ObjectRow) -> None:
        """It was taken in."""

    def note(self, unit: ExchangeUnit, kind: KnownKind, known: Mapping[bytes, int]) -> None:
        """Remember that something lies there already."""


class StoreShelf:
    """Pack files on a store; what is remembered outlasts the run."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._spans: dict[tuple[bytes, int], Span] = {}
        self._last: tuple[bytes, int, bytes] = (b"", 0, b"")

    def rows(self, unit: ExchangeUnit) -> Sequence[ObjectRow]:
        """Everything on this store that was not taken in, less what was refused."""
        found = unit.state.at(self._visit.mark).objects()
        return [row for row in found if row.state is not ObjectState.REFUSED]

    def try_again(self, unit: ExchangeUnit, code: str) -> None:
        """Let what was refused for one reason be looked at once more."""
        memory = unit.state.at(self._visit.mark)
        refused = [row for row in memory.objects() if row.code == code]
        memory.set_objects([replace(row, state=ObjectState.WAITING, code="") for row in refused])

    def try_again_on(self, unit: ExchangeUnit, ground: bytes, code: str) -> None:
        """The same, unless it was refused on the very ground that it would stand on now."""
        memory = unit.state.at(self._visit.mark)
        if ground not in memory.known(KnownKind.FORM_GROUND, (ground,)):
            self.try_again(unit, code)
            memory.add_known(KnownKind.FORM_GROUND, {ground: 0}, is_all=True)

    def expect(self, rows: Sequence[ObjectRow]) -> None:
        """Say which objects will be fetched, in this order."""
        rate = self._visit.store.inward.bytes_per_s
        self._spans = spans_of(rows, int(min(rate * PACK_SECONDS or _FIRST, _AT_ONCE)))

    def fetch(self, row: ObjectRow) -> bytes:
        """Read one object by its range, together with those that are expected right behind it."""

        def read(start: int, end: int) -> bytes:
            pack, begins, data = self._last
            if pack != row.pack or not begins <= start <= end <= begins + len(data):
                begins, until = self._spans.get((row.pack, start), (start, end))
                data = pack_reader(self._visit, row.pack)(begins, until)
                self._last = (row.pack, begins, data)
            return data[start - begins : end - begins]

        return read_object(read, row.entry)

    def keep(self, unit: ExchangeUnit, row: ObjectRow, state: ObjectState, code: str = "") -> None:
        """Remember why an object was not taken in."""
        unit.state.at(self._visit.mark).set_objects([replace(row, state=state, code=code)])

    def drop(self, unit: ExchangeUnit, row: ObjectRow) -> None:
        """It was taken in."""
        memory = unit.state.at(self._visit.mark)
        memory.drop_objects(row.pack, row.name)
        memory.add_known(KnownKind.TAKEN, {row.name: 0})

    def note(self, unit: ExchangeUnit, kind: KnownKind, known: Mapping[bytes, int]) -> None:
        """Remember that something lies on the store already."""
        unit.state.at(self._visit.mark).add_known(kind, known)


class CarrierShelf:
    """One pack file that came by hand; nothing is remembered of what was not taken in."""

    def __init__(self, read: RangeReader, rows: Sequence[ObjectRow]) -> None:
        self._read = read
        self._rows = {row.name: row for row in rows}

    def rows(self, unit: ExchangeUnit) -> Sequence[ObjectRow]:  # noqa: ARG002 - held in memory
        """What was not taken in or refused yet."""
        found = self._rows.values()
        return [row for row in found if row.state is not ObjectState.REFUSED]

    def try_again(self, unit: ExchangeUnit, code: str) -> None:
        """Nothing is remembered: whoever takes the file again looks at all of it."""

    def try_again_on(self, unit: ExchangeUnit, ground: bytes, code: str) -> None:
        """Nothing is remembered: whoever takes the file again looks at all of it."""

    def expect(self, rows: Sequence[ObjectRow]) -> None:
        """Everything is in memory."""

    def fetch(self, row: ObjectRow) -> bytes:
        """Read one object by its range."""
        return read_object(self._read, row.entry)

    def keep(
        self,
        unit: ExchangeUnit,  # noqa: ARG002 - held in memory
        row: ObjectRow,
        state: ObjectState,
        code: str = "",
    ) -> None:
        """Note why an object was not taken in."""
        self._rows[row.name] = replace(row, state=state, code=code)

    def drop(self, unit: ExchangeUnit, row: ObjectRow) -> None:  # noqa: ARG002 - held in memory
        """It was taken in."""
        self._rows.pop(row.name, None)

    def note(self, unit: ExchangeUnit, kind: KnownKind, known: Mapping[bytes, int]) -> None:
        """A carrier is no store: nothing lies there lastingly."""


class HeadReader:
    """Reads ranges of a pack file; its first 64 KiB are kept, with the index and what is small."""

    def __init__(self, read: RangeReader) -> None:
        self._read = read
        self._head: bytes | None = None

    def __call__(self, start: int, end: int) -> bytes:
        """Give a range."""
        if self._head is None and start == 0:
            self._head = self._read(0, _FIRST)
        head = self._head or b""
        is_whole = len(head) < _FIRST and self._head is not None
        if end <= len(head) or is_whole:
            return head[start:end]
        behind = max(start, len(head))
        return head[start:] + self._read(behind, end)


def pack_reader(visit: Visit, pack: bytes) -> RangeReader:
    """Read ranges of a pack file on a store; the heads of those read last stay in memory."""
    reader = visit.heads.pop(pack, None)
    if reader is None:
        name = visit.tree.pack_file(pack)
        reader = HeadReader(lambda start, end: visit.store.get(name, start, end))
    visit.heads[pack] = reader
    while len(visit.heads) > _HEADS:
        del visit.heads[next(iter(visit.heads))]
    return reader


def spans_of(rows: Sequence[ObjectRow], most: int = _AT_ONCE) -> dict[tuple[bytes, int], Span]:
    """Where to read from and to for each object: ranges that lie close together are joined.

    Shape: by (pack, offset of the object); one span has at most `most` bytes, or one object.
    """
    spans: dict[tuple[bytes, int], Span] = {}
    together: list[ObjectRow] = []
    for row in rows:
        if together and not _is_behind(together, row, most):
            spans |= _joined(together)
            together = []
        together.append(row)
    return spans | _joined(together)


def _is_behind(together: Sequence[ObjectRow], row: ObjectRow, most: int) -> bool:
    first, last = together[0], together[-1]
    apart = row.entry.offset - _end(last)
    is_small = _end(row) - first.entry.offset <= most
    return row.pack == last.pack and 0 <= apart < _APART and is_small


def _joined(together: Sequence[ObjectRow]) -> dict[tuple[bytes, int], Span]:
    if not together:
        return {}
    span = (together[0].entry.offset, _end(together[-1]))
    return {(row.pack, row.entry.offset): span for row in together}


def _end(row: ObjectRow) -> int:
    return row.entry.offset + row.entry.length
