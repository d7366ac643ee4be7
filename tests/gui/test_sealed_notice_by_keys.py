"""A sealed notice goes out and one that came in is answered, at the window by keys alone (R27)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.fakes.office import Office
from tests.gui import walks
from tests.gui.test_taking_back_by_keys import (  # noqa: F401 - fixtures are found by their names
    LOOKS,
    keys,
)
from tests.gui.window import PASSPHRASE, prepare_vault, start

from nrm_desktop.app.commands import (
    ImportReferral,
    IssueReferral,
    ReferralWish,
    WithdrawConsent,
)
from nrm_desktop.app.notice_commands import SendNotice, TakeNotice
from nrm_desktop.app.today import What, gather
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.bootstrap.window_settings import write_settings
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.consent import ConsentPage

pytestmark = [pytest.mark.rule("R27"), pytest.mark.rule("S6")]


class Own(Office):
    """Our office; its vault is opened by the window later."""

    def __init__(self, folder, vault) -> None:
        self.folder, self.vault = folder, vault
        self.stick = folder / "stick"
        self.stick.mkdir()


def sends_a_packet(office, recipient):
    """A case, and the packet that left under a yes of the person."""
    scope = office.open_case(answered(value=False))
    office.write(scope, "screening", {"screening.given_name": "Olena"})
    asked = office.ask(scope, recipient, {"identity": "yes"})
    wish = ReferralWish(scope, recipient, "refer")
    issued = office.do(IssueReferral(wish=wish, way="packet", folder=str(office.stick)))[0]
    back = WithdrawConsent(scope=scope, consents=tuple(row.record for row in asked.made))
    office.do(back)
    return scope, issued


def both_ways(own, other) -> None:
    """Both send a packet, both take it back; the other has sealed its notice, ours is owed."""
    to_other = own.meet(other, "psychosocial")
    to_us = other.meet(own, "psychosocial")
    sends_a_packet(own, to_other)
    scope, issued = sends_a_packet(other, to_us)
    own.do(ImportReferral(path=issued.path))
    notice = SendNotice(
        scope=scope, reference=issued.referral, recipient=to_us, folder=str(other.stick)
    )
    own.do(TakeNotice(path=other.do(notice)[0].path))


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, tmp_path, qtbot, faults, shipped_fonts):
    other = Office(tmp_path / "other", "Lantern Office", "L-07")
    prepare_vault(tmp_path, lambda vault: both_ways(Own(tmp_path, vault), other))
    other.close()
    write_settings(tmp_path, LOOKS[request.param])
    made = start(tmp_path, faults)
    made.window.resize(1366, 768)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


def test_one_is_sealed_and_one_that_came_is_answered(program, keys, tmp_path):  # noqa: F811 - fixtures
    keys.wait(QApplication.focusWidget)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work)
    vault, stick = program.work.vault, tmp_path / "stick"
    before = set(stick.glob("q-*.nrm"))
    today = gather(readings(vault, vault.sight, 7)).waiting()
    by_what = {one.what: CaseRef(one.scope, one.code) for one in today}

    opens_consents(program, keys, by_what[What.NOTICE], "Who has to be told")
    seals_a_notice(program, keys, stick)
    (notice,) = vault.reader.notices(by_what[What.NOTICE].scope, vault.sight)
    assert (notice.is_owed, notice.last.way) == (False, "sealed_notice")
    assert len(set(stick.glob("q-*.nrm")) - before) == 1

    came = by_what[What.ASKED_TO_STOP]
    warning = "The person has taken this back. Stop using it."
    opens_consents(program, keys, came, warning)
    walks.look_at(program, "taken-back-there")
    answers(program, keys, stick)
    (asked,) = vault.reader.asked_to_stop(came.scope, vault.sight)
    assert [one.reply for one in asked.answers] == ["erased"]
    assert len(set(stick.glob("q-*.nrm")) - before) == 2


def opens_consents(program, keys, case, words) -> None:  # noqa: F811 - a fixture
    program.work.main.open_case(case)
    program.work.main.open(PlaceId.CONSENT)
    keys.wait(lambda: isinstance(program.work.frame.page, ConsentPage))
    keys.wait_for_words(program.kit.say(words))


def seals_a_notice(program, keys, stick) -> None:  # noqa: F811 - a fixture
    say, before = program.kit.say, set(stick.glob("q-*.nrm"))
    back_to(keys, say("Who has to be told"))
    keys.press(Qt.Key.Key_Home)
    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(stick))
    keys.tab_to(say("Write the sealed notice"))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: set(stick.glob("q-*.nrm")) - before)
    (file,) = set(stick.glob("q-*.nrm")) - before
    told = "Written and read back: {file}. It stands as told; give them the file."
    keys.wait_for_words(say(told, file=file.name))
    walks.look_at(program, "notice-sealed")
    assert walks.name_of(keys.focused()) == say("Write the sealed notice")


def back_to(keys, name) -> None:  # noqa: F811 - a fixture
    """The cards stand before the conversation, where the cursor is at first."""
    for _ in range(40):
        if walks.name_of(keys.focused()) == name:
            return
        keys.press(Qt.Key.Key_Backtab)
    raise AssertionError(name)


def answers(program, keys, stick) -> None:  # noqa: F811 - a fixture
    say, before = program.kit.say, set(stick.glob("q-*.nrm"))
    back_to(keys, say("What is done here"))
    while keys.focused().code() != "erased":
        keys.press(Qt.Key.Key_Down)
    keys.tab_to(say("Folder, like that of a stick"))
    keys.type(str(stick))
    keys.tab_to(say("Write our answer"))
    keys.press(Qt.Key.Key_Space)
    keys.wait(lambda: set(stick.glob("q-*.nrm")) - before)
    (file,) = set(stick.glob("q-*.nrm")) - before
    told = "Written and read back: {file}. They know it once they have the file."
    keys.wait_for_words(say(told, file=file.name))
    walks.look_at(program, "answered-there")
    assert walks.name_of(keys.focused()) == say("Write our answer")
