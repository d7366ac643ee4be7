"""What was asked before is shown before it is asked again, and can be taken over. R23."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.handlers.case_registers import ASKED
from nrm_desktop.app.queries import RecordView, Version
from nrm_desktop.domain.case import row_beside
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState, Source
from nrm_desktop.ui.presenters.asked_before import Earlier
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.interview import InterviewPresenter

LATEST = RecordId(b"z" * 16)
"""The interview in hand: the newest one; ROOT is the one before."""
NAME, ALONE = FieldId("screening.given_name"), FieldId("screening.seen_alone")
DANGER = FieldId("screening.danger_now")


def said(state, value=None, source=Source.PERSON):
    answer = Answer(state, value, source, "2026-11-01")
    return Version(OpId(b"\5" * 16, 0), answer, "P-07", "Laptop 7", 7)


@pytest.fixture
def log(view_log):
    return view_log


def talk_on(log, *cells, records=()):
    latest = RecordView(LATEST, "screening", None, 2)
    desk = FakeDesk(Reader(case=view(*cells, records=(latest, *records))))
    desk.answers[SaveAnswers] = lambda cmd: (
        AnswersSaved(scope=cmd.scope, cells=(), commits=1, at_ms=3),
    )
    made = InterviewPresenter(log, desk, SCOPE, lambda: None)
    made.start()
    return desk, made


def earlier(log, field):
    """What is shown last beside a question."""
    place = Cell(LATEST, field).id
    return [call[1] for call in log.told("show_earlier") if call[0] == place][-1]


@pytest.mark.rule("R23")
@pytest.mark.parametrize(
    ("state", "value", "words"),
    [
        (AnswerState.ANSWERED, False, "No"),
        (AnswerState.DECLINED, None, "Declined"),
        (AnswerState.UNKNOWN, None, "Not known"),
    ],
)
def test_an_earlier_answer_stands_beside_the_question_with_who_and_when(log, state, value, words):
    _, interview = talk_on(log, cell(DANGER, said(state, value)))

    interview.open_section("screening.immediate")

    assert earlier(log, DANGER) == Earlier(words, "P-07", "day 7")
    assert ("show_reply", Cell(LATEST, DANGER).id, Reply(), "") in log.calls, "nothing filled in"


@pytest.mark.rule("R23")
@pytest.mark.rule("R21")
def test_it_is_taken_over_as_it_was_with_its_own_date_and_source(log):
    desk, interview = talk_on(log, cell(DANGER, said(AnswerState.DECLINED)))
    interview.open_section("screening.immediate")

    interview.section.edited(FieldEdit(Cell(LATEST, DANGER).id, Reply(), takes_earlier=True))
    interview.leave()

    (answer,) = [one.answer for each in desk.sent(SaveAnswers) for one in each.answers]
    assert (answer.state, answer.source) == (AnswerState.DECLINED, Source.PERSON)
    assert answer.asked_on == "2026-11-01"
    assert earlier(log, DANGER) is None


def test_what_is_answered_now_needs_no_word_about_before(log):
    _, interview = talk_on(log, cell(DANGER, said(AnswerState.ANSWERED, value=True)))
    interview.open_section("screening.immediate")

    answered = FieldEdit(Cell(LATEST, DANGER).id, Reply(AnswerState.ANSWERED, raw=False))
    interview.section.edited(answered)

    assert earlier(log, DANGER) is None


@pytest.mark.parametrize("field", [ALONE])
def test_what_the_worker_decides_anew_in_every_talk_is_not_offered(log, field):
    talk_on(log, cell(field, said(AnswerState.ANSWERED, value=True)))

    assert earlier(log, field) is None


def test_a_question_that_was_not_asked_was_not_asked_before(log):
    _, interview = talk_on(log, cell(DANGER, said(AnswerState.NOT_ASKED)))
    interview.open_section("screening.immediate")

    assert earlier(log, DANGER) is None


@pytest.mark.rule("R23")
def test_a_part_that_was_asked_about_says_by_whom_where_the_answers_cannot_be_read(log):
    row = row_beside(ROOT, ASKED)
    topics = cell("case_registers.aa_topic", version(("setting", "person")), record=row, form=ASKED)
    own = row_beside(LATEST, ASKED)
    mine = cell("case_registers.aa_topic", version(("setting",)), record=own, form=ASKED)
    rows = (RecordView(row, ASKED, None, 1), RecordView(own, ASKED, None, 2))
    _, interview = talk_on(log, topics, mine, records=rows)

    assert log.last("show_section").lines == ("Asked before: day 7, by P-01.",)
    interview.open_section("screening.immediate")
    assert log.last("show_section").lines == ()


@pytest.mark.rule("R23")
@pytest.mark.rule("S9")
def test_what_other_offices_asked_is_said_too(log):
    row = RecordId(b"o" * 16)
    at = "screening.already_interviewed"
    cells = (
        cell(f"{at}.organisation", version("Border Post 2"), record=row),
        cell(f"{at}.date", version(("2026-11-03", 0)), record=row),
        cell(f"{at}.topics", version(("immediate",)), record=row),
    )
    _, interview = talk_on(log, *cells, records=(RecordView(row, at, ROOT, 1),))

    interview.open_section("screening.immediate")

    (line,) = log.last("show_section").lines
    assert "Border Post 2" in line
    assert "2026-11-03" in line
