"""Write tests/vectors/*.json anew; `--check` only says whether they would come out the same.

Each file holds one structure: entries with inputs and either an output or the step that refuses.
The program answers; a builder that expected something else stops the run. What is randomised is
kept from the last run (`kept.json`), so the files come out byte for byte.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools.vector_sets import attachments, basic, logs, sealed, signed  # noqa: E402 - see above
from tools.vector_sets.app_reader import answer, step_of  # noqa: E402 - see above
from tools.vector_sets.case import Case, Json  # noqa: E402 - see above
from tools.vector_sets.kept import Kept  # noqa: E402 - see above

from nrm_desktop.app.wire.limits import FORMAT  # noqa: E402 - the paths above come first
from nrm_desktop.domain.errors import HostileInput  # noqa: E402 - the paths above come first

FOLDER = ROOT / "tests" / "vectors"


def build(folder: Path) -> dict[str, str]:
    """Give the text of every file by its name."""
    kept = Kept(folder / "kept.json")
    entries: dict[str, list[Json]] = defaultdict(list)
    for case in all_cases(kept):
        entries[case.structure].append(entry(case))
    files = {
        f"{structure}.json": dump({"structure": structure, "format": FORMAT, "entries": found})
        for structure, found in entries.items()
    }
    return {**files, "kept.json": kept.text()}


def all_cases(kept: Kept) -> Iterator[Case]:
    """Every vector of every set."""
    return chain(
        basic.cases(), sealed.cases(), attachments.cases(), logs.cases(), signed.cases(kept)
    )


def entry(case: Case) -> Json:
    """Answer one case and hold it against what its builder expected."""
    found: dict[str, Json] = {"name": case.name, "inputs": case.inputs}
    try:
        found["output"] = answer(case.structure, case.inputs)
    except HostileInput as error:
        found["refuse"] = step_of(error)
    if found.get("refuse") != case.refuse:
        got = found.get("refuse", "an output")
        raise SystemExit(f"{case.structure}, {case.name}: expected {case.refuse}, got {got}")
    return found


def dump(value: Json) -> str:
    """One form of JSON: sorted keys, one entry per few lines."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write, or compare with what is there."""
    files = build(FOLDER)
    if "--check" in sys.argv:
        changed = [
            name
            for name, text in files.items()
            if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
        ]
        print("\n".join(f"differs: {name}" for name in changed) or "vectors are unchanged")
        return int(bool(changed))
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    count = sum(
        len(json.loads(text)["entries"]) for name, text in files.items() if name != "kept.json"
    )
    print(f"{count} vectors in {len(files) - 1} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
