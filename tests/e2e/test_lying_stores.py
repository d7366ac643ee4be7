"""A store that drops, hides or loses what lies on it: all is named, wished for and healed."""

from random import Random

import pytest
from tests.e2e.laptops import PLACE, copy_of, made_once, new_record, three_laptops, two_laptops
from tests.fakes.store import FakeStore

from nrm_desktop.app.wire.checkpoint import LogWant, PackWant
from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.tree import read_mark

CASES = 4
RUNS = 40
ROWS_OF_A_LONG_LIFE = 70
"""More than stay in a checkpoint: some of them move into a manifest part."""


def run(laptop, store):
    return exchange(store, "store", office_of(laptop.vault.session)).report


def ask(laptop, job):
    return VaultExchange(laptop.vault.session).run(job)


def heads(laptop) -> dict:
    return ask(laptop, lambda unit: {head.log: head.seq for head in unit.journal.heads()})


def said_by(reader, device: bytes, store):
    """The newest checkpoint of a device that a laptop remembers of a store."""
    return checked_by(reader, device, store).checkpoint


def checked_by(reader, device: bytes, store):
    (mark,) = {mark for name in store.files if (mark := read_mark(name))}
    return ask(reader, lambda unit: unit.state.at(mark).checkpoints()[device])


def device_of(laptop) -> bytes:
    return laptop.vault.session.safe.device.id


def packs(store) -> list[str]:
    return [name for name in store.files if name.endswith(".nrmx")]


def kinds_in(store, name: str) -> set[int]:
    data = store.files[name]
    return {row.kind for row in read_index(range_reader(data), len(data), None).rows}


@pytest.mark.threat("T18")
@pytest.mark.parametrize("seed", range(2))
def test_every_missing_seq_is_named_within_one_round(tmp_path, seed):
    """One file in ten went: after one reading everything that lacks is wished for by its number."""
    ana, boris = two_laptops(tmp_path)
    store, chance = FakeStore(), Random(seed)  # noqa: S311 - what is lost
    with ana, boris:
        cases = [(ana.open_case(), new_record()) for _ in range(CASES)]
        run(ana, store)
        run(boris, store)
        before = set(packs(store))
        for number in range(RUNS):
            case, record = cases[number % CASES]
            ana.save(case, record, PLACE, "port" if number % 8 < CASES else "airport")
            run(ana, store)
        for name in chance.sample(sorted(set(packs(store)) - before), RUNS // 10):
            del store.files[name]

        report = run(boris, store)

        lacking = {log: seq for log, seq in heads(ana).items() if heads(boris).get(log, 0) < seq}
        wished = said_by(boris, device_of(boris), store).wants
        wanted = {one.blind: one.from_seq for one in wished if isinstance(one, LogWant)}
        logs = ask(boris, lambda unit: unit.desk.keys().logs_named(wanted, unit.desk.devices()))
        from_seq = {logs[blind]: seq for blind, seq in wanted.items()}
        assert lacking
        assert from_seq.keys() == lacking.keys()
        assert all(seq == heads(boris).get(log, 0) + 1 for log, seq in from_seq.items())
        assert len([one for one in wished if isinstance(one, PackWant)]) == RUNS // 10
        (row,) = report.missing
        assert row.device == device_of(ana).hex()
        assert row.count == sum(seq - heads(boris).get(log, 0) for log, seq in lacking.items())
        assert {alarm.kind for alarm in report.alarms} == {"withheld"}

        run(ana, store)
        report = run(boris, store)
        assert (report.missing, report.alarms, report.pending) == ((), (), 0)
        assert boris.digest == ana.digest


def test_wiped_store_is_restored_from_two_devices(tmp_path):
    """Neither of the two has everything; whoever comes to the wiped store gets all of both."""
    ana, boris, cleo = three_laptops(tmp_path)
    store, record = FakeStore(), new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        run(ana, store)
        run(boris, store)
        ana.save(case, record, PLACE, "airport")
        boris.save(case, record, PLACE, "border_crossing")
        own, own_record = boris.open_case(), new_record()
        boris.save(own, own_record, PLACE, "shelter")
        store.files.clear()

        run(ana, store)
        run(boris, store)
        report = run(cleo, store)
        run(ana, store)

        assert (report.missing, report.skipped, report.pending) == ((), (), 0)
        assert cleo.values(case, record, PLACE) == ["airport", "border_crossing"]
        assert cleo.values(own, own_record, PLACE) == ["shelter"]
        assert ana.digest == boris.digest


@pytest.fixture
def long_life(tmp_path):
    """Ana has told so much that a part of her manifest lies in a pack file; Boris comes late."""
    ana = copy_of(made_once()[0], tmp_path / "ana")
    store, record = FakeStore(), new_record()
    case = ana.open_case()
    for number in range(ROWS_OF_A_LONG_LIFE):
        ana.save(case, record, PLACE, "port" if number % 2 else "airport")
        run(ana, store)
    boris = copy_of(made_once()[1], tmp_path / "boris")
    yield ana, boris, store
    ana.close()
    boris.close()


def test_late_device_rebuilds_state_from_newest_checkpoint_on_a_store(long_life):
    """Of all the checkpoints there only the newest still lies there, and it is enough."""
    ana, boris, store = long_life
    assert len([name for name in store.files if name.endswith(".cp")]) == 1

    report = run(boris, store)

    newest = checked_by(boris, device_of(ana), store)
    states = [ask(one, lambda unit: full_state(unit, newest)) for one in (ana, boris)]
    assert newest.checkpoint.parts
    assert states[0] == states[1]
    assert len(states[0]) > ROWS_OF_A_LONG_LIFE
    assert (report.missing, report.alarms) == ((), ())
    assert boris.digest == ana.digest


@pytest.mark.threat("T18")
def test_missing_part_is_wanted_not_guessed(long_life):
    """Without the part nothing is made up about what it said, and its file is wished for."""
    ana, boris, store = long_life
    (part,) = [name for name in packs(store) if kinds_in(store, name) == {ObjectType.MANIFEST_PART}]
    lost = read_index(range_reader(store.files[part]), len(store.files[part]), None).name
    del store.files[part]

    report = run(boris, store)

    newest = checked_by(boris, device_of(ana), store)
    state = ask(boris, lambda unit: full_state(unit, newest))
    assert {alarm.kind for alarm in report.alarms} == {"withheld"}
    assert len(state) == len(newest.checkpoint.rows) < ROWS_OF_A_LONG_LIFE
    assert PackWant(lost) in said_by(boris, device_of(boris), store).wants
    assert boris.digest != ana.digest

    run(ana, store)
    report = run(boris, store)
    assert (report.missing, report.alarms, report.skipped) == ((), (), ())
    assert boris.digest == ana.digest
