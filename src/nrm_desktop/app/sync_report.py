"""What a run of the exchange did, as people and the command line are told.

The fields are those of `sync` in the contract of the command line; nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.domain.ids import FieldId, ScopeId


@dataclass(frozen=True, slots=True)
class Received:
    """What was taken in."""

    commits: int = 0
    acts: int = 0
    keyboxes: int = 0
    chunks: int = 0
    forms: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What was put onto the store."""

    packs: int = 0
    objects: int = 0
    commits: int = 0

    def plus(self, more: Sent) -> Sent:
        """Both together."""
        return Sent(
            self.packs + more.packs, self.objects + more.objects, self.commits + more.commits
        )


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person has to look at.

    Shape: `kind` is `rollback`, `withheld`, `fork`, `many_erasures` or `many_closed`; `message` is
    `alarm.KIND`, to be looked up.
    """

    kind: str
    device: str
    message: str


@dataclass(frozen=True, slots=True)
class MissingCommits:
    """Commits that a device names and that did not arrive."""

    device: str
    count: int
    since_days: int


@dataclass(frozen=True, slots=True)
class SkippedObject:
    """An object that was refused; the next one was read all the same."""

    object: str
    code: str


@dataclass(frozen=True, slots=True)
class LeftForLater:
    """What a slow line leaves for later."""

    attachments: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a run did. The fields are those of `sync` in cli.md, and `passed_on`.

    Shape: `passed_on` counts pack files of third parties that were copied from another folder.
    Units: `seconds`, monotonic.
    """

    store: str
    dry_run: bool = False
    requests: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    received: Received = Received()
    sent: Sent = Sent()
    carried_for_others: int = 0
    pending: int = 0
    quarantined: int = 0
    conflicts_new: int = 0
    erasures_done: int = 0
    newer_version_needed: int = 0
    alarms: tuple[Alarm, ...] = ()
    missing: tuple[MissingCommits, ...] = ()
    skipped: tuple[SkippedObject, ...] = ()
    left_for_later: LeftForLater = LeftForLater()
    passed_on: int = 0

    @property
    def is_clean(self) -> bool:
        """True if nothing has to be looked at: exit code 0."""
        return not self.alarms and not self.skipped


@dataclass(frozen=True, slots=True)
class SyncDone:
    """A run that ended. Shape: `changed` are the fields that commits of others touched."""

    report: SyncReport
    changed: frozenset[tuple[ScopeId, FieldId]] = frozenset()
