"""Shift codes of a real vault: an end that comes while the vault is opening holds (P4, T2, T21)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shifts import Shifts
from nrm_desktop.domain.errors import Locked

pytestmark = [pytest.mark.promise("P4"), pytest.mark.threat("T2")]
CODE = "420917"


@pytest.fixture
def shell(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path / "ana")
    laptop.close()
    return laptop.vault.session.safe.shell


def begun(shell) -> tuple[Shifts, str]:
    vault, shifts = open_vault(shell, PASSPHRASE), Shifts()
    shifts.begin(vault, CODE)
    vault.close()
    return shifts, vault.unlocked.sign


class ClosesTheLid:
    """The clock of a machine that is put to sleep while the vault, already unlocked, is opened."""

    def __init__(self, clock, lid):
        self._clock = clock
        self._lid = lid
        self.monotonic_s = clock.monotonic_s

    def now_ms(self):
        self._lid()
        return self._clock.now_ms()


def test_a_vault_that_opens_by_an_ended_shift_is_closed_again(shell):
    shifts, sign = begun(shell)
    sleepy = replace(shell, clock=ClosesTheLid(shell.clock, shifts.end_all))

    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shifts.open(sleepy, sign, CODE)

    assert not shifts.has(sign)
    open_vault(shell, PASSPHRASE).close()  # nothing holds the folder


def test_several_ends_at_once_end_every_shift_and_none_fails(shell):
    vault = open_vault(shell, PASSPHRASE)
    vault.close()
    sign = vault.unlocked.sign
    for _ in range(20):
        shifts = Shifts()
        shifts.begin(vault, CODE)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(partial(ends, shifts, sign), range(8)))
        assert not shifts.has(sign)


def ends(shifts, sign, number):
    if number % 2:
        shifts.end(sign)
    else:
        shifts.end_all()
