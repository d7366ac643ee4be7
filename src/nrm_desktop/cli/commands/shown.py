"""How cases, answers and values look in the JSON of the command line (cli.md section 4)."""

from __future__ import annotations

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.queries import CaseRow, CellView, ConflictRow, Version
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, Source, Value

Json = dict[str, object]


def case_row(row: CaseRow) -> Json:
    """A line of `case list`."""
    return {
        "code": row.code,
        "state": row.state,
        "child": row.child,
        "tracks": {"support": row.support},
        "due": None,
        "conflicts": row.conflicts,
        "changed": iso_time(row.changed_ms),
    }


def answer(cell: CellView) -> Json:
    """An ANSWER: the acting version, and the others where values stand side by side."""
    acting = cell.acting
    shown: Json = {
        "address": cell.address,
        "form": cell.form.partition(".")[0],
        "field": cell.field,
        "item": cell.record.hex(),
        "compartment": Compartment(cell.compartment).word,
        **_state_and_value(acting.answer),
        "op": str(acting.op),
        "at": iso_time(acting.at_ms),
        "user": acting.user,
        "conflict": cell.is_conflict,
    }
    if cell.others:
        shown["others"] = [version(other) for other in cell.others]
    return shown


def version(one: Version) -> Json:
    """One of several standing values."""
    return {
        "op": str(one.op),
        **_state_and_value(one.answer),
        "user": one.user,
        "device": one.device,
        "at": iso_time(one.at_ms),
        "clock_suspect": one.is_clock_suspect,
    }


def conflict(row: ConflictRow) -> Json:
    """A line of `conflict list`."""
    return {
        "id": row.conflict_id,
        "code": row.code,
        "field": row.field,
        "compartment": Compartment(row.compartment).word,
        "acting": str(row.acting),
        "policy": row.policy.partition(":")[0],
        "values": [version(one) for one in row.versions],
    }


def value(raw: Value) -> object:
    """A value as JSON; bytes as hex, a date as its text."""
    if isinstance(raw, bytes):
        return raw.hex()
    if isinstance(raw, tuple):
        return str(raw[0]) if _is_date(raw) else [value(each) for each in raw]
    return raw


def _state_and_value(one: Answer | None) -> Json:
    if one is None:
        return {"state": "erased"}
    shown: Json = {"state": one.state.word}
    if one.source is not Source.NOT_STATED:
        shown["source"] = one.source.word
    if one.is_answered:
        shown["value"] = value(one.value)
        if isinstance(one.value, tuple) and _is_date(one.value):
            shown["precision"] = _precision(str(one.value[0]))
    return shown


def _is_date(raw: tuple[Value, ...]) -> bool:
    return len(raw) in (2, 3) and isinstance(raw[0], str) and raw[1] in (0, 1)


def _precision(text: str) -> str:
    try:
        return PartialDate(text[:10]).precision.value
    except ValueError:
        return "day"
