"""Care of an open vault from inside: room on the disk, the anchor, and telling what changed.

This module decides when the ballast is given up and made again. What may be done on a full disk
is `app.condition`; the deep check in the background is `checking`.

Source: storage-security.md sections 7 and 12. Promise: P18.
"""

from __future__ import annotations

from contextlib import suppress

from nrm_desktop.app.bus import Bus
from nrm_desktop.app.condition import Condition, ConditionChanged, Reason, State
from nrm_desktop.bootstrap.anchoring import note_anchor
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.starting import ballast_of
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.ballast import used_bytes


class Caretaker:
    """Looks after one open vault; may be called from any thread but the UI's."""

    def __init__(self, safe: OpenSafe, bus: Bus) -> None:
        self._safe = safe
        self._bus = bus
        self._ballast = ballast_of(safe.shell)
        self._condition = safe.database.condition
        self._is_freed = False
        self._condition.tell(self._heard)

    def look_after(self) -> None:
        """Note how far the database has come, and look for room."""
        self.look_for_room()
        with suppress(EnvironmentFault):  # an anchor may lag behind
            note_anchor(self._safe)

    def look_for_room(self) -> None:
        """End the rescue where there is room again, and make the ballast anew."""
        if self._condition.now.state is State.RESCUE and self._ballast.has_room:
            self._ballast.keep()
            self._is_freed = False
            self._condition.end_rescue()

    def _heard(self, condition: Condition) -> None:
        """Free the ballast on a full disk, say what uses the space, and tell who wants to hear."""
        if Reason.FULL in condition.reasons and not self._is_freed:
            self._is_freed = True
            self._ballast.give_up()
            folder = self._safe.shell.folder
            free = self._safe.shell.files.free_bytes(folder)
            self._condition.measure(free, used_bytes(folder))
            return  # the measure was a change of its own, and was told
        self._bus.publish(ConditionChanged(condition=condition))
