"""The same run under any clocks comes to the same: time orders nothing, what was seen does.

A script of saves and deliveries is played twice: with clocks that agree and go on, and with clocks
that stand anywhere between 1970 and 2106 and jump before every step. Ids and times differ between
the two, so what is compared is what people see: the values that stand, field by field.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.vaults import CASE, RealVault, author, give, open_record, write
from tests.fakes.clock import FakeClock
from tests.faults.chance import seeded
from tests.property.test_convergence import CopiedVault

from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.values import answered
from nrm_desktop.storage import engine
from nrm_desktop.storage.exchange import state_digest

DEVICES = 3
YEAR_2026_MS, YEAR_2106_MS = 1_767_225_600_000, 4_294_967_296_000
HOUR_MS = 3_600_000
RECORDS = [RecordId(bytes([n]) * 16) for n in (1, 2)]
FIELDS = [FieldId("screening.why_now"), FieldId("consent_register.cr_answer")]
KINDS = [OpKind.SET, OpKind.RESOLVE, OpKind.SET_ADD, OpKind.SET_REMOVE, OpKind.ENTRY]
clocks = st.integers(0, YEAR_2106_MS)


class Save(NamedTuple):
    """Somebody writes a value, having seen what stands there or not."""

    who: int
    record: RecordId
    field: FieldId
    kind: OpKind
    sees: bool


class Carry(NamedTuple):
    """Some of what a device has reaches another one, in an order of its own."""

    source: int
    target: int
    seed: int


someone = st.integers(0, DEVICES - 1)
saves = st.builds(
    Save,
    someone,
    st.sampled_from(RECORDS),
    st.sampled_from(FIELDS),
    st.sampled_from(KINDS),
    st.booleans(),
)
carries = st.builds(Carry, someone, someone, st.integers(0, 1 << 16))
scripts = st.lists(st.one_of(saves, carries), min_size=4, max_size=14)


class Run:
    """Three devices play a script; before each step a clock is set."""

    def __init__(self, room: Path) -> None:
        self.vaults = [CopiedVault(copied(room / f"{number}.db")) for number in range(DEVICES)]
        self.clocks = [FakeClock(YEAR_2026_MS) for _ in range(DEVICES)]
        self.authors = [author(f"P-{n}", clock=clock) for n, clock in enumerate(self.clocks)]

    def play(self, script, times) -> str:
        for record in RECORDS:
            write(self.vaults[0], self.authors[0], open_record(record))
        for number, (step, at_ms) in enumerate(zip(script, times, strict=True)):
            self.clocks[step[0]].set_wall(at_ms)
            if isinstance(step, Save):
                self._save(step, f"words {number}")
            else:
                self._carry(step.source, step.target, seeded(step.seed), is_all=False)
        for source in range(DEVICES):
            for target in range(DEVICES):
                self._carry(source, target, seeded(source), is_all=True)
        assert len({state_digest(vault.connection) for vault in self.vaults}) == 1
        (seen,) = {self._seen(number) for number in range(DEVICES)}
        return seen

    def close(self) -> None:
        for vault in self.vaults:
            vault.close()

    def _save(self, step: Save, words: str) -> None:
        standing = self._standing(step.who, step.record, step.field)
        known = tuple(sorted(one.op for one in standing)) if step.sees else ()
        op = ValueOp(step.kind, step.record, step.field, answered(words), known)
        write(self.vaults[step.who], self.authors[step.who], op)

    def _carry(self, source: int, target: int, chance: Random, *, is_all: bool) -> None:
        """In an order that depends on numbers alone: ids are not the same in two runs."""
        commits = sorted(
            self.vaults[source].commits(), key=lambda one: (one.header.device, one.header.seq)
        )
        arrived = [one for one in commits if is_all or chance.random() < 0.7]
        chance.shuffle(arrived)
        signers = [one.signer for one in self.authors]
        for commit in arrived:
            give(self.vaults[target], self.authors[target], commit, *signers)

    def _standing(self, who: int, record: RecordId, field: FieldId):
        return self.vaults[who].run(
            self.authors[who], lambda unit: unit.standing(record, field, CASE)
        )

    def _seen(self, who: int) -> str:
        """A digest over what stands, whose ids and times are left out."""
        rows = sorted(
            (record, field, str(one.answer.value))
            for record in RECORDS
            for field in FIELDS
            for one in self._standing(who, record, field)
        )
        return sha256(repr(rows).encode()).hexdigest()


@cache
def blank() -> bytes:
    """The file of an empty vault, made once."""
    with TemporaryDirectory(prefix="clocks-") as room:
        vault = RealVault(Path(room) / "blank.db")
        engine.checkpoint(vault.connection)
        vault.close()
        return vault.path.read_bytes()


def copied(path: Path) -> Path:
    path.write_bytes(blank())
    return path


def played(script, times) -> str:
    with TemporaryDirectory(prefix="clocks-") as room:
        run = Run(Path(room))
        try:
            return run.play(script, times)
        finally:
            run.close()


@pytest.mark.threat("T23")
@given(scripts, st.data())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_same_run_any_clock_same_digest(script, data):
    any_times = data.draw(st.lists(clocks, min_size=len(script), max_size=len(script)))
    steady = [YEAR_2026_MS + number * HOUR_MS for number in range(len(script))]

    assert played(script, any_times) == played(script, steady)
