"""Waiting after wrong passphrases (storage-security.md 4.9), with a clock that tests move."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fakes.clock import Seconds

from nrm_desktop.domain.errors import EnvironmentFault, Locked
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.delays import TRIES_NAME, Delays

ANA, BEN = b"slot-ana", b"slot-ben"
pytestmark = pytest.mark.threat("T21")


class ReadOnlyFiles(SystemFiles):
    """A medium that takes no writing."""

    def replace(self, path: Path, data: bytes) -> None:
        raise EnvironmentFault("storage.read_only")


def _fail(delays: Delays, clock: Seconds, times: int, slot: bytes = ANA) -> None:
    """Try in vain, each time after waiting long enough."""
    for _ in range(times):
        clock.now += 1000
        delays.begin_try(slot)


def _wait(delays: Delays, slot: bytes = ANA) -> int:
    try:
        delays.begin_try(slot)
    except Locked as error:
        return int(str(error.params["retry_after_s"]))
    return 0


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 0), (2, 0), (3, 0), (4, 5), (5, 15), (6, 60), (7, 300), (12, 300)]
)
def test_the_wait_grows_with_the_failures(tmp_path: Path, failures: int, wait: int) -> None:
    clock = Seconds()
    delays = Delays(SystemFiles(), tmp_path, clock)
    _fail(delays, clock, failures)
    assert _wait(delays) == wait


def test_after_the_wait_the_slot_is_tried_again(tmp_path: Path) -> None:
    clock = Seconds()
    delays = Delays(SystemFiles(), tmp_path, clock)
    _fail(delays, clock, 4)
    clock.now += 4.2
    assert _wait(delays) == 1
    clock.now += 0.8
    assert _wait(delays) == 0


def test_a_refused_try_is_not_counted(tmp_path: Path) -> None:
    clock = Seconds()
    delays = Delays(SystemFiles(), tmp_path, clock)
    _fail(delays, clock, 4)
    for _ in range(10):
        assert _wait(delays) == 5
    assert delays.failures(ANA) == 4


def test_nobody_locks_a_colleague_out(tmp_path: Path) -> None:
    clock = Seconds()
    delays = Delays(SystemFiles(), tmp_path, clock)
    _fail(delays, clock, 7)
    assert _wait(delays, BEN) == 0
    assert _wait(delays, ANA) == 300


def test_the_count_is_on_the_disk_before_the_try_and_goes_after_success(tmp_path: Path) -> None:
    clock = Seconds()
    delays = Delays(SystemFiles(), tmp_path, clock)
    delays.begin_try(ANA)
    assert (tmp_path / TRIES_NAME).read_text().startswith(ANA.hex() + " 1 ")
    delays.end_try(ANA)
    assert (tmp_path / TRIES_NAME).read_text() == ""


def test_killing_the_program_saves_no_try_and_no_wait(tmp_path: Path) -> None:
    clock = Seconds()
    _fail(Delays(SystemFiles(), tmp_path, clock), clock, 5)
    clock.now += 6
    again = Delays(SystemFiles(), tmp_path, clock)
    assert again.failures(ANA) == 5
    assert _wait(again) == 9


@pytest.mark.promise("P20")
@pytest.mark.threat("T23")
def test_a_restarted_machine_waits_the_whole_step_from_its_start(tmp_path: Path) -> None:
    clock = Seconds(50_000)
    _fail(Delays(SystemFiles(), tmp_path, clock), clock, 7)
    restarted = Delays(SystemFiles(), tmp_path, Seconds(0.5))
    assert _wait(restarted) == 300
    assert _wait(Delays(SystemFiles(), tmp_path, Seconds(299.5))) == 1
    assert _wait(Delays(SystemFiles(), tmp_path, Seconds(300.0))) == 0


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"nonsense\n", b"00 1 1\n", b"x" * 5000])
def test_a_damaged_file_is_read_as_no_failures(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / TRIES_NAME).write_bytes(damage)
    assert Delays(SystemFiles(), tmp_path, Seconds()).failures(ANA) == 0


@pytest.mark.promise("P18")
def test_a_read_only_medium_counts_in_memory_and_locks_nobody_out(tmp_path: Path) -> None:
    clock = Seconds()
    delays = Delays(ReadOnlyFiles(), tmp_path, clock)
    _fail(delays, clock, 4)
    assert _wait(delays) == 5
    delays.end_try(ANA)
    assert _wait(delays) == 0


def test_a_try_in_the_same_second_waits_too(tmp_path):
    clock = Seconds(1000.3)
    delays = Delays(SystemFiles(), tmp_path, clock)
    _fail(delays, clock, 4)
    clock.now += 0.2

    with pytest.raises(Locked) as error:
        delays.begin_try(ANA)

    assert error.value.code == "vault.delay"


def test_the_first_tries_wait_for_nothing_also_in_the_same_second(tmp_path):
    clock = Seconds(1000.3)
    delays = Delays(SystemFiles(), tmp_path, clock)

    for _ in range(4):
        delays.begin_try(ANA)

    assert delays.failures(ANA) == 4
