"""What is different in the forms, as JSON and as lines: the words of `pack list --changes`."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.known_forms import ChangedForms
from nrm_desktop.domain.forms.comparison import FormChange, Turn

Json = dict[str, object]
_TURNS: Final = MappingProxyType(
    {
        Turn.ADDED: "new",
        Turn.REMOVED: "not there any more",
        Turn.HIDDEN: "not asked any more",
        Turn.SHOWN: "asked again",
        Turn.WORDS: "other words",
        Turn.SIDE: "different",
    }
)


def change_data(found: ChangedForms) -> Json:
    """The change as data. Shape: `changes` is null where the old forms are not known any more."""
    changes = found.changes
    return {
        "changed": iso_time(found.since_ms) if found.since_ms else None,
        "changes": None if changes is None else [_change(one) for one in changes],
    }


def change_lines(found: ChangedForms) -> Iterator[str]:
    """The change in lines; it always says something."""
    if not found.since_ms:
        yield "The forms have not changed since they were first met here."
        return
    yield f"The forms changed on {iso_time(found.since_ms)}:"
    if found.changes is None:
        yield "What was before is not known any more."
    elif not found.changes:
        yield "Nothing that is shown is different."
    for one in found.changes or ():
        yield _line(one)


def _change(one: FormChange) -> Json:
    return {
        "subject": one.subject.value,
        "turn": one.turn.value,
        "id": one.id,
        "name": one.name,
        "owner": one.owner or None,
        "text": one.text or None,
        "side": one.side.value or None,
        "before": list(one.before),
        "after": list(one.after),
    }


def _line(one: FormChange) -> str:
    words = f" ({one.side.value})" if one.side else ""
    said = f": {'; '.join(one.before)} -> {'; '.join(one.after)}" if one.before or one.after else ""
    return f"{one.subject.value} {one.id}, {one.name}: {_TURNS[one.turn]}{words}{said}"
