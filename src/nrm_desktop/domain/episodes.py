"""Episodes of a case: what was written before support ended stays as it was.

This module decides which records belong to an episode that has ended: those that were opened before
its end. A new episode writes new records. What the person says is wrong, an order to erase, an
answer that was written into the wrong file and a decision between two versions are ways of their
own and not an ordinary change.

Some records are not of an episode but of what goes on after it: requests of the person, second
looks, the log of passing on, consents, and what holds an erasure up.

Source: forms.md form k ("reopening starts a new episode and keeps the history"); S14.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, RecordId

ENDED_AT: Final = FieldId("closure.ended_at")
_SUPERVISOR: Final = FieldId("closure.supervisor")
"""Written by nothing but the end itself, also by programs that did not write `ended_at` yet."""
CLOSURE: Final = "closure"
SAID_BY_THE_END: Final = (ENDED_AT, _SUPERVISOR)
"""The fields by which an end is known."""
GOING_ON: Final = frozenset(
    {
        *("access", "review", "hold", "correction", "disclosure", "packet", "moved"),
        *("consent", "consent_register", "case", "case_registers", "joined"),
    }
)
"""Forms whose records belong to no episode."""
AFTER_THE_END: Final = frozenset({"access", "review"})
"""Forms that people fill in also while a case is closed."""

FOR_STAYING: Final = AFTER_THE_END | {"closure", "age"}
"""Forms that people fill in also in a file that stays as it is because another of the same person
goes on: its own end, and what an authority decided about the signs of a child that stand in it."""


class Written(NamedTuple):
    """That something stands in a field, and since when."""

    field: FieldId
    hlc: Hlc


def last_end(written: Iterable[Written]) -> Hlc | None:
    """When the support of a case ended last; None if it never did."""
    ends = (one.hlc for one in written if one.field in SAID_BY_THE_END)
    return max(ends, default=None)


def of_ended(
    opened: Mapping[RecordId, Hlc], forms: Mapping[RecordId, str], end: Hlc | None
) -> frozenset[RecordId]:
    """The records of episodes that have ended. Shape: `forms` are record keys."""
    if end is None:
        return frozenset()
    return frozenset(
        record
        for record, since in opened.items()
        if since <= end and not is_going_on(forms.get(record, ""))
    )


def is_going_on(name: str) -> bool:
    """True for a field or record key of a form that belongs to no episode."""
    return name.partition(".")[0] in GOING_ON


def are_for_after(names: Collection[str]) -> bool:
    """True if all of these fields may be answered also while a case is closed."""
    return bool(names) and all(name.partition(".")[0] in AFTER_THE_END for name in names)


def are_for_staying(names: Collection[str]) -> bool:
    """True if all of these fields may be answered also in a file that does not go on."""
    return bool(names) and all(name.partition(".")[0] in FOR_STAYING for name in names)
