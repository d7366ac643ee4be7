"""Threads that own a database connection: one that writes, one that reads.

This module decides in which order jobs run: a person's action goes before the next batch of a bulk
job, and jobs of one lane keep their order. It must not know what a job does. Nothing else in the
program creates threads for the database, and no connection crosses a thread.

Source: storage-security.md section 6; architecture.md section 8.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, Generic, TypeVar

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.engine import DatabaseError, fault_of

Owned = TypeVar("Owned")
Result = TypeVar("Result")


class Lane(IntEnum):
    """What waits for what: PERSON is always taken first."""

    PERSON = 0
    BULK = 1


class DatabaseThread(Generic[Owned]):
    """Runs jobs one after the other on a thread of its own.

    Shape: `opening` makes what the jobs are given (a connection and what stands on it), on the
    thread; `closing` ends it there.
    """

    def __init__(
        self, name: str, opening: Callable[[], Owned], closing: Callable[[Owned], None]
    ) -> None:
        self._opening = opening
        self._closing = closing
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

    def close(self) -> None:
        """Let the running job end, cancel the waiting ones, close. Raises: what `closing` raises.

        Calling it twice does nothing the second time.
        """
        with self._changed:
            self._is_closing = True
            for lane in self._lanes:
                for job in lane:
                    job.future.cancel()
                lane.clear()
            self._changed.notify()
        self._closed.result()
        self._thread.join()

    def _run(self) -> None:
        owned = _settle(self._opened, lambda: [self._opening()])
        if not owned:
            self._closed.set_result(None)
            return
        while (job := self._next_job()) is not None:
            job.run(owned[0])
        _settle(self._closed, lambda: [self._closing(owned.pop())])

    def _next_job(self) -> _Job | None:
        with self._changed:
            while True:
                for lane in self._lanes:
                    if lane:
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


def _settle(promise: Future[None], step: Callable[[], list[Any]]) -> list[Any]:
    """Run a step of the thread's own life; its error belongs to whoever waits for it."""
    try:
        result = step()
    except DatabaseError as error:
        promise.set_exception(fault_of(error))
    except BaseException as error:  # noqa: BLE001 - task runner: the caller gets it
        promise.set_exception(error)
    else:
        promise.set_result(None)
        return result
    return []
