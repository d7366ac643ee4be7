"""The search index: rows beside the standing answers, and the full text over them.

This module decides which answers are searched and what is kept of them. It must not be asked by a
user: who may see what is decided where hits are found (`names`, `texts`).

- A projection: what lies here follows from the standing answers and from `search_field`, which
  names the searched fields of the active packs. A rebuild makes it anew without any pack.
- A register is compared with what stands in it: however often it is refreshed, and in whatever
  order, it comes to the same. What was superseded or erased leaves with the same transaction.
- FTS5 with outside content is told to forget with exactly the words it was given.

Source: storage-security.md sections 5.2 and 9.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from nrm_desktop.app.wire.operations import kept_answer
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import FormScope, SearchRole
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer, FieldType, Value
from nrm_desktop.storage.engine import Connection, DatabaseError, fault_of
from nrm_desktop.storage.search.folding import fold, skeleton
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
TEXT, NAME = "text", "name"
SEARCH_TABLES: Final = ("search_text", "person_name")
_WORDS: Final = frozenset({FieldType.TEXT, FieldType.LONG, FieldType.PLACE, FieldType.SIGN})

Register = tuple[ScopeId, RecordId, FieldId, int]
_Op = tuple[bytes, int]
_NewRow = tuple[Any, ...]
_FOLDED: Final = 9
"""Where the folded words stand in a numbered row."""


class Said(Protocol):
    """An answer that stands."""

    @property
    def commit(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def number(self) -> int: ...  # noqa: D102 - see class
    @property
    def signer(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def answer(self) -> Answer | None: ...  # noqa: D102 - see class


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row that lies in the index."""

    row: int
    text: str
    folded: str


def searched_fields(forms: FormSet) -> dict[str, str]:
    """Say which fields are searched and as what: names by spelling, all other words as text.

    Where a person stays is in no index: a search would tell it, word by word.
    """
    return {
        one.id: NAME if one.search is SearchRole.NAME else TEXT
        for one in forms.fields()
        if one.type in _WORDS
        and forms.forms[one.form].scope is FormScope.CASE
        and not is_sealed(one.id)
    }


