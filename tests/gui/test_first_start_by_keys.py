"""From an empty folder to a second laptop, by key events alone: real vaults, real files.

Begin; write the sheet; lock; forget the passphrase; come back by the sheet; save to a stick;
restore from it elsewhere; give that laptop its own identity.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui.window import CTRL, SHIFT, Keys, shell_of, shown_words, start

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import user_signs
from nrm_desktop.ui.views.way_back import WayBackPage
from nrm_desktop.ui.widgets.plain_label import PlainLabel

OLD = "nine calm boats under the bridge"
NEW = "four green doors behind the mill"


@pytest.fixture
def begin(qtbot, faults, shipped_fonts):
    """Start the program on a folder, with somebody at its keyboard; it ends with the test."""
    made = []

    def run(folder):
        folder.mkdir(exist_ok=True)
        program = start(folder, faults)
        made.append(program)
        qtbot.waitUntil(lambda: QApplication.activeWindow() is program.window)
        return program, Keys(qtbot, lambda: program.window)

    yield run
    for program in made:
        program.window.close()
        program.window.deleteLater()


@pytest.mark.promise("P11")
@pytest.mark.promise("P10")
def test_somebody_begins_comes_back_by_the_sheet_and_restores_elsewhere(tmp_path, begin):
    stick = tmp_path / "stick"
    stick.mkdir()
    program, keys = begin(tmp_path / "first")

    found_the_safe(keys)
    sheet = write_the_sheet(program, keys)
    lock(keys)
    come_back(keys, sheet)
    unlock(keys, NEW)
    save(keys, stick)
    program.window.close()

    restored, other = begin(tmp_path / "second")
    restore(other, stick)
    unlock(other, NEW)
    take_an_identity(other)
    unlock(other, NEW)
    restored.window.close()

    assert [path.name[:2] for path in stick.iterdir()] == ["b-"]
    assert ids(tmp_path / "first") != ids(tmp_path / "second")


def found_the_safe(keys):
    keys.wait_for_words("Nothing is set up here yet")
    keys.tab_to("Begin")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Name of your organisation")
    keys.tab_to("Name of your organisation")
    keys.type("Harbour Aid")
    keys.tab_to("Your badge")
    keys.type("P-01")
    keys.wait_to_tab_to("Leads an office and takes cases in")
    keys.tab_to("New passphrase")
    keys.type(OLD)
    keys.tab_to("The same passphrase again")
    keys.type(OLD)
    keys.press(Qt.Key.Key_Return)


def write_the_sheet(program, keys):
    """What somebody with a pen has on paper afterwards."""
    keys.wait_for_words("I have written them down")
    page = program.window.findChild(WayBackPage)
    shown = [label.text() for label in page.findChildren(PlainLabel) if ".  " in label.text()]
    sheet = [text.partition(".  ")[2] for text in shown]
    assert len(sheet) == 14

    keys.tab_to("I have written them down")
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    words = shown_words(program.window)
    assert not any(group in words for group in sheet), "a group stays on the screen"
    for _ in range(2):
        number = int(keys.focused().accessibleName().split()[-1])
        keys.type(sheet[number - 1].lower())
        keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The way back is set up.")
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")
    return sheet


def lock(keys):
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")


def come_back(keys, sheet):
    keys.wait_for_words("Passphrase forgotten")
    keys.tab_to("Passphrase forgotten")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Type the 14 groups of the sheet.")
    for group in [*sheet[:4], "0000", *sheet[5:]]:
        keys.type(group.lower())  # the fourth character leads on to the next group
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("This code cannot be right.")
    keys.tab_to("Group 5")
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type(sheet[4])
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("Your new passphrase")
    keys.tab_to("New passphrase")
    keys.type(NEW)
    keys.tab_to("The same passphrase again")
    keys.type(NEW)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("P-01 has a new passphrase.")
    keys.press(Qt.Key.Key_Return)


def unlock(keys, passphrase):
    keys.wait_for_words("Unlock")
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    keys.type(passphrase)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


def save(keys, stick):
    keys.press(Qt.Key.Key_5, CTRL)
    keys.wait_for_words("There is a way back")
    keys.tab_to("Folder for the backup")
    keys.type(str(stick))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The backup is made and was read back.")


def restore(keys, stick):
    keys.wait_for_words("Nothing is set up here yet")
    keys.tab_to("Restore")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Passphrase of that day")
    keys.tab_to("Folder with the backup")
    keys.type(str(stick))
    keys.tab_to("Passphrase of that day")
    keys.type(OLD)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The safe did not open.")
    keys.tab_to("Passphrase of that day")
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type(NEW)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("0 cases, with files.")
    keys.tab_to("Restore this one")
    keys.press(Qt.Key.Key_Space)


def take_an_identity(keys):
    keys.wait_for_words("Nothing can be saved before this laptop has a new identity.")
    keys.press(Qt.Key.Key_5, CTRL)
    keys.wait_for_words("Make the new identity")
    keys.tab_to("Make the new identity")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Locked because you asked for it.")


def ids(folder):
    vault = open_vault(shell_of(folder), NEW, user_signs(shell_of(folder))[0])
    try:
        return vault.session.safe.device.id
    finally:
        vault.close()
