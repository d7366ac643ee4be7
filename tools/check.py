"""What `make test` and `make check` run: every check by name, two at a time, with its seconds.

Decides which checks there are and in which order they start; each test folder below `tests/` is a
suite of its own process, so that a crash in one (Qt can abort a process) cannot hide the others.
The folders of the longest suite run as suites too, or one core would wait for the other.
All checks run to their end; the exit code is 1 if any failed. The output of a check is shown when
it fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
TESTS = ROOT / "tests"
LONGEST_FIRST = ("gui", "e2e", "e2e/cli", "unit", "faults", "e2e/situations", "property")
IN_PARTS = ("e2e",)
NOT_A_SUITE = ("fakes", "golden", "servers", "vectors", "__pycache__")
SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed)")
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Check:
    """One named command."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check ended.

    Shape: `counts` maps the words of a pytest summary (passed, failed, skipped) to their numbers.
    """

    check: Check
    ok: bool
    seconds: float
    output: str
    counts: dict[str, int]


def main(names: list[str]) -> int:
    """Run all checks, or those named on the command line, and print the table of seconds."""
    checks = [each for each in (*suites(), *linters()) if not names or each.name in names]
    if not checks:
        known = ", ".join(each.name for each in (*suites(), *linters()))
        print(f"No such check. There are: {known}", file=sys.stderr)
        return 2
    started = time.monotonic()
    outcomes = list(run_all(checks))
    print(_table(outcomes, time.monotonic() - started))
    print(_closing_line(outcomes))
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def linters() -> list[Check]:
    """List the checks that read the source without running it."""
    ours = ("src", "tests", "tools", "bench")
    return [
        Check("types", (_tool("mypy"), "--no-error-summary")),
        Check("layers", (_tool("lint-imports"), "--no-cache")),
        Check("lint", (_tool("ruff"), "check", "--quiet", *ours)),
        Check("format", (_tool("ruff"), "format", "--check", "--quiet", *ours)),
        Check("spelling", (_tool("codespell"),)),
    ]


def suites() -> list[Check]:
    """List the test folders and test files that lie directly in `tests/`, longest first."""
    found = [
        *(each for each in _below(TESTS) if each.name not in IN_PARTS),
        *(part for name in IN_PARTS for part in (TESTS / name, *_folders(TESTS / name))),
    ]
    by_length = {name: place for place, name in enumerate(LONGEST_FIRST)}
    return sorted(
        (_suite(path) for path in found),
        key=lambda suite: (by_length.get(suite.name, len(by_length)), suite.name),
    )


def _below(folder: Path) -> list[Path]:
    return [*_folders(folder), *folder.glob("test_*.py")]


def _folders(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_dir() and each.name not in NOT_A_SUITE]


def _suite(path: Path) -> Check:
    """A folder or file as a check; what runs in parts leaves out those that are on their own."""
    name = path.relative_to(TESTS).with_suffix("").as_posix().removeprefix("test_")
    apart = [f"--ignore={each}" for each in _folders(path)] if name in IN_PARTS else []
    pytest = (sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider")
    return Check(name, (*pytest, str(path), *apart))


def run_all(checks: list[Check]) -> Iterable[Outcome]:
    """Run the checks on all cores and hand out each outcome as it comes, reported."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done in as_completed([pool.submit(_run, each) for each in checks]):
            outcome = done.result()
            _report(outcome)
            yield outcome


def _tool(name: str) -> str:
    return str(SCRIPTS / (f"{name}.exe" if os.name == "nt" else name))


def _run(check: Check) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    is_suite = "pytest" in check.command
    counts = _counts(done.stdout) if is_suite else {}
    ok = done.returncode == 0 or (is_suite and done.returncode == NOTHING_COLLECTED)
    return Outcome(check, ok, time.monotonic() - started, done.stdout, counts)


def _counts(output: str) -> dict[str, int]:
    last = output.strip().rpartition("\n")[2]
    return {word.rstrip("s"): int(number) for number, word in SUMMARY.findall(last)}


def _report(outcome: Outcome) -> None:
    print(_row(outcome), flush=True)
    if not outcome.ok:
        print(f"\n{outcome.output.rstrip()}\n", flush=True)
        return
    for line in outcome.output.splitlines():
        if line.startswith("SKIPPED"):  # what was not tested is told, with its reason
            print(f"        {line}", flush=True)


def _row(outcome: Outcome) -> str:
    told = ", ".join(f"{number} {word}" for word, number in outcome.counts.items())
    word = "ok" if outcome.ok else "FAILED"
    return f"{word:<7} {outcome.check.name:<14} {outcome.seconds:7.1f} s  {told}".rstrip()


def _table(outcomes: list[Outcome], seconds: float) -> str:
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)
    rows = "\n".join(_row(outcome) for outcome in slowest)
    return f"\nSeconds per check:\n{rows}\n{'all':<22} {seconds:7.1f} s"


def _closing_line(outcomes: list[Outcome]) -> str:
    """Sum up like a test runner; a crashed suite or failed linter counts as one failure."""
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for outcome in outcomes:
        failed = outcome.counts.get("failed", 0) + outcome.counts.get("error", 0)
        total["passed"] += outcome.counts.get("passed", 0)
        total["failed"] += failed if failed or outcome.ok else 1
        total["skipped"] += outcome.counts.get("skipped", 0)
    return ", ".join(f"{number} {word}" for word, number in total.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
