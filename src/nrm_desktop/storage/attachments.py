"""The chunks of an open vault, and what the projections say is attached to a case.

This module decides which thread owns `files.db` and which attachments a user sees. It opens no
chunk; keys of attachments are read here and handed to whoever seals.

One thread owns the one connection, made when the first chunk is put in or asked for: a vault
without attachments has no such file and no such thread.

Source: storage-security.md sections 6 and 8.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from nrm_desktop.app.attachment_ports import AttachedFile, Sealed
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.attachment import Manifest, read_manifest
from nrm_desktop.app.wire.operations import read_answer
from nrm_desktop.domain.attachments import LABEL, NOTE
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault, NrmError
from nrm_desktop.domain.hlc import hlc_from_int
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId, SignerId
from nrm_desktop.domain.ops import OpKind
from nrm_desktop.storage import engine
from nrm_desktop.storage import files_database as rows
from nrm_desktop.storage.cells import register_in
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.lens import Lens, may_see
from nrm_desktop.storage.renewing import RenewedConnection
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.worker import DatabaseThread

Result = TypeVar("Result")
_SQL: Final = load_statements("attachments")
_DAY_MS: Final = 86_400_000
_BATCH: Final = 32
"""Chunks per transaction: 8 MiB."""


class VaultChunks:
    """The ChunkStore port on the `files.db` of a vault folder. `close` ends its thread.

    Shape: `may_grow` raises where nothing may be added now: a full disk, a vault that is only read.
    """

    def __init__(
        self, path: Path, key: DatabaseKey, clock: WallClock, may_grow: Callable[[], None]
    ) -> None:
        self._path = path
        self._key = key
        self._clock = clock
        self._may_grow = may_grow
        self._guard = threading.Lock()
        self._thread: DatabaseThread[RenewedConnection] | None = None
        self._is_closed = False

    def add(self, chunks: Sequence[Sealed]) -> None:
        """Put in chunks; each transaction is committed when this returns."""
        self._may_grow()
        now_ms = self._clock.now_ms()
        for start in range(0, len(chunks), _BATCH):
            part = [(each.name, each.data) for each in chunks[start : start + _BATCH]]
            self._do(partial(rows.add_chunks, chunks=part, now_ms=now_ms))

    def get(self, name: bytes) -> bytes | None:
        """A chunk as it was put in; None if it is not here. Raises: IntegrityFault."""
        if not self._path.exists():
            return None
        return self._do(lambda found: rows.read_chunk(found, name))

    def missing(self, names: Sequence[bytes]) -> tuple[bytes, ...]:
        """Those of the chunks that are not here."""
        if not self._path.exists():
            return tuple(names)
        return self._do(lambda found: rows.missing_chunks(found, names))

    def settle(self, names: Sequence[bytes]) -> None:
        """Say that an attachment in the journal names these chunks."""
        self._do(lambda found: rows.settle(found, names))

    def drop(self, names: Sequence[bytes]) -> int:
        """Delete chunks so that nothing is left of them; gives how many there were."""
        if not self._path.exists():
            return 0
        return self._do(lambda found: rows.drop_chunks(found, names))

    def clean_up(self, is_attached: Callable[[bytes], bool]) -> int:
        """Delete what waited for a day and belongs to no attachment; settle what does.

        A wall clock that jumped ahead is only dangerous between the chunks and their operation, and
        whoever attaches asks again for missing chunks before it is signed.
        """
        if not self._path.exists() or not self._may_change():
            return 0
        before_ms = self._clock.now_ms() - _DAY_MS
        waiting = self._do(lambda found: rows.waiting_since(found, before_ms))
        kept = [name for name in waiting if is_attached(name)]
        if kept:
            self.settle(kept)
        gone = sorted(waiting.difference(kept))
        return self.drop(gone) if gone else 0

    def close(self) -> None:
        """Write the WAL back and close; a second call does nothing."""
        with self._guard:
            self._is_closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.close()

    def _may_change(self) -> bool:
        try:
            self._may_grow()
        except NrmError:
            return False
        return True

    def _do(self, job: Callable[[Connection], Result]) -> Result:
        return self._running().submit(lambda held: held.do(job)).result()

    def _running(self) -> DatabaseThread[RenewedConnection]:
        with self._guard:
            if self._is_closed:
                raise EnvironmentFault("storage.closed")
            if self._thread is None:
                thread = DatabaseThread(
                    "nrm-files",
                    lambda: RenewedConnection(self._open, _close),
                    RenewedConnection.close,
                )
                thread.start()
                self._thread = thread
            return self._thread

    def _open(self) -> Connection:
        """Where nothing may be written, open it so that nothing can be."""
        if self._path.exists() and not os.access(self._path, os.W_OK):
            return engine.open_untouched(self._path, self._key)
        return rows.open_files(self._path, self._key)


class AttachedFiles:
    """The AttachmentReader port.

    Shape: `read` runs a question on the reading thread of the vault; `must_be_sound` raises for a
    case of a damaged vault that does not verify.
    """

    def __init__(
        self,
        read: Callable[[Callable[[Connection], Sequence[AttachedFile]]], Sequence[AttachedFile]],
        lens: Lens,
        must_be_sound: Callable[[Connection, ScopeId], None],
    ) -> None:
        self._read = read
        self._must_be_sound = must_be_sound
        self._lens = lens

    def attached(self, scope: ScopeId, sight: Sight) -> Sequence[AttachedFile]:
        """Attachments of a case that are in sight, oldest first."""
        return self._read(lambda found: self._files(found, scope, sight))

    def _files(
        self, connection: Connection, scope: ScopeId, sight: Sight
    ) -> Sequence[AttachedFile]:
        self._must_be_sound(connection, scope)
        found = []
        for row in connection.execute(_SQL["of_scope"], (scope, int(OpKind.ATTACH))):
            record, compartment, commit, index, answer, hlc, signer = row
            if not may_see(sight, compartment, SignerId(signer)):
                continue
            record_id = RecordId(record)
            found.append(
                AttachedFile(
                    OpId(commit, index),
                    record_id,
                    compartment,
                    hlc_from_int(hlc).wall_ms,
                    self._lens.user_of(SignerId(signer)),
                    _words(connection, scope, record_id, compartment, LABEL),
                    _words(connection, scope, record_id, compartment, NOTE),
                    manifest_in(answer),
                )
            )
        return sorted(found, key=lambda each: (each.at_ms, each.op))


def attached_names(connection: Connection) -> frozenset[bytes]:
    """The names of all chunks that attachments of this device stand for."""
    manifests = (manifest_in(row[0]) for row in connection.execute(_SQL["all"], (OpKind.ATTACH,)))
    return frozenset(name for found in manifests if found is not None for name in found.names)


def manifest_in(answer: bytes | None) -> Manifest | None:
    """Read what was attached; what others attached badly is as if it could not be read."""
    if answer is None:
        return None
    with suppress(HostileInput):
        return read_manifest(read_answer(cbor.decode(answer)).value)
    return None


def _words(
    connection: Connection, scope: ScopeId, record: RecordId, compartment: int, field: str
) -> str:
    standing = register_in(connection, scope, record, FieldId(field), compartment)
    values = [each.answer.value for each in standing if each.answer is not None]
    return str(values[0]) if values and isinstance(values[0], str) else ""


def _close(connection: Connection) -> None:
    with suppress(EnvironmentFault, IntegrityFault):  # behind damage nothing is written back
        engine.checkpoint(connection)
    engine.close_database(connection)
