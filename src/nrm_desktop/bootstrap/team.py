"""With whom a case is shared at once: the policy of the organisation, from the role table.

A new case is shared with every active colleague whose roles hold the key of `core`, in exactly the
compartments whose key the roles hold (docs/adr/0011). Nobody becomes lead by it, and whoever
leads the case can narrow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.domain.acts import Facts, GrantFacts, GrantRole, TeamFacts, UserFacts
from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, ORGANISATION_COMPARTMENTS, Compartment

_ALWAYS: Final = frozenset({Compartment.ORG_DIRECTORY, Compartment.ORG_PACKS})


def case_share(table: RoleTable, user: UserFacts) -> tuple[GrantFacts, ...]:
    """Give the grants of a colleague in a case; none if the roles hold no key of `core`.

    Shape: one to write, one to read, each where there is something; each includes `core`.
    """
    held = _held(table, user, CASE_COMPARTMENTS)
    if Compartment.CORE not in held:
        return ()
    return tuple(
        GrantFacts(user.user, role, frozenset({int(Compartment.CORE), *map(int, places)}))
        for role, places in _kinds(table, user, held)
    )


def stated_together(grants: Sequence[GrantFacts]) -> tuple[Facts, ...]:
    """Put grants of one case into as few acts as hold them: a signature is 3.4 KB."""
    if len(grants) == 1:
        return tuple(grants)
    portions = range(0, len(grants), NAMES_IN_ACT)
    return tuple(TeamFacts(tuple(grants[first : first + NAMES_IN_ACT])) for first in portions)


def organisation_shares(table: RoleTable, user: UserFacts) -> tuple[GrantFacts, ...]:
    """Give the grants of a colleague in the organisation's registers; none if there are none.

    Shape: one to write, one to read; each includes the directory and the packs, as format.md asks.
    A register that the roles only read is granted to be read: so every device refuses what a
    changed program writes there. For the packs their signature does (`pack_rights`).
    """
    held = _held(table, user, ORGANISATION_COMPARTMENTS)
    if not held >= _ALWAYS:
        return ()
    return tuple(
        GrantFacts(user.user, role, frozenset(map(int, places | _ALWAYS)))
        for role, places in _kinds(table, user, held)
    )


def shares_lacking(
    table: RoleTable, user: UserFacts, held: Iterable[GrantFacts]
) -> Iterator[GrantFacts]:
    """Of those grants, the ones that what a colleague holds already does not cover."""
    standing = tuple(held)
    return (
        one
        for one in organisation_shares(table, user)
        if not any(other.covers(one) for other in standing)
    )


def _kinds(
    table: RoleTable, user: UserFacts, held: frozenset[Compartment]
) -> Iterator[tuple[GrantRole, frozenset[Compartment]]]:
    """Where these roles write and where they only read, as far as there is something."""
    written = frozenset(place for place in held if table.may_write(user.roles, place))
    kinds = ((GrantRole.CONTRIBUTOR, written), (GrantRole.READER, held - written))
    return ((role, places) for role, places in kinds if places)


def case_shares(table: RoleTable, users: Iterable[UserFacts], opener: UserId) -> tuple[Facts, ...]:
    """Give what is granted to everybody but whoever opens the case."""
    others = (user for user in users if user.user != opener)
    return stated_together([share for user in others for share in case_share(table, user)])


def _held(
    table: RoleTable, user: UserFacts, places: Iterable[Compartment]
) -> frozenset[Compartment]:
    return frozenset(place for place in places if table.holds_key(user.roles, place))
