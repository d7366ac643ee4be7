"""The condition of an open vault: what may be done in it, and why not more.

This module decides which commands a full disk or an alarm stops. It must not find anything out:
whoever notices a full disk, a medium that cannot be written or damage says so here, and everybody
who writes asks here. A condition only ever gets worse by itself; the one way back is from a full
disk to room again.

- Rescue (a full disk): reading, export, deleting and saving go on; what makes the vault grow does
  not: new cases, attachments, imports.
- Older than it was: nothing is sent on a consent that may have been withdrawn since.
- Read-only (a medium, a newer program, an alarm): nothing is written, not even an audit row.

Source: storage-security.md sections 11 and 12. Promises: P7, P8, P18.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.attachment_commands import AddAttachment, SaveAttachment
from nrm_desktop.app.commands import Command, ImportCard, ImportReferral, IssueReferral, OpenCase
from nrm_desktop.app.events import Event
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, NrmError


class State(StrEnum):
    """How much may be done, best first."""

    NORMAL = "normal"
    RESCUE = "rescue"
    READ_ONLY = "read_only"


class Reason(StrEnum):
    """Why a vault is not in its normal condition; each has words."""

    FULL = "condition.full"
    FAILING_DISK = "condition.failing_disk"
    MEDIUM = "condition.medium"
    NEWER_PROGRAM = "condition.newer_program"
    DAMAGED = "condition.damaged"
    OLDER = "condition.older"
    OLDER_HEADER = "condition.older_header"

    @property
    def is_alarm(self) -> bool:
        """True where a person has to look, and not only a disk."""
        return self in _ALARMS


_ALARMS: Final = frozenset({Reason.DAMAGED, Reason.OLDER, Reason.OLDER_HEADER})
GROWING: Final[tuple[type[Command], ...]] = (
    OpenCase,
    AddAttachment,
    ImportCard,
    ImportReferral,
)
"""Commands that a full disk stops; others save what is in hand, or make room."""
OUTWARD: Final[tuple[type[Command], ...]] = (IssueReferral, SaveAttachment)
"""Commands whose result lies outside the vault: they go on without a row in it, and say so."""
NOT_RECORDED: Final = "condition.not_recorded"
"""Finding: what was read or handed out here is in no audit chain."""
_ORDER: Final = MappingProxyType({state: number for number, state in enumerate(State)})


@dataclass(frozen=True, slots=True)
class Condition:
    """What may be done now.

    Shape: `places` names what is damaged, by code of a case or by part of the database, never by
    content. Units: `free_bytes` and `used_bytes`, by part, count bytes; 0 and empty if not asked.
    """

    state: State = State.NORMAL
    reasons: tuple[Reason, ...] = ()
    places: tuple[str, ...] = ()
    free_bytes: int = 0
    used_bytes: tuple[tuple[str, int], ...] = ()

    @property
    def is_alarm(self) -> bool:
        """True where a person has to look."""
        return any(reason.is_alarm for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionChanged(Event):
    """A vault may do less than before, or more again, or more is known of what is damaged."""

    condition: Condition


class VaultCondition:
    """The one condition of an open vault; may be asked and told from any thread."""

    def __init__(self, now: Condition | None = None) -> None:
        self._now = now or Condition()
        self._guard = threading.Lock()
        self._told: Callable[[Condition], None] = lambda _: None

    @property
    def now(self) -> Condition:
        """The condition as of now."""
        return self._now

    @property
    def is_read_only(self) -> bool:
        """True if nothing may be written."""
        return self._now.state is State.READ_ONLY

    def tell(self, told: Callable[[Condition], None]) -> None:
        """Let somebody hear of every change from now on, on the thread that noticed it."""
        self._told = told

    def add(self, state: State, reason: Reason, *places: str) -> None:
        """Note what was noticed; it never makes the condition better."""

        def worse(now: Condition) -> Condition:
            return replace(
                now,
                state=max(now.state, state, key=_ORDER.__getitem__),
                reasons=tuple(dict.fromkeys((*now.reasons, reason))),
                places=tuple(dict.fromkeys((*now.places, *places))),
            )

        self._change(worse)

    def measure(self, free_bytes: int, used_bytes: tuple[tuple[str, int], ...]) -> None:
        """Note what uses the space."""
        self._change(lambda now: replace(now, free_bytes=free_bytes, used_bytes=used_bytes))

    def end_rescue(self) -> None:
        """There is room again; what else is wrong stays."""

        def better(now: Condition) -> Condition:
            reasons = tuple(reason for reason in now.reasons if reason is not Reason.FULL)
            state = State.NORMAL if now.state is State.RESCUE else now.state
            return replace(now, state=state, reasons=reasons, free_bytes=0, used_bytes=())

        self._change(better)

    def must_allow(self, command: Command) -> None:
        """Raises: as `must_write`; EnvironmentFault `storage.rescue`.

        IntegrityFault `integrity.older_consent` where a referral would rest on a consent, and this
        vault is older than it was: what was withdrawn since then is not known here.
        """
        if isinstance(command, IssueReferral) and not command.wish.ground:
            self._must_know_consents()
        if isinstance(command, OUTWARD):
            return
        self.must_write()
        if self._now.state is State.RESCUE and isinstance(command, GROWING):
            raise EnvironmentFault("storage.rescue")

    def must_write(self, *, is_bulk: bool = False) -> None:
        """Let nothing be written that the condition does not allow. Bulk jobs make a vault grow.

        Raises: EnvironmentFault `storage.read_only`, `storage.rescue`; IntegrityFault
        `integrity.read_only` where damage or something older is the reason.
        """
        now = self._now
        if now.state is State.READ_ONLY:
            raise refusal_of(now)
        if is_bulk and now.state is State.RESCUE:
            raise EnvironmentFault("storage.rescue")

    def _must_know_consents(self) -> None:
        if Reason.OLDER in self._now.reasons:
            raise IntegrityFault("integrity.older_consent")

    def _change(self, change: Callable[[Condition], Condition]) -> None:
        with self._guard:
            before, self._now = self._now, change(self._now)
            now = self._now
        if now != before:
            self._told(now)


def refusal_of(condition: Condition) -> NrmError:
    """Say why nothing is written."""
    reasons = [str(reason) for reason in condition.reasons]
    if condition.is_alarm:
        return IntegrityFault("integrity.read_only", reasons=reasons)
    if Reason.NEWER_PROGRAM in condition.reasons:
        return EnvironmentFault("storage.newer_version")
    return EnvironmentFault("storage.read_only")
