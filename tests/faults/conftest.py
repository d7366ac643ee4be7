"""A vault made once by the program itself, and copies of it for each fault."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.security.vault.cost import FLOOR

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def made_vault(tmp_path_factory):
    """A closed vault with an organisation, one user and the cheapest key derivation."""
    folder = tmp_path_factory.mktemp("made")
    founder = Founder("Practice", "P-01", "case_manager", PASSPHRASE, FLOOR)
    found_vault(shell_in(folder), founder).close()
    return folder


@pytest.fixture
def folder(made_vault, tmp_path):
    """A copy of the vault folder and its anchors, in one folder."""
    return Path(shutil.copytree(made_vault, tmp_path / "copy"))


@pytest.fixture
def child(folder):
    """Start the program that saves."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.saving_child", str(folder), *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdout=subprocess.PIPE,
        )
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
