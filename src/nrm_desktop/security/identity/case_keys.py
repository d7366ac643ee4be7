"""Beginning a case: its id, its first key, and the grants with which it opens.

This module decides how a case is bound to whoever opens it (`app.wire.hashes.case_id`), and that
the opener leads it. With whom it is shared at once is decided by the caller, from the role table
of the pack. It implements the ScopeKeys port.

Source: sync.md sections 7.2 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.system_ports import Randomness, WallClock
from nrm_desktop.app.wire.hashes import case_id
from nrm_desktop.domain.acts import Facts, GrantFacts, GrantRole
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ID_BYTES, ScopeId, UserId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS
from nrm_desktop.security.identity.epochs import new_epoch
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.security.roster.state import Roster

Shares = Callable[[], Sequence[Facts]]
"""Gives what is stated of others when a new case begins."""


@dataclass(frozen=True, slots=True)
class CaseOpener:
    """The person who opens cases in this session."""

    keys: SignerKeys
    user: UserId
    shares: Shares


class CaseKeys:
    """The ScopeKeys port."""

    def __init__(
        self, opener: CaseOpener, roster: Roster, clock: WallClock, random: Randomness
    ) -> None:
        self._opener = opener
        self._roster = roster
        self._clock = clock
        self._random = random

    def begin_case(self, trust: TrustStore) -> ScopeId:
        """Make a case id, its first epoch key, and its first grants; keep them in the database.

        Raises: Refused `policy.role` where the opening would never count: the certificate names
                no role that may open cases. Without a certificate the case waits for it.
        """
        keys, roster = self._opener.keys, self._roster
        known = roster.powers.organisation.users.get(self._opener.user)
        if known is not None and not known.roles & roster.root.facts.case_roles:
            raise Refused("policy.role")
        nonce, now_ms = self._random(ID_BYTES), self._clock.now_ms()
        scope = case_id(keys.id, nonce)
        heads = roster.powers.heads(roster.organisation)
        place = ActPlace(roster.organisation, scope, heads, now_ms)
        all_of_it = frozenset(map(int, CASE_COMPARTMENTS))
        leading = GrantFacts(self._opener.user, GrantRole.LEAD, all_of_it)
        opening = make_act(keys, place, leading, nonce)
        later = ActPlace(roster.organisation, scope, (opening.act.act,), now_ms)
        acts = [opening, *(make_act(keys, later, facts) for facts in self._opener.shares())]
        for one in acts:
            trust.add_act(one.act.act, scope, one.signed)
        trust.add_epoch(new_epoch(scope, 1, self._random))
        roster.add_own(acts)
        return scope
