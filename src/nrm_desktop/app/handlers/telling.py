"""Telling somebody by word of mouth about a person who is missing: each telling is a row.

It is passing something on like any other: the engine says what may be said, and a row is written
also where no paper was (R26). What the safety plan allows is the person's own yes, said beforehand;
telling anybody else needs a consent or a ground as ever. One person does it alone, because somebody
who is missing does not wait, and where no consent was given a second one looks later (R29).

Source: forms.md forms l1 and l2; nrm.md S10, R26, R29.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from nrm_desktop.app.commands import Tell
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import Told
from nrm_desktop.app.handlers.episodes import must_have_support
from nrm_desktop.app.handlers.passing import PassingOn, log_row
from nrm_desktop.app.handlers.referrals import decide_referral, what_went
from nrm_desktop.app.handlers.searching import MISSING, minute_of, step_of
from nrm_desktop.app.handlers.second_look import lone_act
from nrm_desktop.app.ports import CellRow, RecordRow, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.showing import items_of
from nrm_desktop.domain.disclosure import (
    CONSENT,
    LEGAL_ORDER,
    SAFETY_PLAN,
    SEARCH,
    Disclosure,
    DisclosureRequest,
    decide,
    planned_recipient,
)
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

STEP_BY: Final = FieldId("missing.m_steps.done_by")
STEP_DONE: Final = FieldId("missing.m_steps.done_at")
TOLD: Final = FieldId("missing.m_told")
_BY_PLAN: Final = "contact_family"
"""The purpose in the log for whoever the person named."""


def tell(cmd: Tell, uow: UnitOfWork, context: Context) -> tuple[Told, ...]:
    """Write down that somebody was told, and give what may be said.

    Raises: Usage `usage.not_found` for no such note; Refused `policy.not_planned` where the plan
    says nothing of it, `policy.ground`, `policy.reason_needed`, `policy.needs_second`, `consent.*`.
    """
    must_have_support(uow, cmd.scope)
    cells, records = uow.cells(cmd.scope), list(uow.records(cmd.scope))
    _must_be_missing(records, cmd.missing)
    if cmd.plan is not None:
        disclosure, purpose, ground = _planned(context, cells, records, cmd.plan), _BY_PLAN, CONSENT
    else:
        disclosure = _decided(cmd, uow, context)
        purpose, ground = disclosure.request.purpose, disclosure.request.ground
    lone = lone_act(context.forms, ground, is_urgent=True, has_second=bool(cmd.second))
    row = _write(cmd, uow, context, disclosure, (purpose, ground, lone))
    uow.audit("disclosure.tell", (cmd.scope, row))
    said = tuple((given.item.field, given.item.answer) for given in disclosure.included)
    return (Told(scope=cmd.scope, row=row, said=said, lone=lone, origin=cmd.origin),)


def _planned(
    context: Context, cells: Sequence[CellRow], records: list[RecordRow], row: RecordId
) -> Disclosure:
    asked = DisclosureRequest(planned_recipient(row), SEARCH, {}, context.today(), SAFETY_PLAN)
    found = decide(asked, items_of(context, cells, records, None), ())
    if not found.rests_on_permission:
        raise Refused("policy.not_planned")
    return found


def _decided(cmd: Tell, uow: UnitOfWork, context: Context) -> Disclosure:
    """What may be told to a service or an authority. A missing child cannot be told beforehand."""
    if cmd.wish is None or cmd.wish.scope != cmd.scope:
        raise Usage("usage.bad_value", what="recipient")
    found = decide_referral(uow, context, cmd.wish).disclosure
    if found.request.ground == LEGAL_ORDER:
        raise Refused("policy.ground", ground=LEGAL_ORDER)
    if found.request.ground != CONSENT and not cmd.wish.reason.strip():
        raise Refused("policy.reason_needed", ground=found.request.ground)
    if not found.rests_on_permission:
        raise Refused("consent.missing")
    return found


def _write(
    cmd: Tell,
    uow: UnitOfWork,
    context: Context,
    disclosure: Disclosure,
    how: tuple[str, str, str],
) -> RecordId:
    """One row of the log, named in the note; the step of the plan is done. Shape: as in `tell`."""
    purpose, ground, lone = how
    referral = RecordId(context.random(ID_BYTES))
    reference = reference_of(referral)
    entry = what_went(disclosure, reference, "")
    passing = PassingOn(
        scope=cmd.scope,
        referral=referral,
        reference=reference,
        draft=None,
        recipient=disclosure.request.recipient,
        purpose=purpose,
        reason=cmd.wish.reason.strip() if cmd.wish is not None else "",
        ground=ground,
        way="spoken",
        at=context.now_iso(),
        entry=(*entry[:-1], ground) if isinstance(entry, tuple) else entry,
        keeps=None,
        folder="",
        name="",
        sha256="",
        lone=lone,
        second=cmd.second,
        told="" if ground == CONSENT else "not_yet",
        by=context.badge,
    )
    saving = Saving(uow, context, cmd.scope)
    row = log_row(saving, context, passing)
    known = [
        each.answer.value
        for each in uow.standing(cmd.missing, TOLD, cmd.scope, Compartment.RIGHTS)
        if each.answer is not None
    ]
    before = tuple(one for value in known if isinstance(value, tuple) for one in value)
    saving.set(cmd.missing, TOLD, answered((*before, row.hex())))
    step = step_of(cmd.plan, cmd.missing) if cmd.plan is not None else None
    if step is not None and uow.is_opened_in(cmd.scope, step, Compartment.SUPPORT):
        saving.set(step, STEP_BY, answered(context.badge))
        saving.set(step, STEP_DONE, answered((minute_of(None, context), 0)))
    saving.finish()
    return row


def _must_be_missing(records: Iterable[RecordRow], note: RecordId) -> None:
    if not any(row.record == note and row.form == MISSING and not row.is_closed for row in records):
        raise Usage("usage.not_found", what="item", name=MISSING)
