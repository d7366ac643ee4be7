"""Invitations: made by a registrar, opened by whoever has the digits, claimed with new keys.

This module decides what an invitation proves. The digits go another way than the file, so whoever
could swap the file could not have sealed one that opens with them; inside, the root chain, the acts
and the signature of a registrar have to fit each other. It decides what a claim proves too: its
maker holds the key of the invitation and all keys that it names. Whether a claim is certified is
decided by a person (`bootstrap.inviting`). It stores nothing.

Source: sync.md section 12.1. Threats: T19 (a swapped file, a claim by somebody else), T1 (guessing
the digits of a file that was found).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.invitation import (
    Claim,
    InvitationBody,
    InvitationFile,
    Slowness,
    decode_claim,
    decode_invitation_body,
    decode_invitation_file,
    encode_claim,
    encode_invitation_body,
    encode_invitation_file,
)
from nrm_desktop.app.wire.joining import PublicPair
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.domain.acts import InviteFacts, is_past
from nrm_desktop.domain.errors import HostileInput, Locked, Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, SignerId, UserId
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import PublicKey, argon2id
from nrm_desktop.security.roster.acts import ActPlace, SignedAct, make_act
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.sealing.container import open_object, seal_object
from nrm_desktop.security.signing.cose import check_statement, sign
from nrm_desktop.security.suite import KEY_BYTES, KdfCost

GROUPS: Final = 6
_GROUP_DIGITS: Final = 4
_DIGITS: Final = GROUPS * _GROUP_DIGITS
_SECRET_BYTES: Final = 16
_KIB_PER_MIB: Final = 1024


@dataclass(frozen=True, slots=True)
class InviteWish:
    """Who is invited as what. Units: wall-clock milliseconds."""

    user: UserId
    badge: str
    roles: frozenset[str]
    at_ms: int
    not_after_ms: int


@dataclass(frozen=True, slots=True)
class InviteGoods:
    """What an invitation brings, so that work can begin before any exchange.

    Shape: signed roots and acts of the organisation; `bundles` as in `InvitationBody`.
    """

    roots: tuple[bytes, ...] = field(repr=False)
    acts: tuple[bytes, ...] = field(repr=False)
    bundles: tuple[tuple[int, bytes], ...] = field(repr=False)
    path_key: bytes = field(repr=False)
    exchange: tuple[int, bytes] = field(repr=False)
    form_packs: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """A new invitation. Shape: `secret` is shown once, six groups of four digits."""

    act: SignedAct
    facts: InviteFacts
    file: bytes = field(repr=False)
    secret: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """An invitation that opened and fits in itself. Shape: `acts` are those that were taken in."""

    facts: InviteFacts
    roster: Roster
    body: InvitationBody = field(repr=False)
    acts: tuple[SignedAct, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim whose maker holds all keys it names. Shape: `signed` is what two people compare."""

    claim: Claim
    signed: bytes = field(repr=False)


def make_invitation(
    registrar: SignerKeys,
    roster: Roster,
    wish: InviteWish,
    goods: InviteGoods,
    random: Randomness,
) -> MadeInvitation:
    """Make the act and the file of an invitation.

    Raises: Refused `policy.role` unless we are registrar.
    """
    if not roster.powers.is_registrar(registrar.id, wish.at_ms):
        raise Refused("policy.role")
    seed = random(KEY_BYTES)
    keys = SignerKeys(seed)
    public = keys.public
    facts = InviteFacts(keys.id, wish.user, wish.badge, wish.roles, public.ed25519, public.ml_dsa)
    scope = roster.organisation
    place = ActPlace(scope, scope, roster.powers.heads(scope), wish.at_ms, wish.not_after_ms)
    act = make_act(registrar, place, facts)
    body = InvitationBody(
        keys.id,
        scope,
        act.signed,
        seed,
        goods.roots,
        goods.acts,
        goods.form_packs,
        goods.bundles,
        goods.path_key,
        (goods.exchange,),
        wish.not_after_ms,
    )
    signed = registrar.sign(SignLabel.INVITATION, encode_invitation_body(body)).encode()
    digits, salt, cost = _new_digits(random), random(ID_BYTES), Slowness()
    key = _key(digits, salt, cost)
    sealed = seal_object(ObjectType.INVITATION, signed, key, bucket_of(wish.at_ms), random)
    file = encode_invitation_file(InvitationFile(keys.id, salt, cost, sealed))
    return MadeInvitation(act, facts, file, in_groups(digits))


