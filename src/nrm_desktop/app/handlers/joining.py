"""Two files that turn out to be about one person: joined by two people, and parted by two.

Nothing is moved from one file to the other and nothing is poured together: a dated record in each
says which other file there is, which of them goes on, why, what was compared, and who answers for
it. The program never joins by itself; it says "possibly the same person", and people decide.

What a join changes is said where it is asked: `app.person_files` for new answers,
`app.passing_beside` and `domain.consent_of_files` for what is passed on.

Source: docs/adr/0045; nrm.md R25; forms.md section 2 (acts of two people).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.handlers.groups import CODE as GROUP
from nrm_desktop.app.joining_commands import CasesJoined, CasesParted, JoinCases, PartCases
from nrm_desktop.app.person_files import files_of_person, join_records
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.tombstones import CODE as ERASED
from nrm_desktop.app.tombstones import FORM as TOMBSTONE
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.joining import FORM, LEADS, OTHER, PARTED
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, answered

REASONS: Final = "joined_reason"
SEEN: Final = "joined_seen"
PARTING: Final = "parted_reason"
JOINED_AGAIN: Final = "joined_again"
"""Why earlier records of a pair end where people decide again which of the two goes on."""
_REASON: Final = FieldId("joined.jn_reason")
_SEEN: Final = FieldId("joined.jn_seen")
_WHEN: Final = FieldId("joined.jn_when")
_SECOND: Final = FieldId("joined.jn_second")
_PARTED_WHY: Final = FieldId("joined.jn_parted_why")
_PARTED_SECOND: Final = FieldId("joined.jn_parted_second")


def join_cases(cmd: JoinCases, uow: UnitOfWork, context: Context) -> tuple[CasesJoined, ...]:
    """Write into both files that they are about one person, and which of them goes on.

    Where people had named both of a pair, a new join decides it.

    Raises: Refused `policy.needs_second`; `policy.case_closed` or `policy.joined` where the one
    that shall go on takes no answers itself; `policy.joined` where the other stays already as it
    is; Usage `usage.bad_value` for a reason that the list does not have, or one file alone.
    """
    _must_be_two(context, cmd.second)
    _must_be_listed(context, REASONS, (cmd.reason,), "reason")
    _must_be_listed(context, SEEN, cmd.seen, "seen")
    if cmd.scope == cmd.other:
        raise Usage("usage.bad_value", what="other")
    must_be_open(uow, cmd.scope)
    stays = files_of_person(uow, cmd.other).standing.goes_on
    if stays:
        raise Refused("policy.joined", leads=stays)
    code, other = (_code(uow, scope) for scope in (cmd.scope, cmd.other))
    for scope, beside in ((cmd.scope, other), (cmd.other, code)):
        _part(uow, context, (scope, beside), JOINED_AGAIN, cmd.second)
        saving = Saving(uow, context, scope)
        record = saving.begin(NewRecord(context.new_record(), FORM))
        saving.set_all(
            record,
            (
                (OTHER, answered(beside)),
                (LEADS, answered(code)),
                (_REASON, answered(cmd.reason)),
                *(((_SEEN, answered(cmd.seen)),) if cmd.seen else ()),
                (_WHEN, _signed(context)),
                (_SECOND, answered(cmd.second)),
            ),
        )
        saving.finish()
    uow.audit("case.join", (cmd.scope, cmd.other))
    met = tuple(sorted(_groups(uow, cmd.scope) & _groups(uow, cmd.other)))
    return (
        CasesJoined(scope=cmd.scope, code=code, other=other, met_together=met, origin=cmd.origin),
    )


def part_cases(cmd: PartCases, uow: UnitOfWork, context: Context) -> tuple[CasesParted, ...]:
    """Take a join back in both files. What the join said stays, with the day on which it ended.

    Raises: Refused `policy.needs_second`; `policy.other_file_away` where the other file is not on
    this device and was not erased; Usage `usage.bad_value`, `usage.not_found` for files that are
    not joined.
    """
    _must_be_two(context, cmd.second)
    _must_be_listed(context, PARTING, (cmd.reason,), "reason")
    other = uow.scope_of_code(cmd.other)
    if other is None and not _is_erased(uow, context, cmd.other):
        raise Refused("policy.other_file_away", files=(cmd.other,))
    code = _code(uow, cmd.scope)
    halves = [(cmd.scope, cmd.other), *([(other, code)] if other is not None else [])]
    parted = [_part(uow, context, half, cmd.reason, cmd.second) for half in halves]
    if not any(parted):
        raise Usage("usage.not_found", what="joined file", name=cmd.other)
    uow.audit("case.part", (cmd.scope, *(() if other is None else (other,))))
    return (CasesParted(scope=cmd.scope, code=code, other=cmd.other, origin=cmd.origin),)


def _must_be_two(context: Context, second: str) -> None:
    if not second or second == context.badge:
        raise Refused("policy.needs_second")


def _must_be_listed(context: Context, name: str, codes: Iterable[str], what: str) -> None:
    allowed = context.forms.codelist(name).offered()
    if not set(codes) <= set(allowed):
        raise Usage("usage.bad_value", what=what, allowed=allowed)


def _code(uow: UnitOfWork, scope: ScopeId) -> str:
    code = uow.code_of_scope(scope)
    if not code:  # a file without its code could never be named in the other
        raise Usage("usage.not_found", what="case", name=scope.hex())
    return code


def _part(
    uow: UnitOfWork, context: Context, half: tuple[ScopeId, str], why: str, second: str
) -> bool:
    """End what stands in one file about another. Shape: `half` is the file, and the other's code.

    Not through `Saving`: whatever somebody made of the record, its join can be ended.
    """
    scope, beside = half
    records = join_records("", uow.cells(scope))
    found = [one for one, joins in records.items() if beside in {join.other for join in joins}]
    said = (
        (PARTED, _signed(context)),
        (_PARTED_WHY, answered(why)),
        (_PARTED_SECOND, answered(second)),
    )
    for record in found:
        for name, answer in said:
            uow.record(scope, Compartment.CORE, ValueOp(OpKind.SET, record, name, answer))
    uow.flush()
    return bool(found)


def _signed(context: Context) -> Answer:
    return answered((context.now_iso(), context.badge))


def _is_erased(uow: UnitOfWork, context: Context, code: str) -> bool:
    """True if the registers of the organisation say that the file of this code was erased."""
    return any(
        each.answer is not None and each.answer.value == code
        for cell in uow.cells(context.organisation, TOMBSTONE)
        if cell.field == ERASED
        for each in cell.standing
    )


def _groups(uow: UnitOfWork, scope: ScopeId) -> set[str]:
    return {
        str(each.answer.value)
        for cell in uow.cells(scope)
        if cell.field == GROUP and cell.compartment == Compartment.CORE
        for each in cell.standing
        if each.answer is not None
    }
