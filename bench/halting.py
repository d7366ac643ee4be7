"""What a long simulation keeps between two runs: everything but the vaults, which lie on disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

from nrm_desktop.app.sync_report import SyncReport
from nrm_desktop.domain.ids import RecordId, ScopeId

HALT: Final = "halt.pickle"


@dataclass
class Cost:
    """What runs have cost. Units: bytes and seconds of the processor."""

    runs: int = 0
    requests: int = 0
    sent: int = 0
    received: int = 0
    cpu_s: float = 0.0
    idle_requests: list[int] = field(default_factory=list)
    idle_bytes: list[int] = field(default_factory=list)

    def add(self, report: SyncReport, cpu_s: float) -> None:
        """Count one run; one without any news is counted apart, too."""
        self.runs += 1
        self.requests += report.requests
        self.sent += report.bytes_out
        self.received += report.bytes_in
        self.cpu_s += cpu_s
        if not report.sent.packs and not report.bytes_in:
            self.idle_requests.append(report.requests)
            self.idle_bytes.append(report.bytes_in + report.bytes_out)


@dataclass
class Halt:
    """What is kept between two runs, beside the vaults. Shape: `removed` by number of laptop."""

    played: int
    removed: list[bool]
    chance: object
    clock: FakeClock
    office: FakeStore
    sticks: dict[int, FakeStore]
    cases: dict[int, list[tuple[ScopeId, RecordId]]]
    cost: Cost
    so_far: dict[str, float]


@contextmanager
def room_of(devices: int) -> Iterator[Path]:
    """Where the laptops lie: a folder that goes afterwards, or one that is kept for more days."""
    kept = os.environ.get("NRM_SCALE_ROOM")
    if kept:
        room = Path(kept) / str(devices)
        room.mkdir(parents=True, exist_ok=True)
        yield room
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


class Halted(Exception):
    """Everything is kept for another run. Shape: `day` was the last that was played."""

    def __init__(self, day: int) -> None:
        super().__init__(day)
        self.day = day