def open_invitation(data: bytes, typed: str, now_ms: int) -> OpenedInvitation:
    """Open an invitation with its digits, and check all that it brings.

    Raises: Usage `usage.bad_code` for what are not 24 digits; Locked `invite.wrong_secret`; Refused
            `trust.expired`; HostileInput for a damaged file, or one that does not fit in itself.
    """
    file = decode_invitation_file(data)
    try:
        opened = open_object(file.sealed, _key(read_digits(typed), file.salt, file.slowness))
    except HostileInput as error:
        if error.params.get("what") == "object.commitment":
            raise Locked("invite.wrong_secret") from None
        raise
    if opened.kind is not ObjectType.INVITATION:
        raise refuse(Step.CONTAINER, "invitation.kind")
    statement = decode_statement(opened.body)
    body = decode_invitation_body(statement.payload)
    if body.invite != file.invite or SignerKeys(body.seed).id != body.invite:
        raise refuse(Step.SIGNATURE, "invitation.key")
    if is_past(now_ms, body.not_after_ms):
        raise Refused("trust.expired")
    return _checked(statement, body)


def make_claim(
    invitation: SignerKeys, device: DeviceKeys, signer: SignerKeys, label: str, at_ms: int
) -> bytes:
    """Claim an invitation with new keys. Shape: a signed statement."""
    payload = encode_claim(
        Claim(
            invitation.id,
            PublicPair(device.public.ed25519, device.public.ml_dsa),
            device.kem.public.raw,
            PublicPair(signer.public.ed25519, signer.public.ml_dsa),
            label,
            at_ms,
        )
    )
    signatures = (
        sign(SignLabel.CLAIM, invitation.key, invitation.id, payload),
        sign(SignLabel.CLAIM, device.key, device.id, payload),
        sign(SignLabel.CLAIM, signer.key, signer.id, payload),
    )
    return SignedStatement(payload, signatures).encode()


def read_claim(signed: bytes, roster: Roster) -> ReadClaim | None:
    """Read a claim on an invitation of this organisation; None while the invitation is unknown.

    Raises: HostileInput unless the invitation and all keys that it names signed it.
    """
    statement = decode_statement(signed)
    claim = decode_claim(statement.payload)
    known = roster.powers.organisation.invitations_ever.get(claim.invite)
    if known is None:
        return None
    _, facts = known
    keys: dict[bytes, PublicKey] = {
        claim.invite: PublicKey(facts.ed25519, facts.mldsa65),
        claim.device_id: PublicKey(claim.device.ed25519, claim.device.ml_dsa),
        claim.signer_id: PublicKey(claim.signer.ed25519, claim.signer.ml_dsa),
    }
    if len(keys) != len(statement.signatures) or (
        check_statement(SignLabel.CLAIM, statement, keys.get) != frozenset(keys)
    ):
        raise refuse(Step.SIGNATURE, "claim.keys")
    return ReadClaim(claim, signed)


def read_digits(typed: str) -> str:
    """Give the 24 digits of what was typed; blanks, hyphens and digits of other scripts count.

    Raises: Usage `usage.bad_code`.
    """
    plain = "".join(typed.replace("-", " ").split())
    if len(plain) != _DIGITS or not plain.isdecimal():
        raise Usage("usage.bad_code", what="invitation")
    return "".join(str(int(char)) for char in plain)


def in_groups(digits: str) -> tuple[str, ...]:
    """Six groups of four."""
    return tuple(digits[i : i + _GROUP_DIGITS] for i in range(0, _DIGITS, _GROUP_DIGITS))


def _new_digits(random: Randomness) -> str:
    number = int.from_bytes(random(_SECRET_BYTES), "big") % 10**_DIGITS
    return str(number).zfill(_DIGITS)


def _key(digits: str, salt: bytes, cost: Slowness) -> bytes:
    slow = KdfCost(cost.memory_mib * _KIB_PER_MIB, cost.passes, cost.lanes)
    return argon2id(digits.encode("ascii"), salt, slow, KEY_BYTES)


def _checked(statement: SignedStatement, body: InvitationBody) -> OpenedInvitation:
    """The enclosed root, acts and signature have to fit each other."""
    roster = Roster(body.roots, lambda _: ())
    taken = roster.take((*body.acts, body.act))
    if roster.organisation != body.organisation or taken.refused:
        raise refuse(Step.SIGNATURE, "invitation.acts")
    signers = check_statement(SignLabel.INVITATION, statement, roster.signer_key)
    if not any(roster.powers.is_registrar(SignerId(one)) for one in signers):
        raise refuse(Step.SIGNATURE, "invitation.registrar")
    known = roster.powers.organisation.invitations.get(body.invite)
    if known is None:
        raise refuse(Step.GRANT, "invitation.act")
    return OpenedInvitation(known[1], roster, body, taken.new)
