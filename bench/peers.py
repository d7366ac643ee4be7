"""What others do with the same changes: installed once, outside the project, run as children.

PouchDB by npm and two Python libraries by their lock go into the cache of the benchmarks
(`NRM_BENCH_CACHE`, else the temporary folder). Versions are pinned here and in
`requirements/peers.lock`; they are written beside the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "bench" / "peers_code"
LOCK = ROOT / "requirements" / "peers.lock"
POUCHDB = "9.0.0"


def measured_peers(ops: int) -> dict[str, float]:
    """Figures of PouchDB, loro and pycrdt for so many changes; installs what is missing."""
    pouch = json.loads(_child(["node", "pouch.mjs", str(ops)], _pouchdb()))
    figures = {f"import.pouchdb.{name}": value for name, value in pouch.items()}
    crdts = json.loads(_child([str(_python()), str(HERE / "documents.py"), str(ops)], HERE))
    return figures | {f"import.{name}": value for name, value in crdts.items()}


def versions() -> dict[str, str]:
    """Which versions are measured."""
    pinned = {"pouchdb": POUCHDB}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        name, sign, version = line.partition("==")
        if sign and name in {"loro", "pycrdt"}:
            pinned[name] = version.split()[0]
    return pinned


def _pouchdb() -> Path:
    folder = _cache() / f"pouchdb-{POUCHDB}"
    if not (folder / "node_modules" / "pouchdb-adapter-memory").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        wanted = [f"pouchdb@{POUCHDB}", f"pouchdb-adapter-memory@{POUCHDB}"]
        _told(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *wanted], folder)
    (folder / "pouch.mjs").write_bytes((HERE / "pouch.mjs").read_bytes())
    return folder


def _python() -> Path:
    folder = _cache() / "documents"
    python = folder / "bin" / "python"
    if not python.exists():
        _told([sys.executable, "-m", "venv", str(folder)], HERE)
        _told(
            [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)], HERE
        )
    return python


def _cache() -> Path:
    named = os.environ.get("NRM_BENCH_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / "nrm-bench"


def _child(command: list[str], folder: Path) -> bytes:
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True).stdout


def _told(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, stdout=sys.stderr, check=True)
