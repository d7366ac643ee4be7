"""A vault made once by the program itself, and copies of it for each fault."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.safe import database_key, open_safe
from nrm_desktop.security.vault.cost import FLOOR

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def made_vault(tmp_path_factory):
    """A closed vault with an organisation, one user and the cheapest key derivation."""
    folder = tmp_path_factory.mktemp("made")
    founder = Founder("Practice", "P-01", "case_manager", PASSPHRASE, FLOOR)
    found_vault(shell_in(folder), founder).close()
    return folder


@pytest.fixture(scope="session")
def vault_key(made_vault, tmp_path_factory):
    """What opens the database of the made vault and of every copy."""
    copy = Path(shutil.copytree(made_vault, tmp_path_factory.mktemp("key") / "copy"))
    safe = open_safe(shell_in(copy), PASSPHRASE)
    key = database_key(safe.unlocked)
    safe.close()
    return key


@pytest.fixture
def folder(made_vault, tmp_path):
    """A copy of the vault folder and its anchors, in one folder."""
    return Path(shutil.copytree(made_vault, tmp_path / "copy"))


@pytest.fixture(scope="session")
def child_environment():
    """Where a child program of the tests runs."""
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": path}}


@pytest.fixture
def child_command(folder):
    """How the program that saves is started."""

    def command(*arguments):
        module = "tests.faults.saving_child"
        return [sys.executable, "-m", module, str(folder), *map(str, arguments)]

    return command


@pytest.fixture
def child(child_command, child_environment):
    """Start the program that saves."""
    started = []

    def start(*arguments):
        command = child_command(*arguments)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, **child_environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def reopened(folder):
    """Open the vault again, as after a crash."""
    opened = []

    def reopen():
        opened.append(open_vault(shell_in(folder), PASSPHRASE))
        return opened[-1]

    yield reopen
    for vault in opened:
        vault.close()


@pytest.fixture
def figure():
    """Hand a figure to `make torture`, which names a file for it; else it is only asserted."""

    def note(name: str, **numbers: float) -> None:
        path = os.environ.get("NRM_FAULT_FIGURES")
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": name, **numbers}) + "\n")

    return note
