"""A full disk inside the program: rescue mode, what it allows, and how it ends (P18, F3)."""

from __future__ import annotations

import pytest
from tests.e2e.laptops import copy_of, made_once
from tests.fakes.disk import ToldDisk

from nrm_desktop.app.commands import ImportReferral, OpenCase
from nrm_desktop.app.condition import ConditionChanged, Reason, State
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.storage import engine
from nrm_desktop.storage.ballast import BYTES, NAME, Ballast, used_bytes

pytestmark = pytest.mark.promise("P18")
FIELD = "screening.own_reference"


@pytest.fixture
def disk():
    return ToldDisk()


@pytest.fixture
def laptop(tmp_path, disk):
    made = copy_of(made_once()[0], tmp_path, disk)
    made.case = made.open_case()
    (made.vault.folder / NAME).write_bytes(b"ballast")
    yield made
    made.vault.close()


def fill_the_disk(laptop, disk) -> None:
    """The engine may use no further page, and the disk says that it is full."""
    disk.free = 0
    laptop.vault.database.write(
        lambda db: db.execute("PRAGMA max_page_count = 1").fetchall()
    ).result()


def give_room(laptop, disk) -> None:
    disk.free = 1 << 40
    laptop.vault.database.write(
        lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall()
    ).result()


def save_until_full(laptop) -> int:
    """Save until the disk refuses; give how many saves were acknowledged."""
    for number in range(10_000):
        try:
            laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "w" * 2000)
        except EnvironmentFault as fault:
            return number if fault.code == "storage.full" else -1
    return -1


def saved(laptop) -> int:
    cells = laptop.vault.work.run(lambda unit: unit.cells(laptop.case, "screening"))
    return sum(cell.field == FIELD for cell in cells)


def test_a_full_disk_frees_the_ballast_begins_the_rescue_and_says_what_uses_the_space(laptop, disk):
    told = []
    laptop.vault.bus.subscribe(told.append)
    fill_the_disk(laptop, disk)

    acked = save_until_full(laptop)

    now = laptop.vault.condition.now
    assert (now.state, now.reasons) == (State.RESCUE, (Reason.FULL,))
    assert now.used_bytes[0][0] == "database"
    assert [event for event in told if isinstance(event, ConditionChanged)][-1].condition == now
    assert not (laptop.vault.folder / NAME).exists()
    assert saved(laptop) == acked, "what was acknowledged is there, and nothing else"


def test_in_the_rescue_nothing_new_begins_and_everything_else_goes_on(laptop, disk):
    fill_the_disk(laptop, disk)
    save_until_full(laptop)

    for command in (OpenCase(child=NOT_ASKED), ImportReferral(path="x.nrm")):
        with pytest.raises(EnvironmentFault) as raised:
            laptop.vault.handle(command)
        assert raised.value.code == "storage.rescue"
    with pytest.raises(EnvironmentFault) as raised:
        laptop.vault.work.exchange(lambda unit, connection: None)
    assert raised.value.code == "storage.rescue"

    assert laptop.vault.reader.cases(CaseFilter(), 5).rows
    laptop.vault.database.write(lambda db: db.execute("DELETE FROM draft")).result()
    laptop.vault.database.checkpoint()


def test_the_rescue_ends_by_itself_when_there_is_room_and_the_ballast_is_back(laptop, disk):
    fill_the_disk(laptop, disk)
    acked = save_until_full(laptop)
    give_room(laptop, disk)

    laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "more")

    assert laptop.vault.condition.now.state is State.NORMAL
    assert (laptop.vault.folder / NAME).stat().st_size == BYTES
    assert saved(laptop) == acked + 1
    assert verify_vault(laptop.vault).database.is_sound


def test_a_failing_disk_stops_the_writer_and_is_not_tried_again(laptop):
    def fail(_):
        error = engine.dbapi2.OperationalError("disk I/O error")
        error.sqlite_errorcode = engine.dbapi2.SQLITE_IOERR
        raise error

    with pytest.raises(EnvironmentFault) as raised:
        laptop.vault.database.write(fail).result()

    assert raised.value.params["sqlite"] == 10
    assert laptop.vault.condition.now.reasons == (Reason.FAILING_DISK,)
    with pytest.raises(EnvironmentFault):
        laptop.open_case()
    assert laptop.vault.reader.cases(CaseFilter(), 5).rows


def test_a_full_stick_is_no_full_disk(laptop):
    def stick(_):
        raise EnvironmentFault("storage.full", errno=28)

    with pytest.raises(EnvironmentFault):
        laptop.vault.database.write(stick).result()

    assert laptop.vault.condition.now.state is State.NORMAL


class TestBallast:
    def ballast(self, tmp_path, disk, **changes):
        return Ballast(tmp_path, disk, lambda count: b"r" * count, **({"size": 8192} | changes))

    def test_it_is_made_once_and_really_lies_on_the_disk(self, tmp_path, disk):
        ballast = self.ballast(tmp_path, disk)
        assert not ballast.is_whole

        assert ballast.keep()
        made = (tmp_path / NAME).stat()
        assert ballast.keep()

        assert ballast.is_whole
        assert made.st_blocks * 512 >= 8192
        assert (tmp_path / NAME).stat().st_ino == made.st_ino

    def test_without_room_it_is_not_made(self, tmp_path, disk):
        disk.free = 499_999_999

        assert not self.ballast(tmp_path, disk).keep()
        assert not (tmp_path / NAME).exists()

    def test_a_short_or_sparse_one_is_made_anew(self, tmp_path, disk):
        ballast = self.ballast(tmp_path, disk, size=1 << 20)
        with (tmp_path / NAME).open("wb") as file:
            file.truncate(1 << 20)
        assert not ballast.is_whole

        assert ballast.keep()
        assert ballast.is_whole

    def test_giving_up_says_whether_something_was_freed(self, tmp_path, disk):
        ballast = self.ballast(tmp_path, disk)
        assert not ballast.give_up()
        ballast.keep()

        assert ballast.give_up()
        assert not (tmp_path / NAME).exists()

    def test_what_uses_the_space_is_named_by_part(self, tmp_path):
        (tmp_path / "backup").mkdir()
        for name, size in (("vault.db", 5), ("vault.db-wal", 6), ("files.db", 7), (NAME, 3)):
            (tmp_path / name).write_bytes(bytes(size))
        (tmp_path / "backup" / "vault.db").write_bytes(bytes(90))
        (tmp_path / "vault.hdr.a").write_bytes(bytes(1))

        assert used_bytes(tmp_path) == (
            ("backups", 90),
            ("database", 11),
            ("attachments", 7),
            ("ballast", 3),
            ("other", 1),
        )
