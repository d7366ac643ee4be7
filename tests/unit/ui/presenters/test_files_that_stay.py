"""The forms of a file beside which another one of the same person goes on (docs/adr/0045)."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk, base_forms
from tests.unit.ui.presenters.cases import ROOT, Reader, view

from nrm_desktop.app.queries import CaseView, RecordView
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.joining import OnePerson
from nrm_desktop.ui.presenters.case_file import CHILD_PATHWAY, CaseFile
from nrm_desktop.ui.presenters.field_specs import read_cell
from nrm_desktop.ui.presenters.interview import InterviewPresenter, WantedForm

CODE = "7KQ2-M9FX"
STAYS = OnePerson((CODE,), goes_on=(CODE,))


@pytest.fixture
def log(view_log):
    return view_log


def asked(log, case: CaseView, wanted: WantedForm | None = None) -> set[str]:
    """The questions of a page that can be answered."""
    more = () if wanted is None else (wanted,)
    InterviewPresenter(log, FakeDesk(Reader(case=case)), SCOPE, lambda: None, *more).start()
    specs = log.last("show_section").specs
    return {str(read_cell(one.id).field) for one in specs if not one.is_read_only}


def staying(*rows: RecordView) -> CaseView:
    case = view(records=rows)
    return replace(case, row=replace(case.row, joined=STAYS))


def test_a_file_that_stays_is_shown_and_not_asked_but_for_what_ends_it(log):
    assert asked(log, staying()) == set()
    assert asked(log, staying(), WantedForm("closure"))


@pytest.mark.rule("S9")
def test_what_began_in_a_file_that_stays_can_still_be_ended_there(log):
    sheet = RecordView(RecordId(b"\x41" * 16), "paper", None, 2)
    assert asked(log, staying(sheet), WantedForm("paper")) == {"paper.gone"}


@pytest.mark.rule("R14")
@pytest.mark.parametrize("child_in", [(), (CODE,)], ids=["none", "in the other"])
def test_a_sign_of_a_child_in_another_file_asks_what_is_asked_of_a_child(child_in):
    case, file = view(), CaseFile(base_forms())
    file.take(replace(case, row=replace(case.row, child_in=child_in)))

    assert (CHILD_PATHWAY in file.context(ROOT).facts) is bool(child_in)
