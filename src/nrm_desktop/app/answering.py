"""From addresses and written values to one save: what `answer set` and `answer import` share.

This module decides how words on a command line or in a file become typed answers. It adds no rule
of its own: fields, values and records are judged by `domain`, the save by its use case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from nrm_desktop.app.commands import CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.app.context import Context
from nrm_desktop.app.queries import CaseView, RegisterView
from nrm_desktop.app.strict_json import Json
from nrm_desktop.domain.addresses import Items, parse_address
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, FormScope
from nrm_desktop.domain.forms.validate import Problem, check_answer, parse_text
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, Source, Value

_Thing = TypeVar("_Thing")
_STATES = {state.word: state for state in AnswerState}
_SOURCES = {source.word: source for source in Source if source.word}
_NO_TEXT = frozenset({FieldType.AUTO, FieldType.GROUP})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer as somebody wrote it. Shape: `value` is text, or what a JSON file says."""

    address: str
    value: Json = None
    state: str = AnswerState.ANSWERED.word
    source: str = ""


class Answering:
    """Collects the answers of one save in one case, or in one register of the organisation."""

    def __init__(self, context: Context, scope: ScopeId, view: CaseView | RegisterView) -> None:
        self._context = context
        self._scope = scope
        is_office = scope == context.organisation
        self._kind = FormScope.ORGANISATION if is_office else FormScope.CASE
        self._cells: list[CellAnswer] = []
        self._items = Items(
            context.forms,
            view.records,
            lambda form: once_record(scope, form),
            context.new_record,
        )

    def add(self, wanted: Wanted) -> None:
        """Add an answer; records that it needs are opened with it.

        Raises: Usage `usage.not_found`, `usage.ambiguous_item`, `usage.bad_value`.
        """
        forms = self._context.forms
        address = parse_address(wanted.address, forms)
        field = forms.field(address.field)
        if forms.form(field.form).scope is not self._kind:
            raise Usage("usage.not_found", what="field", name=field.id)
        answer = read_answer(forms, field, wanted.value, wanted.state, wanted.source)
        self._cells.append(CellAnswer(self._items.record_of(address), field.id, answer))

    def command(self) -> SaveAnswers:
        """Give everything as one save."""
        opens = tuple(NewRecord(one.record, one.form, one.parent) for one in self._items.opened)
        return SaveAnswers(
            scope=self._scope, answers=tuple(self._cells), opens=opens, origin="command line"
        )

    def named_items(self) -> dict[str, str]:
        """The ids of the records that addresses named `[+1]`, `[+2]` ..."""
        return {name: record.hex() for name, record in self._items.named.items()}


def read_answer(
    forms: FormSet, field: Field, value: Json, state: str = "", source: str = ""
) -> Answer:
    """Read one answer for a field.

    Raises: Usage `usage.bad_value` with what is allowed.
    """
    known = _one_of(_STATES, state, "state") if state else AnswerState.ANSWERED
    origin = _one_of(_SOURCES, source, "source") if source else Source.NOT_STATED
    plain = _value(forms, field, value) if known is AnswerState.ANSWERED else None
    checked = check_answer(field, Answer(known, plain, origin), forms)
    if isinstance(checked, Problem):
        raise _bad_value(field, checked)
    return checked


def _value(forms: FormSet, field: Field, given: Json) -> Value:
    if isinstance(given, str) or field.type in _NO_TEXT:
        value = parse_text(field, given if isinstance(given, str) else "", forms)
        if isinstance(value, Problem):
            raise _bad_value(field, value)
        return value
    return _as_value(given)


def _as_value(given: Json) -> Value:
    if isinstance(given, list):
        return tuple(_as_value(each) for each in given)
    if isinstance(given, dict):
        raise Usage("usage.bad_value", what="value", code="wrong_type")
    return given


def _one_of(table: Mapping[str, _Thing], word: str, what: str) -> _Thing:
    if word not in table:
        raise Usage("usage.bad_value", what=what, allowed=tuple(table))
    return table[word]


def _bad_value(field: Field, problem: Problem) -> Usage:
    return Usage("usage.bad_value", what=field.id, allowed=problem.allowed, code=problem.code)
