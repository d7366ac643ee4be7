"""A carrier by mail, card or courier is as good as the store, and holds its objects bit for bit."""

import shutil
from contextlib import contextmanager

import pytest
from tests.e2e.laptops import PLACE, copy_of, made_once, new_record
from tests.e2e.test_arrivals import look
from tests.e2e.test_attachments_travel import add, rows

from nrm_desktop.app.wire.limits import CHUNK_BYTES
from nrm_desktop.app.wire.pack_file import range_reader, read_index, read_object
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.carrying import CarryWish, carry
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.storage.names import FILES
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.sync.carrying import carriers, pieces_on
from nrm_desktop.sync.transports.folder import FolderStore
from nrm_desktop.sync.tree import StoreTree


@pytest.fixture
def room(tmp_path):
    """Ana has a case with attachments; two laptops are copies of the one of Boris."""
    ana, boris, _ = made_once()
    laptops = [
        copy_of(ana, tmp_path / "ana"),
        copy_of(boris, tmp_path / "by-store"),
        copy_of(boris, tmp_path / "by-hand"),
    ]
    (tmp_path / "mail").mkdir()
    ana = laptops[0]
    case, record = ana.open_case(), new_record()
    ana.save(case, record, PLACE, "port")
    add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    add(ana, case, tmp_path, 90, Compartment.SUPPORT)
    yield (*laptops, case, record, tmp_path)
    for laptop in laptops:
        laptop.vault.attachments.close()
        laptop.close()


def write(laptop, folder, **how):
    how = {"with_attachments": True} | how
    return carry(laptop.vault.session, CarryWish(str(folder), **how))


def trust_of(laptop):
    def ask(connection):
        trust = SqlTrustStore(connection)
        scopes = [row[0] for row in connection.execute("SELECT DISTINCT scope FROM trust_act")]
        epochs = sorted((one.scope, one.number, one.epoch) for one in trust.epochs())
        return trust.roots(), {scope: sorted(trust.acts(scope)) for scope in scopes}, epochs

    return laptop.vault.database.read(ask).result()


def objects_of(paths):
    found = {}
    for path in paths:
        data = path.read_bytes()
        read = range_reader(data)
        for row in read_index(read, len(data), None).rows:
            found[row.name] = read_object(read, row)
    return found


@pytest.mark.parametrize("is_store_packed", [True, False])
def test_carrier_equals_store_result(room, is_store_packed):
    ana, by_store, by_hand, case, _, tmp_path = room
    stick, mail = tmp_path / "stick", tmp_path / "mail"
    ana.sync(stick)
    by_store.sync(stick)

    made = write(ana, mail, store=str(stick) if is_store_packed else "")
    found = look(by_hand, mail, is_taking=True)

    assert made.skipped == ()
    assert [(str(one.kind), one.taken, one.missing) for one in found.values()] == [
        ("for_me", True, 0)
    ] * len(made.files)
    assert by_hand.digest == by_store.digest == ana.digest
    assert trust_of(by_hand) == trust_of(by_store)
    assert all(row.is_here for row in rows(by_hand, case))
    assert len(rows(by_hand, case)) == 2


def test_what_lies_on_a_store_goes_into_a_carrier_bit_for_bit(room):
    ana, boris, _, _, _, tmp_path = room
    stick, mail = tmp_path / "stick", tmp_path / "mail"
    ana.sync(stick)
    boris.sync(stick)

    write(ana, mail, store=str(stick))

    packed = objects_of(mail.iterdir())
    assert objects_of(stick.rglob("*.nrmx")).items() <= packed.items()
    whole = {path.read_bytes() for path in stick.rglob("*") if path.suffix in {".cp", ".root"}}
    assert whole <= set(packed.values())
    assert len(packed) == len(objects_of(stick.rglob("*.nrmx"))) + len(whole)
    again = write(ana, tmp_path / "mail", store=str(stick))
    assert len(again.files) == len(list(mail.iterdir()))


def test_any_device_can_pack_a_store_again_without_keys(room):
    ana, *_, tmp_path = room
    ana.sync(tmp_path / "stick")
    store = FolderStore(tmp_path / "stick", SystemFiles())
    tree, skipped = StoreTree(ana.vault.context.organisation), []

    packed = list(carriers(pieces_on(store, tree, skipped), skipped))

    assert skipped == []
    found = {}
    for one in packed:
        read = range_reader(one.file.data)
        for row in read_index(read, len(one.file.data), one.file.name).rows:
            found[row.name] = read_object(read, row)
    assert objects_of((tmp_path / "stick").rglob("*.nrmx")).items() <= found.items()


def test_a_carrier_begins_with_checkpoints_and_attachments_go_apart(room):
    ana, _, _, _, _, tmp_path = room
    ana.sync(tmp_path / "stick")

    first, second = write(ana, tmp_path / "mail").files

    kinds = []
    for one in (first, second):
        data = (tmp_path / "mail" / one.path.rpartition("/")[2]).read_bytes()
        kinds.append([row.kind for row in read_index(range_reader(data), len(data), None).rows])
    assert kinds[0][0] == ObjectType.CHECKPOINT
    assert ObjectType.ROOT_DOCUMENT in kinds[0]
    assert set(kinds[1]) == {ObjectType.CHUNK}
    assert len(write(ana, tmp_path / "mail", with_attachments=False).files) == 1


