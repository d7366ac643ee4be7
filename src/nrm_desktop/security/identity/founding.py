"""Founding an organisation: provisional root, first registrar, first device, first keys.

This module decides with what an organisation begins. It is as pure as signing allows: randomness
and time are handed in, nothing is stored. A provisional root has one key and says so on every
screen of trust; its seed is to be sealed to the founder's key slot (`vault.slots.seal_to_slot`),
so that colleagues on the same laptop cannot act as the root.

Source: sync.md sections 7.1 and 11; decisions.md 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.trust import Registrar, RootDocument, RootKey, organisation_id
from nrm_desktop.domain.acts import (
    ActId,
    DeviceFacts,
    Facts,
    GrantFacts,
    GrantRole,
    SignerFacts,
    UserFacts,
)
from nrm_desktop.domain.ids import ID_BYTES, ScopeId, UserId
from nrm_desktop.domain.scopes import ORGANISATION_COMPARTMENTS
from nrm_desktop.security.identity.epochs import new_epoch
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.roster.acts import ActPlace, SignedAct, make_act
from nrm_desktop.security.roster.roots import sign_root
from nrm_desktop.security.suite import KEY_BYTES

_DAY_MS: Final = 24 * 3600 * 1000
REGISTRAR_MS: Final = 365 * _DAY_MS
ROOT_DAYS: Final = 90
ROOT_MS: Final = ROOT_DAYS * _DAY_MS


@dataclass(frozen=True, slots=True)
class FoundingWish:
    """What the founder says. Shape: `case_roles` are roles that may open cases."""

    organisation: str
    badge: str
    roles: tuple[str, ...]
    case_roles: tuple[str, ...]
    device_label: str


@dataclass(frozen=True, slots=True)
class Founding:
    """All that a new organisation begins with. Its text form shows no secret."""

    organisation: ScopeId
    user: UserId
    root: bytes = field(repr=False)
    acts: tuple[SignedAct, ...]
    org_epoch: EpochKey = field(repr=False)
    exchange_key: bytes = field(repr=False)
    path_key: bytes = field(repr=False)
    intake_seed: bytes = field(repr=False)
    root_seed: bytes = field(repr=False)


def found_organisation(
    wish: FoundingWish, signer: SignerKeys, device: DeviceKeys, random: Randomness, now_ms: int
) -> Founding:
    """Make an organisation whose founder is registrar, with this device as its first."""
    user = UserId(random(ID_BYTES))
    root_seed, intake_seed = random(KEY_BYTES), random(KEY_BYTES)
    root_keys = SignerKeys(root_seed)
    registrar = Registrar(user, signer.public.ed25519, signer.public.ml_dsa, now_ms + REGISTRAR_MS)
    document = RootDocument(
        version=1,
        name=wish.organisation,
        keys=(RootKey(root_keys.public.ed25519, root_keys.public.ml_dsa),),
        threshold=1,
        registrars=(registrar,),
        case_roles=wish.case_roles,
        intake=(KemKey(intake_seed).public.raw,),
        recovery=None,
        after=(),
        valid_until_ms=now_ms + ROOT_MS,
        expiry_days=ROOT_DAYS,
    )
    root = sign_root(document, [root_keys])
    organisation = organisation_id(decode_statement(root).payload)
    everything = GrantFacts(user, GrantRole.LEAD, frozenset(map(int, ORGANISATION_COMPARTMENTS)))
    facts = (
        UserFacts(user, wish.badge, frozenset(wish.roles)),
        device_facts(device, wish.device_label),
        signer_facts(signer, user, device),
        everything,
    )
    return Founding(
        organisation,
        user,
        root,
        act_chain(signer, ActPlace(organisation, organisation, (), now_ms), facts),
        new_epoch(organisation, 1, random),
        random(KEY_BYTES),
        random(KEY_BYTES),
        intake_seed,
        root_seed,
    )


def act_chain(issuer: SignerKeys, place: ActPlace, facts: Sequence[Facts]) -> tuple[SignedAct, ...]:
    """Make several acts, each knowing the one before."""
    made: list[SignedAct] = []
    after = place.after
    for one in facts:
        here = ActPlace(place.organisation, place.scope, after, place.at_ms, place.not_after_ms)
        made.append(make_act(issuer, here, one))
        after = (ActId(made[-1].act.act),)
    return tuple(made)


def device_facts(device: DeviceKeys, label: str) -> DeviceFacts:
    """What is certified of a device."""
    public = device.public
    return DeviceFacts(device.id, public.ed25519, public.ml_dsa, device.kem.public.raw, label)


def signer_facts(signer: SignerKeys, user: UserId, device: DeviceKeys) -> SignerFacts:
    """What is certified of a person on a device."""
    return SignerFacts(signer.id, user, device.id, signer.public.ed25519, signer.public.ml_dsa)
