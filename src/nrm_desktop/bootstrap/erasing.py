"""Carrying out an order to erase, on this device.

Joins the plan of the storage with the roles, the second person, the attachments and what has to
follow: index and log are cut, and backups that still hold the values are named. Other devices are
told by an act, signed in the same transaction, and obey it at their next exchange (`obeying`).

Source: sync.md section 17; storage-security.md section 18; cli.md section 12. Promise: P14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nrm_desktop.app.erasing import EraseOrder, must_be_allowed_to_erase, with_additions
from nrm_desktop.app.handlers.holding import must_not_be_held
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.attachment import read_manifest
from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.people import people_here
from nrm_desktop.bootstrap.shell import header_copies, slot_signs
from nrm_desktop.bootstrap.typed_secrets import typed_secret
from nrm_desktop.domain.acts import ActId, EraseFacts
from nrm_desktop.domain.additions import ROW as ADDITIONS
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId, SignerId, UserId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.registers import REGISTER_KINDS
from nrm_desktop.domain.retention import HOLD
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.opening import VaultDoor, unlock
from nrm_desktop.storage.cells import cells_in
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.erasure import (
    ErasurePlan,
    Neighbour,
    drop_drafts,
    plan_erasure,
)
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.orders import carry_out, set_done
from nrm_desktop.storage.trust import SqlTrustStore


@dataclass(frozen=True, slots=True)
class Erased:
    """What an order came to here.

    Shape: `segments` and `versions` count what is gone, `kept` what was written anew, `chunks`
    are those of attachments; without `is_log_clean` the log keeps the values until the lock.
    """

    segments: int
    versions: int
    kept: int
    drafts: int
    attachments: int
    chunks: int
    is_log_clean: bool


def look_at_erasure(vault: OpenVault, scope: ScopeId, order: EraseOrder) -> ErasurePlan:
    """Say what would go, and what else lies in the same saves. Nothing is changed."""

    def look(found: Connection) -> ErasurePlan:
        whole = with_additions(order, cells_in(found, scope, ADDITIONS))
        return plan_erasure(found, scope, whole.wants)

    return vault.database.read(look).result()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody who confirmed an order with an own passphrase just now."""

    badge: str
    user: UserId
    signer: SignerKeys = field(repr=False)


@dataclass(frozen=True, slots=True)
class Around:
    """What is written in the transaction of an erasure.

    Shape: `before` writes what has to stand when the rest is gone, `after` what follows from the
    signed orders; with `is_move` the values stand in another case by then, so nothing is lost.
    """

    before: Callable[[UnitOfWork], None] = lambda _: None
    after: Callable[[UnitOfWork, tuple[ActId, ...]], None] = lambda *_: None
    is_move: bool = False


def erase(
    vault: OpenVault,
    scope: ScopeId,
    order: EraseOrder,
    second: Confirmed | None = None,
    around: Around = Around(),
) -> Erased:
    """Sign an order and carry it out in one transaction, then clear index, log and attachments.

    Raises: Refused `erasure.needs_second`, `erasure.legal_hold`, `erasure.nothing`, and
    `erasure.neighbours` with the fields that would go along and are neither ordered nor to be
    written anew; nothing is erased then.
    """
    must_be_allowed_to_erase(vault.context, order, () if second is None else (second.badge,))
    vault.condition.must_write()

    def job(unit: UnitOfWork, connection: Connection) -> tuple[ErasurePlan, int]:
        if not around.is_move:
            must_not_be_held(unit.cells(scope, HOLD))
        whole = with_additions(order, unit.cells(scope, ADDITIONS))
        plan = plan_erasure(connection, scope, whole.wants)
        _must_be_clear(plan, whole)
        around.before(unit)
        for one in plan.neighbours:
            unit.record(scope, one.compartment, _anew(one))
        unit.flush()
        drafts = drop_drafts(connection, scope, whole.wants)
        carry_out(connection, scope, plan.values)
        around.after(unit, _signed(vault, scope, (plan, order.ground), second, connection))
        confirmed = () if second is None else (second.user,)
        unit.audit("erase", (scope, *confirmed), "whole_case" if order.whole_case else "fields")
        return plan, drafts

    plan, drafts = vault.session.work.exchange(job)
    names = [name for answer in plan.attached for name in read_manifest(answer.value).names]
    chunks = vault.attachments.chunks.drop(names) if names else 0
    vault.database.names.forget()
    vault.database.checkpoint()
    return Erased(
        plan.segments,
        plan.versions,
        len(plan.neighbours),
        drafts,
        len(plan.attached),
        chunks,
        _is_log_empty(vault),
    )


