"""When the keys of an erased case are destroyed on this device.

This module decides how long they are needed after nothing of the case is left: orders travel sealed
under the keys of their case, so whoever gives or passes on an order keeps them until every device
of the case has said that it has carried the order out, and for thirty days at most. A device that
is away longer opens the order with its own keys: it lies on the store.

Source: sync.md sections 10 and 17; docs/adr. Promise: P14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.sync_ports import ExchangeWork
from nrm_desktop.app.wire.keybox import ScopeSlot, decode_keybox
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.bootstrap.orders_told import orders_told
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.sealing.boxes import open_keybox
from nrm_desktop.storage.ended_keys import (
    done_since,
    end_keys,
    erased_scopes_with_keys,
    kept_keyboxes,
)
from nrm_desktop.storage.engine import Connection

GRACE_MS: Final = 30 * 24 * 3600 * 1000


def end_keys_where_due(session: Session, work: ExchangeWork) -> tuple[ScopeId, ...]:
    """Destroy the keys of cases that are erased everywhere, or were long enough ago."""
    database = session.safe.database
    waiting = database.read(erased_scopes_with_keys).result()
    due = [scope for scope in waiting if _is_due(session, work, scope)]
    if not due:
        return ()

    def job(uow: UnitOfWork, connection: Connection) -> None:
        now_ms = session.context.clock.now_ms()
        boxes = list(_boxes_of(session, kept_keyboxes(connection)))
        for scope in due:
            mine = [reference for reference, of in boxes if of == scope]
            end_keys(connection, scope, mine, now_ms)
            uow.audit("case.keys_ended", (scope,))

    session.work.exchange(job)
    database.checkpoint()
    return tuple(due)


def _is_due(session: Session, work: ExchangeWork, scope: ScopeId) -> bool:
    reports = work.run(lambda unit: orders_told(session, unit, scope))
    if reports and all(one.is_done for report in reports for one in report.devices):
        return True
    since = session.safe.database.read(lambda found: done_since(found, scope)).result()
    return session.context.clock.now_ms() - since >= GRACE_MS


def _boxes_of(
    session: Session, kept: Sequence[tuple[bytes, bytes]]
) -> Iterator[tuple[bytes, ScopeId]]:
    """Keyboxes that this device can open, with the case whose keys lie in them."""
    for reference, signed in kept:
        try:
            box = decode_keybox(decode_statement(signed).payload)
            slot = open_keybox(session.safe.device.kem, box)
        except HostileInput:
            continue  # sealed for others, or of a newer program: nothing here can open it
        if isinstance(slot, ScopeSlot):
            yield reference, slot.scope
