"""Many laptops over many days, on stores that count: what a run costs, and how that grows.

Each laptop is a real vault with real keys; what it exchanges goes through the program's own runs.
Only the stores are in memory (`tests.fakes.store`, which passes the contract of all stores) and the
days are invented. Five laptops make a site. A site with a road meets the office's store; one
without fills a stick that a courier takes along every third day, and now and then a stick is lost.
Laptops are switched off on some days. Two are removed on the way. At the end everybody meets, and
whoever may read the same must hold the same. One day is played on a real S3 server as well.

`NRM_SCALE_DEVICES` and `NRM_SCALE_DAYS` choose the sizes; `NRM_SCALE_SEED` the invented chances.
After `NRM_SCALE_MINUTES` of one size no new day begins: the figures say how many days there were.
With `NRM_SCALE_ROOM`, a folder, the days that are left go on in the next run instead: all laptops
are shut down, and everything is kept there. One size at a time, and never after a crash.
"""

from __future__ import annotations

import os
import pickle
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from bench.halting import HALT, Cost, Halt, Halted, room_of
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.servers.children import s3_server, s3_store

from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.ports import Store
from nrm_desktop.app.sync_report import SyncReport
from nrm_desktop.bootstrap.exchange import VaultExchange, head_digest, office_of
from nrm_desktop.bootstrap.headless import Founder, OpenVault, enter, found_vault, open_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.roomy import roomy
from nrm_desktop.sync.run import exchange

SIZES = (10, 20, 50, 200)
DAYS = 30
MINUTES = 240
ON_A_SERVER = 20
PER_SITE = 5
PASSPHRASE = "forty quiet sites beside the long road"
ROLE = "case_manager"
DAY_MS = 24 * 3600 * 1000
COURIER_DAYS = 3
WORDS = FieldId("screening.why_now")
REMOVED_ON = (0.1, 0.2)
"""When two laptops are removed, as a part of all days."""


def run() -> dict[str, float]:
    sizes = [int(one) for one in os.environ.get("NRM_SCALE_DEVICES", "").split()] or SIZES
    days = int(os.environ.get("NRM_SCALE_DAYS", DAYS))
    seed = int(os.environ.get("NRM_SCALE_SEED", "20261125"))
    minutes = float(os.environ.get("NRM_SCALE_MINUTES", MINUTES))
    figures: dict[str, float] = {"scale.seed": seed}
    for devices in sizes:
        chance = random.Random(seed)  # noqa: S311 - the same days for the same seed
        try:
            with room_of(devices) as room:
                found = Simulation(room, devices, chance).play(days, minutes)
        except Halted as halted:
            print(f"{devices} laptops: halted after day {halted.day}", file=sys.stderr)
            continue
        figures |= {f"scale.{devices}.{what}": value for what, value in found.items()}
    if os.environ.get("NRM_SCALE_ROOM"):
        return figures  # a part of the days: the day on a server is measured with all of them
    return figures | {f"scale.s3.{what}": value for what, value in day_on_a_server(seed).items()}


def day_on_a_server(seed: int) -> dict[str, float]:
    """One day of twenty laptops whose store is a bucket of a real S3 server on this machine."""
    chance = random.Random(seed)  # noqa: S311 - the same day for the same seed
    with (
        tempfile.TemporaryDirectory() as name,
        s3_server() as server,
        closing(s3_store(server, "day")) as store,
    ):
        started = time.perf_counter()
        found = Simulation(Path(name), ON_A_SERVER, chance, store).play(1)
        return found | {"wall_s": time.perf_counter() - started}


@dataclass
class Device:
    """A laptop with its site."""

    vault: OpenVault
    site: int
    is_removed: bool = False


