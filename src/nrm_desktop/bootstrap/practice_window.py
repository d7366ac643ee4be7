"""The window on a practice vault, and the window drawn off-screen without anybody before it.

This module decides what is drawn for the self-test and for the pictures of the practice story. It
uses the program's own window and adds nothing to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from nrm_desktop.bootstrap.shell import build_shell, header_facts
from nrm_desktop.bootstrap.window import Opening, Program, report_defect, run_program
from nrm_desktop.domain.errors import IntegrityFault, NrmError
from nrm_desktop.ui.qt.application import make_application
from nrm_desktop.ui.qt.pictures import colours_of, go_offscreen, save_picture, settle

_BLANK: Final = 8
"""Fewer colours than this show no text, no border and no focus."""
_WAIT_S: Final = 20.0
_DRAWN_S: Final = 0.5


def open_practice_window(folder: Path, passphrase: str) -> int:
    """Open the window on a practice vault, unlocked. Shape: the exit code."""
    return run_program(replace(_opening(folder), passphrase=passphrase))


def check_drawing() -> tuple[bool, Mapping[str, object]]:
    """Build the locked window off-screen on an empty place, and look whether it is not blank."""
    go_offscreen()
    with tempfile.TemporaryDirectory() as place:
        program = Program(make_application(report_defect), _opening(Path(place) / "vault"))
        try:
            program.show()
            settle(lambda: False, _DRAWN_S)
            colours = colours_of(program.window)
            size = program.window.size()
        finally:
            _end(program)
    drawn = f"{size.width()}x{size.height()}"
    return colours > _BLANK, {"size": drawn, "colours": colours}


def draw_screens(folder: Path, passphrase: str, out: Path) -> list[Path]:
    """Draw the locked screen and the list of cases of a practice vault.

    Raises: the error of unlocking; IntegrityFault `integrity.practice` if nothing comes up.
    """
    go_offscreen()
    opening = _opening(folder)
    program = Program(make_application(report_defect), opening)
    try:
        program.show()
        settle(lambda: False, _DRAWN_S)
        locked = save_picture(program.window, out / "locked.png")
        _unlock(program, passphrase, header_facts(opening.make_shell()).signs[0])
        settle(lambda: False, _DRAWN_S)
        return [locked, save_picture(program.window, out / "cases.png")]
    finally:
        _end(program)


def _unlock(program: Program, passphrase: str, sign: str) -> None:
    opened: list[bool] = []
    refused: list[NrmError] = []
    program.unlock(passphrase, sign, lambda: opened.append(True), refused.append)
    settle(lambda: bool(opened or refused), _WAIT_S)
    if refused:
        raise refused[0]
    if not opened:
        raise IntegrityFault("integrity.practice", what="window")


def _opening(folder: Path) -> Opening:
    """The anchor of a practice vault lies beside it: nothing of it is kept elsewhere."""
    anchors = folder.parent / "anchors"
    make_shell = partial(build_shell, folder, anchors=anchors, is_practice=True)
    return Opening(make_shell, folder.parent, is_practice=True)


def _end(program: Program) -> None:
    program.window.close()
    settle(lambda: False, _DRAWN_S / 10)
