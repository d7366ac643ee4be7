"""Two people at one window, by keys alone: a colleague confirms, and nothing happens before."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui import walks
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    ROLE,
    Keys,
    prepare_vault,
    shell_of,
    shown_words,
    start,
)

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.shell import user_signs
from nrm_desktop.domain.values import answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.ui.presenters.main import CaseRef

OTHERS = "four green doors behind the mill"
STREET = "Linden Lane 5"
READY = {
    "closure[+1].initiator": "person",
    "closure[+1].risk_at_close": "none",
    "closure[+1].retention[+1].class": "closed_adult",
    "closure[+1].retention[+1].delete_on": "2031-01-01",
    "address[+1].ad_street": STREET,
}


def a_case_that_can_end(vault) -> None:
    add_user(vault, NewPerson("P-02", ROLE, OTHERS, FLOOR))
    (event,) = vault.handle(OpenCase(child=answered(value=False)))
    answering = Answering(vault.context, event.scope, vault.reader.case(event.scope, vault.sight))
    for address, value in READY.items():
        answering.add(Wanted(address, value))
    vault.handle(answering.command())


def two_files(vault) -> None:
    """Of one person two files were opened."""
    a_case_that_can_end(vault)
    vault.handle(OpenCase(child=answered(value=False)))


@pytest.fixture
def program(tmp_path, qtbot, faults, shipped_fonts):
    prepare_vault(tmp_path, two_files)
    made = start(tmp_path, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


def unlock(tmp_path, keys) -> None:
    """The first person of the two; the sign of the founder stands first."""
    assert len(user_signs(shell_of(tmp_path))) == 2
    keys.wait_for_words("Your sign")
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("New case")


@pytest.mark.rule("R32")
@pytest.mark.rule("N5")
def test_a_colleague_confirms_by_an_own_passphrase_and_nothing_happens_before(
    tmp_path, program, keys
):
    unlock(tmp_path, keys)
    vault = program.work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[1]
    program.work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait_for_words("Looked through before talking")  # the page has the focus now
    keys.go_to_place("Two people")
    keys.wait_for_words("Where the person stays")

    opens_the_address(program, keys)
    ends_the_support(keys, lambda: vault.reader.case(row.scope, vault.sight).row.state)

    view = vault.reader.case(row.scope, vault.sight)
    assert view.row.state == "closed"
    said = {cell.field: cell.acting.answer.value for cell in view.cells}
    assert said["closure.supervisor"] == ("recorded", "P-02")
    assert said["unsealed.un_second"] == "P-02"
    assert STREET not in repr(view)
    keys.press(Qt.Key.Key_1, CTRL)
    keys.wait_for_words("New case")
    assert STREET not in shown_words(program.window), "what was opened stays with its page"


@pytest.mark.rule("R25")
def test_two_files_are_joined_and_parted_with_a_colleague_by_keys_alone(tmp_path, program, keys):
    unlock(tmp_path, keys)
    vault = program.work.vault
    other, row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    program.work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait_for_words("Looked through before talking")
    keys.go_to_place("Two people")
    keys.wait_for_words("Two files of one person")

    keys.tab_to("Code of the other file")
    keys.type(other.code)
    choose(keys, "Which of the two goes on", "this")
    choose(keys, "Why it is one person", "papers_show")
    keys.tab_to("Papers are the same")
    keys.press(Qt.Key.Key_Space)
    keys.tab_to("Join the two files")
    keys.press(Qt.Key.Key_Space)
    confirms(keys, "Two files are of one person: Papers show it")
    keys.wait_for_words(f"this file goes on, and {other.code} stays")
    walks.look_at(program, "two-files")
    seen = vault.reader.case(row.scope, vault.sight)
    said = {cell.field: cell.acting.answer.value for cell in seen.cells if cell.form == "joined"}
    assert said["joined.jn_seen"] == ("same_papers",)
    assert said["joined.jn_second"] == "P-02"
    assert vault.reader.case(other.scope, vault.sight).row.joined.goes_on == (row.code,)

    choose(keys, "Why they are parted", "two_people")
    keys.tab_to("Part the two files")
    keys.press(Qt.Key.Key_Space)
    confirms(keys, "Two files are parted again")
    keys.wait(lambda: not vault.reader.case(row.scope, vault.sight).row.joined.others)
    keys.wait(lambda: "One person, two files" not in shown_words(program.window))


def choose(keys, name: str, code: str) -> None:
    keys.tab_to(name)
    for _ in range(12):
        if keys.focused().code() == code:
            return
        keys.press(Qt.Key.Key_Down)
    raise AssertionError(name)


def confirms(keys, words: str) -> None:
    is_asked(keys, words)
    keys.type(OTHERS)
    keys.press(Qt.Key.Key_Return)


def opens_the_address(program, keys) -> None:
    """A wrong passphrase opens nothing, giving up changes nothing, the right one opens it."""
    keys.tab_to("Why it is opened")
    keys.type("The house does not answer")
    keys.press(Qt.Key.Key_Return)
    is_asked(keys, "Open where the person stays")
    walks.look_at(program, "second-person")
    keys.type("not hers at all")
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("The safe did not open.")
    assert STREET not in shown_words(program.window)
    keys.press(Qt.Key.Key_Escape)
    keys.wait(lambda: "Open where the person stays" not in shown_words(program.window))
    assert walks.name_of(keys.focused()) == "Why it is opened", "back where it was begun"
    keys.press(Qt.Key.Key_Return)
    is_asked(keys, "Open where the person stays")
    keys.wait(lambda: confirmed(keys, program, STREET))
    walks.look_at(program, "two-people")


def ends_the_support(keys, state) -> None:
    """The reason is chosen, and the colleague confirms."""
    keys.tab_to("What ended")
    while keys.focused().code() != "plan_completed":
        keys.press(Qt.Key.Key_Down)
    keys.tab_to("End the support")
    keys.press(Qt.Key.Key_Space)
    is_asked(keys, "The support ends:")
    assert state() == "open"
    keys.type(OTHERS)
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words("Support has ended. The door stays open.")


def is_asked(keys, words: str) -> None:
    """The question is there, with the focus on the line of the colleague."""
    keys.wait_for_words(words)
    keys.wait(lambda: walks.name_of(keys.focused()) == "Passphrase of the second person")


def confirmed(keys, program, words: str) -> bool:
    """Type until the waiting time after the wrong try is over."""
    if words in shown_words(program.window):
        return True
    if walks.name_of(keys.focused()) == "Passphrase of the second person":
        keys.type(OTHERS)
        keys.press(Qt.Key.Key_Return)
    return words in shown_words(program.window)
