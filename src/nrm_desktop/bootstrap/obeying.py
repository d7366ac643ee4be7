"""Orders to erase that arrived: carried out here as soon as they count.

This module decides when: at an exchange, after everything that came was taken in, so that what an
order lets stay has been written anew before. An order that does not count yet waits for the acts
that make it count, and one about a case that somebody keeps from being erased waits until that
ends. Orders about very many cases wait for a person, since a hostile or mistaken
lead must not empty a colleague's laptop (sync.md section 19).

Source: sync.md sections 17, 19 and 20. Promise: P14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from nrm_desktop.app.handlers.holding import standing_holds
from nrm_desktop.app.handlers.moving import GROUND as MOVED
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.attachment import read_manifest
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import Act, ActId, EraseFacts
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.retention import HOLD
from nrm_desktop.security.roster.acts import read_own_act
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.orders import (
    carry_out,
    count_cases,
    new_acts,
    note_order,
    open_orders,
    set_done,
)

FEW_CASES: Final = 5
FEW_PERCENT: Final = 5


class Obeyed(NamedTuple):
    """What became of orders.

    Shape: `held_back` counts the cases for which a person is asked; `chunks` are names of chunks
    of attachments that went, whose keys are gone with them.
    """

    done: int = 0
    held_back: int = 0
    chunks: tuple[bytes, ...] = ()


def obey_orders(
    session: Session, uow: UnitOfWork, connection: Connection, *, takes_many: bool = False
) -> Obeyed:
    """Carry out the orders that count and were not carried out here; in the open transaction."""
    _note_new(session, connection)
    due = [one for one in _due(session, connection) if not _is_held(uow, *one)]
    cases = {act.scope for act, _ in due}
    if not (takes_many or is_few(connection, len(cases))):
        return Obeyed(held_back=len(cases))
    uow.flush()
    now_ms = session.context.clock.now_ms()
    chunks: list[bytes] = []
    for act, facts in due:
        carried = carry_out(connection, act.scope, facts.values)
        chunks += (name for one in carried.attached for name in read_manifest(one.value).names)
        set_done(connection, act.act, act.scope, now_ms)
        uow.audit("erase.obey", (act.scope, act.act), "")
    return Obeyed(len(due), 0, tuple(chunks))


def _is_held(uow: UnitOfWork, act: Act, facts: EraseFacts) -> bool:
    """True while somebody keeps the case from being erased: the order waits, and is not lost.

    What is moved to the right file is not lost by it, so a move is never held up.
    """
    return facts.ground != MOVED and bool(standing_holds(uow.cells(act.scope, HOLD)))


def forget_erased(session: Session, chunks: Sequence[bytes]) -> None:
    """Clear what is left beside the tables: names in memory, the log, chunks of attachments."""
    database = session.safe.database
    database.names.forget()
    database.checkpoint()
    with closing(vault_chunks(session)) as kept:
        kept.drop(chunks)


def is_few(connection: Connection, cases: int) -> bool:
    """True if others may erase in or close so many cases without a person being asked."""
    return cases <= max(FEW_CASES, count_cases(connection) * FEW_PERCENT // 100)


def _note_new(session: Session, connection: Connection) -> None:
    former = session.roster.former
    for scope, signed in new_acts(connection):
        if scope in former:  # the papers of an organisation that ended order nothing any more
            continue
        act = read_own_act(signed, session.organisation, former).act
        if isinstance(act.facts, EraseFacts):
            note_order(connection, act.act, scope)


def _due(session: Session, connection: Connection) -> Iterator[tuple[Act, EraseFacts]]:
    known: dict[ScopeId, dict[ActId, Act]] = {}
    for name, scope in open_orders(connection):
        if scope not in known:
            counting = session.roster.powers.erasures(scope)
            known[scope] = {act.act: act for act in counting}
        act = known[scope].get(name)
        if act is not None and isinstance(act.facts, EraseFacts):
            yield act, act.facts
