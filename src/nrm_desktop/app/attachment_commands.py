"""Commands and events of attachments."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAttachment(Command):
    """Take a file into a case.

    Shape: `label` empty: made of the file's name; `is_photo`: decoded and written anew without
    what the camera put in; else every bit stays. `shows_person` is what the worker says of a
    picture, None where nobody said anything. `compartment` None: the first that the roles write.
    """

    scope: ScopeId
    path: str
    label: str = ""
    note: str = ""
    is_photo: bool = False
    shows_person: bool | None = None
    compartment: Compartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAttachment(Command):
    """Write an attachment into a folder where everybody can read it.

    Shape: `attachment` as in the list; `name` empty: a neutral random one.
    """

    scope: ScopeId
    attachment: str
    folder: str
    name: str = ""
    confirmations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentAdded(Event):
    """A file is sealed in the vault and stands in the journal."""

    scope: ScopeId
    attachment: str
    label: str
    media_type: str
    size: int
    sha256: str
    compartment: Compartment
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSaved(Event):
    """A file lies in a folder, was read back and compared."""

    scope: ScopeId
    attachment: str
    path: str
    size: int
    sha256: str