class Simulation:
    """An organisation of so many laptops."""

    def __init__(
        self, room: Path, devices: int, chance: random.Random, office: Store | None = None
    ) -> None:
        self._room = room
        self._chance = chance
        self._clock = FakeClock()
        self._office: Store = office or FakeStore()
        self._sticks: dict[int, FakeStore] = {}
        self._cases: dict[int, list[tuple[ScopeId, RecordId]]] = {}
        self._cost = Cost()
        self._closing = ExitStack()
        self._count = devices

    def play(self, days: int, minutes: float = MINUTES) -> dict[str, float]:
        """Let the days go by, as many as begin within so many minutes.

        Gives figures per laptop and day.
        """
        ends = time.monotonic() + minutes * 60
        with self._closing:
            devices, so_far, played = self._begun()
            removals = {max(1, round(days * part)) for part in REMOVED_ON}
            for day in range(played + 1, days + 1):
                if time.monotonic() > ends:
                    self._halt(devices, so_far, played)
                    break
                played = day
                self._clock.move(DAY_MS)
                if day in removals:
                    self._remove_one(devices)
                self._day(devices, day)
                self._tell(day)
            self._gather(devices)
            found = self._figures(devices, played) | so_far
            found["removed_read_commits"] = self._read_by_removed(devices)
            return found

    # ---- several runs ---------------------------------------------------------------------------

    def _begun(self) -> tuple[list[Device], dict[str, float], int]:
        """Everybody at work, with the figures so far and the day: new, or as they were halted."""
        kept = self._room / HALT
        if kept.exists():
            halt: Halt = pickle.loads(kept.read_bytes())  # noqa: S301 - written by this program
            kept.unlink()  # the vaults move on now: what was kept does not fit them any more
            return self._again(halt), halt.so_far, halt.played
        started = time.process_time()
        devices = self._everybody()
        joined_s = time.process_time() - started
        self._meet(devices, Cost())
        self._meet(devices, Cost())
        one_case = self._cost_of_a_case(devices)
        return devices, one_case | {"join_cpu_s": joined_s / self._count}, 0

    def _halt(self, devices: list[Device], so_far: dict[str, float], played: int) -> None:
        """Shut everything down and keep it, if there is a folder for that."""
        if not os.environ.get("NRM_SCALE_ROOM") or not isinstance(self._office, FakeStore):
            return
        self._closing.close()
        halt = Halt(
            played,
            [one.is_removed for one in devices],
            self._chance.getstate(),
            self._clock,
            self._office,
            self._sticks,
            self._cases,
            self._cost,
            so_far,
        )
        (self._room / HALT).write_bytes(pickle.dumps(halt))
        raise Halted(played)

    def _again(self, halt: Halt) -> list[Device]:
        self._chance.setstate(halt.chance)  # type: ignore[arg-type]  # opaque to us
        self._clock, self._office, self._sticks = halt.clock, halt.office, halt.sticks
        self._cases, self._cost = halt.cases, halt.cost
        return [
            Device(
                self._opened(open_vault(self._shell(number), PASSPHRASE)),
                number // PER_SITE,
                is_removed,
            )
            for number, is_removed in enumerate(halt.removed)
        ]

    # ---- people ---------------------------------------------------------------------------------

    def _everybody(self) -> list[Device]:
        founder = Founder("Help", "P-000", ROLE, PASSPHRASE, FLOOR)
        first = self._opened(found_vault(self._shell(0), founder))
        found = [Device(first, 0)]
        carried = self._room / "carried"  # short names in one folder of 200 may meet each other
        for number in range(1, self._count):
            safe = create_safe(self._shell(number), PASSPHRASE, FLOOR)
            here = carried / str(number)
            here.mkdir(parents=True)
            asked = ask_to_join(safe, f"P-{number:03}", f"laptop {number}", str(here))
            said = " ".join(asked.compared.digits)
            approved = approve(first.session, asked.file, str(here), said, ROLE)
            join(safe, approved.file, " ".join(approved.compared.words))
            found.append(Device(self._opened(enter(safe)), number // PER_SITE))
        return found

    def _opened(self, vault: OpenVault) -> OpenVault:
        self._closing.callback(vault.close)
        return vault

    def _shell(self, number: int) -> Shell:
        folder = self._room / f"{number:03}"
        made = build_shell(folder / "vault", anchors=folder / "anchors", is_practice=True)
        return replace(made, clock=self._clock)

    # ---- days -----------------------------------------------------------------------------------

    def _tell(self, day: int) -> None:
        said = f"{self._count} laptops, day {day}: {self._cost.runs} runs, {self._cost.cpu_s:.0f} s"
        print(said, file=sys.stderr, flush=True)

    def _day(self, devices: list[Device], day: int) -> None:
        for site in sorted({device.site for device in devices}):
            here = [one for one in devices if one.site == site and self._is_on(one)]
            for device in here:
                self._work(device)
            if self._has_road(site):
                for device in here:
                    self._run(device, self._office, self._cost)
            else:
                self._by_courier(site, here, devices[0], day)

    def _is_on(self, device: Device) -> bool:
        return not device.is_removed and self._chance.random() < 0.85

    def _has_road(self, site: int) -> bool:
        return site % 4 != 3

    def _by_courier(self, site: int, here: list[Device], office: Device, day: int) -> None:
        """The laptops of a site without a road share a stick, which travels every third day."""
        stick = self._sticks.setdefault(site, FakeStore())
        for device in here:
            self._run(device, stick, self._cost)
        if day % COURIER_DAYS == 0:
            if self._chance.random() < 0.1:
                self._sticks[site] = FakeStore()  # lost on the way
                return
            self._run(office, stick, self._cost)
            self._run(office, self._office, self._cost)
            self._run(office, stick, self._cost)

    def _work(self, device: Device) -> None:
        """Two saves in a case of the site; now and then a new case."""
        cases = self._cases.setdefault(device.site, [])
        if not cases:
            cases.append(self._new_case(device))
        for _ in range(2):
            scope, record = self._chance.choice(cases)
            if device.vault.reader.case(scope, device.vault.sight) is not None:
                self._save(device, scope, record)

    def _new_case(self, device: Device) -> tuple[ScopeId, RecordId]:
        (opened,) = device.vault.handle(OpenCase(child=NOT_ASKED))
        record = RecordId(device.vault.context.random(16))
        cell = CellAnswer(record, WORDS, answered("first words"))
        opens = (NewRecord(record, "screening"),)
        device.vault.handle(SaveAnswers(scope=opened.scope, answers=(cell,), opens=opens))
        return opened.scope, record

    def _save(self, device: Device, scope: ScopeId, record: RecordId) -> None:
        words = answered(f"words {self._chance.randrange(1_000_000)}")
        cell = CellAnswer(record, WORDS, words)
        device.vault.handle(SaveAnswers(scope=scope, answers=(cell,)))

    def _remove_one(self, devices: list[Device]) -> None:
        gone = next(one for one in reversed(devices) if not one.is_removed)
        gone.is_removed = True
        name = gone.vault.session.safe.device.id.hex()
        revoke_device(devices[0].vault.session, name, RemovalReason.LOST)

    # ---- exchange -------------------------------------------------------------------------------

    def _run(self, device: Device, store: Store, cost: Cost) -> SyncReport:
        session = device.vault.session
        started = time.process_time()
        office = replace(office_of(session), work=VaultExchange(session))
        with roomy(session.safe.database):
            report = exchange(store, "scale", office).report
        cost.add(report, time.process_time() - started)
        return report

    def _meet(self, devices: list[Device], cost: Cost) -> None:
        for device in devices:
            if not device.is_removed:
                self._run(device, self._office, cost)

    def _gather(self, devices: list[Device]) -> None:
        """At the end every stick reaches the office, and everybody has a road."""
        for stick in self._sticks.values():
            self._run(devices[0], stick, Cost())
        for _ in range(3):
            self._meet(devices, Cost())

    def _read_by_removed(self, devices: list[Device]) -> int:
        """How many commits removed laptops can take in of what is written from now on."""
        removed = [one for one in devices if one.is_removed]
        for one in removed * 2:  # what one of them still had to send, the others take in before
            self._run(one, self._office, Cost())
        for one in devices:
            if not one.is_removed:
                self._work(one)
        self._meet(devices, Cost())
        return sum(self._run(one, self._office, Cost()).received.commits for one in removed)

    def _cost_of_a_case(self, devices: list[Device]) -> dict[str, float]:
        """What one new case costs everybody together: grants and keys for each colleague."""
        cost = Cost()
        self._cases.setdefault(0, []).append(self._new_case(devices[0]))
        self._meet(devices, cost)
        return {
            "case_sent_kb": cost.sent / 1000,
            "case_received_kb": cost.received / 1000 / self._count,
        }

    def _figures(self, devices: list[Device], days: int) -> dict[str, float]:
        there = [one for one in devices if not one.is_removed]
        digests = {head_digest(one.vault.session) for one in there}
        cost, all_days = self._cost, len(devices) * days
        return {
            "days": days,
            "runs": cost.runs,
            "requests_per_device_day": cost.requests / all_days,
            "sent_kb_per_device_day": cost.sent / all_days / 1000,
            "received_kb_per_device_day": cost.received / all_days / 1000,
            "cpu_ms_per_run": cost.cpu_s / cost.runs * 1000,
            "states": len(digests),
            "idle_requests": statistics.median(cost.idle_requests) if cost.idle_requests else 0,
            **_size(self._office),
        }


def _size(store: Store) -> dict[str, float]:
    """How much lies there, where that can be counted."""
    if not isinstance(store, FakeStore):
        return {}
    sizes = [len(data) for data in store.files.values()]
    return {"store_files": len(sizes), "store_mb": sum(sizes) / 1e6}
