"""Operations on the wire: a skeleton that stays, and salted segments that can be erased.

This module decides how operations of the domain become skeleton and segments, and back. It must
not know headers, hashes or keys, and it never drops what it does not understand: an operation of
an unknown kind is kept as it came (sync.md section 3).

Source: sync.md sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.limits import OPS_PER_COMMIT, REPLACES_PER_OP, U16, U32
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.ops import (
    VALUE_KINDS,
    Op,
    OpenRecord,
    OpKind,
    Tombstone,
    UnknownOp,
    ValueOp,
)
from nrm_desktop.domain.values import Answer, AnswerState, Source

SALT_BYTES: Final = 16
_SHORT_VALUE, _LONG_VALUE = 3, 5
_ASKED_ON_CHARS: Final = 32
_STATES: Final = tuple(AnswerState)
_SOURCES: Final = tuple(Source)
_TOP_STATE, _TOP_SOURCE = len(_STATES) - 1, len(_SOURCES) - 1
_KINDS: Final = tuple(OpKind)
_NAMED_KINDS: Final = frozenset(int(kind) for kind in OpKind)
_NAME_AT: Final = 2


def write_ops(
    ops: Sequence[Op], random: Callable[[int], bytes]
) -> tuple[bytes, tuple[tuple[int, bytes], ...]]:
    """Encode operations into a skeleton and one salted segment per unit of erasure.

    Shape: (skeleton, ((unit, segment) ...) by rising unit).
    """
    values: dict[int, list[Encodable]] = {}
    skeleton = cbor.encode([_op_item(op, values) for op in ops])
    segments = tuple(
        (unit, cbor.encode([random(SALT_BYTES), values[unit]])) for unit in sorted(values)
    )
    return skeleton, segments


def read_ops(
    skeleton: bytes, segments: Mapping[int, bytes | None], compartment: int
) -> tuple[Op, ...]:
    """Decode the operations of a commit. Values of a segment that is None are None.

    Raises: HostileInput when a value is missing, used twice or used by no operation.
    """
    values = _Values(segments)
    ops = tuple(
        _read_op(item, values, compartment)
        for item in shape.array(cbor.decode(skeleton), "skeleton", OPS_PER_COMMIT, 1)
    )
    if not any(type(op) is UnknownOp for op in ops):
        values.must_all_be_used()
    return ops


def read_unknown_ops(skeleton: bytes) -> tuple[Op, ...]:
    """Keep the operations of a commit that only a newer program can apply."""
    return tuple(
        _unknown(shape.array(item, "op", least=1))
        for item in shape.array(cbor.decode(skeleton), "skeleton", OPS_PER_COMMIT, 1)
    )


def names_of_ops(skeleton: bytes) -> Iterator[str]:
    """Which field or form each operation is about; empty where it removes or is of a newer kind."""
    for item in shape.array(cbor.decode(skeleton), "skeleton", OPS_PER_COMMIT, 1):
        parts = shape.array(item, "op", least=1)
        name = parts[2] if len(parts) > _NAME_AT and parts[0] in _NAMED_KINDS else ""
        yield name if isinstance(name, str) else ""


def count_ops(skeleton: bytes) -> int:
    """The number of operations of a skeleton, from its head alone."""
    return cbor.count_elements(skeleton)


def answer_item(answer: Answer) -> Encodable:
    """The value of the wire: three elements, or five where date or marks say something."""
    short = (int(answer.state), int(answer.source), answer.value)
    if not answer.asked_on and not answer.marks:
        return short
    return (*short, answer.asked_on or None, answer.marks)


def read_answer(item: Item) -> Answer:
    """Read a value of the wire. Raises: HostileInput when it has two possible forms or none."""
    parts = shape.array(item, "value", _LONG_VALUE, _SHORT_VALUE)
    state = _STATES[shape.uint(parts[0], "value.state", _TOP_STATE)]
    source = _SOURCES[shape.uint(parts[1], "value.source", _TOP_SOURCE)]
    if state is not AnswerState.ANSWERED and parts[2] is not None:
        raise refuse(Step.CBOR, "value.state")
    if len(parts) == _SHORT_VALUE:
        return Answer(state, parts[2], source)
    _, _, value, asked_on, marks = shape.fields(parts, "value", _LONG_VALUE)
    date = "" if asked_on is None else shape.text(asked_on, "value.asked_on", _ASKED_ON_CHARS, 1)
    bits = shape.uint(marks, "value.marks", U32)
    if not date and not bits:
        raise refuse(Step.CBOR, "value.long_form")
    return Answer(state, value, source, date, bits)


def keep_answer(answer: Answer) -> bytes:
    """The bytes in which an answer is kept in the encrypted database.

    It was encoded for the wire, or decoded from it, before: all limits were looked at then.
    """
    return cbor.encode_own(answer_item(answer))


def kept_answer(data: bytes) -> Answer:
    """Read what `keep_answer` made; never for bytes from outside.

    Answers are read by the thousand, so what `keep_answer` cannot have written is not looked for.
    """
    parts: Any = cbor.decode_own(data)
    state, source = _STATES[parts[0]], _SOURCES[parts[1]]
    if len(parts) == _SHORT_VALUE:
        return Answer(state, parts[2], source)
    return Answer(state, parts[2], source, parts[3] or "", parts[4])


def _op_item(op: Op, values: dict[int, list[Encodable]]) -> Encodable:
    match op:
        case ValueOp():
            if op.answer is None:
                raise ProgramFault("program.fault", what="op.answer")
            unit = values.setdefault(op.unit, [])
            unit.append(answer_item(op.answer))
            place = (op.unit, len(unit) - 1)
            return (int(op.kind), op.record, op.field, _replaces_item(op.replaces), *place)
        case OpenRecord():
            last = (op.parent, op.order, op.compartment)
            return (int(OpKind.OPEN), op.record, op.form, *last)
        case Tombstone():
            return (int(OpKind.TOMBSTONE), op.record, "", _replaces_item(op.replaces))
        case UnknownOp():
            raise ProgramFault("program.fault", what="op.unknown")


def _replaces_item(replaces: Sequence[OpId]) -> Encodable:
    return [(op.commit, op.index) for op in sorted(set(replaces))]


def _read_op(item: Item, values: _Values, compartment: int) -> Op:
    parts = shape.array(item, "op", least=1)
    number = shape.uint(parts[0], "op.kind")
    if number >= len(_KINDS):
        return _unknown(parts)
    kind = _KINDS[number]
    if kind in VALUE_KINDS:
        return _read_value_op(kind, parts, values)
    return _read_tombstone(parts) if kind is OpKind.TOMBSTONE else _read_open(parts, compartment)


def _read_value_op(kind: OpKind, parts: tuple[Item, ...], values: _Values) -> ValueOp:
    _, record, field, replaces, unit, index = shape.fields(parts, "op", 6)
    number = shape.uint(unit, "op.unit", U16)
    said = values.take(number, shape.uint(index, "op.index", OPS_PER_COMMIT))
    named = () if replaces == () else _read_replaces(replaces)
    own, name = shape.octets(record, "op.record"), shape.name(field, "op.field")
    return ValueOp(kind, RecordId(own), FieldId(name), said, named, number)


def _read_tombstone(parts: tuple[Item, ...]) -> Tombstone:
    _, record, field, replaces = shape.fields(parts, "op", 4)
    shape.text(field, "op.field", 0)
    return Tombstone(RecordId(shape.octets(record, "op.record")), _read_replaces(replaces))


def _read_open(parts: tuple[Item, ...], compartment: int) -> OpenRecord:
    _, record, form, parent, order, own = shape.fields(parts, "op", 6)
    if own is not None and shape.uint(own, "op.compartment", U16) != compartment:
        raise refuse(Step.PLACE, "op.compartment")
    above = shape.optional(parent, "op.parent", shape.octets)
    return OpenRecord(
        RecordId(shape.octets(record, "op.record")),
        shape.name(form, "op.form"),
        None if above is None else RecordId(above),
        shape.uint(order, "op.order", U32),
        None if own is None else compartment,
    )


def _read_replaces(item: Item) -> tuple[OpId, ...]:
    found = shape.each(item, "op.replaces", read_op_id, REPLACES_PER_OP)
    return shape.ascending(found, "op.replaces") if len(found) > 1 else found


def read_op_id(item: Item, what: str) -> OpId:
    """Ask for an op id: [first 16 bytes of the commit id, index]."""
    commit, index = shape.fields(item, what, 2)
    return OpId(shape.octets(commit, what), shape.uint(index, what, OPS_PER_COMMIT))


def _unknown(parts: tuple[Item, ...]) -> UnknownOp:
    return UnknownOp(shape.uint(parts[0], "op.kind"), parts)


class _Values:
    """The values of the segments, each to be taken by exactly one operation."""

    def __init__(self, segments: Mapping[int, bytes | None]) -> None:
        self._items = {
            unit: None if data is None else _segment_values(data) for unit, data in segments.items()
        }
        self._taken: dict[int, set[int]] = {unit: set() for unit in segments}

    def take(self, unit: int, index: int) -> Answer | None:
        taken = self._taken.get(unit)
        if taken is None or index in taken:
            raise refuse(Step.CBOR, "op.unit")
        taken.add(index)
        items = self._items[unit]
        if items is None:
            return None
        if index >= len(items):
            raise refuse(Step.CBOR, "op.index")
        return read_answer(items[index])

    def must_all_be_used(self) -> None:
        for unit, items in self._items.items():
            taken = self._taken[unit]
            if not taken or (items is not None and len(taken) != len(items)):
                raise refuse(Step.CBOR, "segment.unused")


def _segment_values(data: bytes) -> tuple[Item, ...]:
    salt, values = shape.fields(cbor.decode(data), "segment", 2)
    shape.octets(salt, "segment.salt", SALT_BYTES)
    return shape.array(values, "segment.values", OPS_PER_COMMIT)
