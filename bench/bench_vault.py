"""Vaults of 1,000, 10,000 and 100,000 cases of 30 answers: what waiting a person notices.

Each piece of work is done by the program, and its statements are replayed with their parameters on
bare SQLCipher, in turns in one run, on the same rows and under the same settings: reading on the
same file by a connection of its own that has seen as little of it, saving on a copy. `*.ratio` is
p95 against p95. The bare side fetches rows and decodes nothing.

The sizes come from `NRM_BENCH_CASES` (by default all three). The vaults are made once, see
`big_vault`: about a quarter of an hour for the largest.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.big_vault import PASSPHRASE, cached, shell_of
from bench.recording import WRITES, Recording, Statements

from nrm_desktop.app.commands import CellAnswer, SaveAnswers
from nrm_desktop.app.handlers.answers import save_answers
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.headless import OpenVault, lens_of, open_vault
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.values import answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.kdf import seconds_of
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.uow import Transaction

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 300
SAVES = 300
PAGE = 50
P95 = 94
REFERENCE = FieldId("screening.own_reference")
MEMORY_AFTER_S = 10


def run() -> dict[str, float]:
    sizes = [int(each) for each in os.environ.get("NRM_BENCH_CASES", "").split()] or SIZES
    figures: dict[str, float] = {}
    for cases in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "vault"
            shutil.copytree(cached(cases).folder, folder)
            found = measure(folder) | {"memory_mb": memory_mb(folder)}
            short = f"{cases // 1000}k"
            figures |= {f"vault.{short}.{what}": value for what, value in found.items()}
    return figures


def measure(folder: Path) -> dict[str, float]:
    """Everything of one size. Units: see the names."""
    figures = {"unlock_to_list_s": unlock_to_list_s(folder)}
    bare_file = Path(shutil.copy(folder / DATABASE, folder.parent / "bare.db"))
    vault = open_vault(shell_of(folder), PASSPHRASE)
    try:
        key = DatabaseKey(vault.session.safe.unlocked.keys.db, vault.session.safe.slot.vault_id)
        figures |= reading(vault, folder / DATABASE, key)
        figures |= saving(vault, bare_file, key)
    finally:
        vault.close()
    return figures


def unlock_to_list_s(folder: Path) -> float:
    """From the passphrase to the first page, without the key derivation."""
    shell = shell_of(folder)
    _ = shell.forms  # read behind the lock screen, while somebody types
    found = []
    for _ in range(5):
        derivation = seconds_of(FLOOR, shell.clock.monotonic_s)
        start = time.perf_counter()
        vault = open_vault(shell, PASSPHRASE)
        assert vault.reader.cases(CaseFilter(), PAGE, None, vault.sight).rows
        found.append(time.perf_counter() - start - derivation)
        vault.close()
    return statistics.median(found)


# ---- reading ------------------------------------------------------------------------------------


def reading(vault: OpenVault, path: Path, key: DatabaseKey) -> dict[str, float]:
    """Next page of the list, and opening a case, as the window asks for them."""
    chance = random.Random(1)  # noqa: S311 - which case is opened
    bare, telling = (engine.open_database(path, key, is_read_only=True) for _ in range(2))
    recording = Recording(telling)
    recorded = SqlReader(recording, lens_of(vault.session))
    places, scopes = all_places(vault)
    figures: dict[str, float] = {}
    works: dict[str, Callable[[object], object]] = {
        "list": lambda reader, after: reader.cases(CaseFilter(), PAGE, after, vault.sight),
        "case": lambda reader, scope: reader.case(scope, vault.sight),
    }
    for name, work in works.items():
        asked = chance.choices(places if name == "list" else scopes, k=ROUNDS)
        app, base = [], []
        for one in asked:
            recording.all.clear()
            work(recorded, one)
            statements = tuple(recording.all)
            base.append(seconds(partial(replay, bare, statements)))
            app.append(seconds(partial(work, vault.reader, one)))
        figures |= compared(name, app, base)
    bare.close()
    telling.close()
    return figures


def all_places(vault: OpenVault) -> tuple[list[str], list[ScopeId]]:
    """Tokens of pages, and cases, from all over the list (at most 4,000 cases are walked)."""
    tokens: list[str] = []
    scopes: list[ScopeId] = []
    after = None
    for _ in range(80):
        page = vault.reader.cases(CaseFilter(), PAGE, after, vault.sight)
        scopes += [row.scope for row in page.rows]
        after = page.next_token
        if after is None:
            break
        tokens.append(after)
    return tokens, scopes


# ---- saving -------------------------------------------------------------------------------------


def saving(vault: OpenVault, bare_file: Path, key: DatabaseKey) -> dict[str, float]:
    """One answer changed, from the command to the acknowledgement, in cases of all ages."""
    chance = random.Random(2)  # noqa: S311 - which case is written
    _, scopes = all_places(vault)
    commands = [next_save(vault, scope, n) for n, scope in enumerate(chance.sample(scopes, SAVES))]
    recorded = [recorded_save(vault, command) for command in commands]
    bare = engine.open_database(bare_file, key)
    for statement in recorded[0]:
        assert statement[0].lstrip().startswith(WRITES)
    app, base = [], []
    for number, scope in enumerate(chance.sample(scopes, SAVES)):
        command = next_save(vault, scope, SAVES + number)
        app.append(seconds(partial(vault.handle, command)))
        base.append(seconds(partial(replay_writes, bare, recorded[number])))
    bare.close()
    return compared("save", app, base)


def next_save(vault: OpenVault, scope: ScopeId, number: int) -> SaveAnswers:
    view = vault.reader.case(scope, vault.sight)
    assert view is not None
    [cell] = [each for each in view.cells if each.field == REFERENCE]
    answer = CellAnswer(cell.record, REFERENCE, answered(f"C-{number:06}"))
    return SaveAnswers(scope=scope, answers=(answer,))


def recorded_save(vault: OpenVault, command: SaveAnswers) -> Statements:
    """Save, and give the statements that wrote rows."""
    authorship = vault.session.work._work._authorship  # noqa: SLF001 - to see the same save

    def job(connection: Connection) -> Statements:
        recording = Recording(connection)
        with Transaction(recording, authorship) as unit:
            save_answers(command, unit, vault.context)
        return recording.written

    return vault.database.write(job).result()


# ---- memory -------------------------------------------------------------------------------------


def memory_mb(folder: Path) -> float:
    """Resident memory of a program with its window open, ten seconds after it was unlocked."""
    child = [sys.executable, "-m", "bench.open_window", str(folder), str(MEMORY_AFTER_S)]
    done = subprocess.run(child, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["resident_mb"]


# ---- tools --------------------------------------------------------------------------------------


def replay(connection: Connection, statements: Statements) -> None:
    for sql, parameters in statements:
        connection.execute(sql, parameters).fetchall()


def replay_writes(connection: Connection, statements: Statements) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for sql, parameters in statements:
        connection.execute(sql, parameters)
    connection.execute("COMMIT")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compared(name: str, app: list[float], bare: list[float]) -> dict[str, float]:
    return {
        f"{name}.ratio": p95(app) / p95(bare),
        f"{name}.median_ratio": statistics.median(app) / statistics.median(bare),
        f"{name}.p95_ms": p95(app) * 1000,
        f"{name}.bare_p95_ms": p95(bare) * 1000,
    }


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[P95]
