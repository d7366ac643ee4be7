"""Who acts, with which forms, at which time: what every handler is given beside its command.

It holds no state that changes; a new one is made at each unlock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from nrm_desktop.app.ports import Randomness, WallClock
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import ID_BYTES, RecordId, ScopeId, UserId
from nrm_desktop.domain.scopes import Compartment


@dataclass(frozen=True, slots=True)
class Context:
    """The acting user with the active forms.

    Shape: `organisation` is the scope of the organisation; `language` is its language.
    """

    forms: FormSet
    clock: WallClock
    random: Randomness
    organisation: ScopeId
    user: UserId
    badge: str
    roles: tuple[str, ...]
    language: str = "en"
    organisation_name: str = ""
    is_practice: bool = False

    def now_iso(self) -> str:
        """Now, UTC, to the second: `2026-11-23T20:46:00Z`."""
        return iso_time(self.clock.now_ms())

    def today(self) -> str:
        """Today as an ISO date, UTC."""
        return self.now_iso()[:10]

    def new_record(self) -> RecordId:
        """A random record id."""
        return RecordId(self.random(ID_BYTES))

    def must_write(self, compartment: Compartment) -> None:
        """Raises: Refused `policy.role` where none of the user's roles writes there."""
        if not self.forms.roles.may_write(self.roles, compartment):
            raise Refused("policy.role", compartment=compartment.word)


def iso_time(ms: int) -> str:
    """Write a wall time. Units: milliseconds since 1970 UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
