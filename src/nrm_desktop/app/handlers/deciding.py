"""Deciding between values that stand side by side: a person does, and nothing is deleted.

Only what the person may see is decided upon, and only where something contradicts. In what the
program writes a person can do no more than confirm what acts meanwhile, which protects most; in the
register of consents not even that: there a new conversation decides (forms.md section 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nrm_desktop.app.commands import CellAnswer, ResolveConflict
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import ConflictResolved
from nrm_desktop.app.handlers.answers import (
    fitting,
    is_of_the_program,
    keep_doubt,
    pathway_before,
)
from nrm_desktop.app.handlers.episodes import must_be_of_now
from nrm_desktop.app.handlers.own_account import must_be_own_account
from nrm_desktop.app.ports import Standing, UnitOfWork
from nrm_desktop.app.records import still_not_to_leave
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, FormScope
from nrm_desktop.domain.ids import FieldId, OpId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.protective import acting_index
from nrm_desktop.domain.registers import LASTING, is_conflict
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer

_CARD = FieldId("directory.card")
_VERIFIED = FieldId("directory.verified")
_NEVER_DECIDED = LASTING | {_CARD}
"""Decided by a new conversation, or by comparing what is read out, and in no other way."""


def resolve_conflict(
    cmd: ResolveConflict, uow: UnitOfWork, context: Context
) -> tuple[ConflictResolved, ...]:
    """Let a person decide between standing values; all of them are named, none is deleted.

    A case that has ended is no reason not to decide: what came late stands beside what was there.
    But there a person chooses between what was said, and says nothing new.

    Raises: Refused `conflict.open` if a value arrived that the person has not seen, `policy.role`,
    `policy.written_by_program`; Usage `usage.not_found` where nothing contradicts.
    """
    field = context.forms.field(cmd.field)
    compartment = _place(cmd, field, uow, context)
    standing = uow.standing(cmd.record, field.id, cmd.scope, compartment)
    seen = context.seen(standing, compartment)
    ops = _contradicting(cmd, field, seen)
    answer = still_not_to_leave(_decided(cmd, field, seen, context.forms), standing)
    if not _stands(answer, seen):
        must_be_of_now(uow, cmd.scope, cmd.record, field.id)
    if cmd.answer is not None:
        own = (CellAnswer(cmd.record, field.id, answer),)
        must_be_own_account(uow, context, cmd.scope, own)
    changed = frozenset({field.id})
    before = pathway_before(uow, cmd.scope, changed)
    uow.record(cmd.scope, compartment, ValueOp(OpKind.RESOLVE, cmd.record, field.id, answer, ops))
    made = uow.flush()[0]
    keep_doubt(uow, context, cmd.scope, before, changed)
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


def _stands(answer: Answer, seen: Iterable[Standing]) -> bool:
    """True if this is one of the versions between which is decided."""
    return any(each.answer is not None and each.answer.same_content(answer) for each in seen)


def _place(cmd: ResolveConflict, field: Field, uow: UnitOfWork, context: Context) -> Compartment:
    """Where the decision is written. Raises: Refused or Usage where these roles may not."""
    is_of_case = context.forms.form(field.form).scope is FormScope.CASE
    rows = {row.record: row for row in uow.records(cmd.scope)}
    is_closed = any(row.is_closed for row in lineage(rows, cmd.record))
    if is_closed or is_of_case is (cmd.scope == context.organisation):
        raise Usage("usage.not_found", what="item", name=field.id)
    context.must_fill(field)
    row = rows.get(cmd.record)
    chosen = None if row is None or row.compartment is None else Compartment(row.compartment)
    compartment = context.forms.compartment_of(field, chosen)
    context.must_write(compartment)
    return compartment


def _contradicting(
    cmd: ResolveConflict, field: Field, seen: Sequence[Standing]
) -> tuple[OpId, ...]:
    """What the decision replaces. Raises: Refused `conflict.open`, Usage `usage.not_found`."""
    ops = tuple(sorted(each.op for each in seen))
    if not is_conflict(each.answer for each in seen):
        raise Usage("usage.not_found", what="conflict", name=field.id)
    if cmd.seen and set(cmd.seen) != set(ops):
        raise Refused("conflict.open", field=field.id)
    return ops


def _decided(
    cmd: ResolveConflict, field: Field, seen: Sequence[Standing], forms: FormSet
) -> Answer:
    if (cmd.keep is None) == (cmd.answer is None):
        raise Usage("usage.option", option="keep")
    is_guarded = field.id == _VERIFIED or is_of_the_program(forms, field)
    if field.id in _NEVER_DECIDED or (is_guarded and cmd.answer is not None):
        raise Refused("policy.written_by_program", field=field.id)
    if cmd.answer is not None:
        return fitting(forms, field, cmd.answer)
    answers = {each.op: each.answer for each in seen if each.answer is not None}
    answer = answers.get(cmd.keep) if cmd.keep is not None else None
    if answer is None:
        raise Usage("usage.not_found", what="value", name=str(cmd.keep))
    said = list(answers.values())
    if is_guarded and not answer.same_content(said[acting_index(field.merge, said)]):
        raise Refused("policy.written_by_program", field=field.id)
    return answer
