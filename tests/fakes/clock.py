"""Clocks that stand still until they are told to move."""


class FakeClock:
    def __init__(self, now_ms: int = 1_795_000_000_000) -> None:
        self.now = now_ms
        self.seconds = 0.0

    def now_ms(self) -> int:
        return self.now

    def monotonic_s(self) -> float:
        return self.seconds

    def move(self, ms: int) -> None:
        """Let time pass on both clocks."""
        self.now += ms
        self.seconds += ms / 1000

    def set_wall(self, now_ms: int) -> None:
        """Set the wall clock as a person would: the other clock does not notice."""
        self.now = now_ms


class Seconds:
    """Seconds since the machine was started, as something to call."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
