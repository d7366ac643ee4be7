"""Reads one `[[field]]` block, its sub-fields if it is a group, and its inline list of codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nrm_desktop.domain.forms.block import Block, is_short_id
from nrm_desktop.domain.forms.parse_codes import parse_compartment
from nrm_desktop.domain.forms.parse_condition import parse_condition, parse_required
from nrm_desktop.domain.forms.schema import (
    ALL_SOURCES,
    Code,
    CodeList,
    Field,
    SearchRole,
    Section,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.protective import MERGE_SURFACE
from nrm_desktop.domain.values import FieldType, Source

FIELD_ID = re.compile(r"[a-z][a-z0-9_.]{0,63}")
"""Source: sync.md section 3, field ids on the wire."""
_RESERVED = frozenset({"title", "section"})
"""A field of this name would collide with the keys of the form's own texts."""
_CHOICES = frozenset({FieldType.ONE, FieldType.MANY})
_WITHOUT_REMARK = frozenset({FieldType.GROUP, FieldType.AUTO, FieldType.LONG})
_OWN_LISTS = {FieldType.SIGN: "sign", FieldType.COUNTRY: "country"}
"""Lists that fields of a type use without naming them."""
_SEARCHED_AS = {
    SearchRole.NAME: FieldType.TEXT,
    SearchRole.BIRTH: FieldType.DATE,
    SearchRole.NATIONALITY: FieldType.COUNTRY,
}
"""The one type that a field of each role must have."""
_TYPES = {kind.value: kind for kind in FieldType}
_SOURCES = {source.word: source for source in ALL_SOURCES}


@dataclass(frozen=True, slots=True)
class ParsedField:
    """A field, and the lists of codes that stand inside its block."""

    field: Field
    codelists: tuple[CodeList, ...] = ()


def parse_field(block: Block, section: Section, pack: str) -> ParsedField | None:
    """Read a field; None if it has no usable id or type (which is reported)."""
    field_id = block.text("id")
    if not _is_field_id(block, field_id, section.form):
        return None
    if same := block.text("same_as"):
        block.finish()
        shown = Field(FieldId(field_id), section.id, FieldType.AUTO, section.compartment)
        return ParsedField(replace(shown, same_as=FieldId(same), pack=pack))
    outer = Field(FieldId(field_id), section.id, FieldType.GROUP, section.compartment, pack=pack)
    one = _question(block, outer)
    if one is None:
        return None
    lists = list(_inline_list(block, one))
    if one.is_group:
        subs = tuple(_sub_fields(block, one, lists))
        one = replace(one, fields=subs)
        if not subs:
            block.problem(
                "type",
                "empty_group",
                "A group needs sub-fields.",
                "Add [[field.field]] blocks, or choose another type.",
            )
    block.finish()
    return ParsedField(one, tuple(lists))


def _is_field_id(block: Block, field_id: str, form: str) -> bool:
    head, _, short = field_id.partition(".")
    if head != form or not is_short_id(short) or not FIELD_ID.fullmatch(field_id):
        block.problem(
            "id",
            "bad_id",
            f"`{field_id[:80]}` is no id of a field of this form.",
            f"Write `{form}.name`: a to z, 0 to 9 and _, at most 64 characters in all.",
        )
        return False
    if short in _RESERVED:
        block.problem(
            "id",
            "bad_id",
            f"`{short}` is kept for the texts of the form.",
            "Choose another name.",
        )
        return False
    return True


def _sub_fields(block: Block, group: Field, lists: list[CodeList]) -> Iterator[Field]:
    for one in block.blocks("field"):
        short = one.text("id", None)
        one.named(short)
        full = f"{group.id}.{short}"
        if not is_short_id(short) or not FIELD_ID.fullmatch(full):
            one.problem(
                "id",
                "bad_id",
                f"`{full[:80]}` is no id of a sub-field.",
                "Use a to z, 0 to 9 and _; with the group's id at most 64 characters.",
            )
            continue
        sub = _question(one, replace(group, id=FieldId(full), parent=group.id))
        if sub is None:
            continue
        if sub.is_group:
            one.problem(
                "type",
                "too_deep",
                "A group inside a group is one level too many.",
                "Make it a group of the form, or a repeating section.",
            )
            continue
        lists.extend(_inline_list(one, sub))
        one.finish()
        yield sub


