"""Answers in words: what stands on paper for a value, and the note below it.

A question asked without result says so; "does not want to say" is an answer too. An id that has
no name for the recipient is left out rather than printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from nrm_desktop.documents.words import (
    Say,
    date_words,
    duration_words,
    language_words,
    list_words,
    number_words,
)
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.domain.values import Answer, FieldType, Mark, Source, Value

_BARE_ID: Final = re.compile(r"[0-9a-f]{32}")
_BETWEEN: Final = " · "


class AnswerWords:
    """Writes answers in one language.

    Shape: `names` gives the name for an id of the directory.
    """

    def __init__(self, forms: FormSet, say: Say, names: Mapping[str, str]) -> None:
        self._forms = forms
        self._say = say
        self._names = names
        self._kinds: Mapping[FieldType, Callable[[Field, Value], str]] = MappingProxyType(
            {
                FieldType.YESNO: self._yesno,
                FieldType.ONE: self._code,
                FieldType.COUNTRY: self._code,
                FieldType.MANY: self._codes,
                FieldType.DATE: self._date,
                FieldType.DATETIME: self._date,
                FieldType.NUMBER: lambda _, value: number_words(self._say, str(value)),
                FieldType.DURATION: lambda _, value: duration_words(self._say, str(value)),
                FieldType.LANGUAGE: lambda _, value: language_words(self._say, str(value)),
                FieldType.REF: self._reference,
                FieldType.SELECTION: self._selection,
                FieldType.SIGN: self._sign,
                FieldType.AUTO: self._auto,
            }
        )

    def value(self, field: Field, answer: Answer) -> str:
        """The answer in words; empty where nothing can be said to the recipient."""
        if not answer.is_answered:
            return self._forms.text(f"state.{answer.state.word}", self._say.language)
        return self._kinds.get(field.type, self._plain)(field, answer.value)

    def note(self, answer: Answer) -> str:
        """Who said it, when, and whether these are the person's own words."""
        notes = []
        if answer.source is not Source.NOT_STATED:
            notes.append(self._forms.text(f"source.{answer.source.word}", self._say.language))
        if answer.marks & Mark.OWN_WORDS:
            notes.append(self._say("In the person's own words"))
        if answer.asked_on:
            notes.append(date_words(self._say, (answer.asked_on, 0)))
        return _BETWEEN.join(notes)

    def label(self, field: Field) -> str:
        """The question in words."""
        return self._forms.text(f"{field.id}.label", self._say.language)

    def named(self, field: Field, answer: Answer) -> str:
        """Question and answer in one line, for the rows of a group."""
        value = self.value(field, answer)
        return f"{self.label(field)}: {isolated(value)}" if value else ""

    def _yesno(self, _field: Field, value: Value) -> str:
        return self._forms.text("yesno.yes" if value else "yesno.no", self._say.language)

    def _code(self, field: Field, value: Value) -> str:
        code = str(value)
        key = f"codelist.{field.codelist}.{code}"
        return self._forms.find_text(key, self._say.language) or code

    def _codes(self, field: Field, value: Value) -> str:
        codes = value if isinstance(value, tuple) else (value,)
        return list_words(self._say, [self._code(field, code) for code in codes])

    def _date(self, _field: Field, value: Value) -> str:
        return date_words(self._say, value) if isinstance(value, tuple) else str(value)

    def _reference(self, _field: Field, value: Value) -> str:
        name = self._names.get(str(value), str(value))
        return "" if _BARE_ID.fullmatch(name) else name

    def _selection(self, _field: Field, value: Value) -> str:
        chosen = value if isinstance(value, tuple) else ()
        fields = [self._forms.find_field(str(one)) for one in chosen]
        return list_words(self._say, [self.label(one) for one in fields if one is not None])

    def _sign(self, field: Field, value: Value) -> str:
        kind, said = (*value, "")[:2] if isinstance(value, tuple) else (value, "")
        words = self._code(field, kind)
        return f"{words}: {isolated(str(said))}" if said else words

    def _auto(self, field: Field, value: Value) -> str:
        match value:
            case str() | int():
                return self._reference(field, str(value))
            case (str(), 0 | 1, *_):
                return self._date(field, value)
        return ""

    def _plain(self, _field: Field, value: Value) -> str:
        return str(value)
