"""Screens without an open safe, in every look: first start, restoring, a forgotten passphrase."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui import walks
from tests.gui.test_screens import LOOKS
from tests.gui.window import Keys, prepare_vault, shown_words, start

import nrm_desktop.bootstrap.window as window_module
from nrm_desktop.bootstrap.window_settings import write_settings
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.views.first_start import FirstStartPage
from nrm_desktop.ui.views.forgotten import ForgottenPage
from nrm_desktop.ui.widgets.button import Button


@pytest.fixture(params=LOOKS, ids=LOOKS)
def begin(request, tmp_path, qtbot, qapp, faults, shipped_fonts, monkeypatch):
    """Start the program in one look, on an empty folder or on one with a vault."""
    settings, size, say = LOOKS[request.param]
    if say is not None:
        monkeypatch.setattr(window_module, "load_translator", lambda *_, **__: say)
    write_settings(tmp_path, settings)
    made = []

    def run(*, is_empty: bool):
        if not is_empty:
            prepare_vault(tmp_path)
        program = start(tmp_path, faults)
        program.window.resize(*size)
        qtbot.waitUntil(lambda: QApplication.activeWindow() is program.window)
        made.append(program)
        return program, Keys(qtbot, lambda: program.window)

    yield run
    for program in made:
        program.window.close()
        program.window.deleteLater()


def press_button(keys, words: str) -> None:
    keys.tab_to(words)
    keys.press(Qt.Key.Key_Space)


def test_the_first_start_can_be_read_heard_and_reached(begin):
    program, keys = begin(is_empty=True)
    keys.wait(lambda: program.window.findChild(FirstStartPage))
    page, say = program.window.findChild(FirstStartPage), program.kit.say
    keys.wait(lambda: isinstance(keys.focused(), Button))
    walks.look_at(program, "three ways")

    press_button(keys, say("Begin"))
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    walks.look_at(program, "begin")
    page.show_banners((BannerSpec(say("Choose what you do."), Tone.WARN),))
    page.show_busy(say("Making the safe … this takes a few seconds."))
    page.show_busy("")
    walks.look_at(program, "begin, with something missing")

    press_button(keys, say("Back"))
    press_button(keys, say("Join"))
    walks.look_at(program, "join")
    press_button(keys, say("Back"))
    press_button(keys, say("Restore"))
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    walks.look_at(program, "restore")
    words = "Made 23 Nov 2026, 14:02. Last entry 23 Nov 2026, 13:58. 12 cases, with files."
    page.show_backups((Choice("a", words), Choice("b", words)))
    walks.look_at(program, "two backups side by side")


def test_a_forgotten_passphrase_can_be_put_right_by_keyboard_in_every_look(begin):
    program, keys = begin(is_empty=False)
    say = program.kit.say
    keys.wait(lambda: say("Passphrase forgotten") in shown_words(program.window))
    press_button(keys, say("Passphrase forgotten"))
    keys.wait(lambda: program.window.findChild(ForgottenPage))
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    walks.look_at(program, "the groups")
    page = program.window.findChild(ForgottenPage)
    page.show_problem(say("Group {number} is still empty.", number=3), 3)
    walks.look_at(program, "a group is wrong")
    page.show_problem("", 0)
    page.ask_passphrase()
    walks.look_at(program, "a new passphrase")
    page.show_done(say("The sheet is at hand. Put it back where it was."))
    walks.look_at(program, "back again")
