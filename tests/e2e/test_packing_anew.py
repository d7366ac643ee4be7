"""Old pack files become one: the same objects bit for bit, and nobody misses or pays anything."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PLACE, copy_of, made_once, new_record, three_laptops
from tests.unit.sync.test_lines import SlowStore

from nrm_desktop.app.wire.checkpoint import PackRow
from nrm_desktop.app.wire.pack_file import range_reader, read_index, read_object
from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.sync.own_packs import own_packs
from nrm_desktop.sync.packing_anew import choose
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.tree import read_mark

DAY_MS = 24 * 3600 * 1000
VALUES = ("port", "airport", "border_crossing", "port", "airport", "border_crossing")


class LaterClock:
    """The clock of a laptop some days from now."""

    def __init__(self, clock, days: int, store: SlowStore) -> None:
        self._clock = clock
        self._days = days
        self._store = store

    def now_ms(self) -> int:
        return self._clock.now_ms() + self._days * DAY_MS

    def monotonic_s(self) -> float:
        return self._store.now


def run(laptop, store, days=0):
    office = office_of(laptop.vault.session)
    clock = LaterClock(office.clock, days, store)
    return exchange(store, "store", replace(office, clock=clock)).report


def read_by_newcomer(store, like, room, days=0):
    """Another copy of a laptop reads a store on which it has never been."""
    work = VaultExchange(like.vault.session)
    folder = work.run(lambda unit: unit.desk.keys().folder_of(unit.desk.device))
    fresh = SlowStore(1e9)
    fresh.files = {name: data for name, data in store.files.items() if folder not in name}
    with copy_of(made_once()[1], room / "late") as late:
        report = run(late, fresh, days)
        return report, late.digest


def packs(store) -> set[str]:
    return {name for name in store.files if name.endswith(".nrmx")}


def objects(store) -> dict[bytes, bytes]:
    found = {}
    for name in packs(store):
        read = range_reader(store.files[name])
        for row in read_index(read, len(store.files[name]), None).rows:
            found[row.name] = read_object(read, row)
    return found


@pytest.fixture
def office(tmp_path):
    """Three laptops, and a store with six pack files of Ana that all have acknowledged."""
    ana, boris, cleo = three_laptops(tmp_path)
    store, record = SlowStore(1e9), new_record()
    case = ana.open_case()
    for value in VALUES:
        ana.save(case, record, PLACE, value)
        run(ana, store)
    yield ana, boris, cleo, store
    for laptop in (ana, boris, cleo):
        laptop.close()


def acknowledge(*laptops, store) -> None:
    for laptop in laptops:
        run(laptop, store)


def test_what_all_have_acknowledged_for_a_month_becomes_one_file(office):
    ana, boris, cleo, store = office
    acknowledge(boris, cleo, ana, store=store)
    before, old = objects(store), packs(store)

    run(ana, store, days=29)
    assert packs(store) == old
    done = run(ana, store, days=31)

    (new,) = packs(store) - old
    assert done.sent.packs == 1
    assert objects(store) == before
    run(ana, store, days=31)
    left = packs(store)
    assert new in left
    assert len(old - left) >= len(VALUES)
    assert objects(store) == before


def test_nobody_misses_anything_and_nobody_reads_it_again(office, tmp_path):
    ana, boris, cleo, store = office
    acknowledge(boris, cleo, ana, store=store)
    for _ in range(2):
        run(ana, store, days=31)
    carried = run(cleo, store).carried_for_others

    again, shelter = run(boris, store), run(cleo, store)

    for report in (again, shelter):
        assert (report.alarms, report.missing, report.skipped) == ((), (), ())
        assert (report.received.commits, report.pending) == (0, 0)
    assert shelter.carried_for_others == carried
    size = max(len(store.files[name]) for name in packs(store))
    assert again.bytes_in < size
    assert read_by_newcomer(store, boris, tmp_path)[1] == ana.digest == boris.digest


def test_what_one_device_has_not_acknowledged_stays(office):
    ana, boris, _, store = office
    acknowledge(boris, ana, store=store)
    old = packs(store)

    run(ana, store, days=31)

    assert old <= packs(store)
    assert len(packs(store) - old) == 0


def test_the_same_again_has_no_effect(office):
    ana, boris, cleo, store = office
    acknowledge(boris, cleo, ana, store=store)
    for _ in range(2):
        run(ana, store, days=31)
    settled = packs(store)

    for days in (31, 62, 62, 93):
        run(ana, store, days=days)

    assert packs(store) == settled


class Stopping(SlowStore):
    """Stops before or behind the n-th write."""

    def __init__(self) -> None:
        super().__init__(1e9)
        self.left = -1

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise EnvironmentFault("store.missing")

    def put(self, name, data) -> None:
        self._step()
        super().put(name, data)
        self._step()

    def delete(self, name) -> None:
        self._step()
        super().delete(name)


def test_a_run_that_is_cut_anywhere_loses_nothing(office, tmp_path):
    ana, boris, cleo, whole = office
    acknowledge(boris, cleo, ana, store=whole)
    store = Stopping()
    store.files = whole.files
    before = objects(store)

    for step in range(1, 30):
        store.left = step
        try:
            run(ana, store, days=31)
        except EnvironmentFault:
            assert before.items() <= objects(store).items()
            store.left = -1
            assert run(boris, store, days=31).alarms == ()

    store.left = -1
    run(ana, store, days=31)
    assert before.items() <= objects(store).items()
    report, digest = read_by_newcomer(store, boris, tmp_path, days=31)
    assert (report.alarms, report.missing) == ((), ())
    assert digest == ana.digest


@pytest.mark.parametrize(("rate", "is_joined"), [(9_000, False), (900_000, True)])
def test_a_slow_line_is_left_alone(office, rate, is_joined):
    ana, boris, cleo, whole = office
    acknowledge(boris, cleo, ana, store=whole)
    store = SlowStore(rate)
    store.files = whole.files
    old = packs(store)

    report = run(ana, store, days=31)

    assert bool(packs(store) - old) is is_joined
    assert is_joined or report.bytes_in < 64 * 1024


class Keeping(SlowStore):
    """A store on which these credentials may not delete."""

    def delete(self, name) -> None:
        raise EnvironmentFault("store.denied")


def test_who_may_not_delete_exchanges_all_the_same(office):
    ana, boris, cleo, whole = office
    acknowledge(boris, cleo, ana, store=whole)
    store = Keeping(1e9)
    store.files = whole.files
    for _ in range(3):
        assert run(ana, store, days=31).alarms == ()
    assert run(boris, store, days=31).alarms == ()
    kept = packs(store)

    run(ana, whole, days=31)

    assert len(packs(whole)) < len(kept)


def test_a_damaged_file_of_ours_is_found_and_goes_again(office, tmp_path):
    ana, boris, cleo, store = office
    acknowledge(boris, cleo, ana, store=store)
    ours = {row.name for row in own_rows(ana, store)}
    victim = next(
        name
        for name in sorted(packs(store), key=lambda name: len(store.files[name]))
        if read_index(range_reader(store.files[name]), len(store.files[name]), None).name in ours
    )
    store.files[victim] = store.files[victim][:-1] + b"?"

    for _ in range(3):
        run(ana, store, days=31)

    assert victim not in packs(store)
    report, digest = read_by_newcomer(store, boris, tmp_path, days=31)
    assert (report.alarms, report.skipped) == ((), ())
    assert digest == ana.digest


def own_rows(laptop, store):
    mark = next(mark for name in store.files if (mark := read_mark(name)) is not None)
    work = VaultExchange(laptop.vault.session)
    return work.run(lambda unit: own_packs(unit, unit.state.at(mark)))


def row(size: int, objects: int = 1) -> PackRow:
    return PackRow(size.to_bytes(20, "big"), size, objects, 3)


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ([], 0),
        ([1_000, 2_000, 3_000], 3),
        ([1_000, 900_000], 1),
        ([200_000, 200_000, 900_000], 2),
        ([200_000, 200_000, 700_000], 3),
        ([6 << 20, 6 << 20, 6 << 20], 0),
    ],
)
def test_a_large_file_is_not_written_again_for_a_few_small_ones(sizes, joined):
    assert len(choose([row(size) for size in sizes])) == joined


def test_no_more_objects_are_joined_than_one_file_takes():
    assert len(choose([row(1_000 + n, 2_000) for n in range(5)])) == 2
