"""What a legitimate member with own tools could make: commits that lie, sealed with real keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.laptops import Laptop

from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.commit import CommitDraft, ReceivedCommit, build_unsigned, parse_signed
from nrm_desktop.app.wire.pack_file import PackedObject, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment, LogKey
from nrm_desktop.domain.values import answered
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.signing.commits import sign_header


@dataclass
class Forger:
    """Takes the newest commit of a laptop's own log and says something else in its name."""

    laptop: Laptop
    scope: ScopeId
    compartment: int = 1
    """Where it is sealed; the log of its drafts is that of `core`."""

    @property
    def work(self) -> VaultExchange:
        return VaultExchange(self.laptop.vault.session)

    @property
    def log(self) -> LogKey:
        device = self.laptop.vault.session.safe.device.id
        return LogKey(self.scope, Compartment.CORE, device)

    def newest(self) -> ReceivedCommit:
        """The newest commit of the log, as the journal has it."""
        signed = self.work.run(lambda unit: list(unit.journal.commits_of(self.log, 0)))
        return parse_signed(signed[-1])

    def next_draft(self, record, field, value: str) -> CommitDraft:
        """A commit that would be right: the next in the log."""
        head = self.newest()
        op = ValueOp(OpKind.SET, record, field, answered(value))
        return CommitDraft(
            log=self.log,
            signer=head.header.signer,
            seq=head.header.seq + 1,
            prev=head.id,
            hlc=head.header.hlc._replace(wall_ms=head.header.hlc.wall_ms + 1),
            forms=head.header.forms,
            ops=(op,),
        )

    def pack(self, draft: CommitDraft, folder: Path, signer: SignerKeys | None = None) -> Path:
        """Sign a draft, seal it under the key of this place, and lay the pack file down."""
        return packed([self.sealed(draft, signer)], folder)

    def sealed(self, draft: CommitDraft, signer: SignerKeys | None = None) -> PackedObject:
        """Sign a draft and seal it under the key of this place."""
        unsigned = build_unsigned(draft, secrets.token_bytes)
        keys = signer or self.laptop.vault.session.safe.signer
        signed = unsigned.with_signature(sign_header(keys.key, unsigned.header_bytes))
        place = KeyPlace(self.scope, self.compartment)
        body = encode_bundle([signed])
        sealed = self.work.run(lambda unit: unit.desk.keys().seal(ObjectType.BUNDLE, body, place))
        return PackedObject(sealed, 3)


def packed(objects: list[PackedObject], folder: Path) -> Path:
    """Lay a pack file down."""
    made = write_pack_file(objects)
    folder.mkdir(exist_ok=True)
    path = folder / f"{made.file_name}.nrmx"
    path.write_bytes(made.data)
    return path


def take_in(laptop: Laptop, path: Path):
    """Hand a file to the one door of a laptop."""
    vault = laptop.vault
    (found,) = look_at_arrivals(vault.session, path, _no_receipt, vault.bus, is_taking=True)
    return found


def _no_receipt(path: Path) -> None:
    raise AssertionError(path)
