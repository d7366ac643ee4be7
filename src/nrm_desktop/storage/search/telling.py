"""Told elsewhere: whether words that are about to be saved stand in the file of another person.

This module decides how words are compared: folded, as a phrase, at most so many of them. It says
yes or no and never where; who asks learns no more than that the words in hand stand twice.

Source: nrm.md N16, S12.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.folding import fold
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
_COMPARED: Final = 60
"""Words that are compared: a phrase as long as this stands nowhere by chance."""


def told_elsewhere(connection: Connection, scope: ScopeId, compartment: int, text: str) -> bool:
    """True if these words, in this order, stand in that compartment of another scope."""
    words = fold(text).split()[:_COMPARED]
    if not words:
        return False
    key = {"wanted": '"' + " ".join(words) + '"', "scope": scope, "compartment": compartment}
    return connection.execute(_SQL["told_elsewhere"], key).fetchone() is not None
