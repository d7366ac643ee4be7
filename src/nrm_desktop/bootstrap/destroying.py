"""Destroying a closed case at the end of its time, and carrying out what a person asked for.

This module decides what has to be so before: support has ended, the day has come, nobody keeps the
case, and two people confirm it; the program never does it by itself (N9). The orders that it signs
reach every laptop of the case at its next exchange, and when all have carried them out, the keys go
as well (`ending_keys`).

Source: nrm.md section 11; sync.md section 17; ADR 0029.
"""

from __future__ import annotations

from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.handlers.requests import must_be_granted, note_erased
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.retaining import case_retention
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.app.tombstones import (
    ORDERED,
    REQUESTED,
    RETENTION_ENDED,
    write_tombstone,
)
from nrm_desktop.bootstrap.ending_keys import end_keys_where_due
from nrm_desktop.bootstrap.erasing import Around, Confirmed, Erased, erase
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.retention import Retention, Stage


def destroy_case(vault: OpenVault, scope: ScopeId, second: Confirmed | None) -> Erased:
    """Destroy a closed case whose time of keeping is over, with a second person.

    Raises: Refused `policy.case_open`, `erasure.legal_hold`, `erasure.not_yet` with the day, and
    `erasure.needs_second`, also for the data-protection officer; as `erase`.
    """
    kept = case_retention(vault.forms, _view(vault, scope))
    must_be_over(kept, vault.context.today())
    if second is None:
        raise Refused("erasure.needs_second")
    order = EraseOrder(RETENTION_ENDED, vault.context.badge, whole_case=True, second=second.badge)
    done = _whole(vault, scope, order, second, RETENTION_ENDED)
    vault.work.run(lambda unit: unit.audit("case.destroy", (scope, second.user)))
    return done


def carry_out_order(
    vault: OpenVault, scope: ScopeId, order: EraseOrder, second: Confirmed | None
) -> Erased:
    """Carry out an order to erase; what was done for a request is noted in it.

    Raises: Refused `erasure.not_decided` for a request that nobody granted; as `erase`.
    """
    request = order.request
    if request is not None:
        vault.work.run(lambda unit: must_be_granted(unit, scope, request))
    if order.whole_case:
        ground = REQUESTED if request is not None else ORDERED
        return _whole(vault, scope, order, second, ground)
    if request is None:
        return erase(vault, scope, order, second)
    kinds = {name.partition(".")[0] for name in order.fields}

    def note(unit: UnitOfWork, acts: tuple[ActId, ...]) -> None:
        note_erased(unit, vault.context, (scope, request), acts, kinds)

    return erase(vault, scope, order, second, Around(after=note))


def must_be_over(kept: Retention, today: str) -> None:
    """Raises: Refused unless a closed case may go today."""
    stage = kept.stage(today)
    if stage is Stage.OPEN:
        raise Refused("policy.still_open")
    if stage is Stage.HELD:
        raise Refused("erasure.legal_hold", count=sum(one.stands for one in kept.holds))
    if stage is not Stage.OVER:
        raise Refused("erasure.not_yet", until=kept.until)


def _whole(
    vault: OpenVault, scope: ScopeId, order: EraseOrder, second: Confirmed | None, ground: str
) -> Erased:
    """Erase a whole case, with its tombstone in the same transaction; then the keys, if alone."""
    context, view = vault.context, _view(vault, scope)
    badges = (context.badge, *((second.badge,) if second is not None else ()))
    class_id = case_retention(vault.forms, view).class_id
    stone = Tombstone(view.row.code, scope, context.now_iso(), ground, class_id, badges)
    around = Around(before=lambda unit: write_tombstone(unit, context, stone))
    done = erase(vault, scope, order, second, around)
    end_keys_where_due(vault.session, VaultExchange(vault.session))
    return done


def _view(vault: OpenVault, scope: ScopeId) -> CaseView:
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        raise Usage("usage.not_found", what="case", name="")
    return view
