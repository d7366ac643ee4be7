"""Threads that own a database connection: one that writes, one that reads.

This module decides in which order jobs run: a person's action goes before the next batch of a bulk
job, and jobs of one lane keep their order. It must not know what a job does. Nothing else in the
program creates threads for the database. What a thread owns is lent to a caller who would only
wait for it, while nobody else uses it; a connection that writes is never lent.

Source: storage-security.md section 6; architecture.md section 8; ADR 0035.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from enum import IntEnum
from typing import Any, Final, Generic, TypeVar

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.engine import DatabaseError, fault_of

Owned = TypeVar("Owned")
Result = TypeVar("Result")
_AGAIN_S: Final = 0.02
"""How often a job that has to end is told so: an interruption ends one statement, not the next."""


class Lane(IntEnum):
    """What waits for what: PERSON is always taken first."""

    PERSON = 0
    BULK = 1


class DatabaseThread(Generic[Owned]):
    """Runs jobs one after the other on a thread of its own.

    Shape: `opening` makes what the jobs are given (a connection and what stands on it), on the
    thread; `closing` ends it there. `interrupting` ends what the running job does and may be
    called from any thread; without it a running job is waited for, as a save must be.
    """

    def __init__(
        self,
        name: str,
        opening: Callable[[], Owned],
        closing: Callable[[Owned], None],
        interrupting: Callable[[Owned], None] | None = None,
    ) -> None:
        self._opening = opening
        self._closing = closing
        self._interrupting = interrupting
        self._owned: list[Owned] = []
        self._running: list[Owned] = []
        self._lanes: tuple[deque[_Job], ...] = tuple(deque() for _ in Lane)
        self._changed = threading.Condition()
        self._is_closing = False
        self._opened: Future[None] = Future()
        self._closed: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Open on the thread and wait for it. Raises: what `opening` raises."""
        self._thread.start()
        self._opened.result()

    def submit(self, job: Callable[[Owned], Result], lane: Lane = Lane.PERSON) -> Future[Result]:
        """Queue a job. Its future gives the result, or the error as one of ours.

        Raises: EnvironmentFault `storage.closed` once `close` was called.
        """
        future: Future[Result] = Future()
        with self._changed:
            if self._is_closing:
                raise EnvironmentFault("storage.closed")
            self._lanes[lane].append(_Job(job, future))
            self._changed.notify()
        return future

    def ask(self, job: Callable[[Owned], Result]) -> Result:
        """Do a job and wait for it: on the caller's thread if nobody else has work.

        That spares two changes of thread. Only for what may leave its own.
        Raises: as the future of `submit` does.
        """
        with self._changed:
            is_free = self._is_idle and not self._is_closing
            if is_free:
                self._running.append(self._owned[0])
        if not is_free:
            return self.submit(job).result()
        try:
            return job(self._running[0])
        except DatabaseError as error:
            raise fault_of(error) from error
        finally:
            with self._changed:
                self._running.clear()
                self._changed.notify()

    @property
    def is_busy(self) -> bool:
        """True while a job runs or waits."""
        with self._changed:
            return bool(self._running) or any(self._lanes)

    @property
    def is_awaited(self) -> bool:
        """True while a job waits behind the one that runs."""
        with self._changed:
            return bool(self._running) and (self._is_closing or any(self._lanes))

    def drain(self) -> None:
        """Wait until everything that was asked for so far is done."""
        self.submit(lambda _: None, Lane.BULK).result()

    def stop_jobs(self, within_s: float) -> None:
        """Cancel what waits and interrupt what runs; the thread goes on for whoever asks next.

        Units: waits at most this many seconds for the running job to end.
        """
        ends = time.monotonic() + within_s
        while self._cancel_and_interrupt() and time.monotonic() < ends:
            time.sleep(_AGAIN_S)

    def close(self) -> None:
        """End the running job, cancel the waiting ones, close. Raises: what `closing` raises.

        A job is interrupted where the thread can do that, else it is waited for. Calling it twice
        does nothing the second time.
        """
        with self._changed:
            self._is_closing = True
            self._cancel_waiting()
            self._changed.notify()
        while not wait([self._closed], _AGAIN_S).done:
            self._interrupt()
        self._closed.result()
        self._thread.join()

    @property
    def _is_idle(self) -> bool:
        return bool(self._owned) and not self._running and not any(self._lanes)

    def _cancel_and_interrupt(self) -> bool:
        """True while a job runs."""
        with self._changed:
            self._cancel_waiting()
            is_running = bool(self._running)
        self._interrupt()
        return is_running

    def _cancel_waiting(self) -> None:
        for lane in self._lanes:
            for job in lane:
                job.future.cancel()
            lane.clear()

    def _interrupt(self) -> None:
        """Tell the running job to end; the connection cannot be closed while we hold the lock."""
        with self._changed:
            if self._interrupting is not None and self._running:
                self._interrupting(self._running[0])

    def _run(self) -> None:
        if not _settle(self._opened, lambda: self._owned.append(self._opening())):
            self._closed.set_result(None)
            return
        owned = self._owned[0]
        while (job := self._next_job(owned)) is not None:
            job.run(owned)
            with self._changed:
                self._running.clear()
        _settle(self._closed, lambda: self._closing(self._owned.pop()))

    def _next_job(self, owned: Owned) -> _Job | None:
        with self._changed:
            while True:
                if not self._running:  # else it is lent
                    for lane in self._lanes:
                        if lane:
                            self._running.append(owned)
                            return lane.popleft()
                    if self._is_closing:
                        return None
                self._changed.wait()


class _Job:
    """A queued job and the promise of its result."""

    def __init__(self, job: Callable[[Any], Any], future: Future[Any]) -> None:
        self.job = job
        self.future = future

    def run(self, owned: object) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.job(owned)
        except DatabaseError as error:
            self.future.set_exception(fault_of(error))
        except BaseException as error:  # noqa: BLE001 - task runner: the caller gets it
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


def _settle(promise: Future[None], step: Callable[[], object]) -> bool:
    """Run a step of the thread's own life; its error belongs to whoever waits for it."""
    try:
        step()
    except DatabaseError as error:
        promise.set_exception(fault_of(error))
    except BaseException as error:  # noqa: BLE001 - task runner: the caller gets it
        promise.set_exception(error)
    else:
        promise.set_result(None)
        return True
    return False
