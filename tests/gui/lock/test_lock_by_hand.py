"""The shift code, the buttons of the lock, and its settings."""

import pytest
from PySide6.QtCore import Qt
from tests.gui.locks import CODE, count_of_keys, unlock
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    SHIFT,
    shell_of,
    shown_words,
    unlocked,
)

from nrm_desktop.bootstrap.lock_settings import read_lock_settings, write_lock_settings
from nrm_desktop.bootstrap.shell import header_facts
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.lock_reason import (
    ENDS_SHIFT,
    LockReason,
    LockSettings,
)
from nrm_desktop.ui.presenters.main import PlaceId

# ---- shift code ---------------------------------------------------------------------------------


@pytest.fixture
def shift(program, keys, at_work):
    """A shift code set on the page about locking, by keys alone."""
    program.work.main.open(PlaceId.LOCKING)
    keys.tab_to("Six digits")
    keys.type(CODE)
    keys.tab_to("The same digits again")
    keys.type(CODE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("A shift code is set.")
    return program


@pytest.mark.promise("P13")
def test_a_lock_under_a_shift_code_closes_and_drops_all_the_same_and_the_code_opens(shift, keys):
    database = shift.work.vault.database
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Shift code, six digits")
    keys.wait(shift._closed.done)
    with pytest.raises(EnvironmentFault):
        database.read(lambda _: None)
    del database
    keys.wait(lambda: count_of_keys() == 0)

    unlock(shift, keys, CODE)
    assert shift.window.windowTitle() == "Notes"


@pytest.mark.threat("T21")
@pytest.mark.threat("T2")
@pytest.mark.parametrize("reason", sorted(ENDS_SHIFT))
def test_what_ends_a_shift_ends_it_open_or_locked(shift, keys, signals, reason):
    shift.lock(LockReason.ASKED)
    keys.wait_for_words("Shift code, six digits")

    shift.control.signalled(reason)
    keys.wait(lambda: "Shift code" not in shown_words(shift.window))
    assert not shift.has_shift(header_facts(shift._shell()).signs[0])


@pytest.mark.threat("T21")
def test_idling_and_a_locked_screen_leave_the_shift_as_it_is(shift, keys, signals):
    signals.fire(LockReason.SCREEN_LOCKED)
    keys.wait_for_words("Shift code, six digits")

    assert "Locked because the screen was locked." in shown_words(shift.window)


@pytest.mark.threat("T21")
def test_three_wrong_codes_lead_to_the_passphrase_and_the_code_opens_no_more(shift, keys):
    shift.lock(LockReason.ASKED)
    keys.wait_for_words("Shift code, six digits")
    for words in ("left: 2", "left: 1", "has ended"):
        keys.wait(lambda: not keys.focused().isReadOnly())
        keys.type("000001")
        keys.press(Qt.Key.Key_Return)
        keys.wait_for_words(words)
    keys.wait_for_words("Passphrase")

    keys.type(CODE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The safe did not open.")
    assert shift.work is None
    unlock(shift, keys, PASSPHRASE)


@pytest.mark.promise("P3")
def test_a_shift_code_is_in_no_file_and_no_log(shift, keys, tmp_path, caplog):
    shift.lock(LockReason.ASKED)
    keys.wait_for_words("Shift code, six digits")
    unlock(shift, keys, CODE)
    shift.close()

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CODE.encode() not in written
    assert CODE.encode("utf-16-le") not in written
    assert CODE not in caplog.text


def test_a_laptop_that_travels_has_no_shift_code(shift, keys):
    keys.tab_to("This laptop travels")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("This laptop travels, so there is no shift code")

    shift.lock(LockReason.ASKED)
    keys.wait_for_words("Passphrase")
    assert "Shift code" not in shown_words(shift.window)


# ---- buttons and settings -----------------------------------------------------------------------


@pytest.mark.threat("T2")
def test_the_panic_button_locks_fully_and_minimises(shift, keys):
    shift.work.main.open(PlaceId.CASES)
    keys.wait_for_words("New case")
    keys.tab_to("Lock at once and hide")
    keys.press(Qt.Key.Key_Space)

    assert shift.work is None
    assert shift.window.isMinimized()
    keys.wait(lambda: "Locked at once." in shown_words(shift.window))
    assert "Shift code" not in shown_words(shift.window)


def test_listening_is_offered_in_an_interview_alone_and_ends_with_it(program, keys, interview):
    keys.press(Qt.Key.Key_F6)  # from the page to the status line
    keys.tab_to("Listening")
    keys.press(Qt.Key.Key_Space)
    assert program.control.idle.is_listening
    keys.wait_for_words("Listening: stays open")

    program.work.main.open(PlaceId.CASES)
    keys.wait_for_words("New case")
    assert not program.control.idle.is_listening
    assert "Listening" not in shown_words(program.window)


def test_lock_and_end_closes_the_window_and_the_safe(program, keys, at_work, tmp_path):
    keys.press(Qt.Key.Key_Q, CTRL | SHIFT)

    assert not program.window.isVisible()
    assert program._threads.is_closed
    unlocked(tmp_path).close()


def test_a_closed_lid_ends_the_program_where_that_was_chosen(program, keys, at_work, signals):
    program.control.change(LockSettings(lid_ends=True))
    signals.fire(LockReason.LID_CLOSED)

    assert not program.window.isVisible()


def test_a_signal_that_was_switched_off_is_not_heeded_and_the_others_are(
    program, keys, at_work, signals, tmp_path
):
    program.work.main.open(PlaceId.LOCKING)
    keys.tab_to("when the screen saver comes on")
    keys.press(Qt.Key.Key_Space)
    signals.fire(LockReason.SCREEN_SAVER)
    assert program.work is not None
    assert read_lock_settings(tmp_path).off == {LockReason.SCREEN_SAVER}

    signals.fire(LockReason.SCREEN_LOCKED)
    assert program.work is None


@pytest.mark.parametrize(
    "content", ["", "[]", '{"idle_min": 31}', '{"idle_min": true}', '{"off": ["idle", "panic"]}']
)
def test_lock_settings_that_make_no_sense_are_the_safe_ones(tmp_path, content):
    (tmp_path / "locking.json").write_text(content, encoding="utf-8")

    assert read_lock_settings(tmp_path) == LockSettings()


def test_lock_settings_come_back_as_they_were(tmp_path):
    settings = LockSettings(30, frozenset({LockReason.LID_CLOSED}), travels=True, lid_ends=True)
    write_lock_settings(tmp_path, settings)
    assert read_lock_settings(tmp_path) == settings

    write_lock_settings(tmp_path / "missing", settings)
    assert read_lock_settings(tmp_path / "missing") == LockSettings()


def test_who_unlocks_next_needs_the_own_passphrase(shift, keys):
    """Switching users goes by the locked screen; the code stays with its sign."""
    sign = header_facts(shell_of(shift._opening.settings)).signs[0]
    shift.lock(LockReason.NEXT_PERSON)

    assert shift.has_shift(sign)
    assert not shift.has_shift("another-sign")
