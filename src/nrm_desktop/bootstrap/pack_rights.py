"""Who may give out forms, and who may take them in.

Both are judged by the table of roles that came with the program, so no pack can change who brings
the next one. This module decides nothing about the content of a pack.

Source: nrm.md section 8 (`org.packs`); docs/adr/0044. Threats: T19, T22.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.ids import SignerId
from nrm_desktop.domain.organisation_authority import present_signers
from nrm_desktop.domain.scopes import Compartment


def may_give_out(session: Session, signer: SignerId) -> bool:
    """True if a signer, its user and its laptop stand now, and the user writes in `org.packs`."""
    known = session.roster.powers.organisation
    facts = known.signers.get(signer)
    user = known.users.get(facts.user) if facts is not None else None
    if facts is None or user is None or facts not in present_signers(known, user.user):
        return False
    if not any(device in known.devices for device in known.signer_devices[signer]):
        return False
    return session.safe.shell.forms.roles.may_write(user.roles, Compartment.ORG_PACKS)


def must_give_out(session: Session, signer: SignerId) -> None:
    """Raises: HostileInput `integrity.pack_grant` where somebody may not, or may no more."""
    if not may_give_out(session, signer):
        raise HostileInput("integrity.pack_grant")


def may_take_in(session: Session) -> bool:
    """True for coordinators and registrars."""
    table, context = session.safe.shell.forms.roles, session.context
    return table.may_write(context.roles, Compartment.ORG_PACKS) or (
        session.roster.powers.is_registrar(context.signer, context.clock.now_ms())
    )


def must_take_in(session: Session) -> None:
    """Raises: Refused `policy.role` for others than coordinators and registrars."""
    if not may_take_in(session):
        raise Refused("policy.role", compartment=Compartment.ORG_PACKS.word)
