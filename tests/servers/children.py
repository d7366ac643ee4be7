"""Real servers for tests, each a child process on a free port of this machine.

A child says its port in one line and ends with whoever started it: it reads its standard input, and
that closes also where a test run is killed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, socket

from nrm_desktop.sync.transports.http_line import HttpLine, Waits
from nrm_desktop.sync.transports.s3 import S3Signer, S3Store
from nrm_desktop.sync.transports.webdav import NameAndPassword, WebDavStore

HERE = Path(__file__).parent
KINDS = ("webdav", "s3")
BUCKET = "exchange"
REGION = "eu-central-1"
NAME, PASSWORD = "an-office", "an invented password"
WAITS = Waits(connect=5, idle=20)


@dataclass(frozen=True)
class Server:
    """A running server. `key` is a name and a secret that it knows; `folder` is where files lie."""

    port: int
    key: tuple[str, str]
    folder: Path | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"


@contextmanager
def webdav_server(folder: Path) -> Iterator[Server]:
    """WsgiDAV on a folder."""
    with _child("webdav_child.py", str(folder), NAME, PASSWORD) as said:
        yield Server(int(said[0]), (NAME, PASSWORD), folder)


@contextmanager
def s3_server() -> Iterator[Server]:
    """Moto with an empty bucket; it checks every signature."""
    with _child("s3_child.py", BUCKET, REGION) as said:
        yield Server(int(said[0]), (said[1], said[2]))


@contextmanager
def apache_server(folder: Path) -> Iterator[Server]:
    """Apache with mod_dav on `folder/files`; the rest of the folder is its own."""
    files, port = folder / "files", _free_port()
    files.mkdir(parents=True)
    binary = apache()
    assert binary is not None
    (folder / "users").write_text(f"{NAME}:{_apache_hash()}\n", encoding="utf-8")
    settings = (HERE / "apache.conf").read_text(encoding="utf-8")
    modules = binary.parents[1] / "lib/apache2/modules"
    for mark, value in (("@HERE@", folder), ("@PORT@", port), ("@MODULES@", modules)):
        settings = settings.replace(mark, str(value))
    (folder / "apache.conf").write_text(settings, encoding="utf-8")
    command = [binary, "-X", "-f", folder / "apache.conf"]
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        _wait_for(port, child, folder / "said")
        yield Server(port, (NAME, PASSWORD), files)
    finally:
        child.terminate()
        child.wait(10)


def apache() -> Path | None:
    """Where Apache is installed, if it is."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    found = shutil.which("apache2", path=places)
    return Path(found) if found else None


def webdav_store(server: Server, port: int | None = None, root: str = "") -> WebDavStore:
    """A store in a folder of a WebDAV server, maybe through another port."""
    origin = f"http://127.0.0.1:{port or server.port}"
    line = HttpLine(origin, NameAndPassword(*server.key), WAITS)
    return WebDavStore(line, f"/{root}" if root else "")


def s3_store(
    server: Server, prefix: str = "", port: int | None = None, page_names: int = 1000
) -> S3Store:
    """A store on the bucket of an S3 server, maybe through another port."""
    host = f"127.0.0.1:{port or server.port}"
    line = HttpLine(f"http://{host}", S3Signer(host, REGION, server.key), WAITS)
    return S3Store(line, BUCKET, prefix, page_names)


class Servers:
    """Servers that are started when the first test asks for them; the stack ends them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._running: dict[str, Server] = {}

    def store(self, kind: str, root: str = "", port: int | None = None) -> WebDavStore | S3Store:
        """A store in an own folder of a server, maybe through another port."""
        if kind == "s3":
            return s3_store(self.running(kind), root, port)
        return webdav_store(self.running(kind), port, root)

    def running(self, kind: str) -> Server:
        """The server of a kind."""
        if kind not in self._running:
            starting = s3_server() if kind == "s3" else webdav_server(self._folder)
            self._running[kind] = self._stack.enter_context(starting)
        return self._running[kind]

    def new_root(self, kind: str) -> str:
        """A new folder, or a new beginning of names."""
        root = secrets.token_hex(4)
        if kind == "webdav":
            (self._folder / root).mkdir()
        return root


@contextmanager
def _child(script: str, *arguments: str) -> Iterator[list[str]]:
    command = [sys.executable, "-I", str(HERE / script), *arguments]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    try:
        said = child.stdout.readline().split()
        assert said, f"{script} did not start"
        yield said
    finally:
        child.terminate()
        child.communicate(timeout=10)


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _apache_hash() -> str:
    """What Apache keeps of the password; the old form needs no program of Apache's."""
    from base64 import b64encode  # noqa: PLC0415 - for Apache alone
    from hashlib import sha1  # noqa: PLC0415 - for Apache alone

    digest = sha1(PASSWORD.encode(), usedforsecurity=False).digest()
    return "{SHA}" + b64encode(digest).decode()


def _wait_for(port: int, child: subprocess.Popen, said: Path) -> None:
    for _ in range(200):
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert child.poll() is None, said.read_text(encoding="utf-8")
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not answer")
