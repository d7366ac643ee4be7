"""Who acts, with which forms, at which time: what every handler is given beside its command.

It holds no state that changes; a new one is made at each unlock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from nrm_desktop.app.ports import Standing
from nrm_desktop.app.system_ports import Randomness, WallClock
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.formset import FormSet, forms_asking
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import ID_BYTES, RecordId, ScopeId, SignerId, UserId
from nrm_desktop.domain.scopes import Compartment

_LAST_SECOND: Final = 253_402_300_799
"""The last second of the year 9999: wall clocks of others may claim any later one."""
_LAST_TODAY: Final = 253_370_764_799
"""A year less, so that every zone and every term counted from today still has a date."""


@dataclass(frozen=True, slots=True)
class Context:
    """The acting user with the active forms.

    Shape: `organisation` is the scope of the organisation; `language` is its language; `signer`
    is the user on this device; `zone` is where days begin and end, None for that of the laptop.
    """

    forms: FormSet
    clock: WallClock
    random: Randomness
    organisation: ScopeId
    user: UserId
    badge: str
    roles: tuple[str, ...]
    signer: SignerId
    language: str = "en"
    organisation_name: str = ""
    is_practice: bool = False
    zone: tzinfo | None = UTC

    def now_iso(self) -> str:
        """Now, UTC, to the second: `2026-11-23T20:46:00Z`."""
        return iso_time(self.clock.now_ms())

    def today(self) -> str:
        """Today as an ISO date, where the laptop is: the day that a person means by an end."""
        seconds = min(_seconds(self.clock.now_ms()), _LAST_TODAY)
        now = datetime.fromtimestamp(seconds, UTC)
        return now.astimezone(self.zone).date().isoformat()

    def new_record(self) -> RecordId:
        """A random record id."""
        return RecordId(self.random(ID_BYTES))

    def must_write(self, compartment: Compartment) -> None:
        """Raises: Refused `policy.role` where none of the user's roles writes there."""
        if not self.forms.roles.may_write(self.roles, compartment):
            raise Refused("policy.role", compartment=compartment.word)

    def must_fill(self, field: Field) -> None:
        """Raises: Refused `policy.role` where none of the roles fills a form that asks this."""
        asking = forms_asking(self.forms, field)
        if not any(self.forms.roles.may_fill(self.roles, form) for form in asking):
            raise Refused("policy.role", form=field.form)

    def seen(self, standing: Iterable[Standing], compartment: int) -> list[Standing]:
        """Of what stands in a compartment, what the roles show: everything, or own entries."""
        roles, place = self.forms.roles, Compartment(compartment)
        if roles.may_read(self.roles, place):
            return list(standing)
        own = roles.may_read_own(self.roles, place)
        return [each for each in standing if own and each.signer == self.signer]


def iso_time(ms: int) -> str:
    """Write a wall time. Units: milliseconds since 1970 UTC.

    A time of a clock that nobody set, or beyond the year 9999, is written as the nearest that is.
    """
    return datetime.fromtimestamp(_seconds(ms), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(ms: int) -> int:
    return min(max(ms, 0) // 1000, _LAST_SECOND)
