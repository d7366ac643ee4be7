"""A worker with files at hand: the use cases of attachments over a vault in memory."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.attachments import FakeChunks, FakePictures
from tests.fakes.desk import Desk

from nrm_desktop.app.attachment_commands import AddAttachment, SaveAttachment
from nrm_desktop.app.attachment_ports import AttachedFile
from nrm_desktop.app.attachments import AttachmentDesk, AttachmentTools
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.wire.attachment import read_manifest
from nrm_desktop.domain.attachments import LABEL
from nrm_desktop.domain.errors import (
    HostileInput,
)
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.sealing.chunks import ChunkSealer
from nrm_desktop.sync.medium import FolderMedium

EVERYWHERE = Sight(frozenset(int(place) for place in CASE_COMPARTMENTS))

PHOTO = b"\xff\xd8\xff with GPS inside"
RECORDING = b"ID3\x04\x00 a voice"
PAPER = b"%PDF-1.7 planted paper " * 20_000


class Reading:
    """The AttachmentReader port over the operations of a vault in memory."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def attached(self, scope, sight):
        found = []
        for op_id, op, place in _ops(self._desk, scope):
            if op.kind is not OpKind.ATTACH or place not in sight.compartments:
                continue
            labels = self._desk.answers(scope, LABEL)
            found.append(
                AttachedFile(op_id, op.record, place, 0, "P-01", str(labels[-1]), "", _read(op))
            )
        return found


def _ops(desk: Desk, scope):
    for commit in desk.vault.state.commits.values():
        if commit.header.scope == scope:
            from nrm_desktop.app.wire.commit import op_ids, ops_of  # noqa: PLC0415 - only here

            ops = ops_of(commit)
            for op_id, op in zip(op_ids(commit.id, len(ops)), ops, strict=True):
                if isinstance(op, ValueOp):
                    yield op_id, op, commit.header.compartment


def _read(op: ValueOp):
    try:
        return None if op.answer is None else read_manifest(op.answer.value)
    except HostileInput:
        return None


class Office:
    """A worker with files at hand."""

    def __init__(self, place: Path, roles=("case_manager",)) -> None:
        self.desk = Desk(roles=roles)
        self.scope = Desk(vault=self.desk.vault).open_case()
        self.place = place
        self.chunks = FakeChunks()
        self.pictures = FakePictures()
        self.files = SystemFiles()
        tools = AttachmentTools(
            self.chunks,
            ChunkSealer(self.desk.random),
            self.pictures,
            Reading(self.desk),
            self.files,
            FolderMedium(self.files),
        )
        self.at = AttachmentDesk(self.desk, self.desk.context, EVERYWHERE, lambda: tools)

    def file(self, data: bytes = PAPER, name: str = "scan 1.pdf") -> str:
        path = self.place / name
        path.write_bytes(data)
        return str(path)

    def add(self, data: bytes = PAPER, **more):
        path = more.pop("path", None) or self.file(data)
        place = more.pop("compartment", Compartment.CORE)
        command = AddAttachment(scope=self.scope, path=path, compartment=place, **more)
        return self.at.add(command)[0]

    def save(self, attachment: str, **more):
        folder = self.place / "out"
        folder.mkdir(exist_ok=True)
        more.setdefault("confirmations", frozenset({PLAINTEXT}))
        command = SaveAttachment(
            scope=self.scope, attachment=attachment, folder=str(folder), **more
        )
        return self.at.save(command)[0]

    @property
    def acts(self) -> list[str]:
        return [row[1] for row in self.desk.vault.state.audit]
