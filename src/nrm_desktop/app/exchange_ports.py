"""Ports of the post: what goes to other organisations and comes back, sealed and signed.

`Seals` is what the exchange needs of keys; `Post` is what the use cases need of the exchange.
Nothing here decides what may go: that was decided before, by the disclosure engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.wire.joining import ContactCard, PublicPair
from nrm_desktop.app.wire.referral import Proof, Receipt, ReferralPacket
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.app.wire.withdrawal import Withdrawal
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.values import Value


class StatementKind(StrEnum):
    """What organisations say to each other under a signature."""

    CARD = "card"
    REFERRAL = "referral"
    RECEIPT = "receipt"
    RELEASE = "release"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a statement whose signature and chain were checked.

    Shape: `root` is the fingerprint of the first root document, which a contact card names.
    """

    organisation: ScopeId
    name: str
    root: bytes


@dataclass(frozen=True, slots=True)
class OpenedBox:
    """What lay in a boxed file, and the place of the key that opened it."""

    body: bytes = field(repr=False)
    opened_by: int


class Seals(Protocol):
    """Keys at work: the signature of the acting user, boxes, comparison."""

    def speaker(self) -> PublicPair:
        """The public keys of the acting user."""

    def own_card(self) -> ContactCard:
        """Our organisation as it shows itself: name, root, intake keys; speaker is the user."""

    def sign(self, kind: StatementKind, payload: bytes) -> SignedStatement:
        """Sign in the name of the acting user."""

    def proof(self) -> Proof:
        """Our root documents and the acts that certify the acting user, and no others."""

    def check_self_signed(self, statement: SignedStatement, speaker: PublicPair) -> None:
        """Raises: HostileInput unless exactly this speaker signed."""

    def check(self, kind: StatementKind, statement: SignedStatement, proof: Proof) -> Origin:
        """Check the chain and the signature by it. Raises: HostileInput."""

    def seal(self, kind: ObjectType, body: bytes, recipients: Sequence[bytes]) -> bytes:
        """Seal to public KEM keys. Shape: the bytes of a `.nrm` file."""

    def open(self, kind: ObjectType, data: bytes, seeds: Sequence[bytes]) -> OpenedBox:
        """Open with one of several KEM seeds.

        Raises: HostileInput; `integrity.not_for_us` if none opens it.
        """

    def kem_public(self, seed: bytes) -> bytes:
        """The public half of a KEM seed."""

    def receipt_proof(self, secret: bytes, reference: bytes, state: str) -> bytes:
        """The 6 bytes that prove a typed receipt."""

    def compare(self, file: bytes) -> Comparison:
        """What is read out to compare a file. Slow on purpose."""


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A contact card whose own signature holds; it proves nothing until it is compared."""

    card: ContactCard
    data: bytes = field(repr=False)
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ReplyKeys:
    """What the sender of a packet keeps, so that an answer is understood and believed.

    Shape: `seed` opens receipt files, `secret` proves typed ones; only `organisation` with `root`
    may answer.
    """

    reference: bytes
    organisation: ScopeId
    root: bytes
    seed: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    def to_value(self) -> Value:
        """As it is kept in the case."""
        return (self.reference, self.organisation, self.root, self.seed, self.secret)


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """What the recipient of a packet keeps, so that it can answer."""

    reference: bytes
    organisation: ScopeId
    root: bytes
    kem: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    def to_value(self) -> Value:
        """As it is kept in the case."""
        return (self.reference, self.organisation, self.root, self.kem, self.secret)


@dataclass(frozen=True, slots=True)
class PacketSeen:
    """A packet that was sealed to us and whose sender's signature and chain hold."""

    packet: ReferralPacket
    origin: Origin

    @property
    def reply(self) -> ReplyAddress:
        """Where and how to answer."""
        sender, reply = self.origin, self.packet.reply
        place = (self.packet.reference, sender.organisation, sender.root)
        return ReplyAddress(*place, reply.kem, reply.secret)


@dataclass(frozen=True, slots=True)
class Answering:
    """What a receipt says: a code of `referral_state`, with a reason in words where one is due."""

    state: str
    reason: str
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReceiptMade:
    """A receipt as a file and as groups to be told on the phone; both say the same."""

    name: str
    data: bytes = field(repr=False)
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedReceipt:
    """A typed receipt that proves itself: which of our referrals, and the state."""

    keys: ReplyKeys
    state: str


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """A receipt file that opens with one of our reply keys and was signed by its recipient."""

    keys: ReplyKeys
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class WithdrawalWish:
    """What a notice says. Shape: `reference` is that of the packet; `answer_by` an ISO day."""

    reference: bytes
    parts: tuple[Part, ...]
    at_ms: int
    answer_by: str


@dataclass(frozen=True, slots=True)
class WithdrawalMade:
    """A notice as a file, and what its sender keeps to understand the answer.

    Shape: the `reference` of `keys` is the id of the notice.
    """

    name: str
    data: bytes = field(repr=False)
    keys: ReplyKeys


@dataclass(frozen=True, slots=True)
class WithdrawalSeen:
    """A notice that was sealed to us and whose sender's signature and chain hold."""

    withdrawal: Withdrawal
    origin: Origin

    @property
    def reply(self) -> ReplyAddress:
        """Where and how to answer; its `reference` is the id of the notice."""
        said, origin = self.withdrawal, self.origin
        place = (said.notice, origin.organisation, origin.root)
        return ReplyAddress(*place, said.reply.kem, said.reply.secret)


class Post(Protocol):
    """Makes and opens what travels between organisations."""

    def make_card(self) -> CardSeen:
        """Our contact card, signed, with what is read out to compare it."""

    def read_card(self, data: bytes) -> CardSeen:
        """Read a card. Raises: HostileInput."""

    def open_packet(self, data: bytes, seeds: Sequence[bytes]) -> PacketSeen:
        """Open a packet with our intake keys and check who sent it. Raises: HostileInput."""

    def make_receipt(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make a receipt in the acting user's name."""

    def make_withdrawal(self, wish: WithdrawalWish, card: bytes) -> WithdrawalMade:
        """Make a notice that a consent was taken back, sealed to a card. Raises: HostileInput."""

    def open_withdrawal(self, data: bytes, seeds: Sequence[bytes]) -> WithdrawalSeen:
        """Open such a notice with our intake keys and check who sent it. Raises: HostileInput."""

    def make_answer(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make the answer to such a notice; there are no groups to be told on the phone."""

    def open_receipt(self, data: bytes, kept: Sequence[ReplyKeys]) -> ReceiptSeen:
        """Open a receipt file.

        Raises: HostileInput `integrity.not_for_us` if it answers none of these,
        `integrity.signature` if somebody else than the recipient signed it.
        """

    def read_typed(self, text: str, kept: Sequence[ReplyKeys]) -> TypedReceipt:
        """Read a typed receipt.

        Raises: Usage `usage.bad_code` naming the wrong group; HostileInput as `open_receipt`.
        """


def read_reply_keys(value: Value) -> ReplyKeys | None:
    """Read what the sender kept; None if it is something else."""
    match value:
        case (bytes() as ref, bytes() as org, bytes() as root, bytes() as seed, bytes() as secret):
            return ReplyKeys(ref, ScopeId(org), root, seed, secret)
    return None


def read_reply_address(value: Value) -> ReplyAddress | None:
    """Read what the recipient kept; None if it is something else."""
    match value:
        case (bytes() as ref, bytes() as org, bytes() as root, bytes() as kem, bytes() as secret):
            return ReplyAddress(ref, ScopeId(org), root, kem, secret)
    return None
