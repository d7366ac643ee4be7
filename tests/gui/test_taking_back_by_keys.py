"""A consent is taken back at the window by keys alone, and its recipient is told (R5, R27, S6)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.gui import walks
from tests.gui.window import OFFICE, PASSPHRASE, Keys, prepare_vault, shown_words, start

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import (
    ConsentRowGiven,
    IssueReferral,
    OpenCase,
    RecordConsent,
    ReferralWish,
)
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.window_settings import WindowSettings, write_settings
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.consent import ConsentPage

pytestmark = [pytest.mark.rule("R5"), pytest.mark.rule("R27"), pytest.mark.rule("S6")]
LOOKS = {
    "English": WindowSettings("en", "light", 100),
    "Arabic, dark, 150 %": WindowSettings("ar", "dark", 150),
}


def something_was_passed_on(vault, room) -> None:
    (event,) = vault.handle(OpenCase(child=answered(value=False)))
    answering = Answering(vault.context, event.scope, vault.reader.case(event.scope, vault.sight))
    answering.add(Wanted("screening[+1].given_name", "Olena"))
    vault.handle(answering.command())
    (office,) = (RecipientId(row.entry) for row in vault.reader.directory())
    rows = (ConsentRowGiven("refer", office, (("identity", "yes"),), "no_end"),)
    vault.handle(RecordConsent(scope=event.scope, rows=rows))
    room.mkdir()
    wish = ReferralWish(event.scope, office, "refer")
    plain = frozenset({"PLAINTEXT"})
    vault.handle(IssueReferral(wish=wish, way="pdf", folder=str(room), confirmations=plain))


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, tmp_path, qtbot, faults, shipped_fonts):
    prepare_vault(tmp_path, lambda vault: something_was_passed_on(vault, tmp_path / "stick"))
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


def test_what_it_does_is_told_first_and_whom_to_tell_stays_until_it_is_done(
    program, keys, tmp_path
):
    keys.wait(QApplication.focusWidget)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work)
    vault, say = program.work.vault, program.kit.say
    (row,) = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    program.work.main.open_case(CaseRef(row.scope, row.code))
    program.work.main.open(PlaceId.CONSENT)
    keys.wait(lambda: isinstance(program.work.frame.page, ConsentPage))
    keys.wait_for_words(say("Withdraw …"))

    asks_what_it_does(program, keys)
    keys.press(Qt.Key.Key_Tab)  # leave it as it is
    keys.press(Qt.Key.Key_Space)
    assert walks.name_of(keys.focused()) == say("Withdraw …")
    assert vault.reader.notices(row.scope, vault.sight) == ()

    asks_what_it_does(program, keys)
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: walks.name_of(keys.focused()) == say("Who has to be told"))
    walks.look_at(program, "to-be-told")
    (notice,) = vault.reader.notices(row.scope, vault.sight)
    assert notice.is_owed

    writes_the_letter(program, keys, tmp_path / "stick")
    (notice,) = vault.reader.notices(row.scope, vault.sight)
    assert notice.is_owed, "a paper that nobody has carried tells nobody"

    tells(program, keys)
    (notice,) = vault.reader.notices(row.scope, vault.sight)
    assert (notice.is_owed, notice.last.way, notice.last.reply) == (False, "letter", "erased")


def asks_what_it_does(program, keys) -> None:
    say = program.kit.say
    while walks.name_of(keys.focused()) != say("What stands"):
        keys.press(Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Home)
    keys.tab_to(say("Withdraw …"))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: walks.name_of(keys.focused()) == say("Take it back"))
    words = shown_words(program.window)
    assert say("Help goes on as before.") in words
    assert OFFICE in words
    walks.look_at(program, "taking-back")


def writes_the_letter(program, keys, folder) -> None:
    say = program.kit.say
    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(folder))
    keys.tab_to(say("Write the letter"))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: list(folder.glob("l-*.pdf")))
    (letter,) = folder.glob("l-*.pdf")
    keys.wait_for_words(
        say(
            "Written and read back: {file}. When it has been handed over or sent, write that down "
            "above.",
            file=letter.name,
        )
    )
    walks.look_at(program, "letter-written")
    assert walks.name_of(keys.focused()) == say("Write the letter")
    while walks.name_of(keys.focused()) != say("Who has to be told"):
        keys.press(Qt.Key.Key_Backtab)


def tells(program, keys) -> None:
    say = program.kit.say
    assert walks.name_of(keys.focused()) == say("Who has to be told")
    for name, code in (("How they were told", "letter"), ("What they answer", "erased")):
        keys.tab_to(say(name))
        while keys.focused().code() != code:
            keys.press(Qt.Key.Key_Down)
    keys.tab_to(say("Write it down"))
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words(say("It is written down."))
    walks.look_at(program, "told")
