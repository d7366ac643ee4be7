"""Read models from a vault in memory: the same contract as the real reader, without SQL."""

from __future__ import annotations

from hashlib import sha256

from tests.fakes.notices import FakeNotices
from tests.fakes.search import FakeSearch
from tests.fakes.uow import FakeReads, FakeVault

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.person_files import file_of, files_of_person
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.queries import (
    CaseRow,
    CaseView,
    ClosedDay,
    ConflictRow,
    ConsentCounts,
    HistoryRow,
    JoinedFile,
    Page,
    RecordView,
    RegisterView,
)
from nrm_desktop.app.wire.commit import CommitFlag, op_ids, ops_of
from nrm_desktop.domain.addresses import Addresses
from nrm_desktop.domain.case import Pathway, once_record
from nrm_desktop.domain.episodes import Written, last_end, of_ended
from nrm_desktop.domain.ops import OpenRecord, Tombstone, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.statistics import CountedCase, Said
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.storage.case_line import LineCell, case_line, concerns_line
from nrm_desktop.storage.lens import in_sight, lines_of, may_see
from nrm_desktop.storage.person_consents import consents_of_person
from nrm_desktop.storage.register_views import (
    directory_rows,
    records_of,
    referral_rows,
    referral_trails,
)


class FakeRegisters(FakeSearch):
    """The registers of the organisation, and settings."""

    def __init__(self, vault: FakeVault, lens) -> None:
        self._vault = vault
        self._lens = lens

    @property
    def _reads(self) -> FakeReads:
        return FakeReads(self._vault.state)

    def directory(self, kind=""):
        return directory_rows(self._of_form(self._lens.organisation, "directory", None), kind)

    def register(self, form, sight):
        scope = self._lens.organisation
        cells = [
            cell
            for cell in in_sight(self._reads.cells(scope), sight)
            if cell.field.partition(".")[0] == form
        ]
        opened = list(self._reads.records(scope))
        shown = [
            RecordView(r.record, r.form, r.parent, r.order)
            for r in opened
            if not r.is_closed and r.form.partition(".")[0] == form
        ]
        addresses = Addresses(self._lens.forms, lines_of(opened))
        return RegisterView(tuple(shown), self._lens.cells(cells, addresses))

    def setting(self, name):
        return self._reads.setting(name)

    def _of_form(self, scope, form, sight):
        cells = self._reads.cells(scope, form)
        return records_of(cells if sight is None else in_sight(cells, sight), self._lens)


