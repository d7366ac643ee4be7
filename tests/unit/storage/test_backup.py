"""Backups: whole or absent, opened and read back before they have a name (P9, P10, P17)."""

import os
import threading
from dataclasses import replace
from hashlib import sha256

import pytest
from tests.contract.vaults import CASE, KEY, author, value
from tests.fakes.dying import dies_at

from nrm_desktop.domain.backup_plan import KeptBackup
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.platforms.reading_back import digest_on_medium
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage import backup
from nrm_desktop.storage.backup import (
    BackupTools,
    BackupWish,
    create_backup,
    restore_backup,
    verify_backup,
)
from nrm_desktop.storage.backup_manifest import ChunkPlace
from nrm_desktop.storage.backup_shelf import BackupShelf, day_of
from nrm_desktop.storage.engine import DatabaseKey, close_database
from nrm_desktop.storage.files_database import add_chunks, open_files
from nrm_desktop.storage.vault_database import VaultDatabase

FILES = SystemFiles()
SEAL = VaultNotes(bytes(range(32)), b"v" * 16, os.urandom)
CHUNK_KEY = DatabaseKey(bytes(range(32, 64)), bytes(range(16)))
TOOLS = BackupTools(
    KEY,
    SEAL,
    FILES,
    CHUNK_KEY,
    digest_on_medium,
    "1.2",
    header=lambda vault: (vault / "vault.hdr.a").read_bytes(),
)
WISH = BackupWish(5)


def chunk(number: int) -> tuple[bytes, bytes]:
    data = number.to_bytes(4, "big") * 300
    return sha256(data).digest()[:20], data


def attach(folder, *numbers: int) -> None:
    connection = open_files(folder / "files.db", CHUNK_KEY)
    add_chunks(connection, [chunk(number) for number in numbers], 0)
    close_database(connection)


def nothing(_connection) -> None:
    """Make a restored copy ready without marking it."""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "vault.hdr.a").write_bytes(b"header")
    database = VaultDatabase.create(folder, KEY, 0)
    database.work(author()).run(lambda unit: unit.record(CASE, 1, value("a")))
    yield folder
    database.close()


@pytest.fixture
def closed(folder):
    """A vault that nobody has open, so that a child process may die in it."""
    VaultDatabase.open(folder, KEY, 0).close()
    return folder


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.promise("P10")
def test_a_backup_made_beside_an_open_vault_opens_and_holds_everything(folder, tmp_path):
    made = create_backup(folder, tmp_path / "b", TOOLS, WISH).manifest

    assert (made.commits, made.logs, made.made_at_ms, made.program) == (1, 1, 5, "1.2")
    assert verify_backup(tmp_path / "b", TOOLS) == made
    assert names(tmp_path / "b") == ["manifest", "vault.db", "vault.hdr"]


@pytest.mark.promise("P9")
def test_making_a_backup_writes_nothing_into_the_vault(folder, tmp_path):
    database, log = folder / "vault.db", folder / "vault.db-wal"
    before = (database.read_bytes(), log.read_bytes())
    assert log.stat().st_size > 0

    create_backup(folder, tmp_path / "b", TOOLS, WISH)

    assert (database.read_bytes(), log.read_bytes()) == before


@pytest.mark.promise("P9")
def test_a_restore_goes_into_a_new_folder_and_never_over_one(folder, tmp_path):
    create_backup(folder, tmp_path / "b", TOOLS, WISH)
    (tmp_path / "restored").mkdir()
    restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS, nothing)

    database = VaultDatabase.open(tmp_path / "restored", KEY, 6)
    cells = database.work(author()).run(lambda unit: unit.cells(CASE))
    database.close()
    assert [cell.standing[0].answer.value for cell in cells] == ["a"]
    assert (tmp_path / "restored" / "vault.hdr.b").read_bytes() == b"header"
    with pytest.raises(EnvironmentFault) as raised:
        restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS, nothing)
    assert raised.value.code == "storage.exists"


@pytest.mark.promise("P9")
def test_what_cannot_be_made_ready_is_not_restored(folder, tmp_path):
    create_backup(folder, tmp_path / "b", TOOLS, WISH)

    def refuse(_connection):
        raise IntegrityFault("integrity.backup", what="signature")

    with pytest.raises(IntegrityFault):
        restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS, refuse)
    assert names(tmp_path) == ["b", "vault"]


