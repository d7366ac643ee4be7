"""Saving one answer: how many fsyncs, and how much slower than the same rows on bare SQLCipher.

The bare side replays the very statements that wrote rows, with their parameters, on a copy of the
vault, each save in one transaction; both sides take turns, so that noise hits both. Fsyncs are
counted by strace in a child; the difference of two runs leaves out opening and closing.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.recording import Recording
from bench.saving import FILE, KEY, make_vault, new_author, save

from nrm_desktop.storage import engine

SAVES = 600
FEW, MORE = 10, 40
"""So few that no checkpoint falls into them (1000 pages)."""
P95 = 94


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / FILE
        make_vault(made)
        fsyncs = count_fsyncs(made, folder)
        app, bare = times(made, folder)
    figures = {
        "save.ratio": p95(app) / p95(bare),
        "save.median_ratio": statistics.median(app) / statistics.median(bare),
        "save.p95_ms": p95(app) * 1000,
        "save.bare_p95_ms": p95(bare) * 1000,
    }
    return figures | ({} if fsyncs is None else {"save.fsyncs": fsyncs})


def times(made: Path, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds per save of both sides, in turns."""
    statements = recorded(made, folder)
    app_side, bare_side = (open_copy(made, folder / name) for name in ("app.db", "bare.db"))
    author = new_author()
    app, bare = [], []
    for number in range(SAVES):
        start = time.perf_counter()
        save(app_side, author, number)
        between = time.perf_counter()
        bare_side.execute("BEGIN IMMEDIATE")
        for sql, parameters in statements[number]:
            bare_side.execute(sql, parameters)
        bare_side.execute("COMMIT")
        bare.append(time.perf_counter() - between)
        app.append(between - start)
    rows = "SELECT (SELECT count(*) FROM journal_commit), (SELECT count(*) FROM standing)"
    assert app_side.execute(rows).fetchone() == bare_side.execute(rows).fetchone()
    app_side.close()
    bare_side.close()
    return app, bare


def recorded(made: Path, folder: Path) -> list[list[tuple]]:
    """The writing statements of each save; ids and salts are the same in every run."""
    connection = open_copy(made, folder / "recorded.db")
    author, found = new_author(), []
    for number in range(SAVES):
        recording = Recording(connection)
        save(recording, author, number)
        found.append(recording.written)
    connection.close()
    return found


def count_fsyncs(made: Path, folder: Path) -> float | None:
    """Fsyncs per save; None without strace, and then the target counts as not measured."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    counts = []
    for saves in (FEW, MORE):
        path = Path(shutil.copy(made, folder / f"traced{saves}.db"))
        log = folder / f"trace{saves}"
        trace = [strace, "-f", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", str(log)]
        child = [sys.executable, "-m", "bench.saving", str(path), str(saves)]
        subprocess.run([*trace, *child], check=True)
        counts.append(sum("sync" in line for line in log.read_text().splitlines()))
    return (counts[1] - counts[0]) / (MORE - FEW)


def open_copy(made: Path, path: Path) -> engine.Connection:
    return engine.open_database(Path(shutil.copy(made, path)), KEY)


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[P95]
