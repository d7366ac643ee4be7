"""Self-test of the engine: does this machine's SQLCipher keep what storage relies on?

This module decides what is tried, in a folder that it is given and that holds nothing else. It
touches no vault.

Source: cli.md section 2, checks `sqlcipher` and `fts5`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.storage.engine import (
    TESTED_PROVIDERS,
    Connection,
    DatabaseKey,
    close_database,
    create_database,
    open_database,
    provider,
)

_KEY: Final = DatabaseKey(bytes(range(32)), bytes(range(16)))
_WRONG: Final = DatabaseKey(bytes(range(1, 33)), bytes(range(16)))
_NAME: Final = "selftest.db"
_PLAIN_HEAD: Final = b"SQLite format 3"
_TABLE: Final = "CREATE TABLE word (text TEXT) STRICT"
_KEEP: Final = "INSERT INTO word VALUES (?)"
_COUNT: Final = "SELECT count(*) FROM word WHERE text = ?"
_WORD: Final = "Zlata Žižková"
_INDEXES: Final = (
    (
        "CREATE VIRTUAL TABLE folded USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')",
        "INSERT INTO folded VALUES (?)",
        "SELECT count(*) FROM folded WHERE folded MATCH ?",
        '"zlata zizkova"',
    ),
    (
        "CREATE VIRTUAL TABLE pieces USING fts5(text, tokenize = 'trigram')",
        "INSERT INTO pieces VALUES (?)",
        "SELECT count(*) FROM pieces WHERE pieces MATCH ?",
        '"kov"',
    ),
)


@dataclass(frozen=True, slots=True)
class EngineCheck:
    """What was found. Shape: each says whether the engine did what it has to."""

    keeps: bool
    refuses_wrong_key: bool
    hides_head: bool
    provider: str
    finds_folded: bool
    finds_pieces: bool

    @property
    def is_encrypting(self) -> bool:
        """True if a database is kept, and readable with its key alone."""
        is_tested = self.provider.startswith(TESTED_PROVIDERS)
        return self.keeps and self.refuses_wrong_key and self.hides_head and is_tested


def check_engine(folder: Path) -> EngineCheck:
    """Make a database in an empty folder, open it again, and try a wrong key."""
    path = folder / _NAME
    made = create_database(path, _KEY)
    try:
        made.execute(_TABLE)
        made.execute(_KEEP, (_WORD,))
    finally:
        close_database(made)
    opened = open_database(path, _KEY)
    try:
        keeps = opened.execute(_COUNT, (_WORD,)).fetchone()[0] == 1
        found = [_finds(opened, *index) for index in _INDEXES]
        name = provider(opened)
    finally:
        close_database(opened)
    hides = not path.read_bytes().startswith(_PLAIN_HEAD)
    return EngineCheck(keeps, _is_refused(path), hides, name, *found)


def _finds(connection: Connection, make: str, add: str, ask: str, wanted: str) -> bool:
    connection.execute(make)
    connection.execute(add, (_WORD,))
    return bool(connection.execute(ask, (wanted,)).fetchone()[0])


def _is_refused(path: Path) -> bool:
    try:
        close_database(open_database(path, _WRONG))
    except IntegrityFault:
        return True
    return False
