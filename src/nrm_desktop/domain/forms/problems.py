"""Problems of a pack: all of them, each with file, line and remedy; then the one refusal.

This module decides how a problem is told and where in a file it is. It never decides what is a
problem. A message names ids and keys of the pack, never an answer: packs hold no case content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nrm_desktop.domain.errors import HostileInput


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One thing that is wrong in a pack.

    Shape: `file` is relative to the folder of packs; `line` counts from 1; `code` is stable.
    """

    file: str
    line: int
    code: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy} [{self.code}]"


class PackRefused(HostileInput):
    """A pack that does not load. Shape: `problems` holds every problem, in order of place."""

    default_code = "integrity.pack"

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        first = self.problems[0]
        super().__init__(
            "integrity.pack", count=len(self.problems), file=first.file, line=first.line
        )


@dataclass(slots=True)
class ProblemLog:
    """Collects the problems of one loading.

    Shape: `sources` maps each file to its text, so that a name can be turned into a line.
    """

    sources: dict[str, str] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    warnings: list[PackProblem] = field(default_factory=list)

    def add(self, place: Place, code: str, message: str, remedy: str) -> None:
        """Keep something that makes the pack unusable."""
        self.problems.append(self._problem(place, code, message, remedy))

    def note(self, place: Place, code: str, message: str, remedy: str) -> None:
        """Keep something that a person should look at, though the pack works."""
        self.warnings.append(self._problem(place, code, message, remedy))

    def refuse_if_any(self) -> None:
        """Raise PackRefused with everything found so far."""
        if self.problems:
            raise PackRefused(self.problems)

    def _problem(self, place: Place, code: str, message: str, remedy: str) -> PackProblem:
        line = place.line or line_of(self.sources.get(place.file, ""), place.names, place.key)
        return PackProblem(place.file, line, code, message, remedy)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, names from outer to inner block, and a key in it.

    Shape: `line` is set only where it is known without searching.
    """

    file: str
    names: tuple[str, ...] = ()
    key: str = ""
    line: int = 0

    def at(self, key: str) -> Place:
        """The same block, at one key."""
        return Place(self.file, self.names, key)

    def within(self, name: str) -> Place:
        """A block inside this one."""
        return Place(self.file, (*self.names, name))


def line_of(text: str, names: Sequence[str], key: str = "") -> int:
    """Find the line of the innermost name that can be found, then of the key after it.

    Shape: counts from 1; 1 if nothing is found.
    """
    position = 0
    for name in names:
        position = _find_name(text, name, position)
    if key:
        block_end = _next_header(text, position)
        match = re.compile(rf'^[ \t]*"?{re.escape(key)}"?[ \t]*=', re.MULTILINE).search(
            text, position, block_end
        ) or re.compile(rf"\b{re.escape(key)}\b").search(text, position, block_end)
        position = match.start() if match else position
    return text.count("\n", 0, position) + 1


def _find_name(text: str, name: str, start: int) -> int:
    quoted = re.escape(name)
    for pattern in (
        rf'\b(?:id|code)[ \t]*=[ \t]*["\']{quoted}["\']',
        rf'^[ \t]*(?:field|section)[ \t]*=[ \t]*["\']{quoted}["\']',
        rf'^[ \t]*\[+"?{quoted}"?\]+',
        rf'^[ \t]*"?{quoted}"?[ \t]*=',
    ):
        if match := re.compile(pattern, re.MULTILINE).search(text, start):
            return match.end()
    return start


def _next_header(text: str, start: int) -> int:
    match = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text, start)
    return match.start() if match else len(text)
