"""The case that a typed code means: one answer for the window and the command line.

This module decides what is forgiven in a code and what is said where it names no case.
"""

from __future__ import annotations

from nrm_desktop.app.ports import Reader
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import ScopeId, read_case_code


def case_of_typed(reader: Reader, typed: str) -> ScopeId:
    """Find the case of a typed code.

    Raises: Usage `usage.bad_code` for what is no code, `usage.not_found` for that of no case here.
    """
    try:
        code = read_case_code(typed)
    except ValueError:
        raise Usage("usage.bad_code") from None
    scope = reader.scope_of_code(code)
    if scope is None:
        raise Usage("usage.not_found", what="case", name=code)
    return scope
