"""Somebody who signs an order as well: certified by the founder, without a slot of their own."""

import secrets

from nrm_desktop.bootstrap.erasing import Confirmed
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.acts import UserFacts
from nrm_desktop.domain.ids import UserId
from nrm_desktop.security.identity.founding import act_chain, signer_facts
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace


def second_person(vault: OpenVault, badge: str = "P-99") -> Confirmed:
    """Certify a second person on this laptop."""
    safe, roster = vault.session.safe, vault.session.roster
    user, signer = UserId(secrets.token_bytes(16)), SignerKeys(secrets.token_bytes(32))
    facts = (
        UserFacts(user, badge, frozenset({"case_manager"})),
        signer_facts(signer, user, safe.device),
    )
    heads = roster.powers.heads(roster.organisation)
    place = ActPlace(roster.organisation, roster.organisation, heads, vault.context.clock.now_ms())
    made = act_chain(safe.signer, place, facts)

    def keep(trust) -> None:
        for one in made:
            trust.add_act(one.act.act, roster.organisation, one.signed)

    safe.database.with_trust(keep)
    roster.add_own(made)
    return Confirmed(badge, user, signer)
