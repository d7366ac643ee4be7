"""Attachments on their way when something is wrong: a full disk, damage, a wiped stick."""

import shutil
from dataclasses import replace

import pytest
from tests.e2e.laptops import two_laptops
from tests.e2e.test_attachments_travel import add, rows
from tests.unit.sync.test_lines import SlowStore

from nrm_desktop.app.wire.limits import CHUNK_BYTES
from nrm_desktop.bootstrap.attachments import files_key, vault_chunks
from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.names import FILES
from nrm_desktop.sync.run import exchange


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    for laptop in (ana, boris):
        laptop.vault.attachments.close()
        laptop.close()


class FullDisk:
    """Chunks on a disk that takes no more."""

    def __init__(self, chunks) -> None:
        self._chunks = chunks

    def add(self, _chunks) -> None:
        raise EnvironmentFault("storage.rescue")

    def __getattr__(self, name):
        return getattr(self._chunks, name)


def test_a_full_disk_is_named_keeps_attachments_out_and_nothing_else(pair, tmp_path):
    ana, boris = pair
    case, store = ana.open_case(), SlowStore(1e9)
    attachment, data = add(ana, case, tmp_path, 3 * CHUNK_BYTES)
    send = vault_chunks(ana.vault.session)
    exchange(store, "store", _office(ana, send))
    send.close()
    chunks = vault_chunks(boris.vault.session)

    full = exchange(store, "store", _office(boris, FullDisk(chunks))).report

    assert [(one.object, one.code) for one in full.skipped] == [("attachments", "storage.rescue")]
    assert boris.digest == ana.digest
    assert full.received.chunks == 0
    assert exchange(store, "store", _office(boris, chunks)).report.received.chunks == 3
    chunks.close()
    assert boris.vault.attachments.desk.read(case, attachment) == data


def _office(laptop, chunks):
    return replace(office_of(laptop.vault.session), chunks=chunks)


def test_a_damaged_chunk_is_named_and_stops_no_other(pair, tmp_path):
    ana, boris = pair
    case, stick = ana.open_case(), tmp_path / "stick"
    add(ana, case, tmp_path, CHUNK_BYTES)
    attachment, data = add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    session = ana.vault.session
    ana.vault.attachments.close()
    connection = engine.open_database(
        session.safe.shell.folder / FILES, files_key(session.safe.unlocked.keys)
    )
    (first,) = connection.execute("SELECT min(rowid) FROM chunk").fetchone()
    connection.execute("UPDATE chunk SET bytes = zeroblob(300) WHERE rowid = ?", (first,))
    engine.close_database(connection)

    sent = ana.sync(stick)
    boris.sync(stick)

    assert [one.code for one in sent.skipped] == ["integrity.attachment"]
    whole = [row for row in rows(boris, case) if row.is_here]
    assert [row.id for row in whole] == [attachment]
    assert boris.vault.attachments.desk.read(case, attachment) == data


def test_a_wiped_stick_gets_attachments_again_from_whoever_has_them(pair, tmp_path):
    ana, boris = pair
    case, stick = ana.open_case(), tmp_path / "stick"
    add(ana, case, tmp_path, 2 * CHUNK_BYTES)
    ana.sync(stick)
    boris.sync(stick)
    shutil.rmtree(stick / "nrm1")

    again = boris.sync(stick)

    assert again.sent.packs >= 2
    assert ana.sync(stick).sent.objects == 0
