"""Makes the questions of a page from the fields of a pack.

This module decides what of a field people see: its words in their language, the codes that may be
chosen, and that a part of the file in which this role writes nothing is shown and not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nrm_desktop.app.context import Context
from nrm_desktop.app.queries import DirectoryRow
from nrm_desktop.domain.additions import Addition
from nrm_desktop.domain.case import BY_TWO_PEOPLE, WITH_REASONS
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import remark_of
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import FieldType, Source
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.presenters.form_words import FormWords

_DIRECTORY_REFS = ("directory", "contact")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A place for an answer on a page. Its text form is the id of the question there."""

    record: RecordId
    field: FieldId

    @property
    def id(self) -> str:
        """Unique on the page and beyond."""
        return f"{self.record.hex()}:{self.field}"


def read_cell(text: str) -> Cell:
    """Read the id of a question.

    Raises: Usage `usage.not_found` where it is none.
    """
    record, mark, field = text.partition(":")
    try:
        return Cell(RecordId(bytes.fromhex(record)), FieldId(field))
    except ValueError:
        raise Usage("usage.not_found", what="field", name=mark) from None


class SpecMaker:
    """Makes questions for one user and one case.

    Shape: `languages` are the choices of questions about a language; `directory` the entries that
    references may name; `interpreters` those who may be called for this person.
    """

    def __init__(
        self,
        context: Context,
        words: FormWords,
        languages: tuple[Choice, ...] = (),
        directory: tuple[DirectoryRow, ...] = (),
        interpreters: tuple[Choice, ...] = (),
    ) -> None:
        self._context = context
        self._words = words
        self._languages = languages
        entries = tuple(Choice(row.entry, row.name) for row in directory)
        own = (Choice(context.badge, context.badge),)
        self._refs: Mapping[str, tuple[Choice, ...]] = {
            **dict.fromkeys(_DIRECTORY_REFS, entries),
            "user": own,
            "interpreters": interpreters,
        }

    def spec(
        self,
        record: RecordId,
        one: Field,
        additions: Iterable[Addition] = (),
        *,
        is_ended: bool = False,
    ) -> FieldSpec:
        """Make the question of a field in a record, with what the person says about its answer.

        Shape: with `is_ended` it belongs to an episode that has ended, and is not asked.
        """
        words = self._words
        is_program = one.type is FieldType.AUTO or one.id in BY_TWO_PEOPLE | WITH_REASONS
        return FieldSpec(
            id=Cell(record, one.id).id,
            type=one.type,
            label=words.label(one.id),
            guidance=words.part(one.id, "guidance"),
            why=words.part(one.id, "why"),
            choices=self._choices(one),
            sources=self._sources(one),
            remark=self.spec(record, remark_of(one), is_ended=is_ended) if one.has_remark else None,
            may_decline=one.may_decline,
            own_words=one.own_words,
            is_code=is_program,
            is_read_only=is_program or is_ended or not self.may_write(one),
            additions=tuple(map(words.addition, additions)),
            loaded=() if one.own_words else tuple(self._context.forms.wording.values()),
        )

    def may_write(self, one: Field) -> bool:
        """True if a role of the user writes there."""
        return self._context.forms.roles.may_write(self._context.roles, one.compartment)

    def may_read(self, one: Field) -> bool:
        """True if a role of the user reads there at least its own entries."""
        return self._context.forms.roles.may_read_own(self._context.roles, one.compartment)

    def _choices(self, one: Field) -> tuple[Choice, ...]:
        if one.type is FieldType.LANGUAGE:
            return self._languages
        if one.ref:
            return self._refs.get(one.ref, ())
        codes = self._context.forms.codes_of(one)
        if codes is None:
            return ()
        return tuple(Choice(code, self._words.code(codes.id, code)) for code in codes.offered())

    def _sources(self, one: Field) -> tuple[Source, ...]:
        """What the worker alone decides has no source beside the worker."""
        return one.sources if one.may_decline else ()
