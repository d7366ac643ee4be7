"""What a person asks about the own data: written down when it is said, decided with reasons.

A request is recorded by whoever hears it; spoken is enough, and from that day the time for an
answer runs. A person decides, never the program, and a decision without reasons is none. Both may
be written also in a case whose support has ended.

What was erased for a request is noted in it: which orders and which kinds of questions, no content.

Source: forms.md form l9; nrm.md section 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nrm_desktop.app.commands import AskAccess, DecideAccess, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import AccessAsked, AccessDecided
from nrm_desktop.app.handlers.answers import fitting
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.access import (
    DECIDED,
    DECIDED_BY,
    DECISION,
    ERASE,
    ERASED,
    FORM,
    KIND,
    REFUSED,
    ROW_IN,
    WHY,
)
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered


def ask_access(cmd: AskAccess, uow: UnitOfWork, context: Context) -> tuple[AccessAsked, ...]:
    """Write down what a person asks for.

    Raises: Usage `usage.bad_value` for a kind or a way that the lists do not have, or no day.
    """
    forms = context.forms
    kinds = forms.codelist("access_kind").offered()
    if cmd.kind not in kinds:
        raise Usage("usage.bad_value", what="kind", allowed=kinds)
    saving = Saving(uow, context, cmd.scope)
    request = saving.begin(NewRecord(context.new_record(), FORM))
    saving.set(request, KIND, answered(cmd.kind))
    row = saving.begin(NewRecord(context.new_record(), ROW_IN, request))
    for name, value in (
        ("date", (cmd.on or context.today(), 0)),
        ("by", context.badge),
        ("how", cmd.how),
    ):
        field = forms.field(f"{ROW_IN}.{name}")
        saving.set(row, field.id, fitting(forms, field, answered(value)))
    saving.finish()
    uow.audit("access.ask", (cmd.scope, request), cmd.kind)
    return (AccessAsked(scope=cmd.scope, request=request, origin=cmd.origin),)


def decide_access(
    cmd: DecideAccess, uow: UnitOfWork, context: Context
) -> tuple[AccessDecided, ...]:
    """Write down what was decided about a request, by whom and why.

    Raises: Usage `usage.not_found` for no request, `usage.bad_value` for an unknown decision or
    no reasons; Refused `policy.decided` where it was decided before.
    """
    decisions = context.forms.codelist("access_decision").offered()
    if cmd.decision not in decisions:
        raise Usage("usage.bad_value", what="decision", allowed=decisions)
    if not cmd.reason.strip():
        raise Usage("usage.bad_value", what="reason")
    if not _said(uow, cmd.scope, cmd.request, KIND):
        raise Usage("usage.not_found", what="item", name=cmd.request.hex())
    if _said(uow, cmd.scope, cmd.request, DECISION):
        raise Refused("policy.decided")
    saving = Saving(uow, context, cmd.scope)
    saving.set_all(
        cmd.request,
        (
            (DECISION, answered(cmd.decision)),
            (WHY, answered(cmd.reason.strip())),
            (DECIDED, answered((context.now_iso(), 0))),
            (DECIDED_BY, answered(context.badge)),
        ),
    )
    saving.finish()
    uow.audit("access.decide", (cmd.scope, cmd.request), cmd.decision)
    return (AccessDecided(scope=cmd.scope, request=cmd.request, origin=cmd.origin),)


def must_be_granted(uow: UnitOfWork, scope: ScopeId, request: RecordId) -> None:
    """See that a request to erase was decided before anything is erased for it.

    Raises: Refused `erasure.not_decided` for one that is open, refused or about something else.
    """
    kinds = _said(uow, scope, request, KIND)
    decisions = _said(uow, scope, request, DECISION)
    if kinds != {ERASE} or not decisions or REFUSED in decisions:
        raise Refused("erasure.not_decided")


def note_erased(
    uow: UnitOfWork,
    context: Context,
    place: tuple[ScopeId, RecordId],
    acts: Sequence[ActId],
    kinds: Iterable[str],
) -> None:
    """Note in a request what was erased for it. Shape: `kinds` are forms, without any content."""
    scope, request = place
    saving = Saving(uow, context, scope)
    entry = (tuple(act.hex() for act in acts), context.now_iso(), tuple(sorted(set(kinds))))
    saving.enter(request, ERASED, entry)
    saving.finish()


def _said(uow: UnitOfWork, scope: ScopeId, request: RecordId, name: FieldId) -> set[str]:
    standing = uow.standing(request, name, scope, Compartment.RIGHTS)
    return {str(each.answer.value) for each in standing if each.answer is not None}
