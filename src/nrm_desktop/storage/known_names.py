"""Which words of a text are names of people in the vault: no part of a passphrase worth counting.

This module decides that nobody learns a name by it that the own role does not show. Nothing is
written: neither the words nor what was found.

Source: storage-security.md section 4.8.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.sight import Sight
from nrm_desktop.storage.engine import Connection, translated
from nrm_desktop.storage.search.folding import fold
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("known_names")
_SHORTEST: Final = 3
"""Characters; two letters are part of too many words to say anything."""


def known_names(connection: Connection, words: Iterable[str], sight: Sight) -> frozenset[str]:
    """Give the words that are a name, or its first word, in what may be seen."""
    by_folded = {fold(word): word for word in words if len(word) >= _SHORTEST}
    wanted = {
        "words": json.dumps(sorted(by_folded)),
        "seen": json.dumps(sorted(sight.compartments)),
    }
    with translated():
        rows = connection.execute(_SQL["known"], wanted).fetchall()
    return frozenset(by_folded[row[0]] for row in rows)
