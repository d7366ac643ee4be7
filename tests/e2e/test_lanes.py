"""What may not wait goes first, with all of its log that was not sent yet."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PLACE, new_record, two_laptops
from tests.unit.sync.test_lines import SlowStore

from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    ConsentRowGiven,
    RecordConsent,
    WithdrawConsent,
)
from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.ids import FieldId, RecipientId
from nrm_desktop.sync.run import exchange

DANGER = FieldId("screening.danger_now")


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


class LineClock:
    """The clock of a line that tells how long a run takes."""

    def __init__(self, clock, store) -> None:
        self._clock = clock
        self._store = store

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def monotonic_s(self) -> float:
        return self._store.now


def run(laptop, store, **how):
    office = office_of(laptop.vault.session)
    office = replace(office, clock=LineClock(office.clock, store))
    return exchange(store, "slow", office, **how).report


def packs_in(store) -> list[list]:
    """The rows of the pack files in the order in which they were put."""
    files = [data for name, data in store.files.items() if name.endswith(".nrmx")]
    return [read_index(range_reader(data), len(data), None).rows for data in files]


def test_trust_goes_first_then_the_whole_tail_of_a_log_with_something_urgent(pair):
    ana, _ = pair
    store, record = SlowStore(1e9), new_record()
    case = ana.open_case()
    calm = ana.open_case()
    ana.save(calm, new_record(), PLACE, "port")
    ana.save(case, record, PLACE, "port")
    ana.save(case, record, DANGER, True)

    run(ana, store)

    (rows,) = packs_in(store)
    lanes = [row.lane for row in rows]
    assert lanes == sorted(lanes)
    assert {row.kind for row in rows if row.lane == 1} == {ObjectType.ACT, ObjectType.KEYBOX}
    bundles = [row for row in rows if row.kind == ObjectType.BUNDLE]
    assert {row.lane for row in bundles} == {2, 3}


def test_one_run_writes_one_pack_file_whatever_the_number_of_cases(pair):
    ana, _ = pair
    store = SlowStore(1e9)
    for _ in range(14):
        ana.save(ana.open_case(), new_record(), PLACE, "port")

    sent = run(ana, store).sent

    told = [rows for rows in packs_in(store) if rows[0].kind != ObjectType.MANIFEST_PART]
    assert len(told) == 1
    assert sum(row.kind == ObjectType.BUNDLE for row in told[0]) >= 14
    assert sent.objects == len(told[0])


def test_on_a_slow_line_many_small_files_go_and_the_urgent_ones_first(pair):
    ana, boris = pair
    store, urgent, record = SlowStore(1_000), ana.open_case(), new_record()
    for _ in range(12):
        ana.save(ana.open_case(), new_record(), PLACE, "port")
    ana.save(urgent, record, DANGER, True)

    run(ana, store)
    told = [rows for rows in packs_in(store) if rows[0].kind != ObjectType.MANIFEST_PART]
    many = [min(row.lane for row in rows) for rows in told]
    assert len(many) > 2
    assert many == sorted(many)
    run(boris, store)
    assert boris.values(urgent, record, DANGER) == ["True"]
    assert boris.digest == ana.digest


def test_a_withdrawal_takes_what_waited_in_its_log_along_in_front(pair):
    ana, boris = pair
    store, case = SlowStore(1e9), ana.open_case()
    (office,) = ana.vault.handle(AddDirectoryEntry(kind="shelter", name="Shelter A"))
    given = ConsentRowGiven("refer", RecipientId(office.entry.hex()), (("needs", "yes"),), "no_end")
    (told,) = ana.vault.handle(RecordConsent(scope=case, rows=(given,)))
    run(ana, store)
    before = set(store.files)
    calm = ana.open_case()
    ana.vault.handle(WithdrawConsent(scope=case, consents=(told.made[0].record,)))

    run(ana, store)

    put = [name for name in store.files if name not in before and name.endswith(".nrmx")]
    rows = [row for name in put for row in _rows(store.files[name])]
    bundles = [row.lane for row in rows if row.kind == ObjectType.BUNDLE]
    assert bundles == sorted(bundles)
    assert set(bundles) == {2, 3}
    assert calm != case
    run(boris, store)
    assert boris.digest == ana.digest


def _rows(data: bytes):
    return read_index(range_reader(data), len(data), None).rows
