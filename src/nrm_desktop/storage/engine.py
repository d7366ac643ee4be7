"""SQLCipher: the only importer of `sqlcipher3`. Opens, checks and closes encrypted databases.

This module decides every setting of a connection and guards each trap of the engine. Keys are
opaque bytes to it. It must not know a table, and nothing else may open a database.

- No plaintext database can come to be: each file must begin with the vault's salt.
- An empty or short file is no empty vault: it is refused.
- The key text is 96 hex digits or nothing; any other length would be taken as a passphrase.
- Settings are read back and compared; what a build does not know is not silently ignored.
- An integrity check runs after the WAL was written back, else it cries wolf after a crash.

Whether the folder lies on a network drive is asked of the Files port before (start-up, step 3).

Source: storage-security.md sections 2 and 5; guards named in section 5.2.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from sqlcipher3 import dbapi2

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, NrmError, ProgramFault

APPLICATION_ID: Final = 0x4E524D31
PAGE_BYTES: Final = 4096
RAW_BYTES: Final = 32
SALT_BYTES: Final = 16
TESTED_PROVIDERS: Final = ("OpenSSL 3.6.0",)
"""A foreign libcrypto in the global symbol scope (LD_PRELOAD) replaces the wheel's own silently."""

_PLAIN_HEADER: Final = b"SQLite format 3\0"
_KEY_TEXT: Final = re.compile(rb"x'[0-9a-f]{96}'")
_BUSY_MS: Final = 5000

# Without a rule for bytes and for nothing, the driver looks for one at every value that is bound,
# which takes ten times as long as binding it.
dbapi2.register_adapter(bytes, bytes)
dbapi2.register_adapter(type(None), lambda nothing: nothing)

DatabaseError: Final[type[Exception]] = dbapi2.Error
"""Every error of the engine; `translated` turns it into ours."""


class Cursor(Protocol):
    """What a statement gives."""

    @property
    def rowcount(self) -> int: ...  # noqa: D102 - DB-API
    @property
    def lastrowid(self) -> int: ...  # noqa: D102 - DB-API
    def fetchone(self) -> Any: ...  # noqa: D102 - DB-API
    def fetchall(self) -> list[Any]: ...  # noqa: D102 - DB-API
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """An open database. It belongs to the thread that opened it."""

    @property
    def in_transaction(self) -> bool: ...  # noqa: D102 - DB-API
    def execute(  # noqa: D102 - DB-API
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /
    ) -> Cursor: ...
    def executemany(  # noqa: D102 - DB-API
        self, sql: str, rows: Sequence[Sequence[Any]], /
    ) -> Cursor: ...
    def set_progress_handler(  # noqa: D102 - DB-API
        self, handler: Callable[[], bool] | None, steps: int, /
    ) -> None: ...
    def interrupt(self) -> None: ...  # noqa: D102 - DB-API; the one call that may cross threads
    def close(self) -> None: ...  # noqa: D102 - DB-API


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """The raw key of one database and the salt at the head of its file (the vault id)."""

    raw: bytes = field(repr=False)
    salt: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != RAW_BYTES or len(self.salt) != SALT_BYTES:
            raise ProgramFault("program.fault", what="database.key")


@dataclass(frozen=True, slots=True)
class _Setting:
    """A PRAGMA: how it is set, how it is read back, and what it must then say."""

    set: str
    read: str
    wanted: str | int


CACHE_KIB: Final = 8192
ROOMY_KIB: Final = 65_536
"""While much is taken in: rows with random ids would be read and decrypted over and over."""
_SETTINGS: Final = (
    _Setting("PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"),
    _Setting("PRAGMA synchronous=FULL", "PRAGMA synchronous", 2),
    _Setting("PRAGMA fullfsync=ON", "PRAGMA fullfsync", 1),
    _Setting("PRAGMA checkpoint_fullfsync=ON", "PRAGMA checkpoint_fullfsync", 1),
    _Setting("PRAGMA wal_autocheckpoint=1000", "PRAGMA wal_autocheckpoint", 1000),
    _Setting("PRAGMA journal_size_limit=4194304", "PRAGMA journal_size_limit", 4 << 20),
    _Setting(f"PRAGMA cache_size=-{CACHE_KIB}", "PRAGMA cache_size", -CACHE_KIB),
    _Setting("PRAGMA secure_delete=ON", "PRAGMA secure_delete", 1),
    _Setting("PRAGMA temp_store=MEMORY", "PRAGMA temp_store", 2),
    _Setting("PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", 1),
    _Setting("PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", 1),
    _Setting("PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", 0),
    _Setting("PRAGMA cipher_memory_security=OFF", "PRAGMA cipher_memory_security", "0"),
    _Setting("PRAGMA busy_timeout=5000", "PRAGMA busy_timeout", _BUSY_MS),
    _Setting("PRAGMA page_size", "PRAGMA page_size", str(PAGE_BYTES)),
)
_ONLY_LOOKING: Final = _Setting("PRAGMA query_only=ON", "PRAGMA query_only", 1)
_WITHOUT_WAL: Final = _Setting("PRAGMA journal_mode", "PRAGMA journal_mode", "delete")
"""What the engine says of a database whose WAL it was told not to look for."""


