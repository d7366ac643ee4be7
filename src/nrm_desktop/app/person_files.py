"""The files of one person, as far as they can be read here: joins, and what stands in the others.

This module reads joins from what stands in `core`, and follows them from file to file; what they
mean decides `domain.joining`. A join is told by its fields and never by the form of its record:
whoever opens the record a second time, as something else, would hide it. One half of a pair is
enough, whichever has come.

A file that this device cannot read, or knows by no code, is named as one that is unread.

Source: docs/adr/0045.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import CellRow, RecordRow, UnitReads
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.joining import (
    ALONE,
    FORM,
    OTHER,
    SAID_BY_A_JOIN,
    Join,
    OnePerson,
    joins_reached,
    joins_said,
    one_person,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file of the person that can be read here, with everything that stands in it."""

    code: str
    scope: ScopeId
    cells: tuple[CellRow, ...]
    records: tuple[RecordRow, ...]

    @property
    def closed(self) -> frozenset[RecordId]:
        """Records that somebody closed."""
        return frozenset(row.record for row in self.records if row.is_closed)


@dataclass(frozen=True, slots=True)
class PersonFiles:
    """How a file stands, and the others. Shape: `unread` are codes of those not to be read here."""

    standing: OnePerson = ALONE
    here: tuple[OtherFile, ...] = ()
    unread: tuple[str, ...] = ()


NO_OTHER_FILES: Final = PersonFiles()


def join_records(code: str, cells: Iterable[CellRow]) -> dict[RecordId, tuple[Join, ...]]:
    """Read the joins that stand in a file and were not parted, by their records."""
    said: dict[RecordId, dict[FieldId, list[Answer]]] = {}
    for cell in cells:
        if cell.field in SAID_BY_A_JOIN and cell.compartment == Compartment.CORE:
            answers = [each.answer for each in cell.standing if each.answer is not None]
            said.setdefault(cell.record, {})[cell.field] = answers
    return joins_said(code, said)


def files_of_person(
    reads: UnitReads, scope: ScopeId, cells: Iterable[CellRow] | None = None
) -> PersonFiles:
    """Follow the joins of a file. Shape: `cells` are those of the file, where they are at hand."""
    code = reads.code_of_scope(scope) or ""
    own = _joins(code, reads.cells(scope) if cells is None else cells)
    naming = _naming(reads)
    if not own and code not in naming:
        return NO_OTHER_FILES
    found: dict[str, OtherFile] = {}

    def read(name: str) -> list[Join] | None:
        file = _file(reads, name)
        if file is None:
            return None
        found[name] = file
        return _joins(name, file.cells)

    joins, unread = joins_reached(code, own, read, naming)
    standing = one_person(code, joins, unread)
    beside = set(standing.others)  # a join that was parted in its file leads here, and says nothing
    here = tuple(found[name] for name in sorted(beside & found.keys()))
    return PersonFiles(standing, here, standing.away)


def file_of(reads: UnitReads, scope: ScopeId, code: str = "") -> OtherFile:
    """A file with everything that stands in it. Shape: an empty code is that of the asked file."""
    return OtherFile(code, scope, tuple(reads.cells(scope)), tuple(reads.records(scope)))


def must_go_on(reads: UnitReads, scope: ScopeId) -> None:
    """Refuse what would say something new in a file that stays as it is. Asked at every save.

    Raises: Refused `policy.joined` with the file that goes on.
    """
    if not reads.records(scope, FORM):
        return
    goes_on = files_of_person(reads, scope).standing.goes_on
    if goes_on:
        raise Refused("policy.joined", leads=goes_on)


def _naming(reads: UnitReads) -> dict[str, set[str]]:
    """For each code the files in which a join names it, as far as their own codes are known.

    Where the two halves of a join came by different ways, one of them may be here alone.
    """
    found: dict[str, set[str]] = {}
    for scope, named in reads.names_in(FORM, OTHER, Compartment.CORE):
        file = reads.code_of_scope(scope)
        if file:
            found.setdefault(named, set()).add(file)
    return found


def _file(reads: UnitReads, code: str) -> OtherFile | None:
    try:
        scope = reads.scope_of_code(code)
    except Usage:  # two cases came with this code: nobody here can say which is meant
        return None
    if scope is None:
        return None
    return file_of(reads, scope, code)


def _joins(code: str, cells: Iterable[CellRow]) -> list[Join]:
    return [one for joins in join_records(code, cells).values() for one in joins]
