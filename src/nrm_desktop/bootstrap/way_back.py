"""What a vault knows of its way back: read from its header and its settings.

This module decides where that is kept. Whether there is a way back, the header alone says: a slot
stands in it only once it was confirmed. Beside it the database keeps since when there is none, when
somebody last showed the groups, and two groups to be asked for (docs/adr/0017).

Source: storage-security.md section 4.7. Promise: P11.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from nrm_desktop.app.way_back import WayBack, WayBackFacts, way_back
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.vault.slots import SlotKind
from nrm_desktop.storage.cells import setting
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.migrate import first_used_ms

NONE_SINCE: Final = "way_back.none_since"
"""Setting: since when there is no way back; `had` while there is one; absent if there never was."""
CHECKED: Final = "way_back.checked"
HAD: Final = b"had"
_TIME_BYTES: Final = 8
_WAYS: Final = frozenset({SlotKind.RECOVERY, SlotKind.OFFICE})


def way_back_state(session: Session) -> WayBack:
    """Say whether a forgotten passphrase would be the end, and for how long that may be so.

    Raises: as reading the header.
    """
    kinds = _ways(session)
    since, checked = session.safe.database.read(_kept).result()
    facts = WayBackFacts(
        is_confirmed=bool(kinds),
        none_since_ms=since,
        checked_ms=checked,
        is_practice=session.context.is_practice,
        is_by_hand=SlotKind.RECOVERY in kinds,
    )
    return way_back(facts, session.context.clock.now_ms())


def note_way_back(session: Session) -> None:
    """Note at the start that the last way back is gone, so that the days are counted from now.

    A medium that cannot be written keeps nobody out.
    """
    known = session.safe.database.read(lambda found: setting(found, NONE_SINCE)).result()
    has_way = bool(_ways(session))
    if has_way == (known == HAD) or not (has_way or known == HAD):
        return
    value = HAD if has_way else time_bytes(session.context.clock.now_ms())
    with suppress(EnvironmentFault):
        session.work.run(lambda unit: unit.set_setting(NONE_SINCE, value))


def time_bytes(now_ms: int) -> bytes:
    """A time as it stands in a setting."""
    return max(0, now_ms).to_bytes(_TIME_BYTES, "big")


def _ways(session: Session) -> frozenset[SlotKind]:
    header = header_copies(session.safe.shell).read().best.sound.header
    return frozenset(slot.kind for slot in header.slots) & _WAYS


def _kept(connection: Connection) -> tuple[int, int | None]:
    since, checked = setting(connection, NONE_SINCE), setting(connection, CHECKED)
    began = first_used_ms(connection)
    return (
        int.from_bytes(since, "big") if since and since != HAD else began,
        int.from_bytes(checked, "big") if checked else None,
    )