class SearchIndex:
    """Keeps the search rows of one connection, inside the transaction of whoever writes.

    Shape: without `has_full_text` only the rows are made, for comparing them.
    """

    def __init__(self, connection: Connection, *, has_full_text: bool = True) -> None:
        self._db = connection
        self._has_full_text = has_full_text
        self._kinds: dict[str, str] | None = None
        self._new: dict[str, list[_NewRow]] = {TEXT: [], NAME: []}

    def is_searched(self, field: str) -> bool:
        """True if answers of a field are searched."""
        return self._kind(field) is not None

    def refresh(self, register: Register) -> None:
        """Make the rows of one register what its standing answers say; `settle` writes the new."""
        kind = self._kind(register[2])
        if kind is not None:
            self._settle(register, kind)

    def add_new(self, register: Register, standing: Iterable[Said]) -> None:
        """Take what stands in a register of which nothing was known before."""
        kind = self._kind(register[2])
        if kind is None:
            return
        for one in standing:
            text = "" if one.answer is None else _words_in(one.answer.value)
            folded = fold(text)
            if folded:
                self._add(kind, (*register, one.commit, one.number, one.signer), text, folded)

    def settle(self) -> None:
        """Write the new rows; whoever refreshed or added calls it before anything is read."""
        for kind, rows in self._new.items():
            if not rows:
                continue
            ((last,),) = self._db.execute(_SQL[f"last_{kind}"]).fetchall()
            numbered = [(last + number, *row) for number, row in enumerate(rows, start=1)]
            self._db.executemany(_SQL[f"add_{kind}"], numbered)
            if self._has_full_text:
                folded = [(row[0], row[_FOLDED]) for row in numbered]
                self._db.executemany(_SQL[f"index_{kind}"], folded)
            rows.clear()

    def refresh_scope(self, scope: ScopeId) -> None:
        """Make the rows of a scope what its answers and the active packs say."""
        found = self._db.execute(_SQL["registers_of_scope"], (scope,) * 3).fetchall()
        for record, field, compartment in found:
            register = (scope, RecordId(record), FieldId(field), compartment)
            for kind in (TEXT, NAME):
                self._settle(register, kind, is_wanted=self._kind(field) == kind)
        self.settle()

    def empty(self) -> None:
        """Forget what the full text holds; the rows are the caller's."""
        if self._has_full_text:
            for kind in (TEXT, NAME):
                self._db.execute(_SQL[f"empty_{kind}_index"])

    def _settle(self, register: Register, kind: str, *, is_wanted: bool = True) -> None:
        kept = {
            (commit, index): _Kept(row, text, folded)
            for row, commit, index, text, folded in self._db.execute(_SQL[f"{kind}s_at"], register)
        }
        wanted = self._wanted(register) if is_wanted else {}
        for op, old in kept.items():
            if op not in wanted or wanted[op][1] != old.text:
                self._drop(kind, old)
        for op, (signer, text) in wanted.items():
            if op not in kept or kept[op].text != text:
                self._add(kind, (*register, *op, signer), text, fold(text))

    def _wanted(self, register: Register) -> dict[_Op, tuple[bytes, str]]:
        rows = self._db.execute(_SQL["standing"], register).fetchall()
        found = {(commit, index): (signer, _words_of(said)) for commit, index, signer, said in rows}
        return {op: pair for op, pair in found.items() if fold(pair[1])}

    def _drop(self, kind: str, old: _Kept) -> None:
        if self._has_full_text:
            self._db.execute(_SQL[f"unindex_{kind}"], (old.row, old.folded))
        self._db.execute(_SQL[f"drop_{kind}"], (old.row,))

    def _add(self, kind: str, place: Sequence[Any], text: str, folded: str) -> None:
        more = (skeleton(folded),) if kind == NAME else ()
        self._new[kind].append((*place, text, folded, *more))

    def _kind(self, field: str) -> str | None:
        if self._kinds is None:
            self._kinds = fields_kept(self._db)
        return self._kinds.get(field)


def fields_kept(connection: Connection) -> dict[str, str]:
    """The searched fields that the index was made with."""
    return dict(connection.execute(_SQL["fields"]).fetchall())


def keep_fields(connection: Connection, fields: Mapping[str, str]) -> None:
    """Remember the searched fields of the active packs."""
    connection.execute(_SQL["clear_fields"])
    connection.executemany(_SQL["add_field"], sorted(fields.items()))


def must_delete_safely(connection: Connection) -> None:
    """See that erased words leave the full text too; make it anew where they might not have."""
    for kind in (TEXT, NAME):
        if connection.execute(_SQL[f"is_{kind}_deleted_safely"]).fetchone() != (1,):
            connection.execute(_SQL[f"delete_safely_{kind}"])
            connection.execute(_SQL[f"remake_{kind}_index"])


def full_text_problems(connection: Connection) -> list[str]:
    """Compare the full text with its rows. Shape: names of the tables that do not fit.

    FTS5 answers only where it may write, so a database that is only looked at is not asked.
    """
    found = []
    for kind in (TEXT, NAME):
        try:
            connection.execute(_SQL[f"check_{kind}_index"])
        except DatabaseError as error:
            fault = fault_of(error)
            if isinstance(fault, IntegrityFault):
                found.append(f"{kind}_fts")
            elif fault.code != "storage.read_only":
                raise
    return found


def _words_of(said: bytes | None) -> str:
    """What of an answer is words; empty for everything else."""
    return "" if said is None else _words_in(kept_answer(said).value)


def _words_in(value: Value) -> str:
    if isinstance(value, tuple) and len(value) == _SIGN_PARTS:
        value = value[1]
    return value if isinstance(value, str) else ""


_SIGN_PARTS: Final = 2
"""A sign is what kind it is, and what it says."""
