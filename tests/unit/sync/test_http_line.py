"""What a server may do to us: wait, redirect, answer without end, lie. Both stores obey this."""

import logging
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from tests.fakes.scripted_server import ScriptedServer

from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Usage
from nrm_desktop.sync.transports.http_line import Ask, HttpLine, Reply, Waits
from nrm_desktop.sync.transports.listings import read_bucket_page, read_multistatus
from nrm_desktop.sync.transports.s3 import S3Signer, S3Store
from nrm_desktop.sync.transports.webdav import NameAndPassword, WebDavStore

NAME = "nrm1/abcdefgh/c/k2-000000000001-abcdefgh.cp"
FOLDER = NAME.rpartition("/")[0]
SECRET = "an invented password"
SHORT = Waits(connect=5, idle=0.4)
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"


def head(status: int, *lines: str, length: int = 0) -> bytes:
    rows = [f"HTTP/1.1 {status} x", "Connection: close", f"Content-Length: {length}"]
    rows += [*lines, "", ""]
    return "\r\n".join(rows).encode()


def line_to(server, waits=None, authority=""):
    return HttpLine(server.origin, NameAndPassword("office", SECRET), waits, authority)


def store_on(server, kind, waits=None):
    if kind == "webdav":
        return WebDavStore(line_to(server, waits), "/files")
    signer = S3Signer(server.host, "eu-central-1", ("office", SECRET))
    return S3Store(HttpLine(server.origin, signer, waits), "bucket", "")


@pytest.fixture(params=["webdav", "s3"])
def kind(request):
    return request.param


def test_a_line_that_moves_a_little_is_never_cut_whatever_the_total():
    drip = [OK, *(piece for _ in range(10) for piece in (0.1, b"x"))]
    with ScriptedServer(drip) as server:
        line = line_to(server, SHORT)

        assert line.send(Ask("GET", "/x")).body == b"x" * 10
        line.close()


@pytest.mark.parametrize("answer", [[3.0], [b"HTTP/1.1 200", 3.0], [OK, b"xxx", 3.0]])
def test_a_line_that_stands_still_is_given_up(kind, answer):
    with ScriptedServer(answer) as server:
        store = store_on(server, kind, SHORT)

        with pytest.raises(EnvironmentFault) as gone:
            store.get(NAME)

        assert gone.value.code == "store.timeout"
        store.close()


def test_a_server_that_takes_nothing_more_of_an_upload_is_given_up():
    with ScriptedServer([3.0], takes=1_000) as server:
        line = line_to(server, SHORT)

        with pytest.raises(EnvironmentFault) as gone:
            line.send(Ask("PUT", "/x", body=bytes(8 << 20)))

        assert gone.value.code == "store.timeout"
        line.close()


@pytest.mark.threat("T14")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_nothing_is_told_to_the_other_host(kind, status):
    with ScriptedServer() as other:
        moved = [head(status, f"Location: {other.origin}/elsewhere")]
        with ScriptedServer(moved) as server:
            store = store_on(server, kind)
            for action in (
                lambda: store.get(NAME),
                lambda: store.put(NAME, b"one"),
                lambda: list(store.list(FOLDER)),
                lambda: store.delete(NAME),
            ):
                with pytest.raises(EnvironmentFault) as refused:
                    action()
                assert refused.value.code == "store.redirect"
            store.close()

        assert other.asked == []


@pytest.mark.threat("T14")
def test_an_answer_without_end_is_refused_at_its_limit(kind):
    endless = [b"HTTP/1.1 200 OK\r\n\r\n", *([bytes(1 << 20)] * 17)]
    with ScriptedServer(endless) as server:
        store = store_on(server, kind)

        with pytest.raises(HostileInput) as refused:
            store.get(NAME)

        assert refused.value.code == "integrity.too_large"
        store.close()


def test_a_server_without_ranges_is_listened_to_only_as_far_as_needed(kind):
    whole = [b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b"0123456789" * 10, 3.0]
    with ScriptedServer(whole) as server:
        store = store_on(server, kind)

        assert store.get(NAME, 12, 15) == b"234"
        store.close()


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Content-Range: bytes 3-7/100",),
        ("Content-Range: bytes */100",),
        ("Content-Range: nonsense",),
    ],
)
def test_another_range_than_the_asked_one_is_refused(kind, lines):
    with ScriptedServer([head(206, *lines, length=5), b"01234"]) as server:
        store = store_on(server, kind)

        with pytest.raises(HostileInput):
            store.get(NAME, 2, 7)
        store.close()