def _question(block: Block, outer: Field) -> Field | None:
    """Read the keys that fields and sub-fields share; what is left out comes from `outer`."""
    word = block.text("type", None)
    kind = _TYPES.get(word)
    if kind is None:
        block.problem(
            "type",
            "unknown_type",
            f"There is no field type `{word[:40]}`.",
            f"Use one of {', '.join(_TYPES)}.",
        )
        return None
    one = replace(
        outer,
        type=kind,
        compartment=parse_compartment(block) or outer.compartment,
        codelist=_list_of(block, outer.id) or _OWN_LISTS.get(kind, ""),
        ref=block.text("ref"),
        consent_groups=_inherit(block, "consent_groups", outer.consent_groups),
        purposes=_inherit(block, "purposes", outer.purposes),
        sources=_sources(block),
        visible_when=parse_condition(block, "visible_when"),
        required_for=parse_required(block),
        merge=block.text("merge", MERGE_SURFACE),
        retention=block.text("retention", outer.retention),
        htcds=block.texts("htcds"),
        uk=block.texts("uk"),
        may_decline=block.flag("may_decline", default=True),
        own_words=block.flag("own_words"),
        alert=block.text("alert"),
        has_remark=block.flag("remark"),
        erase_alone=_erase(block, outer),
        is_verified=block.flag("verified"),
        search=_search_role(block, kind),
        fields=(),
    )
    _check_shape(block, one)
    return one


def _list_of(block: Block, field_id: str) -> str:
    return block.text("codelist") or (field_id if block.has("codes") else "")


def _inherit(block: Block, key: str, outer: tuple[str, ...]) -> tuple[str, ...]:
    return block.texts(key) if block.has(key) else outer


def _sources(block: Block) -> tuple[Source, ...]:
    words = block.texts("sources")
    for word in words:
        if word not in _SOURCES:
            block.problem(
                "sources",
                "bad_value",
                f"There is no source `{word[:40]}`.",
                f"Use {', '.join(_SOURCES)}.",
            )
    return tuple(_SOURCES[word] for word in words if word in _SOURCES) or ALL_SOURCES


def _erase(block: Block, outer: Field) -> bool:
    word = block.text("erase")
    if word not in {"", "alone"}:
        block.problem("erase", "bad_value", '`erase` is only ever "alone".', "Write that.")
    return word == "alone" or outer.erase_alone


def _search_role(block: Block, kind: FieldType) -> SearchRole:
    word = block.text("search")
    fitting = {role.value: role for role, wanted in _SEARCHED_AS.items() if wanted is kind}
    if word and word not in fitting:
        block.problem(
            "search",
            "bad_value",
            f"A {kind} field cannot be searched as `{word[:40]}`.",
            "Use name with text, birth with date, nationality with country.",
        )
    return fitting.get(word, SearchRole.NONE)


def _check_shape(block: Block, one: Field) -> None:
    if one.type in _CHOICES and not one.codelist and not one.ref:
        block.problem(
            "type",
            "missing_codes",
            "A choice needs a list to choose from.",
            "Add `codelist`, `codes`, or `ref` for a choice among records.",
        )
    if block.has("codes") and (one.codelist != one.id or one.type not in _CHOICES):
        block.problem(
            "codes",
            "bad_value",
            "`codes` goes with the types one and many, and not with `codelist`.",
            "Remove one of them.",
        )
    if one.type is FieldType.REF and not one.ref:
        block.problem("type", "missing_key", "A link needs `ref`.", "Say what it links to.")
    if one.has_remark and one.type in _WITHOUT_REMARK:
        block.problem(
            "remark", "bad_value", f"A {one.type} field has no remark.", "Remove `remark`."
        )


def _inline_list(block: Block, one: Field) -> Iterator[CodeList]:
    codes = block.texts("codes")
    if not codes or one.codelist != one.id:
        return
    if len(set(codes)) != len(codes):
        block.problem("codes", "duplicate_id", "A code stands twice.", "Remove one.")
    yield CodeList(one.id, tuple(Code(code) for code in dict.fromkeys(codes)))
