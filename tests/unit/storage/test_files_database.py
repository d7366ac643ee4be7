"""`files.db`: chunks as rows, copies that only add, and an export under another key."""

from __future__ import annotations

from hashlib import sha256

import pytest

from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage import engine
from nrm_desktop.storage import files_database as files
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.names import FILES

KEY = DatabaseKey(bytes(range(32)), bytes(range(100, 116)))
OTHER_KEY = DatabaseKey(bytes(range(50, 82)), bytes(range(200, 216)))
DAY_MS = 86_400_000


def chunk(number: int, size: int = 500) -> tuple[bytes, bytes]:
    data = number.to_bytes(4, "big") * (size // 4)
    return sha256(data).digest()[:20], data


CHUNKS = [chunk(number) for number in range(70)]
NAMES = [name for name, _ in CHUNKS]


@pytest.fixture
def path(tmp_path):
    return tmp_path / FILES


def filled(path, chunks=CHUNKS, key=KEY, now_ms=0):
    connection = files.open_files(path, key)
    files.add_chunks(connection, chunks, now_ms)
    return connection


def test_what_was_put_in_is_read_back_and_what_was_not_is_not_here(path):
    connection = filled(path, CHUNKS[:3])
    try:
        assert [files.read_chunk(connection, name) for name in NAMES[:3]] == [
            data for _, data in CHUNKS[:3]
        ]
        assert files.read_chunk(connection, NAMES[5]) is None
        assert files.missing_chunks(connection, NAMES[1:5]) == tuple(NAMES[3:5])
    finally:
        engine.close_database(connection)


def test_a_beginning_that_a_crash_left_does_not_keep_the_file_from_being_made(path):
    path.with_name("files.db.part").write_bytes(b"half of something")
    connection = filled(path, CHUNKS[:1])
    engine.close_database(connection)
    assert sorted(found.name for found in path.parent.iterdir()) == ["files.db"]


@pytest.mark.promise("P3")
def test_the_file_is_encrypted_and_begins_with_its_own_salt(path):
    engine.close_database(filled(path, [(sha256(b"x" * 900).digest()[:20], b"x" * 900)]))
    data = path.read_bytes()
    assert data.startswith(KEY.salt)
    assert b"xxxxxxxx" not in data


def test_only_what_waits_for_longer_and_was_never_settled_can_go(path):
    connection = filled(path, CHUNKS[:2], now_ms=1000)
    try:
        files.add_chunks(connection, CHUNKS[2:4], DAY_MS)
        files.settle(connection, NAMES[:1])
        assert files.waiting_since(connection, DAY_MS) == {NAMES[1]}
        files.add_chunks(connection, CHUNKS[:1], 0)  # is there already, so it stays settled
        assert files.waiting_since(connection, DAY_MS) == {NAMES[1]}
        assert files.drop_chunks(connection, [NAMES[1], NAMES[60]]) == 1
        assert files.waiting_since(connection, 2 * DAY_MS) == set(NAMES[2:4])
    finally:
        engine.close_database(connection)


@pytest.mark.promise("P10")
def test_a_copy_gets_what_it_lacks_and_nothing_twice(path, tmp_path):
    target = tmp_path / "backup" / "files.db"
    target.parent.mkdir()
    assert files.copy_missing_chunks(path, target, KEY) == 0
    assert not target.exists()
    connection = filled(path, CHUNKS[:40])
    assert files.copy_missing_chunks(path, target, KEY) == 40  # beside an open writer
    files.add_chunks(connection, CHUNKS, 0)
    assert files.copy_missing_chunks(path, target, KEY) == 30
    assert files.copy_missing_chunks(path, target, KEY) == 0
    engine.close_database(connection)
    assert files.verify_chunks(target, KEY) == files.verify_chunks(path, KEY)
    assert files.verify_chunks(target, KEY).chunks == 70


@pytest.mark.promise("P7")
def test_a_damaged_chunk_is_told_and_the_sound_ones_are_copied_all_the_same(path, tmp_path):
    connection = filled(path, CHUNKS[:3])
    connection.execute("UPDATE chunk SET bytes = ? WHERE name = ?", (b"else", NAMES[1]))
    with pytest.raises(IntegrityFault) as told:
        files.read_chunk(connection, NAMES[1])
    assert told.value.code == "integrity.attachment"
    engine.close_database(connection)
    target = tmp_path / "copy.db"
    with pytest.raises(IntegrityFault) as told:
        files.copy_missing_chunks(path, target, KEY)
    assert told.value.params == {"count": 1}
    assert files.verify_chunks(target, KEY).chunks == 2
    with pytest.raises(IntegrityFault):
        files.verify_chunks(path, KEY)


@pytest.mark.promise("P12")
def test_an_export_holds_the_same_under_the_new_key_only(path, tmp_path):
    connection = filled(path, now_ms=5)
    files.settle(connection, NAMES[:10])
    engine.close_database(connection)
    target = tmp_path / "files.db.new"
    made = files.export_files(path, target, KEY, OTHER_KEY)
    assert made == files.verify_chunks(path, KEY)
    with pytest.raises(IntegrityFault):
        files.verify_chunks(target, KEY)
    connection = files.open_files(target, OTHER_KEY)
    assert files.waiting_since(connection, DAY_MS) == set(NAMES[10:])
    engine.close_database(connection)
    with pytest.raises(EnvironmentFault):
        files.export_files(path, target, KEY, OTHER_KEY)


def test_an_export_of_no_attachments_makes_no_file(path, tmp_path):
    assert files.export_files(path, tmp_path / "new", KEY, OTHER_KEY).chunks == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.promise("P14")
def test_a_dropped_chunk_leaves_nothing_in_the_file_or_beside_it(path):
    """The decrypted pages are searched through a copy that the engine made with every free page."""
    marker = b"rare-invented-marker"
    data = marker * 40
    name = sha256(data).digest()[:20]
    connection = filled(path, [(name, data)])
    files.drop_chunks(connection, [name])
    pages = connection.execute("SELECT count(*) FROM chunk").fetchone()
    assert pages == (0,)
    wal = path.with_name("files.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    engine.close_database(connection)
