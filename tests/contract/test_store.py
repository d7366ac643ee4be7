"""Every store on one contract: a folder that stands for a stick, servers, and those of tests.

The servers are real ones in child processes (tests/servers); Apache stands beside them, in
tests/servers/test_apache.py.
"""

import os
import random
from contextlib import ExitStack, closing, suppress
from dataclasses import replace

import pytest
from tests.contract.store_contract import FOLDER, NAME, StoreContract
from tests.fakes.faulty_store import Fault, FaultyStore
from tests.fakes.store import FakeStore
from tests.servers.children import KINDS, Servers, s3_store, webdav_store
from tests.servers.relay import Relay

from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.sync.transports.folder import FolderStore


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("webdav"), stack)


@pytest.fixture(params=["folder", "memory", "faulty", *KINDS])
def store(request, tmp_path, servers):
    kind = request.param
    if kind in KINDS:
        with closing(servers.store(kind, servers.new_root(kind))) as store:
            yield store
    else:
        yield {
            "folder": FolderStore(tmp_path, SystemFiles()),
            "memory": FakeStore(),
            "faulty": FaultyStore(FakeStore()),
        }[kind]


@pytest.fixture
def folder(tmp_path):
    return FolderStore(tmp_path, SystemFiles())


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


class TestEveryStore(StoreContract):
    """The contract, on each of them."""


def test_a_wrong_key_is_told_as_one(servers, kind):
    right = servers.running(kind)
    wrong = replace(right, key=(right.key[0], "wrong"))
    store = s3_store(wrong) if kind == "s3" else webdav_store(wrong)

    with closing(store):
        for action in (lambda: list(store.list(FOLDER)), lambda: store.put(NAME, b"one")):
            with pytest.raises(EnvironmentFault) as refused:
                action()
            assert refused.value.code == "store.auth"


def test_a_server_that_is_gone_is_told_as_a_matter_of_the_network(servers, kind):
    with Relay(servers.running(kind).port) as relay:
        port = relay.port
    with closing(servers.store(kind, port=port)) as store:
        with pytest.raises(EnvironmentFault) as gone:
            store.get(NAME)
        assert gone.value.code == "store.network"


def test_a_place_that_is_gone_is_missing_and_is_not_made_anew(servers):
    with closing(servers.store("webdav", "nobody-made-this")) as store:
        for action in (lambda: store.put(NAME, b""), lambda: list(store.list(FOLDER))):
            with pytest.raises(EnvironmentFault) as missing:
                action()
            assert missing.value.code == "store.missing"


def test_a_bucket_is_listed_page_by_page(servers):
    root = servers.new_root("s3")
    with closing(s3_store(servers.running("s3"), root, page_names=2)) as store:
        for number in range(5):
            store.put(f"{FOLDER}{number}.cp", b"x")

        assert [entry.name[-4] for entry in store.list(FOLDER)] == list("01234")
        assert [entry.name[-4] for entry in store.list(FOLDER, f"{FOLDER}1.cp")] == list("234")


@pytest.mark.threat("T14")
def test_odd_names_and_folders_on_a_server_are_not_there(servers, kind):
    root = servers.new_root(kind)
    with closing(servers.store(kind, root)) as store:
        store.put(NAME, b"one")
        store.put(f"{FOLDER}within/other.cp", b"x")
        store.put(f"{FOLDER}half.part", b"x")

        assert [entry.name for entry in store.list(FOLDER)] == [NAME]


@pytest.mark.fault
@pytest.mark.parametrize("seed", range(6))
def test_after_an_interruption_at_any_byte_the_same_put_goes_well(servers, kind, seed):
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - the same bytes every time
    data = chance.randbytes(200_000)
    root = servers.new_root(kind)
    with Relay(servers.running(kind).port, cut_after=chance.randrange(2_000, 200_000)) as relay:
        with closing(servers.store(kind, root, relay.port)) as store:
            with pytest.raises(EnvironmentFault) as cut:
                store.put(NAME, data)
            assert cut.value.code == "store.network"
            with pytest.raises(EnvironmentFault):
                store.get(NAME)
        relay.heal()
        with closing(servers.store(kind, root, relay.port)) as store:
            store.put(NAME, data)

            assert store.get(NAME) == data
            assert [(entry.name, entry.size) for entry in store.list(FOLDER)] == [(NAME, 200_000)]


def _put_and_get(store):
    store.put(NAME, b"one")
    store.get(NAME)


@pytest.mark.fault
def test_the_store_of_faults_shows_each_of_them():
    """What the tests of the exchange rely on."""
    for fault in (Fault.SHORT_WRITE, Fault.CUT_WRITE, Fault.TRUNCATED, Fault.WRONG_BYTES):
        store = FaultyStore(FakeStore(), fault, times=1)
        with suppress(EnvironmentFault):
            store.put(NAME, b"0123456789")
        assert store.get(NAME) != b"0123456789", fault
        assert store.shown == 1
    for fault in (Fault.MEDIUM, Fault.FULL, Fault.LOST_ANSWER, Fault.VANISHED, Fault.READ_ERROR):
        store = FaultyStore(FakeStore(), fault, times=1)
        with pytest.raises(EnvironmentFault):
            _put_and_get(store)
        assert store.shown == 1
    stale, twice = FaultyStore(FakeStore(), Fault.STALE_LIST), FaultyStore(FakeStore(), Fault.TWICE)
    assert list(stale.list(FOLDER)) == []
    for store in (stale, twice):
        store.put(NAME, b"one")
    assert list(stale.list(FOLDER)) == []
    assert [entry.name for entry in twice.list(FOLDER)] == [NAME, NAME]


def test_a_stick_that_is_gone_is_missing(tmp_path):
    folder = FolderStore(tmp_path / "gone", SystemFiles())

    for action in (lambda: folder.put(NAME, b""), lambda: list(folder.list(FOLDER))):
        with pytest.raises(EnvironmentFault) as missing:
            action()
        assert missing.value.code == "store.missing"


@pytest.mark.threat("T14")
def test_links_pipes_and_odd_names_of_a_poisoned_stick_are_not_there(folder, tmp_path):
    folder.put(NAME, b"one")
    inside = tmp_path / FOLDER
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (inside / "link.cp").symlink_to(secret)
    os.mkfifo(inside / "pipe.cp")
    (inside / "conflicted copy.cp").write_bytes(b"")
    (inside / "half.prt").write_bytes(b"")
    (inside / "folder.cp").mkdir()

    assert [entry.name for entry in folder.list(FOLDER)] == [NAME]
    for name in ("link.cp", "pipe.cp"):
        with pytest.raises((HostileInput, EnvironmentFault)):
            folder.get(FOLDER + name)


@pytest.mark.threat("T14")
def test_a_folder_that_is_a_link_is_refused_for_reading_and_writing(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "nrm1").symlink_to(tmp_path / "elsewhere")

    for action in (lambda: folder.put(NAME, b""), lambda: list(folder.list(FOLDER))):
        with pytest.raises(HostileInput) as refused:
            action()
        assert refused.value.code == "integrity.not_a_file"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_huge_sparse_file_is_refused_and_read_by_range_only(folder, tmp_path):
    folder.put(NAME, b"one")
    with (tmp_path / NAME).open("ab") as file:
        file.truncate(10 * 1024**3)

    with pytest.raises(HostileInput) as refused:
        folder.get(NAME)

    assert refused.value.params["limit"] == PACK_FILE_BYTES
    assert folder.get(NAME, 0, 3) == b"one"
