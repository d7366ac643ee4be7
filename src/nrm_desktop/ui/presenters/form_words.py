"""The words of the packs in the language of the screen: labels, codes, and answers for reading.

This module decides nothing about content; what has no words in a pack is shown by its id, never
left out.
"""

from __future__ import annotations

from nrm_desktop.domain.additions import Addition
from nrm_desktop.domain.dates import PartialDate, program_time
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, Section
from nrm_desktop.domain.forms.validate import show
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, Source, Value
from nrm_desktop.ui.presenters.wording import DateWords, Say

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})


class FormWords:
    """Words of one form set in one language."""

    def __init__(self, forms: FormSet, say: Say, dates: DateWords) -> None:
        self._forms = forms
        self._say = say
        self._dates = dates

    def label(self, field_id: str) -> str:
        """The question; a field of a newer pack says its id."""
        one = self._forms.find_field(field_id)
        return self._forms.text(f"{one.id if one else field_id}.label", self._say.language)

    def part(self, field_id: str, part: str) -> str:
        """Guidance or reason of a question; empty if there is none."""
        return self._forms.find_text(f"{field_id}.{part}", self._say.language) or ""

    def section(self, section: Section) -> str:
        """Title of a section."""
        return self._forms.text(f"{section.form}.section.{section.id}.title", self._say.language)

    def closed(self, section: Section) -> str:
        """Why a section opens later; empty where the pack does not say."""
        key = f"{section.form}.section.{section.id}.closed"
        return self._forms.find_text(key, self._say.language) or ""

    def form(self, form_id: str) -> str:
        """Title of a form."""
        return self._forms.text(f"{form_id}.title", self._say.language)

    def purpose_of(self, form_id: str) -> str:
        """What a form is for, in one sentence."""
        return self._forms.find_text(f"{form_id}.purpose", self._say.language) or ""

    def code(self, list_id: str, code: str) -> str:
        """The words of a code."""
        key = f"codelist.{list_id}.{code}"
        return self._forms.find_text(key, self._say.language) or code

    def source(self, source: Source) -> str:
        """Where an answer comes from; empty if nobody said."""
        say = self._say
        return {
            Source.NOT_STATED: "",
            Source.PERSON: say("The person"),
            Source.OBSERVED: say("Observed"),
            Source.DOCUMENT: say("A document"),
            Source.THIRD_PARTY: say("Somebody else"),
        }[source]

    def answer(self, field_id: str, answer: Answer | None) -> str:
        """An answer as people read it; None was erased."""
        say = self._say
        if answer is None:
            return say("Erased")
        if answer.is_answered:
            one = self._forms.find_field(field_id)
            return self._value(one, answer.value) if one else _plain(answer.value)
        return {
            AnswerState.UNKNOWN: say("Not known"),
            AnswerState.DECLINED: say("Declined"),
        }.get(answer.state, say("Not asked"))

    def addition(self, one: Addition) -> str:
        """What the person says about an answer, with its day."""
        try:
            day = self._dates.show(PartialDate(one.on))
        except ValueError:
            day = one.on
        return self._say("The person says, {date}: {words}", date=day, words=one.text)

    def _value(self, one: Field, value: Value) -> str:
        if isinstance(value, bool):
            return self._say("Yes") if value else self._say("No")
        moment = program_time(value[0]) if isinstance(value, tuple) and value else None
        if moment is not None:  # people read it by the clock on their wall, like every other time
            at_ms = int(moment.timestamp() * 1000)
            return f"{self._dates.day(at_ms)} {self._dates.clock(at_ms)}"
        if one.type in _DATES and isinstance(value, tuple) and value:
            return self._date(one, value)
        codes = self._forms.codes_of(one)
        if codes is None:
            return show(one, value)
        if isinstance(value, tuple) and one.type is FieldType.SIGN:
            kind, remark = (*map(str, value), "")[:2]
            return f"{self.code(codes.id, kind)}, {remark}" if remark else self.code(codes.id, kind)
        values = value if isinstance(value, tuple) else (value,)
        return ", ".join(self.code(codes.id, str(each)) for each in values)

    def _date(self, one: Field, value: tuple[Value, ...]) -> str:
        day, _, time = str(value[0]).partition("T")
        try:
            date = PartialDate(day, is_about=bool(len(value) > 1 and value[1]))
        except ValueError:
            return show(one, value)
        return f"{self._dates.show(date)} {time[:5]}".strip()


def _plain(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
