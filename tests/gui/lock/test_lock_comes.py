"""The lock as a person lives with it (F14): it comes whatever runs, and leaves nothing behind."""

import threading
import time
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from tests.gui import walks
from tests.gui.locks import MARKER, count_of_keys, is_left, kept_words, unlock
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    SHIFT,
    shown_words,
    unlocked,
)

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.bootstrap.backups import back_up
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.lock_reason import (
    ENDS_SHIFT,
    SWITCHABLE,
    LockReason,
)

# ---- nothing is left ----------------------------------------------------------------------------


@pytest.mark.promise("P13")
@pytest.mark.threat("T2")
def test_after_a_lock_no_key_no_widget_and_no_word_is_left_in_live_objects(
    program, keys, interview, signals, tmp_path
):
    frame = weakref.ref(program.work.frame)
    signals.fire(LockReason.SUSPENDED)

    keys.wait_for_words("Locked because the computer went to sleep.")
    keys.wait(program._closed.done)
    keys.wait(lambda: count_of_keys() == 0)
    assert frame() is None
    assert is_left(MARKER) == []
    program.close()
    assert MARKER in kept_words(tmp_path)


@pytest.mark.promise("P13")
@pytest.mark.threat("T2")
@pytest.mark.parametrize("reason", sorted(SWITCHABLE | ENDS_SHIFT))
def test_every_signal_locks_and_says_why(program, keys, at_work, signals, reason):
    signals.fire(reason)

    assert program.work is None
    assert program.window.windowTitle() == "Notes - locked"
    keys.wait_for_words("Locked ")
    assert len(shown_words(program.window).split("Locked ")) == 2


# ---- whatever runs ------------------------------------------------------------------------------