class FakeReader(FakeRegisters, FakeNotices):
    """The Reader port. Shape: `lens` is a `storage.lens.Lens`."""

    def cases(self, wanted, limit, after=None, sight=None):
        scopes = {commit.header.scope for commit in self._vault.state.commits.values()}
        rows = [row for scope in scopes if (row := self._line(scope, sight)) is not None]
        rows = [row for row in rows if _is_wanted(row, wanted)]
        rows.sort(key=lambda row: (self._changed(row.scope), row.scope), reverse=True)
        start = [row.scope.hex() for row in rows].index(after) + 1 if after else 0
        page = rows[start : start + limit]
        more = len(rows) > start + limit
        return Page(tuple(page), page[-1].scope.hex() if more else None)

    def case(self, scope, sight):
        line = self._line(scope, None)
        if line is None:
            return None
        cells = in_sight(self._reads.cells(scope), sight)
        opened = list(self._reads.records(scope))
        addresses = Addresses(self._lens.forms, lines_of(opened))
        known = {row.record for row in opened}
        once = {c.record: c.form for c in cells if c.record not in known}
        once = {r: form for r, form in once.items() if once_record(scope, form) == r}
        shown = [RecordView(record, form, None, 0) for record, form in sorted(once.items())]
        shown += [
            RecordView(r.record, r.form, r.parent, r.order) for r in opened if not r.is_closed
        ]
        held = {
            c.header.compartment
            for c in self._vault.state.commits.values()
            if c.header.scope == scope
        }
        hidden = held - sight.compartments - sight.own_only
        row = CaseRow(**(_fields(line) | {"conflicts": len(self.conflicts(sight, scope))}))
        return CaseView(
            row,
            tuple(shown),
            self._lens.cells(cells, addresses),
            tuple(Compartment(number).word for number in sorted(hidden)),
            *self._ended(scope, shown),
        )

    def _ended(self, scope, shown):
        cells = self._reads.cells(scope)
        end = last_end(Written(cell.field, one.hlc) for cell in cells for one in cell.standing)
        forms = {row.record: row.form for row in shown}
        opened = self._reads.opened_at(scope, forms)
        return of_ended(opened, forms, end), end.wall_ms if end else 0

    def closed_days(self, fields, sight):
        scopes = sorted({c.header.scope for c in self._vault.state.commits.values()})
        lines = {scope: self._line(scope, None) for scope in scopes}
        return tuple(
            ClosedDay(scope, cell.field, day_of(each.answer))
            for scope, line in lines.items()
            if line is not None and line.state == "closed"
            for cell in self._reads.cells(scope)
            if cell.field in fields and cell.compartment in sight.compartments
            for each in cell.standing
        )

    def counted_cases(self, asked, limit, after=None):
        scopes = sorted({c.header.scope for c in self._vault.state.commits.values()})
        wanted = [one for one in scopes if self._line(one, None) and one.hex() > (after or "")]
        page = wanted[:limit]
        joined = frozenset(one.scope for one in self.joined())
        cases = tuple(self._counted(scope, asked, joined) for scope in page)
        return Page(cases, page[-1].hex() if len(page) == limit else None)

    def _counted(self, scope, asked, joined):
        cells = self._reads.cells(scope)
        closed = frozenset(row.record for row in self._reads.records(scope) if row.is_closed)
        counted = [c for c in cells if c.field in asked.fields and c.record not in closed]
        seen = [
            (cell, self._lens.acting(cell.field, cell.standing))
            for cell in in_sight(counted, asked.sight)
        ]
        return CountedCase(
            tuple(
                Said(cell.record, cell.field, acting.answer, acting.hlc.to_int())
                for cell, acting in seen
                if acting.answer is not None
            ),
            () if scope in joined else tuple(register_from_cells(cells, closed)),
            passed_events(cells, asked.today),
            scope if asked.is_linked else None,
        )

    def scope_of_code(self, code):
        return self._reads.scope_of_code(code)

    def history(self, scope, sight, limit, after=None):
        rows = [
            self._history_row(commit, op_id, op)
            for commit in self._vault.state.commits.values()
            if commit.header.scope == scope
            and may_see(sight, commit.header.compartment, commit.header.signer)
            for op_id, op in zip(
                op_ids(commit.id, len(ops_of(commit))), ops_of(commit), strict=True
            )
        ]
        start = [str(row.op) for row in rows].index(after) + 1 if after else 0
        page = rows[start : start + limit]
        return Page(tuple(page), str(page[-1].op) if len(rows) > start + limit else None)

    def conflicts(self, sight, scope=None):
        scopes = sorted({c.header.scope for c in self._vault.state.commits.values()})
        found = []
        for place in scopes if scope is None else [scope]:
            cells = in_sight(self._reads.cells(place), sight)
            found += [self._conflict(place, cell) for cell in cells if cell.is_conflict]
        return tuple(found)

    def consents(self, scope, today):
        own, files = file_of(self._reads, scope), files_of_person(self._reads, scope)
        return consents_of_person(self._lens, own, files, today)

    def referrals(self, scope, sight=None):
        logged, packets = (self._of_form(scope, n, sight) for n in ("disclosure", "packet"))
        trails = referral_trails(logged, packets)
        return referral_rows(self._of_form(scope, "referral", sight), trails)

    def joined(self):
        scopes = {commit.header.scope for commit in self._vault.state.commits.values()}
        lines = [line for scope in scopes if (line := self._line(scope, None)) is not None]
        found = [JoinedFile(one.scope, one.code, one.joined) for one in lines if one.joined.others]
        return tuple(sorted(found, key=lambda one: one.code))

    def drafts(self, user, scope=None):
        found = (d for d in self._vault.state.drafts.values() if d.key.user == user)
        chosen = (d for d in found if scope is None or d.key.scope == scope)
        return tuple(sorted(chosen, key=lambda d: (-d.kept_at_ms, d.key.record)))

    def _changed(self, scope):
        commits = self._vault.state.commits.values()
        return max(c.header.hlc for c in commits if c.header.scope == scope)

    def _line(self, scope, sight):
        cells = self._reads.cells(scope)
        line = case_line(
            LineCell(cell.record, cell.field, cell.compartment, each.answer, each.op, each.signer)
            for cell in cells
            if concerns_line(cell.field)
            for each in cell.standing
        )
        if line.code is None:
            return None
        conflicts = [c for c in cells if c.is_conflict]
        return CaseRow(
            scope,
            line.code,
            line.state,
            line.child,
            line.support,
            self._changed(scope).wall_ms,
            sum(sight is None or c.compartment in sight.compartments for c in conflicts),
            ConsentCounts(*line[4:]),
            (files := files_of_person(self._reads, scope, cells)).standing,
            tuple(one.code for one in files.here if pathway_of(one.cells) is Pathway.CHILD),
        )

    def _conflict(self, scope, cell):
        acting = self._lens.acting(cell.field, cell.standing)
        name = repr((scope, cell.record, cell.field, cell.compartment))
        return ConflictRow(
            sha256(name.encode()).hexdigest()[:16],
            scope,
            self._reads.code_of_scope(scope) or "",
            cell.record,
            cell.field,
            cell.compartment,
            self._lens.merge_rule(cell.field).partition(":")[0],
            acting.op,
            tuple(self._lens.version(each) for each in cell.standing),
        )

    def _history_row(self, commit, op_id, op):
        is_value = isinstance(op, ValueOp)
        kinds = {OpenRecord: "open", Tombstone: "tombstone"}
        form = op.field.partition(".")[0] if is_value else getattr(op, "form", "")
        return HistoryRow(
            op_id,
            commit.header.hlc.wall_ms,
            bool(commit.header.flags & CommitFlag.CLOCK_SUSPECT),
            self._lens.user_of(commit.header.signer),
            self._lens.device_of(commit.header.device),
            form,
            op.field if is_value else "",
            op.kind.name.lower() if is_value else kinds[type(op)],
            self._old(op) if is_value else None,
            op.answer if is_value else None,
            is_value and op.answer is None,
        )

    def _old(self, op):
        for commit in self._vault.state.commits.values():
            for named in op.replaces:
                if commit.id[:16] == named.commit:
                    return ops_of(commit)[named.index].answer
        return None


def _fields(row):
    return {name: getattr(row, name) for name in type(row).__dataclass_fields__}


def _is_wanted(row, wanted):
    plain = "".join(wanted.text.upper().replace("-", "").split())
    return (
        wanted.state in ("", row.state)
        and wanted.child in ("", "child" if row.is_child else row.child)
        and wanted.has_conflict in (None, row.conflicts > 0)
        and row.code.replace("-", "").startswith(plain)
        and row.changed_ms >= (wanted.changed_since_ms or 0)
    )
