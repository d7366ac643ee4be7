"""The hand-over of a shift as it goes on paper: by code, with the duty sheet, and no place.

This module decides what of it is printed: what the page of the window shows, without the room or
bed of anybody. A paper lies about, and a code with a room is where a person is.

Source: ux.md section 4, screen 28; nrm.md section 8 (shelter rule).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nrm_desktop.app.duty import DutySheet, duty_sheet
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.shift import HandOver, hand_over
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Moments
from nrm_desktop.domain.errors import Refused

_ROLE = "policy.role"


@dataclass(frozen=True, slots=True)
class ShiftPaper:
    """What is printed.

    Shape: a part that the roles do not read is empty; `printed` is an ISO minute, `by` a badge.
    """

    lines: HandOver
    duty: DutySheet
    printed: str
    by: str = ""


def shift_paper(reader: Reader, sight: Sight, now: Moments, by: str = "") -> ShiftPaper:
    """Read both parts. Raises: Refused `policy.role` for whoever does not read the lines."""
    found = hand_over(reader, sight, now)
    lines = tuple(replace(one, bed="") for one in found.lines)
    return ShiftPaper(HandOver(lines, found.without), _duty(reader, sight, now), now.minute, by)


def _duty(reader: Reader, sight: Sight, now: Moments) -> DutySheet:
    try:
        return duty_sheet(reader, sight, now)
    except Refused as error:
        if error.code != _ROLE:
            raise
        return DutySheet()
