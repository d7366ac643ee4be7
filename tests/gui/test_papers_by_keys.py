"""A public body is taken over, and the plan printed for the person, by keys alone (R9, R26)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.gui import walks
from tests.gui.window import CTRL, PASSPHRASE, Keys, prepare_vault, start, unlocked

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.country_packs import choose_countries
from nrm_desktop.bootstrap.window_settings import WindowSettings, write_settings
from nrm_desktop.domain.disclosure import THE_PERSON
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.consent import ConsentPage
from nrm_desktop.ui.views.referral import ReferralPage
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.combo import ChoiceBox

pytestmark = [pytest.mark.rule("R9"), pytest.mark.rule("R26")]
HINT = "Nobody of you has called there yet. Call before you rely on one of them."
LOOKS = {
    "English": WindowSettings("en", "light", 100),
    "Bulgarian": WindowSettings("bg", "light", 100),
    "Arabic, dark, 150 %": WindowSettings("ar", "dark", 150),
}


def somebody_with_a_plan(folder) -> None:
    """A vault of people who work in Bulgaria, with one plan in it."""
    choose_countries(folder / "device", ("bg",))
    vault = unlocked(folder)
    try:
        (event,) = vault.handle(OpenCase(child=answered(value=False)))
        view = vault.reader.case(event.scope, vault.sight)
        answering = Answering(vault.context, event.scope, view)
        answering.add(Wanted("plan[+1].plan_end", "2027-02-01"))
        vault.handle(answering.command())
    finally:
        vault.close()


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, tmp_path, qtbot, faults, shipped_fonts):
    prepare_vault(tmp_path)
    somebody_with_a_plan(tmp_path)
    write_settings(tmp_path, LOOKS[request.param])
    made = start(tmp_path, faults)
    made.window.resize(1366, 768)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


def choose(keys, name: str, code: str) -> None:
    """Shape: `name` is what is read of the box: its words, or its name while nothing is chosen."""
    keys.tab_to(name)
    box = keys.focused()
    keys.wait(lambda: box.findData(code) >= 0)
    keys.press(Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.code() == code:
            return
        keys.press(Qt.Key.Key_Down)
    raise AssertionError(f"{code!r} cannot be chosen")


def test_a_body_is_taken_over_and_the_plan_is_written_for_the_person(program, keys, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    keys.wait(QApplication.focusWidget)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work)
    vault = program.work.vault
    (row,) = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    program.work.main.open_case(CaseRef(row.scope, row.code))
    program.work.main.open(PlaceId.REFERRAL)
    keys.wait(lambda: isinstance(program.work.frame.page, ReferralPage))

    takes_one_over(program, keys)
    gives_the_plan(program, keys, stick)
    finds_it_where_consent_is_asked(program, keys)

    (paper,) = stick.glob("*.pdf")
    assert paper.stat().st_size > 0
    assert not vault.reader.referrals(row.scope, vault.sight)


def takes_one_over(program, keys) -> None:
    vault, say = program.work.vault, program.kit.say
    line = vault.context.forms.authorities["bg_child_line"]
    count = len(vault.context.forms.authorities)
    keys.wait_to_tab_to(say("Show the list ({count})", count=count))
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words(say(HINT))
    walks.look_at(program, "bodies")
    while keys.focused().accessibleDescription() != vault.context.forms.text(
        f"authority.{line.id}", say.language
    ):
        keys.press(Qt.Key.Key_Tab)
    keys.press(Qt.Key.Key_Space)
    told = "It stands in the directory now, not verified. Choose it above if you want to."
    keys.wait_for_words(say(told))
    (entry,) = (one for one in vault.reader.directory() if one.entry == line.entry)
    assert (entry.kind, entry.is_verified) == (line.kind, False)
    walks.look_at(program, "taken-over")
    keys.wait_to_tab_to(say("Close the list"))
    keys.press(Qt.Key.Key_Space)


def finds_it_where_consent_is_asked(program, keys) -> None:
    """Nobody is chosen by it: it can be, on the page of consents too."""
    line = program.work.vault.context.forms.authorities["bg_child_line"]
    program.work.main.open(PlaceId.CONSENT)
    keys.wait(lambda: isinstance(program.work.frame.page, ConsentPage))
    keys.wait_for_words(program.kit.say("Public bodies"))
    boxes = program.work.frame.page.findChildren(ChoiceBox)
    keys.wait(lambda: any(box.findData(line.entry) >= 0 for box in boxes))
    assert line.entry not in [box.code() for box in boxes]
    walks.look_at(program, "bodies-beside-consent")


def gives_the_plan(program, keys, stick) -> None:
    say = program.kit.say
    choose(keys, say("Recipient"), THE_PERSON)
    keys.wait_for_words(say("Paper"))
    walks.look_at(program, "own-copy")
    choose(keys, say("Everything that is kept"), "bg_plan")
    staying = program.work.frame.page.findChildren(StaticTable)[1]
    keys.wait(lambda: staying.view().model().rowCount())
    walks.look_at(program, "own-plan")
    keys.tab_to(say("Write the file"))
    keys.tab_to(say("The person: a copy of what is kept"))
    keys.tab_to(say("PDF with a password"))
    keys.press(Qt.Key.Key_Down)
    keys.tab_to(say("The word that confirms"))
    keys.type("SAFE")
    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(stick))
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait(lambda: list(stick.glob("*.pdf")))
    walks.look_at(program, "own-plan-written")
