"""When papers of the organisation end: a warning in good time, and one confirmation a day after it.

This module decides that nothing local ever asks how old a paper is. Sharing and exports ask for one
confirmation a day once the root document, or the last key keeper's power, has ended; it is logged.

Source: sync.md section 11; cli.md section 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import Refused
from nrm_desktop.storage.cells import setting

CONFIRMED_DAY: Final = "trust.expired_day"
"""Setting: the day for which somebody has confirmed that sharing goes on."""
WARNINGS: Final = (
    (0, "papers.ended"),
    (7, "papers.end_7"),
    (30, "papers.end_30"),
    (60, "papers.end_60"),
)
"""Below how many whole days which finding is shown."""
_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Papers:
    """How long the papers hold. Shape: `days` left, None without an end; negative once ended."""

    days: int | None
    is_confirmed: bool = False

    @property
    def have_ended(self) -> bool:
        """True if they hold no more."""
        return self.days is not None and self.days < 0

    @property
    def findings(self) -> tuple[str, ...]:
        """The warning that is due, as a code that has words; none while it is early."""
        left = self.days
        due = [] if left is None else [code for below, code in WARNINGS if left < below]
        return tuple(due[:1])


def papers_of(session: Session) -> Papers:
    """Say how long the papers of the organisation hold. A practice safe has none that end."""
    if session.context.is_practice:
        return Papers(None)
    newest = session.roster.root.newest
    # Later than the last key keeper nobody certifies; one without an end keeps the others out.
    powers = [one.not_after_ms for one in newest.registrars]
    ends = [newest.valid_until_ms, *([max(powers)] if powers and all(powers) else [])]
    known = [end for end in ends if end]
    if not known:
        return Papers(None)
    days = (min(known) - session.context.clock.now_ms()) // _DAY_MS
    if days >= 0:
        return Papers(days)
    found = session.safe.database.read(lambda one: setting(one, CONFIRMED_DAY)).result()
    return Papers(days, found == session.context.today().encode())


def must_be_confirmed(session: Session) -> None:
    """Raises: Refused `trust.expired` once the papers have ended and nobody confirmed today."""
    papers = papers_of(session)
    if papers.have_ended and not papers.is_confirmed:
        raise Refused("trust.expired")


def confirm_ended(session: Session) -> None:
    """Let sharing and exports go on for today; it is logged. Raises: as any writing."""

    def note(unit: UnitOfWork) -> None:
        unit.set_setting(CONFIRMED_DAY, session.context.today().encode())
        unit.audit("papers.confirm", (session.context.user,))

    session.work.run(note)
