"""The duty sheet of tonight: who can be reached, where a bed is free, who interprets by phone.

This module decides how old an entry is: one that ended more than a day ago is left out, a number
of beds older than twelve hours is told as old and never as none. A shelter stands here by its code
name; no street is read (N5). Everything lies on this device: no network is asked (R40).

Source: forms.md form l23; ux.md section 4, screen 28.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import Reader
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Moments
from nrm_desktop.app.view_rows import ViewRows
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.scopes import Compartment

DUTY: Final = "duty"
_TIME, _FREE, _PHONE = f"{DUTY}.du_time", f"{DUTY}.be_free", f"{DUTY}.ph_phone"
_OLD_BED_H: Final = 12
_OLD_ENTRY_H: Final = 24


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody who can be reached. Shape: `role` is a code; `start`, `end` ISO minutes or empty."""

    role: str
    who: str
    start: str = ""
    end: str = ""
    second: str = ""
    is_now: bool = False
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Beds:
    """Free beds of a house, by its code name. Shape: `number` None where nobody wrote one."""

    place: str
    profile: str
    number: int | None
    at: str = ""
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class PhoneHelp:
    """An interpreter by telephone. Shape: `language` is a tag, `gender` a code."""

    language: str
    gender: str
    phone: str = ""
    hours: str = ""
    who_pays: str = ""


@dataclass(frozen=True, slots=True)
class DutySheet:
    """What a night needs, each part in its order."""

    on_call: tuple[OnCall, ...] = ()
    beds: tuple[Beds, ...] = ()
    phones: tuple[PhoneHelp, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True if nobody is entered for tonight."""
        return not (self.on_call or self.beds or self.phones)


def duty_sheet(reader: Reader, sight: Sight, now: Moments) -> DutySheet:
    """The duty sheet as it lies on this device.

    Raises: Refused `policy.role` for whoever does not read the directory.
    """
    if Compartment.ORG_DIRECTORY not in sight.compartments:
        raise Refused("policy.role", compartment=Compartment.ORG_DIRECTORY.word)
    rows = ViewRows(reader.register(DUTY, sight), now)
    names = {row.entry: row.name for row in reader.directory()}
    on_call = sorted(_on_call(rows), key=lambda one: (not one.is_now, one.start, one.role))
    beds = sorted(_beds(rows, names), key=lambda one: (one.place, one.profile))
    phones = sorted(_phones(rows), key=lambda one: (one.language, one.phone))
    return DutySheet(tuple(on_call), tuple(beds), tuple(phones))


def _on_call(rows: ViewRows) -> Iterator[OnCall]:
    for row in rows.of(f"{DUTY}.oncall"):
        times = [
            (rows.time(one, f"{_TIME}.from"), rows.time(one, f"{_TIME}.until"))
            for one in rows.of(_TIME, row)
        ]
        for start, end in times or [("", "")]:
            if end and rows.is_older(end, _OLD_ENTRY_H):
                continue
            yield OnCall(
                rows.text(row, f"{DUTY}.du_role"),
                rows.text(row, f"{DUTY}.du_who"),
                start,
                end,
                rows.text(row, f"{DUTY}.du_second"),
                is_now=rows.is_now(start, end),
                is_old=not end and rows.is_older(rows.opened(row), _OLD_ENTRY_H),
            )


def _beds(rows: ViewRows, names: Mapping[str, str]) -> Iterator[Beds]:
    for house in rows.of(f"{DUTY}.beds"):
        place = rows.text(house, f"{DUTY}.be_place")
        for row in rows.of(_FREE, house):
            number = rows.text(row, f"{_FREE}.number")
            at = rows.time(row, f"{_FREE}.at") or rows.opened(row)
            yield Beds(
                names.get(place, place),
                rows.text(row, f"{_FREE}.profile"),
                int(number) if number.isdigit() else None,
                at,
                rows.is_older(at, _OLD_BED_H),
            )


def _phones(rows: ViewRows) -> Iterator[PhoneHelp]:
    for row in rows.of(f"{DUTY}.phone"):
        language, gender = (rows.text(row, f"{DUTY}.ph_{key}") for key in ("language", "gender"))
        for one in rows.of(_PHONE, row):
            phone, hours, who_pays = (
                rows.text(one, f"{_PHONE}.{key}") for key in ("phone", "hours", "who_pays")
            )
            yield PhoneHelp(language, gender, phone, hours, who_pays)
