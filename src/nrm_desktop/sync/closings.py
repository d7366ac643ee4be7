"""Cases that others have closed: a few go through, very many wait for a person.

This module decides what counts as closing: a case that was known and open here, and of which every
version says afterwards that it is closed. A hostile or mistaken lead must not close a colleague's
work in one go; what waits stays on the store and is taken in once somebody has said yes.

Source: sync.md sections 19 and 20.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.domain.case import CASE_FORM, STATE, once_record
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment

MANY_CLOSED: Final = "many_closed"
_CLOSED: Final = "closed"


class ClosingError(Exception):
    """Ends a transaction that would close a case, before anybody was asked."""


def is_open(unit: ExchangeUnit, scope: ScopeId) -> bool:
    """True for a case that is known here and that not every version calls closed."""
    return _states(unit, scope) - {_CLOSED} != set()


def is_closed(unit: ExchangeUnit, scope: ScopeId) -> bool:
    """True for a case that every version calls closed."""
    return _states(unit, scope) == {_CLOSED}


def _states(unit: ExchangeUnit, scope: ScopeId) -> set[object]:
    record = once_record(scope, CASE_FORM)
    standing = unit.uow.standing(record, STATE, scope, Compartment.CORE)
    return {one.answer.value if one.answer is not None else None for one in standing}
