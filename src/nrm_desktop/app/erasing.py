"""An order to erase: what it names, and who may carry it out.

This module decides how an order is read and whom it needs: the data-protection officer alone, or
somebody who leads the case together with a second person who signs with an own passphrase. It
erases nothing.

Source: cli.md section 12; sync.md section 17; storage-security.md section 18.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.strict_json import Json
from nrm_desktop.domain.additions import Said, additions
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment

EVERYTHING = "*"
_KEYS = frozenset(
    {"ground", "fields", "items", "whole_case", "ordered_by", "second", "re_assert", "request"}
)
_NEEDED = frozenset({"ground", "ordered_by"})


@dataclass(frozen=True, slots=True)
class EraseOrder:
    """What shall go, and what shall stay though it lies in the same save.

    Shape: `fields` are field ids, in `items` (records) only where some are named; `re_assert` are
    field ids that are written anew, or `*` for all; `second` is a badge or empty; `additions` are
    records of what the person said about answers that go: it repeats them often enough; `request`
    is the request of the person that it is carried out for, None if there is none.
    """

    ground: str
    ordered_by: str
    fields: frozenset[FieldId] = frozenset()
    items: frozenset[RecordId] = frozenset()
    whole_case: bool = False
    second: str = ""
    re_assert: frozenset[str] = frozenset()
    additions: frozenset[RecordId] = frozenset()
    request: RecordId | None = None

    def wants(self, record: RecordId, name: FieldId) -> bool:
        """True if a field of a record is ordered to go."""
        if self.whole_case:
            return True
        if record in self.additions:
            return True
        return name in self.fields and (not self.items or record in self.items)

    def keeps(self, name: FieldId) -> bool:
        """True if a value of this field that would go along is to be written anew."""
        return EVERYTHING in self.re_assert or name in self.re_assert


def with_additions(order: EraseOrder, cells: Iterable[CellRow]) -> EraseOrder:
    """The same order, for what was said about the answers too. Shape: `cells` of a case."""
    said = (
        Said(cell.record, cell.field, cell.compartment, each.answer)
        for cell in cells
        for each in cell.standing
        if each.answer is not None
    )
    going = {
        one.record
        for spot, some in additions(said).items()
        if order.wants(spot.record, spot.field)
        for one in some
    }
    return replace(order, additions=frozenset(going))


def read_order(given: Json) -> EraseOrder:
    """Read an order from its file. Raises: Usage `usage.not_json`, `usage.bad_value`."""
    if not isinstance(given, dict) or not _NEEDED <= given.keys() <= _KEYS:
        raise Usage("usage.not_json", what="shape")
    order = EraseOrder(
        ground=_text(given, "ground"),
        ordered_by=_text(given, "ordered_by"),
        fields=frozenset(map(FieldId, _texts(given, "fields"))),
        items=frozenset(map(_record, _texts(given, "items"))),
        whole_case=given.get("whole_case", False) is True,
        second=_text(given, "second") if given.get("second") else "",
        re_assert=frozenset(_texts(given, "re_assert")),
        request=_record(_text(given, "request")) if given.get("request") else None,
    )
    if not order.fields and not order.whole_case:
        raise Usage("usage.bad_value", what="fields")
    if not order.ground.strip():
        raise Usage("usage.bad_value", what="ground")
    return order


def must_be_allowed_to_erase(context: Context, order: EraseOrder, seconds: Collection[str]) -> None:
    """See that this person may carry the order out.

    Shape: `seconds` are the badges of those who confirmed with an own passphrase just now.
    Raises: Refused `erasure.needs_second`; Usage `usage.bad_value` where the order was made for
    somebody else.
    """
    if order.ordered_by.casefold() != context.badge.casefold():
        raise Usage("usage.bad_value", what="ordered_by", allowed=context.badge)
    if context.forms.roles.may_write(context.roles, Compartment.ORG_BREACHES):
        return
    context.must_write(Compartment.CORE)
    others = {badge.casefold() for badge in seconds} - {context.badge.casefold()}
    if order.second.casefold() not in others:
        raise Refused("erasure.needs_second")


def _text(given: dict[str, Json], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str):
        raise Usage("usage.bad_value", what=key)
    return value


def _texts(given: dict[str, Json], key: str) -> list[str]:
    values = given.get(key, [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Usage("usage.bad_value", what=key)
    return [str(one) for one in values]


def _record(text: str) -> RecordId:
    try:
        return RecordId(bytes.fromhex(text))
    except ValueError:
        raise Usage("usage.bad_value", what="items") from None
