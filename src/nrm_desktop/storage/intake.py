"""Taking in commits of other devices: the place in the chain, then journal and projections.

This module decides whether a verified commit is applied, waits, is a fork or is there already. It
must not check signatures or grants: the Verifier did, and only it makes a `ReceivedForStorage`.

- A jump is never adopted as head: without its predecessor, or a dependency, a commit waits.
- A second commit at a taken place is kept beside the first and the log is flagged as forked.
- A duplicate has no effect, except that a segment which was withheld before is filled in.
- What follows from commits is gathered: whoever takes in settles it before anything is read.

The outcome for a set of commits does not depend on the order in which they came.
Source: sync.md section 5, steps 7 to 10, and section 13.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from nrm_desktop.app.ports import ReceivedForStorage, TakenIn
from nrm_desktop.app.wire.commit import (
    ChainStep,
    ReceivedCommit,
    SignedCommit,
    chain_step,
    ops_of,
    parse_signed,
)
from nrm_desktop.app.wire.limits import BRANCHES_PER_LOG
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.hlc import absorb
from nrm_desktop.domain.ops import Op
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.projections import Projector, Touched

APPLIED, DUPLICATE, PENDING, FORK = "applied", "duplicate", "pending", "fork"


class Intake:
    """Takes commits in, within one transaction."""

    def __init__(
        self, journal: Journal, pending: Pending, projector: Projector, now_ms: int
    ) -> None:
        self._journal = journal
        self._pending = pending
        self._projector = projector
        self._now_ms = now_ms

    def take_in(self, commit: ReceivedCommit, ops: Sequence[Op] | None = None) -> TakenIn:
        """Take in one commit and everything that waited for it.

        Raises: HostileInput `integrity.chain` when the named predecessor stands elsewhere.
        """
        place = self._place_of(commit)
        if place is not None:
            return TakenIn(DUPLICATE, commit.id, self._fill(place, commit))
        touched: dict[Touched, None] = {}
        outcome = self._apply_or_wait(commit, touched, ops)
        if outcome != PENDING:
            self._retry(commit, touched)
        return TakenIn(outcome, commit.id, tuple(touched))

    def _place_of(self, commit: ReceivedCommit) -> int | None:
        head = self._journal.head(commit.header.log)
        is_beyond = head is None or commit.header.seq > head.seq
        return None if is_beyond else self._journal.place_of(commit.id)

    def _apply_or_wait(
        self,
        commit: ReceivedCommit,
        touched: dict[Touched, None],
        ops: Sequence[Op] | None = None,
    ) -> str:
        step = self._step(commit)
        missing = self._missing(commit, step)
        if missing is not None:
            self._pending.add(commit, missing)
            return PENDING
        is_fork = step is ChainStep.FORK
        if is_fork:
            self._must_have_room(commit)
        ops = ops_of(commit) if ops is None else ops
        self._journal.append(commit, is_fork=is_fork)
        touched.update(dict.fromkeys(self._projector.gather(commit.id, commit.header, ops)))
        state = self._journal.state
        state.hlc = absorb(state.hlc, commit.header.hlc, self._now_ms)
        return FORK if is_fork else APPLIED

    def _must_have_room(self, commit: ReceivedCommit) -> None:
        """Nobody makes a thousand histories of one log. Raises: HostileInput `integrity.fork`."""
        header = commit.header
        if len(self._journal.ids_at(header.log, header.seq)) >= BRANCHES_PER_LOG:
            step, device = Step.CHAIN.value, header.device.hex()
            raise HostileInput("integrity.fork", step=step, device=device)

    def _step(self, commit: ReceivedCommit) -> ChainStep:
        header = commit.header

        def stored(seq: int) -> Collection[bytes]:
            """The beginning of a log is what its first commit says: the Verifier checked it."""
            return self._journal.ids_at(header.log, seq) if seq else (header.prev,)

        return chain_step(header, commit.id, stored)

    def _missing(self, commit: ReceivedCommit, step: ChainStep) -> bytes | None:
        """The id, or its beginning, of what has to come first; None if nothing has to."""
        if step is ChainStep.GAP:
            if self._journal.place_of(commit.header.prev) is not None:
                raise refuse(Step.CHAIN, "header.prev")
            return commit.header.prev
        for dep in commit.header.deps:
            if self._journal.place_of(dep.commit) is None:
                return dep.commit
        return None

    def _retry(self, commit: ReceivedCommit, touched: dict[Touched, None]) -> None:
        """Try what waited. One that is wrong is dropped: it must not stop the one that came."""
        arrived = [commit.id]
        while arrived:
            for waiting in self._pending.take_waiting_for(arrived.pop()):
                with suppress(HostileInput):
                    if self._apply_or_wait(waiting, touched) != PENDING:
                        arrived.append(waiting.id)

    def _fill(self, place: int, commit: ReceivedCommit) -> tuple[Touched, ...]:
        """Put in what was withheld from us before; bytes that are there are never replaced."""
        held = self._journal.commit_at(place).signed.segments
        if not any(
            old is None and new for old, new in zip(held, commit.signed.segments, strict=True)
        ):
            return ()
        self._journal.add_segments(place, commit)
        full = self._journal.commit_at(place)
        return tuple(self._projector.fill(full.id, full.header, ops_of(full)))


def parsed(received: ReceivedForStorage) -> ReceivedCommit:
    """Read what the Verifier let through, unless it hands over what it has read."""
    known = getattr(received, "received", None)
    if isinstance(known, ReceivedCommit):
        return known
    signed = SignedCommit(
        received.header_bytes,
        received.signature,
        received.skeleton_bytes,
        tuple(received.segments),
    )
    return parse_signed(signed)