@pytest.mark.threat("T14")
def test_what_was_packed_without_being_asked_for_is_not_unpacked(kind):
    bomb = zlib.compress(bytes(50 << 20))
    packed = [head(200, "Content-Encoding: deflate", length=len(bomb)), bomb]
    with ScriptedServer(packed) as server:
        store = store_on(server, kind)

        with pytest.raises(HostileInput) as refused:
            store.get(NAME)

        assert refused.value.code == "integrity.format"
        assert b"accept-encoding: identity" in server.asked[0].lower()
        store.close()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "store.auth"),
        (403, "store.auth"),
        (404, "store.missing"),
        (413, "store.full"),
        (500, "store.network"),
        (503, "store.network"),
        (504, "store.timeout"),
        (507, "store.full"),
    ],
)
def test_each_no_has_its_word(kind, status, code):
    with ScriptedServer([head(status)]) as server:
        store = store_on(server, kind)

        with pytest.raises(EnvironmentFault) as refused:
            store.get(NAME)

        assert refused.value.code == code
        store.close()


def test_a_body_that_is_shorter_than_promised_is_no_object(kind):
    with ScriptedServer([OK, b"half"]) as server:
        store = store_on(server, kind)

        with pytest.raises(EnvironmentFault) as cut:
            store.get(NAME)

        assert cut.value.code == "store.network"
        store.close()


def test_a_server_that_knows_no_condition_still_writes_once():
    """Looked for, refused for the condition, written without it."""
    answers = [[head(404)], [head(501)], [head(200)]]
    with ScriptedServer(*answers) as server:
        store = store_on(server, "s3")

        store.put(NAME, b"one")

        assert [asked.split()[0] for asked in server.asked] == [b"HEAD", b"PUT", b"PUT"]
        assert b"if-none-match" in server.asked[1].lower()
        assert b"if-none-match" not in server.asked[2].lower()
        store.close()


def test_a_laptop_with_a_wrong_clock_signs_with_the_time_of_the_server():
    late = datetime(2026, 1, 1, tzinfo=UTC)
    no = [head(403, "Date: Wed, 25 Nov 2026 12:00:00 GMT")]
    with ScriptedServer(no, [OK, b"0123456789"]) as server:
        signer = S3Signer(server.host, "eu-central-1", ("office", SECRET), lambda: late)
        store = S3Store(HttpLine(server.origin, signer), "bucket", "")

        assert store.get(NAME) == b"0123456789"

        assert b"x-amz-date: 20260101T" in server.asked[0]
        assert b"x-amz-date: 20261125T120000Z" in server.asked[1]
        store.close()


def test_a_no_with_the_right_time_is_a_no_at_once():
    now = datetime(2026, 11, 25, 12, 1, tzinfo=UTC)
    with ScriptedServer([head(403, "Date: Wed, 25 Nov 2026 12:00:00 GMT")]) as server:
        signer = S3Signer(server.host, "eu-central-1", ("office", SECRET), lambda: now)
        store = S3Store(HttpLine(server.origin, signer), "bucket", "")

        with pytest.raises(EnvironmentFault):
            store.get(NAME)

        assert len(server.asked) == 1
        store.close()


def test_the_signature_is_the_one_of_the_published_example():
    """`GET /test.txt` of the S3 documentation, with its invented key."""
    key = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    at = datetime(2013, 5, 24, tzinfo=UTC)
    signer = S3Signer("examplebucket.s3.amazonaws.com", "us-east-1", key, lambda: at)

    told = signer.headers(Ask("GET", "/test.txt", headers={"Range": "bytes=0-9"}))

    expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert told["Authorization"].endswith(f"Signature={expected}")


