"""Who is at work, by what the organisation says, else by what was noted when the slot was made.

This module decides that nobody is kept from local work because a certificate is not there yet:
whoever has opened an invitation works by it at once. What they write waits elsewhere until a
registrar has certified them; it gives no power here either. Whoever was certified once and has
ended is not let in by an old note.

Source: sync.md sections 2, 11 and 12.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.domain.acts import InviteFacts, SignerFacts, UserFacts
from nrm_desktop.security.identity.founding import signer_facts
from nrm_desktop.security.roster.state import Roster

TO_CERTIFY: Final = "trust.to_certify"
"""Finding: nobody has certified whoever is at work yet; it stops nothing."""
OWN_INVITATION: Final = "invitation.own."
"""With the id of a signer in hex: the invitation that its person has opened here."""


@dataclass(frozen=True, slots=True)
class WhoIsHere:
    """Somebody at work. Shape: `waiting` are the keys that nobody has certified yet."""

    user: UserFacts
    waiting: SignerFacts | None = None


def who_is_here(trust: TrustStore, roster: Roster, safe: OpenSafe) -> WhoIsHere | None:
    """Say who has unlocked; None where nobody knows them, or they were removed."""
    known = roster.powers.organisation
    facts = known.certified_signer(safe.signer.id)
    if facts is not None:
        user = known.users.get(facts.user)
        return None if user is None else WhoIsHere(user)
    invited = opened_invitation(trust, roster, safe)
    if invited is None or _has_ended(roster, invited):
        return None
    own = signer_facts(safe.signer, invited.user, safe.device)
    user = known.users.get(invited.user) or UserFacts(invited.user, invited.badge, invited.roles)
    return WhoIsHere(user, own)


def opened_invitation(trust: TrustStore, roster: Roster, safe: OpenSafe) -> InviteFacts | None:
    """The invitation that whoever has unlocked has opened here; also one that was withdrawn."""
    invite = trust.secret(OWN_INVITATION + safe.signer.id.hex())
    known = roster.powers.organisation.invitations_ever.get(invite or b"")
    return None if known is None else known[1]


def _has_ended(roster: Roster, invited: InviteFacts) -> bool:
    known = roster.powers.organisation
    return known.was_certified(invited.user) and invited.user not in known.users
