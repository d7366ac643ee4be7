"""The computer sleeps only when the vault is closed: login1 on a private bus, a real window."""

from threading import Event, Thread

import pytest
from PySide6.QtWidgets import QApplication
from tests.gui.buses import Connections, LittleLogin, private_bus
from tests.gui.locks import unlock
from tests.gui.window import PASSPHRASE, Keys, prepare_vault, start

from nrm_desktop.storage.names import DATABASE
from nrm_desktop.ui.presenters.lock_reason import LockReason, LockSystem
from nrm_desktop.ui.qt.bus_signals import BusSignals
from nrm_desktop.ui.qt.sleep_delay import LoginDelay

BOTH = {LockReason.SUSPENDED, LockReason.SHUT_DOWN}

pytestmark = [pytest.mark.threat("T2"), pytest.mark.promise("P6")]


@pytest.fixture
def login(tmp_path, qapp):
    """Gives a login1 and the window's side of the bus."""
    with private_bus(tmp_path) as address:
        buses = Connections(address)
        ours, nobody = buses.new(), buses.new()
        made = LittleLogin(buses.new())
        yield made, LockSystem((BusSignals(ours, nobody),), LoginDelay(ours))
        made.end()
        buses.end()


def test_sleep_waits_until_the_database_is_closed_and_again_after_the_next_unlocking(
    tmp_path, qtbot, faults, shipped_fonts, login
):
    little, system = login
    prepare_vault(tmp_path)
    program = start(tmp_path, faults, system)
    keys = Keys(qtbot, lambda: program.window)
    keys.wait(lambda: QApplication.activeWindow() is program.window)
    unlock(program, keys, PASSPHRASE)
    keys.wait(lambda: little.inhibitors)
    gate, was_open = Event(), []
    wal = program.work.vault.folder / f"{DATABASE}-wal"
    program.work.vault.at_close(lambda: gate.wait(10) and None)
    (held,) = little.inhibitors

    def sleeps() -> None:
        held.wait_for_the_end()
        was_open.append(wal.exists())

    computer = Thread(target=sleeps)
    computer.start()
    little.fall_asleep()
    keys.wait(lambda: program.work is None)
    assert held.is_held
    assert wal.exists()
    gate.set()
    keys.wait(lambda: not computer.is_alive())

    assert was_open == [False]
    unlock(program, keys, PASSPHRASE)
    keys.wait(lambda: len(little.inhibitors) == 2)
    assert little.inhibitors[1].is_held
    program.window.close()
    keys.wait(lambda: not little.inhibitors[1].is_held)
    program.window.deleteLater()


def test_only_an_open_vault_holds_sleep_up(program, keys, signals, delay):
    assert delay.held == frozenset()

    unlock(program, keys, PASSPHRASE)
    assert delay.held == BOTH
    signals.fire(LockReason.SUSPENDED)

    keys.wait(lambda: delay.held == frozenset())
    assert program.work is None


def test_who_lets_sleep_not_lock_does_not_hold_it_up(program, keys, at_work, delay):
    control = program.control
    settings = control.settings

    control.change(type(settings)(off=frozenset({LockReason.SUSPENDED})))
    assert delay.held == {LockReason.SHUT_DOWN}
    control.change(settings)
    assert delay.held == BOTH

    program.lock(LockReason.ASKED)
    keys.wait(lambda: delay.held == frozenset())
    control.change(settings)
    assert delay.held == frozenset()
