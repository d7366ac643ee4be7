"""The window as a whole: locking tears everything down, and nothing slow runs in its thread."""

import gc
import sys
import threading
import time
import traceback
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    SHIFT,
    Keys,
    prepare_vault,
    shown_words,
    start,
    unlocked,
)

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.window_settings import WindowSettings, read_settings, write_settings
from nrm_desktop.domain.errors import Locked, Usage
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.main import PlaceId
from nrm_desktop.ui.presenters.unlock import LockReason
from nrm_desktop.ui.widgets.look import Scheme

MARKER = "Quillsworth-4711"


@pytest.fixture
def faults():
    found: list[BaseException] = []
    before = sys.excepthook
    yield found
    sys.excepthook = before
    assert found == [], "".join(traceback.format_exception(found[0]))


@pytest.fixture
def program(tmp_path, qtbot, faults, shipped_fonts):
    prepare_vault(tmp_path)
    made = start(tmp_path, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


@pytest.fixture
def interview(program, keys):
    """An interview in which a name is being typed."""
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")
    keys.press(Qt.Key.Key_N, CTRL)
    keys.wait_for_words("Open the case")
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("Setting and language")
    keys.tab_to_question("Own reference sent to an authority")
    keys.type(MARKER)


def texts_of_all_widgets() -> str:
    found = []
    for widget in QApplication.allWidgets():
        if isinstance(widget, QLineEdit):
            found.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            found.append(widget.toPlainText())
    return "\n".join(found)


@pytest.mark.usefixtures("interview")
def test_the_lock_signs_what_is_in_hand_and_leaves_nothing_behind(program, keys, tmp_path):
    vault = weakref.ref(program.work.vault)
    frame = weakref.ref(program.work.frame)

    keys.press(Qt.Key.Key_L, CTRL | SHIFT)

    keys.wait_for_words("Locked because you asked for it.")
    assert program.window.windowTitle() == "Notes - locked"
    assert program.work is None
    keys.wait(lambda: (gc.collect(), vault() is None and frame() is None)[1])
    assert MARKER not in texts_of_all_widgets()
    program.close()
    opened = unlocked(tmp_path)
    try:
        row = opened.reader.cases(CaseFilter(), 5, None, opened.sight).rows[0]
        view = opened.reader.case(row.scope, opened.sight)
        assert MARKER in [cell.acting.answer.value for cell in view.cells]
    finally:
        opened.close()


@pytest.mark.usefixtures("interview")
def test_escape_twice_locks_and_minimises_and_once_does_nothing(program, keys):
    keys.press(Qt.Key.Key_Escape)
    assert program.work is not None

    keys.press(Qt.Key.Key_Escape)
    keys.wait_for_words("Locked at once.")
    assert program.window.isMinimized()


@pytest.mark.usefixtures("interview")
def test_the_same_safe_opens_again_after_the_lock(program, keys):
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because")
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)

    keys.wait_for_words("New case")
    assert program.window.windowTitle() == "Notes"


def test_a_wrong_passphrase_says_what_helps_and_the_next_one_opens(program, keys):
    keys.type("seven quiet lamps by the lake")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: "passphrase" in shown_words(program.window).split("Passphrase", 1)[1])

    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


@pytest.mark.parametrize("language", ["uk", "ar", "bg"])
def test_a_refusal_is_told_in_the_language_of_the_window_locked_and_open(
    tmp_path, qtbot, faults, shipped_fonts, language
):
    prepare_vault(tmp_path)
    write_settings(tmp_path, WindowSettings(language))
    program = start(tmp_path, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is program.window)
    keys = Keys(qtbot, lambda: program.window)
    told = ErrorTexts(resource_root(), language).explain
    too_little = Usage("usage.search_text", terms=8, characters=200, term_characters=64)

    keys.type("seven quiet lamps by the lake")
    keys.press(Qt.Key.Key_Return)
    for words in told(Locked()):
        keys.wait_for_words(words)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words(program.kit.say("New case"))
    keys.go_to_place(program.kit.say("Search"))
    keys.wait_to_tab_to(program.kit.say("Code, name or words"))
    keys.type("!!")
    keys.wait_for_words(" ".join(told(too_little)))

    program.window.close()
    program.window.deleteLater()


