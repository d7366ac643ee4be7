"""What a person may ask of the own file: every look of these pages, read, heard and reached."""

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea
from tests.gui import walks
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.window import CTRL, ROLE, shown_words

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import AskAccess, DecideAccess, OpenCase
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.said_beside import additions_of
from nrm_desktop.bootstrap.people import NewPerson, add_user, people_here
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.tick import Tick

HELD = {
    "screening[+1].given_name": "Olena",
    "screening.family_name": "Koval",
    "screening.danger_now": "yes",
    "safety[+1].visitors": "Her sister comes on Sundays",
}
OTHERS = "four green doors behind the mill"


@pytest.fixture
def look(program, keys, look_at, request):  # noqa: F811 - fixtures
    """Walk over what is shown, and take a picture of it where somebody wants to look."""

    def walk(name: str) -> None:
        keys.wait(lambda: is_in_view(keys.focused()))
        keys.wait(lambda: not walks.cut_off(program.window))  # what came later is laid out
        look_at(name)
        folder = os.environ.get("NRM_PICTURES")  # noqa: F811 - a folder to look into
        if folder:
            look_name = request.node.callspec.params["program"].replace(" ", "-")
            QApplication.processEvents()
            program.window.grab().save(f"{folder}/{name}-{look_name}.png".replace("%", ""))

    return walk


def is_in_view(widget) -> bool:
    """True if somebody sees where the keys go."""
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is None:
        return True
    top = widget.mapTo(area.viewport(), widget.rect().topLeft()).y()
    return top + widget.height() > 0 and top < area.viewport().height()


def a_case(work, keys, program):  # noqa: F811 - fixtures
    vault = work.vault
    row = vault.reader.cases(CaseFilter(state="open"), 5, None, vault.sight).rows[-1]
    work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait(lambda: page(program).findChild(FieldStack))
    return row


@pytest.mark.rule("S14")
def test_a_correction_can_be_read_heard_and_written_by_keys(program, work, keys, look):  # noqa: F811 - fixtures
    vault, row = work.vault, a_case(work, keys, program)
    work.main.open(PlaceId.CORRECTION)
    table = page(program).findChild(StaticTable)
    keys.wait(lambda: table.isVisible() and isinstance(keys.focused(), QLineEdit))
    look("correction-list")

    before = vault.reader.case(row.scope, vault.sight)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: not page(program)._card.isHidden())
    keys.type("It was another time.")
    look("correction")
    keys.press(Qt.Key.Key_Return, CTRL)
    told = program.kit.say(
        "Written beside the answer. What stood there stays, and both go on together."
    )
    keys.wait(lambda: told in shown_words(program.window))
    keys.wait(lambda: "It was another time." in shown_words(program.window))
    look("correction-done")

    after = vault.reader.case(row.scope, vault.sight)
    said = [one.text for some in additions_of(after.cells).values() for one in some]
    assert "It was another time." in said
    stood = {(one.record, one.field): one.acting.answer for one in before.cells}
    kept = {(one.record, one.field): one.acting.answer for one in after.cells}
    assert stood.items() <= kept.items()


def a_file(vault):
    """A file of its own for whoever erases in it."""
    (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
    answering = Answering(vault.context, opened.scope, vault.reader.case(opened.scope, vault.sight))
    for address, value in HELD.items():
        answering.add(Wanted(address, value))
    vault.handle(answering.command())
    return opened


def a_colleague(vault) -> None:
    """Somebody else who can unlock this laptop."""
    if not any(one.badge == "P-02" for one in people_here(vault)):
        add_user(vault, NewPerson("P-02", ROLE, OTHERS, FLOOR))


def choose(keys, name: str, code: str) -> None:  # noqa: F811 - fixtures
    """Go to a list by Tab, and down to a line of it."""
    keys.tab_to(name)
    while keys.focused().code() != code:
        keys.press(Qt.Key.Key_Down)


@pytest.mark.rule("R5")
@pytest.mark.rule("N9")
@pytest.mark.promise("P14")
def test_a_request_to_erase_goes_its_whole_way_by_keys(program, work, keys, look, tmp_path):  # noqa: F811 - fixtures
    say, vault = program.kit.say, work.vault
    a_colleague(vault)
    opened = a_file(vault)
    work.main.take_case(CaseRef(opened.scope, opened.code))
    work.main.open(PlaceId.OWN_DATA)
    keys.wait(lambda: isinstance(keys.focused(), ChoiceBox))
    look("own-data-empty")
    asks(keys, say)
    keys.wait_for_words(say("Written down. The time for an answer runs."))
    keys.wait(page(program)._request.isVisible)
    look("own-data-asked")
    choose(keys, say("The answer"), "partly")
    keys.tab_to(say("The reasons, as the person reads them"))
    keys.type("The trial needs the rest.")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: page(program).erasing.isVisible() and page(program).proof.isVisible())
    look("own-data-answered")

    erases(program, keys, look)
    view = vault.reader.case(opened.scope, vault.sight)
    standing = {one.field for one in view.cells if one.acting.answer is not None}
    assert "screening.given_name" not in standing
    assert {"screening.family_name", "screening.danger_now"} <= standing, "nothing else went"

    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(tmp_path))
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: list(tmp_path.glob("e-*.pdf")))
    keys.wait(page(program).proof._write.isEnabled)
    look("own-data-proof")


