"""Addresses of fields as people write them, and the records they mean.

`form.field`, `form[ITEM].field`, `form.section[ITEM].field`, `form[ITEM].section[ITEM].field`; a
section stands in an address only if it repeats; a group's key stands in a section's place, and
for a group inside a repeating section the section may stand before it. ITEM is the id of a record
or its beginning; `+` opens a new one, `+1` names a new one so that later addresses can mean it.

This module decides which record an address means and when one has to be opened. It makes no ids
and writes nothing.

Source: forms.md section 1, cli.md section 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, FormId, RecordId
from nrm_desktop.domain.lineage import Place, lineage

_PART = re.compile(r"([a-z][a-z0-9_]{0,39})(?:\[(\+[0-9]{0,4}|[0-9a-f]{1,32})\])?")
NEW = "+"


@dataclass(frozen=True, slots=True)
class Step:
    """One record on the way to a field. Shape: `item` is empty if none was written."""

    record_key: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a value lies. Shape: `steps` from the form's record to the one that holds the field."""

    field: FieldId
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A record that an address asks to be opened. Shape: `form` is a record key."""

    record: RecordId
    form: str
    parent: RecordId | None


def parse_address(text: str, forms: FormSet) -> Address:
    """Read an address.

    Raises: Usage `usage.not_found` if no field of the forms has it.
    """
    parts = _split(text)
    form = forms.form(parts[0][0])
    rows = [(key, item) for key, item in parts[1:] if item]
    path = [key for key, _ in parts[1:]]
    one = _field_at(form.id, path, forms)
    if one is None or (parts[-1][1] and len(parts) > 1) or len(parts) == 1:
        raise Usage("usage.not_found", what="field", name=text)
    chain = record_keys_to(forms, forms.record_key(one))
    given = {f"{form.id}.{key}": item for key, item in rows}
    if parts[0][1]:
        given[chain[0]] = parts[0][1]
    if not given.keys() <= set(chain):
        raise Usage("usage.not_found", what="field", name=text)
    return Address(one.id, tuple(Step(key, given.get(key, "")) for key in chain))


def _split(text: str) -> list[tuple[str, str]]:
    found = []
    for part in text.strip().split("."):
        match = _PART.fullmatch(part)
        if match is None:
            raise Usage("usage.not_found", what="field", name=text)
        found.append((match[1], match[2] or ""))
    return found


def _field_at(form: str, path: Sequence[str], forms: FormSet) -> Field | None:
    """The field at the end of a path; repeating sections in it may be left out of the id."""
    one = forms.find_field(".".join((form, *path)))
    if one is not None:
        return one
    section = forms.sections.get(f"{form}.{path[0]}") if path else None
    if section is None or not section.repeats:
        return None
    one = forms.find_field(".".join((form, *path[1:])))
    return one if one is not None and one.section == section.id else None


def record_keys_to(forms: FormSet, record_key: str) -> tuple[str, ...]:
    """Record keys from the form down to a key."""
    chain = [record_key]
    while (above := forms.parents.get(chain[-1])) is not None:
        chain.append(above)
    return tuple(reversed(chain))


def write_address(forms: FormSet, field: str, record: RecordId, places: Iterable[Place]) -> str:
    """Write the address of a field in a record; a field of a newer pack keeps its id as it is.

    Shape: the record of a form that does not repeat is left out, like its row's section.
    """
    by_id = {place.record: place for place in places}
    return Addresses(forms, {record: lineage(by_id, record)}).of(field, record)


class Addresses:
    """Writes many addresses: what stands in front of the fields of a record is made once.

    Shape: `lines` gives a record with everything that it stands in, as `lineage` does.
    """

    def __init__(self, forms: FormSet, lines: Mapping[RecordId, Sequence[Place]]) -> None:
        self._forms = forms
        self._lines = lines
        self._heads: dict[tuple[str, RecordId], tuple[str, str]] = {}

    def of(self, field: str, record: RecordId) -> str:
        """Write an address as `write_address` does."""
        one = self._forms.find_field(field)
        if one is None:
            return field
        form, _, place = one.id.partition(".")
        known = self._heads.get((form, record))
        if known is None:
            known = self._head(FormId(form), self._lines.get(record, ()))
            self._heads[form, record] = known
        head, row = known
        # Of a row only the last part of the field's id is left: its group stands in front of it.
        inner = one.id.removeprefix(row) if row and one.id.startswith(row) else ""
        return head + (inner or place)

    def _head(self, form_id: FormId, line: Sequence[Place]) -> tuple[str, str]:
        """What stands in front, and the beginning of a field's id that it makes superfluous."""
        form = self._forms.form(form_id)
        is_whole = bool(line) and line[-1].parent is None
        item = f"[{line[-1].record.hex()}]" if is_whole and form.repeats else ""
        row = line[0] if line and line[0].form != form.record_form else None
        if row is None:
            return f"{form.id}{item}.", ""
        place = f"{row.form.partition('.')[2]}[{row.record.hex()}]"
        return f"{form.id}{item}.{place}.", f"{row.form}."


