"""The two doors from presenters to the storage thread: submit a command, ask a query.

Both give a token at once and answer later on the window's thread, through the bridge. The futures
come from callables given to the constructor, so that this module knows neither threads nor
storage. A cancelled answer is dropped; a command that already runs is not interrupted, because
its transaction either happens wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import count

from nrm_desktop.domain.errors import NrmError, ProgramFault
from nrm_desktop.ui.qt.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: a result, or the error that says what helps. Exactly one of them counts."""

    result: object = None
    error: NrmError | None = None


Starter = Callable[[object], "Future[object]"]
Receiver = Callable[[Outcome], None]


class QtRunner:
    """Runs commands and queries elsewhere and hands their outcome to the window's thread.

    Shape: `report` is told of errors that are defects of the program, before the outcome is
    delivered as a `ProgramFault`; it must not keep answer text.
    """

    def __init__(
        self,
        bridge: Bridge,
        run_command: Starter,
        run_query: Starter,
        report: Callable[[BaseException], None],
    ) -> None:
        self._bridge = bridge
        self._run_command = run_command
        self._run_query = run_query
        self._report = report
        self._tokens = count(1)
        self._waiting: dict[str, tuple[Future[object], Receiver]] = {}

    def submit(self, command: object, receiver: Receiver) -> str:
        """Run a command; its events travel by the bus, how it ended comes to the receiver."""
        return self._start(self._run_command, command, receiver)

    def query(self, query: object, receiver: Receiver) -> str:
        """Ask for a read model."""
        return self._start(self._run_query, query, receiver)

    def cancel(self, token: str) -> None:
        """Forget an answer that nobody waits for any more; an unknown token is no error."""
        waiting = self._waiting.pop(token, None)
        if waiting is not None:
            waiting[0].cancel()

    def cancel_all(self) -> None:
        """Forget all answers, as locking does."""
        for token in tuple(self._waiting):
            self.cancel(token)

    def _start(self, starter: Starter, what: object, receiver: Receiver) -> str:
        token = f"ui-{next(self._tokens)}"
        future = starter(what)
        self._waiting[token] = (future, receiver)
        future.add_done_callback(lambda _: self._bridge.post(partial(self._deliver, token)))
        return token

    def _deliver(self, token: str) -> None:
        waiting = self._waiting.pop(token, None)
        if waiting is None:
            return
        future, receiver = waiting
        if not future.cancelled():
            receiver(self._outcome(future))

    def _outcome(self, future: Future[object]) -> Outcome:
        fault = future.exception(timeout=0)
        if fault is None:
            return Outcome(future.result(timeout=0))
        if isinstance(fault, NrmError):
            return Outcome(error=fault)
        self._report(fault)
        return Outcome(error=ProgramFault())
