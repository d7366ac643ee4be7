"""A new identity for this device, after a restore, a move or a fork.

The device gets new keys and so another id; the people keep the keys in their slots. Old logs stay
as they are, new entries go into logs of the new device. Where the person is registrar, the new
device is certified in the same transaction, for everybody who works on this laptop; else it works
locally and writes a request, which a registrar approves like that of any laptop (docs/adr/0020).

The open vault goes on reading and must be opened anew to write: it holds the old device's keys.

Source: sync.md sections 12.2 and 13; storage-security.md section 7.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.anchoring import INCARNATION, note_anchor
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.identity import needs_identity
from nrm_desktop.bootstrap.joining import RequestMade, write_request
from nrm_desktop.bootstrap.safe import keep_device
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import Facts
from nrm_desktop.domain.errors import EnvironmentFault, Refused
from nrm_desktop.domain.ids import ID_BYTES, DeviceId
from nrm_desktop.security.identity.enrolment import Applicant
from nrm_desktop.security.identity.founding import act_chain, device_facts
from nrm_desktop.security.keys import DeviceKeys, new_device_seeds
from nrm_desktop.security.roster.acts import ActPlace, SignedAct
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("renewal")


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of this device.

    Shape: `is_certified` says that others know it once they hear of it; else a registrar has to
    approve it, and until then what is written here stays here.
    """

    old: DeviceId
    device: DeviceKeys
    is_certified: bool


def renew_identity(vault: OpenVault, label: str = "") -> Renewed:
    """Make this device another one, in one transaction. Open the vault anew to write.

    Shape: `label` is its name for people; empty keeps the old one.
    Raises: Refused `policy.identity_stands` where nothing asks for it; as any writing.
    """
    session, safe = vault.session, vault.session.safe
    if not needs_identity(safe):
        raise Refused("policy.identity_stands")
    seeds = new_device_seeds(safe.shell.random)
    device = DeviceKeys(seeds)
    made = _certificates(session, device, label)

    def become(unit: UnitOfWork, connection: Connection) -> None:
        keep_device(unit.trust, seeds)
        unit.trust.set_secret(INCARNATION, safe.shell.random(ID_BYTES))
        for one in made:
            unit.trust.add_act(one.act.act, session.organisation, one.signed)
        for name in ("begin_checkpoints", "forget_unconfirmed", "forget_known"):
            connection.execute(_SQL[name])
        unit.audit("device.renew", (safe.device.id, device.id))

    session.work.exchange(become)
    session.roster.add_own(made)
    with suppress(EnvironmentFault):  # without an anchor the next start asks once more
        note_anchor(replace(safe, device=device))
    return Renewed(safe.device.id, device, bool(made))


def is_certified(vault: OpenVault) -> bool:
    """True if the organisation knows this person on this device, as far as we have heard."""
    powers = vault.session.roster.powers.organisation
    devices = powers.signer_devices.get(vault.session.safe.signer.id, frozenset())
    return vault.session.safe.device.id in devices


def ask_for_approval(vault: OpenVault, out: str, renewed: Renewed | None = None) -> RequestMade:
    """Write a request of this device, to be approved like that of a new laptop.

    Shape: `renewed` where the identity was made just now, in this opening.
    Raises: Refused `policy.identity_stands` if the device is certified; EnvironmentFault.
    """
    session, safe = vault.session, vault.session.safe
    if renewed is None and is_certified(vault):
        raise Refused("policy.identity_stands")
    own = safe if renewed is None else replace(safe, device=renewed.device)
    context = session.context
    applicant = Applicant(context.user, context.badge, _label(session, safe.device.id))
    return write_request(own, applicant, out)


def _certificates(session: Session, device: DeviceKeys, label: str) -> tuple[SignedAct, ...]:
    """The acts of a registrar: the new device, and everybody who signed on the old one."""
    safe, powers = session.safe, session.roster.powers
    now_ms = session.context.clock.now_ms()
    if not powers.is_registrar(safe.signer.id, now_ms):
        return ()
    organisation = powers.organisation
    facts: list[Facts] = [device_facts(device, label or _label(session, safe.device.id))]
    for signer, devices in sorted(organisation.signer_devices.items()):
        if safe.device.id in devices:
            facts.append(replace(organisation.signers[signer], device=device.id))
    place = ActPlace(
        session.organisation, session.organisation, powers.heads(session.organisation), now_ms
    )
    return act_chain(safe.signer, place, facts)


def _label(session: Session, device: DeviceId) -> str:
    known = session.roster.powers.organisation.devices.get(device)
    return known.label if known else ""
