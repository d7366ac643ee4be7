"""A child program that reads one bomb with the program's own reader, under a cap on its memory.

Run: `python -m tests.faults.bombing_child NAME MEGABYTES FOLDER`. It says how the reading ended and
the most memory that it took, above what it took before. What lies in the bomb was never packed by
the program: the packing is put aside in this child alone.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import zstandard
from tools.vector_sets import world as w

from nrm_desktop.app.strict_json import read_json
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.sealing import container

GIB = 1 << 30


def main(name: str, megabytes: str, folder: str) -> int:
    explode = BOMBS[name](Path(folder))
    before = _peak_kib()
    most = int(megabytes) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        explode()
        said = "read"
    except NrmError as error:
        said = error.code
    os.write(1, f"{said} {_peak_kib() - before}\n".encode())
    return 0


def _peak_kib() -> int:
    """The most that was resident since this program began; `ru_maxrss` would begin with the test's.

    Shape: KiB.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


def _zeros(*, is_size_declared: bool) -> Callable[[Path], Callable[[], object]]:
    """A gigabyte of zeros in an object that is sealed as it should be."""

    def make(_: Path) -> Callable[[], object]:
        packer = zstandard.ZstdCompressor(level=19, write_content_size=is_size_declared)
        stream = packer.compressobj(size=GIB if is_size_declared else -1)
        packed = b"".join(stream.compress(bytes(MIB)) for _ in range(1024)) + stream.flush()
        return lambda: container.open_object(_sealed(packed), w.CORE_KEY)

    return make


def _sealed(packed: bytes) -> bytes:
    container._pack = bytes
    return container.seal_object(ObjectType.BUNDLE, packed, w.CORE_KEY, 1, w.stream("bomb"))


def _sparse(folder: Path) -> Callable[[], object]:
    path = folder / "sparse"
    with path.open("wb") as file:
        file.truncate(10 * GIB)
    return lambda: SystemFiles().read_limited(path, 16 * MIB)


BOMBS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "zstd": _zeros(is_size_declared=False),
    "zstd with its size": _zeros(is_size_declared=True),
    "nested cbor": lambda _: lambda: cbor.decode(b"\x81" * 5_000_000 + b"\x80"),
    "wide cbor": lambda _: partial(
        cbor.decode, b"\x99\x03\xe8" + (b"\x99\x27\x10" + b"\x80" * 10_000) * 1_000
    ),
    "announced cbor": lambda _: lambda: cbor.decode(b"\x9a\xff\xff\xff\xff"),
    "nested json": lambda _: lambda: read_json(b"[" * 2_000_000 + b"]" * 2_000_000),
    "wide json": lambda _: lambda: read_json(b"[" + b"{}," * 999_999 + b"{}]"),
    "long json number": lambda _: lambda: read_json(b"9" * 4_000_000),
    "sparse file": _sparse,
}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
