"""Isolating run sequences (BD13, X10): the stretches on which weak and neutral rules work."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise

from nrm_desktop.documents.bidi.characters import ISOLATE_STARTS


@dataclass(frozen=True, slots=True)
class Sequence:
    """Level runs of one level, joined across the isolates that lie between them.

    Shape: `indices` of the characters in logical order; `sos` and `eos` are L or R, the direction
    that counts as standing before and after.
    """

    indices: list[int]
    level: int
    sos: str
    eos: str

    @property
    def direction(self) -> str:
        """L or R, as the level is even or odd."""
        return _direction(self.level)


def isolating_run_sequences(
    classes: list[str], levels: list[int | None], base: int
) -> list[Sequence]:
    """Join the level runs of a paragraph to sequences; characters without a level are left out."""
    runs = _level_runs(levels)
    before, after = _neighbours(runs, base)
    run_by_start = {run[0]: run for run, _ in runs}
    pdi_by_start = _matching_pdis(classes)
    joined = set(pdi_by_start.values())
    sequences = []
    for run, level in runs:
        if run[0] in joined:
            continue
        indices = list(run)
        while pdi := pdi_by_start.pop(indices[-1], None):
            indices.extend(run_by_start.get(pdi, ()))
        is_open = classes[indices[-1]] in ISOLATE_STARTS
        follower = base if is_open else after[indices[-1]]
        sos = _direction(max(level, before[indices[0]]))
        sequences.append(Sequence(indices, level, sos, _direction(max(level, follower))))
    return sequences


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"


def _level_runs(levels: list[int | None]) -> list[tuple[list[int], int]]:
    """BD7: neighbours of one level, as if what rule X9 removes were not there."""
    kept = [(at, level) for at, level in enumerate(levels) if level is not None]
    return [
        ([at for at, _ in group], level)
        for level, group in groupby(kept, key=lambda entry: entry[1])
    ]


def _neighbours(
    runs: list[tuple[list[int], int]], base: int
) -> tuple[dict[int, int], dict[int, int]]:
    """The level before the first and after the last character of each level run."""
    before = {runs[0][0][0]: base} if runs else {}
    after = {runs[-1][0][-1]: base} if runs else {}
    for (run, level), (next_run, next_level) in pairwise(runs):
        after[run[-1]] = next_level
        before[next_run[0]] = level
    return before, after


def _matching_pdis(classes: list[str]) -> dict[int, int]:
    """BD9: where the isolate ends that begins at a character."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for at, kind in enumerate(classes):
        if kind in ISOLATE_STARTS:
            opened.append(at)
        elif kind == "PDI" and opened:
            pairs[opened.pop()] = at
    return pairs
