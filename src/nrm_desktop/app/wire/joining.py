"""Joining on the wire: request, welcome and contact card.

This module decides what a new device asks with, what it is answered, and how an organisation
shows itself to another. It must not check signatures or comparisons; `security.identity` does.

Source: sync.md sections 12.2 and 12.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.act_names import merge_item, read_merge
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.hashes import (
    HASH_BYTES,
    NAME_BYTES,
    HashLabel,
    device_id,
    labelled_hash,
    signer_id,
)
from nrm_desktop.app.wire.keybox import KEY_BYTES, read_numbered_keys
from nrm_desktop.app.wire.limits import (
    ACTS_PER_SCOPE,
    CLOCK_MS,
    DEVICES_PER_ORGANISATION,
    FORMAT,
    MIB,
    SIGNATURES_PER_STATEMENT,
    STATEMENT_BYTES,
    U32,
)
from nrm_desktop.app.wire.trust import ED25519_PUBLIC, KEM_PUBLIC, ML_DSA_PUBLIC
from nrm_desktop.domain.acts import MergeFacts
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId

_ROOTS: Final = 1_000
_FORM_PACKS: Final = 64
ENCLOSED_PACK_BYTES: Final = 4 * MIB
"""A form pack in a welcome or invitation has at most so many bytes; others come by the exchange."""
_LABEL_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class PublicPair:
    """The two public keys of a signer, a device or an organisation's speaker."""

    ed25519: bytes
    ml_dsa: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """What a new device asks with; signed by the device and by the signer (aad `nrm1/req`).

    Shape: `badge` and `label` are what people call the person and the machine.
    """

    device: PublicPair
    kem: bytes = field(repr=False)
    signer: PublicPair
    user: UserId
    badge: str
    label: str
    former: MergeFacts | None = None

    @property
    def device_id(self) -> DeviceId:
        """The id the device will have."""
        return device_id(self.device.ed25519)

    @property
    def signer_id(self) -> SignerId:
        """The id the signer will have."""
        return signer_id(self.signer.ed25519)


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to a request, in a boxed file to the new device (aad `nrm1/wel`).

    Shape: `request` is the 20-byte name (SHA-256) of the request file; `roots` and `acts` are
    signed statements, roots by version; `checkpoints` is the registrar's table (device, counter,
    id), so that a device without memory notices a rollback.
    """

    request: bytes
    organisation: ScopeId
    roots: tuple[bytes, ...] = field(repr=False)
    acts: tuple[bytes, ...] = field(repr=False)
    path_key: bytes = field(repr=False)
    exchange_keys: tuple[tuple[int, bytes], ...] = field(repr=False)
    form_packs: tuple[bytes, ...] = field(repr=False)
    checkpoints: tuple[tuple[DeviceId, int, bytes], ...]


@dataclass(frozen=True, slots=True)
class ContactCard:
    """How an organisation shows itself to others; signed by `speaker` (aad `nrm1/card`).

    Shape: `root` is `root_fingerprint` of its first root document, which stays the same when the
    document is renewed; `intake` are KEM keys.
    """

    organisation: ScopeId
    name: str
    root: bytes
    intake: tuple[bytes, ...] = field(repr=False)
    speaker: PublicPair
    made_ms: int


def root_fingerprint(payload: bytes) -> bytes:
    """What is compared of a root document, from its payload as received. Shape: 32 bytes."""
    return labelled_hash(HashLabel.ROOT, payload)


def encode_request(request: JoinRequest) -> bytes:
    """The payload of a request."""
    device = (request.device.ed25519, request.device.ml_dsa, request.kem)
    signer = (request.signer.ed25519, request.signer.ml_dsa)
    person = (request.user, request.badge, request.label)
    former = None if request.former is None else merge_item(request.former)
    return cbor.encode((FORMAT, device, signer, *person, former))


def decode_request(payload: bytes) -> JoinRequest:
    """Read the payload of a request. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "request", 7)
    _, device, signer, user, badge, label, former = parts
    ed25519, ml_dsa, kem = shape.fields(device, "request.device", 3)
    return JoinRequest(
        _read_pair((ed25519, ml_dsa), "request.device"),
        shape.octets(kem, "request.kem", KEM_PUBLIC),
        _read_pair(signer, "request.signer"),
        UserId(shape.octets(user, "request.user")),
        shape.text(badge, "request.badge", _LABEL_CHARS, 1),
        shape.text(label, "request.label", _LABEL_CHARS),
        None if former is None else read_merge(former),
    )


