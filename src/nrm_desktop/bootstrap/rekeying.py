"""New keys for scopes whose key somebody holds who has no place there any more.

This module decides when the key of a scope is old: a device holds it that is no member now, or
holds compartments that nobody grants it now. Whoever leads the scope makes the next one, for the
members of that moment; until that lead's next exchange the scope is told as "key still old".

What was given is known from the member lists of keyboxes. Where none was read (an older vault),
everybody who ever had a place counts as having been given it, so one rotation too many is made
rather than one too few.

Source: sync.md sections 7.2 and 13. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nrm_desktop.app.ports import EpochKey, TrustStore
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.authority import Powers
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.security.identity.epochs import new_epoch, newest_epoch
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.quarantine import Holders
from nrm_desktop.storage.trust import SqlTrustStore

Held = frozenset[tuple[DeviceId, int]]


def members_now(powers: Powers, scope: ScopeId) -> Held:
    """Devices that shall hold keys of a scope, with the compartments."""
    return frozenset(
        (member.device, place)
        for member in powers.memberships(scope)
        for place in member.compartments
    )


def is_old(powers: Powers, holders: Holders, scope: ScopeId, epochs: Sequence[EpochKey]) -> bool:
    """True if somebody holds the newest key of a scope who has no place there now."""
    newest = newest_epoch(epochs)
    if newest is None or not powers.has_ended(scope):
        return False
    held = holders.of(scope, newest.epoch) or powers.members_ever(scope)
    return not held <= members_now(powers, scope)


def renewed_epochs(
    session: Session,
    trust: TrustStore,
    holders: Holders | None,
    scope: ScopeId,
    known: list[EpochKey],
) -> list[EpochKey]:
    """Give the epochs of a scope that we lead, with a new one where the newest is old.

    Shape: without `holders` there is a new one in any case.
    """
    newest = newest_epoch(known)
    if newest is None:
        return known
    if holders is not None and not is_old(session.roster.powers, holders, scope, known):
        return known
    made = new_epoch(scope, newest.number + 1, session.context.random)
    trust.add_epoch(made)
    return [*known, made]


def note_given(
    session: Session, holders: Holders, scope: ScopeId, epochs: Sequence[EpochKey]
) -> None:
    """Note that the members of this moment hold the newest key of a scope."""
    newest = newest_epoch(epochs)
    if newest is not None:
        holders.add(scope, newest.epoch, members_now(session.roster.powers, scope))


def old_scopes(session: Session, connection: Connection) -> tuple[ScopeId, ...]:
    """Scopes whose key is still old, as far as this device knows; it need not lead them."""
    powers, holders = session.roster.powers, Holders(connection)
    return tuple(
        scope
        for scope, epochs in _epochs_by_scope(connection).items()
        if is_old(powers, holders, scope, epochs)
    )


def cases_held_by(
    session: Session, connection: Connection, devices: Collection[DeviceId]
) -> tuple[ScopeId, ...]:
    """Cases of which any of these devices was ever given a key, as far as this device knows.

    Whoever has such a laptop in their hands may know of them: their safety plans are opened again.
    """
    powers, holders = session.roster.powers, Holders(connection)
    found = []
    for scope, epochs in _epochs_by_scope(connection).items():
        given: set[tuple[DeviceId, int]] = set()
        for epoch in epochs:
            given |= holders.of(scope, epoch.epoch)
        held = {device for device, _ in given or powers.members_ever(scope)}
        if scope != session.organisation and held.intersection(devices):
            found.append(scope)
    return tuple(found)


def _epochs_by_scope(connection: Connection) -> dict[ScopeId, list[EpochKey]]:
    by_scope: dict[ScopeId, list[EpochKey]] = {}
    for epoch in SqlTrustStore(connection).epochs():
        by_scope.setdefault(epoch.scope, []).append(epoch)
    return by_scope
