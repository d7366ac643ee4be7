"""What is typed on a page that is no form outlives a lock: it is there again, and no answer yet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from tests.gui import walks
from tests.gui.locks import MARKER, count_of_keys, is_left, unlock
from tests.gui.window import CTRL, PASSPHRASE, SHIFT, shown_words

from nrm_desktop.app.commands import AskAccess
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.static_table import StaticTable

pytestmark = [pytest.mark.promise("P1"), pytest.mark.promise("P13")]


def opened(program, keys, place):
    """The page of a place of the one case."""
    vault = program.work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[0]
    program.work.main.take_case(CaseRef(row.scope, row.code))
    program.work.main.open(place)
    return row


def locked_and_opened_again(program, keys):
    """Lock in the middle of a word, and come back."""
    keys.press(Qt.Key.Key_L, CTRL | SHIFT)
    keys.wait_for_words("Locked because you asked for it.")
    keys.wait(program._closed.done)
    keys.wait(lambda: count_of_keys() == 0)
    assert is_left(MARKER) == []
    unlock(program, keys, PASSPHRASE)


def rows_are_there(program) -> bool:
    """True if there is an answer to speak against. Nothing is held that a lock takes away."""
    return program.work.frame.page.findChild(StaticTable).isVisible()


def stands(program, name: str) -> bool:
    """True if the words stand in the line of a name."""
    inputs = walks.focusable(program.window)
    line = next((one for one in inputs if walks.name_of(one) == name), None)
    if line is None:
        return False
    words = line.toPlainText() if hasattr(line, "toPlainText") else line.text()
    return words == MARKER


@pytest.mark.rule("N5")
def test_why_an_address_is_opened_outlives_a_lock(program, keys, interview):
    opened(program, keys, PlaceId.TWO_PEOPLE)
    keys.tab_to("Why it is opened")
    keys.type(MARKER)
    locked_and_opened_again(program, keys)

    opened(program, keys, PlaceId.TWO_PEOPLE)
    keys.wait(lambda: stands(program, "Why it is opened"))
    keys.wait_for_words("draft kept")


@pytest.mark.rule("R5")
def test_the_reasons_of_an_answer_outlive_a_lock(program, keys, interview):
    vault = program.work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[0]
    vault.handle(AskAccess(scope=row.scope, kind="see"))
    del vault
    reasons = "The reasons, as the person reads them"
    opened(program, keys, PlaceId.OWN_DATA)
    keys.wait_for_words("The request")
    keys.tab_to(reasons)
    keys.type(MARKER)
    locked_and_opened_again(program, keys)

    opened(program, keys, PlaceId.OWN_DATA)
    keys.wait(lambda: stands(program, reasons))


@pytest.mark.rule("S14")
def test_what_the_person_says_instead_outlives_a_lock_with_its_answer(program, keys, interview):
    program.work.main.leave()  # the name that was typed is an answer now
    opened(program, keys, PlaceId.CORRECTION)
    keys.wait(lambda: rows_are_there(program) and isinstance(keys.focused(), QLineEdit))
    keys.tab_to("This answer is wrong")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("What the person says instead")
    keys.type(MARKER)
    locked_and_opened_again(program, keys)

    opened(program, keys, PlaceId.CORRECTION)
    keys.wait_for_words("What the person says instead")
    name = walks.name_of(keys.focused())
    keys.wait(lambda: stands(program, name))
    assert "Own reference sent to an authority" in shown_words(program.window)
