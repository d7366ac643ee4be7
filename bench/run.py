"""Measure everything, write it down, compare it with the targets: `make bench`.

Each script `bench/bench_*.py` has `run() -> dict[str, float]`, figure name to value. A script runs
three times in a process of its own, and the median of each figure counts. What a figure must be
stands in `bench/targets.toml`; a figure without a target is written down all the same.

What takes too long for every run stands in `SLOW`: it is measured once, only when it is named, and
its figures lie in a file of their own (`make bench-vault`, `make bench-million`).

Exit code 1 when a target is missed or was not measured. No test depends on any of this.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

from bench.peers import versions

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ROOT / "bench" / "targets.toml"
FIGURES = ROOT / "docs" / "figures"
SLOW = {"bench_vault": "vault", "bench_million": "million", "bench_scale": "scale"}
"""Script -> name of the file of its figures, and beginning of their names."""
ROUNDS = 3
CALL = "import json, sys; from bench.{name} import run; json.dump(run(), sys.stdout)"


def main(names: list[str]) -> int:
    """Run all scripts, or those named (`bench_save`), and say which targets are met."""
    scripts = names or [name for name in all_scripts() if name not in SLOW]
    figures: dict[str, float] = {}
    broken = []
    for script in scripts:
        print(f"measuring {script} ...", file=sys.stderr, flush=True)
        try:
            figures |= measure(script)
        except subprocess.CalledProcessError:  # what the others measured is not lost by it
            broken.append(script)
            print(f"{script} ended with an error", file=sys.stderr, flush=True)
            continue
        if script in SLOW:
            write(SLOW[script], others_of(SLOW[script], figures) | figures)
    targets = tomllib.loads(TARGETS.read_text(encoding="utf-8"))["figure"]
    if names:
        targets = {name: each for name, each in targets.items() if name in figures}
    else:
        slow = tuple(f"{name}." for name in SLOW.values())
        targets = {name: each for name, each in targets.items() if not name.startswith(slow)}
        write("bench", figures)
    return report(figures, targets) or bool(broken)


def all_scripts() -> list[str]:
    return sorted(path.stem for path in (ROOT / "bench").glob("bench_*.py"))


def measure(script: str) -> dict[str, float]:
    """Give the median of each figure over the rounds."""
    rounds = [one_round(script) for _ in range(1 if script in SLOW else ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def one_round(script: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(name=script)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def others_of(name: str, figures: dict[str, float]) -> dict[str, float]:
    """Figures of sizes that were not measured this time (`scale.50`): a slow file keeps them."""
    file = FIGURES / f"{name}.json"
    if not file.exists():
        return {}
    known: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))["figures"]
    measured = {size_of(one) for one in figures}
    return {one: value for one, value in known.items() if size_of(one) not in measured}


def size_of(figure: str) -> str:
    return figure.rpartition(".")[0]


def write(name: str, figures: dict[str, float]) -> None:
    """Keep the figures with what they were measured on."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    measured_on = {
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    rounded = {name: round(value, 3) for name, value in sorted(figures.items())}
    content: dict[str, object] = {"measured_on": measured_on, "figures": rounded}
    if any(name.startswith("import.pouchdb") for name in figures):
        content["peers"] = versions()
    text = json.dumps(content, indent=2) + "\n"
    (FIGURES / f"{name}.json").write_text(text, encoding="utf-8")


def report(figures: dict[str, float], targets: dict[str, dict]) -> int:
    """Print a line per figure; give 1 if a target is missed."""
    missed = 0
    for name in sorted(figures.keys() | targets.keys()):
        value, target = figures.get(name), targets.get(name)
        is_met = target is None or (value is not None and meets(value, target))
        missed += not is_met
        print(line(name, value, target, is_met=is_met))
    print(f"\n{len(targets) - missed} targets met, {missed} missed")
    return 1 if missed else 0


def meets(value: float, target: dict) -> bool:
    return (
        value <= target.get("at_most", value)
        and value >= target.get("at_least", value)
        and value == target.get("exactly", value)
    )


def line(name: str, value: float | None, target: dict | None, *, is_met: bool) -> str:
    shown = "not measured" if value is None else f"{value:.3g}"
    if target is None:
        return f"       {name:<44} {shown:>12}"
    bound = ", ".join(f"{key} {target[key]}" for key in target if key not in {"unit", "source"})
    word = "met   " if is_met else "MISSED"
    return f"{word} {name:<44} {shown:>12} {target['unit']:<8} {bound}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
