"""What may still be changed in a case whose support has ended, or has ended once before.

A file of somebody whose other file goes on is kept in the same manner: it stays as it is.

Source: forms.md form k; S14; docs/adr/0045. The rules are `domain.episodes` and `domain.joining`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.person_files import must_go_on
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.domain.case import CASE_FORM, STATE, once_record
from nrm_desktop.domain.endings import are_ends, end_rows
from nrm_desktop.domain.episodes import (
    CLOSURE,
    SAID_BY_THE_END,
    Written,
    are_for_after,
    are_for_staying,
    is_going_on,
    last_end,
    of_ended,
)
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.scopes import Compartment


def must_be_open(uow: UnitOfWork, scope: ScopeId) -> None:
    """Refuse to write into a closed case, and into a file of a person whose other file goes on.

    Raises: Refused `policy.case_closed`, `policy.joined` with the file that goes on.
    """
    must_have_support(uow, scope)
    must_go_on(uow, scope)


def must_have_support(uow: UnitOfWork, scope: ScopeId) -> None:
    """Refuse what needs support that goes on; one open value among several is enough (R25).

    Raises: Refused `policy.case_closed`.
    """
    if is_closed(uow, scope):
        raise Refused("policy.case_closed")


def is_closed(uow: UnitOfWork, scope: ScopeId) -> bool:
    """True if everything that stands says that the support of a case has ended."""
    record = once_record(scope, CASE_FORM)
    states = [each.answer for each in uow.standing(record, STATE, scope, Compartment.CORE)]
    return bool(states) and all(one is not None and one.value == "closed" for one in states)


def must_be_changeable(
    uow: UnitOfWork,
    scope: ScopeId,
    answers: Sequence[CellAnswer],
    opens: Sequence[NewRecord],
    timetable: Timetable,
) -> None:
    """Refuse to change what belongs to an episode that has ended.

    In a file that stays as it is, what began there may be ended: that says nothing new.

    Raises: Refused `policy.case_closed`, `policy.joined` with the file that goes on, or
    `policy.episode_ended` with the fields.
    """
    names = [cell.field for cell in answers]
    if are_for_after(names):
        return
    must_have_support(uow, scope)
    is_an_end = are_ends(timetable, names) and {new.form for new in opens} <= end_rows(timetable)
    if not (are_for_staying(names) or is_an_end):
        must_go_on(uow, scope)
    end = end_of(uow, scope)
    if end is None:
        return
    parents = {new.record: new.parent for new in opens}
    wanted = {cell.record: cell for cell in answers if not is_going_on(cell.field)}
    ended = _ended_above(uow, scope, wanted, parents, end)
    if ended:
        fields = tuple(sorted({wanted[record].field for record in ended}))
        raise Refused("policy.episode_ended", fields=fields)


def must_be_of_now(uow: UnitOfWork, scope: ScopeId, record: RecordId, name: FieldId) -> None:
    """Refuse what would say something new in a record of an episode that has ended.

    Raises: Refused `policy.episode_ended`, `policy.joined`.
    """
    end = end_of(uow, scope)
    must_go_on(uow, scope)
    is_over = is_closed(uow, scope)
    if is_over or (end is not None and _ended_above(uow, scope, (record,), {}, end)):
        raise Refused("policy.episode_ended", fields=(name,))


def end_of(uow: UnitOfWork, scope: ScopeId) -> Hlc | None:
    """When the support of a case ended last; None if it never did. Asked at every save."""
    return last_end(
        Written(name, each.hlc)
        for row in uow.records(scope, CLOSURE)
        for name in SAID_BY_THE_END
        for each in uow.standing(row.record, name, scope)
    )


def _ended_above(
    uow: UnitOfWork,
    scope: ScopeId,
    wanted: Iterable[RecordId],
    parents: dict[RecordId, RecordId | None],
    end: Hlc,
) -> list[RecordId]:
    """Records that stand in one that has ended, or are one. New ones hang on their parents."""
    rows = {row.record: row for row in uow.records(scope)}
    lines: dict[RecordId, set[RecordId]] = {}
    for record in wanted:
        first: RecordId | None = record
        while first is not None and first not in rows:
            first = parents.get(first)
        lines[record] = {above.record for above in lineage(rows, first)} if first else set()
    known = set().union(*lines.values()) if lines else set()
    opened = uow.opened_at(scope, known)
    ended = of_ended(opened, {record: rows[record].form for record in known}, end)
    return [record for record, line in lines.items() if line & ended]
