"""The smallest ports: time, chance, and a file that is written but has no name yet.

They stand apart because the lock screen needs them and nothing else of the use cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Randomness = Callable[[int], bytes]
"""Gives n random bytes; `secrets.token_bytes` outside tests."""


class WallClock(Protocol):
    """The only way to learn the time."""

    def now_ms(self) -> int:
        """Wall clock. Units: milliseconds since 1970 UTC. It may be wrong and never decides."""

    def monotonic_s(self) -> float:
        """A clock that never jumps. Units: seconds."""


class PreparedFile(Protocol):
    """A part-file that was written, flushed, read back and compared; it has no final name yet."""

    def publish(self) -> str:
        """Give it its final name, never over an existing file. Shape: the path.

        Raises: EnvironmentFault; then nothing lies under the final name.
        """

    def discard(self) -> None:
        """Remove what was written, also after `publish`."""
