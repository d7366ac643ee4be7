"""What a place rests on: certificates and grants that ever counted, with what ended each of them.

This module gathers; what follows for a commit is decided by `domain.cuts`.

Source: sync.md sections 11 and 13.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nrm_desktop.domain.acts import (
    Act,
    DeviceFacts,
    GrantFacts,
    SignerFacts,
    UserFacts,
    handles,
    is_grant_to_write,
)
from nrm_desktop.domain.case_authority import CaseAuthority
from nrm_desktop.domain.cuts import Alternatives
from nrm_desktop.domain.ids import DeviceId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority

Way = tuple[Alternatives, ...]
Authority = OrganisationAuthority | CaseAuthority


def ways_of(
    organisation: OrganisationAuthority, signer: SignerId, device: DeviceId
) -> Iterator[tuple[UserId, Way]]:
    """What a signer on a device rests on: the own certificate, the device's, the user's.

    Shape: for each certificate of the signer the user, and what ended each of the three.
    """
    counted = organisation.counted
    of_device = (
        act for act in counted if isinstance(act.facts, DeviceFacts) and act.facts.device == device
    )
    devices = _ended(organisation, of_device)
    for act in counted:
        facts = act.facts
        if isinstance(facts, SignerFacts) and (facts.signer, facts.device) == (signer, device):
            users = _ended(organisation, _certificates(counted, facts.user))
            yield facts.user, ((organisation.enders(act),), devices, users)


def grants_ended(where: Authority, user: UserId, compartment: int) -> Alternatives:
    """Every grant that ever let a user write there, as what ended it."""
    return _ended(where, (a for a in where.counted if is_grant_to_write(a, user, compartment)))


def is_stated(acts: Iterable[Act], subject: bytes) -> bool:
    """True if any act certifies a signer or grants a user something, also one of no worth."""
    return any(
        subject in handles(act) for act in acts if isinstance(act.facts, SignerFacts | GrantFacts)
    )


def certified_device(organisation: OrganisationAuthority, device: DeviceId) -> DeviceFacts | None:
    """What was certified of a device, also if it has ended: its keys are fixed by its id."""
    standing = organisation.devices.get(device)
    ever = (act.facts for act in organisation.counted if isinstance(act.facts, DeviceFacts))
    return standing or next((facts for facts in ever if facts.device == device), None)


def certified_user(organisation: OrganisationAuthority, user: bytes) -> UserFacts | None:
    """What was certified of a person, also of one who was removed."""
    ever = [act.facts for act in organisation.counted if isinstance(act.facts, UserFacts)]
    return next((facts for facts in reversed(ever) if facts.user == user), None)


def was_granted(where: Authority, user: UserId) -> bool:
    """True if the user ever held a place in a scope, also if it has ended."""
    return any(isinstance(a.facts, GrantFacts) and a.facts.user == user for a in where.counted)


def _certificates(acts: Iterable[Act], user: UserId) -> Iterator[Act]:
    return (act for act in acts if isinstance(act.facts, UserFacts) and act.facts.user == user)


def _ended(where: Authority, acts: Iterable[Act]) -> Alternatives:
    return tuple(where.enders(act) for act in acts)