def asks(keys, say) -> None:  # noqa: F811 - fixtures
    """Write down that the person wants something gone."""
    choose(keys, say("What the person asks for"), "erase")
    choose(keys, say("How it was said"), "spoken")
    keys.tab_to(say("Write it down"))
    keys.press(Qt.Key.Key_Space)


def erases(program, keys, look) -> None:  # noqa: F811 - fixtures
    """Choose an answer, look, type the code; the colleague confirms."""
    say = program.kit.say
    forms = FormWords(program.work.vault.forms, say, program.kit.dates)
    name = forms.label("screening.given_name")
    keys.tab_to(forms.form("screening"))  # a list is read by what is chosen in it
    while not keys.focused().code().endswith(".person"):
        keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Tab)
    while walks.name_of(keys.focused()) != name:
        keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Space)
    (tick,) = [one for one in page(program).findChildren(Tick) if one.text() == name]
    assert tick.isChecked()
    confirms_erasing(program, keys, look)
    keys.wait(lambda: page(program)._table.view().model().index(0, 2).data())
    look("own-data-erased")


def confirms_erasing(program, keys, look) -> None:  # noqa: F811 - fixtures
    """See what would go, type the code of the case; then the colleague types."""
    say = program.kit.say
    keys.tab_to(say("See what would go"))
    keys.press(Qt.Key.Key_Space)
    code = say("Type the code of the case to go on")
    keys.wait(lambda: walks.name_of(keys.focused()) == code)
    look("own-data-would-go")
    keys.type(program.work.main._case.code)
    keys.press(Qt.Key.Key_Return)
    line = say("Passphrase of the second person")
    keys.wait(lambda: walks.name_of(keys.focused()) == line)
    look("own-data-second")
    keys.type(OTHERS)
    keys.press(Qt.Key.Key_Return)


@pytest.mark.rule("N9")
@pytest.mark.parametrize("program", ["light"], indirect=True)
def test_the_proof_of_a_whole_file_is_there_when_the_file_is_gone(program, work, keys, tmp_path):  # noqa: F811 - fixtures
    say, vault = program.kit.say, work.vault
    a_colleague(vault)
    opened = a_file(vault)
    (asked,) = vault.handle(AskAccess(scope=opened.scope, kind="erase"))
    answer = DecideAccess(
        scope=opened.scope, request=asked.request, decision="granted", reason="It is yours"
    )
    vault.handle(answer)
    work.main.take_case(CaseRef(opened.scope, opened.code))
    work.main.open(PlaceId.OWN_DATA)
    keys.wait(page(program).erasing.isVisible)
    keys.tab_to(say("The whole file, with everything that is attached"))
    keys.press(Qt.Key.Key_Space)
    confirms_erasing(program, keys, lambda _name: None)
    keys.wait_for_words(say("The whole file is erased here."))
    keys.wait_for_words(say("The whole file."))
    assert vault.reader.scope_of_code(opened.code) is None
    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(tmp_path))
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: list(tmp_path.glob("e-*.pdf")))
    work.main.open(PlaceId.KEEPING)
    keys.wait(lambda: len(page(program).findChildren(StaticTable)) > 1)
    gone = page(program).findChildren(StaticTable)[1].view()
    keys.wait(lambda: gone.model().index(0, 0).data() == opened.code)
