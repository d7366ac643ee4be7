"""F2: the power goes at every step of a save; what was acknowledged is there (P1, P2).

The same harness under settings that are known to lose data must find losses, else it sees nothing.
Short here: points and seed come from the environment.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.faults.chance import seeded
from tests.faults.changing_child import NEXT_PASSPHRASE
from tests.faults.cut_power import WAYS, Disk, cuts, lay
from tests.faults.judging import CORRUPT, LOST, SOUND, judge
from tests.faults.recording import operations, record
from tests.faults.saving_child import PASSPHRASE

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.opening import VaultDoor, unlock
from nrm_desktop.security.vault.passphrase import passphrase_bytes
from nrm_desktop.storage.engine import DatabaseKey

POINTS = int(os.environ.get("NRM_FAULT_POINTS", "60"))
TEETH_POINTS = int(os.environ.get("NRM_FAULT_TEETH_POINTS", "40"))
SAVES = int(os.environ.get("NRM_FAULT_SAVES", "12"))
NAME = "b-k2x4w6a1.nrm"
WRITTEN = bytes(range(256)) * 40
WRITING = (
    "import os, sys; from pathlib import Path; "
    "from nrm_desktop.platforms.files import SystemFiles; "
    "SystemFiles().{call}(Path(sys.argv[1]), bytes(range(256)) * 40); os.write(1, b'DONE\\n')"
)
pytestmark = [pytest.mark.fault, pytest.mark.skipif(sys.platform != "linux", reason="strace")]


@pytest.fixture
def replayed(folder, child_command, child_environment, tool, tmp_path, vault_key):
    """Record the saving program once, and judge so many states of the disk."""

    def replay(engine: str, points: int) -> Counter:
        start = Disk.of(folder)
        log = tmp_path / "calls.log"
        command = child_command("--saves", SAVES, "--wal-pages", 20, "--engine", engine)
        assert record(command, log, strace=tool("strace"), **child_environment) == 0
        done = operations(log, folder)
        writes = [n for n, each in enumerate(done) if each.kind != "say"]
        chance = seeded()
        steps = sorted(chance.sample(writes, min(len(writes), max(1, points // len(WAYS)))))
        found: Counter = Counter()
        for cut in cuts(start, done, set(steps), chance):
            place = tmp_path / "cut"
            lay(cut.files, place)
            verdict = judge(place / "vault" / "vault.db", vault_key, cut.said)
            found[verdict.outcome] += 1
            if verdict.outcome != SOUND:
                found[f"{cut.step} {cut.way}: {verdict.why}"] += 1
            shutil.rmtree(place)
        return found

    return replay


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
def test_a_cut_of_the_power_loses_nothing_that_was_acknowledged(replayed, figure):
    found = replayed("strong", POINTS)

    figure("power_cut", points=found[SOUND], lost=found[LOST], corrupt=found[CORRUPT])
    assert set(found) == {SOUND}
    assert found[SOUND] >= min(POINTS, 40)


@pytest.mark.parametrize(
    ("engine", "expected"), [("normal", LOST), ("delete", LOST), ("off", CORRUPT)]
)
def test_the_same_harness_finds_what_weaker_settings_lose(replayed, figure, engine, expected):
    found = replayed(engine, TEETH_POINTS)

    figure(f"power_cut.{engine}", lost=found[LOST], corrupt=found[CORRUPT], sound=found[SOUND])
    assert found[expected], found


@pytest.mark.promise("P4")
def test_a_cut_in_a_change_of_the_passphrase_locks_nobody_out(
    folder, child_environment, tool, tmp_path, vault_key, figure
):
    start, log = Disk.of(folder), tmp_path / "calls.log"
    command = [sys.executable, "-m", "tests.faults.changing_child", str(folder)]
    assert record(command, log, strace=tool("strace"), **child_environment) == 0
    done = operations(log, folder)
    judged: dict[tuple, str] = {}
    points = 0
    for cut in cuts(start, done, None, seeded(1)):
        headers = {name: cut.files.get(f"vault/{name}") for name in COPY_NAMES}
        state = (*headers.values(), "CHANGED" in cut.said)
        if state not in judged:
            place = tmp_path / "cut"
            lay({name: data for name, data in headers.items() if data is not None}, place)
            judged[state] = _opened_by(place, vault_key)
            shutil.rmtree(place)
        points += 1
        wanted = {"new"} if "CHANGED" in cut.said else {"old", "new"}
        assert judged[state] in wanted, f"{cut.step} {cut.way}"

    figure("power_cut.header", points=points, states=len(judged), locked_out=0)
    assert {"old", "new"} <= set(judged.values())


@pytest.mark.promise("P17")
@pytest.mark.parametrize("call", ["create_exclusive", "replace"])
def test_a_cut_in_a_safe_write_leaves_the_old_file_or_the_whole_new_one(
    call, child_environment, tool, tmp_path, figure
):
    folder, log = tmp_path / "files", tmp_path / "calls.log"
    folder.mkdir()
    before = None
    if call == "replace":
        before = b"old" * 3000
        (folder / NAME).write_bytes(before)
    start = Disk.of(folder)
    command = [sys.executable, "-c", WRITING.format(call=call), str(folder / NAME)]
    assert record(command, log, strace=tool("strace"), **child_environment) == 0
    points, seen = 0, set()
    for cut in cuts(start, operations(log, folder), None, seeded(2)):
        found = cut.files.get(NAME)
        points += 1
        seen.add(found)
        assert found == WRITTEN or (found == before and not cut.said), f"{cut.step} {cut.way}"

    figure("power_cut.file", points=points, wrong=len(seen - {before, WRITTEN}))
    assert seen == {before, WRITTEN}


def _opened_by(folder: Path, key: DatabaseKey) -> str:
    """Say which passphrase opens the header that was left; the data key has to be the same."""
    for name, passphrase in (("old", PASSPHRASE), ("new", NEXT_PASSPHRASE)):
        door = VaultDoor(
            HeaderCopies(SystemFiles(), folder), Delays(SystemFiles(), folder, lambda: 9e5)
        )
        try:
            opened = unlock(door, passphrase_bytes(passphrase))
        except NrmError:
            continue
        assert opened.keys.db == key.raw
        return name
    return "nobody"
