"""F17: boxes are whole or absent, whatever happens while the vault is locked (P27, T27)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.faults.box_child import MARK
from tests.faults.chance import seeded

from nrm_desktop.app.wire.limits import BOXES_WAITING
from nrm_desktop.bootstrap.boxes import BoxDesk

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("NRM_FAULT_ROUNDS", "4"))


@pytest.fixture
def unlocked_once(reopened):
    """A laptop takes boxes from its first unlocking on."""
    reopened().close()


@pytest.fixture
def writer(folder, unlocked_once):
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.box_child", str(folder), *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdout=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)
        process.stdout.close()


def said(process) -> list[str]:
    return process.stdout.read().decode().split("\n")[:-1]


@pytest.mark.fault
@pytest.mark.promise("P27")
def test_a_box_is_whole_or_absent_when_the_program_is_killed_and_the_database_is_untouched(
    writer, folder, reopened
):
    chance = seeded()
    before = (folder / "vault" / "vault.db").read_bytes()
    kept: list[str] = []
    for _ in range(ROUNDS):
        process = writer()
        first = process.stdout.readline().decode().strip()
        time.sleep(chance.uniform(0.0, 0.08))
        process.kill()
        kept += [line.split()[1] for line in (first, *said(process)) if line.startswith("BOX")]

    assert (folder / "vault" / "vault.db").read_bytes() == before
    assert not [p for p in folder.rglob("*") if p.is_file() and MARK.encode() in p.read_bytes()]
    desk = BoxDesk(reopened())
    boxes = desk.boxes()
    assert set(kept) <= {box.name for box in boxes}
    assert len(boxes) <= len(kept) + ROUNDS
    assert [box.problem for box in boxes if box.problem] == []


@pytest.mark.fault
@pytest.mark.promise("P27")
def test_a_full_disk_takes_no_half_box_and_keeps_the_ones_before(writer, folder, reopened):
    process = writer(1_000)  # less than one box

    assert said(process)[-1:] == ["FAULT storage.full"]
    assert BoxDesk(reopened()).boxes() == ()


@pytest.mark.fault
@pytest.mark.threat("T27")
def test_a_flood_ends_at_the_limit_and_every_box_before_it_can_be_read(writer, folder, reopened):
    ended = said(writer())

    assert ended[-1] == "FAULT policy.boxes_full"
    assert len(ended) == BOXES_WAITING + 1
    vault = reopened()
    boxes = BoxDesk(vault).boxes()
    assert len(boxes) == BOXES_WAITING
    assert {box.problem for box in boxes} == {""}
    done = {BoxDesk(vault).adopt(box.name).scope for box in boxes[:5]}
    assert len(done) == 5
    assert len(BoxDesk(vault).boxes()) == BOXES_WAITING - 5