@pytest.mark.threat("T4")
def test_neither_address_nor_password_stands_in_an_error_or_a_log(kind, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    with ScriptedServer([head(403)]) as server:
        store = store_on(server, kind)
        with pytest.raises(EnvironmentFault) as refused:
            store.get(NAME)
        store.close()

    said = caplog.text + repr(refused.value) + str(refused.value.params) + repr(vars(store))
    for secret in (SECRET, server.host, NAME, httpx.BasicAuth("office", SECRET)._auth_header):
        assert secret not in said


def test_nothing_is_taken_from_the_environment(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password x\n")
    with ScriptedServer() as proxy, ScriptedServer() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        line = HttpLine(server.origin, NameAndPassword("", ""))

        assert line.send(Ask("GET", "/x")).body == b"ok"

        line.close()
        assert proxy.asked == []
        assert b"authorization" not in server.asked[0].lower()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine that nobody has signed, as its context and as text."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "office server")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM)
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    file.write_bytes(text + key.private_bytes(*form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, text.decode()


def test_a_server_that_cannot_show_who_it_is_hears_nothing(certificate):
    context, _ = certificate
    with ScriptedServer(tls=context) as server:
        line = line_to(server)

        with pytest.raises(EnvironmentFault) as refused:
            line.send(Ask("GET", "/x"))

        assert refused.value.code == "store.tls"
        assert server.asked == []
        line.close()


def test_a_certificate_that_the_organisation_named_is_enough_for_its_server(certificate):
    context, text = certificate
    with ScriptedServer(tls=context) as server:
        line = line_to(server, authority=text)

        assert line.send(Ask("GET", "/x")).body == b"ok"
        line.close()
        with pytest.raises(Usage):
            line_to(server, authority="no certificate")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><{0}>&b;</{0}>'
)
FILE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><{0}>&a;</{0}>'


@pytest.mark.threat("T14")
@pytest.mark.parametrize("read", [read_multistatus, read_bucket_page])
@pytest.mark.parametrize(
    "text",
    [
        BOMB.replace("{0}", "Contents"),
        FILE.replace("{0}", "multistatus"),
        "<a>" * 20,
        "<a><b></a>",
        "",
        "no document",
    ],
)
def test_a_listing_that_could_grow_or_is_none_is_refused(read, text):
    with pytest.raises(HostileInput):
        read(text.encode())


@pytest.mark.threat("T14")
def test_names_of_a_listing_are_only_names(kind):
    dav = (
        '<D:multistatus xmlns:D="DAV:">'
        "<D:response><D:href>/files/../../etc/passwd/..%2f..%2fx.cp</D:href>"
        "<D:getcontentlength>3</D:getcontentlength></D:response>"
        "<D:response><D:href>/files/%2e%2e</D:href>"
        "<D:getcontentlength>3</D:getcontentlength></D:response></D:multistatus>"
    )
    bucket = (
        "<ListBucketResult><Contents><Key>../x.cp</Key><Size>3</Size></Contents>"
        "<Contents><Key>a/..</Key><Size>3</Size></Contents></ListBucketResult>"
    )
    text, status = (dav, 207) if kind == "webdav" else (bucket, 200)
    with ScriptedServer([head(status, length=len(text)), text.encode()]) as server:
        store = store_on(server, kind)

        assert [entry.name for entry in store.list(FOLDER)] == [f"{FOLDER}/x.cp"]
        store.close()


class EndlessPages:
    """A line to a server that has always one more page; `names` in each, and the same for ever."""

    def __init__(self, names: int, *, is_same: bool = False) -> None:
        self._names = names
        self._is_same = is_same
        self.count = 0

    def send(self, _ask: Ask) -> Reply:
        self.count += 1
        token = 1 if self._is_same else self.count
        row = "<Contents><Key>x.cp</Key><Size>1</Size></Contents>"
        text = (
            f"<ListBucketResult><IsTruncated>true</IsTruncated>{row * self._names}"
            f"<NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>"
        )
        return Reply(200, {}, text.encode())


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    ("line", "most"),
    [(EndlessPages(0), 2_000), (EndlessPages(20), 3), (EndlessPages(1, is_same=True), 2)],
)
def test_pages_that_never_end_are_not_followed_for_ever(line, most, monkeypatch):
    monkeypatch.setattr("nrm_desktop.sync.transports.s3.NAMES_PER_FOLDER", 50)
    with pytest.raises(HostileInput):
        list(S3Store(line, "bucket", "").list(FOLDER))

    assert line.count == most
