"""What a vault knows of its way back: read from its header and its settings.

This module decides where that is kept. Whether there is a way back, the header alone says: a slot
stands in it only once it was confirmed. Beside it the database keeps since when there is none, on
which days the vault was opened without one, when somebody last showed the groups, and two groups to
be asked for (docs/adr/0017).

Source: storage-security.md section 4.7. Promises: P11, P20.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.way_back import GRACE_DAYS, WayBack, WayBackFacts, day_of, way_back
from nrm_desktop.bootstrap.session import ROOT_SEED, ROOT_SEED_OF_SLOT, Session
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.bootstrap.succession import sealed_seed
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.storage.cells import setting
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.migrate import first_used_ms
from nrm_desktop.storage.trust import SqlTrustStore

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

    Shape: for whoever keeps the seed of a provisional root the office is not enough: it opens the
    data and never the seed, which goes with the slot whose passphrase was forgotten.
    Raises: as reading the header.
    """
    slots, vault = _ways(session), session.safe.unlocked
    kept = session.safe.database.read(lambda found: _kept(found, slots)).result()
    is_at_stake = kept.is_root_at_stake and session.roster.root.is_provisional
    if is_at_stake:
        own = session.safe.database.read(lambda found: sealed_seed(SqlTrustStore(found), vault))
        is_at_stake = own.result() is not None
    facts = WayBackFacts(
        is_confirmed=bool(slots),
        none_since_ms=kept.since_ms,
        checked_ms=kept.checked_ms,
        is_practice=session.context.is_practice,
        is_by_hand=any(slot.kind is SlotKind.RECOVERY for slot in slots),
        worked=kept.worked,
        is_root_at_stake=is_at_stake,
    )
    return way_back(facts, session.context.clock.now_ms())


def note_way_back(session: Session) -> None:
    """Note at the start that the last way back is gone, and each day that is worked without one.

    A medium that cannot be written keeps nobody out.
    """
    now_ms, slots = session.context.clock.now_ms(), _ways(session)
    known, kept = session.safe.database.read(
        lambda found: (setting(found, NONE_SINCE), _kept(found, slots))
    ).result()
    worked, changed = kept.worked, dict[str, bytes]()
    if slots and not (kept.is_root_at_stake and session.roster.root.is_provisional):
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the database says. Shape: `is_root_at_stake` of a root whose seed lies in this vault."""

    since_ms: int
    checked_ms: int | None
    worked: frozenset[int]
    is_root_at_stake: bool


def _ways(session: Session) -> tuple[Slot, ...]:
    header = header_copies(session.safe.shell).read().best.sound.header
    return tuple(slot for slot in header.slots if slot.kind in _WAYS)


def _kept(connection: Connection, slots: Sequence[Slot]) -> _Kept:
    since, checked = setting(connection, NONE_SINCE), setting(connection, CHECKED)
    began, trust = first_used_ms(connection), SqlTrustStore(connection)
    reached = any(trust.secret(ROOT_SEED_OF_SLOT + slot.id.hex()) for slot in slots)
    return _Kept(
        int.from_bytes(since, "big") if since and since != HAD else began,
        int.from_bytes(checked, "big") if checked else None,
        _days(connection),
        trust.secret(ROOT_SEED) is not None and not reached,
    )


def _days(connection: Connection) -> frozenset[int]:
    raw = setting(connection, DAYS) or b""
    starts = range(0, len(raw), _DAY_BYTES)
    return frozenset(int.from_bytes(raw[at : at + _DAY_BYTES], "big") for at in starts)


def _day_bytes(days: Iterable[int]) -> bytes:
    most = (1 << 8 * _DAY_BYTES) - 1
    return b"".join(min(day, most).to_bytes(_DAY_BYTES, "big") for day in sorted(days))
