"""Finds lines in a TOML file by name, in one pass over the text.

TOML readers give no positions, and a person who mends a pack needs them. The search is by name and
may be wrong by a line in an odd file; it never decides anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

_ENTRY = re.compile(
    r"(?:^[ \t]*)?\b(?P<word>id|code|field|section)[ \t]*=[ \t]*[\"'](?P<value>[^\"'\n]{0,80})[\"']"
    r"|^[ \t]*\[+[ \t]*\"?(?P<header>[^\]\"\n]{0,80})\"?[ \t]*\]"
    r"|^[ \t]*\"?(?P<key>[A-Za-z0-9_.-]{1,80})\"?[ \t]*=",
    re.MULTILINE,
)
_NAMING = frozenset({"id", "code"})


@dataclass(slots=True)
class LineIndex:
    """Lines by the names that stand in them. Shape: lines count from 1, in ascending order."""

    naming: dict[str, list[int]] = field(default_factory=dict)
    other: dict[str, list[int]] = field(default_factory=dict)
    headers: list[int] = field(default_factory=list)

    def line_of(self, names: Sequence[str], key: str = "") -> int:
        """The line of the innermost name that is found, then of the key in its block.

        Shape: 1 if nothing is found.
        """
        line = 1
        for name in names:
            line = self._from(self.naming, name, line) or self._from(self.other, name, line) or line
        if not key:
            return line
        place = bisect_left(self.headers, line + 1)
        end = self.headers[place] if place < len(self.headers) else None
        found = self._from(self.other, key, line) or self._from(self.naming, key, line)
        return found if found and (end is None or found < end or not names) else line

    @staticmethod
    def _from(table: dict[str, list[int]], name: str, line: int) -> int | None:
        lines = table.get(name, [])
        place = bisect_left(lines, line)
        return lines[place] if place < len(lines) else None


def index_lines(text: str) -> LineIndex:
    """Note where every id, code, header and key of a file stands."""
    index = LineIndex()
    line, counted = 1, 0
    for match in _ENTRY.finditer(text):
        # A match for a header or key may begin with the blanks of its own line only.
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if match["header"] is not None:
            index.headers.append(line)
        if match["value"] is not None:
            table = index.naming if match["word"] in _NAMING else index.other
            table.setdefault(match["value"], []).append(line)
        name = match["word"] or match["header"] or match["key"]
        index.other.setdefault(name, []).append(line)
    return index
