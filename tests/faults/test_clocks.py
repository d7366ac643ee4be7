"""F8: a wrong or jumping wall clock changes nothing but times (P20, T21)."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.faults.judging import Judgement, judge
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.app.wire.operations import kept_answer
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.recovering import create_recovery
from nrm_desktop.storage import engine

SAVES = 9
JUMPING_SAVES = 15
NOW = "@2026-11-25 10:00:00"
CLOCKS = (
    "@1970-01-01 00:00:05",
    "@2019-03-01 12:00:00",
    "@2038-01-20 03:00:00",
    "@2036-11-25 10:00:00",
)
pytestmark = [pytest.mark.fault, pytest.mark.promise("P20"), pytest.mark.threat("T23")]


@pytest.fixture
def faked(child_environment, tool, tmp_path):
    """An environment with another wall clock, which may jump; the monotonic one stays true."""
    tool("faketime")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    clock = tmp_path / "clock"

    def environment(at: str, *, jumps: bool = False) -> dict:
        clock.write_text(at, encoding="ascii")
        jumping = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
        faking = {
            "LD_PRELOAD": str(library),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
            **(jumping if jumps else {"FAKETIME": at}),
        }
        return {**child_environment, "env": {**child_environment["env"], **faking}}

    environment.clock = clock
    return environment


@pytest.fixture(autouse=True)
def way_back(folder):
    """A recovery code; without one no case may be opened once the vault is a week old."""
    vault = open_vault(shell_in(folder), PASSPHRASE)
    offer = create_recovery(vault)
    offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
    vault.close()


@pytest.mark.parametrize("at", [NOW, *CLOCKS])
def test_the_same_work_under_any_clock_leaves_the_same_state(
    at, faked, child_command, folder, vault_key
):
    done = subprocess.run(
        child_command("--saves", SAVES), check=False, capture_output=True, timeout=60, **faked(at)
    )
    said = done.stdout.decode().splitlines()

    assert done.returncode == 0, done.stderr.decode()[-500:]
    assert judge(folder / "vault" / "vault.db", vault_key, said) == Judgement("sound")
    assert said.count("CASE") == 2
    assert state_without_times(folder, vault_key) == {
        "answers": sorted(str(number) for number in range(1, SAVES + 1)),
        "cases": 2,
        "drafts": 0,
        "records": SAVES,
        "conflicts": 0,
    }


def test_a_clock_that_jumps_while_saves_go_on_loses_nothing(
    faked, child_command, folder, vault_key
):
    environment = faked(NOW)
    process = subprocess.Popen(
        child_command("--saves", JUMPING_SAVES), stdout=subprocess.PIPE, text=True, **environment
    )
    said = []
    for number, line in enumerate(process.stdout):
        said.append(line.strip())
        faked.clock.write_text(CLOCKS[number % len(CLOCKS)], encoding="ascii")
    process.stdout.close()

    assert process.wait(60) == 0
    assert sum(line.startswith("ACK") for line in said) == JUMPING_SAVES
    assert judge(folder / "vault" / "vault.db", vault_key, said) == Judgement("sound")


def test_work_done_in_the_future_can_be_gone_on_with_today_and_is_said(
    faked, child_command, folder
):
    command = child_command("--saves", 2)
    assert subprocess.run(command, check=False, timeout=60, **faked(CLOCKS[-1])).returncode == 0

    vault = open_vault(shell_in(folder), PASSPHRASE)
    findings = vault.findings
    vault.close()

    assert "clock.behind" in findings
    assert subprocess.run(command, check=False, timeout=60, **faked(NOW)).returncode == 0


@pytest.mark.threat("T21")
def test_setting_the_clock_on_by_ten_years_does_not_shorten_the_wait(faked, folder):
    command = [sys.executable, "-m", "tests.faults.guessing_child", str(folder), str(faked.clock)]
    done = subprocess.run(
        command, check=False, capture_output=True, timeout=60, **faked(NOW, jumps=True)
    )

    *tries, wall, monotonic = done.stdout.decode().splitlines()
    assert tries == [*["vault.wrong_passphrase"] * 4, "vault.delay"], done.stderr.decode()[-500:]
    assert int(wall.split()[1]) > 9 * 365 * 86_400  # the clock was really faked
    assert int(monotonic.split()[1]) < 60


def state_without_times(folder: Path, key) -> dict:
    with closing(engine.open_database(folder / "vault" / "vault.db", key)) as found:
        values = found.execute("SELECT answer FROM standing WHERE field LIKE '%own_reference'")
        answers = sorted(str(kept_answer(answer).value) for (answer,) in values)
        counts = {
            "cases": "SELECT count(*) FROM scope_line WHERE code IS NOT NULL",
            "drafts": "SELECT count(*) FROM draft",
            "records": "SELECT count(*) FROM record WHERE form = 'screening'",
            "conflicts": "SELECT count(*) FROM conflict",
        }
        return {
            "answers": answers,
            **{name: found.execute(sql).fetchone()[0] for name, sql in counts.items()},
        }
