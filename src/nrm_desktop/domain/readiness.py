"""What an act still needs: ready, or the list of what is missing, each with its field.

This module decides nothing about saving: saving needs nothing, ever. It never looks at values,
only at whether a question was asked and answered.

- A question to the person counts as done when it was answered, not known after asking, or not to
  be said. What the worker decides (`may_decline = false`) must be answered.
- A field of the record the act is about is looked for in that record and its rows; any other field
  in the whole case: nobody is asked twice (R23).
- A repeating section or group is there when one row has an answer to the question.
- Hints are listed and stop nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.domain.forms.conditions import holds
from nrm_desktop.domain.forms.flow import is_visible
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import Act, Field, RequiredFor
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import AnswerState

_ASKED = frozenset({AnswerState.ANSWERED, AnswerState.UNKNOWN, AnswerState.DECLINED})
_DECIDED = frozenset({AnswerState.ANSWERED})


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing an act still needs.

    Shape: `record` is where to jump to; None if a record or row has to be opened first.
    """

    field: FieldId
    section: str
    record: RecordId | None
    is_hint: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer for one act."""

    act: str
    missing: tuple[Missing, ...] = ()

    @property
    def is_ready(self) -> bool:
        """True if nothing stops the act; hints may be left."""
        return all(one.is_hint for one in self.missing)

    def blocking(self) -> tuple[FieldId, ...]:
        """Fields that stop the act."""
        return tuple(one.field for one in self.missing if not one.is_hint)

    def open_in(self, section: str) -> int:
        """How many questions of a section (`form.section`) are open for this act."""
        return sum(one.section == section for one in self.missing)


def readiness(
    forms: FormSet,
    act: str,
    records: Records,
    subject: RecordId | None = None,
    facts: frozenset[str] = frozenset(),
) -> Readiness:
    """Say what an act still needs.

    Shape: `subject` is the record the act is about (a referral for `referral.send`).
    """
    rule = forms.vocabulary.acts.get(act, Act(act))
    asking = _Asking(forms, records, subject, facts)
    missing = []
    for one in forms.fields():
        entries = [entry for entry in one.required_for if entry.act == act]
        found = asking.missing(one, entries, is_hint=rule.is_hint) if entries else None
        if found:
            missing.append(found)
    return Readiness(act, tuple(missing))


def may_be_lone(forms: FormSet, act: str, *, at_risk: bool, is_urgent: bool) -> bool:
    """Say whether one person may do the act now, to be looked at by a second one within 24 hours.

    Shape: `at_risk`: life or a child; `is_urgent`: now or within 24 hours. Source: rule R29.
    """
    rule = forms.vocabulary.acts.get(act)
    return rule is not None and rule.may_be_lone and at_risk and is_urgent


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question to the case: which fields are missing for this subject."""

    forms: FormSet
    records: Records
    subject: RecordId | None
    facts: frozenset[str]

    def missing(self, one: Field, entries: list[RequiredFor], *, is_hint: bool) -> Missing | None:
        """Give what is missing of one field; None if it is there or not needed here."""
        home = self._home(one)
        context = self.records.context(home, self.facts)
        due = [entry for entry in entries if holds(entry.when, context)]
        if not due or not is_visible(self.forms, one, context) or self._is_done(one):
            return None
        hint = is_hint or all(entry.is_hint for entry in due)
        candidates = self._candidates(one)
        record = candidates[-1].record if candidates else None
        return Missing(one.id, f"{one.form}.{one.section}", record, hint)

    def _home(self, one: Field) -> RecordId | None:
        """The record in whose context the conditions of a field are looked at."""
        if self._is_of_subject(one):
            return self.subject
        found = self.records.of(self.forms.form(one.form).record_form)
        return found[-1].record if found else None

    def _is_of_subject(self, one: Field) -> bool:
        about = self.records.get(self.subject) if self.subject is not None else None
        return about is not None and about.form == self.forms.form(one.form).record_form

    def _candidates(self, one: Field) -> tuple[Record, ...]:
        within = self.subject if self._is_of_subject(one) else None
        return self.records.of(one.id if one.is_group else self.forms.record_key(one), within)

    def _is_done(self, one: Field) -> bool:
        wanted = _ASKED if one.may_decline else _DECIDED
        for record in self._candidates(one):
            answers = record.answers.values() if one.is_group else (record.answers.get(one.id),)
            if any(answer is not None and answer.state in wanted for answer in answers):
                return True
        return False
