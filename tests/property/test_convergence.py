"""Two to six devices, some of them copies of each other: whatever happens, all hold the same.

Every device is a real journal in SQLCipher, with a clock of its own that may stand anywhere between
1970 and 2106 and jump. Commits get lost, come twice and in any order; devices are cloned in the
middle of their work and both go on; orders to erase come before or after what they name. In the
end everything is delivered once, in an order of its own to each, and then (sync.md section 22):

- all state digests are equal, and a rebuild from the journal makes the same tables;
- every value ever written stands, was superseded by name, or was erased by order.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.contract.vaults import CASE, KEY, RealVault, author, give, open_record, write
from tests.fakes.clock import FakeClock

from nrm_desktop.app.wire.commit import missing_units, op_ids, ops_of
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.registers import merge
from nrm_desktop.domain.values import answered
from nrm_desktop.storage import engine
from nrm_desktop.storage.exchange import state_digest
from nrm_desktop.storage.orders import carry_out
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.projections import digests, rebuild
from nrm_desktop.storage.uow import transaction

MOST_DEVICES = 6
MOST_CLONES = 3
"""So few that no number of a log is ever used more often than is kept."""
RECORDS = [RecordId(bytes([n]) * 16) for n in (1, 2)]
FIELDS = [FieldId("screening.why_now"), FieldId("consent_register.cr_answer")]
KINDS = [OpKind.SET, OpKind.RESOLVE, OpKind.SET_ADD, OpKind.SET_REMOVE, OpKind.ENTRY]
YEAR_2106_MS = 4_294_967_296_000
DEVICES = st.integers(0, MOST_DEVICES - 1)
SEEDS = st.integers(0, 1 << 16)
clocks = st.integers(0, YEAR_2106_MS)


class CopiedVault(RealVault):
    """A vault whose file is a copy of another one's."""

    def __post_init__(self) -> None:
        self.connection = engine.open_database(self.path, KEY)


class Device:
    """One installation: a vault, and who writes in it."""

    def __init__(self, vault: RealVault, name: str, wall_ms: int) -> None:
        self.vault = vault
        self.name = name
        self.clock = FakeClock(wall_ms)
        self.by = author(name, clock=self.clock)

    def standing(self, record: RecordId, field: FieldId):
        return self.vault.run(self.by, lambda unit: unit.standing(record, field, CASE))


