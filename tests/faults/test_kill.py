"""F1: the program is killed while it saves; what it acknowledged is there (P1, P2).

Short here; rounds and seed come from the environment. Losses under settings known to be bad are
shown by the power-cut replay (F2): the system keeps written pages of a killed program, so that even
bad settings lose nothing here.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from contextlib import closing

import pytest
from tests.faults.chance import seeded
from tests.faults.judging import Judgement, judge, numbers_of, saved_in
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.storage import engine

ROUNDS = int(os.environ.get("NRM_FAULT_ROUNDS", "5"))
FRESH_EVERY = 40
"""Rounds on one vault: else the check of a large vault takes the time of further rounds."""


@pytest.mark.fault
@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
@pytest.mark.rule("N19")
@pytest.mark.rule("R28")
def test_a_killed_program_has_lost_nothing_it_acknowledged(
    child, folder, made_vault, vault_key, figure
):
    chance = seeded()
    path = folder / "vault" / "vault.db"
    recoveries, acked, judged = [], 0, []
    for number in range(ROUNDS):
        if number % FRESH_EVERY == 0:
            shutil.rmtree(folder)
            shutil.copytree(made_vault, folder)
            before: list[str] = []
        said = _killed_after(child(), chance.uniform(0.06, 0.31))
        recoveries.append(_seconds_to_first_query(path, vault_key))
        verdict = _without_those_not_asked_for(path, vault_key, before, said)
        judged.append(verdict)
        assert verdict == Judgement("sound"), (number, verdict)
        acked += len(numbers_of(said, "ACK"))
        before += said

    figure(
        "kill",
        rounds=len(judged),
        acknowledged=acked,
        lost=sum(each.outcome == "lost" for each in judged),
        broken=sum(each.outcome == "corrupt" for each in judged),
        recovery_p50_ms=round(statistics.median(recoveries) * 1000, 1),
        recovery_max_ms=round(max(recoveries) * 1000, 1),
    )
    assert acked


@pytest.mark.fault
def test_after_a_kill_the_next_start_says_that_the_end_was_not_clean(child, folder):
    _killed_after(child(), 0.1)

    vault = open_vault(shell_in(folder), PASSPHRASE)
    was_unclean = vault.unlocked.was_unclean
    vault.close()
    again = open_vault(shell_in(folder), PASSPHRASE)

    assert was_unclean
    assert not again.unlocked.was_unclean
    again.close()


def _killed_after(process, seconds: float) -> list[str]:
    """Kill after the first acknowledgement and a while; give the lines that came out whole."""
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest = process.stdout.read()
    lines = (first + rest).decode().split("\n")
    return lines[:-1]


def _seconds_to_first_query(path, key) -> float:
    """From the opening, which recovers what the kill has left, to the first line of a list."""
    started = time.perf_counter()
    with closing(engine.open_database(path, key)) as connection:
        connection.execute("SELECT code FROM scope_line ORDER BY changed DESC").fetchone()
        return time.perf_counter() - started


def _without_those_not_asked_for(path, key, before: list[str], said: list[str]) -> Judgement:
    """Each kill may leave one save that was made and not acknowledged; it stays in later rounds."""
    with closing(engine.open_database(path, key)) as connection:
        saved = set(saved_in(connection))
    earlier = numbers_of(before, "DRAFT") & saved
    unasked = earlier - numbers_of(before, "ACK")
    return judge(path, key, [*before, *(f"ACK {number}" for number in unasked), *said])
