"""How often the rule for like names errs: writes `docs/figures/names.json` and `docs/names.md`.

Decides what is measured; the rule itself is the program's own (`storage.search.likeness`). Invented
people are put together from `tools/name_lists`: 12 languages, 60 given and 60 family names in each,
as written and in usual Latin spellings. Which people are compared follows from hashes of their
names, so every run gives the same figures.

- Miss: the same person written in two ways, and the rule sees no likeness.
- False match: two people of one language who share no name, and the rule sees one.
- Shared: two people who share one of two names, and the rule takes that for enough.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Final

from nrm_desktop.storage.search.folding import fold
from nrm_desktop.storage.search.likeness import ALIKE, people_alike

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "tools" / "name_lists"
FIGURES = ROOT / "docs" / "figures" / "names.json"
PAGE = ROOT / "docs" / "names.md"
THRESHOLDS: Final = (0.80, 0.85, 0.90, 0.95)
LEAST: Final = 60
PEOPLE: Final = 240
PAIRS: Final = 4000

WORDS: Final = """\
<!-- Written by tools/measure_names.py. Do not edit. -->

# How often “a name like this” is wrong

Of two people of one language who share no name, {false_matches} in 100 pairs are called alike; of
the same person written in two ways, {missed} in 100 are missed; of two people who share one of
their two names, {shared_name_matches} in 100 are called alike.

So the hint is a reason to look and never a reason to join two cases. It says how names are spelled
and nothing about people. The names are invented people put together from the lists in
`tools/name_lists` ({languages} languages); real registers hold other names in other shares, so
your own rates will differ. Chinese names in older spellings are missed most often.
"""

Spellings = tuple[str, ...]
"""One name: as written first, then as others write it."""


@dataclass(frozen=True)
class Person:
    """An invented person."""

    given: Spellings
    family: Spellings

    def written(self, way: int) -> tuple[str, ...]:
        """Give the folded words of the name in one way of writing; the last way is used again."""
        names = (name[min(way, len(name) - 1)] for name in (self.given, self.family))
        return tuple(word for name in names for word in fold(name).split())


def main() -> int:
    """Measure, and write figures and page."""
    figures = measured()
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(figures), encoding="utf-8")
    print(page(figures))
    return 0


def measured() -> dict[str, object]:
    """All rates, by threshold; and by language at the threshold that the program uses."""
    languages = {path.stem: people_of(path) for path in sorted(LISTS.glob("*.txt"))}
    return {
        "about": "Rates in percent of compared pairs of spellings; invented people only.",
        "lists": fingerprint(),
        "languages": sorted(languages),
        "people_per_language": PEOPLE,
        "used": ALIKE,
        "by_threshold": [rates(list(languages.values()), at_least) for at_least in THRESHOLDS],
        "by_language": {name: rates([people], ALIKE) for name, people in sorted(languages.items())},
    }


def rates(groups: Sequence[Sequence[Person]], at_least: float) -> dict[str, float]:
    """Miss, false-match and shared-name rates over groups of people."""
    same = [found for people in groups for found in of_the_same(people, at_least)]
    apart = [found for people in groups for found in of_others(people, at_least, shared=False)]
    shared = [found for people in groups for found in of_others(people, at_least, shared=True)]
    return {
        "at_least": at_least,
        "missed": percent(not found for found in same),
        "false_matches": percent(apart),
        "shared_name_matches": percent(shared),
        "pairs": len(same) + len(apart) + len(shared),
    }


def of_the_same(people: Sequence[Person], at_least: float) -> Iterator[bool]:
    """Compare every two ways in which one person is written."""
    for one in people:
        ways = max(len(one.given), len(one.family))
        for first, second in combinations(range(ways), 2):
            yield bool(people_alike(one.written(first), one.written(second), at_least))


def of_others(people: Sequence[Person], at_least: float, *, shared: bool) -> Iterator[bool]:
    """Compare different people who share one name, or none."""
    pairs = [
        (one, other)
        for one, other in combinations(people, 2)
        if (one.given == other.given) + (one.family == other.family) == int(shared)
    ]
    step = max(1, len(pairs) // PAIRS)
    for number, (one, other) in enumerate(pairs[::step]):
        yield bool(people_alike(one.written(number % 2), other.written(1), at_least))


def people_of(path: Path) -> list[Person]:
    """Put people together: every name is used, which with which follows from a hash."""
    given, family = lists_of(path)
    made = []
    for number in range(PEOPLE):
        chosen = sha256(f"{path.stem} {number}".encode()).digest()
        made.append(Person(given[chosen[0] % len(given)], family[chosen[1] % len(family)]))
    return list(dict.fromkeys(made))


def lists_of(path: Path) -> tuple[list[Spellings], list[Spellings]]:
    """Read the given and the family names of a language."""
    found: dict[str, list[Spellings]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, names = line.partition(": ")
            found[kind] = [tuple(name.strip().split("=")) for name in names.split(",")]
    if any(len(set(found[kind])) < LEAST for kind in ("given", "family")):
        raise SystemExit(f"{path.name}: fewer than {LEAST} names")
    return found["given"], found["family"]


def fingerprint() -> str:
    """Name the lists that the figures were made from."""
    total = sha256()
    for path in sorted(LISTS.glob("*.txt")):
        total.update(path.read_bytes())
    return total.hexdigest()


def percent(found: Iterator[bool] | Sequence[bool]) -> float:
    """Give the share of what is true. Units: percent, two places."""
    values = list(found)
    return round(100 * sum(values) / len(values), 2) if values else 0.0


def page(figures: dict[str, object]) -> str:
    """The page for people; no figure in it is typed."""
    by_threshold = figures["by_threshold"]
    by_language = figures["by_language"]
    assert isinstance(by_threshold, list)  # noqa: S101 - the shape is ours
    assert isinstance(by_language, dict)  # noqa: S101 - the shape is ours
    used = next(row for row in by_threshold if row["at_least"] == figures["used"])
    said = WORDS.format(**used, languages=len(by_language))
    head = "| missed % | false matches % | one shared name % |\n|---|---|---|---|"
    lines = [
        said,
        f"| alike from {head}",
        *(row_of(str(row["at_least"]), row) for row in by_threshold),
        "",
        f"By language, at {figures['used']}:",
        "",
        f"| language {head}",
        *(row_of(name, row) for name, row in by_language.items()),
        "",
    ]
    return "\n".join(lines)


def row_of(name: str, row: dict[str, float]) -> str:
    """One line of a table."""
    cells = (row["missed"], row["false_matches"], row["shared_name_matches"])
    return f"| {name} | " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    sys.exit(main())
