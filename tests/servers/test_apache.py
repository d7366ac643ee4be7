"""The contract of a store on Apache with mod_dav, as Debian ships it (`make test-servers`)."""

import secrets
from contextlib import closing

import pytest
from tests.contract.store_contract import FOLDER, NAME, StoreContract
from tests.servers.children import apache, apache_server, webdav_store
from tests.servers.relay import Relay

from nrm_desktop.domain.errors import EnvironmentFault

pytestmark = pytest.mark.skipif(apache() is None, reason="apache2 is not installed (apt: apache2)")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with apache_server(tmp_path_factory.mktemp("apache") / "a") as running:
        yield running


@pytest.fixture
def root(server):
    root = secrets.token_hex(4)
    (server.folder / root).mkdir()
    return root


@pytest.fixture
def store(server, root):
    with closing(webdav_store(server, root=root)) as store:
        yield store


class TestApache(StoreContract):
    """The contract."""


def test_foreign_files_are_not_there(server, store, root):
    store.put(NAME, b"one")
    (server.folder / root / FOLDER / "conflicted copy.cp").write_bytes(b"x")
    (server.folder / root / FOLDER / "link.cp").symlink_to("/etc/passwd")

    assert [entry.name for entry in store.list(FOLDER)] == [NAME]


@pytest.mark.parametrize("cut_after", [1_500, 40_000, 90_000])
def test_after_an_interruption_the_same_put_goes_well(server, root, cut_after):
    data = bytes(range(250)) * 400
    with Relay(server.port, cut_after=cut_after) as relay:
        first = webdav_store(server, relay.port, root)
        with closing(first), pytest.raises(EnvironmentFault):
            first.put(NAME, data)
        relay.heal()
        with closing(webdav_store(server, relay.port, root)) as store:
            store.put(NAME, data)

            assert store.get(NAME) == data
