"""The Reader port on a read-only connection: what screens and commands show.

This module decides how lists are filtered and paged: by key, never by offset, and by the sight of
the user before anything is counted. It never writes.

Source: storage-security.md section 6; cli.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

from nrm_desktop.app.person_files import file_of, files_of_person
from nrm_desktop.app.ports import CellRow, Draft, RecordRow
from nrm_desktop.app.queries import (
    CaseFilter,
    CaseRow,
    CaseView,
    ClosedDay,
    ConflictRow,
    ConsentCounts,
    ConsentRow,
    DirectoryRow,
    HistoryRow,
    Page,
    RecordView,
    ReferralRow,
    RegisterView,
)
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.addresses import Addresses
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.episodes import CLOSURE, Written, last_end, of_ended
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId, UserId, plain_code
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.count_reads import CountReads
from nrm_desktop.storage.drafts import drafts_of
from nrm_desktop.storage.engine import snapshot
from nrm_desktop.storage.history import HistoryReader
from nrm_desktop.storage.joins import child_in, children_beside, standing_of
from nrm_desktop.storage.lens import in_sight, lines_of
from nrm_desktop.storage.person_consents import consents_of_person
from nrm_desktop.storage.projections import answer_of
from nrm_desktop.storage.register_views import (
    RecordCells,
    directory_rows,
    records_of,
    referral_rows,
    referral_trails,
)
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.unit_reads import UnitReads

_SQL: Final = load_statements("reader")
_JOURNAL: Final = load_statements("journal")
_NEWEST: Final = ((1 << 63) - 1, b"\xff" * 16)
_HALF_CODE: Final = 4


class SqlReader(CountReads):
    """Reads for one user's screens; used on the thread of its connection only."""

    def cases(
        self,
        wanted: CaseFilter,
        limit: int,
        after: str | None = None,
        sight: Sight | None = None,
    ) -> Page[CaseRow]:
        """Cases, newest change first. With a sight, only conflicts in it count."""
        changed, scope = _NEWEST if after is None else _read_token(after)
        text = _code_beginning(wanted.text)
        key = {
            "seen": None if sight is None else rows.json_list(sight.compartments),
            "changed": changed,
            "scope": scope,
            "since": (wanted.changed_since_ms or 0) << 16,
            "state": wanted.state,
            "child": wanted.child,
            "beside": rows.json_list(children_beside(self._db) if wanted.child else ()),
            "text": text,
            "conflict": wanted.has_conflict,
            "limit": limit + 1,
        }
        found = self._db.execute(_SQL["cases"], key).fetchall()
        page = tuple(self._row(row, row[10]) for row in found[:limit])
        last = found[limit - 1] if len(found) > limit else None
        return Page(page, f"{last[5]}.{last[0].hex()}" if last else None)

    def case(self, scope: ScopeId, sight: Sight) -> CaseView | None:
        """All that may be seen of a case; other compartments by name only."""
        with snapshot(self._db):
            return self._case(scope, sight)

    def _case(self, scope: ScopeId, sight: Sight) -> CaseView | None:
        line = self._db.execute(_SQL["case"], (scope,)).fetchone()
        if line is None or line[1] is None:
            return None
        every = rows.cells_in(self._db, scope, None)
        seen = in_sight(every, sight)
        records = self._records(scope, {cell.record: cell.form for cell in seen})
        places = [record for record in records if not record.is_closed]
        lens = self._lens.for_one_look()
        addresses = Addresses(lens.forms, lines_of(records))
        return CaseView(
            self._row(line, len(self._conflicts(sight, scope))),
            tuple(RecordView(each.record, each.form, each.parent, each.order) for each in places),
            lens.cells(seen, addresses),
            self._hidden(scope, sight),
            *self._ended(scope, every, places),
        )

    def _row(self, row: Sequence[Any], conflicts: int) -> CaseRow:
        scope, code, state, child, support, changed, *counts = row[:10]
        joined = standing_of(self._db, ScopeId(scope), code)
        return CaseRow(
            ScopeId(scope),
            code,
            state,
            child,
            support,
            changed >> 16,
            conflicts,
            ConsentCounts(*counts),
            joined,
            child_in(self._db, joined),
        )

    def _ended(
        self, scope: ScopeId, cells: Iterable[CellRow], places: Iterable[RecordRow]
    ) -> tuple[frozenset[RecordId], int]:
        """Records of episodes that have ended, and when the last one did."""
        ends = (cell for cell in cells if cell.form == CLOSURE)
        written = (Written(cell.field, one.hlc) for cell in ends for one in cell.standing)
        end = last_end(written)
        if end is None:
            return frozenset(), 0
        forms = {row.record: row.form for row in places}
        return of_ended(rows.opened_at(self._db, scope, forms), forms, end), end.wall_ms

    def closed_days(self, fields: Collection[FieldId], sight: Sight) -> Sequence[ClosedDay]:
        """Days that stand in these fields of closed cases, without reading the cases."""
        key = (rows.json_list(fields), rows.json_list(sight.compartments))
        found = self._db.execute(_SQL["closed_days"], key).fetchall()
        return tuple(
            ClosedDay(ScopeId(scope), FieldId(field), day_of(answer_of(data)))
            for scope, field, data in found
        )

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""
        return rows.scope_of_code(self._db, code)

    def history(
        self, scope: ScopeId, sight: Sight, limit: int, after: str | None = None
    ) -> Page[HistoryRow]:
        """Operations in causal order, newest last."""
        with snapshot(self._db):
            return HistoryReader(self._db, self._lens, sight).page(scope, limit, after)

    def conflicts(self, sight: Sight, scope: ScopeId | None = None) -> Sequence[ConflictRow]:
        """Fields with several standing values that this user may see."""
        with snapshot(self._db):
            return self._conflicts(sight, scope)

    def _conflicts(self, sight: Sight, scope: ScopeId | None) -> Sequence[ConflictRow]:
        places = rows.json_list(sight.compartments | sight.own_only)
        if scope is None:
            found = self._db.execute(_SQL["conflicts"], (places,))
        else:
            found = self._db.execute(_SQL["conflicts_of_scope"], (places, scope))
        read = (self._conflict(row, sight) for row in found.fetchall())
        return tuple(row for row in read if row is not None)

    def consents(self, scope: ScopeId, today: str) -> Sequence[ConsentRow]:
        """The consent register of a person: of a case, and of the files joined with it."""
        with snapshot(self._db):
            reads = UnitReads(self._db)
            own = file_of(reads, scope)
            return consents_of_person(self._lens, own, files_of_person(reads, scope), today)

    def referrals(self, scope: ScopeId, sight: Sight | None = None) -> Sequence[ReferralRow]:
        """Referrals out and in. With a sight, the log of disclosures only if it is in it."""
        with snapshot(self._db):
            logged, packets = (self._of_form(scope, n, sight) for n in ("disclosure", "packet"))
            trails = referral_trails(logged, packets)
            return referral_rows(self._of_form(scope, "referral", sight), trails)

    def directory(self, kind: str = "") -> Sequence[DirectoryRow]:
        """Services and contacts of the organisation."""
        return directory_rows(self._of_form(self._lens.organisation, "directory", None), kind)

    def register(self, form: str, sight: Sight) -> RegisterView:
        """All entries of a form of the organisation."""
        with snapshot(self._db):
            scope = self._lens.organisation
            found = in_sight(rows.cells_in(self._db, scope, None), sight)
            seen = [cell for cell in found if cell.field.partition(".")[0] == form]
            records = self._records(scope, {cell.record: cell.form for cell in seen})
            lens = self._lens.for_one_look()
            return RegisterView(
                tuple(
                    RecordView(each.record, each.form, each.parent, each.order)
                    for each in records
                    if not each.is_closed and each.form.partition(".")[0] == form
                ),
                lens.cells(seen, Addresses(lens.forms, lines_of(records))),
            )

    def drafts(self, user: UserId, scope: ScopeId | None = None) -> Sequence[Draft]:
        """Kept drafts of this user."""
        return drafts_of(self._db, user, scope)

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning."""
        return rows.setting(self._db, name)

    def _of_form(self, scope: ScopeId, form: str, sight: Sight | None) -> list[RecordCells]:
        cells: Sequence[CellRow] = rows.cells_in(self._db, scope, form)
        return records_of(cells if sight is None else in_sight(cells, sight), self._lens)

    def _records(self, scope: ScopeId, forms: dict[RecordId, str]) -> list[RecordRow]:
        """Opened records, and before them those that exist once and are never opened."""
        opened = rows.records_in(self._db, scope, None)
        once = [
            RecordRow(RecordId(record), forms[record], None, 0)
            for (record,) in self._db.execute(_SQL["once_records"], (scope,))
            if record in forms and once_record(scope, forms[record]) == record
        ]
        return [*once, *opened]

    def _hidden(self, scope: ScopeId, sight: Sight) -> tuple[str, ...]:
        held = [row[0] for row in self._db.execute(_JOURNAL["compartments_of_scope"], (scope,))]
        shown = sight.compartments | sight.own_only
        return tuple(_compartment_word(each) for each in held if each not in shown)

    def _conflict(self, row: Sequence[Any], sight: Sight) -> ConflictRow | None:
        scope, code, record, field, compartment = row
        standing = rows.register_in(self._db, scope, record, FieldId(field), compartment)
        cell = CellRow(RecordId(record), "", FieldId(field), compartment, standing)
        seen = in_sight((cell,), sight)
        if not seen or not seen[0].is_conflict:
            return None
        acting = self._lens.acting(cell.field, seen[0].standing)
        return ConflictRow(
            conflict_id=sha256(repr(row).encode()).hexdigest()[:16],
            scope=ScopeId(scope),
            code=code or "",
            record=cell.record,
            field=cell.field,
            compartment=compartment,
            policy=self._lens.merge_rule(cell.field).partition(":")[0],
            acting=acting.op,
            versions=tuple(self._lens.version(each) for each in seen[0].standing),
        )


def _compartment_word(number: int) -> str:
    known = {int(each): each.word for each in Compartment}
    return known.get(number, str(number))


def _code_beginning(text: str) -> str:
    """Write the beginning of a code as it is stored, forgiving what `read_case_code` forgives."""
    plain = plain_code(text)
    return plain if len(plain) <= _HALF_CODE else f"{plain[:_HALF_CODE]}-{plain[_HALF_CODE:]}"


def _read_token(token: str) -> tuple[int, bytes]:
    """Raises: Usage `usage.bad_value` for a token that is none of ours."""
    changed, _, scope = token.partition(".")
    try:
        return int(changed), bytes.fromhex(scope)
    except ValueError:
        raise Usage("usage.bad_value", what="after") from None
