"""Taking in the work of a colleague: verified, decided and stored, against what bounds it.

One laptop wrote `OPS` changed answers, ten to a signed commit; another takes them in by a whole run
from a folder. The bare side replays the very statements that wrote rows, with their parameters and
in the same transactions, on a copy of the same vault: `import.of_bare` is their time over ours.
They are replayed by a child with the driver as it comes; `import.of_bare_bound` is the same with
the rules for binding that the program gives the driver, which save the bare side more than half.

Beside it, in the same run and with the same values: PouchDB's replication in memory, one document
to a change (neither signed nor encrypted nor on a disk), and two libraries of mergeable documents,
which apply one update without any store. `*.keeps_concurrent` says whether a value that two people
changed at the same time can still be found afterwards: 1 or 0.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.bare_replay import replayed, replayed_apart
from bench.importing import Pair, copy_of, new_pair, synchronised, write_ops
from bench.peers import measured_peers
from bench.recording import Recording, Statements

from nrm_desktop.bootstrap.exchange import synchronise
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.uow import Transaction
from nrm_desktop.storage.vault_database import VaultDatabase

OPS = 100_000
SETTINGS = [one.set for one in engine._SETTINGS]  # noqa: SLF001 - the same for the bare side


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        pair = new_pair(room)
        try:
            write_ops(pair.writer, OPS)
            synchronised(pair.writer, pair.store)
            seconds = import_s(pair, room / "timed")
            bare, bound = bare_s(pair, room / "apart"), bare_s(pair, room / "here", is_here=True)
        finally:
            pair.writer.close()
    rate = OPS / seconds
    figures = {
        "import.ops_per_s": rate,
        "import.bare_ops_per_s": OPS / bare,
        "import.of_bare": bare / seconds,
        "import.of_bare_bound": bound / seconds,
    }
    peers = measured_peers(OPS)
    figures |= peers
    figures["import.over_pouchdb"] = rate / peers["import.pouchdb.docs_per_s"]
    return figures


def import_s(pair: Pair, room: Path) -> float:
    """One whole run. Units: seconds of the wall."""
    vault, store = copy_of(pair.reader, room), a_store(pair, room)
    try:
        start = time.perf_counter()
        report = synchronised(vault, store)
        seconds = time.perf_counter() - start
    finally:
        vault.close()
    assert report.received.commits >= OPS // 10
    return seconds


def bare_s(pair: Pair, room: Path, *, is_here: bool = False) -> float:
    """The writing statements of such a run on bare SQLCipher. Units: seconds of the wall."""
    vault = copy_of(pair.reader, room / "recorded")
    try:
        transactions = recorded(vault, a_store(pair, room / "recorded"))
    finally:
        vault.close()
    copy = copy_of(pair.reader, room / "bare")
    keys = copy.session.safe.unlocked.keys
    copy.close()
    path, key = copy.folder / DATABASE, DatabaseKey(keys.db, keys.db_salt)
    if not is_here:
        text = b"x'" + (key.raw + key.salt).hex().encode() + b"'"
        return replayed_apart(path, text, SETTINGS, transactions)
    bare = engine.open_database(path, key)
    seconds = replayed(bare, transactions)
    bare.close()
    return seconds


def a_store(pair: Pair, room: Path) -> Path:
    """The folder as the writer left it: who reads it leaves a checkpoint there."""
    return Path(shutil.copytree(pair.store, room / "store"))


def recorded(vault: OpenVault, store: Path) -> list[Statements]:
    """The statements that wrote rows in a run, by transaction."""
    authorship = vault.session.work._work._authorship  # noqa: SLF001 - to write as the same person
    work = RecordingWork(vault.database, authorship)
    synchronise(replace(vault.session, work=work), str(store), vault.bus)
    return [found for found in work.transactions if found]


class RecordingWork:
    """The exchange's door to the database, which remembers what was written."""

    def __init__(self, database: VaultDatabase, authorship: object) -> None:
        self._database = database
        self._authorship = authorship
        self.transactions: list[Statements] = []

    def exchange(self, job):
        return self._database.write(partial(self._run, job)).result()

    def _run(self, job, connection: Connection):
        recording = Recording(connection)
        with Transaction(recording, self._authorship) as unit:
            done = job(unit, recording)
        self.transactions.append(recording.written)
        return done
