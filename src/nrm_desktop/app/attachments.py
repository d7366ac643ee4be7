"""Attachments of a case: taking a file in, listing, looking at it, saving it elsewhere.

This module decides the order: chunks are committed before the operation that names them, and what
is read is whole or refused. It decodes nothing; pictures are cleaned and painted elsewhere (P16).

- What is missing is told as "not here yet", and never left out.
- A name from outside becomes a label; what is written gets a name of ours, or one that a person
  typed, and lies in the chosen folder.

Source: storage-security.md sections 8 and 15; sync.md section 15. Promises: P1, P2, P16, P17.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from nrm_desktop.app.attachment_commands import (
    AddAttachment,
    AttachmentAdded,
    AttachmentSaved,
    SaveAttachment,
)
from nrm_desktop.app.attachment_contents import contents_of
from nrm_desktop.app.attachment_ports import (
    AttachedFile,
    AttachmentReader,
    ChunkSeals,
    ChunkStore,
    Picture,
    Pictures,
)
from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.file_ports import Files, Medium
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.handlers.likeness import must_keep_likeness
from nrm_desktop.app.ports import UnitOfWork, Work
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.wire.attachment import Manifest, manifest_value
from nrm_desktop.app.wire.limits import ATTACHMENT_BYTES
from nrm_desktop.app.wire.sealed_object import bucket_of
from nrm_desktop.domain.attachments import (
    FILE,
    LABEL,
    NOTE,
    PAPER,
    PERSON,
    PLACE,
    SHOWS,
)
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Refused, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.labels import is_label, label_from
from nrm_desktop.domain.media import SHOWN, ending_of, media_type_of
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import answered

_AT_ONCE: Final = 32
"""Sealed chunks held in memory before they are put in: 8 MiB."""
_NAME_BYTES: Final = 5


@dataclass(frozen=True, slots=True)
class AttachmentTools:
    """What the desk works with."""

    store: ChunkStore
    seals: ChunkSeals
    pictures: Pictures
    reader: AttachmentReader
    files: Files
    medium: Medium


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A line of the list. Shape: `id` names it to commands; `missing` counts chunks not here yet.

    `is_readable` is False where the value was erased or is no manifest.
    """

    id: str
    label: str
    note: str
    compartment: int
    media_type: str
    size: int
    sha256: str
    at_ms: int
    user: str
    missing: int = 0
    is_readable: bool = True

    @property
    def is_here(self) -> bool:
        """True if all of it can be read now."""
        return self.is_readable and not self.missing

    @property
    def is_shown(self) -> bool:
        """True if it can be looked at."""
        return self.is_here and self.media_type in SHOWN


@dataclass(frozen=True, slots=True)
class _Hung:
    """A file whose chunks are sealed, on its way into the journal."""

    cmd: AddAttachment
    place: Compartment
    manifest: Manifest
    shows: str

    @property
    def label(self) -> str:
        return label_from(self.cmd.label or Path(self.cmd.path).name)