def test_files_of_one_carrier_may_come_in_any_order_and_on_any_day(room):
    ana, _, boris, case, _, tmp_path = room
    commits, chunks = write(ana, tmp_path / "mail").files
    for number, one in enumerate((chunks, commits)):
        shutil.move(one.path, tmp_path / "mail" / f"{number}.nrmx")
    (tmp_path / "first").mkdir()
    shutil.copy(tmp_path / "mail" / "0.nrmx", tmp_path / "first")

    (alone,) = look(boris, tmp_path / "first", is_taking=True).values()
    assert (str(alone.kind), alone.taken) == ("carried_for_others", False)
    assert not (boris.vault.folder / FILES).exists()

    look(boris, tmp_path / "mail", is_taking=True)
    assert all(row.is_here for row in rows(boris, case))


def test_cut_off_carrier_gives_its_whole_objects(room):
    ana, _, boris, case, record, tmp_path = room
    mail = tmp_path / "mail"
    for one in write(ana, mail, with_attachments=False).files:
        data = (mail / one.path.rpartition("/")[2]).read_bytes()
    index = read_index(range_reader(data), len(data), None)
    rest = [row for row in index.rows if row.kind == ObjectType.BUNDLE][-1]
    for path in mail.iterdir():
        path.unlink()
    (mail / "cut.nrmx").write_bytes(data[: rest.offset + rest.length - 1])

    (found,) = look(boris, mail, is_taking=True).values()

    assert (str(found.kind), found.code) == ("damaged", "integrity.format")
    assert boris.values(case, record, PLACE) == ["port"]
    assert boris.digest != ana.digest
    write(ana, mail)
    look(boris, mail, is_taking=True)
    assert boris.digest == ana.digest


def test_a_carrier_says_what_has_not_arrived_yet(room):
    ana, boris, other, case, record, tmp_path = room
    stick, mail = tmp_path / "stick", tmp_path / "mail"
    ana.sync(stick)
    boris.sync(stick)
    write(ana, tmp_path / "mail")
    look(other, mail, is_taking=True)
    for value in ("airport", "border_crossing"):
        ana.save(case, record, PLACE, value)
    ana.sync(stick)
    for path in mail.iterdir():
        path.unlink()
    write(ana, mail, store=str(stick), with_attachments=False)
    (path,) = mail.iterdir()
    data = path.read_bytes()
    index = read_index(range_reader(data), len(data), None)
    path.write_bytes(data[: index.rows[2].offset + 10])

    (found,) = look(other, mail, is_taking=True).values()

    assert str(found.kind) == "damaged"
    assert found.missing > 0


def test_only_what_is_new_goes_into_the_next_carrier(room):
    ana, _, boris, case, record, tmp_path = room
    mail, next_mail = tmp_path / "mail", tmp_path / "next"
    next_mail.mkdir()
    whole = write(ana, mail, is_new_only=True)
    look(boris, mail, is_taking=True)
    ana.save(case, record, PLACE, "airport")

    (new,) = write(ana, next_mail, is_new_only=True).files

    assert new.objects < whole.files[0].objects
    look(boris, next_mail, is_taking=True)
    assert boris.digest == ana.digest
    assert len(write(ana, next_mail).files) == len(whole.files)


def test_a_damaged_pack_file_on_the_store_is_named_and_stops_no_other(room):
    ana, _, boris, case, _, tmp_path = room
    stick, mail = tmp_path / "stick", tmp_path / "mail"
    ana.sync(stick)
    large = max(stick.rglob("*.nrmx"), key=lambda path: path.stat().st_size)
    data = bytearray(large.read_bytes())
    data[20] ^= 1
    large.write_bytes(data)

    made = write(ana, mail, store=str(stick))
    look(boris, mail, is_taking=True)

    assert [(one.object, one.code) for one in made.skipped] == [(large.name, "integrity.hash")]
    assert boris.digest == ana.digest
    assert not any(row.is_here for row in rows(boris, case))


def test_a_server_is_packed_by_what_devices_say_lies_there(room, monkeypatch):
    ana, by_store, by_hand, _, _, tmp_path = room
    stick, mail = tmp_path / "stick", tmp_path / "mail"
    ana.sync(stick)
    by_store.sync(stick)
    asked = []

    @contextmanager
    def opened(_session, address):
        folder = FolderStore(stick, SystemFiles())
        yield Server(folder, asked)
        asked.append("closed")

    monkeypatch.setattr("nrm_desktop.bootstrap.carrying.opened_store", opened)
    made = write(by_store, mail, store="webdavs://server.invalid/path")

    assert made.skipped == ()
    assert asked.count("list") < 5
    assert asked[-1] == "closed"
    look(by_hand, mail, is_taking=True)
    assert by_hand.digest == ana.digest


class Server:
    """A store that is no folder; it counts its listings."""

    def __init__(self, store: FolderStore, asked: list[str]) -> None:
        self._store = store
        self._asked = asked

    def list(self, prefix, after=""):
        self._asked.append("list")
        return self._store.list(prefix, after)

    def get(self, name, start=0, end=None) -> bytes:
        self._asked.append("get")
        return self._store.get(name, start, end)
