"""Writing without unlocking, by keys alone, on a real vault (P27, T27, R33, R38)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTableView
from tests.gui import walks
from tests.gui.locks import MARKER
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    SHIFT,
    Keys,
    prepare_vault,
    readable,
    shell_of,
    shown_words,
    start,
    unlocked,
)
from tests.packs.sensitive import SENSITIVE

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.app.wire.limits import BOXES_WAITING
from nrm_desktop.bootstrap.intake import INTAKE_FILE, shift_key, waiting_boxes, write_box
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.sealing.intake import encode_intake, open_box
from nrm_desktop.storage.box_folder import BoxFolder
from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.views.quick_screen import QuickScreenPage
from nrm_desktop.ui.widgets.field_stack import FieldStack

MOST_KEYS = 25
"""For one quick screen, from the locked screen to "Sealed"; may only fall (forms.md l15)."""
SEALED = "Sealed. It can be read only after unlocking."


@pytest.fixture
def folder(tmp_path):
    prepare_vault(tmp_path)
    return tmp_path


@pytest.fixture
def program(folder, qtbot, faults, shipped_fonts):
    made = start(folder, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    made = Keys(qtbot, lambda: program.window)
    made.wait_for_words("Quick screen")
    return made


def boxes_of(folder):
    """All that was sealed, also what no role of the person who unlocks would read."""
    vault = unlocked(folder)
    try:
        folder, key = BoxFolder(SystemFiles(), vault.folder), shift_key(vault.session.safe)
        return [dict(open_box(key, folder.read(name)).answers) for name in folder.names()]
    finally:
        vault.close()


def begin(keys):
    keys.press(Qt.Key.Key_N, CTRL | SHIFT)
    keys.wait_for_words("Signs seen")


def leave_a_message(keys):
    keys.tab_to("Leave a message")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("What should be known")


@pytest.mark.rule("R33")
@pytest.mark.rule("R38")
@pytest.mark.promise("P27")
def test_one_quick_screen_takes_few_keys_and_is_sealed(folder, program, keys):
    begin(keys)
    keys.tab_to_question("In danger now")
    keys.press(Qt.Key.Key_Space)  # yes
    keys.tab_to_question("Signs seen")
    keys.press(Qt.Key.Key_Space)  # the first sign
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words(SEALED)

    assert keys.pressed <= MOST_KEYS, keys.pressed
    program.close()
    assert waiting_boxes(shell_of(folder)).boxes == 1
    [said] = boxes_of(folder)
    assert said[FieldId("screening.danger_now")].value is True
    assert said[FieldId("quick.q_signs")].value == ("gen.others_speak",)
    assert len(said) == 2, "what nobody said is not in it"


@pytest.mark.promise("P27")
def test_the_next_person_begins_with_place_and_language_and_nothing_of_the_one_before(
    folder, program, keys
):
    begin(keys)
    keys.tab_to_question("Kind of place")
    keys.type("Port")
    keys.tab_to_question("In danger now")
    keys.press(Qt.Key.Key_Space)
    while keys.focused().objectName() != "remark":
        keys.press(Qt.Key.Key_Tab)
    keys.type(MARKER)
    keys.press(Qt.Key.Key_N, CTRL | SHIFT)
    keys.wait_for_words(SEALED)
    assert MARKER not in all_typed(program)

    keys.tab_to_question("Signs seen")
    keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait(lambda: waiting_boxes(shell_of(folder)).boxes == 2)
    keys.wait(lambda: program.window.findChild(FieldStack) is None)
    program.close()

    first, second = sorted(boxes_of(folder), key=len, reverse=True)
    assert first[FieldId("screening.danger_now.text")].value == MARKER
    assert {name: answer.value for name, answer in second.items()} == {
        "screening.place_type": "port",
        "quick.q_signs": ("gen.others_speak",),
    }


@pytest.mark.promise("P27")
def test_a_message_is_left_with_a_warning_and_cannot_be_read_back(folder, program, keys):
    leave_a_message(keys)
    keys.wait_for_words("Nobody can be told who wrote this")
    keys.tab_to_question("What should be known")
    keys.type(MARKER)
    keys.press(Qt.Key.Key_Tab)
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words(SEALED)

    assert MARKER not in all_typed(program)
    assert MARKER.encode() not in everything_written(folder)
    keys.press(Qt.Key.Key_Space)  # back
    keys.wait_for_words("Leave a message")
    leave_a_message(keys)
    assert MARKER not in all_typed(program)
    program.close()
    [said] = boxes_of(folder)
    assert said[FieldId("feedback.fb_text")].value == MARKER


@pytest.mark.promise("P27")
@pytest.mark.parametrize("leaving", ["escape", "lock", "panic"])
def test_leaving_by_any_way_empties_the_page_and_seals_nothing(folder, program, keys, leaving):
    leave_a_message(keys)
    keys.tab_to_question("What should be known")
    keys.type(MARKER)
    if leaving == "escape":
        keys.press(Qt.Key.Key_Escape)
    elif leaving == "lock":
        keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    else:
        program.lock(LockReason.PANIC)
        program.window.showNormal()
    keys.wait_for_words("Leave a message")

    assert MARKER not in all_typed(program)
    assert waiting_boxes(shell_of(folder)).boxes == 0
    assert MARKER.encode() not in everything_written(folder)


def test_a_folder_that_is_full_says_to_call_the_worker_and_takes_no_words(folder, program, keys):
    shell = shell_of(folder)
    content = BoxContent("quick", 1, ((FieldId("quick.q_writer"), answered("x")),))
    for _ in range(BOXES_WAITING):
        write_box(shell, content)
    keys.press(Qt.Key.Key_N, CTRL | SHIFT)
    keys.wait_for_words("Please call the worker.")

    assert program.window.findChild(FieldStack) is None
    assert waiting_boxes(shell).boxes == BOXES_WAITING


def test_where_sealing_fails_the_words_stay_and_can_be_sealed_later(folder, program, keys):
    leave_a_message(keys)
    keys.tab_to_question("What should be known")
    keys.type(MARKER)
    key_file = shell_of(folder).folder / INTAKE_FILE
    held = key_file.read_bytes()
    key_file.write_bytes(b"damaged")
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait(lambda: "Sealing" not in shown_words(program.window))
    keys.wait(lambda: MARKER in all_typed(program))
    assert SEALED not in shown_words(program.window)

    key_file.write_bytes(held)
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words(SEALED)
    program.close()
    assert len(boxes_of(folder)) == 1


def test_a_laptop_that_nobody_has_unlocked_says_so_beside_the_buttons(folder, program, keys, qtbot):
    (shell_of(folder).folder / INTAKE_FILE).unlink()
    program.lock(LockReason.STARTED)
    keys.wait_for_words("These open once somebody has unlocked this laptop.")
    keys.press(Qt.Key.Key_N, CTRL | SHIFT)
    QApplication.processEvents()

    assert program.window.findChild(QuickScreenPage) is None


def test_unlocking_works_after_a_form_was_left(program, keys):
    begin(keys)
    keys.press(Qt.Key.Key_Escape)
    keys.wait_for_words("Leave a message")
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work is not None)

    assert "New case" in shown_words(program.window)


def all_typed(program) -> str:
    """Every word in every control that lives, shown or not."""
    lines = [one.text() for one in program.window.findChildren(QLineEdit)]
    return "\n".join(lines + [one.toPlainText() for one in texts(program)])


def texts(program):
    return program.window.findChildren(QPlainTextEdit)


def everything_written(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# ---- and whoever unlocks ------------------------------------------------------------------------


def unlock(program, keys):
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work is not None)


def open_what_waits(program, keys):
    keys.wait_for_words("wait")
    for _ in range(4):
        if "wait" in walks.name_of(keys.focused()):
            break
        keys.press(Qt.Key.Key_F6)
        if program.work.frame.status.isAncestorOf(keys.focused()):
            break
    keys.tab_to("wait")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("anybody at the keyboard may have written it")


@pytest.mark.promise("P27")
def test_whoever_unlocks_finds_what_waits_reads_it_and_takes_it_over_in_the_own_name(
    folder, program, keys
):
    shell = shell_of(folder)
    write_box(shell, BoxContent("quick", 1, ((FieldId("quick.q_writer"), answered(MARKER)),)))
    unlock(program, keys)
    keys.wait_for_words("1 form waits")
    open_what_waits(program, keys)
    keys.wait(lambda: isinstance(keys.focused(), QTableView))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words(MARKER)
    keys.tab_to("Take over into a new case")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("in your name")
    keys.wait_for_words("Nothing waits.")
    keys.wait(lambda: "1 form waits" not in shown_words(program.window))

    assert waiting_boxes(shell).boxes == 0
    vault = program.work.vault
    [row] = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    said = {c.field: c.acting for c in vault.reader.case(row.scope, vault.sight).cells}
    assert said[FieldId("quick.q_writer")].answer.value == MARKER
    assert said[FieldId("quick.q_writer")].user == vault.context.badge


@pytest.mark.threat("T27")
def test_a_form_under_a_foreign_key_is_listed_and_says_why_it_cannot_be_read(folder, program, keys):
    shell = shell_of(folder)
    (shell.folder / INTAKE_FILE).write_bytes(encode_intake(KemKey(bytes(32)).public))
    write_box(shell, BoxContent("quick", 1, ((FieldId("quick.q_writer"), answered(MARKER)),)))
    unlock(program, keys)
    keys.wait_for_words("1 form waits")
    open_what_waits(program, keys)
    keys.wait(lambda: isinstance(keys.focused(), QTableView))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("sealed for somebody else")

    assert waiting_boxes(shell).boxes == 1
    assert "Take over into a new case" not in shown_words(program.window)


@pytest.mark.rule("R34")
def test_a_message_is_neither_shown_to_nor_taken_over_by_who_does_not_handle_messages(
    folder, program, keys
):
    shell = shell_of(folder)
    write_box(shell, BoxContent("feedback", 1, ((FieldId("feedback.fb_text"), answered(MARKER)),)))
    unlock(program, keys)
    keys.wait_for_words("1 form waits")
    open_what_waits(program, keys)
    keys.wait(lambda: isinstance(keys.focused(), QTableView))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("your role does not read")
    assert MARKER not in shown_words(program.window)

    keys.tab_to("Take over into the inbox")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("role")
    keys.wait(lambda: "Taking it over" not in shown_words(program.window))
    assert waiting_boxes(shell).boxes == 1


@pytest.mark.rule("S2")
@pytest.mark.rule("R41")
@pytest.mark.promise("P27")
def test_at_the_border_a_companion_reads_a_control_of_goods_and_few_keys_seal_what_was_said(
    folder, program, keys
):
    begin(keys)
    keys.press(Qt.Key.Key_H, CTRL)
    keys.wait_for_words("Where do you travel from?")
    told = readable(program.window)
    assert "Quick screen" not in told
    assert not SENSITIVE.search(told), SENSITIVE.search(told)
    assert program.window.windowTitle() == "Notes - locked"
    keys.press(Qt.Key.Key_7)
    keys.press(Qt.Key.Key_8)
    keys.tab_to("Where do you travel from?")
    keys.type("Odesa")
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words(SEALED)

    assert not SENSITIVE.search(readable(program.window))
    assert keys.pressed <= MOST_KEYS, keys.pressed
    program.close()
    [said] = boxes_of(folder)
    assert {name: answer.value for name, answer in said.items()} == {
        "counter.from": "Odesa",
        "quick.q_result": ("separated_under_a_pretext", "travelled_on_with_companion"),
    }


@pytest.mark.rule("S2")
def test_one_key_goes_to_the_sheet_and_back_and_nothing_typed_is_lost(program, keys):
    begin(keys)
    keys.tab_to_question("In danger now")
    keys.press(Qt.Key.Key_N)
    keys.wait_for_words("What is in the bag?")
    assert "Signs seen" not in shown_words(program.window)
    keys.tab_to("Who booked the ticket?")
    keys.type(MARKER)
    keys.press(Qt.Key.Key_H, CTRL)
    keys.wait_for_words("Signs seen")
    assert MARKER not in all_typed(program)
    keys.press(Qt.Key.Key_N)

    keys.wait(lambda: MARKER in all_typed(program))
    keys.press(Qt.Key.Key_Escape)
    keys.wait_for_words("Leave a message")
    assert MARKER not in all_typed(program)
