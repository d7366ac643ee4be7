"""Which addresses of stores are taken, and what an address may never hold."""

import pytest

from nrm_desktop.domain.errors import Usage
from nrm_desktop.sync.transports.addresses import StoreKind, address_of, endpoint_of


@pytest.mark.parametrize("text", ["/media/stick", "E:\\", "./status", "a folder @ home"])
def test_what_has_no_scheme_is_a_folder(text):
    found = address_of(text)

    assert (found.kind, found.text) == (StoreKind.FOLDER, text)


def test_a_server_has_one_form_however_it_is_typed():
    found = address_of("webdavs://Cloud.Example:443/remote.php/dav//files/Our%20team/")

    assert found.kind is StoreKind.WEBDAV
    assert found.origin == "https://cloud.example"
    assert found.path == "remote.php/dav/files/Our team"
    assert found.text == "webdavs://cloud.example/remote.php/dav/files/Our team"
    assert not found.has_no_tls


def test_a_bucket_has_a_name_and_what_names_begin_with():
    found = address_of("s3://our-bucket/team/a/")

    assert (found.kind, found.top, found.path) == (StoreKind.S3, "our-bucket", "team/a")
    assert address_of("s3://our-bucket").path == ""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "192.168.1.5", "[::1]:81"])
def test_without_tls_only_this_machine_and_private_addresses_are_taken(host):
    assert address_of(f"webdav://{host}/x").has_no_tls
    assert endpoint_of(f"http://{host}") == f"http://{host}"


@pytest.mark.parametrize(
    "text",
    [
        "webdavs://name:word@server/path",
        "webdavs://name@server/path",
        "s3://key:secret@bucket",
        "webdav://server.example/path",
        "webdav://localhost.example/path",
        "webdav://93.184.216.34/path",
        "webdav://[2606:2800::1]/path",
        "webdavs://server/a/../b",
        "webdavs://server/a/%2e%2e/b",
        "webdavs://server/path?x=1",
        "webdavs://server/path#x",
        "webdavs://server/a b",
        "webdavs://server/a\r\nHost: other",
        "webdavs://server\\@other/",
        "webdavs://server:port/path",
        "webdavs://server:99999/path",
        "webdavs://[::1/path",
        "webdavs:///path",
        "webdavs://" + "x" * 2_000,
        "https://server/path",
        "file:///etc",
        "s3://b",
        "s3://BUCKET",
        "s3://bucket:99/x",
    ],
)
def test_an_address_that_would_tell_or_leak_something_is_refused(text):
    with pytest.raises(Usage) as refused:
        address_of(text)

    assert refused.value.code == "usage.bad_value"
    assert text.partition("://")[2] not in refused.value.params.values()
    assert "key:secret" not in str(refused.value.params)


@pytest.mark.parametrize(
    "text",
    ["http://far.example", "https://name@far.example", "https://far.example/x", "ftp://x", "far"],
)
def test_an_endpoint_is_a_server_alone_with_tls(text):
    with pytest.raises(Usage):
        endpoint_of(text)
