"""The effective forms: base and country packs joined, with every look-up the program needs.

This module decides how things are found, not what is right: a `FormSet` is only built from packs
that passed every check. It never reads files and never evaluates a condition.

Where values lie: each record has a *record key*, `form`, `form.section` for a row of a repeating
section, or the id of a group for a row of it. A field of a form with `same_record_as` lies in the
record of that other form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import TypeVar

from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.authorities import Authority
from nrm_desktop.domain.forms.counter import CounterSheet
from nrm_desktop.domain.forms.keeping import KeepingRule
from nrm_desktop.domain.forms.schema import (
    NO_TEXTS,
    REMARK,
    CodeList,
    Field,
    Form,
    Layout,
    PackInfo,
    Section,
    Texts,
    Vocabulary,
)
from nrm_desktop.domain.forms.signs import SignBook
from nrm_desktop.domain.forms.statistics import CountBook
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.forms.wording import LoadedWord
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.protective import MERGE_SURFACE
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import FieldType

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class _Index:
    """Look-up tables derived from the forms; built once, never changed."""

    fields: Mapping[str, Field]
    record_keys: Mapping[str, str]
    record_fields: Mapping[str, tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class FormSet:
    """All forms after overlay.

    Shape: `packs` base first; `forms`, `codelists` and `layouts` by id in display order; a section
    holds the field itself where its pack says `same_as`, and `aliases` maps the id used there;
    `keeping` says how long closed cases of a class are kept; `wording` are words that judge;
    `counter` is the sheet of the neutral screen; `counts` are the tables of counts; `authorities`
    are public bodies and helplines; `fingerprint` is the SHA-256 of the packs, whose first 8 bytes
    name the forms on the wire.
    Derived: `sections` by `form.section`; `children` gives the record keys of the rows that may be
    opened below a record key, `parents` the other way round.
    """

    packs: tuple[PackInfo, ...]
    forms: Mapping[str, Form]
    codelists: Mapping[str, CodeList] = attribute(default_factory=dict)
    layouts: Mapping[str, Layout] = attribute(default_factory=dict)
    roles: RoleTable = attribute(default_factory=RoleTable)
    vocabulary: Vocabulary = attribute(default_factory=Vocabulary)
    texts: Texts = attribute(default_factory=lambda: NO_TEXTS)
    aliases: Mapping[str, FieldId] = attribute(default_factory=dict)
    timetable: Timetable = attribute(default_factory=Timetable)
    signs: SignBook = attribute(default_factory=SignBook)
    keeping: Mapping[str, KeepingRule] = attribute(default_factory=dict)
    wording: Mapping[str, LoadedWord] = attribute(default_factory=dict)
    counter: CounterSheet = attribute(default_factory=CounterSheet)
    counts: CountBook = attribute(default_factory=CountBook)
    authorities: Mapping[str, Authority] = attribute(default_factory=dict)
    fingerprint: bytes = b""
    sections: Mapping[str, Section] = attribute(init=False, repr=False, compare=False)
    children: Mapping[str, tuple[str, ...]] = attribute(init=False, repr=False, compare=False)
    parents: Mapping[str, str] = attribute(init=False, repr=False, compare=False)
    _index: _Index = attribute(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        building = _built(self.forms, self.aliases)
        children = {key: tuple(found) for key, found in building.children.items()}
        object.__setattr__(self, "sections", building.sections)
        object.__setattr__(self, "children", children)
        parents = {row: key for key, rows in children.items() for row in rows}
        object.__setattr__(self, "parents", parents)
        object.__setattr__(self, "_index", _index(building))

    def form(self, form_id: str) -> Form:
        """A form by id. Raises: Usage `usage.not_found`."""
        return _known(self.forms, form_id, "form")

    def field(self, field_id: str) -> Field:
        """A field, sub-field (`form.group.sub`) or remark (`form.field.text`) by id.

        Shape: the id of a field shown in a second form (`same_as`) gives the field itself.
        Raises: Usage `usage.not_found`.
        """
        return _known(self._index.fields, field_id, "field")

    def find_field(self, field_id: str) -> Field | None:
        """A field by id, or None: a newer pack may know fields that this one does not."""
        return self._index.fields.get(field_id)

    def fields(self) -> Iterator[Field]:
        """Every field once, with sub-fields and remarks, in the order of forms and sections."""
        return (one for key, one in self._index.fields.items() if key == one.id)

    def codes_of(self, one: Field) -> CodeList | None:
        """The code list of a field; None for a field that has none."""
        return self.codelists.get(one.codelist)

    def codelist(self, list_id: str) -> CodeList:
        """A code list by id. Raises: Usage `usage.not_found`."""
        return _known(self.codelists, list_id, "codelist")

    def compartment_of(self, one: Field, row: Compartment | None = None) -> Compartment:
        """Where a value of the field lies; `row` is the choice that its row was opened with."""
        section = self.sections[f"{one.form}.{one.section}"]
        return row if row is not None and section.compartment_by else one.compartment

    def record_key(self, one: Field) -> str:
        """The record key of the record that holds a value of this field, or rows of this group."""
        return self._index.record_keys[one.id]

    def record_fields(self, record_key: str) -> tuple[Field, ...]:
        """Fields that lie directly in a record of this key, in order; groups are not among them."""
        return self._index.record_fields.get(record_key, ())

    def text(self, key: str, language: str = "") -> str:
        """A text in the language, else in that of the base pack, else the key in double brackets.

        Shape: `language` is a BCP 47 tag; its region may be left out by the pack.
        """
        return self.find_text(key, language) or f"⟦{key}⟧"

    def find_text(self, key: str, language: str = "") -> str | None:
        """A text as `text` finds it, or None: guidance and the like may be missing."""
        for wanted in (language, language.partition("-")[0], self.packs[0].language):
            found = self.texts.get(wanted, {}).get(key)
            if found:
                return found
        return None


def forms_asking(forms: FormSet, one: Field) -> frozenset[str]:
    """The forms that ask a question: its own, and those that show it as theirs (`same_as`)."""
    top = one
    while top.parent is not None:
        top = forms.field(top.parent)
    shown = (alias.partition(".")[0] for alias, name in forms.aliases.items() if name == top.id)
    return frozenset({one.form, *shown})


def remark_of(one: Field) -> Field:
    """The remark of a field: free words beside a yes or a code, in the same record."""
    return replace(
        one,
        id=FieldId(f"{one.id}.{REMARK}"),
        type=FieldType.LONG,
        codelist="",
        parent=one.id,
        fields=(),
        required_for=(),
        merge=MERGE_SURFACE,
        htcds=(),
        uk=(),
        has_remark=False,
        alert="",
    )


def _known(table: Mapping[str, _Thing], key: str, what: str) -> _Thing:
    try:
        return table[key]
    except KeyError:
        raise Usage("usage.not_found", what=what, name=key) from None


def _built(forms: Mapping[str, Form], aliases: Mapping[str, FieldId]) -> _Building:
    building = _Building({}, {}, {}, {}, {})
    for form in forms.values():
        for section in form.sections:
            _add_section(building, form, section)
    for alias, target in aliases.items():
        building.fields[alias] = building.fields[target]
    return building


def _index(building: _Building) -> _Index:
    by_record = {key: tuple(found) for key, found in building.record_fields.items()}
    return _Index(building.fields, building.record_keys, by_record)


@dataclass(frozen=True, slots=True)
class _Building:
    fields: dict[str, Field]
    sections: dict[str, Section]
    record_keys: dict[str, str]
    record_fields: dict[str, list[Field]]
    children: dict[str, list[str]]


def _add_section(building: _Building, form: Form, section: Section) -> None:
    building.sections[section.key] = section
    record_key = section.key if section.repeats else form.record_form
    if section.repeats:
        building.children.setdefault(form.record_form, []).append(section.key)
    for one in section.fields:
        if one.form == form.id:
            _add_field(building, one, record_key)


def _add_field(building: _Building, one: Field, record_key: str) -> None:
    building.fields[one.id] = one
    building.record_keys[one.id] = record_key
    if one.is_group:
        building.children.setdefault(record_key, []).append(one.id)
    else:
        building.record_fields.setdefault(record_key, []).append(one)
    if one.has_remark:
        _add_field(building, remark_of(one), record_key)
    for sub in one.fields:
        _add_field(building, sub, one.id)
