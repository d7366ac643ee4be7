"""Servers on the command line: kept in the vault, used by `sync`, and never told to anybody."""

import os
import subprocess
import sys

import pytest
from tests.e2e.cli.conftest import PASSPHRASE
from tests.servers.children import (
    BUCKET,
    NAME,
    PASSWORD,
    REGION,
    Server,
    s3_server,
    webdav_server,
)


@pytest.fixture
def webdav(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    with webdav_server(folder) as running:
        yield running


def address_of(server: Server) -> str:
    return f"webdav://{server.host}"


def knows(cli, name=NAME, password=PASSWORD):
    """What somebody writes below the passphrase, for one command."""
    cli.file("passphrase", f"{PASSPHRASE}\n{name}\n{password}\n")


def forgets(cli):
    cli.file("passphrase", f"{PASSPHRASE}\n")


def test_a_server_is_kept_with_what_opens_it_and_then_used_without_asking(cli, webdav):
    knows(cli)
    added = cli("store", "add", f"{address_of(webdav)}/")
    forgets(cli)

    assert added.data["store"] == address_of(webdav)
    assert [one["code"] for one in added.said["warnings"]] == ["store.no_tls"]
    assert cli("store", "test", address_of(webdav)).data["steps"] == [
        "list",
        "write",
        "read",
        "write_once",
        "delete",
    ]
    assert cli("sync", address_of(webdav)).data["sent"]["packs"] >= 1
    assert cli("sync", address_of(webdav)).data["sent"]["packs"] == 0
    assert cli("store", "list").data["stores"] == [added.data]
    assert cli("store", "remove", address_of(webdav)).data == {"store": address_of(webdav)}
    assert cli("store", "list").data["stores"] == []
    assert cli("store", "remove", address_of(webdav)).error == "usage.not_found"
    assert cli("sync", address_of(webdav)).error == "vault.passphrase_needed"


def test_a_bucket_is_kept_with_its_endpoint_and_exchanges(cli):
    with s3_server() as server:
        knows(cli, *server.key)
        where = ("--endpoint", f"{server.origin}/", "--region", REGION)
        added = cli("store", "add", f"s3://{BUCKET}/team", *where)
        forgets(cli)

        assert (added.data["endpoint"], added.data["region"]) == (server.origin, REGION)
        assert cli("store", "test", f"s3://{BUCKET}/team").code == 0
        assert cli("sync", f"s3://{BUCKET}/team").data["sent"]["packs"] >= 1
        assert cli("sync", f"s3://{BUCKET}/team").data["sent"]["packs"] == 0


def test_a_script_gives_name_and_password_by_its_environment(cli, webdav, monkeypatch):
    monkeypatch.setenv("NRM_STORE_USER", NAME)
    monkeypatch.setenv("NRM_STORE_PASSWORD", PASSWORD)

    assert cli("sync", address_of(webdav)).code == 0
    monkeypatch.setenv("NRM_STORE_PASSWORD", "wrong")
    refused = cli("sync", address_of(webdav))
    assert (refused.code, refused.error) == (6, "store.auth")


@pytest.mark.promise("P1")
def test_what_opens_a_server_lies_in_the_vault_alone_and_is_told_to_nobody(cli, webdav):
    knows(cli)
    ended = [cli("store", "add", address_of(webdav)), cli("store", "list", is_plain=True)]
    forgets(cli)
    ended += [cli("store", "test", address_of(webdav)), cli("sync", address_of(webdav))]

    told = "".join(one.out + one.err for one in ended)
    files = [path for path in cli.place.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert files
    for secret in (PASSWORD, NAME):
        assert secret not in told
        assert secret.encode() not in kept


def test_an_address_that_would_tell_something_is_refused_and_not_repeated(cli):
    knows(cli)
    for address, more in (
        ("webdavs://name:word@server/path", ()),
        ("s3://bucket", ("--endpoint", "http://far.example")),
        ("folder/stick", ()),
    ):
        refused = cli("store", "add", address, *more)

        assert (refused.code, refused.error) == (2, "usage.bad_value")
        assert PASSWORD not in refused.out + refused.err
    assert cli("store", "list").data["stores"] == []


def test_an_exchange_with_a_stick_loads_nothing_of_the_network(cli):
    """In a process of its own: here other tests have loaded it already."""
    where = ["--data-dir", str(cli.place / "vault"), "--passphrase-file"]
    line = [*where, str(cli.place / "passphrase"), "sync", str(cli.place / "stick")]
    code = (
        "import sys\nfrom nrm_desktop.cli.main import main\n"
        f"done = main({line!r})\n"
        "loaded = {'httpx', 'h11', 'ssl', 'defusedxml'} & sys.modules.keys()\n"
        "sys.exit(done or ' '.join(loaded) or 0)\n"
    )
    environment = {**os.environ, "XDG_STATE_HOME": str(cli.place / "state")}

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )

    assert told.returncode == 0, told.stderr
