"""Every look of the list of what is due: read, heard, reached, and the way into a case."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from tests.gui import walks
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    is_built,
    keys,
    look_at,
    page,
    program,
    shows,
    work,
)
from tests.gui.test_talk_screens import take_picture
from tests.gui.window import shown_words

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    CloseCase,
    IssueReferral,
    OpenCase,
    ReferralWish,
)
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.app.tombstones import write_tombstone
from nrm_desktop.domain.disclosure import VITAL_INTEREST
from nrm_desktop.domain.ids import RecipientId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.shift import ShiftPage
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.field_stack import FieldStack


def test_what_is_due_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    vault = work.vault
    row = vault.reader.cases(CaseFilter(state="open"), 5, None, vault.sight).rows[-1]
    answering = Answering(vault.context, row.scope, vault.reader.case(row.scope, vault.sight))
    answering.add(Wanted("letters[+1].le_last", "2020-01-15"))
    vault.handle(answering.command())
    work.main.open(PlaceId.TODAY)
    table = page(program).findChild(StaticTable)
    keys.wait(lambda: table.isVisible() and table.view().hasFocus())
    keys.wait(lambda: row.code in {line.code for line in work.main.page._lines})
    look_at("today")

    work.main.page.open(0)
    keys.wait(lambda: shows(program, InterviewPage))


def test_a_second_look_can_be_read_heard_and_reached(program, work, keys, look_at, tmp_path):  # noqa: F811 - fixtures
    """It is listed once somebody acted alone, and opens with what it is about."""
    vault = work.vault
    row = vault.reader.cases(CaseFilter(state="open"), 5, None, vault.sight).rows[-1]
    answering = Answering(vault.context, row.scope, vault.reader.case(row.scope, vault.sight))
    answering.add(Wanted("screening[+1].danger_now", "yes"))
    answering.add(Wanted("referral[+1].urgency", "now"))
    vault.handle(answering.command())
    (entry,) = vault.handle(AddDirectoryEntry(kind="shelter", name="House by the lake"))
    recipient = RecipientId(entry.entry.hex())
    wish = ReferralWish(row.scope, recipient, "refer", VITAL_INTEREST, "No one to ask")
    plain = frozenset({"PLAINTEXT"})
    vault.handle(IssueReferral(wish=wish, way="pdf", folder=str(tmp_path), confirmations=plain))

    work.main.open_case(CaseRef(row.scope, row.code))
    work.main.open(PlaceId.FORMS)
    keys.wait(lambda: page(program).findChild(StaticTable).view().model().rowCount())
    lines = work.main.page
    lines.open([line.id for line in lines._lines].index("review"))
    keys.wait(lambda: page(program).findChild(FieldStack))
    work.main.page.open_section("review.r")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    keys.wait(lambda: is_built(page(program)) and not walks.cut_off(program.window))
    look_at("second look")


@pytest.mark.rule("N9")
def test_how_long_files_are_kept_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    vault = work.vault
    (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
    view = vault.reader.case(opened.scope, vault.sight)
    answering = Answering(vault.context, opened.scope, view)
    for name, value in (
        ("initiator", "person"),
        ("risk_at_close", "none"),
        ("retention[+1].class", "closed_adult"),
        ("retention[+1].delete_on", "2020-01-15"),
    ):
        answering.add(Wanted(f"closure[+1].{name}", value))
    vault.handle(answering.command())
    vault.handle(CloseCase(scope=opened.scope, reason="own_wish", second="P-02"))
    gone = Tombstone("7RQY-GPC7", ScopeId(bytes(16)), "2026-11-20T10:00", "retention_ended")
    vault.work.run(lambda unit: write_tombstone(unit, vault.context, gone))
    work.main.open(PlaceId.KEEPING)
    keys.wait(lambda: len(page(program).findChildren(StaticTable)) > 1)
    kept, erased = page(program).findChildren(StaticTable)
    keys.wait(lambda: erased.isVisible() and kept.view().hasFocus())
    assert erased.view().model().index(0, 0).data() == "7RQY-GPC7"
    assert opened.code in {line.code for line in work.main.page._lines}
    look_at("keeping")

    work.main.page.open([line.code for line in work.main.page._lines].index(opened.code))
    keys.wait(lambda: shows(program, InterviewPage))


def writes_it_on_paper(program, keys, look_at, folder) -> None:  # noqa: F811 - fixtures
    """Without the word nothing is written, and with it a file under a name that tells nothing."""
    card = page(program).paper
    keys.wait(card.isVisible)
    card._folder.take_focus()
    keys.type(str(folder))
    keys.press(Qt.Key.Key_Return)
    look_at("the hand-over on paper")
    take_picture(program, "shift-paper")
    assert list(folder.glob("n-*.pdf")) == []
    card._typed.setFocus()
    keys.type("plaintext")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: list(folder.glob("n-*.pdf")))
    keys.wait(card._write.isEnabled)


def a_night(vault):
    """A line of a case, and somebody who can be reached; gives the row of the case."""
    row = vault.reader.cases(CaseFilter(state="open"), 5, None, vault.sight).rows[-1]
    for scope, said in (
        (
            row.scope,
            {
                "shift[+1].sh_now": "Sleeps badly, wants to phone her sister tomorrow.",
                "shift[+1].sh_do[+1].what": "Call the doctor",
                "shift[+1].sh_watch": "fear,pain",
                "shift[+1].sh_bed": "Room 3",
            },
        ),
        (
            vault.context.organisation,
            {
                "duty[+1].oncall[+1].du_role": "medical",
                "duty[+1].oncall[+1].du_who": "Clinic 555 01",
                "duty[+1].oncall[+1].du_second": "Emergency 112",
                "duty[+1].phone[+1].ph_language": "ti",
                "duty[+1].phone[+1].ph_phone[+1].phone": "555 02",
            },
        ),
    ):
        view = vault.reader.case(scope, vault.sight)
        duty = vault.reader.register("duty", vault.sight)
        answering = Answering(vault.context, scope, view or duty)
        for address, value in said.items():
            answering.add(Wanted(address, value))
        vault.handle(answering.command())
    return row


@pytest.mark.rule("R40")
def test_the_hand_over_of_a_shift_is_read_heard_and_signed(program, work, keys, look_at, tmp_path):  # noqa: F811 - fixtures
    row = a_night(work.vault)
    work.main.open(PlaceId.SHIFT)
    words = "Sleeps badly, wants to phone her sister tomorrow."
    keys.wait(lambda: words in shown_words(page(program)))
    keys.wait(lambda: page(program).findChild(StaticTable))
    look_at("shift")
    told = set(shown_words(page(program)).splitlines())
    assert {"Call the doctor", f"\u2068{row.code}\u2069 · Room 3"} <= told
    (calls, phones) = page(program).findChildren(StaticTable)
    assert calls.view().model().index(0, 1).data() == "Clinic 555 01"
    assert phones.view().model().index(0, 1).data() == "555 02"
    writes_it_on_paper(program, keys, look_at, tmp_path)

    work.main.page.edit_duty()
    keys.wait(lambda: shows(program, InterviewPage))
    keys.wait(lambda: page(program).findChild(FieldStack))
    look_at("duty sheet")
    work.main.open(PlaceId.SHIFT)
    keys.wait(lambda: shows(program, ShiftPage))
    keys.wait(lambda: row.code in {line.code for line in work.main.page._lines})
    work.main.page.write_line(row.scope, row.code)
    keys.wait(lambda: shows(program, InterviewPage))
