"""The check in the background: after an unclean end or once a week, beside the work.

This module decides when everything is read, that saves go first, and what an alarm does: the
vault turns read-only at once, the place is named, and a sealed note lets the next start begin
read-only too. It repairs nothing (P9). Its thread has a connection of its own and ends with the
lock, whatever it is reading.

A copy that is read beside a writer can look torn where it is not. So what a first reading finds is
believed only after a second one, during which nothing is written. As soon as anything waits to be
saved, the second reading gives way and begins again later: no draft waits for it at a lock. A check
that did not come to its end is due again at the next start.

Source: storage-security.md sections 7 and 11 (steps 6 and 10). Promises: P7, P8, P13.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import Final

from nrm_desktop.app.condition import Reason
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.safe import database_key
from nrm_desktop.bootstrap.starting import (
    ballast_of,
    forget_alarm,
    is_signed,
    note_alarm,
    noted_alarm,
)
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.storage.cells import set_setting, setting
from nrm_desktop.storage.engine import (
    Connection,
    DatabaseError,
    close_database,
    interrupt,
    open_database,
    open_untouched,
)
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.vault_threads import VaultThreads
from nrm_desktop.storage.verify import Progress, VerifyReport, verify_database
from nrm_desktop.storage.worker import DatabaseThread

LAST_CHECK: Final = "check.last"
"""Setting of the database: when everything was read last. Units: milliseconds since 1970 UTC."""
_WEEK_MS: Final = 7 * 24 * 3600 * 1000
_TIME_BYTES: Final = 8
_PAUSE_S: Final = 0.05

Told = Callable[[Progress], None]


class _Quiet:
    """A time in which nothing is written, until somebody has to save.

    Shape: `hold` runs on the writer's thread and ends what is read, wherever it is.
    """

    def __init__(self, threads: VaultThreads, reading: Connection, pause_s: float) -> None:
        self._threads = threads
        self._reading = reading
        self._pause_s = pause_s
        self.holds, self.gave_way, self.may_go_on = (threading.Event() for _ in range(3))

    def hold(self, _: Connection) -> None:
        """Keep the writer from writing; what is read then counts only without `gave_way`."""
        self.holds.set()
        while not self.may_go_on.wait(self._pause_s):
            if self._threads.is_awaited:
                self.gave_way.set()
                interrupt(self._reading)
                return


class BackgroundCheck:
    """Reads everything of one open vault on a thread of its own. It ends with the vault."""

    def __init__(self, vault: OpenVault, pause_s: float = _PAUSE_S) -> None:
        self._vault = vault
        self._safe = vault.session.safe
        self._pause_s = pause_s
        self._ended = threading.Event()
        self._thread: DatabaseThread[Connection] | None = None

    @property
    def is_due(self) -> bool:
        """True after an unclean end, after an alarm, and once a week; the clock decides no more."""
        if self._safe.slot.was_unclean or noted_alarm(self._safe):
            return True
        last = self._vault.database.read(lambda found: setting(found, LAST_CHECK)).result()
        passed = self._vault.context.clock.now_ms() - int.from_bytes(last or b"", "big")
        return last is None or not 0 <= passed < _WEEK_MS

    def start_if_due(self, told: Told) -> Future[VerifyReport] | None:
        """Read everything where it is due, else only keep the ballast. Not for the UI thread."""
        if self.is_due:
            return self.start(told)
        if not self._vault.condition.is_read_only:
            ballast_of(self._safe.shell).keep()
        return None

    def start(self, told: Told) -> Future[VerifyReport]:
        """Keep the ballast, then read everything; `told` hears how far it is, on that thread.

        Shape: the future gives the report, or `storage.interrupted` where the lock came first.
        """
        key, folder = database_key(self._safe.unlocked), self._vault.folder
        is_fixed = self._vault.condition.is_read_only
        opening = open_untouched if is_fixed else open_database
        self._thread = DatabaseThread(
            "nrm-check",
            lambda: opening(folder / DATABASE, key),
            close_database,
            interrupt,
        )
        self._thread.start()
        self._vault.at_close(self.end)
        return self._thread.submit(partial(self._check, told=told))

    def end(self) -> None:
        """Stop reading, at once, and close the connection; a second call does nothing."""
        self._ended.set()
        if self._thread is not None:
            self._thread.close()

    def _check(self, connection: Connection, told: Told) -> VerifyReport:
        if not self._vault.condition.is_read_only:
            ballast_of(self._safe.shell).keep()
            self._note(b"")
        report = verify_database(connection, self._is_signed, partial(self._step, told=told))
        if not report.is_sound and not self._vault.condition.is_read_only:
            report = self._again(connection)
        if report.is_sound:
            self._note_sound()
        else:
            self._alarm(report)
        return report

    def _step(self, progress: Progress, told: Told) -> None:
        """Let a save go first; end where the lock came."""
        while self._vault.database.threads.is_busy and not self._ended.wait(self._pause_s):
            pass
        if self._ended.is_set():
            raise EnvironmentFault("storage.interrupted")
        told(progress)

    def _again(self, connection: Connection) -> VerifyReport:
        """Read once more while nothing is written, as often as somebody saves meanwhile."""
        while True:
            while self._vault.database.threads.is_busy and not self._ended.wait(self._pause_s):
                pass
            if self._ended.is_set():
                raise EnvironmentFault("storage.interrupted")
            report = self._read_alone(connection)
            if report is not None:
                return report

    def _read_alone(self, connection: Connection) -> VerifyReport | None:
        """Read while the writer waits; None where it had to give way.

        This thread reads, so the lock can interrupt it: a connection that writes is never
        interrupted. The writer's thread only looks whether anybody else needs it.
        """
        quiet = _Quiet(self._vault.database.threads, connection, self._pause_s)
        holding = self._vault.database.write(quiet.hold)
        try:
            while not quiet.holds.wait(self._pause_s):
                if self._ended.is_set() or holding.done():
                    raise EnvironmentFault("storage.interrupted")
            report = verify_database(
                connection, self._is_signed, partial(self._must_go_on, quiet=quiet)
            )
        except (NrmError, DatabaseError):
            if self._ended.is_set() or not quiet.gave_way.is_set():
                raise
            return None
        finally:
            quiet.may_go_on.set()
            if not holding.cancel():
                with suppress(NrmError):
                    holding.result()
        return None if quiet.gave_way.is_set() else report

    def _must_go_on(self, _: Progress, quiet: _Quiet) -> None:
        if self._ended.is_set() or quiet.gave_way.is_set():
            raise EnvironmentFault("storage.interrupted")

    def _alarm(self, report: VerifyReport) -> None:
        with suppress(EnvironmentFault):  # the alarm of today stands without the note for tomorrow
            note_alarm(self._safe, report.places)
        self._vault.database.threads.turn_read_only(Reason.DAMAGED, *report.places)

    def _note_sound(self) -> None:
        with suppress(NrmError):  # a full disk: it is read again next time
            forget_alarm(self._safe)
            self._note(max(self._vault.context.clock.now_ms(), 0).to_bytes(_TIME_BYTES, "big"))

    def _note(self, last: bytes) -> None:
        """Note when everything was read last; empty while it is not read to the end."""

        def note(connection: Connection) -> None:
            with transaction(connection):
                set_setting(connection, LAST_CHECK, last)

        with suppress(NrmError, CancelledError):
            self._vault.database.write(note).result()

    def _is_signed(self, commit: ReceivedCommit) -> bool:
        return is_signed(self._vault.session.roster, commit)
