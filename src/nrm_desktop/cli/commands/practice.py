"""Practice and self-test: what needs no vault of one's own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from nrm_desktop import __version__
from nrm_desktop.bootstrap.practice import (
    Played,
    make_practice_vault,
    play_story,
    practice_folder,
)
from nrm_desktop.bootstrap.practice_cases import MOST
from nrm_desktop.bootstrap.selftest import run_selftest
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome, Warned
from nrm_desktop.cli.window import (
    check_window,
    draw_screens,
    must_have_display,
    open_practice_window,
)
from nrm_desktop.domain.errors import EnvironmentFault, Usage


def practise(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Make a practice vault; show it in the window, or play the whole story without a display."""
    count = MOST if arguments.cases is None else arguments.cases
    if not 1 <= count <= MOST:
        raise Usage("usage.bad_value", what="cases", allowed=f"1 to {MOST}")
    if not arguments.headless:
        must_have_display()
    out = Path(arguments.out) if arguments.out else practice_folder()
    if arguments.headless:
        played = play_story(out, count, _teller(call))
        return _told(played, _drawn(call, played))
    made = make_practice_vault(out, count)
    call.console.tell(f"Practice vault of {made.user} in {made.folder}")
    call.console.tell(f"Passphrase: {made.passphrase}")
    code = open_practice_window(made.folder, made.passphrase)
    data = {
        "dir": str(out),
        "passphrase_file": str(made.passphrase_file),
        "user": made.user,
        "cases": count,
        "example_code": made.example_code,
    }
    return Outcome(data, exit_code=code)


def selftest(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Check that every part of the program works here. Always one JSON object, no envelope."""
    checks = run_selftest(call.resources, check_window)
    is_good = all(check.is_good for check in checks)
    data = {
        "ok": is_good,
        "version": __version__,
        "checks": [
            {
                "name": check.name,
                "ok": check.is_good,
                "detail": dict(check.detail),
                "ms": check.milliseconds,
            }
            for check in checks
        ],
    }
    return Outcome(data, exit_code=DONE if is_good else INTEGRITY, is_bare=True)


def _told(played: Played, drawn: tuple[list[Path], str]) -> Outcome:
    screens, lack = drawn
    files = [
        {"path": one.path, "kind": one.kind, "bytes": one.size, "sha256": one.sha256}
        for one in played.files
    ]
    data = {
        "dir": str(played.out),
        "passphrase_file": str(played.passphrase_file),
        "user": played.user,
        "cases": played.cases,
        "example_code": played.example_code,
        "steps": [
            {"name": step.name, "ok": True, "ms": step.milliseconds} for step in played.steps
        ],
        "files": files,
        "devices": [
            {"dir": device.folder, "head_digest": device.head_digest} for device in played.devices
        ],
        "converged": played.has_converged,
        "screenshots": [path.relative_to(played.out).as_posix() for path in screens],
    }
    lines = [f"{step.name:<14} ok  {step.milliseconds:>5} ms" for step in played.steps]
    lines += [f"{_KINDS[one.kind]:<16} {played.out / one.path}" for one in played.files]
    lines += [f"{'screenshot':<16} {path}" for path in screens]
    lines.append(f"{'passphrase':<16} {played.passphrase_file}")
    warnings = (Warned("program.no_window", lack),) if lack else ()
    return Outcome(data, lines=lines, warnings=warnings)


def _drawn(call: Invocation, played: Played) -> tuple[list[Path], str]:
    """Draw the screens of the first device, or say why there are none."""
    passphrase = played.passphrase_file.read_text(encoding="utf-8").splitlines()[0]
    try:
        out = played.out / "screenshots"
        return draw_screens(played.out / "device-a", passphrase, out), ""
    except EnvironmentFault as fault:
        return [], " ".join(call.shell.errors.explain(fault))


def _teller(call: Invocation) -> Callable[[str], None]:
    return lambda step: call.console.tell(f"... {step}")


_KINDS = MappingProxyType(
    {
        "pdf": "referral as PDF",
        "packet": "sealed packet",
        "card": "contact card",
        "receipt": "receipt",
        "pack": "pack file",
    }
)
COMMANDS: Runners = MappingProxyType({"practice": practise, "selftest": selftest})
