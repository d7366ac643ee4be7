"""Closing the doors through which memory leaves the process, and what the machine has to offer.

Decides no policy: it forbids core dumps and foreign tracing where the system lets it, and reports
honestly what it achieved, so that the screen never claims more (P26). The pages of the process may
still reach the swap file or a hibernation image (L3).
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

PR_SET_DUMPABLE = 4  # linux/prctl.h
SEM_FAILCRITICALERRORS = 0x0001  # Windows SDK, errhandlingapi.h
SEM_NOGPFAULTERRORBOX = 0x0002


@dataclass(frozen=True, slots=True)
class Hardening:
    """What was achieved. Shape: `is_untraceable` is False where the system has no such switch."""

    leaves_no_core: bool
    is_untraceable: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides the cost of a key derivation. Units: `memory_bytes` counts all of it."""

    memory_bytes: int
    cores: int


def harden_process() -> Hardening:
    """Forbid core dumps, crash dialogues and tracing by other processes of the same user."""
    return Hardening(leaves_no_core=_forbid_core(), is_untraceable=_forbid_tracing())


def machine() -> Machine:
    """Measure the whole memory and the cores that this process may use."""
    return Machine(memory_bytes=_memory_bytes(), cores=_cores())


if sys.platform == "win32":  # unverified on Windows (docs/platforms.md)

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows SDK."""

        _fields_ = (
            ("length", ctypes.c_uint32),
            ("load_percent", ctypes.c_uint32),
            ("total_bytes", ctypes.c_uint64),
            ("others", ctypes.c_uint64 * 6),
        )

    def _forbid_core() -> bool:
        ctypes.windll.kernel32.SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX)
        return True

    def _forbid_tracing() -> bool:
        return False

    def _memory_bytes() -> int:
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total_bytes)

    def _cores() -> int:
        return os.cpu_count() or 1

else:

    def _forbid_core() -> bool:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

    def _forbid_tracing() -> bool:
        """Make /proc/PID of this process unreadable, also for a debugger of the same user."""
        if sys.platform != "linux":
            return False
        return int(ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) == 0

    def _memory_bytes() -> int:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def _cores() -> int:
        if sys.platform == "linux":
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
