"""What ends something that began in a file: the fields by which the rules of the packs see its end.

This module decides which answers say no more than that something is over. A file that stays as it
is because another one of the same person goes on takes these: what began in it is ended where it
began, and nothing new is said by it. Whether something really runs there it does not ask.

Source: docs/adr/0045; nrm.md section 5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nrm_desktop.domain.forms.conditions import fields_of
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.ids import FieldId


def are_ends(timetable: Timetable, names: Collection[str]) -> bool:
    """True if all of these fields say that something which began here is over."""
    fields, rows = frozenset(_fields(timetable)), end_rows(timetable)
    return bool(names) and all(name in fields or _row_of(name) in rows for name in names)


def end_rows(timetable: Timetable) -> frozenset[str]:
    """Record keys of rows in which nothing but an end is written, beside what it ends."""
    starts = {moment.form for rule in timetable.clocks.values() for moment in rule.starts}
    return frozenset({_row_of(name) for name in _fields(timetable)} - starts)


def _fields(timetable: Timetable) -> Iterator[FieldId]:
    for rule in timetable.clocks.values():
        for name in fields_of(rule.done_when):
            if _form_of(name) == _form_of(rule.start.form):
                yield name


def _row_of(name: str) -> str:
    return name.rpartition(".")[0]


def _form_of(name: str) -> str:
    return name.partition(".")[0]