def test_an_unlocking_that_comes_after_a_lock_is_thrown_away(program, keys, qtbot):
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    program.lock(LockReason.SLEPT)
    qtbot.wait(1500)

    assert program.work is None
    assert program.window.windowTitle() == "Notes - locked"
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


def test_a_title_never_says_what_the_program_is_for(program, keys):
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")

    titles = {widget.windowTitle() for widget in QApplication.topLevelWidgets()}
    assert titles - {""} == {"Notes"}


def test_another_look_is_chosen_while_locked_and_kept(program, tmp_path, keys):
    keys.tab_to("Colours")
    keys.press(Qt.Key.Key_Down, times=2)

    keys.wait(lambda: program.kit.look.scheme is Scheme.DARK)
    assert read_settings(tmp_path, resource_root()).scheme == "dark"


def test_settings_that_nobody_can_read_are_the_defaults(tmp_path):
    (tmp_path / "window.json").write_text('{"language": "xx", "scale": "big"}', encoding="utf-8")
    assert read_settings(tmp_path, resource_root()) == WindowSettings()

    write_settings(tmp_path / "missing", WindowSettings())
    assert read_settings(tmp_path / "missing", resource_root()) == WindowSettings()


def test_a_language_added_to_the_resources_alone_is_offered_by_its_own_name_and_kept(tmp_path):
    texts = tmp_path / "texts"
    for name in ("el/ui.po", "el/documents.po", "errors/el.toml", "sq/ui.po"):
        (texts / name).parent.mkdir(parents=True, exist_ok=True)
        (texts / name).touch()
    languages = WindowSettings().lists(load_translator(texts, "en"), tmp_path)[0].choices

    assert [(one.code, one.label) for one in languages] == [("en", "English"), ("el", "Ελληνικά")]
    write_settings(tmp_path, WindowSettings("el"))
    assert read_settings(tmp_path, tmp_path).language == "el"
    assert read_settings(tmp_path, resource_root()).language == "en", "not spoken there"


@pytest.mark.usefixtures("interview")
def test_a_long_day_of_going_to_and_fro_ends_as_it_began(program, keys):
    """Pages are built and torn down again and again, faster than Qt deletes them."""
    main = program.work.main
    for number in range(12):
        for place in (PlaceId.CONSENT, PlaceId.INTERVIEW, PlaceId.REFERRAL, PlaceId.EXCHANGE):
            main.open(place)
            keys.press(Qt.Key.Key_Tab)
        if number % 4 == 0:
            keys.wait(lambda: QApplication.focusWidget() is not None)

    main.open(PlaceId.CASES)
    keys.wait_for_words("New case")


@pytest.mark.usefixtures("interview")
def test_nothing_that_is_slow_runs_on_the_thread_of_the_window(program, keys, monkeypatch):
    """A saving that takes long holds nobody up: keys go on being taken."""
    vault, started, end = program.work.vault, threading.Event(), threading.Event()
    handle = vault.handle

    def slow(command):
        started.set()
        end.wait(5)
        return handle(command)

    monkeypatch.setattr(vault, "handle", slow)
    begin = time.monotonic()
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.wait(started.is_set)
    keys.wait_for_words("In danger now")
    assert threading.current_thread() is threading.main_thread()
    end.set()
    assert time.monotonic() - begin < 5, "the page changed while the saving still ran"
    keys.press(Qt.Key.Key_PageUp, CTRL)
    keys.wait_for_words("Own reference")


def test_words_of_a_draft_come_back_after_the_window_was_killed(program, keys, interview, tmp_path):
    keys.press(Qt.Key.Key_Tab)  # leaving the question keeps the draft
    keys.wait_for_words("draft kept")
    program.work.vault.close()  # as if the power was cut: nothing was signed
    program.work.main.leave = lambda: None

    opened = unlocked(tmp_path)
    try:
        drafts = opened.reader.drafts(opened.context.user)
        assert [row[2] for draft in drafts for row in draft.fields] == [MARKER]
    finally:
        opened.close()
