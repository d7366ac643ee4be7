"""What of a damaged vault may still be shown: a case whose every commit and row was checked.

This module decides that nothing of a case is given from a damaged database before all of the case
has been verified, and remembers the answer, because a read-only database does not change. A case
that does not verify is named by its code, and never shown in part.

Source: storage-security.md sections 10 and 11. Promise: P7.
"""

from __future__ import annotations

import re
from typing import Final

from nrm_desktop.app.condition import Reason, State, VaultCondition
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.engine import Connection, DatabaseError
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.verify import SignatureCheck, scope_problems

_CODE_OF_AN_ID: Final = 8
_READING: Final = ("reader", "records", "journal", "check", "drafts", "trust")
"""Statements that a vault is read with; of the others, only those that write matter."""


class ScopeGuard:
    """Checks cases of one vault when they are first asked for; of a sound vault it checks nothing.

    Used on the reading thread only.
    """

    def __init__(
        self, condition: VaultCondition, organisation: ScopeId, is_signed: SignatureCheck
    ) -> None:
        self._condition = condition
        self._organisation = organisation
        self._is_signed = is_signed
        self._problems: dict[ScopeId, tuple[str, ...]] = {}

    def must_be_sound(self, connection: Connection, scope: ScopeId) -> None:
        """Raises: IntegrityFault `integrity.case` with the `code` of a case that is damaged."""
        if not self.is_sound(connection, scope):
            name = self._name(connection, scope)
            raise IntegrityFault("integrity.case", code=name, what=self._problems[scope][0])

    def is_sound(self, connection: Connection, scope: ScopeId) -> bool:
        """Check a case, once; its code is added to what is known to be damaged."""
        if not self._condition.now.is_alarm:
            return True
        if scope not in self._problems:
            self._problems[scope] = scope_problems(connection, scope, self._is_signed)
            if self._problems[scope]:
                name = self._name(connection, scope)
                self._condition.add(State.READ_ONLY, Reason.DAMAGED, name)
        return not self._problems[scope]

    def _name(self, connection: Connection, scope: ScopeId) -> str:
        if scope == self._organisation:
            return "organisation"
        try:
            code = rows.code_of_scope(connection, scope)
        except DatabaseError:
            code = None
        return code or scope.hex()[:_CODE_OF_AN_ID]


class NoGuard(ScopeGuard):
    """Stands until it is known whose signatures count: nothing of a case is shown before that."""

    def __init__(self) -> None:
        """Needs nothing."""

    def is_sound(self, connection: Connection, scope: ScopeId) -> bool:  # noqa: ARG002 - as above
        """Check nothing."""
        return True


def can_be_read(connection: Connection) -> bool:
    """True if every statement that this program reads with fits the tables that are there."""
    for group in _READING:
        for sql in load_statements(group).values():
            if sql.startswith("SELECT") and not _fits(connection, sql):
                return False
    return True


def _fits(connection: Connection, sql: str) -> bool:
    """Let the engine prepare a statement, and run nothing of it."""
    names = dict.fromkeys(re.findall(r":([a-z_]+)", sql))
    numbered = {number or f"{place}th" for place, number in enumerate(re.findall(r"\?(\d*)", sql))}
    values = names or (None,) * len(numbered)
    try:
        connection.execute(f"EXPLAIN {sql}", values).fetchall()
    except DatabaseError:
        return False
    return True
