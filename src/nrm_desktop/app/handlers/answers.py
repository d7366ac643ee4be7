"""Answers of a case. Saving never asks whether an answer is complete; referring does.

What people write here they may write by their roles, into forms that their roles fill, and never
into what the program writes together with a proof. One answer never ends the child pathway (R30).
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.commands import CellAnswer, KeepDraft, SaveAnswers
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import AnswersSaved, DraftKept, SavedCell
from nrm_desktop.app.handlers.case_registers import keep_registers
from nrm_desktop.app.handlers.contact_point import note_contact_point
from nrm_desktop.app.handlers.episodes import must_be_changeable
from nrm_desktop.app.handlers.own_account import must_be_own_account
from nrm_desktop.app.handlers.searching import begin_search
from nrm_desktop.app.handlers.second_look import sign_reviews
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.records import Saving, save
from nrm_desktop.domain.case import (
    BIRTH_DATE,
    BY_TWO_PEOPLE,
    CASE_FORM,
    CHILD,
    PATHWAY_FIELDS,
    SUPPORT,
    WITH_REASONS,
    Pathway,
    may_be_under_age,
    once_record,
)
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, FormScope
from nrm_desktop.domain.forms.validate import Problem, check_answer
from nrm_desktop.domain.ids import FieldId, FormId, ScopeId
from nrm_desktop.domain.paper import AT, TYPED
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.tracks import EVENT_SUPPORT
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, answered

_FORMS_OF_THE_PROGRAM = frozenset(
    {CASE_FORM, "consent_register", "correction", "disclosure", "hold", "packet", "tombstone"}
    | {"directory", "tally", "support_file", "joined", "notice", "releases"}
)
_ROWS_OF_THE_PROGRAM = frozenset({"consent.scope"})
_WORDS_OF_OTHERS = frozenset({"feedback.who"})
"""Sections that came in a sealed box: whoever handles a message answers it and changes no word."""
_CLOSED = "closed"


def save_answers(cmd: SaveAnswers, uow: UnitOfWork, context: Context) -> tuple[AnswersSaved, ...]:
    """Record the answers of one field group, also incomplete ones: interviews get interrupted.

    Raises: Refused `policy.role`, `policy.written_by_program`, `policy.case_closed`,
    `policy.joined`, `policy.episode_ended`,
    `policy.child_pathway`, `policy.own_act`, `policy.account_of_another`; Usage `usage.bad_value`.
    """
    must_be_changeable(uow, cmd.scope, cmd.answers, cmd.opens, context.forms.timetable)
    answers = [_checked(cell, cmd.scope, context) for cell in cmd.answers]
    must_be_own_account(uow, context, cmd.scope, answers)
    changed = frozenset(cell.field for cell in answers)
    before = pathway_before(uow, cmd.scope, changed)
    cells = save(uow, context, cmd.scope, answers, *cmd.opens)
    cells += keep_doubt(uow, context, cmd.scope, before, changed)
    cells += follow(uow, context, cmd.scope, answers)
    cells += sign_reviews(uow, context, cmd.scope, answers)
    if cmd.draft is not None:
        uow.drop_draft(cmd.draft)
    commits = len({cell.op.commit for cell in cells if not cell.is_unchanged})
    at_ms = context.clock.now_ms()
    return (
        AnswersSaved(scope=cmd.scope, cells=cells, commits=commits, at_ms=at_ms, origin=cmd.origin),
    )


def follow(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Write what follows from answers that came into a case.

    That is a doubt about age, the line of support, and the small registers.
    Raises: Refused `policy.needs_second` for an event that would end support,
    `policy.interpreter` for somebody who is not to interpret for this person.
    """
    return (
        *_start_by_birth(uow, context, scope, answers),
        *_carry_support(uow, context, scope, answers),
        *keep_registers(uow, context, scope, answers),
        *note_contact_point(uow, context, scope, answers),
        *_note_typing(uow, context, scope, answers),
        *begin_search(uow, context, scope, answers),
    )


def keep_draft(cmd: KeepDraft, uow: UnitOfWork, context: Context) -> tuple[DraftKept, ...]:
    """Keep typed words on this device, encrypted and unsigned; only the typist sees them (P1).

    A draft without words is none: whatever was kept in its place goes.
    """
    if cmd.draft.key.user != context.user:
        raise Refused("policy.role", field="draft")
    if cmd.draft.fields:
        uow.keep_draft(cmd.draft)
    else:
        uow.drop_draft(cmd.draft.key)
    return (DraftKept(key=cmd.draft.key, at_ms=cmd.draft.kept_at_ms, origin=cmd.origin),)


