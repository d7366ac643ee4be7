"""What checkpoints mean: folding, parts, rollback, and when one is worth writing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.sync_ports import CheckedCheckpoint
from nrm_desktop.app.wire.checkpoint import (
    NO_CHECKPOINT,
    Checkpoint,
    ErasedRow,
    HeadRow,
    PackRow,
    SeenRow,
    UnknownRow,
)
from nrm_desktop.app.wire.limits import MANIFEST_ROWS
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.sync.checkpoint import (
    IDLE_MS,
    ROWS_IN_CHECKPOINT,
    SEEN_ALONE_MS,
    Part,
    brings_something,
    fold,
    heads_of,
    is_rollback,
    is_worth_writing,
    packs_of,
    seen_of,
    settle,
)

NOW = 1_795_000_000_000


def head(number: int, seq: int = 1) -> HeadRow:
    return HeadRow(number.to_bytes(16, "big"), seq, bytes(16))


def pack(number: int, size: int = 100) -> PackRow:
    return PackRow(number.to_bytes(20, "big"), size, 1, 3)


def checkpoint(counter: int = 1, rows=(), wall_ms: int = NOW, parts=()) -> Checkpoint:
    return Checkpoint(
        bytes(16),
        counter,
        NO_CHECKPOINT,
        Hlc(wall_ms),
        1,
        bytes(32),
        1,
        parts,
        tuple(rows),
        (),
        bytes(32),
        "test",
    )


def checked(counter: int, name: bytes = b"a") -> CheckedCheckpoint:
    return CheckedCheckpoint(name, checkpoint(counter), b"")


def test_the_later_row_of_one_key_wins_and_a_pack_of_size_zero_is_gone():
    state = fold([head(1, 1), pack(1), pack(2)], [head(1, 4)], [pack(2, 0)])

    assert heads_of(state) == [head(1, 4)]
    assert packs_of(state) == [pack(1)]


def test_rows_of_every_kind_are_kept_apart_and_unknown_ones_are_kept():
    rows = [SeenRow(bytes(16), 3, bytes(16)), ErasedRow(bytes(16)), UnknownRow(9, (9, b"x", 1))]

    state = fold(rows, [UnknownRow(9, (9, b"x", 2))])

    assert len(state) == 3
    assert seen_of(state) == {bytes(16): 3}
    assert UnknownRow(9, (9, b"x", 2)) in state.values()


def test_few_rows_stay_in_the_checkpoint_and_more_than_64_move_into_a_part():
    few = settle((), [head(i) for i in range(ROWS_IN_CHECKPOINT - 1)], [head(999)])
    many = settle((), few.rows, [head(1000)])

    assert few.moved == ()
    assert [len(rows) for rows in many.moved] == [ROWS_IN_CHECKPOINT + 1]
    assert many.rows == ()


def test_small_parts_are_joined_and_large_ones_are_left_alone():
    small = Part(b"small", tuple(head(i) for i in range(60)))
    large = Part(b"large", tuple(head(i) for i in range(1000, 1000 + MANIFEST_ROWS - 10)))
    rows = [head(i) for i in range(100, 170)]

    settled = settle((large, small), rows, ())

    assert settled.parts == (large,)
    assert [len(rows) for rows in settled.moved] == [60 + 70]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), max_size=90), max_size=8)
)
def test_moving_rows_into_parts_never_changes_the_state(runs):
    parts: tuple[Part, ...] = ()
    rows: tuple = ()
    plain: dict = {}
    for number, changes in enumerate(runs):
        news = [head(one, seq) for one, seq in changes]
        plain |= fold(news)
        settled = settle(parts, rows, news)
        rows, parts = settled.rows, settled.parts
        parts = (*parts, *(Part(bytes([number]), moved) for moved in settled.moved))
        assert fold(*(part.rows for part in parts), rows) == plain
        assert all(len(part.rows) <= MANIFEST_ROWS for part in parts)


def test_less_than_before_or_another_history_is_a_rollback():
    before = checked(5)

    assert is_rollback(before, None)
    assert is_rollback(before, checked(4, b"b"))
    assert is_rollback(before, checked(5, b"b"))
    assert not is_rollback(before, checked(5))
    assert not is_rollback(before, checked(6, b"c"))
    assert not is_rollback(None, None)


def test_idle_devices_fall_silent():
    """What somebody has seen is not answered; only rows of its own are news."""
    before = checkpoint(1, [head(1)])
    only_seen = checkpoint(2, [head(1), SeenRow(b"d" * 16, 1, bytes(16))])

    assert not brings_something(before, only_seen)
    assert brings_something(before, checkpoint(2, [head(1, 2)]))
    assert brings_something(before, replace(only_seen, parts=(bytes(20),)))
    assert brings_something(None, before)


def test_a_checkpoint_is_written_for_news_at_once_and_for_what_was_seen_seldom():
    last, seen = checkpoint(1), [SeenRow(bytes(16), 1, bytes(16))]

    def is_due(changes, now_ms, **how) -> bool:
        return is_worth_writing(last, changes, has_news=how.get("news", False), now_ms=now_ms)

    assert not is_due([], NOW + 1)
    assert is_due([head(1)], NOW + 1)
    assert is_due([], NOW + 1, news=True)
    assert not is_due(seen, NOW + SEEN_ALONE_MS)
    assert is_due(seen, NOW + SEEN_ALONE_MS + 1)
    assert is_due([], NOW + IDLE_MS + 1)
    assert is_due([], NOW - 1)
    assert is_worth_writing(None, [], has_news=False, now_ms=NOW)
