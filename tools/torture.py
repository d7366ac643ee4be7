"""What `make torture` runs: the fault tests with large counts, one table, and the figures.

Decides how often each fault is tried and which numbers must be zero; the tests themselves are those
of `make test`, in `tests/faults`, so there is no second harness that could be blind. Those files
are run that hand figures out, by a file that is named in the environment. The seed is new in every
run unless NRM_FAULT_SEED names one; it is printed and written down, so that a loss can be played
again.

Exit code 1 on a loss, a failed test, or a figure that was not measured (a missing tool).

Source: storage-security.md sections 22 and 23 (G14-G21).
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures" / "torture.json"
FAULTS = ROOT / "tests" / "faults"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider")
HANDS_OUT = "figure("
COUNTS = {
    "NRM_FAULT_ROUNDS": 300,
    "NRM_FAULT_POINTS": 2100,
    "NRM_FAULT_TEETH_POINTS": 300,
    "NRM_FAULT_SAVES": 40,
    "NRM_FAULT_FLIPS": 300,
    "NRM_FAULT_CUTS": 100,
    "NRM_FAULT_STICK_POINTS": 180,
    "NRM_FAULT_DISK_STEPS": 40,
}
WANTED = {
    "kill": {"rounds": 300},
    "power_cut": {"points": 2000},
    "power_cut.header": {"points": 40},
    "power_cut.normal": {"lost": 1},
    "power_cut.delete": {"lost": 1},
    "power_cut.off": {"corrupt": 1},
    "damage.flips": {"tried": 300},
    "damage.cuts": {"tried": 100},
    "rollback.pages": {"tried": 1},
    "rollback.file": {"tried": 1},
    "stick": {"points": 60},
    "stick.unsynced": {"wrong": 1},
    "full_disk": {"acknowledged": 1},
    "full_disk.backup": {"steps": 20},
    "full_disk.export": {"steps": 20},
    "markers": {"places": 5},
}
"""Figure -> the least of its numbers: what was not tried often enough counts as missing."""
NEVER = ("lost", "corrupt", "broken", "locked_out", "other_data", "unnoticed", "wrong", "hits")
"""Numbers that must be 0, except where the settings are known to be bad."""
WEAK = ("power_cut.normal", "power_cut.delete", "power_cut.off", "stick.unsynced")
PACKAGES = ("sqlcipher3", "cryptography", "PySide6-Essentials", "hypothesis")


def main() -> int:
    """Run everything, print the table, write the figures."""
    seed = os.environ.get("NRM_FAULT_SEED") or str(time.time_ns() % 1_000_000)
    counts = {name: int(os.environ.get(name, number)) for name, number in COUNTS.items()}
    print(f"Fault tests with seed {seed}; this takes a while.", flush=True)
    started = time.monotonic()
    code, figures = run(seed, counts)
    problems = problems_of(figures)
    if code:
        problems.append(f"the tests ended with {code}; what failed is said above")
    print(table(figures))
    print(f"{time.monotonic() - started:.0f} s, seed {seed}")
    for problem in problems:
        print(f"NOT MET: {problem}")
    if not problems:
        write(seed, counts, figures)
        print(f"Figures: {FIGURES.relative_to(ROOT)}")
    return 1 if problems else 0


def run(seed: str, counts: dict[str, int]) -> tuple[int, dict[str, dict[str, float]]]:
    """Run the tests once. Shape: their exit code, and the figures that they handed out."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        path = Path(folder) / "figures"
        path.touch()
        tests = [each for each in sorted(FAULTS.glob("test_*.py")) if HANDS_OUT in each.read_text()]
        wish = {name: str(number) for name, number in counts.items()}
        done = subprocess.run(
            [*PYTEST, *map(str, tests)],
            cwd=ROOT,
            check=False,
            env=os.environ | wish | {"NRM_FAULT_SEED": seed, "NRM_FAULT_FIGURES": str(path)},
        )
        lines = path.read_text(encoding="utf-8").splitlines()
    return done.returncode, added_up([json.loads(line) for line in lines])


def added_up(rows: list[dict]) -> dict[str, dict[str, float]]:
    """Join figures of one name; what a test tried in several parts is added."""
    figures: dict[str, dict[str, float]] = {}
    for row in rows:
        sums = figures.setdefault(row["name"], {})
        for field, number in row.items():
            if field != "name":
                sums[field] = sums.get(field, 0) + number
    return dict(sorted(figures.items()))


def problems_of(figures: dict[str, dict[str, float]]) -> list[str]:
    """Say what is missing, too little, or not zero."""
    found = []
    for name, least in WANTED.items():
        for field, number in least.items():
            have = figures.get(name, {}).get(field)
            if have is None or have < number:
                found.append(f"{name}.{field} is {have}, wanted is at least {number}")
    for name, numbers in figures.items():
        if name not in WEAK:
            found += [f"{name}.{each} is {numbers[each]}" for each in NEVER if numbers.get(each)]
    return found


def table(figures: dict[str, dict[str, float]]) -> str:
    """One line per fault."""
    rows = []
    for name, numbers in figures.items():
        told = "  ".join(f"{field} {number:g}" for field, number in numbers.items())
        rows.append(f"{name:<22} {told}")
    return "\n".join(["", *rows, ""])


def write(seed: str, counts: dict[str, int], figures: dict[str, dict[str, float]]) -> None:
    """Keep the figures with what they were measured on."""
    content = {
        "measured_on": {
            "system": platform.system(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
        "seed": seed,
        "counts": counts,
        "figures": figures,
    }
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