class Held:
    """A job that stands still until it is let go."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, *_anything: object) -> None:
        self.begun.set()
        self.may_end.wait(20)


@pytest.mark.promise("P6")
@pytest.mark.promise("P13")
def test_words_are_kept_and_the_database_closes_while_the_thread_of_commands_hangs(
    program, keys, interview, tmp_path
):
    """The writer is free but the signing hangs: the draft was kept first, and is all there is."""
    vault, held = program.work.vault, Held()
    handle = vault.handle

    def slow_to_sign(command):
        if isinstance(command, SaveAnswers):
            held()
        return handle(command)

    vault.handle = slow_to_sign
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait(held.begun.is_set)
    keys.wait(program._closed.done)
    with pytest.raises(EnvironmentFault, match=r"storage\.closed"):
        vault.database.read(lambda _: None)

    held.may_end.set()
    program.close()
    assert MARKER in kept_words(tmp_path)


@pytest.mark.promise("P13")
def test_a_lock_ends_a_search_that_runs(program, keys, at_work):
    """A statement that would run for minutes, as a search over everything might."""
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    begun = threading.Event()

    def search(connection):
        begun.set()
        return connection.execute(endless).fetchone()

    searching = program.work.vault.database.read(search)
    keys.wait(begun.is_set)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait(program._closed.done)
    with pytest.raises(EnvironmentFault, match=r"storage\.interrupted"):
        searching.result(10)
    assert program._closed.exception() is None


@pytest.mark.promise("P13")
@pytest.mark.promise("P2")
def test_a_lock_lets_the_batch_of_an_import_end_and_takes_no_further_one(program, keys, at_work):
    vault, done, begun = program.work.vault, [], threading.Event()

    def batches() -> None:
        try:
            for number in range(10_000):
                vault.work.exchange(lambda unit, _connection, n=number: one(n))
        except EnvironmentFault as fault:
            done.append(fault.code)

    def one(number: int) -> None:
        begun.set()
        time.sleep(0.02)
        done.append(number)

    importing = threading.Thread(target=batches)
    importing.start()
    keys.wait(begun.is_set)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait(program._closed.done)
    importing.join(10)
    assert not importing.is_alive()
    assert done[-1] == "storage.closed"
    assert done[:-1] == list(range(len(done) - 1))


class StopWhenLocked:
    """A stop flag that a backup meets in its middle, and that only the lock sets."""

    def __init__(self) -> None:
        self.met, self._set = threading.Event(), threading.Event()

    def is_set(self) -> bool:
        self.met.set()
        return self._set.wait(20)

    def set(self) -> None:
        self._set.set()


@pytest.mark.promise("P13")
def test_a_lock_ends_a_backup_that_runs_and_leaves_no_half_of_it(program, keys, at_work, tmp_path):
    """On demand, to a folder of its own: the window makes the daily one by itself."""
    vault, stop, ended = program.work.vault, StopWhenLocked(), []
    vault.at_close(stop.set)
    stick = tmp_path / "stick"
    stick.mkdir()

    def copy() -> None:
        try:
            ended.append(back_up(vault, stick, stop=stop))
        except EnvironmentFault as fault:
            ended.append(fault.code)

    copying = threading.Thread(target=copy)
    copying.start()
    keys.wait(stop.met.is_set)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait(program._closed.done)
    copying.join(20)
    assert program._closed.exception() is None
    assert len(ended) == 1
    assert isinstance(ended[0], str), "the backup was made although it was told to stop"
    assert list(stick.iterdir()) == []


@pytest.mark.promise("P6")
@pytest.mark.promise("P13")
def test_a_full_disk_keeps_no_window_open(program, keys, interview, monkeypatch):
    def full(_command):
        raise EnvironmentFault("storage.full")

    monkeypatch.setattr(program.work.vault, "handle", full)
    database = program.work.vault.database
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait(program._closed.done)
    assert program._closed.exception() is None
    with pytest.raises(EnvironmentFault, match=r"storage\.closed"):
        database.read(lambda _: None)


@pytest.mark.promise("P13")
def test_a_signal_during_an_unlocking_throws_the_unlocking_away(program, keys, signals, qtbot):
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    signals.fire(LockReason.SCREEN_LOCKED)
    waiting = program._threads.in_order(lambda: None)
    keys.wait(waiting.done)
    qtbot.wait(50)

    assert program.work is None
    assert "Locked because the screen was locked." in shown_words(program.window)
    keys.wait(lambda: count_of_keys() == 0)
    unlock(program, keys, PASSPHRASE)


def test_open_dialogs_close_at_the_lock(program, keys, at_work, qtbot):
    dialog = QDialog(program.work.frame)
    dialog.setWindowTitle(MARKER)
    dialog.open()
    program.lock(LockReason.ASKED)
    QApplication.processEvents()

    titles = {one.windowTitle() for one in QApplication.topLevelWidgets() if one.isVisible()}
    assert titles == {"Notes - locked"}


@pytest.mark.promise("P6")
def test_a_draft_is_there_after_unlocking_also_when_nothing_could_be_signed(
    program, keys, interview, tmp_path, monkeypatch
):
    vault = program.work.vault
    handle = vault.handle

    def unsigned(command):
        if isinstance(command, SaveAnswers):
            raise EnvironmentFault("storage.medium")
        return handle(command)

    monkeypatch.setattr(vault, "handle", unsigned)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")
    program.close()

    opened = unlocked(tmp_path)
    try:
        drafts = opened.reader.drafts(opened.context.user)
        assert [row[2] for draft in drafts for row in draft.fields] == [MARKER]
    finally:
        opened.close()


# ---- neutral ------------------------------------------------------------------------------------


@pytest.mark.threat("T11")
def test_nothing_on_the_locked_screen_and_around_it_says_a_word_of_a_case(program, keys, interview):
    code = program.work.main._case.code
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because")

    said = [program.window.windowTitle(), program.window.windowIconText()]
    for widget in program.window.findChildren(QWidget):
        said += [
            walks.name_of(widget),
            widget.accessibleDescription(),
            widget.toolTip(),
            widget.windowTitle(),
            walks.words_of(widget),
        ]
    assert [words for words in said if MARKER in words or code in words or "case" in words] == []
    assert QApplication.applicationName() == "notes"
