"""Every exit code from a real process, and what stands on its standard output."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO

import pytest

from nrm_desktop.cli import main as command_line
from nrm_desktop.cli.output import EXIT_CODES
from nrm_desktop.domain import errors
from nrm_desktop.storage.lock import VaultLock

PLATFORM = "QT_QPA_PLATFORM"
PROGRAM = (sys.executable, "-m", "nrm_desktop")


def environment(cli) -> dict[str, str]:
    return os.environ | {"XDG_STATE_HOME": str(cli.place / "state")}


def start(cli, *words: object, file: str = "passphrase") -> subprocess.Popen:
    secret = cli.place / file
    line = [*PROGRAM, "--json", "--data-dir", cli.place / "vault", "--passphrase-file", secret]
    return subprocess.Popen(
        [str(each) for each in [*line, *words]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(cli),
        preexec_fn=hear_interrupts,  # noqa: PLW1509 - no thread of ours is running at this moment
    )


def hear_interrupts() -> None:
    """Whoever runs the tests in the background made us deaf, and every child with us."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(process: subprocess.Popen) -> tuple[int, dict]:
    out, _ = process.communicate()
    lines = out.decode("utf-8").splitlines()
    assert len(lines) == 1, "one object and nothing else"
    return process.returncode, json.loads(lines[0])


def begin_value(process: subprocess.Popen) -> None:
    """Write the first letter of a value, and come back when the process has taken it."""
    pipe = process.stdin
    assert pipe is not None
    pipe.write(b"x")
    pipe.flush()
    while left_in(pipe) and process.poll() is None:
        time.sleep(0.02)


def left_in(pipe: IO[bytes]) -> int:
    """Bytes in a pipe that nobody has read yet."""
    left = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, left)
    return int.from_bytes(left, sys.byteorder)


def test_done_is_0(cli, code):
    assert ended(start(cli, "case", "show", code))[0] == 0


def test_a_bad_value_is_2(cli, code):
    exit_code, said = ended(start(cli, "answer", "set", code, "screening.danger_now", "perhaps"))

    assert (exit_code, said["error"]["code"]) == (2, "usage.bad_value")
    assert said["error"]["allowed"] == ["yes", "no"]


def test_a_refusal_by_a_rule_is_3(cli, code):
    to = ("--recipient", "Shelter A", "--purpose", "legal", "--to", cli.place / "stick")

    exit_code, said = ended(start(cli, "referral", "export", code, *to, "--as", "pdf"))

    assert (exit_code, said["error"]["code"]) == (3, "consent.missing")
    assert list((cli.place / "stick").iterdir()) == []


def test_a_wrong_passphrase_is_4(cli):
    cli.file("wrong", "not the passphrase of this vault\n").chmod(0o600)

    exit_code, said = ended(start(cli, "case", "list", file="wrong"))

    assert (exit_code, said["error"]["code"]) == (4, "vault.wrong_passphrase")


def test_damage_is_5(cli):
    for name in ("vault.hdr.a", "vault.hdr.b"):
        path = cli.place / "vault" / name
        path.write_bytes(path.read_bytes()[:-2000])

    exit_code, said = ended(start(cli, "case", "list"))

    assert (exit_code, said["error"]["code"]) == (5, "integrity.header_damaged")


def test_no_vault_is_6(cli):
    exit_code, said = ended(start(cli.other("nowhere"), "--data-dir", "nowhere", "case", "list"))

    assert (exit_code, said["error"]["code"]) == (6, "storage.no_vault")


def test_interrupted_is_130_and_the_vault_is_as_before(cli, code):
    process = start(cli, "answer", "set", code, "screening.tasks", "-")
    begin_value(process)
    process.send_signal(signal.SIGINT)
    process.communicate()

    assert process.returncode == 130
    assert cli("vault", "verify").code == 0


def test_a_defect_is_70_and_shows_a_place_but_no_value(capsys, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("the planted secret of a person")

    monkeypatch.setattr(command_line, "carry_out", broken)

    assert command_line.main(["case", "list"]) == 70
    said = capsys.readouterr()
    assert "RuntimeError at test_cli_exit_codes.py" in said.err
    assert "planted" not in said.out + said.err


def test_every_root_of_the_error_tree_has_its_number():
    roots = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and errors.NrmError in kind.__bases__
    }

    assert roots - set(EXIT_CODES) == {errors.ProgramFault}, "that one ends as a defect, 70"


def test_a_vault_that_is_open_elsewhere_is_6(cli):
    with VaultLock(cli.place / "vault"):
        exit_code, said = ended(start(cli, "case", "list"))

    assert (exit_code, said["error"]["code"]) == (6, "storage.in_use")


@pytest.mark.parametrize("words", [["--help"], ["vault", "info"]], ids=" ".join)
def test_light_start_loads_neither_the_window_nor_the_printing(cli, words):
    code = (
        "import sys\nfrom nrm_desktop.cli.main import main\n"
        f"main({['--data-dir', str(cli.place / 'vault'), *words]!r})\n"
        "heavy = ('PySide6', 'reportlab', 'pikepdf', 'pypdfium2', 'uharfbuzz', 'PIL', 'httpx')\n"
        "sys.exit(','.join(name for name in heavy if name in sys.modules) or 0)\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        env=environment(cli),
    )

    assert told.returncode == 0, told.stderr


def test_help_loads_no_cryptography_at_all():
    code = (
        "import sys\nfrom nrm_desktop.cli.main import main\nmain(['--help'])\n"
        "heavy = ('cryptography', 'sqlcipher3', 'nrm_desktop.bootstrap')\n"
        "sys.exit(','.join(name for name in heavy if name in sys.modules) or 0)\n"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert told.returncode == 0, told.stderr


def test_the_module_is_the_installed_command(tmp_path: Path):
    told = subprocess.run(
        [*PROGRAM, "--version"], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert told.stdout.startswith("nrm-desktop ")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize("words", [[], ["practice"]], ids=["window", "practice"])
def test_without_a_display_the_window_says_so_with_6(cli, words):
    without = {k: v for k, v in environment(cli).items() if "DISPLAY" not in k and k != PLATFORM}
    without |= {"TMPDIR": str(cli.place)}

    told = subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, check=False, env=without
    )

    assert told.returncode == 6
    assert "no display" in told.stderr
