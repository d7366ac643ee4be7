"""The import contracts of pyproject.toml are kept, and each of them can be broken.

A mistyped contract is kept by anything. So every contract gets a planted violation in a copy of the
tree and must report exactly that.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE, ROOT

# contract id -> (module of the copy, line that breaks the contract, what the report names)
PLANTS = {
    "layers": ("storage/planted.py", "import nrm_desktop.ui", "nrm_desktop.ui"),
    "inside-ui": (
        "ui/presenters/planted.py",
        "import nrm_desktop.ui.views",
        "nrm_desktop.ui.presenters.planted -> nrm_desktop.ui.views",
    ),
    "inside-bootstrap": (
        "bootstrap/headless.py",
        "import nrm_desktop.bootstrap.window",
        "nrm_desktop.bootstrap.headless -> nrm_desktop.bootstrap.window",
    ),
    "headless": (
        "bootstrap/headless.py",
        "import nrm_desktop.ui.presenters",
        "nrm_desktop.bootstrap.headless -> nrm_desktop.ui",
    ),
    "light-shell": (
        "bootstrap/shell.py",
        "import nrm_desktop.storage.engine",
        "nrm_desktop.bootstrap.shell -> nrm_desktop.storage.engine",
    ),
    "commands-without-window": (
        "cli/commands/planted.py",
        "import nrm_desktop.bootstrap.window",
        "nrm_desktop.cli.commands.planted -> nrm_desktop.bootstrap.window",
    ),
    "adapters": (
        "documents/planted.py",
        "import nrm_desktop.app.dispatcher",
        "nrm_desktop.documents.planted -> nrm_desktop.app.dispatcher",
    ),
    "qt-at-the-rim": (
        "ui/presenters/qt_planted.py",
        "import PySide6",
        "nrm_desktop.ui.presenters.qt_planted -> PySide6",
    ),
    "home-of-sqlcipher": (
        "storage/second.py",
        "import sqlcipher3",
        "nrm_desktop.storage.second -> sqlcipher3",
    ),
    "home-of-cryptography": (
        "sync/second.py",
        "import cryptography",
        "nrm_desktop.sync.second -> cryptography",
    ),
    "home-of-zstandard": (
        "exchange/second.py",
        "import zstandard",
        "nrm_desktop.exchange.second -> zstandard",
    ),
    "home-of-cbor": ("app/wire/second.py", "import cbor2", "nrm_desktop.app.wire.second -> cbor2"),
    "home-of-documents": (
        "exchange/paper.py",
        "import reportlab",
        "nrm_desktop.exchange.paper -> reportlab",
    ),
    "home-of-networks": (
        "platforms/beacon.py",
        "import socket",
        "nrm_desktop.platforms.beacon -> socket",
    ),
    "foreign-decoders": (
        "bootstrap/planted.py",
        "import nrm_desktop.documents.foreign",
        "nrm_desktop.bootstrap.planted -> nrm_desktop.documents.foreign",
    ),
    "home-of-platforms": ("sync/locks.py", "import fcntl", "nrm_desktop.sync.locks -> fcntl"),
    "home-of-folders": (
        "storage/places.py",
        "import platformdirs",
        "nrm_desktop.storage.places -> platformdirs",
    ),
    "pure-domain": ("domain/planted.py", "import logging", "nrm_desktop.domain.planted -> logging"),
    "acyclic": (
        "app/wire/cbor.py",
        "import nrm_desktop.app.wire.second",
        "nrm_desktop.app.wire",
    ),
}
CIRCLE = ("app/wire/second.py", "import nrm_desktop.app.wire.cbor")


def contracts() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = settings["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in listed}


def lint(root: Path) -> tuple[int, str]:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


def plant(root: Path, module: str, line: str) -> None:
    path = root / "src" / "nrm_desktop" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}\n")


@pytest.fixture
def copy(tmp_path) -> Path:
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "nrm_desktop", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_contracts_are_kept():
    code, report = lint(ROOT)

    assert code == 0, report
    assert "0 broken" in report


def test_every_contract_reports_its_planted_violation(copy):
    for module, line, _ in PLANTS.values():
        plant(copy, module, line)
    plant(copy, *CIRCLE)

    _, report = lint(copy)

    assert set(PLANTS) == set(contracts())
    for contract, (_, _, named) in PLANTS.items():
        assert f"{contracts()[contract]} BROKEN" in report, report
        assert named in report


@pytest.mark.parametrize("package", ["reports", "ui/dialogs"])
def test_a_package_that_nobody_placed_is_reported(copy, package):
    plant(copy, f"{package}/__init__.py", "")

    code, report = lint(copy)

    assert code != 0
    assert f"nrm_desktop.{package.replace('/', '.')}" in report


def test_an_exception_that_nobody_needs_any_more_is_reported(copy):
    settings = (copy / "pyproject.toml").read_text(encoding="utf-8")
    unused = 'ignore_imports = ["nrm_desktop.domain.ids -> platformdirs",'
    settings = settings.replace('ignore_imports = ["nrm_desktop.paths -> platformdirs"', unused)
    (copy / "pyproject.toml").write_text(settings, encoding="utf-8")

    code, report = lint(copy)

    assert code != 0
    assert "nrm_desktop.domain.ids -> platformdirs" in report
