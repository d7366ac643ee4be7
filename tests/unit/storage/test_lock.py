"""One vault is open once, and an unclean end is seen (P19)."""

import os
import subprocess
import sys

import pytest

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.lock import NAME, VaultLock, by_byte

pytestmark = [pytest.mark.promise("P19"), pytest.mark.threat("T24")]

HOLD = """
import sys
from pathlib import Path
from nrm_desktop.storage.lock import VaultLock
lock = VaultLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_opening_is_refused_while_the_first_holds(tmp_path):
    with VaultLock(tmp_path):
        with pytest.raises(EnvironmentFault) as raised:
            VaultLock(tmp_path)

        assert raised.value.code == "storage.in_use"


def test_another_program_is_refused_and_after_its_kill_the_end_is_called_unclean(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(EnvironmentFault):
            VaultLock(tmp_path)
        holder.kill()
        holder.wait(5)

    with VaultLock(tmp_path) as lock:
        assert lock.was_unclean
        assert (tmp_path / NAME).read_bytes() == b"open"


def test_a_clean_close_is_seen_as_clean(tmp_path):
    with VaultLock(tmp_path) as first:
        assert not first.was_unclean

    assert (tmp_path / NAME).read_bytes() == b""
    with VaultLock(tmp_path) as second:
        assert not second.was_unclean


def test_an_error_inside_leaves_the_end_unclean(tmp_path):
    with pytest.raises(KeyError), VaultLock(tmp_path):
        raise KeyError

    lock = VaultLock(tmp_path)
    assert lock.was_unclean
    lock.release()
    lock.release()
    lock.abandon()


def test_a_failed_opening_neither_makes_nor_hides_an_unclean_end(tmp_path):
    VaultLock(tmp_path).withdraw()
    clean = VaultLock(tmp_path)
    assert not clean.was_unclean
    clean.abandon()

    VaultLock(tmp_path).withdraw()

    with VaultLock(tmp_path) as after:
        assert after.was_unclean


def test_without_a_folder_there_is_no_vault(tmp_path):
    with pytest.raises(EnvironmentFault) as raised:
        VaultLock(tmp_path / "missing")

    assert raised.value.code == "storage.no_vault"


class TestWindowsLocksAByteBehindTheContent:
    """Driven by a fake of `msvcrt.locking`; unverified on Windows."""

    def lock_call(self, held: list[int]):
        def locking(file: int, mode: int, length: int) -> None:
            place = os.lseek(file, 0, os.SEEK_CUR)
            assert (mode, length) == (2, 1)
            assert place > len(b"open"), "reading the content must not be locked out"
            if held:
                raise PermissionError(13, "locked")
            held.append(place)

        return by_byte(locking, 2)

    def test_the_second_is_refused_and_the_content_is_read_and_written_at_its_beginning(
        self, tmp_path
    ):
        (tmp_path / NAME).write_bytes(b"open")
        held = []
        lock = VaultLock(tmp_path, self.lock_call(held))

        with pytest.raises(EnvironmentFault) as raised:
            VaultLock(tmp_path, self.lock_call(held))

        assert raised.value.code == "storage.in_use"
        assert lock.was_unclean
        lock.release()
        assert (tmp_path / NAME).read_bytes() == b""
