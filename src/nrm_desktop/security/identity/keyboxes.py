"""Keyboxes: giving the keys of a scope, or exchange keys, to those who may have them.

This module decides who is given what (by the roster's memberships) and from whom keys are taken:
only from a lead of that case, or a registrar for the organisation. Sealing is in
`sealing.boxes`. It stores nothing.

Source: sync.md section 7.3. Threats: T19 (a member who hands out keys without the right).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.keybox import (
    Epoch,
    ExchangeSlot,
    Keybox,
    Member,
    MemberList,
    ScopeSlot,
    decode_keybox,
    decode_member_list,
    encode_keybox,
    encode_member_list,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.authority import Membership
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, ORGANISATION_COMPARTMENTS, Compartment
from nrm_desktop.security.identity.epochs import key_for, newest_epoch, share_of
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import KemKey, KemPublic
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.sealing.boxes import make_keybox, open_keybox
from nrm_desktop.security.sealing.container import open_object, seal_object
from nrm_desktop.security.sealing.derivation import epoch_id
from nrm_desktop.security.signing.cose import check_statement


@dataclass(frozen=True, slots=True)
class KeysReceived:
    """What a keybox gave us. Shape: epochs of one scope, or exchange keys (number, key)."""

    scope: ScopeId
    epochs: tuple[EpochKey, ...] = field(default=(), repr=False)
    exchange_keys: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives keys, by which knowledge, when."""

    keys: SignerKeys
    roster: Roster
    hlc: Hlc


def give_scope_keys(
    giver: Giver, scope: ScopeId, epochs: Sequence[EpochKey], random: Randomness
) -> bytes:
    """Wrap all epochs of a scope to every device that may hold its keys. Shape: a statement."""
    devices = giver.roster.powers.organisation.devices
    whole = _whole(giver.roster, scope)
    slots = [
        (
            KemPublic(devices[device].kem),
            ScopeSlot(giver.keys.id, scope, _wire(epochs, some, whole)),
        )
        for device, some in _shares(giver.roster.powers.memberships(scope)).items()
    ]
    members = _sealed_members(giver, scope, epochs, random)
    return _signed(giver, make_keybox(giver.keys.id, giver.hlc, slots, members, random))


def give_exchange_keys(
    giver: Giver, keys: Sequence[tuple[int, bytes]], random: Randomness
) -> bytes:
    """Wrap the exchange keys to every device of the organisation. Shape: a signed statement."""
    slot = ExchangeSlot(giver.keys.id, giver.roster.organisation, tuple(keys))
    devices = giver.roster.powers.organisation.devices.values()
    slots = [(KemPublic(device.kem), slot) for device in devices]
    return _signed(giver, make_keybox(giver.keys.id, giver.hlc, slots, None, random))


def receive_keys(signed: bytes, own: KemKey, roster: Roster) -> KeysReceived | None:
    """Take our keys out of a keybox; None if none are for us, or its issuer is unknown yet.

    Raises: HostileInput when the signature is wrong, the issuer may not give these keys, or an
            epoch's id is not that of its key.
    """
    statement = decode_statement(signed)
    box = decode_keybox(statement.payload)
    if roster.signer_key(box.issuer) is None:
        return None
    if box.issuer not in check_statement(SignLabel.KEYBOX, statement, roster.signer_key):
        raise refuse(Step.SIGNATURE, "keybox.issuer")
    slot = open_keybox(own, box)
    if slot is None:
        return None
    scope = slot.scope if isinstance(slot, ScopeSlot) else slot.organisation
    if not roster.powers.is_lead(box.issuer, scope):
        raise refuse(Step.GRANT, "keybox.issuer")
    if isinstance(slot, ExchangeSlot):
        return KeysReceived(scope, exchange_keys=slot.keys)
    return KeysReceived(scope, tuple(_received(scope, epoch) for epoch in slot.epochs))


def read_members(signed: bytes, received: KeysReceived, roster: Roster) -> MemberList | None:
    """Read to whom a keybox gave keys, with the keys that it brought; None where it says nothing.

    Raises: HostileInput when the list is of another scope or epoch.
    """
    box = decode_keybox(decode_statement(signed).payload)
    newest = newest_epoch(received.epochs)
    if box.members is None or newest is None:
        return None
    key = key_for(newest, _place_of_members(roster, received.scope))
    if key is None:
        return None
    members = decode_member_list(open_object(box.members, key).body)
    if (members.scope, members.epoch) != (received.scope, (newest.number, newest.epoch)):
        raise refuse(Step.PLACE, "members.epoch")
    return members


def _place_of_members(roster: Roster, scope: ScopeId) -> Compartment:
    is_organisation = scope == roster.organisation
    return Compartment.ORG_DIRECTORY if is_organisation else Compartment.CORE


def _received(scope: ScopeId, epoch: Epoch) -> EpochKey:
    if epoch.key is not None and epoch_id(epoch.key) != epoch.id:
        raise refuse(Step.AEAD, "keybox.epoch")
    return EpochKey(scope, epoch.number, epoch.id, epoch.key, epoch.compartments)


def _shares(members: Sequence[Membership]) -> dict[DeviceId, frozenset[int]]:
    """What each device may hold: the grants of all its users together."""
    shares: dict[DeviceId, frozenset[int]] = defaultdict(frozenset)
    for member in members:
        shares[member.device] |= member.compartments
    return shares


def _whole(roster: Roster, scope: ScopeId) -> tuple[Compartment, ...]:
    """The compartments whose holder is given the epoch key itself."""
    return ORGANISATION_COMPARTMENTS if scope == roster.organisation else CASE_COMPARTMENTS


def _wire(
    epochs: Sequence[EpochKey], granted: frozenset[int], whole: Sequence[int]
) -> tuple[Epoch, ...]:
    shared = (share_of(epoch, granted, whole) for epoch in epochs)
    return tuple(Epoch(one.number, one.epoch, one.key, one.compartments) for one in shared)


def _sealed_members(
    giver: Giver, scope: ScopeId, epochs: Sequence[EpochKey], random: Randomness
) -> bytes:
    """Say to members, and to nobody else, who shares the scope from this epoch on."""
    place = _place_of_members(giver.roster, scope)
    newest = newest_epoch(epochs)
    key = None if newest is None else key_for(newest, place)
    if newest is None or key is None:
        raise ProgramFault("program.fault", what="keybox without the key of all members")
    older = newest_epoch(epoch for epoch in epochs if epoch.number < newest.number)
    rows = tuple(
        Member(member.device, member.grant, tuple(sorted(member.compartments)))
        for member in giver.roster.powers.memberships(scope)
    )
    body = encode_member_list(
        MemberList(
            scope,
            (newest.number, newest.epoch),
            None if older is None else older.epoch,
            "grant",
            rows,
        )
    )
    bucket = bucket_of(giver.hlc.wall_ms)
    return seal_object(ObjectType.MEMBER_LIST, body, key, bucket, random)


def _signed(giver: Giver, box: Keybox) -> bytes:
    return giver.keys.sign(SignLabel.KEYBOX, encode_keybox(box)).encode()
