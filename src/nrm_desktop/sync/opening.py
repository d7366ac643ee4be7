"""Commits and forms that came enclosed in an invitation: taken in like those of an exchange.

This module decides that what cannot be taken in is left out and nothing fails by it: it comes again
with the first exchange. It must not judge; the Verifier and the journal do.

Source: sync.md section 12.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from nrm_desktop.app.sync_ports import ExchangeUnit, ExchangeWork, KeyPlace, Unsealed
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.sync.bundles import read_bundle, take_commits


def take_enclosed(work: ExchangeWork, scope: ScopeId, bundles: Iterable[tuple[int, bytes]]) -> int:
    """Take in commits of a scope by compartment; give how many came. Shape: bodies of bundles."""
    taken = 0
    for compartment, body in bundles:
        unsealed = Unsealed(ObjectType.BUNDLE, KeyPlace(scope, compartment), body)

        def take(unit: ExchangeUnit, unsealed: Unsealed = unsealed) -> int:
            return take_commits(unit, unsealed.place, read_bundle(unsealed)).commits

        with suppress(HostileInput):
            taken += work.run(take)
    return taken


def take_enclosed_forms(work: ExchangeWork, scope: ScopeId, packs: Sequence[bytes]) -> None:
    """Take in form packs, in whatever order they need each other. Shape: signed statements."""
    waiting, before = list(packs), -1
    while waiting and len(waiting) != before:
        before = len(waiting)
        waiting = [body for body in waiting if not _is_taken(work, scope, body)]


def _is_taken(work: ExchangeWork, scope: ScopeId, body: bytes) -> bool:
    with suppress(HostileInput):
        work.run(lambda unit: unit.forms.take(scope, Compartment.ORG_PACKS, body))
        return True
    return False
