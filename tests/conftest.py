"""What holds for every test: no network, no display, no unexpected log lines, fixed seeds."""

import gc
import logging
import os
import shutil
import sys
import tempfile
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "ci",
    derandomize=True,  # the same examples on every machine
    deadline=None,  # durations belong to `make bench`
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("torture", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("NRM_HYPOTHESIS_PROFILE", "ci"))

# What the program keeps outside a vault folder belongs to no developer's home.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="test-state-")

LOOPBACK = ("127.", "::1", "localhost")


class NetworkUsed(BaseException):
    """Not an Exception, so that nothing in the program can swallow it."""


def _deny_network(event: str, arguments: tuple) -> None:
    """The program makes no connection that the user did not set up (P23): whole suite."""
    if event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise NetworkUsed(f"{event} {address}")


sys.addaudithook(_deny_network)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def same_passphrase_stretched_once():
    """Argon2 gives the same for the same, and takes most of the time of a command.

    What is wanted for the first time is derived as ever; `tests/unit/security/test_kdf.py` and all
    tests with processes of their own derive each time.
    """
    from nrm_desktop.security.vault import slot_locks  # noqa: PLC0415 - after what reads warnings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slot_locks, "stretch", lru_cache(maxsize=512)(slot_locks.stretch))
        yield


@pytest.fixture(autouse=True)
def no_unexpected_log_lines(request, caplog):
    """A warning in the log that no test asked for is a fault; `expects_log` says it is wanted."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [each for each in records if each.levelno >= logging.WARNING]
    assert not loud, [f"{each.name}: {each.msg}" for each in loud]


@pytest.fixture
def tool():
    """Give the path of a program that a test needs; in CI a missing one fails, elsewhere skips."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
        return path

    return find