def create_database(path: Path, key: DatabaseKey) -> Connection:
    """Make a new encrypted file, with its first page written, and open it.

    Raises: EnvironmentFault `storage.medium` if something lies there already or it cannot be made.
    """
    if path.exists() or path.is_symlink():
        raise EnvironmentFault("storage.medium", what="exists")
    with translated(), ExitStack() as on_error:
        connection = _connect(path, key, "rwc")
        on_error.callback(connection.close)
        connection.execute("PRAGMA application_id=1314016561").fetchall()
        _apply(connection, _SETTINGS)
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        _check_head(path, key)
        on_error.pop_all()
    return connection


def open_database(path: Path, key: DatabaseKey, *, is_read_only: bool = False) -> Connection:
    """Open an existing database with every guard and setting.

    Raises: EnvironmentFault `storage.no_vault`, `storage.medium`; IntegrityFault
    `integrity.database` for a file that is cut, plain, of another vault or not under this key.
    """
    settings = (*_SETTINGS, _ONLY_LOOKING) if is_read_only else _SETTINGS
    return _open(path, key, "rw", settings, only_reads=is_read_only)


def open_untouched(path: Path, key: DatabaseKey) -> Connection:
    """Open a database into which nothing may be written, not even at the end.

    A medium that cannot be written, or is full, has no room for the shared memory of a WAL, so a
    WAL with content there is refused: without it, an older state would be shown as the present
    one. Temporary tables are allowed: they lie in memory.

    Raises: as `open_database`; EnvironmentFault `storage.copy_first` for such a WAL.
    """
    if os.access(path.parent, os.W_OK):
        try:
            return _open(path, key, "ro", _SETTINGS, only_reads=True)
        except EnvironmentFault:
            if has_wal(path):
                raise
    elif has_wal(path):
        raise EnvironmentFault("storage.copy_first")
    settings = (_WITHOUT_WAL, *_SETTINGS[1:])
    return _open(path, key, "ro&immutable=1", settings, only_reads=True)


def _open(
    path: Path, key: DatabaseKey, mode: str, settings: Sequence[_Setting], *, only_reads: bool
) -> Connection:
    _check_file(path)
    _check_head(path, key)
    with translated(), ExitStack() as on_error:
        connection = _connect(path, key, mode, is_lent=only_reads)
        on_error.callback(connection.close)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise IntegrityFault("integrity.database", what="application_id")
        _apply(connection, settings)
        on_error.pop_all()
    return connection


def provider(connection: Connection) -> str:
    """The cryptographic library at work, to be compared with TESTED_PROVIDERS."""
    return str(connection.execute("PRAGMA cipher_provider_version").fetchone()[0])


def set_cache(connection: Connection, kib: int) -> None:
    """Let a connection keep so many KiB of pages in memory."""
    connection.execute(f"PRAGMA cache_size=-{kib:d}").fetchall()


def checkpoint(connection: Connection) -> None:
    """Write the WAL back and cut it: at lock, at exit, before checks, after an erasure."""
    with translated():
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def has_wal(path: Path) -> bool:
    """True if a WAL with content lies beside a database: what it holds is newer than the file."""
    wal = path.with_name(f"{path.name}-wal")
    return wal.is_file() and wal.stat().st_size > 0


def integrity_problems(connection: Connection, *, is_deep: bool = False) -> list[str]:
    """Read every page and say what is wrong with the file; empty if nothing is.

    Shape: pages whose bytes were changed; only where there are none, faults of the structure. A
    deep check also compares every index with its table: an older page of an index put back would
    let a case be missing from a list, and nothing else finds that.
    """
    with suppress(EnvironmentFault):  # of a database that nobody writes, there is nothing to write
        checkpoint(connection)
    return _problems(connection, "PRAGMA cipher_integrity_check") or _problems(
        connection, "PRAGMA integrity_check" if is_deep else "PRAGMA quick_check"
    )