class Items:
    """Finds the record that an address means, and opens what is missing on the way.

    Shape: `once` gives the id of a record that exists once; `new_id` makes an id; `opened` lists
    what was opened so far, outer records first.
    """

    def __init__(
        self,
        forms: FormSet,
        places: Iterable[Place],
        once: Callable[[str], RecordId],
        new_id: Callable[[], RecordId],
    ) -> None:
        self.opened: list[NewPlace] = []
        self.named: dict[str, RecordId] = {}
        self._forms = forms
        self._once = once
        self._new_id = new_id
        self._places: list[Place] = list(places)

    def record_of(self, address: Address) -> RecordId:
        """Give the record that holds the address's field.

        Raises: Usage `usage.not_found` for an item that is not there; `usage.ambiguous_item` with
        `items` where several could be meant.
        """
        lowest = max((at for at, step in enumerate(address.steps) if _is_id(step)), default=-1)
        parent = self._by_id(address.steps[lowest]) if lowest >= 0 else None
        self._check_line(address.steps[: max(lowest, 0)], parent)
        for step in address.steps[lowest + 1 :]:
            parent = self._step(step, parent)
        if parent is None:
            raise Usage("usage.not_found", what="item", name=address.field)
        return parent

    def _step(self, step: Step, parent: RecordId | None) -> RecordId:
        if step.item.startswith(NEW):
            return self._named_new(step, parent)
        if parent is None and not self._forms.form(step.record_key).repeats:
            return self._once(step.record_key)
        found = [one.record for one in self._below(step.record_key, parent)]
        if len(found) > 1:
            raise _ambiguous(step, found)
        return found[0] if found else self._open(step.record_key, parent)

    def _named_new(self, step: Step, parent: RecordId | None) -> RecordId:
        label = f"{step.record_key}[{step.item}]"
        if step.item == NEW or label not in self.named:
            self.named[label] = self._open(step.record_key, parent)
        return self.named[label]

    def _open(self, record_key: str, parent: RecordId | None) -> RecordId:
        new = NewPlace(self._new_id(), record_key, parent)
        self.opened.append(new)
        self._places.append(new)
        return new.record

    def _below(self, record_key: str, parent: RecordId | None) -> list[Place]:
        return [one for one in self._places if one.form == record_key and one.parent == parent]

    def _by_id(self, step: Step) -> RecordId:
        found = [
            one.record
            for one in self._places
            if one.form == step.record_key and one.record.hex().startswith(step.item)
        ]
        if len(found) > 1:
            raise _ambiguous(step, found)
        if not found:
            raise Usage("usage.not_found", what="item", name=step.item)
        return found[0]

    def _check_line(self, outer: Sequence[Step], record: RecordId | None) -> None:
        """See that the records named further out are those that the innermost one stands in."""
        by_id = {one.record: one for one in self._places}
        for step in reversed(outer):
            here = by_id.get(record) if record is not None else None
            record = here.parent if here is not None else None
            if step.item and (record is None or not record.hex().startswith(step.item)):
                raise Usage("usage.not_found", what="item", name=step.item)


def _is_id(step: Step) -> bool:
    return bool(step.item) and not step.item.startswith(NEW)


def _ambiguous(step: Step, found: Sequence[RecordId]) -> Usage:
    items = tuple(record.hex() for record in found)
    return Usage("usage.ambiguous_item", name=step.record_key, items=items)
