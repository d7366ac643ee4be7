"""The bus: who wants to hear of an event hears it, after the commit, on the publishing thread.

No threads, no Qt, no queue. A subscriber that fails must not stop the others, nor undo what is
committed: its error is handed to the `on_fault` callable.
"""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.app.events import Event

Subscriber = Callable[[Event], None]


class Bus:
    """Delivers events to subscribers in the order in which they subscribed."""

    def __init__(self, on_fault: Callable[[Exception], None]) -> None:
        self._on_fault = on_fault
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Add a subscriber. Shape: the returned callable ends the subscription."""
        self._subscribers.append(subscriber)

        def end() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return end

    def publish(self, event: Event) -> None:
        """Deliver an event that has already been committed."""
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception as fault:  # noqa: BLE001 - one of the three named places
                self._on_fault(fault)
