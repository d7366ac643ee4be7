"""A vault that was begun alone, and the organisation that it had before it joined another one.

This module decides when a vault counts as begun alone (one laptop, one person, a root that nobody
else ever had), and what of its own organisation goes when it is taken in. Its cases keep their ids,
logs, consents and grants: the other organisation certifies the very keys that made them.

Source: sync.md section 12.4; docs/adr/0033.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.ports import CellRow, TrustStore, UnitOfWork
from nrm_desktop.app.records import save
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.bootstrap.session import (
    EXCHANGE_KEYS,
    FORMER,
    PATH_KEY,
    ROOT_SEED,
    OpenSafe,
    Session,
)
from nrm_desktop.bootstrap.succession import roster_of
from nrm_desktop.domain.acts import ActId, MergeFacts
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.enrolment import Joined
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.former import leave_organisation
from nrm_desktop.storage.orders import ordered_scopes
from nrm_desktop.storage.trust import SqlTrustStore

_DUE: Final = b"due"
_DONE: Final = b"done"
_OF_ORGANISATION: Final = (PATH_KEY, EXCHANGE_KEYS, ROOT_SEED)


def must_be_alone(safe: OpenSafe, roster: Roster) -> None:
    """Only a vault of one laptop and one person can be taken into another organisation.

    Raises: Refused `trust.joined`.
    """
    known = roster.powers.organisation
    is_alone = (
        roster.root.is_provisional
        and set(known.devices) == {safe.device.id}
        and [one.signer for one in known.signers.values()] == [safe.signer.id]
        and len(known.users) == 1
    )
    if not is_alone:
        raise Refused("trust.joined")


def must_come_alone(safe: OpenSafe, former: MergeFacts, joined: Joined) -> None:
    """What was true when this vault asked must be true when its organisation ends.

    Raises: Refused `trust.joined` if others belong to it by now, or it belongs elsewhere already;
    `policy.merge_changed` if its own organisation decided anything since it asked;
    `policy.merge_role` where who leads its cases may not open any in the other organisation, or
    what was erased by order here would be no order there. HostileInput where the welcome does
    not say that the vault is taken in.
    """
    known = safe.database.with_trust(roster_of)
    if known is None or known.organisation != former.organisation:
        raise Refused("trust.joined")
    must_be_alone(safe, known)
    if not known.act_ids() <= former.history:
        raise Refused("policy.merge_changed")
    if former.organisation not in joined.roster.former:
        raise refuse(Step.GRANT, "welcome.merge")
    roles = joined.roster.powers.organisation.users[joined.user].roles
    if not roles & joined.roster.root.facts.case_roles or not _keeps_orders(safe, joined):
        raise Refused("policy.merge_role")


def _keeps_orders(safe: OpenSafe, joined: Joined) -> bool:
    """True if every order to erase that counts here counts there as well."""
    scopes = safe.database.read(ordered_scopes).result()
    own = [one.signed for one in joined.acts]

    def compared(trust: TrustStore) -> bool:
        def stored(scope: ScopeId) -> Iterable[bytes]:
            return own if scope == joined.roster.organisation else trust.acts(scope)

        here, there = roster_of(trust), Roster(joined.welcome.roots, stored)
        return here is not None and all(_orders(here, s) <= _orders(there, s) for s in scopes)

    return safe.database.with_trust(compared)


def _orders(roster: Roster, scope: ScopeId) -> frozenset[ActId]:
    return frozenset(act.act for act in roster.powers.erasures(scope))


def leave_former(connection: Connection, former: ScopeId) -> TrustStore:
    """Forget the organisation that ends, and remember its name; gives what is left to be filled."""
    leave_organisation(connection, _OF_ORGANISATION)
    trust = SqlTrustStore(connection)
    trust.set_secret(FORMER + former.hex(), _DUE)
    return trust


def bring_registers(session: Session) -> None:
    """Write what stands in the registers of an organisation that ended into those of this one.

    Shape: entries keep their ids, which cases name, and are signed here and now, so that
    colleagues get them. What our roles may not write stays as it is, and is tried at each start.
    """
    database = session.safe.database
    noted = database.read(lambda found: SqlTrustStore(found).secrets(FORMER)).result()
    for name in [name for name, state in noted if state == _DUE]:
        former = ScopeId(bytes.fromhex(name.removeprefix(FORMER)))
        session.work.run(partial(_bring, session, name, former))


def _bring(session: Session, name: str, former: ScopeId, unit: UnitOfWork) -> None:
    """Bring the entries of one organisation, and note under the name of its secret that all came.

    All in one transaction.
    """
    context = session.context
    roles, here = context.forms.roles, {one.record for one in unit.records(session.organisation)}
    entries: dict[tuple[RecordId, str], list[CellRow]] = {}
    for cell in unit.cells(former):
        if cell.record not in here:
            entries.setdefault((cell.record, cell.form), []).append(cell)
    is_whole = True
    for (record, form), cells in entries.items():
        places = {Compartment(cell.compartment) for cell in cells}
        if all(roles.may_write(context.roles, place) for place in places):
            answers = [
                CellAnswer(record, cell.field, one.answer)
                for cell in cells
                for one in cell.standing[:1]
                if one.answer is not None
            ]
            save(unit, context, session.organisation, answers, NewRecord(record, form))
        else:
            is_whole = False
    if is_whole:
        unit.trust.set_secret(name, _DONE)
