"""Reads a condition of a pack into its structure. Whether its fields exist is `check`'s matter.

Nothing is ever evaluated here: a condition is a tree of the six leaves and combinators of
`schema`, and everything else is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nrm_desktop.domain.forms.block import Block
from nrm_desktop.domain.forms.schema import (
    AllOf,
    AnyOf,
    Condition,
    Fact,
    FieldAnswered,
    FieldEquals,
    FieldState,
    Not,
    RequiredFor,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import AnswerState

STATES = {state.word: state for state in AnswerState}
_DEEPEST = 8
"""No condition a person can check is nested deeper."""


class _Bad(ValueError):
    """A part of a condition that has no meaning; told once, for the whole condition."""


def parse_condition(block: Block, key: str) -> Condition | None:
    """Read the condition at a key; None if there is none or it is wrong (which is reported)."""
    if not block.has(key):
        return None
    try:
        return _condition(block.raw(key), _DEEPEST)
    except _Bad as bad:
        block.problem(
            key,
            "bad_condition",
            f"The condition `{key}` cannot be read: {bad}.",
            "Use all, any, not, or field with equals, in, answered or state, or fact.",
        )
        return None


def parse_required(block: Block) -> tuple[RequiredFor, ...]:
    """Read `required_for`: names of acts, or tables with act, when and hint."""
    found = block.raw("required_for")
    if found is None:
        return ()
    if not isinstance(found, list):
        block.wrong_type("required_for", "a list of acts")
        return ()
    return tuple(entry for entry in (_required(block, raw) for raw in found) if entry)


def _required(block: Block, raw: object) -> RequiredFor | None:
    if isinstance(raw, str):
        return RequiredFor(raw)
    if not isinstance(raw, dict):
        block.wrong_type("required_for", "a list of acts, each a text or a table with `act`")
        return None
    inner = Block(block.log, raw, block.place.at("required_for"))
    act = inner.text("act", None)
    entry = RequiredFor(act, parse_condition(inner, "when"), inner.flag("hint"))
    inner.finish()
    return entry if act else None


def _condition(raw: object, depth: int) -> Condition:
    if not isinstance(raw, dict):
        raise _Bad("a table is expected")
    if depth == 0:
        raise _Bad(f"it is nested deeper than {_DEEPEST}")
    for key, read in _COMBINATORS.items():
        if key in raw:
            _only(raw, {key})
            return read(raw[key], depth - 1)
    return _leaf(raw)


def _parts(raw: object, depth: int) -> tuple[Condition, ...]:
    if not isinstance(raw, list) or not raw:
        raise _Bad("all and any need a list with at least one part")
    return tuple(_condition(part, depth) for part in raw)


_COMBINATORS: Mapping[str, Callable[[object, int], Condition]] = {
    "all": lambda raw, depth: AllOf(_parts(raw, depth)),
    "any": lambda raw, depth: AnyOf(_parts(raw, depth)),
    "not": lambda raw, depth: Not(_condition(raw, depth)),
}


def _leaf(raw: Mapping[str, object]) -> Condition:
    if "fact" in raw:
        _only(raw, {"fact"})
        return Fact(_text(raw["fact"]))
    if "field" not in raw:
        raise _Bad("neither field nor fact is named")
    field = FieldId(_text(raw["field"]))
    tests = [key for key in raw if key != "field"]
    if len(tests) != 1 or tests[0] not in _TESTS:
        raise _Bad("a field needs exactly one of equals, in, answered, state")
    return _TESTS[tests[0]](field, raw[tests[0]])


def _equals(field: FieldId, raw: object) -> Condition:
    return FieldEquals(field, (_value(raw),))


def _in(field: FieldId, raw: object) -> Condition:
    if not isinstance(raw, list) or not raw:
        raise _Bad("`in` needs a list with at least one value")
    return FieldEquals(field, tuple(_value(entry) for entry in raw))


def _answered(field: FieldId, raw: object) -> Condition:
    if not isinstance(raw, bool):
        raise _Bad("`answered` is true or false")
    return FieldAnswered(field, raw)


def _state(field: FieldId, raw: object) -> Condition:
    if not isinstance(raw, str) or raw not in STATES:
        raise _Bad(f"`state` is one of {', '.join(STATES)}")
    return FieldState(field, STATES[raw])


_TESTS: Mapping[str, Callable[[FieldId, object], Condition]] = {
    "equals": _equals,
    "in": _in,
    "answered": _answered,
    "state": _state,
}


def _value(raw: object) -> bool | int | str:
    if isinstance(raw, bool | int | str):
        return raw
    raise _Bad("a value is a text, a whole number, true or false")


def _text(raw: object) -> str:
    if isinstance(raw, str) and raw:
        return raw
    raise _Bad("a name is expected")


def _only(raw: Mapping[str, object], known: set[str]) -> None:
    if set(raw) != known:
        raise _Bad("it mixes several conditions in one table")
