"""The way back after a forgotten passphrase: is there one, and for how long may there be none.

This module decides the days of grace and what ends with them: without a way back new cases are
refused after seven days, and whatever was opened before stays workable. Counted are days with
work: a clock that is set forward makes one more of them and no week, and one that is set back
gives none again (P20). It reads no header and no clock, so the window, the command line and the
dispatcher say the same.

Source: storage-security.md section 4.7. Promises: P11, P20. Threat: T26.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nrm_desktop.domain.errors import Refused

GRACE_DAYS: Final = 7
CHECK_DAYS: Final = 90
_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class WayBackFacts:
    """What is known of a vault. Units: wall clock in milliseconds; None where it never was.

    Shape: `is_confirmed`: a recovery or office slot stands in the header, which none does before
    it was typed back or read back; `none_since_ms` is the founding, or the loss of the last way;
    `checked_ms` is when somebody last showed that the groups are at hand; `worked` are the days,
    as `day_of` counts them, on which the vault was opened without a way back.
    """

    is_confirmed: bool
    none_since_ms: int
    checked_ms: int | None = None
    is_practice: bool = False
    is_by_hand: bool = True
    worked: frozenset[int] = frozenset()
    is_root_at_stake: bool = False
    """Whoever asks keeps the seed of the root here, and no way back in this vault reaches it."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """What is to be said of it.

    Shape: `days_left` is 0 to 7 and None where no time runs: with a way back, and in practice;
    `is_check_due` says that two groups should be asked for again.
    """

    is_confirmed: bool
    none_since_ms: int | None
    days_left: int | None
    is_check_due: bool
    is_root_at_stake: bool = False

    @property
    def may_open_cases(self) -> bool:
        """False once the days of grace are over."""
        return self.days_left is None or self.days_left > 0


def way_back(facts: WayBackFacts, now_ms: int) -> WayBack:
    """Say where a vault stands; the day of now counts as one with work."""
    if facts.is_confirmed and not facts.is_root_at_stake:
        checked = facts.checked_ms or 0
        is_due = facts.is_by_hand and now_ms - checked >= CHECK_DAYS * _DAY_MS
        return WayBack(True, None, None, is_due and not facts.is_practice)
    if facts.is_practice:
        return WayBack(False, facts.none_since_ms, None, is_check_due=False)
    gone = len(facts.worked | {day_of(now_ms)}) - 1
    left = max(0, GRACE_DAYS - gone)
    return WayBack(
        False, facts.none_since_ms, left, is_check_due=False, is_root_at_stake=facts.is_confirmed
    )


def day_of(now_ms: int) -> int:
    """The number of a day of the wall clock; a clock before 1970 stands at its first day."""
    return max(0, now_ms) // _DAY_MS


def must_have_way_back(state: WayBack) -> None:
    """Raises: Refused `policy.no_way_back`, `policy.no_sheet` once the days of grace are over."""
    if not state.may_open_cases:
        code = "policy.no_sheet" if state.is_root_at_stake else "policy.no_way_back"
        raise Refused(code, days=GRACE_DAYS)
