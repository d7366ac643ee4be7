"""Fills a paper of a pack: something invented in every field that stands on it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.desk import Desk

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.values import FieldType, answered

STREET = "12 Hidden Lane"
"""Where the person stays: written down, and on no paper."""


def write_street(desk: Desk, scope: ScopeId) -> None:
    """Write down where somebody stays, in the sealed form that is there for it."""
    desk.write(scope, "address", {"address.ad_street": STREET})


def fill(desk: Desk, scope: ScopeId, layout: str, service: str) -> None:
    """Answer every field of a paper that people answer.

    Shape: `service` is the entry that references name.
    """
    _Filling(desk, scope, service).fill(layout)


def fields_of(forms: FormSet, layout: str) -> Iterator[Field]:
    """The fields of a paper, in print order."""
    for part in forms.layouts[layout].parts:
        yield from (forms.field(name) for name in part.fields)


class _Filling:
    def __init__(self, desk: Desk, scope: ScopeId, service: str) -> None:
        self._desk = desk
        self._forms = desk.context.forms
        self._scope = scope
        self._service = service
        self._opened: dict[str, RecordId] = {}

    def fill(self, layout: str) -> None:
        asked: dict[str, list[Field]] = {}
        for field in fields_of(self._forms, layout):
            own = () if field.type is FieldType.AUTO else (field,)
            for one in field.fields if field.is_group else own:
                asked.setdefault(self._forms.record_key(one), []).append(one)
        for key, fields in asked.items():
            self._write(key, fields)

    def _write(self, key: str, fields: list[Field]) -> None:
        parent = self._forms.parents.get(key)
        if parent and parent not in self._opened:
            self._write(parent, self._first_of(parent))
        above = self._opened.get(parent) if parent else None
        every = {one.id: one for one in (*self._deciding(key), *fields)}.values()
        values = {one.id: answered(self._value(one)) for one in every}
        self._opened[key] = self._desk.write(
            self._scope, key, values, parent=above, record=self._opened.get(key)
        )

    def _first_of(self, key: str) -> list[Field]:
        """A record stands before its rows: one plain question is answered for it."""
        plain = (FieldType.LONG, FieldType.TEXT, FieldType.DATE, FieldType.YESNO)
        own = self._forms.record_fields(key)
        return [next((one for one in own if one.type in plain), own[0])]

    def _deciding(self, key: str) -> list[Field]:
        """What has to be said first, where it decides in which part of the file a row lies."""
        section = self._forms.sections.get(key)
        by = section.compartment_by if section else None
        return [self._forms.field(by)] if by else []

    def _value(self, field: Field):
        codes = self._forms.codes_of(field)
        first = codes.offered()[0] if codes is not None and codes.offered() else ""
        some = {
            FieldType.YESNO: True,
            FieldType.ONE: first,
            FieldType.MANY: (first,),
            FieldType.DATE: ("2026-11-20", 0),
            FieldType.DATETIME: ("2026-11-20T08:30", 0),
            FieldType.NUMBER: 2,
            FieldType.DURATION: "P2D",
            FieldType.COUNTRY: "BG",
            FieldType.LANGUAGE: "bg",
            FieldType.REF: self._service,
            FieldType.SIGN: (first, "Words of a signature"),
            FieldType.SELECTION: ("screening.given_name",),
        }
        return some.get(field.type, f"Invented words for {field.id.rpartition('.')[2]}")