def _signed(
    vault: OpenVault,
    scope: ScopeId,
    what: tuple[ErasurePlan, str],
    second: Confirmed | None,
    connection: Connection,
) -> tuple[ActId, ...]:
    """Sign what was planned on a ground, in as many acts as it takes. Gives their ids."""
    keys = None if second is None else second.signer
    orders = _orders(*what, None if keys is None else keys.id)
    return _sign(vault, scope, orders, keys, connection)


def _orders(plan: ErasurePlan, ground: str, second: SignerId | None) -> tuple[EraseFacts, ...]:
    """An order, in acts that no limit refuses."""
    starts = range(0, len(plan.values), NAMES_IN_ACT)
    return tuple(EraseFacts(plan.values[at : at + NAMES_IN_ACT], ground, second) for at in starts)


def _sign(
    vault: OpenVault,
    scope: ScopeId,
    orders: Iterable[EraseFacts],
    second: SignerKeys | None,
    connection: Connection,
) -> tuple[ActId, ...]:
    """Keep an order as acts, so that every device of the case obeys it.

    Raises: Refused `erasure.needs_second` where other devices would not obey.
    """
    session, roster = vault.session, vault.session.roster
    trust, now_ms = SqlTrustStore(connection), session.context.clock.now_ms()
    acts: list[ActId] = []
    for facts in orders:
        place = ActPlace(session.organisation, scope, roster.powers.heads(scope), now_ms)
        made = make_act(session.safe.signer, place, facts, second=second)
        trust.add_act(made.act.act, scope, made.signed)
        roster.add_own((made,))
        if made.act not in roster.powers.erasures(scope):
            roster.read_again(trust.roots())
            raise Refused("erasure.needs_second")
        set_done(connection, made.act.act, scope, now_ms)
        acts.append(made.act.act)
    return tuple(acts)


def _is_log_empty(vault: OpenVault) -> bool:
    """True if the log file of the database was cut; somebody who reads just now keeps it."""
    log = vault.folder / f"{DATABASE}-wal"
    return not log.exists() or log.stat().st_size == 0


def colleague_who_confirms(vault: OpenVault, passphrase: str, badge: str) -> Confirmed:
    """Let another person of this laptop confirm with the own passphrase.

    Shape: only the slot of the person who is named is tried, and wrong tries count for it alone, as
    at the lock screen.
    Raises: Locked `vault.wrong_passphrase`, `vault.delay`; Refused `erasure.needs_second` where
    nobody else here has this badge, or that person is not certified.
    """
    safe = vault.session.safe
    own = safe.unlocked.slot.id
    named = [one for one in people_here(vault) if one.slot != own and one.is_called(badge)]
    if len(named) != 1:
        raise Refused("erasure.needs_second")
    shell = safe.shell
    door = VaultDoor(
        header_copies(shell), Delays(shell.files, shell.folder, shell.clock.monotonic_s)
    )
    number = slot_signs(shell).index(named[0].sign)
    opened = unlock(door, typed_secret(shell, passphrase), number)
    powers = vault.session.roster.powers.organisation
    signer = SignerKeys(opened.seeds.sign)
    facts = powers.certified_signer(signer.id)
    user = powers.users.get(facts.user) if facts else None
    if user is None:
        raise Refused("erasure.needs_second")
    return Confirmed(user.badge, user.user, signer)


def _must_be_clear(plan: ErasurePlan, order: EraseOrder) -> None:
    """Nothing goes silently that nobody ordered."""
    if not plan.values:
        raise Refused("erasure.nothing")
    lost = sorted({one.name for one in plan.neighbours if not order.keeps(one.name)})
    if lost:
        raise Refused("erasure.neighbours", fields=lost)


def _anew(one: Neighbour) -> ValueOp:
    """The same value as a new operation that names the one that goes."""
    is_register = one.kind in REGISTER_KINDS
    kind = OpKind.RESOLVE if is_register else one.kind
    replaces = (one.op,) if is_register else ()
    return ValueOp(kind, one.record, one.name, one.answer, replaces)
