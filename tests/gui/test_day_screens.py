"""Every look of the list of what is due: read, heard, reached, and the way into a case."""

from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    faults,
    folder,
    keys,
    look_at,
    page,
    program,
    shows,
    work,
)

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.static_table import StaticTable


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
