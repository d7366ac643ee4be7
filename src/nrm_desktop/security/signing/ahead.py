"""Commits that were looked at before the transaction that judges them asks.

This module decides what a finding is bound to: the very object that was looked at, which cannot
change and holds every byte of a commit, and the key under which its signature was checked. For
anything else nothing was found, and it is checked on the spot: looking ahead makes nothing good
that is not. It must not decide whose key a signer's is, or what a finding is worth: that is
`commits.verify_commit`.

Checking a signature releases the interpreter, so it runs beside the thread that stores. One thread
looks ahead while another asks.

Source: sync.md section 5, steps 6 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.app.wire.limits import COMMITS_PER_BUNDLE
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import SignerId
from nrm_desktop.domain.ops import Op
from nrm_desktop.security.primitives import PublicKey
from nrm_desktop.security.signing.commits import checked_ops, is_signed_by

_MOST: Final = 2 * COMMITS_PER_BUNDLE
"""Findings that are remembered: those of what is stored now, and of what comes next."""


@dataclass(frozen=True, slots=True)
class _Finding:
    commit: ReceivedCommit = field(repr=False)
    key: PublicKey = field(repr=False)
    ops: tuple[Op, ...] = field(repr=False)


class LookedAhead:
    """What was found about commits that somebody is about to ask for."""

    def __init__(self) -> None:
        self._found: dict[int, _Finding] = {}

    def look(
        self, commits: Iterable[ReceivedCommit], signer_key: Callable[[SignerId], PublicKey | None]
    ) -> None:
        """Check commits under the keys that their signers have now; what is wrong is left out."""
        keys: dict[SignerId, PublicKey | None] = {}
        for commit in commits:
            signer = commit.header.signer
            key = keys[signer] if signer in keys else keys.setdefault(signer, signer_key(signer))
            if key is not None and is_signed_by(commit, key):
                try:
                    ops = checked_ops(commit)
                except HostileInput:  # it is refused when its turn comes
                    continue
                self._found[id(commit)] = _Finding(commit, key, ops)
        for old in list(islice(self._found, max(0, len(self._found) - _MOST))):
            self._found.pop(old, None)

    def take(self, commit: ReceivedCommit, key: PublicKey) -> tuple[Op, ...] | None:
        """The operations of this object, if its signature under this key and its parts were good.

        Shape: given once, then forgotten.
        """
        found = self._found.pop(id(commit), None)
        if found is None or found.commit is not commit or found.key != key:
            return None
        return found.ops
