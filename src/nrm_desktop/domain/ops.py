"""The vocabulary of operations: everything that can ever happen to a record.

An operation is split on the wire into a skeleton (what it is and what it replaces, never erased
while the scope lives) and a value (erasable). Here both halves stand together. Unknown kinds and
fields are kept and forwarded, never refused (sync.md section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.values import Answer


class OpKind(IntEnum):
    """The numbers of the wire."""

    SET = 0
    SET_ADD = 1
    SET_REMOVE = 2
    ENTRY = 3
    TOMBSTONE = 4
    ATTACH = 5
    RESOLVE = 6
    OPEN = 7


VALUE_KINDS = frozenset(
    {OpKind.SET, OpKind.SET_ADD, OpKind.SET_REMOVE, OpKind.ENTRY, OpKind.ATTACH, OpKind.RESOLVE}
)


@dataclass(frozen=True, slots=True)
class ValueOp:
    """Kinds 0 to 3, 5 and 6: a value in one field of one record.

    Shape: `replaces` names every operation this one has seen and supersedes; `unit` is the unit
    of erasure (0 = the ordinary values of the save; a field marked `erase = "alone"` gets its
    own). `answer` is None when the value was erased or is withheld.
    """

    kind: OpKind
    record: RecordId
    field: FieldId
    answer: Answer | None
    replaces: tuple[OpId, ...] = ()
    unit: int = 0


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """Kind 7: a record is born: a form, or a row of a repeating section or group.

    Shape: `form` is a form key or `form.section`; `parent` is the record it stands in, None if it
    hangs on the scope; `order` only sorts; `compartment` is set for rows with `compartment_by`.
    """

    record: RecordId
    form: str
    parent: RecordId | None = None
    order: int = 0
    compartment: int | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Kind 4: a record is closed by name; nothing of it is deleted."""

    record: RecordId
    replaces: tuple[OpId, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownOp:
    """An operation of a newer version: kept, forwarded, counted, not applied.

    Shape: `raw` is the skeleton op as decoded.
    """

    kind: int
    raw: tuple[object, ...]


Op = ValueOp | OpenRecord | Tombstone | UnknownOp
