"""Files of another organisation come in at the window, by keys alone, with what to do next."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.fakes.office import Office
from tests.gui import walks
from tests.gui.test_sealed_notice_by_keys import Own, back_to, sends_a_packet
from tests.gui.test_taking_back_by_keys import (  # noqa: F401 - fixtures are found by their names
    LOOKS,
    keys,
)
from tests.gui.window import PASSPHRASE, prepare_vault, shown_words, start

from nrm_desktop.app.commands import ImportReferral
from nrm_desktop.app.notice_commands import SendNotice
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.today import What, gather
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.bootstrap.window_settings import write_settings
from nrm_desktop.ui.views.arrivals import ArrivalsPage
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.pill import Pill

pytestmark = [pytest.mark.rule("R27"), pytest.mark.threat("T12")]


def fills_a_stick(own, other, stick) -> None:
    """A referral, the notice that takes it back, a receipt of theirs, and what is not for us."""
    to_other, to_us = own.meet(other, "psychosocial"), other.meet(own, "psychosocial")
    _, ours = sends_a_packet(own, to_other)
    receipt = other.do(ImportReferral(path=ours.path))[0].receipt_path
    scope, theirs = sends_a_packet(other, to_us)
    wish = SendNotice(
        scope=scope, reference=theirs.referral, recipient=to_us, folder=str(other.stick)
    )
    files = {
        "a-referral.nrm": theirs.path,
        "b-notice.nrm": other.do(wish)[0].path,
        "c-receipt.nrm": receipt,
        "d-card.nrmcard": other.card().path,
        "e-ours-for-them.nrm": ours.path,
    }
    for name, path in files.items():
        (stick / name).write_bytes(Path(path).read_bytes())
    whole = (stick / "a-referral.nrm").read_bytes()
    (stick / "f-broken.nrm").write_bytes(whole[:-40])
    (stick / "holiday.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, tmp_path, stick, qtbot, faults, shipped_fonts):
    other = Office(tmp_path / "other", "Lantern Office", "L-07")
    prepare_vault(tmp_path, lambda vault: fills_a_stick(Own(tmp_path, vault), other, stick))
    other.close()
    write_settings(tmp_path, LOOKS[request.param])
    made = start(tmp_path, faults)
    made.window.resize(1366, 768)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


def test_a_stick_is_looked_at_taken_in_and_leads_to_its_cases(program, keys, stick):  # noqa: F811 - fixtures
    say = program.kit.say
    unlocks(program, keys)
    vault = program.work.vault
    before = cases(vault)

    goes_to_the_door(program, keys)
    keys.type(str(stick))
    keys.press(Qt.Key.Key_Return)
    keys.wait_for_words(say("Nothing was taken in yet."))
    tells_what_lies_there(program)
    walks.look_at(program, "arrivals-listed")
    assert cases(vault) == before, "nothing is taken in by being listed"

    opens_the_referral(program, keys)
    (new,) = cases(vault) - before
    walks.look_at(program, "arrivals-a-case")

    takes_in_what_is_safe(program, keys)
    walks.look_at(program, "arrivals-taken-in")
    waiting = {one.what for one in gather(readings(vault, vault.sight, 7)).waiting()}
    assert What.ASKED_TO_STOP in waiting
    states = [row.state for scope in before for row in vault.reader.referrals(scope, vault.sight)]
    assert states == ["received"]

    code = vault.reader.case(new, vault.sight).row.code
    back_to(keys, say("Folder of the stick or of the mail, or one file"))
    keys.tab_to(say("Open case {code}", code=code))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: isinstance(program.work.frame.page, CaseFrame))


def unlocks(program, keys) -> None:  # noqa: F811 - a fixture
    keys.wait(QApplication.focusWidget)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work)


def tells_what_lies_there(program) -> None:
    say, words = program.kit.say, shown_words(program.window)
    sender = {"sender": "Lantern Office"}
    compared = say("From {sender}. The digits of their card were compared.", **sender)
    assert words.count(compared) >= len(("referral", "notice", "receipt"))
    assert say("Damaged") in pills(program)
    assert others(say) <= set(words.split("\n"))


def cases(vault) -> set:
    return {row.scope for row in vault.reader.cases(CaseFilter(), 9, None, vault.sight).rows}


def pills(program) -> list[str]:
    """How the files stand."""
    return [one.accessibleName() for one in program.work.frame.page.findChildren(Pill)]


def others(say) -> set[str]:
    """One packet of ours on its way to them, and one picture: both are only counted."""
    return {
        say.plural(
            "{count} file is sealed for others and can travel on.",
            "{count} files are sealed for others and can travel on.",
            1,
        ),
        say.plural(
            "{count} file has nothing to do with this program.",
            "{count} files have nothing to do with this program.",
            1,
        ),
    }


def goes_to_the_door(program, keys) -> None:  # noqa: F811 - a fixture
    say = program.kit.say
    keys.go_to_place(say("Exchange"))
    keys.wait_for_words(say("Files from outside …"))
    keys.wait_to_tab_to(say("Files from outside …"))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: isinstance(program.work.frame.page, ArrivalsPage))
    keys.wait_to_tab_to(say("Folder of the stick or of the mail, or one file"))


def opens_the_referral(program, keys) -> None:  # noqa: F811 - a fixture
    say = program.kit.say
    keys.tab_to(say("Open as a case"))
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words(say("The receipt lies beside the file. Give the stick back to them."))
    assert isinstance(keys.focused(), Button), "what can be done next has the cursor"


def takes_in_what_is_safe(program, keys) -> None:  # noqa: F811 - a fixture
    say = program.kit.say
    keys.tab_to(say("Take in what is safe"))
    keys.press(Qt.Key.Key_Space)
    words = say.plural("{count} file was taken in.", "{count} files were taken in.", 2)
    keys.wait_for_words(words)
