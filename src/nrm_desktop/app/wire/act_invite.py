"""The body of an act of kind 10: somebody is invited, by badge and roles.

This module decides these bytes only; the frame of an act is `app.wire.trust`.

Source: sync.md sections 11 and 12.1.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.wire import shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.hashes import signer_id
from nrm_desktop.app.wire.key_sizes import ED25519_PUBLIC, ML_DSA_PUBLIC
from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.domain.acts import InviteFacts
from nrm_desktop.domain.ids import UserId

_LABEL_CHARS: Final = 200


def invite_item(facts: InviteFacts) -> Encodable:
    """What stands in the act."""
    return facts.user, facts.badge, sorted(facts.roles), facts.ed25519, facts.mldsa65


def read_invite(body: Item) -> InviteFacts:
    """Read it; the id of the invitation follows from its key. Raises: HostileInput."""
    user, badge, roles, ed25519, ml_dsa = shape.fields(body, "act.invite", 5)
    own = shape.octets(ed25519, "act.invite", ED25519_PUBLIC)
    names = shape.each(roles, "act.roles", shape.name, NAMES_IN_ACT)
    return InviteFacts(
        signer_id(own),
        UserId(shape.octets(user, "act.user")),
        shape.text(badge, "act.badge", _LABEL_CHARS, 1),
        frozenset(shape.ascending(names, "act.roles")),
        own,
        shape.octets(ml_dsa, "act.invite", ML_DSA_PUBLIC),
    )
