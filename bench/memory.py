"""How much memory this process holds, and the most it ever held, as the system says.

The system's other answer, `ru_maxrss`, is of no use in a process that was started for measuring:
on Linux it begins with what the process held that started it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_KIB_PER_MB: Final = 1_000_000 / 1024


def resident_mb() -> float:
    """What is resident now. Units: megabytes of a million bytes."""
    return _megabytes("VmRSS")


def peak_mb() -> float:
    """The most that was resident since this program began. Units: megabytes."""
    return _megabytes("VmHWM")


def _megabytes(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines[name].split(maxsplit=1)[0]) / _KIB_PER_MB
