"""Small registers of a case: what a role needs of a part of the file that it does not read.

Written in the save of the answer that they follow from, by whoever writes that answer: what was
asked about and nothing that was said (R23), which interpreter is not to come again and not why
(R12), and that something has to be minded, without a diagnosis. Two laptops that write a row of the
same source write one row.

This module decides what goes into a register. It never reads more of a source than the answers in
hand, and writes nothing where the roles may not write the register.

Source: forms.md form l17; nrm.md R12, R23.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import SavedCell
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import row_beside
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, answered

SCREENING: Final = "screening"
ASKED: Final = "case_registers.asked"
TOPIC: Final = FieldId("case_registers.aa_topic")
ASKED_BY: Final = FieldId("case_registers.aa_by")
TOPICS: Final = "topic"
NOINT: Final = "case_registers.noint"
NOT_AGAIN: Final = FieldId("case_registers.ni_interpreter")
SINCE: Final = FieldId("case_registers.ni_since")
UNSAFE: Final = FieldId("incident.inc_interpreter.who")
INTERPRETER: Final = FieldId("screening.interpreter.who")
ALERT: Final = "case_registers.alert"
ALERT_KIND: Final = FieldId("case_registers.al_kind")
ALERT_UNTIL: Final = FieldId("case_registers.al_until")


def keep_registers(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Write what follows from answers into the small registers of their case.

    Raises: Refused `policy.interpreter` where somebody is named to interpret who is not to.
    """
    _must_be_safe(uow, scope, answers)
    registers = _Registers(uow, context, scope, answers)
    return (*registers.asked(), *registers.not_again(), *registers.alerts())


def not_to_come(uow: UnitOfWork, scope: ScopeId) -> frozenset[str]:
    """Interpreters who are not to be called for this person, by their entry (R12)."""
    return frozenset(
        str(each.answer.value)
        for cell in uow.cells(scope, NOINT)
        if cell.field == NOT_AGAIN and cell.compartment == Compartment.CORE
        for each in cell.standing
        if each.answer is not None and each.answer.is_answered
    )


def _must_be_safe(uow: UnitOfWork, scope: ScopeId, answers: Sequence[CellAnswer]) -> None:
    named = {cell.answer.value for cell in answers if cell.field == INTERPRETER}
    if named - {None} and named & not_to_come(uow, scope):
        raise Refused("policy.interpreter")


class _Registers:
    """The rows that follow from the answers of one save."""

    def __init__(
        self, uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
    ) -> None:
        self._uow = uow
        self._context = context
        self._scope = scope
        self._answers = answers

    def asked(self) -> tuple[SavedCell, ...]:
        """Which parts of an interview were asked about; one row for each interview."""
        topics = self._topics()
        if not topics or not self._may_write(Compartment.CORE):
            return ()
        saving = Saving(self._uow, self._context, self._scope)
        for interview in sorted(topics):
            row = self._row(saving, interview, ASKED)
            before = self._said(row, TOPIC, Compartment.CORE)
            known = before.value if before is not None and isinstance(before.value, tuple) else ()
            new = sorted(topics[interview].difference(known))
            if new:
                saving.set(row, TOPIC, answered((*known, *new)))
            if before is None:
                by = f"{self._context.badge}, {self._context.today()}"
                saving.set(row, ASKED_BY, answered(by))
        return saving.finish()

    def not_again(self) -> tuple[SavedCell, ...]:
        """Interpreters whom an incident named; the reason stays with the incident."""
        named = [one for one in self._answers if one.field == UNSAFE and one.answer.is_answered]
        if not named or not self._may_write(Compartment.CORE):
            return ()
        saving = Saving(self._uow, self._context, self._scope)
        for one in named:
            row = self._row(saving, _source(self._scope, str(one.answer.value)), NOINT)
            if self._said(row, NOT_AGAIN, Compartment.CORE) is None:
                saving.set(row, NOT_AGAIN, answered(one.answer.value))
                saving.set(row, SINCE, answered((self._context.today(), 0)))
        return saving.finish()

    def alerts(self) -> tuple[SavedCell, ...]:
        """That something has to be minded; once it is answered with no, until today."""
        found = [(one, field) for one in self._answers if (field := self._alerting(one))]
        if not found or not self._may_write(Compartment.SUPPORT):
            return ()
        saving = Saving(self._uow, self._context, self._scope)
        for one, field in found:
            row = row_beside(one.record, f"{ALERT}.{one.field}")
            is_there = self._said(row, ALERT_KIND, Compartment.SUPPORT) is not None
            if not is_there and not _is_on(one.answer):
                continue
            saving.begin(NewRecord(row, ALERT))
            saving.set(row, ALERT_KIND, answered(field.alert))
            until = NOT_ASKED if _is_on(one.answer) else answered((self._context.today(), 0))
            if self._said(row, ALERT_UNTIL, Compartment.SUPPORT) or until.is_answered:
                saving.set(row, ALERT_UNTIL, until)
        return saving.finish()

    # ---- parts ----------------------------------------------------------------------------------

    def _topics(self) -> dict[RecordId, set[str]]:
        """Parts of each interview about which something was asked in this save."""
        codes = self._context.forms.codelists.get(TOPICS)
        known = {one.code for one in codes.codes} if codes else set()
        found: dict[RecordId, set[str]] = {}
        for one in self._answers:
            field = self._context.forms.field(one.field)
            is_asked = one.answer.state is not AnswerState.NOT_ASKED
            if field.form == SCREENING and field.section in known and is_asked:
                found.setdefault(self._interview(one.record), set()).add(field.section)
        return found

    def _interview(self, record: RecordId) -> RecordId:
        """The interview in which a row stands, or the record itself."""
        rows = {row.record: row for row in self._uow.records(self._scope)}
        here = rows.get(record)
        while here is not None and here.parent is not None and here.parent in rows:
            here = rows[here.parent]
        return here.record if here is not None else record

    def _row(self, saving: Saving, source: RecordId, form: str) -> RecordId:
        return saving.begin(NewRecord(row_beside(source, form), form))

    def _alerting(self, one: CellAnswer) -> Field | None:
        field = self._context.forms.field(one.field)
        return field if field.alert else None

    def _said(self, record: RecordId, name: FieldId, place: Compartment) -> Answer | None:
        standing = self._uow.standing(record, name, self._scope, place)
        answers = [each.answer for each in standing if each.answer is not None]
        return answers[0] if answers and answers[0].is_answered else None

    def _may_write(self, place: Compartment) -> bool:
        return self._context.forms.roles.may_write(self._context.roles, place)


def _source(scope: ScopeId, entry: str) -> RecordId:
    return row_beside(RecordId(scope[:16]), entry)


def _is_on(answer: Answer) -> bool:
    return answer.is_answered and answer.value not in (False, ())
