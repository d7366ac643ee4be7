"""Two people on one laptop, by key events alone: added, at work, and removed again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui.window import CTRL, PASSPHRASE, SHIFT, Keys, prepare_vault, shell_of, start

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import user_signs
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.widgets.answer_state import StateButton

OTHERS = "four green doors behind the mill"


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


@pytest.mark.promise("P12")
@pytest.mark.threat("T22")
def test_a_second_person_is_added_works_and_is_removed(tmp_path, program, keys):
    stick = tmp_path / "stick"
    stick.mkdir()
    first = user_signs(shell_of(tmp_path))[0]

    unlock(keys, PASSPHRASE)
    add_somebody(keys)
    lock(keys)
    second = next(sign for sign in user_signs(shell_of(tmp_path)) if sign != first)

    unlock(keys, OTHERS, second)
    assert program.work.vault.context.badge == "P-02"
    save(keys, stick)
    lock(keys)

    unlock(keys, PASSPHRASE, first)
    remove_somebody(keys)
    unlock(keys, PASSPHRASE)
    program.window.close()

    assert [path.name[:2] for path in stick.iterdir()] == ["b-"]
    assert user_signs(shell_of(tmp_path)) == (first,)
    with pytest.raises(NrmError):
        open_vault(shell_of(tmp_path), OTHERS, first).close()


def unlock(keys, passphrase, sign=""):
    keys.wait_for_words("Unlock")
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    if sign:
        keys.wait_for_words("Your sign")
        keys.wait_for_words(sign.replace("-", " "))
        keys.press(Qt.Key.Key_Tab, SHIFT)  # from the passphrase to the signs
        keys.wait(lambda: isinstance(keys.focused(), StateButton))
        if keys.focused().text() != sign.replace("-", " "):
            keys.press(Qt.Key.Key_Right)
        assert keys.focused().text() == sign.replace("-", " ")
        keys.press(Qt.Key.Key_Space)
        keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    keys.type(passphrase)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


def lock(keys):
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")


def see_people(keys):
    keys.press(Qt.Key.Key_5, CTRL)
    keys.wait_for_words("People and passphrases")
    keys.tab_to("People of this laptop")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("This is you.")


def add_somebody(keys):
    see_people(keys)
    keys.tab_to("Badge of the new person")
    keys.type("P-02")
    keys.press(Qt.Key.Key_Tab)
    keys.wait_for_entry("Leads cases")
    role = keys.focused()
    assert role.code() == "", "a role is chosen, never slipped into"
    while role.code() != "case_manager":
        keys.press(Qt.Key.Key_Down)
    keys.tab_to("New passphrase")
    keys.type(OTHERS)
    keys.tab_to("The same passphrase again")
    keys.type(OTHERS)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("One person more.")


def save(keys, stick):
    keys.press(Qt.Key.Key_5, CTRL)
    keys.wait_for_words("People and passphrases")
    keys.tab_to("Folder for the backup")
    keys.type(str(stick))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The backup is made and was read back.")


def remove_somebody(keys):
    see_people(keys)
    keys.tab_to("Remove P-02")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Type the badge, to be sure")
    keys.type("P-02")
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("P-02 can no longer unlock here.")
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("Locked for the next person.")
