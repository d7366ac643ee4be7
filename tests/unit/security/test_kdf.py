"""Argon2id: cost by the machine, floor, ranges (storage-security.md 4.3 and 4.5)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault import kdf
from nrm_desktop.security.vault.cost import (
    CEILING,
    FLOOR,
    calibrate,
    check_range,
    check_wish,
    starting_cost,
)

GIB = 1024**3
_ENV = {**os.environ, "PYTHONPATH": str(Path(kdf.__file__).parents[3])}
pytestmark = pytest.mark.threat("T1")


@pytest.mark.parametrize(
    ("memory_bytes", "cores", "cost"),
    [
        (2 * GIB, 2, KdfCost(65_536, 3, 2)),
        (4 * GIB, 1, KdfCost(65_536, 3, 1)),
        (4 * GIB + 1, 4, KdfCost(262_144, 3, 4)),
        (16 * GIB, 12, KdfCost(262_144, 3, 4)),
        (16 * GIB, 0, KdfCost(262_144, 3, 1)),
    ],
)
def test_the_cost_follows_total_memory_and_cores(
    memory_bytes: int, cores: int, cost: KdfCost
) -> None:
    assert starting_cost(memory_bytes, cores) == cost


@pytest.mark.parametrize(
    ("seconds", "passes"), [(0.15, 20), (0.3, 10), (0.6, 5), (1.0, 3), (9.0, 3), (0.0, 20)]
)
def test_calibration_raises_the_passes_to_about_a_second_and_never_lowers_them(
    seconds: float, passes: int
) -> None:
    start = KdfCost(65_536, 3, 1)
    assert calibrate(start, lambda _: seconds) == KdfCost(65_536, passes, 1)


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(65_535, 3, 1),
        KdfCost(2_097_153, 3, 1),
        KdfCost(65_536, 2, 1),
        KdfCost(65_536, 21, 1),
        KdfCost(65_536, 3, 0),
        KdfCost(65_536, 3, 17),
    ],
)
def test_a_cost_out_of_range_is_refused_before_it_is_used(cost: KdfCost) -> None:
    with pytest.raises(HostileInput, match=r"integrity\.header"):
        kdf.stretch(b"words", bytes(16), cost)
    with pytest.raises(Refused, match=r"policy\.floor"):
        check_wish(cost)


def test_the_edges_of_the_range_are_accepted() -> None:
    assert check_wish(FLOOR) == FLOOR
    assert check_range(CEILING) == CEILING


def test_stretching_depends_on_secret_salt_and_cost_and_is_measured() -> None:
    ticks = iter([1.0, 3.5])
    assert kdf.seconds_of(FLOOR, lambda: next(ticks)) == 2.5
    assert kdf.stretch(b"", bytes(16), FLOOR) != kdf.stretch(b"", bytes(15) + b"1", FLOOR)


_CAPPED = """
import resource, sys
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.cost import CEILING, FLOOR
from nrm_desktop.security.vault import kdf
resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
sys.stdout.write(kdf.stretch(b"words", bytes(16), FLOOR).hex()[:8])
try:
    kdf.stretch(b"words", bytes(16), CEILING)
except EnvironmentFault as error:
    sys.stdout.write(f" {error.code} {error.params}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="address space is capped by rlimit here")
def test_under_300_mb_a_floor_slot_opens_and_a_dear_one_says_that_memory_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CAPPED], capture_output=True, text=True, check=True, env=_ENV
    )
    expected = kdf.stretch(b"words", bytes(16), FLOOR).hex()[:8]
    assert done.stdout == f"{expected} vault.memory {{'mib': 2048}}"
