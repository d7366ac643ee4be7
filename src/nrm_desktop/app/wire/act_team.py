"""The body of an act of kind 12: a case is shared with many colleagues by one signature.

This module decides these bytes, and under which id each place in it is known: a log begins with
that id, and a removal may name it, as with a grant of its own. It must not know who may share.

Source: docs/adr/0034; docs/format.md section 10.
"""

from __future__ import annotations

from dataclasses import replace

from nrm_desktop.app.wire import shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.app.wire.limits import COMPARTMENTS_PER_SCOPE, NAMES_IN_ACT, U16
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.acts import Act, ActId, GrantFacts, GrantRole, TeamFacts
from nrm_desktop.domain.ids import ID_BYTES, UserId


def team_item(facts: TeamFacts) -> Encodable:
    """What stands in the act."""
    places = sorted((one.user, int(one.role), sorted(one.compartments)) for one in facts.grants)
    return (places,)


def read_team(body: Item) -> TeamFacts:
    """Read it. Raises: HostileInput, also for a lead among the places."""
    (places,) = shape.fields(body, "act.team", 1)
    shape.array(places, "act.team", least=1)
    grants = shape.each(places, "act.team", _read_place, NAMES_IN_ACT)
    shape.ascending(tuple((one.user, int(one.role)) for one in grants), "act.team")
    return TeamFacts(grants)


def separate(act: Act) -> tuple[Act, ...]:
    """Give an act as the evaluation takes it: the places of a team as a grant each, then itself.

    Shape: whoever names the act in `after` has seen all its places.
    """
    if not isinstance(act.facts, TeamFacts):
        return (act,)
    grants = tuple(replace(act, act=_id(act, one), facts=one) for one in act.facts.grants)
    return (*grants, replace(act, after=(*act.after, *(one.act for one in grants))))


def _id(act: Act, grant: GrantFacts) -> ActId:
    role = bytes((int(grant.role),))
    return ActId(labelled_hash(HashLabel.GRANT, act.act, grant.user, role)[:ID_BYTES])


def _read_place(item: Item, what: str) -> GrantFacts:
    user, role, compartments = shape.fields(item, what, 3)
    number = GrantRole(shape.uint(role, what, max(GrantRole), min(GrantRole)))
    if number is GrantRole.LEAD:
        raise refuse(Step.GRANT, what)
    numbers = shape.each(compartments, what, _read_compartment, COMPARTMENTS_PER_SCOPE)
    held = frozenset(shape.ascending(numbers, what))
    return GrantFacts(UserId(shape.octets(user, what)), number, held)


def _read_compartment(item: Item, what: str) -> int:
    return shape.uint(item, what, U16, 1)
