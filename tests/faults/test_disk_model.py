"""The disk of the power-cut replay: what it says is durable, what may be lost, what may be torn."""

from __future__ import annotations

import pytest
from tests.faults.chance import seeded
from tests.faults.cut_power import SECTOR, WAYS, Content, Disk
from tests.faults.recording import Operation

OLD, NEW = b"o" * 2 * SECTOR, b"n" * 2 * SECTOR


def disk(*steps: Operation) -> Disk:
    content = Content(bytearray(OLD))
    made = Disk({"v/a": content}, {"v/a": content})
    for step in steps:
        made.step(step)
    return made


def states(made: Disk, way: str, times: int = 40) -> list[dict[str, bytes]]:
    return [made.after(way, seeded(number)) for number in range(times)]


WRITE = Operation("write", "v/a", 0, NEW)
MAKE = (Operation("make", "v/b"), Operation("write", "v/b", 0, NEW))
RENAME = Operation("rename", "v/b", to="v/a")


def test_what_was_not_synced_may_be_lost_kept_or_torn_between_sectors():
    made = disk(WRITE)

    assert states(made, "none", 1) == [{"v/a": OLD}]
    assert states(made, "all", 1) == [{"v/a": NEW}]
    torn = {state["v/a"] for state in states(made, "torn")}
    assert b"n" * SECTOR + b"o" * SECTOR in torn
    assert b"o" * SECTOR + b"n" * SECTOR in torn
    assert all(len(set(each[:SECTOR])) == 1 for each in torn), "a sector is whole"


@pytest.mark.parametrize("way", WAYS)
def test_what_was_synced_is_there(way):
    made = disk(WRITE, Operation("sync", "v/a"))

    assert {state["v/a"] for state in states(made, way)} == {NEW}


def test_a_new_name_may_be_lost_until_its_folder_is_synced():
    before = disk(*MAKE, Operation("sync", "v/b"), RENAME)
    after = disk(*MAKE, Operation("sync", "v/b"), RENAME, Operation("sync_folder", "v"))

    assert states(before, "none", 1)[0]["v/a"] == OLD
    assert states(before, "all", 1)[0] == {"v/a": NEW}
    for way in WAYS:
        assert all(state == {"v/a": NEW} for state in states(after, way))


def test_a_name_may_be_durable_before_its_bytes_are():
    made = disk(*MAKE, RENAME, Operation("sync_folder", "v"))

    assert {state["v/a"] for state in states(made, "none")} == {b""}


def test_a_removed_file_may_come_back_until_a_younger_one_of_its_name_is_synced():
    removed = Operation("remove", "v/a")
    young = (Operation("make", "v/a"), Operation("write", "v/a", 0, NEW))

    assert states(disk(removed), "none", 1) == [{"v/a": OLD}]
    assert states(disk(removed, *young), "none", 1) == [{"v/a": OLD}]
    assert states(disk(removed, *young, Operation("sync", "v/a")), "none", 1) == [{"v/a": NEW}]


def test_cutting_a_file_is_a_change_like_any_other():
    made = disk(Operation("cut", "v/a", SECTOR))

    assert states(made, "none", 1) == [{"v/a": OLD}]
    assert states(made, "all", 1) == [{"v/a": OLD[:SECTOR]}]
