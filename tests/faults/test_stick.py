"""F7: the stick is pulled while a file is written; what has its name is whole (P17).

The exporter's own steps are read from its system calls; the same steps are then made on a FAT image
by mtools, because only there every single write of the file system is known. Between two flushes of
the exporter, a quarter of the sectors never arrives.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from tests.faults.chance import seeded
from tests.faults.cut_power import sectors
from tests.faults.recording import Operation, operations, record

POINTS = int(os.environ.get("NRM_FAULT_STICK_POINTS", "24"))
CONTENT = bytes(range(256)) * 120
FINAL = "b-k2x4w6a1.nrm"
KIB = 40_000
EXPORT = (
    "import sys; from pathlib import Path; from nrm_desktop.platforms.files import SystemFiles; "
    "SystemFiles().create_exclusive(Path(sys.argv[1]), bytes(range(256)) * 120)"
)
pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="strace and mtools"),
]


@pytest.fixture
def steps(tmp_path, tool, child_environment):
    """What the exporter does to a folder: write, flush, rename, flush the folder."""
    folder, log = tmp_path / "folder", tmp_path / "calls.log"
    folder.mkdir()
    command = [sys.executable, "-c", EXPORT, str(folder / FINAL)]
    assert record(command, log, strace=tool("strace"), **child_environment) == 0
    return [each for each in operations(log, folder) if each.kind != "say"]


@pytest.fixture
def image(tmp_path, tool):
    """An empty FAT32 image, and how mtools are run on it."""
    tool("mtools")
    path = tmp_path / "images" / "stick.img"
    path.parent.mkdir()
    mkfs = [tool("mkfs.vfat"), "-F", "32", "-s", "1", "-C", str(path), str(KIB)]
    subprocess.run(mkfs, check=True, capture_output=True)
    return path


@pytest.fixture
def replay(image, tmp_path, tool, child_environment):
    """Make the same steps on the image. Shape: groups of sectors; between them was a flush."""

    def run(steps: list[Operation]) -> list[list[Operation]]:
        groups: list[list[Operation]] = [[]]
        source = tmp_path / "source"
        source.write_bytes(CONTENT)
        for step, after in pairwise([*steps, Operation("end")]):
            if step.kind == "write" and after.kind != "write":
                command = ["mcopy", "-i", str(image), str(source), f"::/{step.path}"]
            elif step.kind == "rename":
                command = ["mren", "-i", str(image), f"::/{step.path}", f"::/{step.to}"]
            elif step.kind.startswith("sync"):
                groups.append([])
                continue
            else:
                continue
            log = tmp_path / "mtools.log"
            assert record(command, log, strace=tool("strace"), **child_environment) == 0
            done = operations(log, image.parent)
            groups[-1] += sectors([each for each in done if each.kind == "write"])
        return groups

    return run


@pytest.mark.promise("P17")
def test_a_stick_that_is_pulled_holds_a_whole_file_or_none(steps, image, replay, tmp_path, figure):
    kinds = [each.kind for each in steps]
    assert kinds.index("sync") < kinds.index("rename") < kinds.index("sync_folder")
    base = image.read_bytes()

    found = pulled(base, replay(steps), tmp_path / "cut.img", POINTS)

    figure("stick", points=found.total(), whole=found["whole"], wrong=found["wrong"])
    assert found.total() >= POINTS
    assert found["whole"]
    assert found["none"]
    assert not found["wrong"]


def test_without_the_flush_before_the_rename_the_same_harness_finds_wrong_files(
    steps, image, replay, tmp_path, figure
):
    base = image.read_bytes()
    weaker = [each for each in steps if each.kind != "sync"]

    found = pulled(base, replay(weaker), tmp_path / "cut.img", POINTS)

    figure("stick.unsynced", points=found.total(), wrong=found["wrong"])
    assert found["wrong"]


def pulled(base: bytes, groups: list[list[Operation]], cut, points: int) -> Counter:
    """Pull the stick in every group in turn, often near its end, and read what has the name."""
    chance = seeded()
    found: Counter = Counter()
    for point in range(points):
        group = point % len(groups)
        size = len(groups[group])
        number = max(0, size - chance.choice((0, 1, 2, chance.randint(0, size))))
        image = bytearray(base)
        for done in groups[:group]:
            _write(image, done, None)
        _write(image, groups[group][:number], chance)
        cut.write_bytes(image)
        found[_read(cut, is_done=group == len(groups) - 1)] += 1
    return found


def _write(image: bytearray, writes: list[Operation], chance: random.Random | None) -> None:
    for each in writes:
        if chance is None or chance.random() >= 0.25:
            image[each.at : each.at + len(each.data)] = each.data


def _read(image, *, is_done: bool) -> str:
    """Whole, none, or wrong: also where it was said to be done and is not there."""
    read = subprocess.run(
        ["mtype", "-i", str(image), f"::/{FINAL}"], check=False, capture_output=True, timeout=20
    )
    if read.returncode == 0:
        return "whole" if read.stdout == CONTENT else "wrong"
    return "wrong" if is_done else "none"
