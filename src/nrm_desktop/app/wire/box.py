"""What a box holds: the answers of one form, written while the vault was locked.

This module decides the bytes inside a box (object type 7). It must not seal them, and it knows no
form: whether a field exists is decided by whoever adopts the box.

Source: sync.md section 7.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.limits import BOX_ANSWERS, BOX_BYTES, CLOCK_MS, FORMAT
from nrm_desktop.app.wire.operations import answer_item, read_answer
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer

_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class BoxContent:
    """One form as somebody filled it in. Its text form shows no answer.

    Shape: `form` is the id of a form, `made_ms` the wall clock of the locked laptop; each field
    stands once.
    """

    form: str
    made_ms: int
    answers: tuple[tuple[FieldId, Answer], ...] = field(repr=False)


def encode_box(content: BoxContent) -> bytes:
    """The body of a box."""
    answers = [(name, answer_item(answer)) for name, answer in content.answers]
    return cbor.encode((FORMAT, content.form, content.made_ms, answers))


def decode_box(data: bytes) -> BoxContent:
    """Read the body of a box. Raises: HostileInput."""
    if len(data) > BOX_BYTES:
        raise refuse(Step.CBOR, "box.size")
    _, form, made_ms, answers = shape.structure(cbor.decode(data), "box", _PARTS)
    content = BoxContent(
        shape.name(form, "box.form"),
        shape.uint(made_ms, "box.made", CLOCK_MS),
        shape.each(answers, "box.answer", _read_pair, BOX_ANSWERS),
    )
    names = [name for name, _ in content.answers]
    if len(set(names)) != len(names):
        raise refuse(Step.CBOR, "box.double")
    return content


def _read_pair(item: Item, what: str) -> tuple[FieldId, Answer]:
    name, answer = shape.fields(item, what, 2)
    return FieldId(shape.name(name, what)), read_answer(answer)
