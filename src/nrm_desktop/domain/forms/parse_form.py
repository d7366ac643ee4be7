"""Reads one form file: its head, sections, fields, and the changes of an overlay.

This module decides types and shapes within the file. What refers to something outside the file
(lists, fields of conditions, acts, roles, texts) is checked on the joined packs by `check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.parse_codes import parse_compartment
from nrm_desktop.domain.forms.parse_condition import parse_condition, parse_required
from nrm_desktop.domain.forms.parse_field import parse_field
from nrm_desktop.domain.forms.problems import Place
from nrm_desktop.domain.forms.schema import (
    CodeList,
    Condition,
    Field,
    Form,
    FormScope,
    RequiredFor,
    Section,
)
from nrm_desktop.domain.ids import FieldId, FormId
from nrm_desktop.domain.scopes import Compartment


@dataclass(frozen=True, slots=True)
class Change:
    """What an overlay does to a field or section of the base. None: left as it is."""

    target: str
    place: Place
    after: str = ""
    hide: bool | None = None
    purposes: tuple[str, ...] | None = None
    consent_groups: tuple[str, ...] | None = None
    compartment: Compartment | None = None
    visible_when: Condition | None = None
    required_for: tuple[RequiredFor, ...] = ()
    htcds: tuple[str, ...] = ()
    uk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormFile:
    """One form file as read. Shape: `sections` hold their new fields; `after` gives positions."""

    form: Form
    place: Place
    after: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    codelists: tuple[CodeList, ...] = ()
    added: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What is gathered while one file is read."""

    pack: str
    form: FormId
    sections: dict[str, Section]
    after: dict[str, str] = field(default_factory=dict)
    codelists: list[CodeList] = field(default_factory=list)


def parse_form(block: Block, pack: str, base: Form | None) -> FormFile | None:
    """Read a form file; `base` is the form that an overlay adds to, if there is one."""
    heads = block.blocks("form")
    if len(heads) != 1:
        block.problem("form", "missing_key", "One table [form] is needed.", "Add it.")
        return None
    head = _head(heads[0], pack, base)
    if head is None:
        return None
    sections = {one.id: one for one in base.sections} if base else {}
    reading = _Reading(pack, head.id, sections)
    own = tuple(_sections(block, reading))
    added = _fields(block, reading)
    changes = tuple(change for one in block.blocks("change") if (change := _change(one)))
    block.finish()
    return FormFile(
        form=Form(
            head.id, head.scope, own, head.repeats, head.same_record_as, pack, head.is_verified
        ),
        place=block.place,
        after=reading.after,
        changes=changes,
        codelists=tuple(reading.codelists),
        added=added,
    )


def _head(block: Block, pack: str, base: Form | None) -> Form | None:
    form_id = block.text("id", None)
    block.named(form_id)
    scope = block.text("scope", base.scope if base else FormScope.CASE)
    same = block.text("same_record_as", (base and base.same_record_as) or "")
    if scope not in tuple(FormScope):
        block.problem("scope", "bad_value", f"No scope `{scope[:40]}`.", "Use case, organisation.")
        return None
    form = Form(
        FormId(form_id),
        FormScope(scope),
        repeats=block.flag("repeats", default=bool(base and base.repeats)),
        same_record_as=FormId(same) if same else None,
        pack=pack,
        is_verified=block.flag("verified"),
    )
    block.finish()
    if base and (form.scope, form.repeats, form.same_record_as) != (
        base.scope,
        base.repeats,
        base.same_record_as,
    ):
        block.problem(
            "id",
            "type_change",
            f"The form `{form_id}` of the base has another scope or repeats otherwise.",
            "Leave these keys out.",
        )
    return form if form_id and short_id(block, "id", form_id) else None


def _sections(block: Block, reading: _Reading) -> Iterator[Section]:
    for one in block.blocks("section"):
        section_id = one.text("id", None)
        if not section_id or not short_id(one, "id", section_id):
            continue
        one.named(section_id)
        if section_id in reading.sections:
            one.problem(
                "id",
                "duplicate_id",
                f"The section `{section_id}` exists already.",
                "Give it another id; to change one of the base use [[change]].",
            )
            continue
        section = _section(one, section_id, reading)
        reading.sections[section_id] = section
        yield section


def _section(block: Block, section_id: str, reading: _Reading) -> Section:
    by = block.text("compartment_by")
    place = parse_compartment(block)
    if place is None and not block.has("compartment"):
        block.problem("compartment", "missing_key", "The section names no compartment.", "Add one.")
    section = Section(
        section_id,
        reading.form,
        place or Compartment.CORE,
        repeats=block.flag("repeats"),
        visible_when=parse_condition(block, "visible_when"),
        closed_until=parse_condition(block, "closed_until"),
        compartment_by=FieldId(by) if by else None,
        pack=reading.pack,
    )
    if after := block.text("after"):
        reading.after[section.key] = after
    block.finish()
    return section


def _fields(block: Block, reading: _Reading) -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {}
    for one in block.blocks("field"):
        field_id = one.text("id", None)
        section = reading.sections.get(one.named(field_id).text("section", None))
        if section is None:
            one.problem(
                "section",
                "unknown_section",
                f"The form has no section `{one.text('section')[:40]}`.",
                "Name the id of a section of this form.",
            )
            continue
        if after := one.text("after"):
            reading.after[field_id] = after
        parsed = parse_field(one, section, reading.pack)
        if parsed:
            reading.codelists.extend(parsed.codelists)
            found.setdefault(section.id, []).append(parsed.field)
    return {section: tuple(fields) for section, fields in found.items()}


def _change(block: Block) -> Change | None:
    target = block.text("field") or block.text("section")
    if not target:
        block.problem(
            "change",
            "missing_key",
            "A change names no field or section.",
            "Add `field` or `section` with its full id.",
        )
        return None
    for key in ("type", "codelist", "codes", "id"):
        if block.has(key):
            block.problem(
                key,
                "type_change",
                "A field of the base never changes its type or list.",
                "Make a new field with a new id, and hide the old one.",
            )
            block.raw(key)
    change = Change(
        target,
        block.named(target).place,
        after=block.text("after"),
        hide=block.flag("hide") if block.has("hide") else None,
        purposes=block.texts("purposes") if block.has("purposes") else None,
        consent_groups=block.texts("consent_groups") if block.has("consent_groups") else None,
        compartment=parse_compartment(block),
        visible_when=parse_condition(block, "visible_when"),
        required_for=parse_required(block),
        htcds=block.texts("htcds"),
        uk=block.texts("uk"),
    )
    block.finish()
    return change
