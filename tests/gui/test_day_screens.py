"""Every look of the list of what is due: read, heard, reached, and the way into a case."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from tests.gui import walks
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    faults,
    folder,
    is_built,
    keys,
    look_at,
    page,
    program,
    shows,
    work,
)

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import AddDirectoryEntry, IssueReferral, ReferralWish
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.domain.disclosure import VITAL_INTEREST
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.interview import InterviewPage
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
    look_at("today")

    assert row.code in {line.code for line in work.main.page._lines}
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
