"""F1: the program is killed while it saves; what it acknowledged is there (P1, P2).

Short here; rounds and seed come from the environment. Losses under settings known to be bad need
the power-cut replay (F2), because the system keeps written pages of a killed program: later issue.
"""

from __future__ import annotations

import os
import time

import pytest
from tests.faults.chance import seeded
from tests.faults.saving_child import drafted_numbers, saved_numbers

from nrm_desktop.bootstrap.upkeep import verify_vault

ROUNDS = int(os.environ.get("NRM_FAULT_ROUNDS", "5"))


@pytest.mark.fault
@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
def test_a_killed_program_has_lost_nothing_it_acknowledged(child, reopened):
    chance = seeded()
    cases = 0
    for _ in range(ROUNDS):
        said = _killed_after(child(), chance.uniform(0.06, 0.31))
        cases += said.count("CASE")
        cases = _nothing_is_lost(reopened(), said, cases)


def _killed_after(process, seconds: float) -> list[str]:
    """Kill after the first acknowledgement and a while; give the lines that came out whole."""
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest = process.stdout.read()
    lines = (first + rest).decode().split("\n")
    return lines[:-1]


def _nothing_is_lost(vault, said: list[str], cases: int) -> int:
    saved, kept = saved_numbers(vault), drafted_numbers(vault)
    acked = [int(line.split()[1]) for line in said if line.startswith("ACK")]
    drafted = [int(line.split()[1]) for line in said if line.startswith("DRAFT")]

    assert acked, said
    assert set(acked) <= set(saved)
    assert set(drafted) <= set(saved) | kept
    assert not kept & set(saved), "a draft and its save are never both there"
    assert len(saved) == len(set(saved)) <= max(drafted)
    found = vault.database.read(
        lambda db: db.execute("SELECT count(*) FROM scope_line WHERE code IS NOT NULL").fetchone()
    ).result()[0]
    assert cases <= found <= cases + 1
    checked = verify_vault(vault)
    assert checked.database.is_sound, checked.database
    vault.close()
    return found
