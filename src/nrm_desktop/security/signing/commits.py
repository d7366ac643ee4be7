"""Signing commits, and the checks that alone make a verified commit.

This module decides steps 4, 5, 6 and 9 of the acceptance order for commits. It must not look at
chains (the journal does, in its transaction) and it holds no trust of its own: callers pass in
what the roster says.

Source: sync.md sections 4 and 5. Threats: M (a member with a wrong signer, another case's id or
a compartment not granted), S (changed bytes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import final

from nrm_desktop.app.wire.commit import (
    CommitHeader,
    ReceivedCommit,
    check_parts,
    missing_units,
    ops_of,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.ids import CommitId, ScopeId, SignerId
from nrm_desktop.domain.ops import Op
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import PublicKey, SigningKey
from nrm_desktop.security.signing.cose import is_signed_once, sign_once

_PROOF = object()


class Coverage(Enum):
    """What the trust acts say about a writer and a place."""

    COVERED = "covered"
    UNKNOWN = "unknown"
    """Signer, device or grant has not arrived: the commit waits."""
    REFUSED = "refused"
    """Known, and not allowed: not granted, or past a revocation cut."""


@dataclass(frozen=True, slots=True)
class Place:
    """The scope and compartment whose key opened the object."""

    scope: ScopeId
    compartment: int


@dataclass(frozen=True, slots=True)
class CommitTrust:
    """What verification asks the roster.

    Shape: `coverage` answers for the whole header: signer, device, scope, compartment, time.
    """

    signer_key: Callable[[SignerId], PublicKey | None]
    coverage: Callable[[CommitHeader], Coverage]


@final
class VerifiedCommit:
    """A commit that passed steps 4, 5, 6 and 9; nothing else can make one.

    Shape: bytes exactly as received; `missing` are units whose segments are not there.
    """

    __slots__ = ("header", "id", "missing", "ops", "received")

    def __init__(self, proof: object, received: ReceivedCommit, ops: tuple[Op, ...]) -> None:
        if proof is not _PROOF:
            raise ProgramFault("program.fault", what="unproved commit")
        self.received = received
        self.id: CommitId = received.id
        self.header: CommitHeader = received.header
        self.ops = ops
        self.missing: tuple[int, ...] = missing_units(received)

    @property
    def header_bytes(self) -> bytes:
        """What was signed."""
        return self.received.signed.header_bytes

    @property
    def signature(self) -> bytes:
        """The signer's Ed25519 signature."""
        return self.received.signed.signature

    @property
    def skeleton_bytes(self) -> bytes:
        """The part that is never erased."""
        return self.received.signed.skeleton_bytes

    @property
    def segments(self) -> tuple[bytes | None, ...]:
        """The erasable parts, in the order of the header."""
        return self.received.signed.segments


@dataclass(frozen=True, slots=True)
class WaitingCommit:
    """A commit that cannot be judged yet; it is kept and tried again when acts arrive."""

    received: ReceivedCommit = field(repr=False)
    waits_for: str


def sign_header(key: SigningKey, header: bytes) -> bytes:
    """Sign the header bytes of a commit. Shape: 64 bytes."""
    return sign_once(SignLabel.COMMIT, key, header)


Found = Callable[[ReceivedCommit, PublicKey], tuple[Op, ...] | None]
"""Gives the operations of a commit of which `is_signed_by` this key and `checked_ops` are known."""


def is_signed_by(received: ReceivedCommit, key: PublicKey) -> bool:
    """True if the signature of a commit is that of a key (step 6)."""
    signed = received.signed
    return is_signed_once(SignLabel.COMMIT, key, signed.header_bytes, signed.signature)


def checked_ops(received: ReceivedCommit) -> tuple[Op, ...]:
    """Compare the parts with the header (step 9) and read the operations.

    Raises: HostileInput. Asked only once the signature was found good.
    """
    check_parts(received)
    return ops_of(received)


def verify_commit(
    received: ReceivedCommit,
    place: Place,
    trust: CommitTrust,
    found: Found = lambda _commit, _key: None,
) -> VerifiedCommit | WaitingCommit:
    """Check a commit that came out of an object opened with the key of `place`.

    Shape: `found` gives what was found about it before, so that it is not done twice.
    Raises: HostileInput with the step that failed.
    """
    header = received.header
    if (header.scope, header.compartment) != (place.scope, place.compartment):
        raise refuse(Step.PLACE, "header.scope")
    key = trust.signer_key(header.signer)
    if key is None:
        return WaitingCommit(received, "signer")
    coverage = trust.coverage(header)
    if coverage is Coverage.REFUSED:
        raise refuse(Step.GRANT, "header.compartment")
    ops = found(received, key)
    if ops is None and not is_signed_by(received, key):
        raise refuse(Step.SIGNATURE, "commit.signature")
    if coverage is Coverage.UNKNOWN:
        return WaitingCommit(received, "grant")
    return VerifiedCommit(_PROOF, received, checked_ops(received) if ops is None else ops)
