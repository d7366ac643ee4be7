"""F12: little memory is enough to unlock, and no bomb takes more than its limit (P15)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.faults.bombing_child import BOMBS

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux"),
]
UNLOCKING_MB = 300
BOMB_MB = 400
MOST_TAKEN_KIB = 2 * 64 * 1024
"""Twice the largest body that may come out of an object."""
READABLE = {"wide json"}
"""Under its limit in bytes: it may be read, as long as it stays under the cap."""


def test_a_vault_opens_and_saves_with_little_memory(child):
    process = child("--saves", 2, "--memory-mb", UNLOCKING_MB)

    said = process.stdout.read().decode()

    assert process.wait(60) == 0
    assert said.count("ACK") == 2


@pytest.mark.promise("P15")
@pytest.mark.threat("T13")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_refusal_within_its_limit(name, child_environment, tmp_path):
    command = [sys.executable, "-m", "tests.faults.bombing_child", name, str(BOMB_MB), tmp_path]
    done = subprocess.run(
        command, check=False, capture_output=True, timeout=120, **child_environment
    )

    assert done.returncode == 0, done.stderr.decode()[-500:]
    said, taken = done.stdout.decode().split()
    assert said.startswith(("integrity.", "usage.")) or name in READABLE
    assert int(taken) <= MOST_TAKEN_KIB