def encode_welcome(welcome: Welcome) -> bytes:
    """The payload of a welcome."""
    trust = (welcome.organisation, welcome.roots, welcome.acts)
    keys = (welcome.path_key, sorted(welcome.exchange_keys))
    table = sorted(welcome.checkpoints)
    return cbor.encode((FORMAT, welcome.request, *trust, *keys, welcome.form_packs, table))


def decode_welcome(payload: bytes) -> Welcome:
    """Read the payload of a welcome. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "welcome", 9)
    _, request, organisation, roots, acts, path_key, keys, packs, table = parts
    rows = shape.each(table, "welcome.checkpoints", _read_row, DEVICES_PER_ORGANISATION)
    return Welcome(
        shape.octets(request, "welcome.request", NAME_BYTES),
        ScopeId(shape.octets(organisation, "welcome.organisation")),
        shape.each(roots, "welcome.roots", read_statement_bytes, _ROOTS),
        shape.each(acts, "welcome.acts", read_statement_bytes, ACTS_PER_SCOPE),
        shape.octets(path_key, "welcome.path_key", KEY_BYTES),
        read_numbered_keys(keys, "welcome.exchange"),
        shape.each(packs, "welcome.packs", _read_form_pack, _FORM_PACKS),
        shape.ascending(rows, "welcome.checkpoints"),
    )


def encode_card(card: ContactCard) -> bytes:
    """The payload of a contact card."""
    speaker = (card.speaker.ed25519, card.speaker.ml_dsa)
    facts = (card.organisation, card.name, card.root, card.intake)
    return cbor.encode((FORMAT, *facts, speaker, card.made_ms))


def decode_card(payload: bytes) -> ContactCard:
    """Read the payload of a contact card. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "card", 7)
    _, organisation, name, root, intake, speaker, made = parts
    shape.array(intake, "card.intake", SIGNATURES_PER_STATEMENT, 1)
    return ContactCard(
        ScopeId(shape.octets(organisation, "card.organisation")),
        shape.text(name, "card.name", _LABEL_CHARS, 1),
        shape.octets(root, "card.root", HASH_BYTES),
        shape.each(intake, "card.intake", _read_kem, SIGNATURES_PER_STATEMENT),
        _read_pair(speaker, "card.speaker"),
        shape.uint(made, "card.made", CLOCK_MS),
    )


def read_statement_bytes(item: Item, what: str) -> bytes:
    """Ask for the bytes of a signed statement."""
    return shape.some_octets(item, what, STATEMENT_BYTES)


def _read_pair(item: Item, what: str) -> PublicPair:
    ed25519, ml_dsa = shape.fields(item, what, 2)
    return PublicPair(
        shape.octets(ed25519, what, ED25519_PUBLIC), shape.octets(ml_dsa, what, ML_DSA_PUBLIC)
    )


def _read_kem(item: Item, what: str) -> bytes:
    return shape.octets(item, what, KEM_PUBLIC)


def _read_form_pack(item: Item, what: str) -> bytes:
    return shape.some_octets(item, what, ENCLOSED_PACK_BYTES)


def _read_row(item: Item, what: str) -> tuple[DeviceId, int, bytes]:
    device, counter, checkpoint = shape.fields(item, what, 3)
    return (
        DeviceId(shape.octets(device, what)),
        shape.uint(counter, what, U32, 1),
        shape.octets(checkpoint, what, HASH_BYTES),
    )
