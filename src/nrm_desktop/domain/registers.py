"""Multi-value registers: what stands after any set of operations, in whatever order they came.

This module decides which operations stand, which record an opening makes, and what a conflict is.
It knows no log and no time: nothing here may depend on the order of arrival.

All operations given to one call lie in the same compartment of the same scope. That is a rule of
safety too: whoever may write in one compartment can never supersede a value of another by naming
its id.

- `set` and `resolve` fill a register: each stands until another one *names* it.
- `set_add` and `attach` put an element into a set: it stands until a `set_remove` that has seen
  it names it, hence an addition made at the same time as a removal wins.
- `entry` is a statement: it stands for good; a correction is a new entry.
- What the register of consents says (`LASTING`) stands for good too, whoever names it: an answer
  is changed by a row that replaces the row, a withdrawal by nothing.
- A record is what its opening with the lowest id says; a tombstone closes it and deletes nothing.

Source: sync.md section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nrm_desktop.domain.consent import REGISTER_FIELDS, register_field
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.ops import Op, OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.values import Answer

REGISTER_KINDS = frozenset({OpKind.SET, OpKind.RESOLVE})
ELEMENT_KINDS = frozenset({OpKind.SET_ADD, OpKind.ATTACH})
STANDING_KINDS = REGISTER_KINDS | ELEMENT_KINDS | {OpKind.ENTRY}
"""Kinds that can stand; a `set_remove` only takes away."""
SUPERSEDES: Mapping[OpKind, frozenset[OpKind]] = MappingProxyType(
    {
        OpKind.SET: REGISTER_KINDS,
        OpKind.RESOLVE: REGISTER_KINDS,
        OpKind.SET_REMOVE: ELEMENT_KINDS,
    }
)
"""Which kinds an operation takes away when it names them; what is not listed takes none."""

LASTING = frozenset(map(register_field, REGISTER_FIELDS)) - {register_field("cr_hold")}
"""Fields in which no value is ever taken away, and about which nobody has to decide: of several
the most protective acts (forms.md section 6). Only a hold is lifted by a later value."""

Register = tuple[RecordId, FieldId]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a set of operations comes to.

    Shape: `standing` holds the ids that stand in each register, by rising id; `records` the
    opening that holds for each record; `closed` the records that have a tombstone.
    """

    standing: Mapping[Register, tuple[OpId, ...]]
    records: Mapping[RecordId, OpenRecord]
    closed: frozenset[RecordId]


def merge(ops: Iterable[tuple[OpId, Op]]) -> Merged:
    """Say what stands. The result is the same for every order of `ops`."""
    known = sorted(dict(ops).items(), key=lambda pair: pair[0])
    values = {op_id: op for op_id, op in known if isinstance(op, ValueOp)}
    gone = _superseded(values)
    standing: dict[Register, list[OpId]] = {}
    for op_id, op in values.items():
        if op_id not in gone and op.kind in STANDING_KINDS:
            standing.setdefault((op.record, op.field), []).append(op_id)
    records: dict[RecordId, OpenRecord] = {}
    for _, opened in known:
        if isinstance(opened, OpenRecord):
            records.setdefault(opened.record, opened)
    return Merged(
        {register: tuple(ids) for register, ids in standing.items()},
        records,
        frozenset(op.record for _, op in known if isinstance(op, Tombstone)),
    )


def is_conflict(answers: Iterable[Answer | None]) -> bool:
    """True if the answers of one register say different things.

    Shape: None is an erased value; it says nothing any more and takes no part. The date of asking
    makes no difference.
    """
    said = [answer for answer in answers if answer is not None]
    return any(not other.same_content(said[0]) for other in said[1:])


def _superseded(values: Mapping[OpId, ValueOp]) -> set[OpId]:
    gone: set[OpId] = set()
    for op in values.values():
        kinds = frozenset() if op.field in LASTING else SUPERSEDES.get(op.kind, frozenset())
        for named in op.replaces:
            earlier = values.get(named)
            if earlier is not None and earlier.kind in kinds and _same_register(op, earlier):
                gone.add(named)
    return gone


def _same_register(one: ValueOp, other: ValueOp) -> bool:
    return (one.record, one.field) == (other.record, other.field)
