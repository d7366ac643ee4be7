"""Answers of a case. Saving never asks whether an answer is complete; referring does."""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.commands import KeepDraft, ResolveConflict, SaveAnswers
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import AnswersSaved, ConflictResolved, DraftKept
from nrm_desktop.app.ports import Standing, UnitOfWork
from nrm_desktop.app.records import save
from nrm_desktop.domain.case import CASE_FORM, CHILD, STATE, once_record
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, OpId, ScopeId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer

_BY_PROGRAM = frozenset({CASE_FORM, "consent_register", "disclosure", "packet"})


def save_answers(cmd: SaveAnswers, uow: UnitOfWork, context: Context) -> tuple[AnswersSaved, ...]:
    """Record the answers of one field group, also incomplete ones: interviews get interrupted."""
    must_be_open(uow, cmd.scope)
    for cell in cmd.answers:
        _must_be_for_people(cell.field)
    cells = save(uow, context, cmd.scope, cmd.answers, *cmd.opens)
    if cmd.draft is not None:
        uow.drop_draft(cmd.draft)
    commits = len({cell.op.commit for cell in cells if not cell.is_unchanged})
    at_ms = context.clock.now_ms()
    return (
        AnswersSaved(scope=cmd.scope, cells=cells, commits=commits, at_ms=at_ms, origin=cmd.origin),
    )


def keep_draft(cmd: KeepDraft, uow: UnitOfWork, context: Context) -> tuple[DraftKept, ...]:
    """Keep typed words on this device, encrypted and unsigned; only the typist sees them (P1)."""
    if cmd.draft.key.user != context.user:
        raise Refused("policy.role", field="draft")
    uow.keep_draft(cmd.draft)
    return (DraftKept(key=cmd.draft.key, at_ms=cmd.draft.kept_at_ms, origin=cmd.origin),)


def resolve_conflict(
    cmd: ResolveConflict, uow: UnitOfWork, context: Context
) -> tuple[ConflictResolved, ...]:
    """Let a person decide between standing values; all of them are named, none is deleted.

    Raises: Refused `conflict.open` if a value arrived that the person has not seen.
    """
    field = context.forms.field(cmd.field)
    standing = uow.standing(cmd.record, field.id, cmd.scope)
    ops = tuple(sorted(each.op for each in standing))
    if not ops:
        raise Usage("usage.not_found", what="conflict", name=field.id)
    if cmd.seen and set(cmd.seen) != set(ops):
        raise Refused("conflict.open", field=field.id)
    compartment = compartment_of_record(uow, context, cmd, field.compartment)
    context.must_write(compartment)
    answer = _decided(cmd, standing)
    uow.record(cmd.scope, compartment, ValueOp(OpKind.RESOLVE, cmd.record, field.id, answer, ops))
    made = uow.flush()[0]
    return (
        ConflictResolved(
            scope=cmd.scope,
            record=cmd.record,
            field=field.id,
            op=made,
            superseded=ops,
            origin=cmd.origin,
        ),
    )


def must_be_open(uow: UnitOfWork, scope: ScopeId) -> None:
    """Refuse to write into a closed case; one open value among several keeps it open (R25)."""
    states = [each.answer for each in uow.standing(once_record(scope, CASE_FORM), STATE, scope)]
    if states and all(answer is not None and answer.value == "closed" for answer in states):
        raise Refused("policy.case_closed")


def _must_be_for_people(field: FieldId) -> None:
    """Refuse registers that other commands write together with their proof: a bare yes is none."""
    if field.partition(".")[0] in _BY_PROGRAM and field != CHILD:
        raise Refused("policy.written_by_program", field=field)


def compartment_of_record(
    uow: UnitOfWork, context: Context, cmd: ResolveConflict, plain: Compartment
) -> Compartment:
    """Give the compartment of a field in a record whose row may have chosen its own."""
    rows = [row for row in uow.records(cmd.scope) if row.record == cmd.record]
    chosen = rows[0].compartment if rows else None
    return (
        plain
        if chosen is None
        else context.forms.compartment_of(context.forms.field(cmd.field), Compartment(chosen))
    )


def _decided(cmd: ResolveConflict, standing: Sequence[Standing]) -> Answer:
    if (cmd.keep is None) == (cmd.answer is None):
        raise Usage("usage.option", option="keep")
    if cmd.answer is not None:
        return cmd.answer
    kept: dict[OpId, Answer | None] = {each.op: each.answer for each in standing}
    answer = kept.get(cmd.keep) if cmd.keep is not None else None
    if answer is None:
        raise Usage("usage.not_found", what="value", name=str(cmd.keep))
    return answer
