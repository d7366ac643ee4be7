"""The lock as a person lives with it (F14): it comes whatever runs, and leaves nothing behind."""

import gc
import sys
import threading
import time
import traceback
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from tests.fakes.lock_signals import FakeSignals
from tests.gui import walks
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    SHIFT,
    Keys,
    prepare_vault,
    shell_of,
    shown_words,
    start,
    unlocked,
)

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.backups import daily_backup_if_due
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.lock_settings import read_lock_settings, write_lock_settings
from nrm_desktop.bootstrap.shell import header_facts
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slot_locks import SlotSeeds
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage.vault_database import VaultDatabase
from nrm_desktop.ui.presenters.lock_reason import (
    ENDS_SHIFT,
    SWITCHABLE,
    LockReason,
    LockSettings,
)
from nrm_desktop.ui.presenters.main import PlaceId

MARKER = "Quillsworth-4711"
CODE = "420917"
OF_A_VAULT = (OpenVault, VaultDatabase, Unlocked, VaultKeys, SlotSeeds, SignerKeys, DeviceKeys)


@pytest.fixture
def faults():
    found: list[BaseException] = []
    before = sys.excepthook
    yield found
    sys.excepthook = before
    assert found == [], "".join(traceback.format_exception(found[0]))


@pytest.fixture
def signals():
    return FakeSignals()


@pytest.fixture
def program(tmp_path, qtbot, faults, shipped_fonts, signals):
    prepare_vault(tmp_path)
    made = start(tmp_path, faults, [signals])
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


@pytest.fixture
def at_work(program, keys):
    """Somebody has unlocked. Gives nothing: a fixture would hold it after the lock."""
    unlock(program, keys, PASSPHRASE)


def unlock(program, keys, typed: str) -> None:
    keys.type(typed)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work is not None)
    keys.wait_for_words("New case")


@pytest.fixture
def interview(at_work, keys):
    """An interview in which a name is being typed."""
    keys.press(Qt.Key.Key_N, CTRL)
    keys.wait_for_words("Open the case")
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("Setting and language")
    keys.tab_to_question("Own reference sent to an authority")
    keys.type(MARKER)


def is_left(marker: str) -> list[str]:
    """Texts in live objects that hold the marker, with what holds them."""
    found = []
    for holder in gc.get_objects():
        if type(holder).__name__ == "cell" or holder is globals():
            continue  # the variables of this very test
        for held in gc.get_referents(holder):
            place = str(held).find(marker) if type(held) in (str, bytes) else -1
            if place >= 0:
                near = str(held)[max(0, place - 60) : place + 60]
                found.append(f"{type(holder).__name__}: {near}")
    return found


def count_of_keys() -> int:
    gc.collect()
    return sum(isinstance(one, OF_A_VAULT) for one in gc.get_objects())


def kept_words(folder) -> list[object]:
    """What a case holds: signed values, and words of drafts."""
    vault = unlocked(folder)
    try:
        row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[0]
        view = vault.reader.case(row.scope, vault.sight)
        drafts = vault.reader.drafts(vault.context.user)
        signed = [cell.acting.answer.value for cell in view.cells]
        return signed + [field[2] for draft in drafts for field in draft.fields]
    finally:
        vault.close()


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
    vault, stop, ended = program.work.vault, StopWhenLocked(), []
    vault.at_close(stop.set)

    def back_up() -> None:
        try:
            ended.append(daily_backup_if_due(vault, stop))
        except EnvironmentFault as fault:
            ended.append(fault.code)

    copying = threading.Thread(target=back_up)
    copying.start()
    keys.wait(stop.met.is_set)
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait(program._closed.done)
    copying.join(20)
    assert program._closed.exception() is None
    assert len(ended) == 1
    assert isinstance(ended[0], str), "the backup was made although it was told to stop"
    assert list(tmp_path.rglob("manifest*")) == []


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
