"""Joins the exchange between organisations with keys, roster and the own database.

Loaded when the first packet, card or receipt is made or read. It decides which acts prove a
signer to strangers: those of the organisation that certify this person, with what they build on,
and nothing of any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from nrm_desktop.app.corresponding import PostTools
from nrm_desktop.app.exchange_ports import OpenedBox, Origin, StatementKind
from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.referral_ports import PacketMaker
from nrm_desktop.app.wire.hashes import signer_id
from nrm_desktop.app.wire.joining import ContactCard, PublicPair, root_fingerprint
from nrm_desktop.app.wire.referral import Proof
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import ActId, SignerFacts, UserFacts
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.exchange.packets import PacketWriter
from nrm_desktop.exchange.post import SealedPost
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import KemKey, KemPublic, PublicKey
from nrm_desktop.security.roster.acts import SignedAct, read_own_act
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.sealing.boxes import open_file, seal_file
from nrm_desktop.security.sealing.derivation import receipt_code
from nrm_desktop.security.signing.cose import check_signed_by, check_statement
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.sync.medium import FolderMedium

_LABELS: Final = {
    StatementKind.CARD: SignLabel.CARD,
    StatementKind.REFERRAL: SignLabel.REFERRAL,
    StatementKind.RECEIPT: SignLabel.RECEIPT,
    StatementKind.WITHDRAWAL: SignLabel.WITHDRAWAL,
    StatementKind.RELEASE: SignLabel.RELEASE,
}


def packets_of(session: Session) -> PacketMaker:
    """Make the PacketMaker of a person."""
    context = session.context
    return PacketWriter(SessionSeals(session), context.forms, context.random)


def post_tools(session: Session) -> PostTools:
    """Make the tools of the post room."""
    context, files = session.context, session.safe.shell.files
    post = SealedPost(SessionSeals(session), context.forms, context.random)
    return PostTools(post, files, FolderMedium(files))


class SessionSeals:
    """The Seals port for the person who is unlocked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._signer = session.safe.signer
        self._root = session.roster.root

    def speaker(self) -> PublicPair:
        """The public keys of the acting user."""
        public = self._signer.public
        return PublicPair(public.ed25519, public.ml_dsa)

    def own_card(self) -> ContactCard:
        """Our organisation as it shows itself."""
        newest = self._root.newest
        return ContactCard(
            organisation=self._root.organisation,
            name=newest.name,
            root=root_fingerprint(self._root.first),
            intake=newest.intake,
            speaker=self.speaker(),
            made_ms=self._session.context.clock.now_ms(),
        )

    def sign(self, kind: StatementKind, payload: bytes) -> SignedStatement:
        """Sign in the name of the acting user."""
        return self._signer.sign(_LABELS[kind], payload)

    def proof(self) -> Proof:
        """Our root documents and the acts that certify the acting user, and no others."""
        roots, stored = self._statements()
        if self._signer.id in self._root.keys:
            return Proof(tuple(roots), ())
        acts = [read_own_act(signed, self._root.organisation) for signed in stored]
        return Proof(tuple(roots), tuple(one.signed for one in self._certificates(acts)))

    def check_self_signed(self, statement: SignedStatement, speaker: PublicPair) -> None:
        """Raises: HostileInput unless exactly this speaker signed."""
        key = PublicKey(speaker.ed25519, speaker.ml_dsa)
        check_signed_by(SignLabel.CARD, statement, key, signer_id(speaker.ed25519))

    def check(self, kind: StatementKind, statement: SignedStatement, proof: Proof) -> Origin:
        """Walk the roots, take the acts, and check the one signature by what they certify."""
        roster = Roster(proof.roots, lambda _: ())
        if roster.take(proof.acts).refused:
            raise refuse(Step.SIGNATURE, "proof.acts")
        good = check_statement(_LABELS[kind], statement, roster.signer_key)
        if len(good) != 1 or len(statement.signatures) != 1:
            raise refuse(Step.SIGNATURE, kind.value)
        root = roster.root
        return Origin(root.organisation, root.newest.name, root_fingerprint(root.first))

    def seal(self, kind: ObjectType, body: bytes, recipients: Sequence[bytes]) -> bytes:
        """Seal to public KEM keys."""
        context = self._session.context
        bucket = bucket_of(context.clock.now_ms())
        return seal_file(kind, body, [KemPublic(raw) for raw in recipients], bucket, context.random)

    def open(self, kind: ObjectType, data: bytes, seeds: Sequence[bytes]) -> OpenedBox:
        """Open with one of several KEM seeds."""
        for place, seed in enumerate(seeds):
            try:
                opened = open_file(KemKey(seed), data)
            except HostileInput as error:
                if error.code == "integrity.not_for_us":
                    continue
                raise
            if opened.kind is not kind:
                raise refuse(Step.CONTAINER, "boxed.kind")
            return OpenedBox(opened.body, place)
        raise HostileInput("integrity.not_for_us")

    def kem_public(self, seed: bytes) -> bytes:
        """The public half of a KEM seed."""
        return KemKey(seed).public.raw

    def receipt_proof(self, secret: bytes, reference: bytes, state: str) -> bytes:
        """The 6 bytes that prove a typed receipt."""
        return receipt_code(secret, reference, state)

    def compare(self, file: bytes) -> Comparison:
        """What is read out to compare a file."""
        return compared(self._session.safe.shell.resources, file)

    def _statements(self) -> tuple[Sequence[bytes], Sequence[bytes]]:
        """Root documents and acts of the organisation, as they lie in the own database."""
        organisation = self._root.organisation

        def read(trust: SqlTrustStore) -> tuple[Sequence[bytes], Sequence[bytes]]:
            return trust.roots(), trust.acts(organisation)

        database = self._session.safe.database
        return database.read(lambda found: read(SqlTrustStore(found))).result()

    def _certificates(self, acts: Iterable[SignedAct]) -> Iterable[SignedAct]:
        """The acts about this signer and its user, with all that they name as known."""
        by_id = {one.act.act: one for one in acts}
        user = self._session.context.user
        needed: dict[ActId, SignedAct] = {}
        waiting = [name for name, one in by_id.items() if self._certifies(one, user)]
        while waiting:
            name = waiting.pop()
            if name in by_id and name not in needed:
                needed[name] = by_id[name]
                waiting += by_id[name].act.after
        return [one for name, one in by_id.items() if name in needed]

    def _certifies(self, one: SignedAct, user: bytes) -> bool:
        match one.act.facts:
            case SignerFacts(signer=signer):
                return signer == self._signer.id
            case UserFacts(user=certified):
                return certified == user
        return False
