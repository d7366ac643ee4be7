"""Whether what was acknowledged is there, and whether what is there is sound.

One judgement for every fault: the kill, the cut power, the full disk. It opens with the raw key
through the program's own engine, and reads with the program's own deep check: every page, every
link of the chain, counters and heads, the projections made anew, the full text, the audit chain.

Source: storage-security.md section 22 (F1, F2). Promises: P1, P2.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults.saving_child import REFERENCE

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.operations import kept_answer
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.verify import verify_database

SOUND, LOST, CORRUPT = "sound", "lost", "corrupt"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is left of a vault. Shape: `why` says in a few words what is not as it should be."""

    outcome: str
    why: str = ""


def judge(path: Path, key: DatabaseKey, said: Iterable[str]) -> Judgement:
    """Open a database and hold it against what the saving program said until then."""
    try:
        with closing(engine.open_database(path, key)) as connection, engine.translated():
            report = verify_database(connection, lambda commit: True)
            missing = _missing(connection, tuple(said))
    except NrmError as error:
        return Judgement(CORRUPT, error.code)
    if not report.is_sound:
        return Judgement(CORRUPT, " ".join(report.places))
    return Judgement(LOST, missing) if missing else Judgement(SOUND)


def _missing(connection: Connection, said: tuple[str, ...]) -> str:
    acked, drafted = numbers_of(said, "ACK"), numbers_of(said, "DRAFT")
    saved, kept = saved_in(connection), drafted_in(connection)
    cases = connection.execute("SELECT count(*) FROM scope_line WHERE code IS NOT NULL")
    found = {
        "saves": acked <= set(saved),
        "drafts": drafted <= set(saved) | kept,
        "cases": cases.fetchone()[0] >= said.count("CASE"),
        "a save is there twice": len(saved) == len(set(saved)),
        "a draft and its save are both there": not kept & set(saved),
        "more than one save that nobody asked for": len(set(saved) - acked) <= 1,
    }
    return ", ".join(name for name, is_so in found.items() if not is_so)


def saved_in(connection: Connection) -> list[int]:
    """Every number that stands in an answer."""
    rows = connection.execute("SELECT answer FROM standing WHERE field = ?", (REFERENCE,))
    return sorted(int(kept_answer(answer).value) for (answer,) in rows)


def drafted_in(connection: Connection) -> set[int]:
    """Every number that is kept as a draft."""
    rows = connection.execute("SELECT fields FROM draft")
    return {int(text) for (fields,) in rows for _, _, text, _ in cbor.decode(fields)}


def numbers_of(said: Iterable[str], word: str) -> set[int]:
    """The numbers that were said with this word."""
    return {int(line.split()[1]) for line in said if line.startswith(f"{word} ")}
