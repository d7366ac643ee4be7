"""Commits and forms that came enclosed in a file of joining: taken in like those of an exchange.

This module decides that what cannot be taken in is left out and nothing fails by it: it comes again
with the first exchange. It must not judge; the Verifier and the journal do.

Source: sync.md sections 12.1 and 12.2.
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


def take_enclosed_forms(
    work: ExchangeWork, scope: ScopeId, packs: Sequence[bytes]
) -> tuple[str, ...]:
    """Take in form packs, in whatever order they need each other. Shape: signed statements.

    Gives the codes of what was refused in the end.
    """
    waiting, before, refused = list(packs), -1, list[str]()
    while waiting and len(waiting) != before:
        before = len(waiting)
        judged = [(body, _refusal(work, scope, body)) for body in waiting]
        waiting = [body for body, code in judged if code]
        refused = [code for _, code in judged if code]
    return tuple(refused)


def _refusal(work: ExchangeWork, scope: ScopeId, body: bytes) -> str:
    """The code why a pack was not taken; empty where it was, or where it is not newer."""
    try:
        is_taken = work.run(lambda unit: unit.forms.take(scope, Compartment.ORG_PACKS, body))
    except HostileInput as error:
        return error.code
    return "integrity.pack_signer" if is_taken is None else ""
