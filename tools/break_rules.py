"""What `make rules` runs: one fault for a rule of the domain guide is put in; its test must fail.

`tests/rule_faults.toml` names for each rule a file, the text that is replaced, what takes its
place, and one test that carries the marker of the rule. Every test must pass in an untouched copy
of the checkout and fail in one with its fault; a text that is not there exactly once is an error
too, so a fault cannot rot. `break_rules.py [RULES]` looks at some rules only.

Exit code 1 if a fault is not found by its test.
"""

from __future__ import annotations

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
FAULTS = ROOT / "tests" / "rule_faults.toml"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "screenshots")
FAILED = 1
"""Exit code of pytest where tests ran and failed; anything else is no answer."""


@dataclass(frozen=True)
class Fault:
    """One fault and the test that finds it."""

    rule: str
    file: str
    find: str
    put: str
    test: str


def main(wanted: list[str]) -> int:
    """Break each rule; say which one nothing noticed."""
    faults = [one for one in read_faults() if not wanted or one.rule in wanted]
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="rules-") as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        tests = sorted({one.test for one in faults})
        if _pytest(tree, *tests):
            print("A test fails without any fault; nothing can be said.")
            return 1
        for one in faults:
            code = _with_fault(tree, one)
            print(f"{'found ' if code == FAILED else 'MISSED'} {one.rule}", flush=True)
            if code != FAILED:
                missed.append(one.rule)
    print(f"{len(faults) - len(missed)} of {len(faults)} faults are found by their tests.")
    return 1 if missed or not faults else 0


def read_faults() -> Iterator[Fault]:
    """The faults of the table."""
    table = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    return (Fault(**one) for one in table["fault"])


def broken(text: str, one: Fault) -> str:
    """Put a fault into the text of its file. Raises: ValueError if it has no single place there."""
    if text.count(one.find) != 1:
        raise ValueError(f"{one.rule}: {one.file} does not have once: {one.find}")
    return text.replace(one.find, one.put)


def _with_fault(tree: Path, one: Fault) -> int:
    path = tree / one.file
    text = path.read_text(encoding="utf-8")
    path.write_text(broken(text, one), encoding="utf-8")
    try:
        return _pytest(tree, one.test)
    finally:
        path.write_text(text, encoding="utf-8")


def _pytest(tree: Path, *tests: str) -> int:
    places = os.pathsep.join((str(tree / "src"), str(tree)))
    environment = {**os.environ, "PYTHONPATH": places, "QT_QPA_PLATFORM": "offscreen"}
    words = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly")
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", *words, *tests],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode not in (0, FAILED):
        print(done.stdout.decode()[-800:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
