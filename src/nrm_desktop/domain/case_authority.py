"""Authority in one case: who leads it, and which places its leads have granted.

This module applies the rules of `domain.authority` to the acts of one case. A lead's power comes
from a grant that may itself depend on another lead, so here chains are followed; only grants of
leads carry power, hence only they are tabulated. It must not judge identities: users, signers and
registrars are what `domain.organisation_authority` says.

A case without a lead is restored by a root key. Registrars may remove, but their grants in a case
do not count: a case that a registrar could open would be none. `erasures` are the orders to erase
that count here, `adopted` the work taken over from quarantine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from nrm_desktop.domain.act_graph import ActGraph
from nrm_desktop.domain.acts import (
    Act,
    ActId,
    AdoptionFacts,
    EraseFacts,
    GrantFacts,
    GrantRole,
    RemovalFacts,
    adoptions,
    grants_by_user,
    handles,
    is_past,
    subject_of,
)
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority

_EVERYTHING = -1
"""A past that holds every act."""
_OFFICERS = frozenset({"dpo"})
"""Roles whose holder orders an erasure alone (nrm.md section 8.1)."""


class CaseAuthority:
    """What the acts of a case are worth. Shape: `grants` are those that stand now, by user."""

    def __init__(self, organisation: OrganisationAuthority, acts: Iterable[Act]) -> None:
        self._organisation = organisation
        self.graph = ActGraph(acts, organisation.graph, organisation.history)
        self._grants = [act for act in self.graph.ordered if isinstance(act.facts, GrantFacts)]
        self._leads: dict[UserId, list[Act]] = defaultdict(list)
        for act in self._grants:
            if isinstance(act.facts, GrantFacts) and act.facts.role is GrantRole.LEAD:
                self._leads[act.facts.user].append(act)
        self._tables: dict[frozenset[ActId], frozenset[ActId]] = {}
        self._removals: list[Act] = []
        self._collect_removals()
        leads = self._counting_leads(self._removals)
        self._counted = [a for a in self._grants if self._counts(a, self._removals, leads)]
        self.grants = grants_by_user(act for act in self._counted if not self._is_ended(act))
        self.adopted = adoptions(
            act
            for act in self.graph.ordered
            if isinstance(act.facts, AdoptionFacts) and self._counts(act, self._removals, leads)
        )
        self.erasures = tuple(act for act in self.graph.ordered if self._is_ordered(act))

    @property
    def has_removals(self) -> bool:
        """True if a place here was ever taken away."""
        return bool(self._removals)

    @property
    def counted(self) -> tuple[Act, ...]:
        """All grants that ever counted."""
        return tuple(self._counted)

    def enders(self, act: Act) -> tuple[Act, ...]:
        """Removals that end a grant, here and in the organisation: it did not know of them."""
        known = self.graph.past(act.act)
        of_user = self._organisation.removals_of(_user_of(act))
        graph = self._organisation.graph
        return (
            *self._enders(act, self._removals),
            *(removal for removal in of_user if not known & graph.bit(removal.act)),
        )

    def _collect_removals(self) -> None:
        """In the order of the graph: a removal is judged by its own past alone (rule 2)."""
        for act in self.graph.ordered:
            if isinstance(act.facts, RemovalFacts):
                known = [r for r in self._removals if self.graph.knows(act.act, r.act)]
                past = self.graph.past(act.act)
                if self._organisation.delegate_at(act, past) is not None or self._is_led(
                    act, known, self._counting_leads(known)
                ):
                    self._removals.append(act)

    def _is_ordered(self, act: Act) -> bool:
        """True for an order to erase that counts: judged by its own past alone, like a removal.

        What was erased cannot come back, so no later arrival may take an order away. It needs
        the data-protection officer, or a lead of the case and a second person.
        """
        if not isinstance(act.facts, EraseFacts):
            return False
        past = self.graph.past(act.act)
        issuers = set(self._organisation.identities(act.issuer, past))
        if any(self._organisation.has_role(one, _OFFICERS, past) for one in issuers):
            return True
        known = [r for r in self._removals if self.graph.knows(act.act, r.act)]
        second = act.facts.second
        seconds = set() if second is None else set(self._organisation.identities(second, past))
        return bool(seconds - issuers) and self._is_led(act, known, self._counting_leads(known))

    def _counting_leads(self, removals: Sequence[Act]) -> AbstractSet[ActId]:
        """Grants of leads that count under these removals; each rests on earlier ones only."""
        key = frozenset(act.act for act in removals)
        if key not in self._tables:
            counted: set[ActId] = set()
            for act in self._grants:
                if act in self._leads[_user_of(act)] and self._counts(act, removals, counted):
                    counted.add(act.act)
            self._tables[key] = frozenset(counted)
        return self._tables[key]

    def _counts(self, act: Act, removals: Sequence[Act], leads: AbstractSet[ActId]) -> bool:
        past = self.graph.past(act.act)
        delegate = self._organisation.delegate_at(act, past)
        if delegate is not None and delegate.is_root:
            return True
        return self._is_opening(act, past) or self._is_led(act, removals, leads)

    def _is_opening(self, act: Act, past: int) -> bool:
        """True for the first grant of a case: to its issuer, who may open cases.

        The id of the case is bound to the issuer (`is_opening`), and nothing of the case lies
        before it: so nobody can open somebody else's case a second time.
        """
        facts = act.facts
        return (
            isinstance(facts, GrantFacts)
            and facts.is_opening
            and facts.role is GrantRole.LEAD
            and self.graph.is_first(act.act)
            and facts.user in self._organisation.identities(act.issuer, past)
            and self._organisation.has_role(facts.user, self._organisation.root.case_roles, past)
        )

    def _is_led(self, act: Act, removals: Sequence[Act], leads: AbstractSet[ActId]) -> bool:
        """True if the issuer led the case in the act's own past, as far as removals let it."""
        return any(
            lead.act in leads and self._supports(lead, act, removals)
            for user in self._organisation.identities(act.issuer, self.graph.past(act.act))
            for lead in self._leads.get(user, ())
        )

    def _supports(self, lead: Act, act: Act, removals: Sequence[Act]) -> bool:
        """True if an act may rest on this grant: what its remover had seen may, nothing later."""
        known = self.graph.past(act.act)
        return (
            self.graph.knows(act.act, lead.act)
            and not is_past(act.at_ms, lead.not_after_ms)
            and all(self.graph.knows(r.act, act.act) for r in self._enders(lead, removals))
            and not self._is_user_removed(lead, known)
        )

    def _enders(self, act: Act, removals: Sequence[Act]) -> list[Act]:
        """Removals that end a grant: of it or its user, unless it was given knowing of them."""
        return [
            removal
            for removal in removals
            if subject_of(removal) in handles(act)
            and not self.graph.knows(act.act, removal.act)
            and not self._organisation.outranks(act, removal, self.graph)
        ]

    def _is_ended(self, act: Act) -> bool:
        return bool(self._enders(act, self._removals)) or self._is_user_removed(act, _EVERYTHING)

    def _is_user_removed(self, act: Act, known: int) -> bool:
        """True if the organisation removed the user, in `known` and not before the grant."""
        return self._organisation.is_removed(_user_of(act), known, self.graph.past(act.act))


def _user_of(act: Act) -> UserId:
    if not isinstance(act.facts, GrantFacts):
        raise ProgramFault("program.fault", what="grant")
    return act.facts.user
