"""With whom a case is shared at once: the policy of the organisation, from the role table.

A new case is shared with every active colleague whose roles hold the key of `core`, in exactly the
compartments whose key the roles hold (docs/adr/0011). Nobody becomes lead by it, and whoever
leads the case can narrow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.domain.acts import Facts, GrantFacts, GrantRole, TeamFacts, UserFacts
from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, ORGANISATION_COMPARTMENTS, Compartment


def case_share(table: RoleTable, user: UserFacts) -> tuple[GrantFacts, ...]:
    """Give the grants of a colleague in a case; none if the roles hold no key of `core`.

    Shape: one to write, one to read, each where there is something; each includes `core`.
    """
    held = _held(table, user, CASE_COMPARTMENTS)
    if Compartment.CORE not in held:
        return ()
    written = {place for place in held if table.may_write(user.roles, place)}
    kinds = ((GrantRole.CONTRIBUTOR, written), (GrantRole.READER, held - written))
    return tuple(
        GrantFacts(user.user, role, frozenset({int(Compartment.CORE), *map(int, places)}))
        for role, places in kinds
        if places
    )


def stated_together(grants: Sequence[GrantFacts]) -> tuple[Facts, ...]:
    """Put grants of one case into as few acts as hold them: a signature is 3.4 KB."""
    if len(grants) == 1:
        return tuple(grants)
    portions = range(0, len(grants), NAMES_IN_ACT)
    return tuple(TeamFacts(tuple(grants[first : first + NAMES_IN_ACT])) for first in portions)


def organisation_share(table: RoleTable, user: UserFacts) -> GrantFacts | None:
    """Give the grant of a colleague in the organisation's registers; None if there is none."""
    held = _held(table, user, ORGANISATION_COMPARTMENTS)
    if not held >= {Compartment.ORG_DIRECTORY, Compartment.ORG_PACKS}:
        return None
    return GrantFacts(user.user, GrantRole.CONTRIBUTOR, frozenset(map(int, held)))


def case_shares(table: RoleTable, users: Iterable[UserFacts], opener: UserId) -> tuple[Facts, ...]:
    """Give what is granted to everybody but whoever opens the case."""
    others = (user for user in users if user.user != opener)
    return stated_together([share for user in others for share in case_share(table, user)])


def _held(
    table: RoleTable, user: UserFacts, places: Iterable[Compartment]
) -> frozenset[Compartment]:
    return frozenset(place for place in places if table.holds_key(user.roles, place))
