"""Adopting a box: what was written while the vault was locked becomes a record, signed by a person.

This module decides where the answers of a box go and that a box counts once, however often it lies
there. It adds no right: whoever adopts needs the roles that writing the same answers needs. What
does not fit the forms of today is refused whole, and the box stays (nothing is dropped silently).

Source: storage-security.md section 4.12; forms.md form l15. Promise: P27. Limit: L17.
"""

from __future__ import annotations

from nrm_desktop.app.commands import AdoptBox, CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import BoxAdopted, Event
from nrm_desktop.app.handlers.answers import fitting, save_answers
from nrm_desktop.app.handlers.cases import open_case
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork
from nrm_desktop.app.records import save
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.values import NOT_ASKED

ADOPTED = "box."
"""Settings that say where a box went, by its hash."""


def adopt_box(
    cmd: AdoptBox, uow: UnitOfWork, context: Context, keys: ScopeKeys
) -> tuple[Event, ...]:
    """Write the answers of a box into a new record, in the own name.

    Shape: without a case, one is opened; a form of the organisation goes into its scope.
    Raises: Usage `usage.not_found`, `usage.bad_value`; Refused `policy.role`,
    `policy.case_closed`; then the box is as it was.
    """
    noted = uow.setting(ADOPTED + cmd.digest.hex())
    if noted is not None:
        return (BoxAdopted(scope=ScopeId(noted), is_again=True, origin=cmd.origin),)
    uow.adopt()
    events: tuple[Event, ...] = ()
    if context.forms.form(cmd.content.form).scope is FormScope.CASE:
        scope = cmd.scope
        if scope is None:
            events = open_case(OpenCase(child=NOT_ASKED, origin=cmd.origin), uow, context, keys)
            scope = events[0].scope
        events += save_answers(_as_save(cmd, scope, context), uow, context)
    else:
        scope = context.organisation
        _into_organisation(cmd, scope, uow, context)
    uow.set_setting(ADOPTED + cmd.digest.hex(), scope)
    uow.audit("box.adopt", (scope,), cmd.content.form)
    return (*events, BoxAdopted(scope=scope, origin=cmd.origin))


def _as_save(cmd: AdoptBox, scope: ScopeId, context: Context) -> SaveAnswers:
    new = NewRecord(context.new_record(), context.forms.form(cmd.content.form).record_form)
    cells = tuple(CellAnswer(new.record, name, answer) for name, answer in cmd.content.answers)
    return SaveAnswers(scope=scope, answers=cells, opens=(new,), origin=cmd.origin)


def _into_organisation(cmd: AdoptBox, scope: ScopeId, uow: UnitOfWork, context: Context) -> None:
    if not context.forms.roles.may_fill(context.roles, cmd.content.form):
        raise Refused("policy.role", form=cmd.content.form)
    new = NewRecord(context.new_record(), context.forms.form(cmd.content.form).record_form)
    cells = [
        CellAnswer(new.record, name, fitting(context.forms, context.forms.field(name), answer))
        for name, answer in cmd.content.answers
    ]
    save(uow, context, scope, cells, new)
