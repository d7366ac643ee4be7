"""The two vaults that the contract tests run on: one in memory, one in SQLCipher."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.fakes.clock import FakeClock
from tests.fakes.signer import FakeSigner, counting_random, fake_device, verified
from tests.fakes.uow import FakeVault

from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.values import answered
from nrm_desktop.storage import engine
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.migrate import migrate
from nrm_desktop.storage.uow import Transaction

CASE = ScopeId(b"case" * 4)
OTHER_CASE = ScopeId(b"else" * 4)
RECORD = RecordId(b"rec1" * 4)
OTHER_RECORD = RecordId(b"rec2" * 4)
LANGUAGE = FieldId("screening.language")
NAME = FieldId("screening.name")
CORE, SUPPORT = 1, 4
KEY = DatabaseKey(bytes(range(32)), bytes(range(100, 116)))


def author(name: str = "P-01", **changes: object) -> Authorship:
    fields = {
        "signer": FakeSigner(name),
        "device": fake_device(name),
        "clock": FakeClock(),
        "random": counting_random(name),
        "forms": bytes(8),
        "is_erased_alone": lambda field: field == NAME,
        "grant_of": lambda scope: bytes(16),
    }
    return Authorship(**(fields | changes))


@dataclass
class RealVault:
    """A vault in a file, used on the thread of the test."""

    path: Path

    def __post_init__(self) -> None:
        self.connection = engine.create_database(self.path, KEY)
        migrate(self.connection, 0)

    def run(self, by: Authorship, job):
        with Transaction(self.connection, by) as unit:
            return job(unit)

    def unit(self, by: Authorship):
        return Transaction(self.connection, by)

    def commits(self):
        return list(Journal(self.connection).commits())

    def close(self) -> None:
        engine.close_database(self.connection)


class MemoryVault(FakeVault):
    """The fake, with the same handles."""

    def unit(self, by: Authorship):
        return self.units(by)()

    def commits(self):
        return list(self.state.commits.values())

    def close(self) -> None:
        """Nothing to close."""


def open_record(record: RecordId = RECORD, form: str = "screening", order: int = 1) -> OpenRecord:
    return OpenRecord(record, form, None, order)


def value(text, *, field=LANGUAGE, record=RECORD, replaces=(), kind=OpKind.SET) -> ValueOp:
    return ValueOp(kind, record, field, answered(text), tuple(replaces))


def send(source, target, by: Authorship, *signers: FakeSigner):
    """Let everything of one vault arrive in another; give the outcomes in order."""
    return [give(target, by, commit, *signers).outcome for commit in source.commits()]


def give(target, by: Authorship, commit, *signers: FakeSigner):
    proof = verified(commit, *signers)
    return target.run(by, lambda unit: unit.take_in(proof))


def write(vault, by: Authorship, *ops, scope=CASE, compartment=CORE):
    """Save operations in one unit of work; give their ids."""

    def job(unit):
        for op in ops:
            unit.record(scope, compartment, op)
        return unit.flush()

    return vault.run(by, job)


def said(vault, by: Authorship, field=LANGUAGE, record=RECORD, scope=CASE):
    """The values that stand in a field, newest first."""
    standing = vault.run(by, lambda unit: unit.standing(record, field, scope))
    return [each.answer.value for each in standing]
