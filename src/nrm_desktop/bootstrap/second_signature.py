"""What a colleague signs at this laptop by the own key, after the own passphrase.

Some acts count the people who signed them, on every device alike: no name in a field is enough
there. A colleague who sits down beside whoever is unlocked signs as if that colleague had unlocked:
with the own key, under the own roles, in the own share of the case. This module decides that, and
nothing about the act itself: the handler refuses here what it refuses elsewhere.

Source: docs/adr/0038; forms.md section 2, act `child.off`. Rules: R14, N15.
"""

from __future__ import annotations

from dataclasses import replace

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import ChildPathwayEnded
from nrm_desktop.app.handlers.child_pathway import end_child_pathway
from nrm_desktop.app.policy import must_be_allowed
from nrm_desktop.bootstrap.erasing import Confirmed
from nrm_desktop.bootstrap.headless import OpenVault, work_of
from nrm_desktop.domain.errors import Refused
from nrm_desktop.security.keys import PersonSigner


def end_child_pathway_as(
    vault: OpenVault, command: EndChildPathway, second: Confirmed
) -> ChildPathwayEnded:
    """Sign by a colleague's own key that an authority has decided.

    Raises: Refused `policy.no_grant` where the colleague has no share of the case: other devices
    would not believe the signature; as `end_child_pathway`, and what the condition of the vault
    says.
    """
    session = vault.session
    if session.roster.grant_of(second.user, command.scope) is None:
        raise Refused("policy.no_grant")
    context = _context_of(vault, second)
    vault.condition.must_allow(command)
    must_be_allowed(command, context)
    signer = PersonSigner(second.signer, second.user)
    work = work_of(session.safe, session.roster, context.forms, signer)
    (event,) = work.run(lambda unit: end_child_pathway(command, unit, context))
    vault.bus.publish(event)
    return event


def _context_of(vault: OpenVault, second: Confirmed) -> Context:
    """The colleague as the one who acts, with the roles that the organisation gave."""
    user = vault.session.roster.powers.organisation.users[second.user]
    return replace(
        vault.context,
        user=second.user,
        badge=second.badge,
        roles=tuple(sorted(user.roles)),
        signer=second.signer.id,
    )
