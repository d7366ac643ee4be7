"""The care of an open vault beside the work: backup of the day, check, anchor; and the safety page.

This module decides what runs after an unlocking and in which order: first the check, for damage
changes what may be done at all; then the backup of the day. Both run on a thread of their own, so
that neither pages nor saving wait for them, and end with the lock.

Source: storage-security.md sections 7, 10, 11 (steps 6 and 10) and 12.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Final

from nrm_desktop.bootstrap.backups import (
    back_up,
    daily_backup_if_due,
    last_backup,
    last_off_device,
    must_nag,
)
from nrm_desktop.bootstrap.checking import BackgroundCheck
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.identity import needs_identity
from nrm_desktop.bootstrap.recovering import (
    RecoveryCheck,
    RecoveryOffer,
    create_recovery,
    recovery_check,
)
from nrm_desktop.bootstrap.renewing import renew_identity
from nrm_desktop.bootstrap.way_back import way_back_state
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.logging_setup import describe_fault
from nrm_desktop.storage.verify import Progress, VerifyReport
from nrm_desktop.ui.presenters.safety import BackupMade, CheckState, SafetyFacts, Stage

_LOG: Final = logging.getLogger(__name__)
CARE_EVERY_S: Final = 600.0
"""Anchor and room on the disk; the design says ten minutes."""


class VaultCare:
    """Looks after one open vault, on its own thread. `changed` is told there, not in the window."""

    def __init__(self, vault: OpenVault, changed: Callable[[], None]) -> None:
        self._vault = vault
        self._changed = changed
        self.stop = Event()
        self.check = CheckState()
        self.failed: tuple[str, ...] = ()
        """Codes of what could not be done by itself; each has words."""
        self._thread = ThreadPoolExecutor(1, "nrm-care")
        self._begun: Future[None] = Future()
        vault.at_close(self.end)

    @property
    def is_at_work(self) -> bool:
        """True while the backup of the day is made or a check runs."""
        return not self._begun.done() or self.check.stage is Stage.RUNS

    def begin(self) -> None:
        """Check what is due, then make the backup of the day."""
        self._begun = self._thread.submit(self._begin)
        self._begun.add_done_callback(_report)

    def look_after(self) -> None:
        """Note the anchor and look for room, behind what runs; for every ten minutes."""
        if not self.stop.is_set():
            self._thread.submit(self._look_after).add_done_callback(_report)

    def begin_check(self) -> None:
        """Read everything now, whatever is due. A check that runs goes on."""
        if self.check.stage is not Stage.RUNS:
            self._heed(BackgroundCheck(self._vault).start(self._told))

    def end(self) -> None:
        """Let go at once: what is half-made has no name. A second call does nothing."""
        self.stop.set()
        self._changed = _nobody  # else the vault would hold the pages, and what was typed in them
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        with suppress(NrmError, CancelledError):  # a vault that was locked meanwhile
            running = BackgroundCheck(self._vault).start_if_due(self._told)
            if running is not None:
                self._heed(running)
        try:
            daily_backup_if_due(self._vault, self.stop)
        except CancelledError:
            return
        except NrmError as error:
            if self.stop.is_set():
                return
            self.failed = (error.code,)
        self._changed()

    def _look_after(self) -> None:
        with suppress(NrmError, CancelledError):  # an anchor may lag behind
            self._vault.look_after()

    def _told(self, progress: Progress) -> None:
        self.check = CheckState(Stage.RUNS, progress.done, progress.total)

    def _heed(self, running: Future[VerifyReport]) -> None:
        self.check = CheckState(Stage.RUNS)
        running.add_done_callback(self._checked)

    def _checked(self, done: Future[VerifyReport]) -> None:
        if done.cancelled() or done.exception() is not None:
            self.check = replace(self.check, stage=Stage.ENDED)
        else:
            report = done.result()
            stage = Stage.SOUND if report.is_sound else Stage.DAMAGED
            self.check = CheckState(stage, places=report.places)
        if not self.stop.is_set():
            self._changed()


def _nobody() -> None:
    """Nobody listens any more."""


def _report(done: Future[None]) -> None:
    """Tell of a defect, without its values: nobody waits for these threads."""
    error = None if done.cancelled() else done.exception()
    if error is not None:
        _LOG.error("defect %s", describe_fault(error))


class VaultSafety:
    """Fulfils `SafetyTools` and `WayBackTools` for an open vault."""

    def __init__(self, vault: OpenVault, care: VaultCare) -> None:
        self._vault = vault
        self._care = care

    @property
    def check(self) -> CheckState:
        """How far the check is."""
        return self._care.check

    def facts(self) -> SafetyFacts:
        """Read what is known now."""
        vault, session = self._vault, self._vault.session
        return SafetyFacts(
            way_back=way_back_state(session),
            condition=vault.condition.now,
            findings=(*vault.findings, *self._care.failed),
            last_backup_ms=last_backup(vault),
            last_away_ms=last_off_device(vault),
            must_remind=must_nag(vault) and not vault.context.is_practice,
            needs_identity=needs_identity(session.safe),
        )

    def begin_check(self) -> None:
        """Read everything now."""
        self._care.begin_check()

    def back_up(self, folder: str, *, with_attachments: bool) -> BackupMade:
        """Make a backup in a folder elsewhere; a lock ends it.

        Raises: EnvironmentFault `storage.interrupted` once the vault is locked; as `back_up`.
        """
        if self._care.stop.is_set():
            raise EnvironmentFault("storage.interrupted")
        made = back_up(
            self._vault, Path(folder), with_attachments=with_attachments, stop=self._care.stop
        )
        return BackupMade(made.path.name, made.cases, made.findings)

    def renew(self) -> bool:
        """Give this laptop a new identity; the vault has to be opened anew to write."""
        return renew_identity(self._vault).is_certified

    def offer(self) -> RecoveryOffer:
        """Make a recovery code that does not count yet."""
        return create_recovery(self._vault)

    def ask_sheet(self) -> RecoveryCheck | None:
        """Ask for two groups of the code that counts."""
        return recovery_check(self._vault)
