"""Ending the steps for a child: an authority has decided, and two people sign that it has.

Nobody judges age here, and nobody ends anything alone. Each of two people signs a row that names
the record of the decision and the signs that it answers; the rows are counted by who signed them,
on every device alike. A sign that came from another post meanwhile is in neither row, so the steps
go on until people have looked at it too (R14, R30, N15).

Source: forms.md form l8 and section 2, act `child.off`; nrm.md section 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.case_records import case_records
from nrm_desktop.app.commands import EndChildPathway, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import ChildPathwayEnded
from nrm_desktop.app.handlers.episodes import must_have_support
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.protection import pathway_of, said_of_child
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import (
    CHILD_END,
    CHILD_END_ROW,
    Pathway,
    badges_that_ended,
    ending_of,
    signs_of_child,
)
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.records import Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import readiness
from nrm_desktop.domain.values import answered

ACT: Final = "child.off"
FORM: Final = "age"
SWITCH: Final = FieldId("age.age_switch")
DECISION: Final = "age.age_decision"
REASONED: Final = (
    FieldId(f"{DECISION}.authority"),
    FieldId(f"{DECISION}.date"),
    FieldId(f"{DECISION}.reasons"),
)
"""What a reasoned decision of a named authority says."""


def end_child_pathway(
    cmd: EndChildPathway, uow: UnitOfWork, context: Context
) -> tuple[ChildPathwayEnded, ...]:
    """Sign that an authority has decided; the second signature ends the pathway.

    Raises: Usage `usage.not_found` for no such record of the age; Refused `policy.case_closed`,
    `policy.role`, `policy.no_child_pathway`, `policy.not_ready` with what the decision lacks,
    `policy.own_act` where this person has signed for these signs before.
    """
    must_have_support(uow, cmd.scope)
    cells = uow.cells(cmd.scope)
    if pathway_of(cells) is not Pathway.CHILD:
        raise Refused("policy.no_child_pathway")
    records = case_records(context.forms, cells, uow.records(cmd.scope))
    decision = records.get(cmd.decision)
    if decision is None or decision.form != FORM:
        raise Usage("usage.not_found", what="item", name=FORM)
    lacking = tuple(_lacking(context, records, cmd.decision))
    if lacking:
        raise Refused("policy.not_ready", act=ACT, fields=lacking)
    said = list(said_of_child(cells))
    ending = ending_of(context.badge, cmd.decision, signs_of_child(said))
    mine = [one for one in said if one.field == CHILD_END and one.by == context.signer]
    named_mine = [badge for badge in badges_that_ended(said).values() if badge == context.badge]
    if any(one.answer.value == ending for one in mine) or (named_mine and not mine):
        raise Refused("policy.own_act")
    saving = Saving(uow, context, cmd.scope)
    row = saving.begin(NewRecord(context.new_record(), CHILD_END_ROW))
    saving.set(row, CHILD_END, answered(ending))
    saving.finish()
    is_over = pathway_of(uow.cells(cmd.scope)) is not Pathway.CHILD
    if is_over:
        saving = Saving(uow, context, cmd.scope)
        saving.set(cmd.decision, SWITCH, answered(value=True))
        saving.finish()
    uow.audit("child.off", (cmd.scope, row), "over" if is_over else "first")
    signed = badges_that_ended(said_of_child(uow.cells(cmd.scope)))
    badges = tuple(sorted(set(signed.values())))
    return (
        ChildPathwayEnded(scope=cmd.scope, is_over=is_over, signed_by=badges, origin=cmd.origin),
    )


def _lacking(context: Context, records: Records, decision: RecordId) -> Iterator[FieldId]:
    """What a reasoned decision of a named authority still lacks in this record."""
    blocking = readiness(context.forms, ACT, records, decision).blocking()
    yield from (name for name in blocking if name != SWITCH)
    rows = records.of(DECISION, decision)
    for name in REASONED if rows else ():
        answers = (row.answers.get(name) for row in rows)
        if not any(answer is not None and answer.is_answered for answer in answers):
            yield name
