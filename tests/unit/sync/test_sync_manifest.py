"""Manifest parts over a long life: below every limit, and enough for whoever comes late."""

from dataclasses import replace
from random import Random

import pytest
from tests.unit.sync.test_sync_checkpoint import checkpoint, head, pack

from nrm_desktop.app.wire.checkpoint import (
    ManifestPart,
    decode_checkpoint,
    decode_manifest_part,
    encode_checkpoint,
    encode_manifest_part,
)
from nrm_desktop.app.wire.limits import MANIFEST_PARTS, MANIFEST_ROWS
from nrm_desktop.sync.checkpoint import ROWS_IN_CHECKPOINT, Part, fold, settle

ROWS = 100_000
REWRITTEN = 5
"""How often a row is written in its life, at most and on average."""


class Author:
    """A device that tells of changes in run after run; `written` counts the rows of its parts."""

    def __init__(self) -> None:
        self.parts: tuple[Part, ...] = ()
        self.rows: tuple = ()
        self.written = 0

    def tell(self, changes) -> None:
        settled = settle(self.parts, self.rows, changes)
        new = tuple(Part(bytes([i]), rows) for i, rows in enumerate(settled.moved))
        self.parts, self.rows = (*settled.parts, *new), settled.rows
        self.written += sum(len(part.rows) for part in new)
        assert len(self.rows) <= ROWS_IN_CHECKPOINT
        assert all(len(part.rows) <= MANIFEST_ROWS for part in new)


@pytest.mark.parametrize("most_in_a_run", [1, 200, 3 * MANIFEST_ROWS])
def test_parts_stay_below_limits(most_in_a_run):
    """100,000 rows, told one by one, in runs as they are, or in a few that never end."""
    author, chance, told = Author(), Random(1), 0  # noqa: S311 - how much a run brings
    while told < ROWS:
        count = min(chance.randint(1, most_in_a_run), ROWS - told)
        author.tell([head(number) for number in range(told, told + count)])
        told += count

    assert len(author.parts) <= MANIFEST_PARTS
    assert author.written <= REWRITTEN * ROWS
    assert len(fold(*(part.rows for part in author.parts), author.rows)) == ROWS
    for part in author.parts:
        body = encode_manifest_part(ManifestPart(bytes(16), part.rows))
        assert decode_manifest_part(body).rows == part.rows


def test_late_device_rebuilds_state_from_newest_checkpoint():
    """Whoever never saw one of the earlier checkpoints has from the newest what all of them said.

    Logs move on again and again and pack files go, long after the part that named them.
    """
    author, chance, everything = Author(), Random(2), {}  # noqa: S311 - what moves in a run
    for run in range(1, 300):
        moved = [head(chance.randrange(900), run) for _ in range(chance.randint(1, 40))]
        told = [*moved, pack(run), pack(chance.randrange(1, run + 1), 0)]
        everything |= fold(told)
        author.tell(told)
    newest = replace(
        checkpoint(299, author.rows), parts=tuple(bytes([i]) * 20 for i in range(len(author.parts)))
    )
    bodies = [encode_manifest_part(ManifestPart(bytes(16), part.rows)) for part in author.parts]

    read = decode_checkpoint(encode_checkpoint(newest))
    late = fold(*(decode_manifest_part(body).rows for body in bodies), read.rows)

    assert len(read.parts) == len(bodies) > 1
    assert late == everything
