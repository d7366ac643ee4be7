"""What a vault knows of its way back: read from its header and its settings.

This module decides where that is kept. Whether there is a way back, the header alone says: a slot
stands in it only once it was confirmed. Beside it the database keeps since when there is none, on
which days the vault was opened without one, when somebody last showed the groups, and two groups to
be asked for (docs/adr/0017).

Source: storage-security.md section 4.7. Promises: P11, P20.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.way_back import GRACE_DAYS, WayBack, WayBackFacts, day_of, way_back
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
DAYS: Final = "way_back.days"
"""Setting: the numbers of the days on which the vault was opened without a way back."""
_TIME_BYTES: Final = 8
_DAY_BYTES: Final = 4
_WAYS: Final = frozenset({SlotKind.RECOVERY, SlotKind.OFFICE})


def way_back_state(session: Session) -> WayBack:
    """Say whether a forgotten passphrase would be the end, and for how long that may be so.

    Raises: as reading the header.
    """
    kinds = _ways(session)
    since, checked, worked = session.safe.database.read(_kept).result()
    facts = WayBackFacts(
        is_confirmed=bool(kinds),
        none_since_ms=since,
        checked_ms=checked,
        is_practice=session.context.is_practice,
        is_by_hand=SlotKind.RECOVERY in kinds,
        worked=worked,
    )
    return way_back(facts, session.context.clock.now_ms())


def note_way_back(session: Session) -> None:
    """Note at the start that the last way back is gone, and each day that is worked without one.

    A medium that cannot be written keeps nobody out.
    """
    now_ms = session.context.clock.now_ms()
    known, worked = session.safe.database.read(
        lambda found: (setting(found, NONE_SINCE), _days(found))
    ).result()
    changed: dict[str, bytes] = {}
    if _ways(session):
        if known != HAD:
            changed[NONE_SINCE] = HAD
        if worked:
            changed[DAYS] = b""
    else:
        if known == HAD:
            changed[NONE_SINCE] = time_bytes(now_ms)
            worked = frozenset()
        if day_of(now_ms) not in worked and len(worked) <= GRACE_DAYS:
            changed[DAYS] = _day_bytes(worked | {day_of(now_ms)})
    if changed:
        with suppress(EnvironmentFault):
            session.work.run(partial(_set, changed))


def _set(changed: Mapping[str, bytes], unit: UnitOfWork) -> None:
    for name, value in changed.items():
        unit.set_setting(name, value)


def time_bytes(now_ms: int) -> bytes:
    """A time as it stands in a setting."""
    return max(0, now_ms).to_bytes(_TIME_BYTES, "big")


def _ways(session: Session) -> frozenset[SlotKind]:
    header = header_copies(session.safe.shell).read().best.sound.header
    return frozenset(slot.kind for slot in header.slots) & _WAYS


def _kept(connection: Connection) -> tuple[int, int | None, frozenset[int]]:
    since, checked = setting(connection, NONE_SINCE), setting(connection, CHECKED)
    began = first_used_ms(connection)
    return (
        int.from_bytes(since, "big") if since and since != HAD else began,
        int.from_bytes(checked, "big") if checked else None,
        _days(connection),
    )


def _days(connection: Connection) -> frozenset[int]:
    raw = setting(connection, DAYS) or b""
    starts = range(0, len(raw), _DAY_BYTES)
    return frozenset(int.from_bytes(raw[at : at + _DAY_BYTES], "big") for at in starts)


def _day_bytes(days: Iterable[int]) -> bytes:
    most = (1 << 8 * _DAY_BYTES) - 1
    return b"".join(min(day, most).to_bytes(_DAY_BYTES, "big") for day in sorted(days))
