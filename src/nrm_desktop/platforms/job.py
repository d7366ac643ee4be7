"""Job objects of Windows: limits that a process cannot take off itself. Unverified on Windows.

This module decides which limits a child gets there: memory, processor time, no child of its own,
no crash dialogue, and that it ends together with us. The calls are made through one narrow port,
so that a test can see what would be asked of the system.

Source: storage-security.md section 8; Windows SDK, winnt.h (JOBOBJECT_EXTENDED_LIMIT_INFORMATION).
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final, Protocol

from nrm_desktop.domain.errors import EnvironmentFault

LIMIT_PROCESS_TIME: Final = 0x0002
LIMIT_ACTIVE_PROCESS: Final = 0x0008
LIMIT_PROCESS_MEMORY: Final = 0x0100
LIMIT_DIE_ON_UNHANDLED: Final = 0x0400
LIMIT_KILL_ON_CLOSE: Final = 0x2000
EXTENDED_LIMITS: Final = 9  # JobObjectExtendedLimitInformation
_TICKS_PER_S: Final = 10_000_000


class JobLimits(Protocol):
    """What of the limits of a child a job needs."""

    @property
    def memory_bytes(self) -> int: ...  # noqa: D102 - see platforms.child.Limits
    @property
    def cpu_s(self) -> int: ...  # noqa: D102 - see platforms.child.Limits


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_set", ctypes.c_size_t),
        ("largest_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", BasicLimits),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class Kernel(Protocol):
    """The three calls of the system that a job needs; each says whether it worked."""

    def create(self) -> int:
        """Make a job. Shape: its handle, 0 if it could not be made."""

    def limit(self, job: int, limits: ExtendedLimits) -> bool:
        """Set the limits of a job."""

    def assign(self, job: int, process: int) -> bool:
        """Put a process into a job."""


class JobObject:
    """Puts each child into a job of its own; the job ends with us, and the child with the job."""

    def __init__(self, kernel: Kernel | None = None) -> None:
        self._kernel = kernel or _system()
        self._jobs: list[int] = []

    def take_in(self, process_handle: int, limits: JobLimits) -> None:
        """Limit a process before it is given anything. Raises: EnvironmentFault `storage.child`."""
        job = self._kernel.create()
        wanted = limits_of(limits)
        if not job or not self._kernel.limit(job, wanted):
            raise EnvironmentFault("storage.child", what="job")
        if not self._kernel.assign(job, process_handle):
            raise EnvironmentFault("storage.child", what="job")
        self._jobs.append(job)


def limits_of(limits: JobLimits) -> ExtendedLimits:
    """Write limits as the system wants them. Units: 100 ns; bytes."""
    wanted = ExtendedLimits()
    wanted.basic.process_time = limits.cpu_s * _TICKS_PER_S
    wanted.basic.processes = 1
    wanted.basic.flags = (
        LIMIT_PROCESS_TIME
        | LIMIT_ACTIVE_PROCESS
        | LIMIT_PROCESS_MEMORY
        | LIMIT_DIE_ON_UNHANDLED
        | LIMIT_KILL_ON_CLOSE
    )
    wanted.process_memory = limits.memory_bytes
    return wanted


if sys.platform == "win32":  # unverified on Windows

    class _WindowsKernel:
        """The calls of kernel32."""

        def create(self) -> int:
            return int(ctypes.windll.kernel32.CreateJobObjectW(None, None) or 0)

        def limit(self, job: int, limits: ExtendedLimits) -> bool:
            return bool(
                ctypes.windll.kernel32.SetInformationJobObject(
                    job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
                )
            )

        def assign(self, job: int, process: int) -> bool:
            return bool(ctypes.windll.kernel32.AssignProcessToJobObject(job, process))

    def _system() -> Kernel:
        return _WindowsKernel()

else:

    def _system() -> Kernel:
        raise EnvironmentFault("storage.child", what="job")
