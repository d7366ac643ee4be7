"""What `make mutation` runs: small faults are put into the code one by one, and tests must fail.

Which files are changed and which tests run stands in pyproject.toml under `tool.mutmut`. A change
that no test notices has to stand in `tests/mutation.toml` with the reason why it changes nothing
for anybody; anything else ends with exit code 1, and so does a reason for a change that is found by
now. All of it happens in a copy of the checkout. The tool is installed once, from its own lock,
beside the packages of the tests: nothing else needs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "mutation.lock"
TOOL = ROOT / ".venv" / "mutation"
REVIEWED = ROOT / "tests" / "mutation.toml"
FIGURES = ROOT / "docs" / "figures" / "mutation.json"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", "screenshots", "mutants"
)
NOT_FOUND = {"survived", "no tests", "suspicious", "timeout"}


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: in which function, and which lines went and came. Numbers move with code."""

    function: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def main() -> int:
    """Run everything; say what nobody has reviewed."""
    _install()
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        _mutmut(tree, "run", shows=True)
        states = dict(_states(tree))
        left = {_mutant(tree, one) for one, state in states.items() if state in NOT_FOUND}
    reviewed = dict(_reviewed())
    unknown, over = sorted(left - reviewed.keys()), sorted(reviewed.keys() - left)
    for one in unknown:
        print(f"NOT NOTICED {_words(one)}")
    for one in over:
        print(f"FOUND BY NOW, take it out of {REVIEWED.name}: {_words(one)}")
    figures = {"changes": len(states), "found": len(states) - len(left), "reviewed": len(reviewed)}
    print(", ".join(f"{count} {word}" for word, count in figures.items()))
    if unknown or over or not states:
        return 1
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _install() -> None:
    stamp = TOOL / LOCK.name
    if stamp.exists() and stamp.read_bytes() == LOCK.read_bytes():
        return
    shutil.rmtree(TOOL, ignore_errors=True)
    wanted = ("--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(LOCK))
    place = ("--target", str(TOOL), "--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "install", *wanted, *place], check=True)
    shutil.copyfile(LOCK, stamp)


def _mutmut(tree: Path, *words: str, shows: bool = False) -> str:
    # What the tool needs comes last: the packages of the tests stay those of their own lock.
    code = f"import sys; sys.path.append({str(TOOL)!r}); from mutmut.__main__ import cli; cli()"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=None if shows else subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return done.stdout


def _states(tree: Path) -> Iterator[tuple[str, str]]:
    for line in _mutmut(tree, "results", "--all", "true").splitlines():
        name, _, state = line.strip().partition(": ")
        if "__mutmut_" in name:
            yield name, state


def _mutant(tree: Path, name: str) -> Mutant:
    lines = _mutmut(tree, "show", name).splitlines()
    function = name.rpartition("__mutmut_")[0].removeprefix("nrm_desktop.")
    changed = [one for one in lines if one[:1] in "+-" and one[:3] not in ("+++", "---")]
    return Mutant(
        function,
        tuple(one[1:].strip() for one in changed if one.startswith("-")),
        tuple(one[1:].strip() for one in changed if one.startswith("+")),
    )


def _reviewed() -> Iterator[tuple[Mutant, str]]:
    table = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))
    for one in table.get("mutant", ()):
        for added in one["added"]:
            changed = tuple(added) if isinstance(added, list) else (added,)
            yield Mutant(one["function"], tuple(one["removed"]), changed), one["reason"]


def _words(one: Mutant) -> str:
    return f"{one.function}: {' / '.join(one.removed)}  ->  {' / '.join(one.added) or '(gone)'}"


if __name__ == "__main__":
    sys.exit(main())