class AttachmentDesk:
    """Takes in, lists, shows and saves; may be called from any thread but the UI's."""

    def __init__(
        self, work: Work, context: Context, sight: Sight, tools: Callable[[], AttachmentTools]
    ) -> None:
        self._work = work
        self._context = context
        self._sight = sight
        self._tools = tools

    def add(self, cmd: AddAttachment) -> tuple[AttachmentAdded, ...]:
        """Take a file in.

        Raises: Refused `policy.role`, `policy.case_closed`, `policy.likeness_off`,
        `consent.likeness`; Usage `usage.bad_value`, HostileInput `integrity.too_large`,
        `integrity.not_a_file`, `integrity.preview`; EnvironmentFault.
        """
        place = self._place(cmd)
        self._work.run(lambda unit: must_be_open(unit, cmd.scope))
        tools = self._tools()
        data = tools.files.read_limited(Path(cmd.path), ATTACHMENT_BYTES)
        taken = contents_of(cmd, data, tools.pictures)
        if taken.shows == PERSON:
            self._work.run(lambda unit: must_keep_likeness(unit, self._context, cmd.scope))
        manifest = self._seal(taken.data, tools)
        # The chunks are committed; a clock that jumped may have made a clean-up take them.
        if tools.store.missing(manifest.names):
            raise EnvironmentFault("storage.transaction_lost")
        hung = _Hung(cmd, place, manifest, taken.shows)
        added = self._work.run(lambda unit: self._hang(unit, hung))
        tools.store.settle(manifest.names)
        return (added,)

    def _hang(self, unit: UnitOfWork, hung: _Hung) -> AttachmentAdded:
        """Write what the chunks are, in one transaction."""
        cmd, manifest = hung.cmd, hung.manifest
        must_be_open(unit, cmd.scope)
        if hung.shows == PERSON:  # asked again: it may have been withdrawn meanwhile
            must_keep_likeness(unit, self._context, cmd.scope)
        record = self._context.new_record()
        saving = Saving(unit, self._context, cmd.scope)
        saving.begin(NewRecord(record, PAPER), hung.place)
        saving.set(record, PLACE, answered(hung.place.word))
        for field, words in ((LABEL, hung.label), (NOTE, cmd.note), (SHOWS, hung.shows)):
            if words:
                saving.set(record, field, answered(words))
        saving.attach(record, FILE, manifest_value(manifest))
        cells = saving.finish()
        unit.audit("attachment.add", (cmd.scope, record))
        return AttachmentAdded(
            scope=cmd.scope,
            attachment=str(cells[-1].op),
            label=hung.label,
            media_type=manifest.media_type,
            size=manifest.size,
            sha256=manifest.sha256.hex(),
            compartment=hung.place,
            at_ms=self._context.clock.now_ms(),
            origin=cmd.origin,
        )

    def rows(self, scope: ScopeId) -> tuple[AttachmentRow, ...]:
        """List what is attached to a case and may be seen, oldest first."""
        tools = self._tools()
        return tuple(_row(one, tools.store) for one in tools.reader.attached(scope, self._sight))

    def read(self, scope: ScopeId, attachment: str) -> bytes:
        """Give the whole of an attachment, checked, and note in the audit chain that it was read.

        Raises: Usage `usage.not_found`; EnvironmentFault `storage.not_here_yet`; IntegrityFault
        `integrity.attachment`; HostileInput.
        """
        tools, found = self._tools(), self._find(scope, attachment)
        data = _whole(found, tools)
        self._work.run(lambda unit: unit.audit("attachment.read", (scope, found.record)))
        return data

    def page(self, scope: ScopeId, attachment: str, number: int) -> Picture:
        """Paint a page, counted from 0. Raises: as `read`; HostileInput `integrity.preview`."""
        tools, found = self._tools(), self._find(scope, attachment)
        manifest = _readable(found)
        if manifest.media_type not in SHOWN:
            raise Usage("usage.bad_value", what="attachment", allowed="a picture or a PDF")
        return tools.pictures.page(self.read(scope, attachment), manifest.media_type, number)

    def save(self, cmd: SaveAttachment) -> tuple[AttachmentSaved, ...]:
        """Write an attachment into a folder, in the clear, read back from the medium.

        Raises: Refused `confirm.plaintext`; Usage `usage.bad_value` for a name that is no label;
        as `read`; EnvironmentFault.
        """
        if PLAINTEXT not in cmd.confirmations:
            raise Refused("confirm.plaintext")
        if cmd.name and not is_label(cmd.name):
            raise Usage("usage.bad_value", what="name", allowed="a plain file name")
        tools, found = self._tools(), self._find(cmd.scope, cmd.attachment)
        manifest = _readable(found)
        data = _whole(found, tools)
        # The row of the audit chain comes first: nothing leaves unnoticed, whatever happens then.
        self._work.run(lambda unit: unit.audit("attachment.save", (cmd.scope, found.record)))
        path = self._write(cmd, manifest, data, tools)
        return (
            AttachmentSaved(
                scope=cmd.scope,
                attachment=cmd.attachment,
                path=path,
                size=manifest.size,
                sha256=manifest.sha256.hex(),
                origin=cmd.origin,
            ),
        )

    def _write(
        self, cmd: SaveAttachment, manifest: Manifest, data: bytes, tools: AttachmentTools
    ) -> str:
        if cmd.name:
            return tools.files.prepare(Path(cmd.folder) / cmd.name, data).publish()
        name = f"a-{self._context.random(_NAME_BYTES).hex()}{ending_of(manifest.media_type)}"
        return tools.medium.prepare(cmd.folder, name, data).publish()

    def _place(self, cmd: AddAttachment) -> Compartment:
        """The part of the file it goes to: as asked, else the first that the roles write."""
        roles, table = self._context.roles, self._context.forms.roles
        if cmd.compartment is not None:
            self._context.must_write(cmd.compartment)
            return cmd.compartment
        for place in CASE_COMPARTMENTS:
            if table.may_write(roles, place):
                return place
        raise Refused("policy.role", compartment=Compartment.CORE.word)

    def _seal(self, data: bytes, tools: AttachmentTools) -> Manifest:
        """Seal and put in, a few chunks at a time; what was put in is committed afterwards."""
        seals, key = tools.seals, tools.seals.new_key()
        names: list[bytes] = []
        waiting = []
        for chunk in seals.seal(data, key, bucket_of(self._context.clock.now_ms())):
            names.append(chunk.name)
            waiting.append(chunk)
            if len(waiting) == _AT_ONCE:
                tools.store.add(waiting)
                waiting = []
        tools.store.add(waiting)
        return seals.manifest(media_type_of(data), data, key, tuple(names))

    def _find(self, scope: ScopeId, attachment: str) -> AttachedFile:
        for one in self._tools().reader.attached(scope, self._sight):
            if str(one.op) == attachment:
                return one
        raise Usage("usage.not_found", what="attachment", name=attachment)


