"""Joins the attachments of an open vault: chunks, seals, and the children that decode.

This module decides what a lock ends: the thread of `files.db` and every child that still runs.
Nothing of it is loaded or opened before somebody first asks for an attachment.

Source: storage-security.md sections 8 and 13. Promises: P13, P16, P18.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from nrm_desktop.app.attachment_commands import AddAttachment, SaveAttachment
from nrm_desktop.app.attachments import AttachmentDesk, AttachmentTools
from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.app.sight import Sight
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.documents.pictures import ForeignPictures
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.platforms.child import Children
from nrm_desktop.security.sealing.chunks import ChunkSealer
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage.attachments import AttachedFiles, VaultChunks, attached_names
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.names import FILES
from nrm_desktop.sync.medium import FolderMedium


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made for the first attachment."""

    tools: AttachmentTools
    chunks: VaultChunks
    children: Children


class AttachmentRoom:
    """Everything about attachments of one open vault; `close` ends it."""

    def __init__(self, session: Session, lens: Lens, sight: Sight) -> None:
        self._session = session
        self._lens = lens
        self._guard = threading.Lock()
        self._made: _Made | None = None
        self._is_closed = False
        self.desk = AttachmentDesk(session.work, session.context, sight, self._tools)

    def desks(self) -> Mapping[type[Command], Callable[..., Sequence[Event]]]:
        """Who carries out which kind of command."""
        return {AddAttachment: self._add, SaveAttachment: self.desk.save}

    @cached_property
    def chunks(self) -> VaultChunks:
        """The sealed chunks, also for the exchange and for erasures."""
        self._tools()
        made = self._made
        if made is None:
            raise EnvironmentFault("storage.closed")
        return made.chunks

    def close(self) -> None:
        """End the children and the thread of `files.db`; a second call does nothing."""
        with self._guard:
            self._is_closed = True
            made, self._made = self._made, None
        if made is not None:
            made.children.close()
            made.chunks.close()

    def _add(self, command: AddAttachment) -> Sequence[Event]:
        """Take a file in, and clean up behind those that were broken off a day ago."""
        events = self.desk.add(command)
        self.chunks.clean_up(_NamesInUse(self._session))
        return events

    def _tools(self) -> AttachmentTools:
        with self._guard:
            if self._is_closed:
                raise EnvironmentFault("storage.closed")
            if self._made is None:
                self._made = self._make()
            return self._made.tools

    def _make(self) -> _Made:
        session, database = self._session, self._session.safe.database
        shell, children = session.safe.shell, Children()
        chunks = vault_chunks(session)
        tools = AttachmentTools(
            chunks,
            ChunkSealer(shell.random),
            ForeignPictures(children.ask),
            AttachedFiles(
                lambda job: database.read(job).result(),
                self._lens,
                database.guard.must_be_sound,
            ),
            shell.files,
            FolderMedium(shell.files),
        )
        return _Made(tools, chunks, children)


class _NamesInUse:
    """Says whether an attachment names a chunk; the names are read when first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, name: bytes) -> bool:
        return name in self._names

    @cached_property
    def _names(self) -> frozenset[bytes]:
        return self._session.safe.database.read(attached_names).result()


def vault_chunks(session: Session) -> VaultChunks:
    """The sealed chunks of a vault; whoever asks for them closes them."""
    safe = session.safe
    may_grow = partial(safe.database.condition.must_write, is_bulk=True)
    path, key = safe.shell.folder / FILES, files_key(safe.unlocked.keys)
    return VaultChunks(path, key, safe.shell.clock, may_grow)


def files_key(keys: VaultKeys) -> DatabaseKey:
    """The key of `files.db`, for whoever copies it or moves it under another key."""
    return DatabaseKey(keys.files, keys.files_salt)