@pytest.mark.promise("P7")
@pytest.mark.parametrize("size", [0, 5, 40])
def test_a_manifest_that_was_cut_short_is_found(folder, tmp_path, size):
    create_backup(folder, tmp_path / "b", TOOLS, WISH)
    os.truncate(tmp_path / "b" / "manifest", size)

    with pytest.raises(IntegrityFault):
        verify_backup(tmp_path / "b", TOOLS)


@pytest.mark.promise("P7")
@pytest.mark.parametrize("name", ["vault.db", "manifest", "vault.hdr", "files.db"])
def test_a_flipped_bit_in_a_backup_is_found(folder, tmp_path, name):
    attach(folder, 1, 2, 3)
    create_backup(folder, tmp_path / "b", TOOLS, WISH)
    data = bytearray((tmp_path / "b" / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "b" / name).write_bytes(data)

    with pytest.raises((IntegrityFault, EnvironmentFault)):
        verify_backup(tmp_path / "b", TOOLS)


def test_a_full_disk_refuses_with_the_figure_before_anything_is_written(
    folder, tmp_path, monkeypatch
):
    usage = type("usage", (), {"free": 10})
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda path: usage)

    with pytest.raises(EnvironmentFault) as raised:
        create_backup(folder, tmp_path / "b", TOOLS, WISH)

    assert raised.value.code == "storage.full"
    assert raised.value.params["needed"] > 10
    assert names(tmp_path) == ["vault"]


def test_a_failed_backup_leaves_no_name_that_looks_like_one(folder, tmp_path):
    (folder / "vault.hdr.a").unlink()

    with pytest.raises(EnvironmentFault):
        create_backup(folder, tmp_path / "b", TOOLS, WISH)

    assert names(tmp_path) == ["vault"]


@pytest.mark.promise("P17")
def test_a_stick_that_gives_back_something_else_gets_no_backup_under_a_name(folder, tmp_path):
    lying = replace(TOOLS, digest=lambda path: bytes(32))

    with pytest.raises(EnvironmentFault) as raised:
        create_backup(folder, tmp_path / "b", lying, WISH)

    assert raised.value.params == {"step": "read_back"}
    assert names(tmp_path) == ["vault"]


@pytest.mark.promise("P13")
@pytest.mark.parametrize("looks", range(4))
def test_a_lock_ends_a_backup_between_any_two_steps(folder, tmp_path, looks):
    class Flag:
        left = looks

        def is_set(self) -> bool:
            self.left -= 1
            return self.left < 0

    with pytest.raises(EnvironmentFault) as raised:
        create_backup(folder, tmp_path / "b", TOOLS, replace(WISH, stop=Flag()))

    assert raised.value.code == "storage.interrupted"
    assert names(tmp_path) == ["vault"]


def test_a_lock_ends_the_copying_itself(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_STEPS", 10)
    stop = threading.Event()
    plain = backup.open_copy

    def opened(path, key):
        connection = plain(path, key)
        stop.set()
        return connection

    monkeypatch.setattr(backup, "open_copy", opened)
    with pytest.raises(EnvironmentFault) as raised:
        create_backup(folder, tmp_path / "b", TOOLS, replace(WISH, stop=stop))

    assert raised.value.code == "storage.interrupted"
    assert names(tmp_path) == ["vault"]


class TestAttachments:
    def test_they_go_along_and_come_back(self, folder, tmp_path):
        attach(folder, 1, 2, 3)
        made = create_backup(folder, tmp_path / "b", TOOLS, WISH).manifest
        restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS, nothing)

        assert made.attachments.chunks == 3
        assert verify_backup(tmp_path / "b", TOOLS) == made
        assert (tmp_path / "restored" / "files.db").exists()

    def test_left_out_is_told_and_no_fault(self, folder, tmp_path):
        attach(folder, 1)
        wish = replace(WISH, place=ChunkPlace.LEFT_OUT)
        create_backup(folder, tmp_path / "b", TOOLS, wish)

        assert not verify_backup(tmp_path / "b", TOOLS).has_attachments
        assert names(tmp_path / "b") == ["manifest", "vault.db", "vault.hdr"]

    def test_nothing_attached_is_not_the_same_as_left_out(self, folder, tmp_path):
        assert create_backup(folder, tmp_path / "b", TOOLS, WISH).manifest.has_attachments

    def test_the_shared_ones_only_grow_and_older_backups_stay_sound(self, folder, tmp_path):
        wish = replace(WISH, place=ChunkPlace.SHARED, is_full=False)
        attach(folder, 1)
        first = create_backup(folder, tmp_path / "1", TOOLS, wish).manifest
        attach(folder, 2, 3)
        second = create_backup(folder, tmp_path / "2", TOOLS, wish).manifest

        assert (first.attachments.chunks, second.attachments.chunks) == (1, 3)
        assert verify_backup(tmp_path / "1", TOOLS) == first
        assert verify_backup(tmp_path / "2", TOOLS) == second
        restore_backup(tmp_path / "2", tmp_path / "restored", TOOLS, nothing)
        assert (tmp_path / "restored" / "files.db").exists()
        (tmp_path / "files.db").unlink()
        with pytest.raises(IntegrityFault):
            verify_backup(tmp_path / "2", TOOLS)

    def test_a_damaged_one_keeps_nothing_else_from_being_saved(self, folder, tmp_path):
        attach(folder, 1, 2)
        name, _ = chunk(1)
        connection = open_files(folder / "files.db", CHUNK_KEY)
        connection.execute("UPDATE chunk SET bytes = x'00' WHERE name = ?", (name,))
        close_database(connection)

        made = create_backup(folder, tmp_path / "b", TOOLS, WISH)

        assert made.damaged
        assert made.manifest.attachments.chunks == 1
        assert verify_backup(tmp_path / "b", TOOLS) == made.manifest


