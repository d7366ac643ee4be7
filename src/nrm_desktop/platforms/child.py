"""Child processes that decode what came from outside: no keys, no environment, no display.

This module decides how such a child is started, limited and ended. It does not know what the bytes
are. Foreign pictures, PDF and office files are decoded in one of these and nowhere else (P16).

- It gets bytes by a pipe and gives bytes by a pipe; nothing else is handed down.
- It takes its own rights away before it loads a decoder (`platforms.confined`); on Windows it is
  put into a job object first (unverified on Windows).
- It is killed at the time limit, when it answers more than was allowed, and at a lock.

Source: storage-security.md sections 8, 13 and 15. Promise: P16. Threat: T16.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Protocol

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.platforms.job import JobObject

MEMORY_BYTES: Final = 512 << 20
CPU_S: Final = 5
WALL_S: Final = 20.0
_LAUNCHER: Final = "nrm_desktop.platforms.confined"
_READ_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use. Units: bytes; seconds of processor and of clock."""

    memory_bytes: int = MEMORY_BYTES
    cpu_s: int = CPU_S
    wall_s: float = WALL_S


class Confinement(Protocol):
    """Limits a process from outside, where it cannot limit itself."""

    def take_in(self, process_handle: int, limits: Limits) -> None:
        """Put a process under limits, before it is given anything."""


class Children:
    """Starts children one at a time per call; `close` ends all that run.

    Shape: `confinement` is the system's own; tests hand in one that notes what it was asked.
    """

    def __init__(
        self, limits: Limits | None = None, confinement: Confinement | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._confinement = confinement or _confinement()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._is_closed = False

    def ask(self, module: str, request: bytes, most: int) -> bytes:
        """Run a module as a program, give it bytes, and give what it answers.

        Shape: at most `most` bytes are taken.
        Raises: HostileInput `integrity.preview` when it ended badly, at a limit or answered too
        much; EnvironmentFault `storage.child` when it could not be started or was ended by us.
        """
        process = self._start(module)
        try:
            answer = _exchange(process, request, most, self._limits.wall_s)
        finally:
            _end(process)
            with self._guard:
                self._running.discard(process)
        if self._is_closed:
            raise EnvironmentFault("storage.closed")
        if answer is None or process.returncode != 0:
            raise HostileInput("integrity.preview", why="limit")
        return answer

    def close(self) -> None:
        """End every child that runs, and let no new one start: at a lock."""
        with self._guard:
            self._is_closed = True
            running = tuple(self._running)
        for process in running:
            _end(process)

    def _start(self, module: str) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._is_closed:
                raise EnvironmentFault("storage.closed")
            with told_as_faults(missing="storage.child"):
                process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    command_line(module, self._limits),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    bufsize=0,
                    env=dict(_environment()),
                    cwd=os.path.abspath(os.sep),  # noqa: PTH100 - the root of the running drive
                    close_fds=True,
                    start_new_session=True,
                )
            self._running.add(process)
        try:
            self._confinement.take_in(_handle_of(process), self._limits)
        except BaseException:
            _end(process)
            raise
        return process


def command_line(module: str, limits: Limits) -> Sequence[str]:
    """Give the command of a child; it holds names and figures, never content.

    Isolated (`-I`): neither the environment nor the folder it runs in decides what it imports.
    """
    figures = (str(limits.memory_bytes), str(limits.cpu_s))
    return (sys.executable, "-I", "-B", "-m", _LAUNCHER, module, *figures)


class _Alone:
    """Where a process limits itself, nothing is to be done from outside."""

    def take_in(self, process_handle: int, limits: Limits) -> None:
        """Leave it to the child."""


def _confinement() -> Confinement:
    if sys.platform == "win32":  # unverified on Windows
        return JobObject()
    return _Alone()


def _environment() -> Mapping[str, str]:
    """Nothing at all; Windows cannot start a program without the place of its own libraries."""
    if sys.platform == "win32":
        return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {}


def _handle_of(process: subprocess.Popen[bytes]) -> int:
    return int(getattr(process, "_handle", process.pid))


def _exchange(
    process: subprocess.Popen[bytes], request: bytes, most: int, wall_s: float
) -> bytes | None:
    """Give and take at the same time; None where it took too long or answered too much."""
    taken: list[bytes] = []
    giving = threading.Thread(target=_give, args=(process.stdin, request), daemon=True)
    taking = threading.Thread(target=_take, args=(process.stdout, most, taken), daemon=True)
    giving.start()
    taking.start()
    taking.join(wall_s)
    if taking.is_alive() or not taken:
        return None
    with suppress(subprocess.TimeoutExpired):
        process.wait(wall_s)
        return taken[0]
    return None


def _give(pipe: IO[bytes] | None, request: bytes) -> None:
    """Write the request; a child that ended does not read to the end, and that is told by it."""
    if pipe is None:
        return
    with suppress(OSError, ValueError):
        left = memoryview(request)
        while left:
            left = left[pipe.write(left) :]
    with suppress(OSError, ValueError):
        pipe.close()


def _take(pipe: IO[bytes] | None, most: int, taken: list[bytes]) -> None:
    """Read to the end, unless it is too much: then nothing is taken."""
    parts = bytearray()
    if pipe is None:
        return
    with suppress(OSError, ValueError):
        while part := pipe.read(_READ_BYTES):
            parts += part
            if len(parts) > most:
                return
        taken.append(bytes(parts))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what still runs and leave no pipe and no zombie behind."""
    with suppress(OSError):
        process.kill()
    process.wait()
    # The pipes are not buffered: closing them does not wait for a thread that reads or writes.
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError, ValueError):
                pipe.close()


Runner = Callable[[str, bytes, int], bytes]
"""The shape of `Children.ask`, for those who are handed it."""
