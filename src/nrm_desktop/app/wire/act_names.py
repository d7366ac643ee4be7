"""Bodies of acts that only name: work taken over from quarantine, and a vault taken in.

This module decides how the two bodies are written, each list of names rising and within its
limit. It must not know who may make such an act.

Source: sync.md section 12.4; docs/format.md section 10; docs/adr/0033.
"""

from __future__ import annotations

from nrm_desktop.app.wire import shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.domain.acts import ActId, AdoptionFacts, MergeFacts
from nrm_desktop.domain.ids import ScopeId


def adoption_item(facts: AdoptionFacts) -> Encodable:
    """The body of an adoption."""
    return (sorted(facts.commits),)


def read_adoption(body: Item) -> AdoptionFacts:
    """Read the body of an adoption. Raises: HostileInput."""
    (commits,) = shape.fields(body, "act.adoption", 1)
    return AdoptionFacts(_names(commits, "act.adoption"))


def merge_item(facts: MergeFacts) -> Encodable:
    """The body of a merge, and what a request says of the organisation that is to end."""
    return (facts.organisation, sorted(facts.history))


def read_merge(body: Item) -> MergeFacts:
    """Read the body of a merge. Raises: HostileInput."""
    organisation, history = shape.fields(body, "act.merge", 2)
    names = frozenset(ActId(name) for name in _names(history, "act.merge"))
    return MergeFacts(ScopeId(shape.octets(organisation, "act.merge")), names)


def _names(item: Item, what: str) -> frozenset[bytes]:
    names = shape.each(item, what, shape.octets, NAMES_IN_ACT)
    return frozenset(shape.ascending(names, what))
