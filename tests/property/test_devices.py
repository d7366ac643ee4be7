"""Devices converge: whatever is written and exchanged in whatever order, all end up the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.e2e.laptops import PLACE, SALUTATION, copy_of, made_once, new_record

from nrm_desktop.domain.ids import RecordId

VALUES = ("port", "airport", "border_crossing")
DEVICES = st.integers(0, 1)
STICKS = st.sampled_from(["one", "two"])


class Devices(RuleBasedStateMachine):
    """Two case managers, two sticks, one case; both write without having heard of each other."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(mkdtemp(prefix="devices-"))
        self.records: list[RecordId] = []

    @initialize()
    def begin(self) -> None:
        ana, boris, _ = made_once()
        self.laptops = [copy_of(ana, self.room / "ana"), copy_of(boris, self.room / "boris")]
        self.case = self.laptops[0].open_case()
        self.records = [new_record(), new_record()]
        for laptop in self.laptops:
            laptop.sync(self.room / "one")

    @rule(who=DEVICES, record=st.integers(0, 1), value=st.sampled_from(VALUES))
    def write(self, who: int, record: int, value: str) -> None:
        self.laptops[who].save(self.case, self.records[record], PLACE, value)

    @rule(who=DEVICES, record=st.integers(0, 1), value=st.sampled_from(("Dr", "Ms")))
    def write_elsewhere(self, who: int, record: int, value: str) -> None:
        """In `core` first, since that opens the record; then in `identity`."""
        self.laptops[who].save(self.case, self.records[record], PLACE, VALUES[0])
        self.laptops[who].save(self.case, self.records[record], SALUTATION, value)

    @rule(who=DEVICES, stick=STICKS)
    def exchange(self, who: int, stick: str) -> None:
        report = self.laptops[who].sync(self.room / stick)
        assert report.skipped == ()
        assert report.alarms == ()

    @precondition(lambda self: (self.room / "two").exists())
    @rule()
    def lose_a_stick(self) -> None:
        shutil.rmtree(self.room / "two")

    def teardown(self) -> None:
        if self.records:
            for who in (0, 1, 0):
                report = self.laptops[who].sync(self.room / "last")
            assert report.missing == ()
            assert report.pending == 0
            assert self.laptops[0].digest == self.laptops[1].digest
            for laptop in self.laptops:
                laptop.close()
        shutil.rmtree(self.room)


TestDevicesConverge = Devices.TestCase
TestDevicesConverge.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, derandomize=True
)
