"""The whole story with the keyboard alone: key events only, a real vault, real files."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.gui.window import (
    CTRL,
    OFFICE,
    PASSPHRASE,
    SHIFT,
    Keys,
    prepare_vault,
    start,
    unlocked,
)

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.storage.access_log import audit_rows

MOST_KEYS = 600
"""May only fall (ux.md section 5)."""


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


@pytest.mark.rule("R21")
@pytest.mark.rule("R26")
def test_a_person_with_a_keyboard_alone_gets_from_the_lock_to_the_stick_and_back(
    tmp_path, program, keys
):
    stick, shared = tmp_path / "stick", tmp_path / "shared"
    stick.mkdir()
    shared.mkdir()

    unlock(keys)
    open_a_case(keys)
    answer_the_interview(keys)
    ask_for_consent(keys)
    write_the_referral(keys, stick)
    exchange(keys, shared)
    lock(program, keys)

    assert [path.suffix for path in stick.iterdir()] == [".pdf"]
    assert any(path.is_file() for path in shared.rglob("*"))
    assert keys.pressed <= MOST_KEYS, keys.pressed
    what_the_vault_holds(tmp_path)


def unlock(keys):
    keys.wait_for_words("Passphrase")
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


def open_a_case(keys):
    keys.press(Qt.Key.Key_N, CTRL)
    keys.wait_for_words("Open the case")
    keys.press(Qt.Key.Key_Right)  # from "Yes" to "No": an adult
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("Setting and language")


def answer_the_interview(keys):
    keys.tab_to_question("Kind of place")
    keys.type("Shelter")
    keys.press(Qt.Key.Key_Tab)
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.wait_for_words("In danger now")
    keys.tab_to_question("In danger now")
    keys.press(Qt.Key.Key_Space)  # yes
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.wait_for_words("What was explained")
    keys.tab_to_question("What was explained")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Does the person agree to talk?")
    keys.tab_to_question("Does the person agree to talk?")
    keys.press(Qt.Key.Key_Space)  # yes
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.tab_to_question("Given name(s)")
    keys.type("Amina")
    keys.wait_for_words("draft kept")
    keys.press(Qt.Key.Key_PageDown, CTRL)
    keys.tab_to_question("How it began")
    keys.type("A job in a kitchen")


def ask_for_consent(keys):
    keys.go_to_place("Consent")
    keys.wait_for_words("What the person answers")
    keys.tab_to("Recipient")
    keys.wait_for_entry(OFFICE)
    keys.press(Qt.Key.Key_Down)
    keys.tab_to("Add a row")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words(OFFICE)
    keys.press(Qt.Key.Key_1)
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("answers are saved")


def write_the_referral(keys, stick):
    keys.go_to_place("Referral")
    keys.wait_for_words("To whom, and what for")
    keys.tab_to("Recipient")
    keys.wait_for_entry(OFFICE)
    keys.press(Qt.Key.Key_Down)
    keys.wait_for_words("What would go")
    keys.tab_to("Password for the file")
    keys.type("blue lamp 42 door")
    keys.tab_to("Folder, like that of a stick")
    keys.type(str(stick))
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("read back and recorded")


def exchange(keys, shared):
    keys.press(Qt.Key.Key_2, CTRL)
    keys.wait_for_words("Exchange now")
    keys.type(str(shared))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("own changes were put there")


def lock(program, keys):
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")
    assert program.window.windowTitle() == "Notes - locked"
    program.close()


def what_the_vault_holds(folder):
    vault = unlocked(folder)
    try:
        row = vault.reader.cases(CaseFilter(), 10, None, vault.sight).rows[0]
        view = vault.reader.case(row.scope, vault.sight)
        said = {cell.field: cell.acting.answer.value for cell in view.cells}
        sent = vault.reader.referrals(row.scope, vault.sight)
        assert said["screening.given_name"] == "Amina"
        assert said["screening.how_started"] == "A job in a kitchen"
        assert said["screening.place_type"] == "shelter"
        assert said["screening.danger_now"] is True
        assert row.consents.agreed > 0
        assert [each.state for each in sent] == ["sent"]
        assert not vault.reader.drafts(vault.context.user)
        acts = {each.did.act for each in vault.database.read(audit_rows).result()}
        assert {"case.open", "case.show", "consent.record", "referral.issue"} <= acts
    finally:
        vault.close()
