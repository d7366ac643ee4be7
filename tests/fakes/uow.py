"""A unit of work in memory: the same contract as the real one, without SQL and without files.

It makes real commits (real ids, real signatures) and derives what stands through
`domain.registers`, from the whole list each time. `tests/contract` holds both to the same tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tests.fakes.trust import FakeTrustStore

from nrm_desktop.app.audit_acts import ACT_WORDS
from nrm_desktop.app.ports import (
    CellRow,
    Draft,
    DraftKey,
    EpochKey,
    RecordRow,
    Standing,
    TakenIn,
)
from nrm_desktop.app.wire.commit import (
    CommitDraft,
    CommitFlag,
    Dep,
    ReceivedCommit,
    SignedCommit,
    build_unsigned,
    op_ids,
    ops_of,
    parse_signed,
)
from nrm_desktop.app.wire.hashes import genesis
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.attachments import without_key
from nrm_desktop.domain.case import CODE
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.domain.hlc import Hlc, absorb, tick
from nrm_desktop.domain.ops import OpenRecord, Tombstone, ValueOp
from nrm_desktop.domain.registers import merge
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.retired import retired_name


@dataclass
class FakeState:
    """Everything a fake vault holds; copied at the beginning of each unit of work."""

    commits: dict[bytes, ReceivedCommit] = field(default_factory=dict)
    pending: dict[bytes, ReceivedCommit] = field(default_factory=dict)
    drafts: dict[DraftKey, Draft] = field(default_factory=dict)
    settings: dict[str, bytes] = field(default_factory=dict)
    audit: list[tuple] = field(default_factory=list)
    acts: dict[bytes, tuple] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    epochs: dict[tuple[bytes, bytes], EpochKey] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)
    time: Hlc = field(default_factory=lambda: Hlc(0))

    def copy(self) -> FakeState:
        mutable = {name: deepcopy(getattr(self, name)) for name in ("settings", "audit", "secrets")}
        maps = ("commits", "pending", "drafts", "acts", "roots", "epochs")
        return replace(self, **mutable, **{name: dict(getattr(self, name)) for name in maps})


class FakeVault:
    """A vault in memory. Shape: `author` has the fields of `storage.authoring.Authorship`."""

    def __init__(self) -> None:
        self.state = FakeState()
        self.fails_at_commit = lambda _state: False

    def units(self, author) -> Callable[[], FakeTransaction]:
        return lambda: FakeTransaction(self, author)

    def withhold(self, commit: bytes) -> None:
        """Take the values of a commit away, as they are when somebody withheld them."""
        one = self.state.commits[commit]
        bare = replace(one.signed, segments=(None,) * len(one.signed.segments))
        self.state.commits[commit] = replace(one, signed=bare)

    def run(self, author, job):
        with FakeTransaction(self, author) as unit:
            return job(unit)


class FakeTransaction:
    def __init__(self, vault: FakeVault, author) -> None:
        self._vault = vault
        self._author = author

    def __enter__(self) -> FakeUnitOfWork:
        self._unit = FakeUnitOfWork(self._vault.state.copy(), self._author)
        return self._unit

    def __exit__(self, *error: object) -> None:
        if error[1] is None:
            self._unit.flush()
            if self._vault.fails_at_commit(self._unit.state):
                raise EnvironmentFault("storage.full")
            self._vault.state = self._unit.state
        self._unit.is_over = True


_read_once = lru_cache(maxsize=10_000)(ops_of)
"""A commit never changes; this vault reads it anew at every question."""


class FakeReads:
    """The reading half: everything is derived anew from the commits."""

    def __init__(self, state: FakeState) -> None:
        self.state = state
        self._queue: list[tuple] = []

    def scope_of_code(self, code):
        for scope in {commit.header.scope for commit in self.state.commits.values()}:
            if self.code_of_scope(scope) == code:
                return scope
        return None

    def code_of_scope(self, scope):
        for cell in self.cells(scope):
            if cell.field == CODE and cell.compartment == 1 and cell.standing[0].answer:
                return cell.standing[0].answer.value
        return None

    def names_in(self, form, name, compartment):
        scopes = sorted({commit.header.scope for commit in self.state.commits.values()})
        return tuple(
            (scope, each.answer.value)
            for scope in scopes
            for cell in self.cells(scope, form)
            if (cell.field, cell.compartment) == (name, compartment)
            for each in cell.standing
            if each.answer is not None and isinstance(each.answer.value, str)
        )

    def is_told_elsewhere(self, scope, compartment, text) -> bool:
        scopes = {commit.header.scope for commit in self.state.commits.values()} - {scope}
        wanted = " ".join(text.casefold().split())
        return any(
            wanted in " ".join(str(each.answer.value).casefold().split())
            for other in scopes
            for cell in self.cells(other)
            if cell.compartment == compartment
            for each in cell.standing
            if each.answer is not None
        )

    def standing(self, record, name, scope, compartment=None) -> Sequence[Standing]:
        found = [
            each
            for cell in self.cells(scope)
            if (cell.record, cell.field) == (record, name)
            and compartment in (None, cell.compartment)
            for each in cell.standing
        ]
        return tuple(sorted(found, key=lambda each: (each.hlc, each.op), reverse=True))

    def cells(self, scope, form=None) -> Sequence[CellRow]:
        forms = {row.record: row.form for row in self.records(scope)}
        found = []
        for compartment, ops in self._ops(scope).items():
            merged = merge((op_id, op) for op_id, (op, _) in ops.items())
            for (record, name), ids in merged.standing.items():
                key = forms.get(record, name.partition(".")[0])
                standing = sorted(
                    (_standing(op_id, *ops[op_id]) for op_id in ids),
                    key=lambda each: (each.hlc, each.op),
                    reverse=True,
                )
                if form in (None, key):
                    found.append(CellRow(record, key, name, compartment, tuple(standing)))
        return tuple(sorted(found, key=lambda cell: (cell.record, cell.field, cell.compartment)))

    def records(self, scope, form=None) -> Sequence[RecordRow]:
        places = self._ops(scope)
        opened = merge(
            (op_id, op)
            for ops in places.values()
            for op_id, (op, _) in ops.items()
            if isinstance(op, OpenRecord)
        ).records
        closed = {
            op.record
            for ops in places.values()
            for op, _ in ops.values()
            if isinstance(op, Tombstone)
            and any(isinstance(o, OpenRecord) and o.record == op.record for o, _ in ops.values())
        }
        rows = [
            RecordRow(op.record, op.form, op.parent, op.order, op.compartment, op.record in closed)
            for op in opened.values()
            if form in (None, op.form)
        ]
        return tuple(sorted(rows, key=lambda row: (row.order, row.record)))

    def opened_at(self, scope, records) -> dict:
        found: dict = {}
        for ops in self._ops(scope).values():
            for op_id, (op, header) in sorted(ops.items()):
                if isinstance(op, OpenRecord) and op.record in records:
                    known = found.setdefault(op.record, (op_id, header.hlc))
                    found[op.record] = min(known, (op_id, header.hlc))
        return {record: hlc for record, (_, hlc) in found.items()}

    def is_opened_in(self, scope, record, compartment) -> bool:
        kept = (
            (commit.header.scope, commit.header.compartment, op)
            for commit in self.state.commits.values()
            for op in _read_once(commit)
        )
        return any(
            isinstance(op, OpenRecord) and (place, c, op.record) == (scope, compartment, record)
            for place, c, op in (*self._queue, *kept)
        )

    def setting(self, name):
        return self.state.settings.get(name)

    def _ops(self, scope) -> dict[int, dict]:
        places: dict[int, dict] = {}
        for commit in self.state.commits.values():
            if commit.header.scope == scope:
                ops = _read_once(commit)
                ids = op_ids(commit.id, len(ops))
                pairs = {i: (op, commit.header) for i, op in zip(ids, ops, strict=True)}
                places.setdefault(commit.header.compartment, {}).update(pairs)
        return places


class FakeUnitOfWork(FakeReads):
    def __init__(self, state: FakeState, author) -> None:
        super().__init__(state)
        self.trust = FakeTrustStore(state)
        self.is_over = False
        self._author = author
        self._flags = CommitFlag(0)
        self._time: Hlc | None = None

    def record(self, scope, compartment, op) -> None:
        self._must_be_open()
        if self.trust.secret(retired_name(self._author.device)) is not None:
            raise IntegrityFault("integrity.identity")
        self._queue.append((scope, compartment, op))

    def adopt(self):
        self._flags |= CommitFlag.ADOPTED

    def flush(self):
        self._must_be_open()
        queue, self._queue = self._queue, []
        ids = {}
        for place in dict.fromkeys((scope, compartment) for scope, compartment, _ in queue):
            indexes = [i for i, (s, c, _) in enumerate(queue) if (s, c) == place]
            made = self._write(*place, tuple(queue[i][2] for i in indexes))
            ids.update(zip(indexes, made, strict=True))
        return [ids[index] for index in range(len(queue))]

    def _write(self, scope, compartment, ops):
        author = self._author
        log = LogKey(scope, compartment, author.device)
        heads = self._heads(scope, compartment)
        own = heads.pop(author.device, None)
        order = list(self.state.commits)
        seen = order.index(own.id) if own else -1
        heads = {device: c for device, c in heads.items() if order.index(c.id) > seen}
        if self._time is None:
            self._time = self.state.time = tick(self.state.time, author.clock.now_ms())
        draft = CommitDraft(
            log=log,
            signer=author.signer.signer,
            seq=own.header.seq + 1 if own else 1,
            prev=own.id
            if own
            else genesis(scope, compartment, author.device, author.grant_of(scope)),
            hlc=self._time,
            forms=author.forms,
            ops=_with_units(ops, author),
            deps=tuple(Dep(device, c.header.seq, c.id[:16]) for device, c in heads.items()),
            flags=self._flags,
        )
        unsigned = build_unsigned(draft, author.random)
        signed = unsigned.with_signature(author.signer.sign_commit(unsigned.header_bytes))
        commit = ReceivedCommit(unsigned.id, unsigned.header, signed)
        self.state.commits[commit.id] = commit
        return op_ids(commit.id, len(ops))

    def take_in(self, received) -> TakenIn:
        self._must_be_open()
        commit = parse_signed(
            SignedCommit(
                received.header_bytes,
                received.signature,
                received.skeleton_bytes,
                tuple(received.segments),
            )
        )
        if commit.id in self.state.commits:
            return TakenIn("duplicate", commit.id)
        if not self._is_ready(commit):
            self.state.pending[commit.id] = commit
            return TakenIn("pending", commit.id)
        header = commit.header
        is_fork = any(
            (c.header.log, c.header.seq) == (header.log, header.seq)
            for c in self.state.commits.values()
        )
        touched = self._apply(commit)
        while ready := [c for c in self.state.pending.values() if self._may_go_on(c)]:
            for each in ready:
                del self.state.pending[each.id]
                with suppress(HostileInput):
                    touched += self._apply(each) if self._is_ready(each) else []
        unique = tuple(dict.fromkeys(touched))
        return TakenIn("fork" if is_fork else "applied", commit.id, unique)

    def _apply(self, commit) -> list:
        self.state.commits[commit.id] = commit
        now = self._author.clock.now_ms()
        self.state.time = absorb(self.state.time, commit.header.hlc, now)
        return [(op.record, op.field) for op in ops_of(commit) if isinstance(op, ValueOp)]

    def _may_go_on(self, commit) -> bool:
        """True if it is ready, or turned out to be wrong and will be dropped."""
        try:
            return self._is_ready(commit)
        except HostileInput:
            return True

    def _is_ready(self, commit) -> bool:
        header = commit.header
        if header.seq > 1:
            before = self.state.commits.get(header.prev)
            if before is None:
                return False
            if (before.header.log, before.header.seq) != (header.log, header.seq - 1):
                raise refuse(Step.CHAIN, "header.prev")
        beginnings = {commit_id[:16] for commit_id in self.state.commits}
        return all(dep.commit in beginnings for dep in header.deps)

    def keep_draft(self, draft: Draft) -> None:
        self._must_be_open()
        self.state.drafts[draft.key] = draft

    def drop_draft(self, key: DraftKey) -> None:
        self._must_be_open()
        self.state.drafts.pop(key, None)

    def audit(self, act, subjects=(), detail="") -> None:
        self._must_be_open()
        assert act in ACT_WORDS, f"no such act: {act}"  # as the chain refuses it
        self.state.audit.append((self._author.signer.user, act, tuple(subjects), detail))

    def set_setting(self, name, value) -> None:
        self._must_be_open()
        self.state.settings[name] = value

    def _heads(self, scope, compartment) -> dict:
        heads: dict = {}
        for commit in self.state.commits.values():
            header = commit.header
            if (header.scope, header.compartment) == (scope, compartment):
                known = heads.get(header.device)
                if known is None or known.header.seq < header.seq:
                    heads[header.device] = commit
        return heads

    def _must_be_open(self) -> None:
        if self.is_over:
            raise EnvironmentFault("storage.transaction_lost")


def _with_units(ops, author):
    unit = 0
    made = []
    for op in ops:
        if isinstance(op, ValueOp) and author.is_erased_alone(op.field):
            unit += 1
            op = replace(op, unit=unit)  # noqa: PLW2901 - the same operation, now with its unit
        made.append(op)
    return tuple(made)


def _standing(op_id, op, header) -> Standing:
    return Standing(
        op_id,
        without_key(op.answer),
        header.hlc,
        header.signer,
        header.device,
        bool(header.flags & CommitFlag.CLOCK_SUSPECT),
    )
