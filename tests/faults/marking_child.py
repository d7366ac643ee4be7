"""A child program that types invented markers into everything, and then waits to be killed.

Run: `python -m tests.faults.marking_child SANDBOX OUTSIDE`. It works with the command line and with
a window, by keys; what it reads and what is asked for in plain lies in OUTSIDE. It says READY while
a vault is open with words that are not yet saved.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.e2e.cli.conftest import PASSPHRASE as CLI_PASSPHRASE
from tests.e2e.cli.conftest import ROLE
from tests.faults.saving_child import say
from tests.gui.test_story_by_keys import ask_for_consent, open_a_case, unlock, write_the_referral
from tests.gui.window import CTRL, SHIFT, Keys, prepare_vault, start

from nrm_desktop.bootstrap.window import Program
from nrm_desktop.cli.main import main as command_line
from nrm_desktop.paths import resource_root
from nrm_desktop.platforms.hardening import harden_process
from nrm_desktop.ui.qt.theme_kit import load_shipped_fonts

STEM = "quvixorb"
"""In every marker, so that one look finds them all."""
CASES = 4
FIELDS = (
    "screening.given_name",
    "screening.own_reference",
    "screening.safe_contact[+1].contact_value",
    "screening.situation[+1].tasks",
)
OFFICES = 10
TYPED = 4
WAIT_S = 60
COUNT = CASES * len(FIELDS) + 2 * OFFICES + TYPED


def main(sandbox: str, outside: str) -> int:
    harden_process()
    at_the_command_line(Path(sandbox), Path(outside))
    window = at_the_window(Path(sandbox) / "window", Path(outside))
    say("READY")
    while window:
        QApplication.processEvents()
        time.sleep(0.05)
    return 0


def marker(number: int) -> str:
    return f"{STEM}{number:02}"


def at_the_command_line(sandbox: Path, outside: Path) -> None:
    run = _program(sandbox, outside)
    numbers = iter(range(COUNT))
    run("--user", "P-01", "init", "--org", "Office", "--role", ROLE, "--kdf", "64:3:1")
    offices = [
        {
            "id": f"{number:02x}" * 16,
            "kind": "shelter",
            "name": marker(next(numbers)),
            "contact": marker(next(numbers)),
            "verified": False,
        }
        for number in range(OFFICES)
    ]
    run("directory", "import", _json(outside, {"format": 1, "entries": offices}))
    for _ in range(CASES):
        code = run("case", "new", "--child", "no")["code"]
        answers = [{"field": name, "value": marker(next(numbers))} for name in FIELDS]
        run("answer", "import", code, _json(outside, {"pack": "base", "answers": answers}))
    found = run("search", marker(2 * OFFICES))
    assert STEM in json.dumps(found), "the marker is in the vault and can be found"
    (sandbox / "backups").mkdir()
    run("backup", "create", sandbox / "backups")
    box = {"form": "quick", "answers": {"quick.q_writer": marker(0)}}
    run("box", "write", _json(outside, box))


def _program(sandbox: Path, outside: Path) -> Callable[..., dict]:
    secret = outside / "passphrase"
    secret.write_text(f"{CLI_PASSPHRASE}\n", encoding="utf-8")
    secret.chmod(0o600)
    options = ["--json", "--data-dir", str(sandbox / "cli"), "--passphrase-file", str(secret)]

    def run(*words: object) -> dict:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = command_line([*options, *map(str, words)])
        assert code == 0, (words, out.getvalue())
        return json.loads(out.getvalue())["data"]

    return run


def _json(outside: Path, content: object) -> Path:
    path = outside / "input.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def at_the_window(folder: Path, outside: Path) -> Program:
    """Fill in, export, lock, come back, and leave words that are kept as a draft only."""
    stick = outside / "stick"
    stick.mkdir()
    folder.mkdir()
    prepare_vault(folder)
    faults: list[BaseException] = []
    hook = sys.excepthook
    program = start(folder, faults)
    sys.excepthook = hook  # what fails here is told to the test
    load_shipped_fonts(resource_root())
    keys = Keys(Waiting(), lambda: program.window)
    keys.wait(lambda: QApplication.activeWindow() is program.window)
    unlock(keys)
    open_a_case(keys)
    type_the_name(keys, marker(COUNT - 1))
    ask_for_consent(keys)
    write_the_referral(keys, stick)
    keys.press(Qt.Key.Key_F, CTRL)
    keys.type(marker(COUNT - 1))
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")
    unlock(keys)
    open_a_case(keys)
    type_the_name(keys, " ".join(marker(COUNT - number) for number in (2, 3, 4)))
    return program


def type_the_name(keys: Keys, text: str) -> None:
    """Go through the first sections, with the answers that lead on, to the name."""
    told = ("What was explained", "Does the person agree to talk?")
    for part in (("In danger now",), told):
        keys.press(Qt.Key.Key_PageDown, CTRL)
        for question in part:
            keys.wait_for_words(question)
            keys.tab_to_question(question)
            keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.wait_for_words("Given name(s)")
    keys.tab_to_question("Given name(s)")
    keys.type(text)
    keys.wait_for_words("draft kept")


class Waiting:
    """Waits as the tests' own tool does; there is none in a child."""

    def waitUntil(self, is_so: Callable[[], bool], timeout: int) -> None:  # noqa: N802 - its name
        until = time.monotonic() + WAIT_S
        while not is_so():
            assert time.monotonic() < until, "it did not come"
            QApplication.processEvents()
            time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
