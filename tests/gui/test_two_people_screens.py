"""What two people do in a file, in every look: steps for a child end, a wrong file is put right."""

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.gui import walks
from tests.gui.test_rights_screens import OTHERS, a_colleague, choose, is_in_view
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.window import shown_words

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.widgets.tick import Tick

DECISION = {
    "age[+1].age_who": "Says 19",
    "age[+1].age_decision[+1].authority": "Court of a town",
    "age[+1].age_decision[+1].date": "2026-11-20",
    "age[+1].age_decision[+1].reasons": "A birth certificate came.",
    "screening[+1].age_band": "12-17",
}
MIXED_UP = {
    "screening[+1].given_name": "Olena",
    "safety[+1].visitors": "Her sister comes on Sundays",
    "safety.routes": "By the back door",
}


@pytest.fixture
def look(program, keys, look_at, request):  # noqa: F811 - fixtures
    """Walk over what is shown, and take a picture of it where somebody wants to look."""

    def walk(name: str) -> None:
        keys.wait(lambda: is_in_view(keys.focused()))
        keys.wait(lambda: not walks.cut_off(program.window))
        look_at(name)
        folder = os.environ.get("NRM_PICTURES")  # noqa: F811 - a folder to look into
        if folder:
            look_name = request.node.callspec.params["program"].replace(" ", "-")
            QApplication.processEvents()
            program.window.grab().save(f"{folder}/{name}-{look_name}.png".replace("%", ""))

    return walk


def a_file(vault, child, told):
    """A file with answers. Gives what opening it gave."""
    (opened,) = vault.handle(OpenCase(child=child))
    answering = Answering(vault.context, opened.scope, vault.reader.case(opened.scope, vault.sight))
    for address, value in told.items():
        answering.add(Wanted(address, value))
    vault.handle(answering.command())
    return opened


def presses(keys, name: str) -> None:  # noqa: F811 - fixtures
    """Go to a button or a tick by Tab, and press it."""
    keys.tab_to(name)
    keys.press(Qt.Key.Key_Space)


def colleague_types(keys, say, look, name: str) -> None:  # noqa: F811 - fixtures
    """The question stands there; the colleague types an own passphrase."""
    line = say("Passphrase of the second person")
    keys.wait(lambda: walks.name_of(keys.focused()) == line)
    look(name)
    keys.type(OTHERS)
    keys.press(Qt.Key.Key_Return)


@pytest.mark.rule("S3")
@pytest.mark.rule("R14")
@pytest.mark.rule("N15")
def test_two_people_end_the_steps_for_a_child_by_keys_and_one_alone_does_not(
    program,  # noqa: F811 - fixtures
    work,  # noqa: F811 - fixtures
    keys,  # noqa: F811 - fixtures
    look,
):
    say, vault = program.kit.say, work.vault
    a_colleague(vault)
    opened = a_file(vault, Answer(AnswerState.UNKNOWN), DECISION)
    work.main.take_case(CaseRef(opened.scope, opened.code))
    work.main.open(PlaceId.TWO_PEOPLE)
    child = page(program).child
    keys.wait(child.isVisible)
    choose(keys, say("Which decision"), child._decision.itemData(0))
    keys.wait(child._sign.isVisible)
    keys.tab_to(say("I have read the decision, and it answers each of these signs"))
    look("child-off")
    presses(keys, say("Sign it"))
    keys.wait_for_words(say("Read the decision, and say so, before you sign."))
    assert vault.reader.case(opened.scope, vault.sight).row.child == "child"

    presses(keys, say("I have read the decision, and it answers each of these signs"))
    presses(keys, say("Sign it"))
    keys.wait(child._ask.isVisible)
    assert vault.reader.case(opened.scope, vault.sight).row.child == "child", "one is not two"
    look("child-off-signed")
    presses(keys, say("Let a colleague sign here"))
    colleague_types(keys, say, look, "child-off-second")
    keys.wait_for_words(say("Two people have signed. The steps for a child have ended."))
    keys.wait(lambda: vault.reader.case(opened.scope, vault.sight).row.child == "adult")
    said = say("The steps for a child have ended. Signed: {people}", people="P-01, P-02")
    keys.wait_for_words(said)
    look("child-off-over")


@pytest.mark.rule("R37")
@pytest.mark.rule("N16")
def test_an_entry_is_moved_where_it_belongs_by_two_people_and_a_trace_stays(
    program,  # noqa: F811 - fixtures
    work,  # noqa: F811 - fixtures
    keys,  # noqa: F811 - fixtures
    look,
):
    say, vault = program.kit.say, work.vault
    a_colleague(vault)
    wrong, right = a_file(vault, NOT_ASKED, MIXED_UP), a_file(vault, NOT_ASKED, {})
    work.main.take_case(CaseRef(wrong.scope, wrong.code))
    work.main.open(PlaceId.MOVING)
    keys.wait(lambda: isinstance(keys.focused(), Tick))
    look("moving")
    while MIXED_UP["safety[+1].visitors"] not in keys.focused().text():
        keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Space)
    keys.tab_to(say("Code of the file where it belongs"))
    keys.type(right.code)
    choose(keys, say("Why it stands here"), "wrong_window")
    presses(keys, say("See what would be moved"))
    keys.wait(lambda: walks.name_of(keys.focused()) == say("Move it"))
    look("moving-would-move")
    assert "safety.visitors" in fields_of(vault, wrong), "nothing has gone yet"
    keys.press(Qt.Key.Key_Space)
    colleague_types(keys, say, look, "moving-second")

    keys.wait(page(program)._past.isVisible)
    assert MIXED_UP["safety[+1].visitors"] not in shown_words(program.window)
    assert right.code not in shown_words(program.window)
    look("moving-done")
    assert "safety.visitors" not in fields_of(vault, wrong)
    assert "screening.given_name" in fields_of(vault, wrong), "nothing else went"
    assert {"safety.visitors", "safety.routes"} <= fields_of(vault, right)


def fields_of(vault, opened) -> set[str]:
    """What is answered in a file."""
    view = vault.reader.case(opened.scope, vault.sight)
    return {cell.field for cell in view.cells if cell.acting.answer is not None}
