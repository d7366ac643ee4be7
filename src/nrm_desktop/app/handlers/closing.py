"""Ending the support of a case, with a reason and two people; and beginning again.

Closing judges nobody: the reason says what ended (R32). What is known about the end lies in
`support`, and the reason alone in `core`. A search for a missing person that is not over, and a
time of protection that still runs, hold the closing up, never the help (R2).

Source: forms.md form k and section 2; nrm.md S10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from nrm_desktop.app.case_records import case_records
from nrm_desktop.app.commands import CloseCase, NewRecord, ReopenCase
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import CaseClosed, CaseReopened
from nrm_desktop.app.handlers.answers import fitting
from nrm_desktop.app.handlers.episodes import is_closed, must_have_support
from nrm_desktop.app.person_files import PersonFiles, files_of_person, must_go_on
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import CASE_FORM, STATE, SUPPORT, Pathway, once_record
from nrm_desktop.domain.clocks import CaseSeen, Clock, clocks_of, due_days, waiting
from nrm_desktop.domain.episodes import ENDED_AT
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import Kind, Protects
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import readiness
from nrm_desktop.domain.retention import DELETE_ON, named_in
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.tracks import EVENT_FORM, EVENT_SUPPORT
from nrm_desktop.domain.values import Answer, answered

ACT: Final = "case.close"
FORM: Final = "closure"
DATE: Final = FieldId("closure.close_date")
REASON: Final = FieldId("closure.close_reason")
SUPERVISOR: Final = FieldId("closure.supervisor")
_STEPS: Final = "missing.m_steps"
_STEP_DONE: Final = FieldId("missing.m_steps.done_at")
_NEED: Final = FieldId("needs.domain")
_WHEN: Final = FieldId("needs.when")
_NOT_NEEDED: Final = "none"
_EVENT_KIND: Final = FieldId("event.ev_kind")
_EVENT_ON: Final = FieldId("event.ev_on")
_BEGINS: Final = "contact"
"""The state of support in which a new episode begins (nrm.md 3.1)."""
_PROTECTING: Final = frozenset({Kind.MINIMUM, Kind.FIXED})


def close_case(cmd: CloseCase, uow: UnitOfWork, context: Context) -> tuple[CaseClosed, ...]:
    """Close a case. What the form of the end needs is answered there before.

    Raises: Refused `policy.role`, `policy.case_closed`, `policy.needs_second` where nobody else
    confirmed it, `policy.cannot_close` with `reasons`, `policy.not_ready` with the fields that are
    missing; Usage `usage.bad_value` for a reason that the list does not have.
    """
    must_have_support(uow, cmd.scope)
    reasons = context.forms.codelist("closure_reason").offered()
    if cmd.reason not in reasons:
        raise Usage("usage.bad_value", what="reason", allowed=reasons)
    if not cmd.second:
        raise Refused("policy.needs_second")
    cells = uow.cells(cmd.scope)
    files = files_of_person(uow, cmd.scope, cells)
    records = case_records(context.forms, cells, uow.records(cmd.scope))
    pathway = pathway_of([*cells, *(cell for one in files.here for cell in one.cells)])
    given = frozenset({"child_pathway"} if pathway is Pathway.CHILD else ())
    seen = CaseSeen(records, pathway, records.facts(context.forms, given))
    _must_be_over(uow, context, files, seen)
    record, answers = _closure(cmd, context, records)
    closing = _closing(records, record, answers)
    _must_be_ready(context, seen, closing)
    until = named_in(records, context.forms.keeping, closing, is_closed=True).until
    if not until:  # nothing is kept for ever by default (N9)
        raise Refused("policy.not_ready", act=ACT, fields=(DELETE_ON,))
    saving = Saving(uow, context, cmd.scope)
    saving.begin(NewRecord(record, FORM))
    saving.set_all(record, answers.items())
    head = once_record(cmd.scope, CASE_FORM)
    saving.set_all(head, ((STATE, answered("closed")), (SUPPORT, answered("closed"))))
    saving.finish()
    uow.audit("case.close", (cmd.scope,))
    needs = tuple(_open_needs(records))
    closed = CaseClosed(scope=cmd.scope, reason=cmd.reason, needs_open=needs, delete_on=until)
    return (replace(closed, origin=cmd.origin),)


def reopen_case(cmd: ReopenCase, uow: UnitOfWork, context: Context) -> tuple[CaseReopened, ...]:
    """Begin a new episode of a closed case. Nothing that was written before is touched.

    Raises: Refused `policy.case_open` for a case that is not closed, `policy.joined` for one of
    somebody whose other file goes on; Usage `usage.bad_value`.
    """
    head = once_record(cmd.scope, CASE_FORM)
    states = [each.answer for each in uow.standing(head, STATE, cmd.scope, Compartment.CORE)]
    if not states or any(one is None or one.value != "closed" for one in states):
        raise Refused("policy.case_open")
    must_go_on(uow, cmd.scope)
    saving = Saving(uow, context, cmd.scope)
    row = saving.begin(NewRecord(context.new_record(), EVENT_FORM))
    on = fitting(context.forms, context.forms.field(_EVENT_ON), answered((_day(cmd, context), 0)))
    saving.set_all(
        row,
        (
            (_EVENT_KIND, answered("support_changed")),
            (_EVENT_ON, on),
            (EVENT_SUPPORT, answered(_BEGINS)),
        ),
    )
    saving.set_all(head, ((STATE, answered("open")), (SUPPORT, answered(_BEGINS))))
    saving.finish()
    uow.audit("case.reopen", (cmd.scope,))
    return (CaseReopened(scope=cmd.scope, origin=cmd.origin),)


def _day(cmd: ReopenCase, context: Context) -> str:
    return cmd.on or context.today()


def _must_be_over(uow: UnitOfWork, context: Context, files: PersonFiles, seen: CaseSeen) -> None:
    """Raises: Refused `policy.cannot_close` while a search or a time of protection runs."""
    reasons = {*_holding(context, seen), *_holding_beside(uow, context, files, seen)}
    if reasons:
        raise Refused("policy.cannot_close", reasons=tuple(sorted(reasons)))


def _holding(context: Context, seen: CaseSeen) -> Iterator[str]:
    """What keeps a case open: a search, or a time of protection that runs."""
    today = context.today()
    clocks = waiting(clocks_of(context.forms.timetable, seen))
    yield from (f"{one.rule.id} {one.ends}" for one in clocks if _protects(one, today))
    # Every step that nobody did, also one for which nobody wrote down a time.
    if any(_STEP_DONE not in one.answers for one in seen.records.of(_STEPS)):
        yield _STEPS


def _holding_beside(
    uow: UnitOfWork, context: Context, files: PersonFiles, seen: CaseSeen
) -> Iterator[str]:
    """The same in files that stay because this one goes on: its end would be that of the help."""
    if files.standing.goes_on or files.standing.disputed:
        return
    for one in files.here:
        if not is_closed(uow, one.scope):
            records = case_records(context.forms, one.cells, one.records)
            found = _holding(context, replace(seen, records=records))
            yield from (f"{reason} ({one.code})" for reason in found)


def _protects(clock: Clock, today: str) -> bool:
    rule = clock.rule
    is_protection = rule.protects is Protects.LATER and rule.kind in _PROTECTING
    return is_protection and due_days(clock, today) >= 0


def _closure(
    cmd: CloseCase, context: Context, records: Records
) -> tuple[RecordId, dict[FieldId, Answer]]:
    """The record of the end: one that was begun and names no second person yet, or a new one."""
    begun = [one for one in records.of(FORM) if SUPERVISOR not in one.answers]
    answers = {
        ENDED_AT: answered((context.now_iso(), 0)),
        REASON: answered(cmd.reason),
        SUPERVISOR: answered(("recorded", cmd.second)),
    }
    if not begun or DATE not in begun[-1].answers:
        answers[DATE] = answered((context.today(), 0))
    return (begun[-1].record if begun else context.new_record()), answers


def _closing(records: Records, record: RecordId, answers: dict[FieldId, Answer]) -> Record:
    """The record of the end as it will stand."""
    known = records.get(record)
    held = {**(known.answers if known else {}), **answers}
    return Record(record, FORM, None, known.order if known else 1 << 30, held)


def _must_be_ready(context: Context, seen: CaseSeen, closing: Record) -> None:
    """Raises: Refused `policy.not_ready` with the questions of the end that nobody answered."""
    others = [one for one in seen.records.all() if one.record != closing.record]
    found = readiness(context.forms, ACT, Records([*others, closing]), closing.record, seen.facts)
    if found.blocking():
        raise Refused("policy.not_ready", act=ACT, fields=found.blocking())


def _open_needs(records: Records) -> Iterator[str]:
    """Areas of life in which help is still needed, as they were told last."""
    last: dict[str, str] = {}
    for one in records.of("needs.domain"):
        area, when = (one.answers.get(name) for name in (_NEED, _WHEN))
        if area is not None and isinstance(area.value, str):
            last[area.value] = str(when.value) if when is not None else ""
    return (area for area, when in last.items() if when != _NOT_NEEDED)
