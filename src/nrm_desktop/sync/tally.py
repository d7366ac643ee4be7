"""What a run has done so far: counted as it goes, told at the end.

It decides nothing. One tally belongs to one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.sync_ports import ExchangeWork
from nrm_desktop.app.sync_report import Alarm, SkippedObject
from nrm_desktop.app.wire.pack_file import RangeReader
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import DeviceId, FieldId, ScopeId
from nrm_desktop.sync.metered import MeteredStore
from nrm_desktop.sync.tree import StoreTree

FORK = "integrity.fork"
MANY_ERASURES = "many_erasures"


@dataclass(slots=True)
class Tally:
    """Counts of one run. Shape: `lost` are pack files that should lie on the store."""

    commits: int = 0
    acts: int = 0
    keyboxes: int = 0
    chunks: int = 0
    forms: int = 0
    erasures: int = 0
    newer: int = 0
    alarms: dict[tuple[str, str], Alarm] = field(default_factory=dict)
    skipped: dict[str, SkippedObject] = field(default_factory=dict)
    changed: set[tuple[ScopeId, FieldId]] = field(default_factory=set)
    lost: set[bytes] = field(default_factory=set)

    def alarm(self, kind: str, device: DeviceId) -> None:
        """Note something that a person has to look at, once per device."""
        self.alarms[kind, device.hex()] = Alarm(kind, device.hex(), f"alarm.{kind}")

    def skip(self, name: str, error: HostileInput) -> None:
        """Note a refused object; the next one is read all the same."""
        self.skipped[name] = SkippedObject(name, error.code)
        if error.code == FORK:
            self.alarm("fork", DeviceId(bytes.fromhex(str(error.params["device"]))))

    def add(self, other: Tally) -> None:
        """Count in what another tally has."""
        self.commits += other.commits
        self.acts += other.acts
        self.keyboxes += other.keyboxes
        self.chunks += other.chunks
        self.forms += other.forms
        self.erasures += other.erasures
        self.newer += other.newer
        self.alarms |= other.alarms
        self.skipped |= other.skipped
        self.changed |= other.changed


@dataclass(frozen=True, slots=True)
class Visit:
    """One run at one store. Shape: `mark` tells the store from any other; it began at `now_ms`.

    `heads` are readers of pack files that were begun.
    """

    store: MeteredStore
    tree: StoreTree
    mark: bytes
    work: ExchangeWork
    tally: Tally
    now_ms: int = 0
    heads: dict[bytes, RangeReader] = field(default_factory=dict, repr=False)
