"""The forms of a case: those that this role fills, begun or not, and the way into each."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, view

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import AnswerState
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.field_specs import Cell, read_cell
from nrm_desktop.ui.presenters.forms import FormsPresenter
from nrm_desktop.ui.presenters.interview import InterviewPresenter, WantedForm

OLD = RecordId(b"\x21" * 16)


def desk_of(*roles: str, records: tuple[RecordView, ...] = ()) -> FakeDesk:
    case = view()
    desk = FakeDesk(Reader(case=replace(case, records=(*case.records, *records))))
    desk.context = replace(desk.context, roles=frozenset(roles))
    desk.answers[SaveAnswers] = lambda cmd: (
        AnswersSaved(scope=cmd.scope, cells=(), commits=1, at_ms=3),
    )
    return desk


def listed(log, desk: FakeDesk) -> list[str]:
    page = FormsPresenter(log, desk, SCOPE, lambda form: None)
    page.start()
    return [line.id for line in log.last("show_lines")]


@pytest.fixture
def log(view_log):
    return view_log


@pytest.mark.rule("R34")
@pytest.mark.parametrize(
    ("role", "is_there", "is_not"),
    [
        ("case_manager", {"plan", "safety", "decision", "closure", "bia"}, {"breach", "duty"}),
        ("shelter", {"needs", "safety", "plan", "letters", "shift"}, {"decision", "closure"}),
        ("border_first", {"group", "cards", "event"}, {"plan", "age", "needs"}),
        ("guardian", {"bia", "bid", "age", "missing"}, {"plan", "redress"}),
    ],
)
def test_a_role_is_offered_what_it_fills_and_nothing_else(log, role, is_there, is_not):
    found = set(listed(log, desk_of(role)))

    assert is_there <= found
    assert not is_not & found


def test_forms_with_a_page_of_their_own_and_rows_of_the_program_are_not_listed(log):
    found = set(listed(log, desk_of("case_manager")))

    assert not found & {
        "screening",
        "consent",
        "referral",
        "consent_register",
        "disclosure",
        "moved",
    }


def test_what_was_begun_says_so_and_how_often(log):
    rows = tuple(RecordView(RecordId(bytes([n]) * 16), "safety", None, n) for n in (1, 2))
    desk = desk_of("case_manager", records=(*rows, RecordView(OLD, "plan", None, 1)))
    listed(log, desk)
    states = {line.id: line.state for line in log.last("show_lines")}

    assert (states["safety"], states["plan"], states["needs"]) == (
        "2 of them",
        "Begun",
        "Not begun",
    )


def test_a_form_is_opened_or_begun_anew_and_one_that_exists_once_is_opened(log):
    asked = []
    page = FormsPresenter(log, desk_of("case_manager"), SCOPE, asked.append)
    page.start()
    ids = [line.id for line in log.last("show_lines")]
    page.open(ids.index("safety"))
    page.begin(ids.index("safety"))
    page.begin(ids.index("event"))
    page.open(99)

    assert asked == [
        WantedForm("safety"),
        WantedForm("safety", is_new=True),
        WantedForm("event"),
    ]


def saved_record(log, desk: FakeDesk, form: WantedForm, field: str, value: object) -> RecordId:
    made = InterviewPresenter(log, desk, SCOPE, lambda: None, form)
    made.start()
    record = read_cell(log.last("show_section").specs[0].id).record
    cell = Cell(record, FieldId(field)).id
    made.section.edited(FieldEdit(cell, Reply(AnswerState.ANSWERED, value)))
    made.leave()
    [command] = desk.sent(SaveAnswers)
    return command.answers[0].record


def test_opening_goes_on_with_the_last_record_and_a_new_one_stands_beside_it(log):
    begun, field = RecordView(OLD, "shift", None, 1), "shift.sh_now"
    first = desk_of("case_manager", records=(begun,))
    second = desk_of("case_manager", records=(begun,))
    new = WantedForm("shift", is_new=True)

    assert saved_record(log, first, WantedForm("shift"), field, "quiet") == OLD
    assert saved_record(log, second, new, field, "quiet") not in {OLD, once_record(SCOPE, "shift")}


@pytest.mark.rule("R29")
def test_a_second_look_is_there_once_an_act_opened_it_and_nobody_begins_one(log):
    assert "review" not in listed(log, desk_of("case_manager"))

    waits = RecordView(OLD, "review", None, 1)
    assert "review" in listed(log, desk_of("case_manager", records=(waits,)))
    (line,) = [one for one in log.last("show_lines") if one.id == "review"]
    assert not line.may_begin
    assert "review" not in listed(log, desk_of("lawyer", records=(waits,)))
