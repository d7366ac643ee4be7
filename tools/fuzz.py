"""What `make fuzz` runs: every fuzz target under atheris, for a while each, and one table.

`fuzz.py [NAMES]` runs all targets or those named. NRM_FUZZ_SECONDS is the time per target. An input
that ends in anything but a value or a refusal is kept in `tests/fuzz/corpus`, where `make test`
plays it again for ever. The fuzzer is installed once, from its own lock, beside the packages of the
tests: nothing else needs it, and it exists for Linux only.

Exit code 1 when something was found. Figures are written after a whole run without a finding.

Source: storage-security.md sections 22 (F11) and 23 (G19).
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "fuzz.lock"
FUZZER = ROOT / ".venv" / "fuzzer"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
FIGURES = ROOT / "docs" / "figures" / "fuzz.json"
SECONDS = int(os.environ.get("NRM_FUZZ_SECONDS", "60"))
MOST_BYTES = 65_536
SUFFIX = ".bin"
LIMITS = ("-timeout=20", "-rss_limit_mb=1500", "-print_final_stats=1", "-verbosity=0")
RUNS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
NAMES = "from tests.fuzz.targets import targets; print('\\n'.join(targets()))"


@dataclass(frozen=True)
class Fuzzed:
    """How a target ended. Shape: `told` is what the fuzzer said, only shown on a finding."""

    name: str
    runs: int
    is_clean: bool
    told: str


def main(names: list[str]) -> int:
    """Run all targets or those named."""
    if not sys.platform.startswith("linux"):
        print("The fuzzer exists for Linux only; `make test` runs the same targets in short.")
        return 2
    install()
    wanted = names or all_names()
    print(f"{len(wanted)} targets, {SECONDS} s each", flush=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = [told(each) for each in pool.map(fuzz, wanted)]
    is_clean = all(each.is_clean for each in found)
    if is_clean and not names:
        write(found)
    return 0 if is_clean else 1


def install() -> None:
    """Install the fuzzer from its lock, once per lock."""
    stamp, wanted = FUZZER / "lock", LOCK.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    options = ["--upgrade", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    subprocess.run([*pip, *options, "--target", FUZZER, "--requirement", LOCK], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def all_names() -> list[str]:
    """Ask the tests which targets there are."""
    done = subprocess.run(
        [sys.executable, "-c", NAMES], cwd=ROOT, env=environment(), check=True, capture_output=True
    )
    return done.stdout.decode().splitlines()


def environment() -> dict[str, str]:
    """Where the fuzzer, the program and the tests are found."""
    places = (str(FUZZER), str(ROOT / "src"), str(ROOT), str(ROOT / "tools"))
    return os.environ | {"PYTHONPATH": os.pathsep.join(places)}


def fuzz(name: str) -> Fuzzed:
    """Run one target on a corpus of its own."""
    kept = CORPUS / name.replace(" ", "-")
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        options = (f"-max_total_time={SECONDS}", f"-max_len={MOST_BYTES}", *LIMITS)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.run_target", name),
                *(*options, f"-artifact_prefix={kept}{os.sep}", folder, str(kept)),
            ],
            cwd=ROOT,
            env=environment(),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    for found in list(kept.iterdir()):
        if found.suffix != SUFFIX:
            found.rename(found.with_name(found.name + SUFFIX))
    if not any(kept.iterdir()):
        kept.rmdir()
    said = done.stdout.decode("utf-8", "replace")
    runs = RUNS.search(said)
    return Fuzzed(name, int(runs[1]) if runs else 0, done.returncode == 0, said)


def told(each: Fuzzed) -> Fuzzed:
    """Say how a target ended, as soon as it is its turn."""
    print(f"{'ok' if each.is_clean else 'FOUND':<6} {each.name:<22} {each.runs:>12,}", flush=True)
    if not each.is_clean:
        print(each.told[-4000:], flush=True)
    return each


def write(found: list[Fuzzed]) -> None:
    """Keep the figures with what they were measured on."""
    content = {
        "measured_on": {
            "system": platform.system(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
        },
        "seconds_per_target": SECONDS,
        "runs": {each.name: each.runs for each in sorted(found, key=lambda one: one.name)},
        "found": 0,
    }
    FIGURES.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
