"""Attachments travel in pack files of their own, behind everything else, and go on where cut."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.laptops import Laptop, three_laptops, two_laptops
from tests.e2e.test_lanes import LineClock, packs_in
from tests.unit.sync.test_lines import SlowStore

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.wire.limits import CHUNK_BYTES
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.storage.names import FILES
from nrm_desktop.sync.run import exchange

MARKER = b"rare-planted-marker"


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    for laptop in (ana, boris):
        laptop.vault.attachments.close()
        laptop.close()


def add(laptop: Laptop, scope, room: Path, size: int, place=Compartment.CORE) -> tuple[str, bytes]:
    data = (MARKER + os.urandom(max(0, size - len(MARKER))))[:size]
    path = room / f"{size}.bin"
    path.write_bytes(data)
    command = AddAttachment(scope=scope, path=str(path), compartment=place)
    (added,) = laptop.vault.handle(command)
    path.unlink()
    return added.attachment, data


def rows(laptop: Laptop, scope):
    return laptop.vault.attachments.desk.rows(scope)


def run(laptop: Laptop, store: SlowStore, *, asked: bool = False):
    chunks = vault_chunks(laptop.vault.session)
    try:
        office = office_of(laptop.vault.session)
        office = replace(
            office,
            clock=LineClock(office.clock, store),
            chunks=chunks,
            with_attachments=asked,
        )
        return exchange(store, "line", office).report
    finally:
        chunks.close()


@pytest.mark.promise("P3")
def test_an_attachment_goes_over_a_stick_and_is_whole_on_the_other_side(pair, tmp_path):
    ana, boris = pair
    case, stick = ana.open_case(), tmp_path / "stick"
    attachment, data = add(ana, case, tmp_path, 3 * CHUNK_BYTES + 7)

    sent, came = ana.sync(stick), boris.sync(stick)

    assert (came.received.chunks, came.carried_for_others, came.skipped) == (4, 0, ())
    assert sent.sent.packs == 2
    assert boris.vault.attachments.desk.read(case, attachment) == data
    assert not [path for path in stick.rglob("*") if path.is_file() and MARKER in path.read_bytes()]
    again = [laptop.sync(stick) for laptop in (ana, boris, ana)]
    assert [one.sent.packs + one.received.chunks for one in again] == [0, 0, 0]


def test_chunks_go_last_and_the_smallest_attachment_first(pair, tmp_path):
    ana, _ = pair
    case, store = ana.open_case(), SlowStore(1e9)
    for size in (5 * CHUNK_BYTES, 10, 2 * CHUNK_BYTES):
        add(ana, case, tmp_path, size)

    run(ana, store)

    commits, chunks = packs_in(store)
    assert ObjectType.CHUNK not in {row.kind for row in commits}
    assert {(row.kind, row.lane) for row in chunks} == {(ObjectType.CHUNK, 4)}
    lengths = [row.length for row in chunks]
    assert len(lengths) == 8
    assert lengths[0] < 1_000 < min(lengths[1:])
    names = list(store.files)
    assert [name.rpartition(".")[2] for name in names if ".cp" in name or ".nrmx" in name] == [
        "nrmx",
        "nrmx",
        "cp",
    ]


def test_what_is_urgent_is_told_before_the_first_chunk_goes(pair, tmp_path):
    ana, boris = pair
    case, store = ana.open_case(), Cut(SlowStore(1e9))
    add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    store.fail_after(lambda name, data: len(data) > CHUNK_BYTES)

    with pytest.raises(EnvironmentFault):
        run(ana, store)
    store.heal()

    run(boris, store)
    assert boris.digest == ana.digest
    (row,) = rows(boris, case)
    assert (row.missing, row.is_here) == (2, False)
    with pytest.raises(EnvironmentFault) as fault:
        boris.vault.attachments.desk.read(case, row.id)
    assert fault.value.code == "storage.not_here_yet"


def test_on_a_slow_line_attachments_wait_and_it_is_said(pair, tmp_path):
    ana, boris = pair
    case, store = ana.open_case(), SlowStore(9_000)
    for _ in range(60):  # enough to measure the line by
        ana.open_case()
    attachment, data = add(ana, case, tmp_path, CHUNK_BYTES)

    paused = run(ana, store)

    assert (paused.left_for_later.attachments, paused.left_for_later.bytes) == (1, CHUNK_BYTES)
    run(boris, store)
    assert boris.digest == ana.digest
    assert run(ana, store, asked=True).left_for_later.attachments == 0
    assert run(boris, store, asked=True).received.chunks == 1
    assert boris.vault.attachments.desk.read(case, attachment) == data


def test_who_does_not_read_the_part_only_carries_its_chunks(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    with ana, boris, cleo:
        case, stick = ana.open_case(), tmp_path / "stick"
        add(ana, case, tmp_path, 100, Compartment.LEGAL)

        ana.sync(stick)
        came = cleo.sync(stick)

        assert came.received.chunks == 0
        assert came.carried_for_others > 0
        assert not (cleo.vault.folder / FILES).exists()
        for laptop in (ana, boris, cleo):
            laptop.vault.attachments.close()


def test_a_chunk_that_was_altered_is_named_and_asked_for_again(pair, tmp_path):
    ana, boris = pair
    case, stick = ana.open_case(), tmp_path / "stick"
    attachment, data = add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    ana.sync(stick)
    large = max(stick.rglob("*.nrmx"), key=lambda path: path.stat().st_size)
    whole = bytearray(large.read_bytes())
    whole[-1] ^= 1
    large.write_bytes(whole)

    came = boris.sync(stick)

    assert (came.received.chunks, [one.code for one in came.skipped]) == (1, ["integrity.hash"])
    large.unlink()
    boris.sync(tmp_path / "other")
    ana.sync(tmp_path / "other")
    boris.sync(tmp_path / "other")
    assert boris.vault.attachments.desk.read(case, attachment) == data


def test_a_lost_file_of_chunks_costs_no_more_than_itself(pair, tmp_path):
    ana, boris = pair
    case, stick = ana.open_case(), tmp_path / "stick"
    add(ana, case, tmp_path, CHUNK_BYTES)
    ana.sync(stick)
    attachment, data = add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    ana.sync(stick)
    max(stick.rglob("*.nrmx"), key=lambda path: path.stat().st_size).unlink()

    boris.sync(stick)
    again = ana.sync(stick)
    boris.sync(stick)

    assert (again.sent.packs, again.sent.objects) == (1, 2)
    assert boris.vault.attachments.desk.read(case, attachment) == data


class Cut(SlowStore):
    """A store whose line is cut at a byte: the file under way is lost, or arrived unheard."""

    def __init__(self, store: SlowStore) -> None:
        super().__init__(1e9)
        self.files = store.files
        self.puts: list[str] = []
        self.got = 0
        self.chance: random.Random | None = None
        self._fails = lambda name, data: False

    def fail_after(self, fails) -> None:
        self._fails = fails

    def heal(self) -> None:
        self._fails, self.chance = (lambda name, data: False), None

    def get(self, name, start=0, end=None) -> bytes:
        data = super().get(name, start, end)
        if self.chance and len(data) > CHUNK_BYTES and self.chance.random() < 0.6:
            raise EnvironmentFault("store.away")
        if len(data) > CHUNK_BYTES:
            self.got += len(data)
        return data

    def put(self, name, data) -> None:
        self.now += 0.01 if len(data) < CHUNK_BYTES else len(data) / 35_000
        cut = self.chance.random() if self.chance else 1.0
        if name.endswith(".nrmx") and len(data) > CHUNK_BYTES:
            self.puts.append(name)
        if cut < 0.25 or self._fails(name, data):
            raise EnvironmentFault("store.missing")
        super().put(name, data)
        if cut < 0.5:
            raise EnvironmentFault("store.missing")


def test_resume_resends_at_most_one_pack_file(pair, tmp_path):
    """200 seeded kills: what a run put before it was cut is never sent again."""
    ana, boris = pair
    case, store = ana.open_case(), Cut(SlowStore(1e9))
    for _ in range(3):
        add(ana, case, tmp_path, 25 * CHUNK_BYTES)
    run(boris, store)
    kills = seed = 0
    while kills < 200:
        seed += 1
        store.chance = random.Random(seed)  # noqa: S311 - a seeded test
        before, arrived = len(store.puts), set(store.files)
        try:
            run(ana, store)
        except EnvironmentFault:
            kills += 1
        else:  # all of it went: something new, so that the next run sends
            add(ana, case, tmp_path, 8 * CHUNK_BYTES)
        sent_again = [name for name in store.puts[before:] if name in arrived]
        assert len(sent_again) <= 1, seed
    store.heal()
    run(ana, store)
    run(boris, store)

    held = [row.name for some in packs_in(store) for row in some if row.kind == ObjectType.CHUNK]
    assert len(held) == len(set(held)) > 75
    assert all(row.is_here for row in rows(boris, case))
    assert boris.digest == ana.digest


def test_reading_goes_on_where_it_was_cut_and_reads_nothing_twice(pair, tmp_path):
    ana, boris = pair
    case, store = ana.open_case(), Cut(SlowStore(1e9))
    for _ in range(3):
        add(ana, case, tmp_path, 20 * CHUNK_BYTES)
    run(ana, store)
    total = sum(row.length for some in packs_in(store) for row in some if row.lane == 4)
    cuts = seed = 0
    while not all(row.is_here for row in rows(boris, case)) or not rows(boris, case):
        seed += 1
        store.chance = random.Random(seed)  # noqa: S311 - a seeded test
        try:
            run(boris, store)
        except EnvironmentFault:
            cuts += 1

    assert cuts > 3
    assert total <= store.got <= total + 64 * 1024
    assert boris.digest == ana.digest
