"""Somebody with two files at the window: one list of consents, one of today (docs/adr/0045)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView
from tests.gui import walks
from tests.gui.test_taking_back_by_keys import LOOKS, something_was_passed_on
from tests.gui.window import OFFICE, PASSPHRASE, Keys, prepare_vault, start

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import ConsentRowGiven, OpenCase, RecordConsent, WithdrawConsent
from nrm_desktop.app.joining_commands import JoinCases
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.window_settings import write_settings
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.consent import ConsentPage
from nrm_desktop.ui.views.today import TodayPage

pytestmark = [pytest.mark.rule("S9"), pytest.mark.rule("R5")]


def two_files(vault, room) -> None:
    """Something went from the file that goes on; in the other one the same was taken back."""
    something_was_passed_on(vault, room)
    (first,) = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    (event,) = vault.handle(OpenCase(child=answered(value=True)))
    other = event.scope
    today = now_of(vault.context).today
    answering = Answering(vault.context, other, vault.reader.case(other, vault.sight))
    for address, value in (
        ("reflection[+1].decision", "granted"),
        ("reflection[+1].start", "2026-10-30"),
        ("paper[+1].at", f"{today}T08:00"),
        ("event.e[+1].ev_kind", "letter"),
    ):
        answering.add(Wanted(address, value))
    vault.handle(answering.command())
    (office,) = (RecipientId(row.entry) for row in vault.reader.directory())
    given = ConsentRowGiven("refer", office, (("identity", "yes"), ("risk", "no")), "no_end")
    made = vault.handle(RecordConsent(scope=other, rows=(given,)))[0].made
    vault.handle(WithdrawConsent(scope=other, consents=(made[0].record,)))
    join = JoinCases(scope=first.scope, other=other, reason="papers_show", second="P-77")
    vault.handle(join)


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, tmp_path, qtbot, faults, shipped_fonts):
    prepare_vault(tmp_path, lambda vault: two_files(vault, tmp_path / "stick"))
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


def listed(program) -> str:
    """The words of every list on the page."""
    return " ".join(
        str(table.model().index(row, column).data())
        for table in program.window.findChildren(QTableView)
        if table.isVisible() and table.model() is not None
        for row in range(table.model().rowCount())
        for column in range(table.model().columnCount())
    )


def test_consents_and_days_of_both_files_are_shown_together(program, keys):
    keys.wait(QApplication.focusWidget)
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work)
    main, vault, say = program.work.main, program.work.vault, program.kit.say
    rows = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows
    (goes_on,) = (one for one in rows if not one.joined.goes_on)
    (other,) = goes_on.joined.others

    main.open(PlaceId.TODAY)
    keys.wait(lambda: isinstance(program.work.frame.page, TodayPage))
    keys.wait(lambda: other in listed(program))
    walks.look_at(program, "two-files-today")

    main.open_case(CaseRef(goes_on.scope, goes_on.code))
    main.open(PlaceId.CONSENT)
    keys.wait(lambda: isinstance(program.work.frame.page, ConsentPage))
    keys.wait_for_words(say("Who has to be told"))
    keys.wait(lambda: other in listed(program))
    words = listed(program)
    assert OFFICE in words
    assert say("{file}: holds for every file", file=other) in words
    assert say("{file}: does not count while another one says no", file=say("This file")) in words
    walks.look_at(program, "two-files-consent")