def _carry_support(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Put the state of support that an event names into the line of the case, for lists.

    Raises: Refused `policy.needs_second` for the end of support: that is an act of two people.
    """
    named = [cell.answer for cell in answers if cell.field == EVENT_SUPPORT]
    states = [answer for answer in named if answer.is_answered]
    if not states:
        return ()
    if any(answer.value == _CLOSED for answer in states):
        raise Refused("policy.needs_second")
    saving = Saving(uow, context, scope)
    saving.set(once_record(scope, CASE_FORM), SUPPORT, states[-1])
    return saving.finish()


def _note_typing(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Keep when something on paper was typed: the first time counts (R36)."""
    typed = [
        cell.record
        for cell in answers
        if cell.field == AT and not uow.standing(cell.record, TYPED, scope, Compartment.CORE)
    ]
    if not typed:
        return ()
    saving = Saving(uow, context, scope)
    for record in typed:
        saving.set(record, TYPED, answered((context.now_iso(), 0)))
    return saving.finish()


def is_of_the_program(forms: FormSet, field: Field) -> bool:
    """True for what commands write together with its proof: a bare yes is none."""
    return (
        field.type is FieldType.AUTO
        or field.form in _FORMS_OF_THE_PROGRAM
        or field.id in BY_TWO_PEOPLE | WITH_REASONS
        or forms.record_key(field) in _ROWS_OF_THE_PROGRAM
        or f"{field.form}.{field.section}" in _WORDS_OF_OTHERS
    )


def registers_of(forms: FormSet) -> tuple[FormId, ...]:
    """Forms of the organisation that people fill: interpreters, the duty sheet, sticks."""
    return tuple(
        form.id
        for form in forms.forms.values()
        if form.scope is FormScope.ORGANISATION and form.id not in _FORMS_OF_THE_PROGRAM
    )


def fitting(forms: FormSet, field: Field, answer: Answer) -> Answer:
    """Give an answer in the form in which it is stored. Raises: Usage `usage.bad_value`."""
    checked = check_answer(field, answer, forms)
    if isinstance(checked, Problem):
        raise Usage("usage.bad_value", what=field.id, allowed=checked.allowed, code=checked.code)
    return checked


def pathway_before(uow: UnitOfWork, scope: ScopeId, changing: frozenset[FieldId]) -> Pathway:
    """The pathway before a change, where that change says anything about a child."""
    return pathway_of(uow.cells(scope)) if changing & set(PATHWAY_FIELDS) else Pathway.OPEN


def keep_doubt(
    uow: UnitOfWork, context: Context, scope: ScopeId, before: Pathway, changed: frozenset[FieldId]
) -> tuple[SavedCell, ...]:
    """Where the last sign of a child was corrected, write down that a doubt is left (N15).

    Raises: Refused `policy.child_pathway` where the very answer about it would end the pathway.
    """
    if before is not Pathway.CHILD or pathway_of(uow.cells(scope)) is Pathway.CHILD:
        return ()
    if CHILD in changed:
        raise Refused("policy.child_pathway")
    return write_doubt(uow, context, scope)


def _start_by_birth(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """A birth date that leaves it possible starts the pathway; that nobody said so ends nothing."""
    born = (cell.answer for cell in answers if cell.field == BIRTH_DATE)
    if not any(may_be_under_age(answer, context.today()) for answer in born):
        return ()
    if pathway_of(uow.cells(scope)) is Pathway.CHILD:
        return ()
    return write_doubt(uow, context, scope)


def write_doubt(uow: UnitOfWork, context: Context, scope: ScopeId) -> tuple[SavedCell, ...]:
    """Write down that a person may be a child, whatever else is known."""
    saving = Saving(uow, context, scope)
    saving.set(once_record(scope, CASE_FORM), CHILD, Answer(AnswerState.UNKNOWN))
    return saving.finish()


def _checked(cell: CellAnswer, scope: ScopeId, context: Context) -> CellAnswer:
    """Raises: Refused, Usage where people may not write this, or not so."""
    forms = context.forms
    field = forms.field(cell.field)
    is_office = scope == context.organisation
    kind = FormScope.ORGANISATION if is_office else FormScope.CASE
    is_home = forms.form(field.form).scope is kind
    if not is_home or (is_of_the_program(forms, field) and field.id != CHILD):
        raise Refused("policy.written_by_program", field=field.id)
    context.must_fill(field)
    return CellAnswer(cell.record, field.id, fitting(forms, field, cell.answer), cell.seen)
