"""Where objects lie while they wait to be taken in: pack files on a store, or one file by hand.

This module decides how an object is fetched and what is remembered of it. It must not open one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from nrm_desktop.app.sync_ports import ExchangeUnit, KnownKind, ObjectRow, ObjectState
from nrm_desktop.app.wire.limits import KIB
from nrm_desktop.app.wire.pack_file import RangeReader, read_object
from nrm_desktop.sync.tally import Visit

_AHEAD: Final = 64 * KIB


class Shelf(Protocol):
    """Objects that were not taken in yet."""

    def rows(self, unit: ExchangeUnit) -> Sequence[ObjectRow]:
        """What is there, in order."""

    def fetch(self, row: ObjectRow) -> bytes:
        """Read one object and check it by its name. Raises: HostileInput, EnvironmentFault."""

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
        self._readers: dict[bytes, RangeReader] = {}

    def rows(self, unit: ExchangeUnit) -> Sequence[ObjectRow]:
        """Everything on this store that was not taken in, less what was refused."""
        found = unit.state.at(self._visit.mark).objects()
        return [row for row in found if row.state is not ObjectState.REFUSED]

    def fetch(self, row: ObjectRow) -> bytes:
        """Read one object by its range."""
        if row.pack not in self._readers:
            self._readers = {row.pack: pack_reader(self._visit, row.pack)}
        return read_object(self._readers[row.pack], row.entry)

    def keep(self, unit: ExchangeUnit, row: ObjectRow, state: ObjectState, code: str = "") -> None:
        """Remember why an object was not taken in."""
        unit.state.at(self._visit.mark).set_objects([replace(row, state=state, code=code)])

    def drop(self, unit: ExchangeUnit, row: ObjectRow) -> None:
        """It was taken in."""
        unit.state.at(self._visit.mark).drop_object(row)

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


class AheadReader:
    """Reads a little more than was asked for: objects that lie close together cost one request."""

    def __init__(self, read: RangeReader) -> None:
        self._read = read
        self._start = 0
        self._data = b""

    def __call__(self, start: int, end: int) -> bytes:
        """Give a range, from what was read last if it is in there."""
        if not self._start <= start <= end <= self._start + len(self._data):
            self._start = start
            self._data = self._read(start, max(end, start + _AHEAD))
        return self._data[start - self._start : end - self._start]


def pack_reader(visit: Visit, pack: bytes) -> RangeReader:
    """Read ranges of a pack file on a store."""
    name = visit.tree.pack_file(pack)
    return AheadReader(lambda start, end: visit.store.get(name, start, end))
