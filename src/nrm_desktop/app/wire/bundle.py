"""Bundles: the commits of one scope and compartment in one object.

This module decides how commits lie in a bundle and when they are too many for one. It must not
verify them.

Source: sync.md sections 1 and 19.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.commit import ReceivedCommit, SignedCommit, decode_commit
from nrm_desktop.app.wire.limits import (
    COMMIT_BYTES,
    COMMITS_PER_BUNDLE,
    FORMAT,
    MIB,
    OPS_PER_BUNDLE,
)
from nrm_desktop.app.wire.operations import count_ops
from nrm_desktop.app.wire.refusal import Step, refuse

_AIM_BYTES: Final = 8 * MIB


def encode_bundle(commits: Sequence[SignedCommit]) -> bytes:
    """The body of a bundle; commits of one log stand in the order of their numbers."""
    return cbor.encode((FORMAT, [commit.encode() for commit in commits]))


def decode_bundle(body: bytes) -> tuple[ReceivedCommit, ...]:
    """Read the commits of a bundle (step 3). Raises: HostileInput.

    Each header still has to be compared with the key that opened the object.
    """
    _, items = shape.structure(cbor.decode(body), "bundle", 2)
    shape.array(items, "bundle.commits", COMMITS_PER_BUNDLE, 1)
    commits = shape.each(items, "bundle.commits", _read_commit, COMMITS_PER_BUNDLE)
    if sum(count_ops(one.signed.skeleton_bytes) for one in commits) > OPS_PER_BUNDLE:
        raise refuse(Step.CBOR, "bundle.ops")
    return commits


def divide(commits: Iterable[SignedCommit]) -> Iterator[tuple[SignedCommit, ...]]:
    """Cut a row of commits into portions that each make one bundle."""
    portion: list[SignedCommit] = []
    size = ops = 0
    for commit in commits:
        more, more_ops = len(commit.encode()), count_ops(commit.skeleton_bytes)
        is_full = size + more > _AIM_BYTES or ops + more_ops > OPS_PER_BUNDLE
        if portion and (is_full or len(portion) == COMMITS_PER_BUNDLE):
            yield tuple(portion)
            portion, size, ops = [], 0, 0
        portion.append(commit)
        size, ops = size + more, ops + more_ops
    if portion:
        yield tuple(portion)


def _read_commit(item: cbor.Item, what: str) -> ReceivedCommit:
    return decode_commit(shape.some_octets(item, what, COMMIT_BYTES))