def _row(one: AttachedFile, store: ChunkStore) -> AttachmentRow:
    manifest = one.manifest
    if manifest is None:
        return AttachmentRow(
            str(one.op), label_from(one.label), one.note, one.compartment, "", 0, "",
            one.at_ms, one.user, is_readable=False,
        )  # fmt: skip
    return AttachmentRow(
        id=str(one.op),
        label=label_from(one.label),
        note=one.note,
        compartment=one.compartment,
        media_type=manifest.media_type,
        size=manifest.size,
        sha256=manifest.sha256.hex(),
        at_ms=one.at_ms,
        user=one.user,
        missing=len(store.missing(manifest.names)),
    )


def _readable(one: AttachedFile) -> Manifest:
    if one.manifest is None:
        raise IntegrityFault("integrity.attachment", what="manifest")
    return one.manifest


def _whole(one: AttachedFile, tools: AttachmentTools) -> bytes:
    """Put all chunks together and compare with the hash of the whole."""
    manifest = _readable(one)
    missing = tools.store.missing(manifest.names)
    if missing:
        raise EnvironmentFault("storage.not_here_yet", missing=len(missing))
    parts = bytearray()
    for index, name in enumerate(manifest.names):
        sealed = tools.store.get(name)
        if sealed is None:
            raise EnvironmentFault("storage.not_here_yet", missing=1)
        parts += tools.seals.open(sealed, manifest, index)
    if len(parts) != manifest.size or sha256(parts).digest() != manifest.sha256:
        raise IntegrityFault("integrity.attachment", what="sha256")
    return bytes(parts)


def addable_places(context: Context) -> Sequence[Compartment]:
    """The parts of a case into which the acting roles may attach something."""
    table = context.forms.roles
    return [place for place in CASE_COMPARTMENTS if table.may_write(context.roles, place)]
