"""With whom a case is shared at once: the policy of the organisation, from the role table.

A new case is shared with every active colleague whose roles hold the key of `core`, in exactly the
compartments whose key the roles hold (docs/adr/0010). Nobody becomes lead by it, and whoever
leads the case can narrow it.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.domain.acts import GrantFacts, GrantRole, UserFacts
from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, ORGANISATION_COMPARTMENTS, Compartment


def case_share(table: RoleTable, user: UserFacts) -> GrantFacts | None:
    """Give the grant of a colleague in a case; None if the roles hold no key of `core`."""
    return _share(table, user, CASE_COMPARTMENTS, (Compartment.CORE,))


def organisation_share(table: RoleTable, user: UserFacts) -> GrantFacts | None:
    """Give the grant of a colleague in the organisation's registers; None if there is none."""
    always = (Compartment.ORG_DIRECTORY, Compartment.ORG_PACKS)
    return _share(table, user, ORGANISATION_COMPARTMENTS, always)


def case_shares(
    table: RoleTable, users: Iterable[UserFacts], opener: UserId
) -> tuple[GrantFacts, ...]:
    """Give the grants to everybody but whoever opens the case."""
    shares = (case_share(table, user) for user in users if user.user != opener)
    return tuple(share for share in shares if share is not None)


def _share(
    table: RoleTable,
    user: UserFacts,
    places: Iterable[Compartment],
    always: tuple[Compartment, ...],
) -> GrantFacts | None:
    held = {place for place in places if table.holds_key(user.roles, place)}
    if not held.issuperset(always):
        return None
    may_write = any(table.may_write(user.roles, place) for place in held)
    role = GrantRole.CONTRIBUTOR if may_write else GrantRole.READER
    return GrantFacts(user.user, role, frozenset(map(int, held)))