def _problems(connection: Connection, check: str) -> list[str]:
    """All rows of a check; a check that cannot go on is a problem too, not an end."""
    found: list[str] = []
    try:
        found += (str(row[0]) for row in connection.execute(check))
    except DatabaseError as error:
        found.append(fault_of(error).code)
    return [problem for problem in found if problem != "ok"]


def interrupt(connection: Connection) -> None:
    """End the statement that runs, from another thread; it comes out as `storage.interrupted`."""
    connection.interrupt()


def close_database(connection: Connection) -> None:
    """Write the WAL back and close. A transaction that is still open is rolled back."""
    with translated():
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the engine into ours, so that nobody else needs to know them."""
    try:
        yield
    except DatabaseError as error:
        raise fault_of(error) from error


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Let several reads see one state; ends with the block, so that checkpoints can go on."""
    with translated():
        connection.execute("BEGIN")
        try:
            yield
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def fault_of(error: Exception) -> NrmError:
    """Name an error of the engine by who can do something about it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return ProgramFault("program.fault", what=type(error).__name__)
    make, name = _FAULTS.get(code & 0xFF, (ProgramFault, "program.fault"))
    return make(name, sqlite=code)


_FAULTS: Final[Mapping[int, tuple[type[NrmError], str]]] = MappingProxyType(
    {
        dbapi2.SQLITE_FULL: (EnvironmentFault, "storage.full"),
        dbapi2.SQLITE_READONLY: (EnvironmentFault, "storage.read_only"),
        dbapi2.SQLITE_CANTOPEN: (EnvironmentFault, "storage.medium"),
        dbapi2.SQLITE_IOERR: (EnvironmentFault, "storage.medium"),
        dbapi2.SQLITE_PERM: (EnvironmentFault, "storage.medium"),
        dbapi2.SQLITE_NOMEM: (EnvironmentFault, "storage.memory"),
        dbapi2.SQLITE_BUSY: (EnvironmentFault, "storage.in_use"),
        dbapi2.SQLITE_LOCKED: (EnvironmentFault, "storage.in_use"),
        dbapi2.SQLITE_INTERRUPT: (EnvironmentFault, "storage.interrupted"),
        dbapi2.SQLITE_CORRUPT: (IntegrityFault, "integrity.database"),
        dbapi2.SQLITE_CONSTRAINT: (IntegrityFault, "integrity.database"),
        dbapi2.SQLITE_NOTADB: (IntegrityFault, "integrity.database"),
    }
)


def _connect(path: Path, key: DatabaseKey, mode: str, *, is_lent: bool = False) -> Connection:
    """Open and unlock. One that only reads may be used by one thread after another (ADR 0035)."""
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        cached_statements=128,
        check_same_thread=not is_lent,
    )
    connection.enable_load_extension(False)
    text = b"x'" + (key.raw + key.salt).hex().encode("ascii") + b"'"
    if _KEY_TEXT.fullmatch(text) is None:
        raise ProgramFault("program.fault", what="database.key")
    connection.set_key(text)
    connection.execute("PRAGMA cipher_log_level=NONE").fetchall()
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise IntegrityFault("integrity.database", what="cipher_status")
    found: Connection = connection
    return found


def _apply(connection: Connection, settings: Sequence[_Setting]) -> None:
    for setting in settings:
        connection.execute(setting.set).fetchall()
        found = connection.execute(setting.read).fetchone()
        if found is None or found[0] != setting.wanted:
            raise IntegrityFault("integrity.database", what=setting.read)


def _check_file(path: Path) -> None:
    with told_as_faults(missing="storage.no_vault"):
        facts = os.lstat(path)
    if not stat.S_ISREG(facts.st_mode):
        raise EnvironmentFault("storage.medium", what="not_a_file")
    if facts.st_size < PAGE_BYTES:
        raise IntegrityFault("integrity.database", what="size")


def _check_head(path: Path, key: DatabaseKey) -> None:
    """A plain database begins with SQLite's own words, one of another vault with its salt."""
    with path.open("rb") as file:
        head = file.read(SALT_BYTES)
    if head == _PLAIN_HEADER:
        raise IntegrityFault("integrity.database", what="plaintext")
    if head != key.salt:
        raise IntegrityFault("integrity.database", what="salt")
