"""What the other side lacks and what we lack: pure comparisons of heads and checkpoints.

This module decides which commits are to be sent to a store, which a device names that we do not
have, and what we wish for. It must not read a store or a database.

Source: sync.md sections 8 and 10.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.app.sync_ports import JournalHead, KeyRing
from nrm_desktop.app.sync_ports import KeyPlace as Place
from nrm_desktop.app.wire.checkpoint import HeadRow, LogWant, PackWant, Want
from nrm_desktop.app.wire.hashes import tips_name
from nrm_desktop.app.wire.limits import CHECKPOINT_WANTS
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey


@dataclass(frozen=True, slots=True)
class LogTail:
    """The commits of a log behind `after` that a store lacks."""

    head: JournalHead
    after: int

    @property
    def place(self) -> Place:
        """Where its bundle is sealed."""
        return Place(self.head.log.scope, self.head.log.compartment)


@dataclass(frozen=True, slots=True)
class Gap:
    """Commits of a log that a device names and that we do not have.

    Shape: `named_by` is the device whose checkpoint names them, `count` at least so many.
    """

    log: LogKey
    blind: bytes
    from_seq: int
    count: int
    named_by: DeviceId


class Heads(Protocol):
    """What a journal says of its logs."""

    def heads(self) -> Sequence[JournalHead]: ...  # noqa: D102 - see class

    def ids_at(self, log: LogKey, seq: int) -> Collection[bytes]: ...  # noqa: D102 - see class

    def tips(self, log: LogKey, seq: int) -> Collection[bytes]: ...  # noqa: D102 - see class

    def is_cut_off(self, log: LogKey, seq: int) -> bool: ...  # noqa: D102 - see class


@dataclass(frozen=True, slots=True)
class Answer:
    """What others lack. Shape: `gone` are pack files of ours, `logs` what a store still holds."""

    gone: frozenset[bytes]
    logs: Mapping[bytes, int]


def log_name(log: LogKey) -> bytes:
    """A log as a key of what is known to lie on a store."""
    return log.scope + log.compartment.to_bytes(2, "big") + log.device


def read_log_name(name: bytes) -> LogKey:
    """Give the log of a name that `log_name` made."""
    scope, compartment, device = name[:ID_BYTES], name[ID_BYTES:-ID_BYTES], name[-ID_BYTES:]
    return LogKey(ScopeId(scope), int.from_bytes(compartment, "big"), DeviceId(device))


def tails_to_send(
    heads: Sequence[JournalHead], known: Mapping[bytes, int], keys: KeyRing
) -> list[LogTail]:
    """What of our journal a store lacks, also of other devices: we carry on what we can read."""
    tails = [LogTail(head, known.get(log_name(head.log), 0)) for head in heads]
    return [tail for tail in tails if tail.head.seq > tail.after and keys.holds(tail.place)]


def gaps(
    device: DeviceId,
    named: Iterable[HeadRow],
    logs: Mapping[bytes, LogKey],
    ours: Mapping[LogKey, int],
    journal: Heads,
) -> list[Gap]:
    """What a device names and we lack, as far as we can recognise it.

    Shape: `ours` are our own heads, see `heads_by_log`.

    Of another history of a log that we hold as far, nobody can say where it left ours: all of that
    log is asked for again.
    """
    found = []
    for row in named:
        log = logs.get(row.blind)
        if log is None:
            continue
        have = ours.get(log, 0)
        if row.seq > have:
            first = 1 if have and journal.is_cut_off(log, have) else have + 1
            found.append(Gap(log, row.blind, first, row.seq - have, device))
        elif not _is_held(row, log, journal):
            found.append(Gap(log, row.blind, 1, 1, device))
    return found


def heads_by_log(journal: Heads) -> Mapping[LogKey, int]:
    """How far we hold each log."""
    return {head.log: head.seq for head in journal.heads()}


def _is_held(row: HeadRow, log: LogKey, journal: Heads) -> bool:
    """True if we have what was named, also where we have more histories than who named it."""
    if tips_name(journal.tips(log, row.seq)) == row.head:
        return True
    return any(each.startswith(row.head) for each in journal.ids_at(log, row.seq))


def wants(lost_packs: Iterable[bytes], missing: Iterable[Gap]) -> tuple[Want, ...]:
    """What we ask for in our checkpoint, always in the same order."""
    logs = {gap.blind: gap.from_seq for gap in missing}
    wished: list[Want] = [PackWant(name) for name in sorted(set(lost_packs))]
    wished += [LogWant(blind, seq) for blind, seq in sorted(logs.items())]
    return tuple(wished[:CHECKPOINT_WANTS])


def answer(
    wished: Iterable[Want],
    own_packs: Iterable[bytes],
    logs: Mapping[bytes, LogKey],
    known: Mapping[bytes, int],
) -> Answer:
    """What has to be taken as not lying on a store, so that the wishes of others are met."""
    ours, lower = frozenset(own_packs), dict(known)
    gone = set()
    for want in wished:
        if isinstance(want, PackWant) and want.name in ours:
            gone.add(want.name)
        if isinstance(want, LogWant) and want.blind in logs:
            name = log_name(logs[want.blind])
            lower[name] = min(lower.get(name, 0), want.from_seq - 1)
    return Answer(frozenset(gone), lower)
