"""A million answers of a colleague taken in: what each costs, and how much memory it takes.

A laptop writes 10,000, 100,000 and 1,000,000 changed answers, ten to a signed commit; another one
takes them in by a whole run, in a process of its own. `us_per_op` is the time of the run over the
answers; `ratio` compares a million with ten thousand, `step` the dearest tenth of the million with
the cheapest one behind the first. `memory_mb` is the most that the process ever had resident.

Half an hour, most of it the writing: `python -m bench.run bench_million`. `NRM_BENCH_OPS` names
other sizes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.importing import (
    OPS_PER_COMMIT,
    PASSPHRASE,
    new_pair,
    shell_at,
    synchronised,
    write_ops,
)
from bench.memory import peak_mb

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.sync import inbound

SIZES = (10_000, 100_000, 1_000_000)
TENTHS = 10


def run() -> dict[str, float]:
    sizes = [int(each) for each in os.environ.get("NRM_BENCH_OPS", "").split()] or SIZES
    found = {ops: one_size(ops) for ops in sizes}
    figures = {
        f"million.{ops // 1000}k.{name}": value
        for ops, values in found.items()
        for name, value in values.items()
    }
    first, last = found[sizes[0]], found[sizes[-1]]
    return figures | {
        "million.ratio": last["us_per_op"] / first["us_per_op"],
        "million.step": last["step"],
        "million.memory_mb": last["memory_mb"],
    }


def one_size(ops: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        pair = new_pair(room)
        write_ops(pair.writer, ops)
        synchronised(pair.writer, pair.store)
        pair.writer.close()
        command = [sys.executable, "-m", "bench.bench_million", name, str(ops)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def take_in(room: Path, ops: int) -> dict[str, float]:
    """Take in what lies in the folder. Runs in a process of its own."""
    vault = open_vault(shell_at(room / "reader"), PASSPHRASE)
    ends = watch_bundles()
    start = time.perf_counter()
    report = synchronised(vault, room / "store")
    seconds = time.perf_counter() - start
    vault.close()
    assert report.received.commits >= ops // OPS_PER_COMMIT
    return {
        "us_per_op": seconds / ops * 1_000_000,
        "step": dearest_over_cheapest(ends),
        "memory_mb": peak_mb(),
    }


def watch_bundles() -> list[tuple[float, int]]:
    """Note the time after each bundle, with its commits."""
    ends: list[tuple[float, int]] = []
    take = inbound.take_commits

    def noted(unit, place, commits):
        taken = take(unit, place, commits)
        ends.append((time.perf_counter(), taken.commits))
        return taken

    inbound.take_commits = noted
    return ends


def dearest_over_cheapest(ends: list[tuple[float, int]]) -> float:
    """Compare tenths of a run by their time per commit; the first one warms up."""
    size = max(1, len(ends) // TENTHS)
    tenths = [ends[at : at + size + 1] for at in range(0, len(ends) - size, size)]
    costs = [
        (part[-1][0] - part[0][0]) / max(1, sum(commits for _, commits in part[1:]))
        for part in tenths
        if len(part) > 1
    ]
    return max(costs[1:]) / min(costs[1:]) if len(costs) > 2 else 1.0


if __name__ == "__main__":
    print(json.dumps(take_in(Path(sys.argv[1]), int(sys.argv[2]))))
