"""Invitations on the wire: the file that is carried, what is sealed in it, and the claim.

This module decides the bytes of an invitation and of the claim of whoever has opened it. It must
not derive a key, and must not check a signature; `security.identity.invitation` does.

- The cost of the key derivation stands in the file and is read in narrow bounds: a file of
  somebody else must not be able to exhaust the machine before anything of it is proved.
- A claim says when it was made, so that whoever confirms it sees a time that did not depend on how
  long the stick was on its way.

Source: sync.md section 12.1; docs/adr/0027.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.hashes import device_id, signer_id
from nrm_desktop.app.wire.joining import (
    ENCLOSED_PACK_BYTES,
    PublicPair,
    read_statement_bytes,
)
from nrm_desktop.app.wire.keybox import KEY_BYTES, read_numbered_keys
from nrm_desktop.app.wire.limits import (
    ACTS_PER_SCOPE,
    BODY_BYTES,
    CLOCK_MS,
    FORMAT,
    OBJECT_BYTES,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.trust import ED25519_PUBLIC, KEM_PUBLIC, ML_DSA_PUBLIC, read_compartment
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId, SignerId

TAG: Final = "nrminv"
INVITATION_FILE_BYTES: Final = OBJECT_BYTES + 256
_ROOTS: Final = 1_000
_FORM_PACKS: Final = 64
_BUNDLES: Final = 256
_LABEL_CHARS: Final = 200
_MEMORY_MIB: Final = (64, 256)
_PASSES: Final = (3, 8)
_LANES: Final = (1, 4)


@dataclass(frozen=True, slots=True)
class Slowness:
    """What the key of an invitation costs. Units: MiB, passes, lanes."""

    memory_mib: int = 64
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class InvitationFile:
    """An invitation as it is carried. Shape: `sealed` is an NRMB object of type 13."""

    invite: bytes
    salt: bytes
    slowness: Slowness
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class InvitationBody:
    """What is sealed in an invitation, signed by a registrar (aad `nrm1/inv`).

    Shape: `act` is the signed act of kind 10; `seed` is that of the key of the invitation;
    `form_packs` are statements of packs, as objects of type 10 hold them; `bundles` are commits of
    the organisation scope by compartment (directory, duty contacts, cards); `exchange` is the
    newest exchange key with its number.
    Units: `not_after_ms` wall clock.
    """

    invite: bytes
    organisation: ScopeId
    act: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    roots: tuple[bytes, ...] = field(repr=False)
    acts: tuple[bytes, ...] = field(repr=False)
    form_packs: tuple[bytes, ...] = field(repr=False)
    bundles: tuple[tuple[int, bytes], ...] = field(repr=False)
    path_key: bytes = field(repr=False)
    exchange: tuple[tuple[int, bytes], ...] = field(repr=False)
    not_after_ms: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has opened an invitation; signed by it, the device and the signer (aad `nrm1/claim`).

    Shape: `label` is what people call the machine. Units: `made_ms` as the laptop's clock said.
    """

    invite: bytes
    device: PublicPair
    kem: bytes = field(repr=False)
    signer: PublicPair
    label: str
    made_ms: int

    @property
    def device_id(self) -> DeviceId:
        """The id the device will have."""
        return device_id(self.device.ed25519)

    @property
    def signer_id(self) -> SignerId:
        """The id the signer will have."""
        return signer_id(self.signer.ed25519)


def encode_invitation_file(file: InvitationFile) -> bytes:
    """The bytes of the file."""
    cost = (file.slowness.memory_mib, file.slowness.passes, file.slowness.lanes)
    return cbor.encode((TAG, FORMAT, file.invite, file.salt, cost, file.sealed))


