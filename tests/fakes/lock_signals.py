"""Sources of lock signals that a test fires by hand."""

from collections.abc import Collection

from nrm_desktop.ui.presenters.lock_reason import LockReason, Told


class FakeSignals:
    """Fulfils `LockSource`."""

    def __init__(self) -> None:
        self._told: Told | None = None

    def listen(self, told: Told) -> None:
        self._told = told

    def stop(self) -> None:
        self._told = None

    def fire(self, reason: LockReason) -> None:
        if self._told is not None:
            self._told(reason)


class FakeDelay:
    """Fulfils `SleepDelay`: what would be held up now."""

    def __init__(self) -> None:
        self.held: frozenset[LockReason] = frozenset()

    def take(self, reasons: Collection[LockReason]) -> None:
        self.held = frozenset(reasons) & {LockReason.SUSPENDED, LockReason.SHUT_DOWN}

    def let_go(self) -> None:
        self.held = frozenset()


class FakeVolume:
    """Fulfils `VolumeWatch`: a stick that a test pulls out."""

    def __init__(self, *, is_in: bool = True) -> None:
        self.is_in = is_in

    def is_there(self) -> bool:
        return self.is_in
