"""The words in hand: kept after 0.8 s, signed when the group is left, never lost in between."""

import pytest
from tests.fakes.runner import SCOPE
from tests.fakes.view import CallLog

from nrm_desktop.app.commands import KeepDraft, SaveAnswers
from nrm_desktop.app.events import AnswersSaved, DraftKept
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import AnswerState, Source
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind, Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.hand import DRAFT_AFTER_S, SAVE_AFTER_S, Hand, read_draft_form

ROOT = RecordId(b"r" * 16)
ROW = RecordId(b"q" * 16)
NAME = Cell(ROOT, FieldId("screening.given_name"))
BORN = Cell(ROOT, FieldId("screening.birth_date"))
PLACE = Cell(ROOT, FieldId("screening.place_type"))


def said(raw, state=AnswerState.ANSWERED) -> Reply:
    return Reply(state, raw, Source.PERSON)


@pytest.fixture
def listener():
    return CallLog()


@pytest.fixture
def file(desk):
    made = CaseFile(desk.context.forms)
    made.begin(ROOT, "screening")
    return made


@pytest.fixture
def hand(desk, file, listener):
    desk.answers[KeepDraft] = lambda cmd: (DraftKept(key=cmd.draft.key, at_ms=2),)
    desk.answers[SaveAnswers] = lambda cmd: (
        AnswersSaved(scope=cmd.scope, cells=(), commits=1, at_ms=3),
    )
    return Hand(desk, SCOPE, file, listener)


def marks(listener) -> list[tuple]:
    return [(cell.field.partition(".")[2], mark.kind) for cell, mark in listener.told("mark")]


def test_nothing_is_kept_before_somebody_stops_typing(desk, hand):
    hand.take(NAME, said("A"))
    desk.pass_time(DRAFT_AFTER_S / 2)
    hand.take(NAME, said("Am"))
    desk.pass_time(DRAFT_AFTER_S / 2)

    assert desk.commands == []


def test_the_draft_is_said_to_be_kept_only_when_it_is(desk, hand, listener):
    desk.holds = True
    hand.take(NAME, said("Amina"))
    desk.pass_time(DRAFT_AFTER_S)

    assert [command.draft.fields for command in desk.sent(KeepDraft)] == [
        ((NAME.field, 0, "Amina", int(Source.PERSON)),)
    ]
    assert listener.calls == []

    desk.release()
    assert listener.told("mark") == [(NAME, FieldMark(MarkKind.DRAFT, "clock 2"))]


def test_leaving_the_group_signs_and_saved_is_said_after_the_commit(desk, hand, listener):
    hand.take(NAME, said("Amina"))
    desk.holds = True

    hand.save()
    assert marks(listener) == [("given_name", MarkKind.SAVING)]

    desk.release()
    assert listener.told("mark")[-1] == (NAME, FieldMark(MarkKind.SAVED, "clock 3"))


@pytest.mark.rule("R28")
def test_an_answer_that_does_not_fit_is_kept_as_typed_and_not_signed(desk, hand, file):
    problem = hand.take(BORN, said("some day in spring"))
    hand.take(NAME, said("Amina"))
    hand.save()

    assert problem is not None
    assert [one.field for one in desk.sent(SaveAnswers)[0].answers] == [NAME.field]
    assert desk.sent(SaveAnswers)[0].draft is None, "the draft still holds the other words"
    kept = desk.sent(KeepDraft)[-1].draft.fields
    assert [row[0] for row in kept] == [BORN.field]
    assert hand.reply(BORN) == said("some day in spring")


def test_a_first_answer_begins_its_record_and_the_record_it_stands_in(desk, hand, file):
    file.begin(ROW, "screening.situation", ROOT)
    hand.take(Cell(ROW, FieldId("screening.how_started")), said("By a friend"))
    hand.save()

    command = desk.sent(SaveAnswers)[0]
    assert [new.record for new in command.opens] == [ROOT, ROW]
    assert command.draft.record == ROW

    hand.take(NAME, said("Amina"))
    hand.save()
    assert desk.sent(SaveAnswers)[1].opens == (), "both are saved now"


def test_after_a_minute_without_a_key_the_words_are_signed(desk, hand):
    hand.take(NAME, said("Amina"))
    desk.pass_time(SAVE_AFTER_S)

    assert len(desk.sent(SaveAnswers)) == 1


def test_words_typed_while_saving_stay_in_hand(desk, hand, listener):
    hand.take(NAME, said("Amina"))
    desk.holds = True
    hand.save()
    hand.take(NAME, said("Amina B."))
    desk.holds = False

    desk.release()

    assert hand.reply(NAME) == said("Amina B.")
    assert desk.sent(KeepDraft)[-1].draft.fields[0][2] == "Amina B."
    hand.save()
    assert desk.sent(SaveAnswers)[-1].answers[0].answer.value == "Amina B."


def test_leaving_twice_saves_once(desk, hand):
    hand.take(NAME, said("Amina"))
    desk.holds = True
    hand.save()
    hand.save()

    assert len(desk.sent(SaveAnswers)) == 1


def test_a_full_disk_loses_nothing_and_is_said_loudly(desk, hand, listener):
    desk.answers[SaveAnswers] = EnvironmentFault("storage.full")
    hand.take(NAME, said("Amina"))
    hand.save()

    assert [error.code for (error,) in listener.told("failed")] == ["storage.full"]
    assert hand.reply(NAME) == said("Amina")
    assert desk.sent(KeepDraft)[-1].draft.fields[0][2] == "Amina"
    assert MarkKind.SAVED not in [kind for _, kind in marks(listener)]


def test_nothing_is_signed_beside_an_unseen_version(desk, hand):
    hand.take(NAME, said("Amina"))
    hand.unseen.add(NAME)
    hand.save()
    assert desk.sent(SaveAnswers) == []

    hand.looked(NAME, keeps_own=True)
    assert [one.answer.value for one in desk.sent(SaveAnswers)[0].answers] == ["Amina"]


def test_taking_the_other_version_lets_the_own_words_go(desk, hand):
    hand.take(NAME, said("Amina"))
    hand.unseen.add(NAME)
    hand.looked(NAME, keeps_own=False)
    hand.save()

    assert desk.sent(SaveAnswers) == []
    assert not hand.holds(NAME)


def test_a_draft_of_a_row_remembers_in_which_record_it_stands(desk, hand, file):
    file.begin(ROW, "screening.situation", ROOT)
    hand.take(Cell(ROW, FieldId("screening.how_started")), said("By a friend"))
    hand.keep_draft()

    form = desk.sent(KeepDraft)[0].draft.form
    assert read_draft_form(form) == ("screening.situation", ROOT)
    assert read_draft_form("screening") == ("screening", None)