def decode_invitation_file(data: bytes) -> InvitationFile:
    """Read the outside of an invitation, before its secret was asked for. Raises: HostileInput."""
    if len(data) > INVITATION_FILE_BYTES:
        raise refuse(Step.CONTAINER, "invitation.size")
    word, number, invite, salt, cost, sealed = shape.fields(cbor.decode(data), "invitation", 6)
    if word != TAG or type(number) is not int or number != FORMAT:
        raise refuse(Step.CONTAINER, "invitation.tag")
    return InvitationFile(
        shape.octets(invite, "invitation.id"),
        shape.octets(salt, "invitation.salt", ID_BYTES),
        _read_slowness(cost),
        shape.some_octets(sealed, "invitation.sealed", OBJECT_BYTES),
    )


def encode_invitation_body(body: InvitationBody) -> bytes:
    """The payload that a registrar signs."""
    trust = (body.act, body.seed, body.roots, body.acts)
    goods = (body.form_packs, body.bundles, body.path_key, body.exchange)
    return cbor.encode((FORMAT, body.invite, body.organisation, *trust, *goods, body.not_after_ms))


def decode_invitation_body(payload: bytes) -> InvitationBody:
    """Read the payload of an invitation. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "invitation.body", 12)
    _, invite, organisation, act, seed, roots, acts = parts[:7]
    packs, bundles, path_key, exchange, not_after = parts[7:]
    shape.array(exchange, "invitation.exchange", 1, 1)
    return InvitationBody(
        shape.octets(invite, "invitation.id"),
        ScopeId(shape.octets(organisation, "invitation.organisation")),
        read_statement_bytes(act, "invitation.act"),
        shape.octets(seed, "invitation.seed", KEY_BYTES),
        shape.each(roots, "invitation.roots", read_statement_bytes, _ROOTS),
        shape.each(acts, "invitation.acts", read_statement_bytes, ACTS_PER_SCOPE),
        shape.each(packs, "invitation.packs", _read_form_pack, _FORM_PACKS),
        shape.each(bundles, "invitation.bundles", _read_bundle, _BUNDLES),
        shape.octets(path_key, "invitation.path_key", KEY_BYTES),
        read_numbered_keys(exchange, "invitation.exchange"),
        shape.uint(not_after, "invitation.not_after", CLOCK_MS, 1),
    )


def encode_claim(claim: Claim) -> bytes:
    """The payload of a claim."""
    device = (claim.device.ed25519, claim.device.ml_dsa, claim.kem)
    signer = (claim.signer.ed25519, claim.signer.ml_dsa)
    return cbor.encode((FORMAT, claim.invite, device, signer, claim.label, claim.made_ms))


def decode_claim(payload: bytes) -> Claim:
    """Read the payload of a claim. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "claim", 6)
    _, invite, device, signer, label, made = parts
    ed25519, ml_dsa, kem = shape.fields(device, "claim.device", 3)
    return Claim(
        shape.octets(invite, "claim.invite"),
        _read_pair((ed25519, ml_dsa), "claim.device"),
        shape.octets(kem, "claim.kem", KEM_PUBLIC),
        _read_pair(signer, "claim.signer"),
        shape.text(label, "claim.label", _LABEL_CHARS),
        shape.uint(made, "claim.made", CLOCK_MS),
    )


def _read_slowness(item: Item) -> Slowness:
    memory, passes, lanes = shape.fields(item, "invitation.cost", 3)
    return Slowness(
        shape.uint(memory, "invitation.cost", _MEMORY_MIB[1], _MEMORY_MIB[0]),
        shape.uint(passes, "invitation.cost", _PASSES[1], _PASSES[0]),
        shape.uint(lanes, "invitation.cost", _LANES[1], _LANES[0]),
    )


def _read_pair(item: Item, what: str) -> PublicPair:
    ed25519, ml_dsa = shape.fields(item, what, 2)
    return PublicPair(
        shape.octets(ed25519, what, ED25519_PUBLIC), shape.octets(ml_dsa, what, ML_DSA_PUBLIC)
    )


def _read_bundle(item: Item, what: str) -> tuple[int, bytes]:
    place, body = shape.fields(item, what, 2)
    return read_compartment(place, what), shape.some_octets(body, what, BODY_BYTES)


def _read_form_pack(item: Item, what: str) -> bytes:
    return shape.some_octets(item, what, ENCLOSED_PACK_BYTES)
