"""Problems of a pack: all of them, each with file, line and remedy; then the one refusal.

This module decides how a problem is told and where in a file it is. It never decides what is a
problem. A message names ids and keys of the pack, never an answer: packs hold no case content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.forms.lines import LineIndex, index_lines

MOST_PROBLEMS = 2_000
"""A pack with more faults than this is not read on."""
_LONGEST = 300


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
    _lines: dict[str, LineIndex] = field(default_factory=dict)

    def add(self, place: Place, code: str, message: str, remedy: str) -> None:
        """Keep something that makes the pack unusable.

        Raises: PackRefused when there are more than MOST_PROBLEMS.
        """
        self.problems.append(self._problem(place, code, message, remedy))
        if len(self.problems) > MOST_PROBLEMS:
            self.refuse_if_any()

    def note(self, place: Place, code: str, message: str, remedy: str) -> None:
        """Keep something that a person should look at, though the pack works."""
        self.warnings.append(self._problem(place, code, message, remedy))

    def refuse_if_any(self) -> None:
        """Raise PackRefused with everything found so far."""
        if self.problems:
            raise PackRefused(self.problems)

    def _problem(self, place: Place, code: str, message: str, remedy: str) -> PackProblem:
        line = place.line or self._line(place)
        return PackProblem(plain(place.file), line, code, plain(message), plain(remedy))

    def _line(self, place: Place) -> int:
        if place.file not in self._lines:
            self._lines[place.file] = index_lines(self.sources.get(place.file, ""))
        return self._lines[place.file].line_of(place.names, place.key)


def plain(text: str) -> str:
    """Make words of a foreign file fit to be printed: no control characters, no endless line."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


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
