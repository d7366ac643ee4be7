"""F10: nothing that was typed lies anywhere in plain, also not after a crash (P3).

The whole home of the child is a sandbox: vault, backups, configuration, state, cache, temporary
files. What it read, and the document that was asked for in plain, lie outside.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.cli.conftest import PASSPHRASE as CLI_PASSPHRASE
from tests.faults.marking_child import COUNT, STEM
from tests.gui.window import PASSPHRASE

PLAIN_DATABASE = b"SQLite format 3"
HOMES = {
    "HOME": "home",
    "XDG_DATA_HOME": "home/data",
    "XDG_CONFIG_HOME": "home/config",
    "XDG_STATE_HOME": "home/state",
    "XDG_CACHE_HOME": "home/cache",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "tmp",
}
pytestmark = [pytest.mark.fault, pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")]


def forms_of(word: str) -> set[bytes]:
    """How a word may lie in a file: in three encodings, hexadecimal, and base64 at any offset."""
    plain = word.encode()
    found = {plain, word.encode("utf-16-le"), word.encode("utf-16-be")}
    found |= {plain.hex().encode(), plain.hex().upper().encode()}
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + plain)
        found.add(coded[offset + 1 : -4])  # without what depends on the neighbours
    return found


WANTED = {form for word in (STEM, PASSPHRASE, CLI_PASSPHRASE) for form in forms_of(word)}


def scan(folder: Path) -> list[str]:
    """Name every file in which something lies in plain."""
    hits = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        lower = data.lower()
        if PLAIN_DATABASE in data or any(each in data or each in lower for each in WANTED):
            hits.append(str(path.relative_to(folder)))
    return hits


@pytest.fixture
def sandbox(tmp_path):
    folder = tmp_path / "sandbox"
    for place in HOMES.values():
        (folder / place).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@pytest.mark.promise("P3")
@pytest.mark.threat("T5")
def test_nothing_that_was_typed_lies_in_plain_while_open_or_after_a_kill(
    sandbox, child_environment, tmp_path, figure
):
    outside = tmp_path / "outside"
    outside.mkdir()
    homes = {name: str(sandbox / place) for name, place in HOMES.items()}
    environment = child_environment["env"] | homes | {"QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.marking_child", str(sandbox), str(outside)],
        cwd=child_environment["cwd"],
        env=environment,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"READY\n"
        while_open = scan(sandbox)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
    after = scan(sandbox)

    files = [path for path in sandbox.rglob("*") if path.is_file()]
    figure(
        "markers",
        markers=COUNT,
        places=len({path.parent for path in files}),
        files=len(files),
        hits=len(while_open) + len(after),
    )
    assert while_open == []
    assert after == []
    assert any(path.suffix == ".pdf" for path in (outside / "stick").iterdir())
    assert scan(outside), "what it read lies there in plain"


@pytest.mark.parametrize("number", range(len(forms_of(STEM))))
def test_the_scanner_sees_a_plain_file_in_every_form(sandbox, number):
    form = sorted(forms_of(f"Case of {STEM}07."))[number]
    (sandbox / "tmp" / "planted").write_bytes(os.urandom(500) + form + os.urandom(500))

    assert scan(sandbox) == ["tmp/planted"]


def test_the_scanner_sees_a_plain_database(sandbox):
    (sandbox / "home" / "planted").write_bytes(PLAIN_DATABASE + b"\0")

    assert scan(sandbox) == ["home/planted"]
