"""People met together: linked by a code, each with a file of their own (form l20, S12).

A bus, a workplace, a family. Every file holds its own copy of the link and nothing of the others:
no name, no account, no consent. Nothing is ever joined, siblings neither. Whether a member may see
the link is said in each file; nobody is shown it unless somebody decided so, because a person who
exploits may be among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.commands import JoinGroup, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import GroupJoined
from nrm_desktop.app.handlers.answers import fitting
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.ports import Reader, UnitOfWork
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.records import Saving
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import FieldId, case_code, read_case_code
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

FORM: Final = "group"
CODE: Final = FieldId("group.gr_code")
KIND: Final = FieldId("group.gr_kind")
SAFE: Final = FieldId("group.gr_safe")
NOT_SHOWN: Final = "no"
_SIGN: Final = "G"
_RANDOM: Final = 5
_PAGE: Final = 200


def join_group(cmd: JoinGroup, uow: UnitOfWork, context: Context) -> tuple[GroupJoined, ...]:
    """Put a link into the file of one person; without a code, a new group begins.

    Raises: Refused `policy.case_closed`, `policy.role`; Usage `usage.bad_value` for a code that is
    none or a kind that the list does not have.
    """
    must_be_open(uow, cmd.scope)
    context.must_fill(context.forms.field(KIND))
    kind = fitting(context.forms, context.forms.field(KIND), answered(cmd.kind))
    group = read_group(cmd.group) if cmd.group else new_group(context.random(_RANDOM))
    linked = {
        each.answer.value
        for cell in uow.cells(cmd.scope, FORM)
        if cell.field == CODE and cell.compartment == Compartment.CORE
        for each in cell.standing
        if each.answer is not None
    }
    if group not in linked:
        saving = Saving(uow, context, cmd.scope)
        row = saving.begin(NewRecord(context.new_record(), FORM))
        said = ((CODE, answered(group)), (KIND, kind), (SAFE, answered(NOT_SHOWN)))
        saving.set_all(row, said)
        saving.finish()
        uow.audit("group.join", (cmd.scope,))
    return (GroupJoined(scope=cmd.scope, group=group, origin=cmd.origin),)


def new_group(random: bytes) -> str:
    """A code of a group: random, without a place or a number plate in it."""
    return f"{_SIGN}-{case_code(random)}"


def read_group(text: str) -> str:
    """Read a code of a group as people type it. Raises: Usage `usage.bad_value`."""
    sign, _, rest = text.strip().partition("-")
    try:
        if sign.upper() == _SIGN:
            return f"{_SIGN}-{read_case_code(rest)}"
    except ValueError:
        pass
    raise Usage("usage.bad_value", what="group", allowed=f"{_SIGN}-XXXX-XXXX")


def members(reader: Reader, sight: Sight, group: str) -> Iterable[tuple[str, str]]:
    """Cases that hold a link, as far as they are in sight: their code, and whether it is safe.

    Shape: the code of the list `group_safe`; of several the last one that was written.
    """
    token = None
    while True:
        page = reader.cases(CaseFilter(), _PAGE, token, sight)
        for row in page.rows:
            view = reader.case(row.scope, sight)
            cells = [cell for cell in view.cells if cell.form == FORM] if view is not None else []
            mine = {
                cell.record
                for cell in cells
                if cell.field == CODE
                and cell.acting.answer is not None
                and cell.acting.answer.value == group
            }
            safe = [
                str(cell.acting.answer.value)
                for cell in cells
                if cell.record in mine and cell.field == SAFE and cell.acting.answer is not None
            ]
            if mine:
                yield row.code, safe[-1] if safe else NOT_SHOWN
        token = page.next_token
        if token is None:
            return
