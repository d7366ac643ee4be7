"""What a record stands in: a row in its interview, an interview in its case.

This module decides where the walk ends. Records come from many devices and from other
organisations: what a record names may be unknown here, and records may name each other in a
circle. Both end the walk; neither is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from nrm_desktop.domain.ids import RecordId


class Place(Protocol):
    """A record as far as its place goes. Shape: `parent` None if it hangs on the case."""

    @property
    def record(self) -> RecordId: ...  # noqa: D102 - see class
    @property
    def form(self) -> str: ...  # noqa: D102 - see class
    @property
    def parent(self) -> RecordId | None: ...  # noqa: D102 - see class


Some = TypeVar("Some", bound=Place)


def lineage(known: Mapping[RecordId, Some], record: RecordId | None) -> tuple[Some, ...]:
    """Give a record and all that it stands in, innermost first; nothing for an unknown one."""
    line: dict[RecordId, Some] = {}
    while record is not None and record in known and record not in line:
        line[record] = known[record]
        record = line[record].parent
    return tuple(line.values())