class Devices(RuleBasedStateMachine):
    """What people and sticks do to the devices of one organisation."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(mkdtemp(prefix="converge-"))
        self.devices: list[Device] = []
        self.orders: list[tuple[bytes, tuple[int, ...]]] = []
        self.clones = 0
        self.written = 0

    @initialize(count=st.integers(2, 4), wall_ms=clocks)
    def begin(self, count: int, wall_ms: int) -> None:
        for number in range(count):
            vault = RealVault(self.room / f"{number}.db")
            self.devices.append(Device(vault, f"P-{number}", wall_ms))
        for record in RECORDS:
            write(self.devices[0].vault, self.devices[0].by, open_record(record))

    @rule(
        who=DEVICES,
        record=st.sampled_from(RECORDS),
        field=st.sampled_from(FIELDS),
        kind=st.sampled_from(KINDS),
        sees=st.booleans(),
    )
    def write(
        self, who: int, record: RecordId, field: FieldId, kind: OpKind, *, sees: bool
    ) -> None:
        """Say something, having seen what stands here or not."""
        device = self._device(who)
        known = tuple(sorted(one.op for one in device.standing(record, field))) if sees else ()
        self.written += 1
        said = answered(f"words {self.written}")
        write(device.vault, device.by, ValueOp(kind, record, field, said, known))

    @rule(who=DEVICES, wall_ms=clocks)
    def jump(self, who: int, wall_ms: int) -> None:
        self._device(who).clock.set_wall(wall_ms)

    @rule(source=DEVICES, to=DEVICES, seed=SEEDS)
    def deliver_some(self, source: int, to: int, seed: int) -> None:
        """Some commits get lost, some come twice, and none of them in order."""
        chance = Random(seed)  # noqa: S311 - which commits arrive
        commits = self._device(source).vault.commits()
        arrived = [one for one in commits for _ in range(chance.choice((0, 1, 1, 2)))]
        chance.shuffle(arrived)
        self._give(self._device(to), arrived)

    @precondition(lambda self: self.clones < MOST_CLONES and len(self.devices) < MOST_DEVICES)
    @rule(who=DEVICES)
    def clone(self, who: int) -> None:
        """Somebody copies the folder, and both laptops go on under one name."""
        first = self._device(who)
        engine.checkpoint(first.vault.connection)
        path = self.room / f"clone-{self.clones}.db"
        shutil.copy(first.vault.path, path)
        self.clones += 1
        self.devices.append(Device(CopiedVault(path), first.name, first.clock.now))

    @rule(who=DEVICES, seed=SEEDS)
    def order_an_erasure(self, who: int, seed: int) -> None:
        """An order names a commit that its issuer holds; it is not carried out anywhere yet."""
        commits = [one for one in self._device(who).vault.commits() if one.header.segments]
        if commits:
            chosen = Random(seed).choice(commits)  # noqa: S311 - what is ordered
            units = tuple(ref.unit for ref in chosen.header.segments)
            self.orders.append((chosen.id[:16], units))

    @precondition(lambda self: self.orders)
    @rule(who=DEVICES, order=SEEDS)
    def obey(self, who: int, order: int) -> None:
        self._obey(self._device(who), self.orders[order % len(self.orders)])

    def teardown(self) -> None:
        try:
            if self.devices:
                self._deliver_everything()
                self._all_hold_the_same()
                self._nothing_is_lost()
        finally:
            for device in self.devices:
                device.vault.close()
            shutil.rmtree(self.room)

    # ---- parts ----------------------------------------------------------------------------------

    def _device(self, number: int) -> Device:
        return self.devices[number % len(self.devices)]

    def _give(self, device: Device, commits) -> None:
        signers = [one.by.signer for one in self.devices]
        for commit in commits:
            give(device.vault, device.by, commit, *signers)

    def _obey(self, device: Device, order: tuple[bytes, tuple[int, ...]]) -> None:
        with transaction(device.vault.connection):
            carry_out(device.vault.connection, CASE, [order])

    def _deliver_everything(self) -> None:
        chance = Random(self.written)  # noqa: S311 - in which order
        for order in self.orders:
            for device in chance.sample(self.devices, len(self.devices)):
                self._obey(device, order)
        everything = {c.id: c for device in self.devices for c in device.vault.commits()}
        for device in self.devices:
            commits = list(everything.values())
            chance.shuffle(commits)
            self._give(device, commits)
            assert Pending(device.vault.connection).count() == 0
            assert {one.id for one in device.vault.commits()} == set(everything)

    def _all_hold_the_same(self) -> None:
        first = self.devices[0].vault.connection
        for device in self.devices:
            connection = device.vault.connection
            assert state_digest(connection) == state_digest(first)
            assert digests(connection) == digests(first)
        connection = self.devices[-1].vault.connection
        before = digests(connection)
        with transaction(connection):
            rebuild(connection)
        assert digests(connection) == before

    def _nothing_is_lost(self) -> None:
        commits = self.devices[0].vault.commits()
        said = [
            (op_id, op)
            for commit in commits
            for op_id, op in zip(
                op_ids(commit.id, len(ops_of(commit))), ops_of(commit), strict=True
            )
        ]
        merged = merge(said)
        stands = {op for found in merged.standing.values() for op in found}
        named = {one for _, op in said if isinstance(op, ValueOp) for one in op.replaces}
        erased = {(commit.id[:16], unit) for commit in commits for unit in missing_units(commit)}
        ordered = {(commit, unit) for commit, units in self.orders for unit in units}
        assert erased <= ordered
        for op_id, op in said:
            if isinstance(op, ValueOp) and op.kind is not OpKind.SET_REMOVE:
                assert op_id in stands or op_id in named
                assert op.answer is not None or (op_id.commit, op.unit) in ordered
        held = {
            one.op
            for record in RECORDS
            for field in FIELDS
            for one in self.devices[0].standing(record, field)
        }
        assert held == stands


TestDevicesConverge = pytest.mark.rule("R25")(Devices.TestCase)
TestDevicesConverge.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True
)