@pytest.mark.promise("P10")
class TestKilled:
    """At every step on the disk: no half backup under a name, and what was there stays whole."""

    def test_a_backup_that_dies_leaves_the_older_one_and_no_half_one(self, closed, tmp_path):
        attach(closed, 1)
        room = tmp_path / "room"
        room.mkdir()
        old = create_backup(closed, room / "old", TOOLS, WISH).manifest
        step = 1
        while dies_at(step, lambda: create_backup(closed, room / "new", TOOLS, WISH)):
            if (room / "new").exists():
                assert verify_backup(room / "new", TOOLS).commits == 1
                (room / "new").rename(tmp_path / f"whole-{step}")
            step += 1

        assert step > 10
        assert verify_backup(room / "old", TOOLS) == old
        assert verify_backup(room / "new", TOOLS).commits == 1
        assert "new.part" not in names(room)

    def test_a_restore_that_dies_leaves_no_half_vault(self, closed, tmp_path):
        create_backup(closed, tmp_path / "b", TOOLS, WISH)
        into = tmp_path / "restored"
        step = 1
        while dies_at(step, lambda: restore_backup(tmp_path / "b", into, TOOLS, nothing)):
            if into.exists():
                assert names(into) == ["vault.db", "vault.hdr.a", "vault.hdr.b"]
                into.rename(tmp_path / f"whole-{step}")
            step += 1

        assert step > 10
        VaultDatabase.open(into, KEY, 6).close()

    def test_a_dropping_that_dies_leaves_whole_backups_only(self, closed, tmp_path):
        shelf = BackupShelf(closed, FILES)
        shelf.tidy()
        kept = [KeptBackup(number, 20_000 + number) for number in (1, 2)]
        for each in kept:
            create_backup(closed, shelf.path_of(each), TOOLS, WISH)
        step = 1
        while dies_at(step, lambda: shelf.drop(kept[:1])):
            for each in shelf.kept():
                assert verify_backup(shelf.path_of(each), TOOLS).commits == 1
            if kept[0] not in shelf.kept():
                shelf.tidy()
                create_backup(closed, shelf.path_of(kept[0]), TOOLS, WISH)
            step += 1

        assert shelf.kept() == (kept[1],)


def test_names_on_the_shelf_are_read_without_a_key_and_strangers_are_left_alone(tmp_path):
    shelf = BackupShelf(tmp_path, FILES)
    shelf.tidy()
    made = (KeptBackup(1, day_of(0)), KeptBackup(12, 20_000, is_before=True))
    for each in made:
        shelf.path_of(each).mkdir()
    for stranger in ("holiday", "000001-2026-13-40", "1-2026-01-01", "000003-2026-01-01.part"):
        (shelf.folder / stranger).mkdir()

    assert shelf.kept() == made
    assert shelf.path_of(made[1]).name == "000012-2024-10-04-before"
    shelf.tidy()
    assert "holiday" in names(shelf.folder)
    assert "000003-2026-01-01.part" not in names(shelf.folder)
