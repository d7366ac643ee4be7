"""How long the window is ever held up: the longest time between two beats in a day's work."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.headless import Founder, found_vault
from nrm_desktop.bootstrap.practice_cases import (
    add_offices,
    answer_case,
    invented_cases,
    open_case,
    record_consents,
)
from nrm_desktop.bootstrap.shell import build_shell, header_facts
from nrm_desktop.bootstrap.window import Opening, Program, report_defect
from nrm_desktop.paths import resource_root
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.ui.presenters.main import CaseRef, PlaceId
from nrm_desktop.ui.qt.application import make_application
from nrm_desktop.ui.qt.pictures import settle

PASSPHRASE = "seven quiet lanterns over the harbour"
CASES = 10
BEAT_MS = 5
SECTIONS = 10
STEP_S = 0.4


class Pulse:
    """Beats every few milliseconds, and remembers the longest pause."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000 - BEAT_MS)
        self._last = now

    def take(self) -> float:
        """The longest pause since the last time."""
        longest, self.longest_ms = self.longest_ms, 0.0
        return longest


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fill(folder)
        shell = partial(build_shell, folder / "vault", anchors=folder / "anchors")
        program = Program(make_application(report_defect), Opening(shell, folder))
        try:
            return work(program, header_facts(shell()).signs[0])
        finally:
            program.window.close()


def work(program: Program, sign: str) -> dict[str, float]:
    """Unlock, look at the list, go through an interview, ask for consent, prepare a referral."""
    program.show()
    pause(3 * STEP_S)
    pulse = Pulse()
    program.unlock(PASSPHRASE, sign, lambda: None, report_defect)
    settle(lambda: program.work is not None, 20)
    pause()
    figures = {"window.unlock_stall_ms": pulse.take()}
    opened = program.work
    row = opened.vault.reader.cases(CaseFilter(), CASES, None, opened.vault.sight).rows[-1]
    opened.main.open_case(CaseRef(row.scope, row.code))
    pause()
    figures["window.open_case_stall_ms"] = pulse.take()
    for _ in range(SECTIONS):
        opened.main.page.step(1)
        pause()
    figures["window.section_stall_ms"] = pulse.take()
    for name in (PlaceId.CONSENT, PlaceId.REFERRAL, PlaceId.CASES):
        opened.main.open(name)
        pause()
        figures[f"window.{name}_stall_ms"] = pulse.take()
    return figures


def fill(folder: Path) -> None:
    """A vault with invented people."""
    shell = build_shell(folder / "vault", anchors=folder / "anchors")
    founder = Founder("Bench", "P-01", "coordinator_intake", PASSPHRASE, FLOOR, "Laptop 1")
    vault = found_vault(shell, founder)
    try:
        offices = add_offices(vault, resource_root())
        for told in invented_cases(resource_root(), CASES):
            case = open_case(vault, told)
            answer_case(vault, case, told, offices)
            record_consents(vault, case, told, offices)
    finally:
        vault.close()


def pause(seconds: float = STEP_S) -> None:
    settle(lambda: False, seconds)
