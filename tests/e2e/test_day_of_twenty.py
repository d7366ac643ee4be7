"""Twenty laptops through a working day on one store: all hold the same, and it costs what it may.

The figures are those of sync.md section 23. Here the store lies in memory and counts; that a server
gives the same result is shown by `test_servers`.
"""

from pathlib import Path
from random import Random

import pytest
from tests.e2e.laptops import PLACE, new_record
from tests.e2e.twenty import COUNT, twenty_laptops
from tests.fakes.store import FakeStore

from nrm_desktop.app.sync_report import Sent
from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.sync.run import exchange

OPS = 10
INTERVIEW_BYTES = 800
CHECKPOINT_BYTES = 11_400
QUIET_REQUESTS = 5
QUIET_BYTES = 120_000
ENTRY_BYTES = 400
"""What a name costs in an answer of WebDAV."""
WRITING = 3
"""Requests of whoever writes: a pack file, a checkpoint, and the older one goes."""
PER_DEVICE = 2
"""Requests for the news of one device: its checkpoint, and its pack file."""
GREETINGS = COUNT - 1
"""First checkpoints of devices that came after us in the morning."""
PLACES = ("airport", "border_crossing", "shelter")


class CountingStore(FakeStore):
    """Counts what a run asks for, names in answers among it."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    def begin(self) -> None:
        self.requests = self.bytes_in = self.bytes_out = 0

    def put(self, name, data) -> None:
        self.requests += 1
        self.bytes_out += len(data)
        super().put(name, data)

    def get(self, name, start=0, end=None) -> bytes:
        data = super().get(name, start, end)
        self.requests += 1
        self.bytes_in += len(data)
        return data

    def list(self, prefix, after=""):
        found = list(super().list(prefix, after))
        self.requests += 1
        self.bytes_in += ENTRY_BYTES * len(found)
        return iter(found)

    def delete(self, name) -> None:
        self.requests += 1
        super().delete(name)


def run(laptop, store):
    store.begin()
    report = exchange(store, "server", office_of(laptop.vault.session)).report
    assert (report.alarms, report.missing, report.skipped, report.pending) == ((), (), (), 0)
    assert report.requests == store.requests
    return report


def interview(laptop, case) -> None:
    """Ten operations in one save: a record is opened, and nine answers are written."""
    record = new_record()

    def save(unit) -> None:
        unit.record(case, Compartment.CORE, OpenRecord(record, "screening", None, 1))
        for number in range(OPS - 1):
            field, said = (
                FieldId(f"screening.question_{number}"),
                answered(PLACES[number % len(PLACES)]),
            )
            unit.record(case, Compartment.CORE, ValueOp(OpKind.SET, record, field, said))

    laptop.vault.work.run(save)


def bundle_sizes(store, names) -> list[int]:
    found = []
    for name in names:
        data = store.files[name]
        rows = read_index(range_reader(data), len(data), None).rows
        found += [row.length for row in rows if row.kind == ObjectType.BUNDLE]
    return found


def packs(store) -> set[str]:
    return {name for name in store.files if name.endswith(".nrmx")}


@pytest.mark.promise("P3")
def test_one_day_twenty_devices(tmp_path: Path):
    store, record = CountingStore(), new_record()
    with twenty_laptops(tmp_path) as laptops:
        ana, others = laptops[0], laptops[1:]
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        for laptop in laptops:  # in the morning everybody gets the case of the night
            run(laptop, store)
        assert {laptop.digest for laptop in others} == {ana.digest}

        before = packs(store)
        for number, laptop in enumerate(laptops):  # they work apart, and correct one answer
            interview(laptop, case)
            laptop.save(case, record, PLACE, said_by(number))
        order = Random(20).sample(laptops, COUNT)  # noqa: S311 - who comes when
        written = []
        for heard, laptop in enumerate(order):
            report = run(laptop, store)
            written.append(store.bytes_out)
            assert (report.sent.packs, report.sent.commits) == (1, 2)
            assert store.bytes_out <= 2 * INTERVIEW_BYTES + CHECKPOINT_BYTES
            assert store.requests <= QUIET_REQUESTS + PER_DEVICE * heard + WRITING + GREETINGS
        assert len(packs(store) - before) == COUNT
        assert max(bundle_sizes(store, packs(store) - before)) <= 2 * INTERVIEW_BYTES

        for behind, laptop in enumerate(reversed(order)):  # in the evening they hear of the rest
            run(laptop, store)
            assert store.requests <= QUIET_REQUESTS + PER_DEVICE * behind
            assert store.bytes_in <= QUIET_BYTES + sum(written), "nothing is read twice"
        assert {laptop.digest for laptop in others} == {ana.digest}
        assert all(laptop.values(case, record, PLACE) == everybody_said() for laptop in laptops)

        evening = dict(store.files)
        for laptop in laptops:  # and then all is quiet
            report = run(laptop, store)
            assert report.sent == Sent()
            assert store.requests <= QUIET_REQUESTS
            assert store.bytes_in + store.bytes_out <= QUIET_BYTES
        assert store.files == evening


def everybody_said() -> list[str]:
    """Twenty people corrected one answer without hearing of each other: all of it stands."""
    return sorted(said_by(number) for number in range(COUNT))


def said_by(number: int) -> str:
    return PLACES[number % len(PLACES)]
