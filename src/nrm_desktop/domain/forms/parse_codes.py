"""Reads the smaller files of a pack: code lists, texts, layouts, roles, facts, standards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nrm_desktop.domain.compartments import Cell, Cells, PostSource, Role, RoleTable
from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.parse_condition import parse_condition
from nrm_desktop.domain.forms.schema import (
    Act,
    Code,
    CodeList,
    FactRule,
    Layout,
    LayoutPart,
)
from nrm_desktop.domain.ids import FieldId, FormId
from nrm_desktop.domain.scopes import BY_WORD, Compartment

_DEEPEST_KEY = 8
_LETTERS = {cell.value: cell for cell in Cell}


@dataclass(frozen=True, slots=True)
class CompartmentFile:
    """What stands in `compartments.toml`."""

    roles: RoleTable
    acts: Mapping[str, Act]
    default_purposes: tuple[str, ...]


def parse_codelists(block: Block) -> Iterator[CodeList]:
    """Read every `[[codelist]]` of a file."""
    for one in block.blocks("codelist"):
        list_id = one.text("id", None)
        if list_id and short_id(one, "id", list_id):
            yield _codelist(one.named(list_id), list_id)
    block.finish()


def _codelist(block: Block, list_id: str) -> CodeList:
    codes: dict[str, Code] = {}
    for one in block.blocks("code"):
        code = one.text("code", None)
        if not code:
            continue
        if code in codes:
            one.problem(code, "duplicate_id", f"The code `{code}` stands twice.", "Remove one.")
        codes[code] = Code(
            code=code,
            htcds=one.texts("htcds"),
            uk=one.texts("uk"),
            compartment=parse_compartment(one),
            is_hidden=one.flag("hide"),
        )
        one.finish()
    version = block.raw("version") if block.has("version") else 1
    if not isinstance(version, int):
        block.wrong_type("version", "a whole number")
        version = 1
    is_verified = block.flag("verified")
    block.finish()
    return CodeList(list_id, tuple(codes.values()), version, is_verified)


def parse_compartment(block: Block) -> Compartment | None:
    """Read the key `compartment`; None if it is not there or names none."""
    word = block.text("compartment")
    if not word:
        return None
    if word not in BY_WORD:
        block.problem(
            "compartment",
            "unknown_compartment",
            f"There is no compartment `{word[:40]}`.",
            f"Use one of {', '.join(BY_WORD)}.",
        )
    return BY_WORD.get(word)


def parse_texts(block: Block) -> dict[str, str]:
    """Flatten the tables of a text file to dotted keys."""
    found: dict[str, str] = {}
    for name in block.names():
        for key, value in _flatten({name: block.raw(name)}, ()):
            if isinstance(value, str):
                found[key] = value
                continue
            block.problem(
                key.rpartition(".")[2],
                "wrong_type",
                f"The text `{key}` must be a text in quotes, at most {_DEEPEST_KEY} names deep.",
                "Write it that way.",
            )
    return found


def _flatten(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        # Dotted keys can nest without end; no text of a pack lies deeper.
        if isinstance(value, dict) and len(path) < _DEEPEST_KEY - 1:
            yield from _flatten(value, (*path, key))
        else:
            yield ".".join((*path, key)), value


def parse_layout(block: Block) -> Layout | None:
    """Read a layout: its form, and its parts in print order."""
    heads = block.blocks("layout")
    parts = tuple(
        LayoutPart(one.text("id", None), tuple(FieldId(name) for name in one.texts("fields")))
        for one in _finished(block.blocks("part"), ("id", "fields"))
    )
    block.finish()
    if len(heads) != 1:
        block.problem("layout", "missing_key", "One table [layout] is needed.", "Add it.")
        return None
    head = heads[0]
    layout = Layout(
        head.text("id", None),
        FormId(head.text("form", None)),
        parts,
        head.texts("purposes"),
        head.texts("recipients"),
    )
    head.finish()
    return layout


def _finished(blocks: tuple[Block, ...], keys: tuple[str, ...]) -> Iterator[Block]:
    for one in blocks:
        for key in keys:
            one.raw(key)
        one.finish()
        yield one


def parse_compartments(block: Block) -> CompartmentFile:
    """Read roles, presets, who fills what, kinds of recipients, acts and default purposes."""
    roles = {role.id: role for role in map(_role, block.blocks("role")) if role.id}
    presets, sources = {}, {}
    for one in block.blocks("preset"):
        name = one.text("id", None)
        presets[name] = one.texts("roles")
        if one.has("source"):
            sources[name] = PostSource(one.text("source"), one.flag("verified"))
        one.finish()
    acts = {act.id: act for act in map(_act, block.blocks("act")) if act.id}
    fills = dict(_lists(block, "fills"))
    kinds = {kind: "".join(role[:1]) for kind, role in _lists(block, "recipient_kind")}
    defaults = tuple(code for _, codes in _lists(block, "purposes") for code in codes)
    block.finish()
    return CompartmentFile(RoleTable(roles, presets, fills, kinds, sources), acts, defaults)


def _lists(block: Block, key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for table in block.blocks(key):
        for name in table.names():
            yield name, table.texts(name)


def _role(block: Block) -> Role:
    role_id = block.text("id", None)
    block.named(role_id)
    cells: dict[Compartment, Cells] = {}
    for table in block.blocks("cells"):
        for word in table.names():
            letters = frozenset(table.text(word)) - {" ", "-"}
            if word not in BY_WORD or not letters <= set(_LETTERS):
                table.problem(
                    word,
                    "bad_cell",
                    f"The cell `{word}` of role `{role_id}` cannot be read.",
                    f"Name a compartment, with letters out of {''.join(_LETTERS)}.",
                )
                continue
            cells[BY_WORD[word]] = frozenset(_LETTERS[letter] for letter in letters)
    role = Role(role_id, cells, block.flag("until_handover"))
    block.finish()
    return role


def _act(block: Block) -> Act:
    act = Act(block.text("id", None), block.flag("hint"), block.flag("lone"), block.text("track"))
    block.named(act.id).finish()
    return act


def parse_facts(block: Block) -> Iterator[FactRule]:
    """Read every `[[fact]]` of a file."""
    for one in block.blocks("fact"):
        fact_id = one.text("id", None)
        yield FactRule(fact_id, parse_condition(one.named(fact_id), "when"))
        one.finish()
    block.finish()


def parse_names(block: Block) -> frozenset[str]:
    """Read the names of a standard."""
    names = frozenset(block.texts("names"))
    block.finish()
    return names
