"""What a program did to its files, read from a log of its system calls.

Decides how a line of `strace -f -y -xx` becomes an operation on a file under one folder. It must
not guess: a write whose bytes are not all in the log ends the reading.

Source: storage-security.md section 22 (F2).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "pwrite64,write,lseek,ftruncate,fsync,fdatasync,openat,"
    "unlink,unlinkat,rename,renameat,renameat2"
)
LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<[^>]*>)?(?: .*)?$")
RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)$")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
DESCRIPTOR = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*|[^>]*)>")


@dataclass(frozen=True, slots=True)
class Operation:
    """One step. Shape: `kind` is make, write, cut, sync, sync_folder, remove, rename or say.

    `path` and `to` are relative to the folder; `at` is an offset or, of `cut`, the new length.
    """

    kind: str
    path: str = ""
    at: int = 0
    data: bytes = b""
    to: str = ""


def record(command: list[str], log: Path, *, strace: str, **options) -> int:
    """Run a program under strace. Shape: its exit code."""
    traced = [strace, "--seccomp-bpf", "-f", "-y", "-xx", "-s", "1000000", "-o", str(log)]
    done = subprocess.run(
        [*traced, "-e", f"trace={CALLS}", *command],
        check=False,
        stdout=subprocess.DEVNULL,
        timeout=300,
        **options,
    )
    return done.returncode


def operations(log: Path, folder: Path) -> list[Operation]:
    """Read a log. Shape: only what concerns files in the folder, and what was said."""
    reader = _Reader(folder)
    found = [each for call in _calls(log) for each in reader.read(*call)]
    assert any(each.kind == "write" for each in found), "nothing was recorded: strace saw no call"
    return found


def _calls(log: Path) -> Iterator[tuple[str, str, int]]:
    begun: dict[str, str] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        if line.endswith("<unfinished ...>"):
            begun[line.split(maxsplit=1)[0]] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        resumed = RESUMED.match(line)
        whole = begun.pop(resumed[1]) + resumed[2] if resumed else line
        call = LINE.match(whole)
        if call and int(call[4]) >= 0:
            yield call[2], call[3], int(call[4])


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._there = {str(each.relative_to(folder)) for each in folder.rglob("*")}
        self._ends: dict[str, int] = {}
        self._shift = ""

    def read(self, call: str, arguments: str, gave: int) -> Iterator[Operation]:
        strings = [_text(each) for each in STRING.findall(arguments)]
        if call == "openat":
            yield from self._open(self._name(strings[0].decode()), arguments)
        elif call.startswith(("unlink", "rename")):
            names = [self._name(each.decode()) for each in strings]
            if names[0] is not None:
                kind = "remove" if call.startswith("unlink") else "rename"
                yield Operation(kind, names[0], to=names[-1] or "")
        else:
            yield from self._on_descriptor(call, arguments, strings, gave)

    def _open(self, name: str | None, arguments: str) -> Iterator[Operation]:
        if name is None or "O_DIRECTORY" in arguments:
            return
        self._ends[name] = 0
        if "O_CREAT" in arguments:
            yield Operation("make", name)
        if "O_TRUNC" in arguments:
            yield Operation("cut", name)

    def _on_descriptor(
        self, call: str, arguments: str, strings: list[bytes], gave: int
    ) -> Iterator[Operation]:
        found = DESCRIPTOR.match(arguments)
        if found is None:
            return
        if call == "write" and found[1] == "1":
            yield Operation("say", data=strings[0])
            return
        name = self._name(_text(found[2]).decode())
        if name is None:
            return
        if call in {"fsync", "fdatasync"}:
            is_folder = (self._folder / name).is_dir()
            yield Operation("sync_folder" if is_folder else "sync", name)
        elif call == "lseek":
            self._seek(name, gave)
        elif call == "ftruncate":
            yield Operation("cut", name, int(arguments.rsplit(",", 1)[1]))
        else:
            yield self._write(call, name, arguments, strings[0][:gave])

    def _seek(self, name: str, gave: int) -> None:
        self._ends[name] = gave

    def _write(self, call: str, name: str, arguments: str, data: bytes) -> Operation:
        assert '"...' not in arguments, "the log holds a part of what was written"
        if call == "write":
            at = self._ends.get(name, 0)
            self._ends[name] = at + len(data)
        else:
            at = int(arguments.rsplit(",", 1)[1])
        return Operation("write", name, at, data)

    def _name(self, path: str) -> str | None:
        place = Path(path)
        if not place.is_relative_to(self._folder):
            return None
        return str(place.relative_to(self._folder))


def _text(escaped: str) -> bytes:
    if escaped.startswith("\\x"):
        return bytes.fromhex(escaped.replace("\\x", ""))
    return escaped.encode()
