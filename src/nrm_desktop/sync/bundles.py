"""Bundles on their way in: opened, read, and their commits handed to whoever judges and keeps.

This module decides what is counted of a bundle, and that what cannot be read is named in its turn.
It must not judge: signatures and grants are the Verifier's, chains the journal's.

Source: sync.md sections 5 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.sync_ports import ExchangeUnit, KeyPlace, ObjectRow, Unsealed
from nrm_desktop.app.wire.bundle import decode_bundle
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.app.wire.limits import READER_LEVEL
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.sync.forks import is_second_history
from nrm_desktop.sync.planner import log_name


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened, with its commits, or the reason why they cannot be read."""

    row: ObjectRow
    unsealed: Unsealed
    commits: Sequence[ReceivedCommit] | HostileInput

    def must_be_read(self) -> Sequence[ReceivedCommit]:
        """The commits. Raises: HostileInput."""
        if isinstance(self.commits, HostileInput):
            raise self.commits
        return self.commits


@dataclass(slots=True)
class Portion:
    """What is taken in together, and what could not be opened on the way to it."""

    bundles: list[Bundle] = field(default_factory=list)
    failed: list[tuple[ObjectRow, HostileInput | EnvironmentFault]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.bundles or self.failed)


@dataclass(slots=True)
class BundleTaken:
    """What a bundle brought."""

    commits: int = 0
    newer: int = 0
    is_waiting: bool = False
    logs: dict[bytes, int] = field(default_factory=dict)
    forks: dict[bytes, int] = field(default_factory=dict)
    """Logs with a second history, and the first number that has two commits."""
    changed: set[tuple[ScopeId, FieldId]] = field(default_factory=set)


def read_bundle(unsealed: Unsealed) -> Sequence[ReceivedCommit]:
    """Read the commits of a bundle. Raises: HostileInput."""
    if unsealed.place.scope is None:
        raise refuse(Step.PLACE, "bundle.key")
    return decode_bundle(unsealed.body)


def take_commits(
    unit: ExchangeUnit, place: KeyPlace, commits: Iterable[ReceivedCommit]
) -> BundleTaken:
    """Check and apply the commits of a bundle, all in one transaction.

    Whoever calls judges the scope in the same transaction: what has no right to stand is held.

    Raises: HostileInput; then the whole bundle is refused.
    """
    taken = BundleTaken()
    for commit in commits:
        proved = unit.verifier.check_commit(commit, place)
        if proved is None:
            taken.is_waiting = True
            continue
        done = unit.uow.take_in(proved)
        name = log_name(commit.header.log)
        if is_second_history(unit, commit, done.outcome):
            taken.forks[name] = min(taken.forks.get(name, commit.header.seq), commit.header.seq)
        taken.logs[name] = max(taken.logs.get(name, 0), commit.header.seq)
        taken.commits += done.outcome != "duplicate"
        taken.newer += commit.header.min_reader > READER_LEVEL
        taken.changed |= {(commit.header.scope, field_id) for _, field_id in done.touched}
    return taken


def opened_bundle(row: ObjectRow, unsealed: Unsealed) -> Bundle:
    """Read what was in an object, or keep why it cannot be read until its turn comes."""
    try:
        return Bundle(row, unsealed, read_bundle(unsealed))
    except HostileInput as error:
        return Bundle(row, unsealed, error)
