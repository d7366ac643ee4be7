"""Talking with somebody: neutral signs, pauses, stopping, and an interpreter who is not safe."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.queries import RecordView, RegisterView
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import AnswerState, Source
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.interview import InterviewPresenter
from nrm_desktop.ui.presenters.talk import BREAK_AFTER_S

INTERPRETER = RecordId(b"i" * 16)
WHO = "ab" * 16


def talk_on(log, *cells, records=(), roles=("coordinator", "case_manager")):
    desk = FakeDesk(Reader(case=view(*cells, records=records)), roles)
    desk.answers[SaveAnswers] = lambda cmd: (
        AnswersSaved(scope=cmd.scope, cells=(), commits=1, at_ms=3),
    )
    made = InterviewPresenter(log, desk, SCOPE, lambda: None)
    made.start()
    return desk, made


@pytest.fixture
def log(view_log):
    return view_log


def edit(field, raw):
    return FieldEdit(Cell(ROOT, FieldId(field)).id, Reply(AnswerState.ANSWERED, raw))


def saved(desk):
    """What was signed, by field."""
    return {one.field: one.answer.value for each in desk.sent(SaveAnswers) for one in each.answers}


class Offer:
    """Remembers whether the slip was offered as a paper."""

    def __init__(self) -> None:
        self.told = []

    def offer(self, *, is_offered) -> None:
        self.told.append(is_offered)


def covered(log):
    return [dict(call)["is_covered"] for call in log.told("show_covered")]


@pytest.mark.rule("R41")
@pytest.mark.rule("S2")
@pytest.mark.parametrize(
    ("field", "said"), [("screening.seen_alone", False), ("screening.controller_near", True)]
)
def test_the_screen_is_neutral_as_soon_as_somebody_else_is_there(log, field, said):
    _, interview = talk_on(log)
    assert covered(log) == []

    interview.section.edited(edit(field, said))

    assert covered(log) == [True]
    interview.section.edited(edit("screening.private_room", True))
    assert covered(log) == [True], "it is said once, and a key may bring the words back"


@pytest.mark.rule("R41")
def test_a_talk_that_is_opened_again_is_neutral_from_its_first_moment(log):
    talk_on(log, cell("screening.seen_alone", version(False)))

    assert covered(log) == [True]


@pytest.mark.rule("S2")
def test_one_key_brings_neutral_signs_and_the_same_one_the_words(log):
    _, interview = talk_on(log)

    interview.talk.toggle_cover()
    interview.talk.toggle_cover()

    assert covered(log) == [True, False]


@pytest.mark.rule("R41")
def test_a_pause_says_nothing_while_somebody_can_read_it(log):
    _, interview = talk_on(log)
    interview.talk.toggle_cover()

    interview.talk.pause()

    card = log.last("show_pause")
    assert (card.lines, card.reasons, card.has_interpreter) == ((), (), False)
    interview.talk.toggle_cover()
    assert log.last("show_pause").lines


@pytest.mark.rule("R28")
def test_a_pause_leaves_its_times_and_a_reason_that_nobody_has_to_give(log):
    desk, interview = talk_on(log)

    interview.talk.pause()
    assert "screening.breaks.from" in saved(desk), "the time is kept before anything else happens"
    assert [one.code for one in log.last("show_pause").reasons][:2] == ["person_asked", "offered"]
    interview.talk.give_reason("distress")
    assert log.last("show_pause").chosen == "distress"
    interview.talk.go_on()

    kept = saved(desk)
    assert kept["screening.breaks.reason"] == "distress"
    assert kept.keys() >= {"screening.breaks.from", "screening.breaks.to"}
    assert log.last("show_pause") is None
    assert "screening.ended_at" not in kept


def test_a_pause_without_a_reason_is_a_pause(log):
    desk, interview = talk_on(log)

    interview.talk.pause()
    interview.talk.pause()
    interview.talk.go_on()
    interview.talk.go_on()

    assert "screening.breaks.reason" not in saved(desk)
    opened = [one.form for each in desk.sent(SaveAnswers) for one in each.opens]
    assert opened.count("screening.breaks") == 1


@pytest.mark.rule("R28")
def test_stopping_asks_for_nothing_and_signs_what_is_in_hand(log):
    desk, interview = talk_on(log)
    left = []
    interview.talk.ended = lambda: left.append("left")
    interview.section.edited(edit("screening.place_type", "shelter"))

    interview.talk.pause()
    interview.talk.give_reason("listener_suspected")
    interview.talk.stop()

    kept = saved(desk)
    assert kept["screening.place_type"] == "shelter"
    assert kept["screening.breaks.reason"] == "listener_suspected"
    assert "screening.ended_at" in kept
    assert "screening.breaks.to" not in kept, "nobody came back from this break"
    assert left == ["left"]


@pytest.mark.rule("R12")
def test_an_interpreter_is_stopped_by_one_act_without_words(log):
    who = cell("screening.interpreter.who", version(WHO), record=INTERPRETER)
    row = RecordView(INTERPRETER, "screening.interpreter", ROOT, 1)
    desk, interview = talk_on(log, who, records=(row,))
    interview.talk.pause()
    assert log.last("show_pause").has_interpreter

    interview.talk.stop_interpreter()

    kept = saved(desk)
    assert kept["incident.inc_interpreter.who"] == WHO
    assert kept["screening.breaks.reason"] == "interpreter"
    opened = [one.form for each in desk.sent(SaveAnswers) for one in each.opens]
    assert {"incident", "incident.inc_interpreter"} <= set(opened)


@pytest.mark.rule("R12")
def test_where_nobody_interprets_nobody_is_stopped(log):
    desk, interview = talk_on(log)
    interview.talk.pause()

    interview.talk.stop_interpreter()

    assert not log.last("show_pause").has_interpreter
    assert "incident.inc_interpreter.who" not in saved(desk)


def test_a_break_is_offered_quietly_after_a_while_and_again_after_the_break(log):
    desk, interview = talk_on(log)

    desk.pass_time(BREAK_AFTER_S - 1)
    assert log.told("show_break_mark") == []
    desk.pass_time(1)
    assert log.told("show_break_mark") == [(("is_shown", True),)]
    interview.talk.pause()
    assert log.told("show_break_mark")[-1] == (("is_shown", False),)
    interview.talk.go_on()
    desk.pass_time(BREAK_AFTER_S)
    assert log.told("show_break_mark")[-1] == (("is_shown", True),)


@pytest.mark.rule("R12")
def test_who_is_not_safe_for_this_person_is_not_offered_again(log):
    names = {"11" * 16: "Lantern line", "22" * 16: "Harbour voices"}
    register = RegisterView(
        tuple(
            RecordView(
                RecordId(bytes.fromhex(entry)[:15] + b"n"),
                "interpreters.in_name",
                RecordId(bytes.fromhex(entry)),
                1,
            )
            for entry in names
        ),
        tuple(
            cell(
                "interpreters.in_name.name",
                version(name),
                record=RecordId(bytes.fromhex(entry)[:15] + b"n"),
            )
            for entry, name in names.items()
        ),
    )
    row = RecordView(INTERPRETER, "screening.interpreter", ROOT, 1)

    def offered(*cells):
        desk = FakeDesk(Reader(case=view(*cells, records=(row,)), register=register))
        InterviewPresenter(log, desk, SCOPE, lambda: None).start()
        here = Cell(ROOT, FieldId("screening.interpreter")).id
        (group,) = [rows for at, rows in log.told("show_rows") if at == here][-1]
        return [one.label for one in group.fields[0].choices]

    used = cell("screening.interpreter_used", version(True))
    assert offered(used) == ["Harbour voices", "Lantern line"]
    unsafe = cell("case_registers.ni_interpreter", version("11" * 16), record=RecordId(b"n" * 16))
    assert offered(used, unsafe) == ["Harbour voices"]


@pytest.mark.rule("S1")
@pytest.mark.rule("R41")
def test_the_codes_for_the_slip_are_shown_and_nothing_beside_them_while_somebody_reads(log):
    _, interview = talk_on(log)
    interview.talk.slip = lambda: ("YE7T-9BRZ", "W1Q34-B39YC-BYFN")
    interview.talk.paper = paper = Offer()

    interview.talk.give_code()
    assert "hand-over W1Q34-B39YC-BYFN" in log.last("show_note")
    assert paper.told == [True]
    interview.talk.toggle_cover()
    interview.talk.give_code()
    assert paper.told == [True, False, False], "words on a card would be read"

    assert log.last("show_note") == "\u2068YE7T-9BRZ\u2069  \u2068W1Q34-B39YC-BYFN\u2069"


def sheet(log):
    return log.last("show_counter")


@pytest.mark.rule("S2")
def test_the_neutral_screen_brings_a_sheet_and_the_words_take_it_away(log):
    _, interview = talk_on(log)
    assert log.told("show_counter") == []

    interview.talk.toggle_cover()
    assert sheet(log).lines[0].text == "Where do you travel from?"
    interview.talk.toggle_cover()

    assert sheet(log) is None


@pytest.mark.rule("S2")
def test_words_typed_on_the_sheet_are_the_persons_own_and_lie_in_the_record_of_the_talk(log):
    desk, interview = talk_on(log)
    interview.talk.toggle_cover()

    interview.talk.sheet.typed("booked", "  A man from the agency ")
    interview.talk.sheet.typed("from", "Xyz")
    interview.talk.sheet.typed("from", " ")
    interview.leave()

    said = {one.field: one for each in desk.sent(SaveAnswers) for one in each.answers}
    booked = said["counter.booked"]
    assert (booked.record, booked.answer.value) == (ROOT, "A man from the agency")
    assert booked.answer.source is Source.PERSON
    assert said["counter.from"].answer.state is AnswerState.NOT_ASKED, "deleted is not asked"


@pytest.mark.rule("S2")
def test_a_question_without_a_field_has_no_place_to_write_and_keeps_nothing(log):
    desk, interview = talk_on(log)
    interview.talk.toggle_cover()
    kept = {one.id: one.is_kept for one in sheet(log).lines}
    assert (kept["bag"], kept["declare"], kept["cash"]) == (False, False, False)
    assert kept["papers"]

    interview.talk.sheet.typed("bag", "a coat")
    interview.talk.sheet.typed("nowhere", "a coat")
    interview.leave()

    assert desk.sent(SaveAnswers) == []


@pytest.mark.rule("S2")
@pytest.mark.rule("R41")
def test_the_three_outcomes_are_set_and_taken_back_by_signs_that_say_nothing(log):
    desk, interview = talk_on(log)
    press = interview.talk.sheet.press
    assert not press("7"), "while the words stand there a digit is no sign"

    interview.talk.toggle_cover()
    assert all([press("7"), press("8"), press("9"), press("8")])
    assert not press("6")

    assert {one.key: one.is_set for one in sheet(log).signs} == {"7": True, "8": False, "9": True}
    interview.leave()
    assert saved(desk)["quick.q_result"] == ("separated_under_a_pretext", "next_post_told")
    press("7")
    press("9")
    interview.leave()
    assert saved(desk)["quick.q_result"] is None


@pytest.mark.rule("S2")
def test_what_stood_there_before_stands_on_the_sheet(log):
    _, interview = talk_on(
        log,
        cell("counter.to", version("The harbour")),
        cell("quick.q_result", version(("next_post_told",))),
    )
    interview.talk.toggle_cover()

    assert {one.id: one.value for one in sheet(log).lines if one.value} == {"to": "The harbour"}
    assert [one.key for one in sheet(log).signs if one.is_set] == ["9"]


def test_a_role_that_may_not_write_there_reads_the_questions_and_writes_nothing(log):
    _, interview = talk_on(log, roles=("health",))
    interview.talk.toggle_cover()

    assert not any(one.is_kept for one in sheet(log).lines)
    assert sheet(log).signs == ()
    assert not interview.talk.sheet.press("7")


@pytest.mark.rule("S2")
def test_the_sheet_speaks_any_language_in_which_it_is_whole_and_the_answers_stay(log):
    _, interview = talk_on(log)
    interview.talk.toggle_cover()
    interview.talk.sheet.typed("to", "Lviv")

    interview.talk.sheet.choose_language("ar")

    shown = sheet(log)
    assert (shown.is_rtl, shown.title) == (True, "السفر والبضائع")
    assert {one.code for one in shown.languages} == {"ar", "bg", "en", "uk"}
    assert [one.value for one in shown.lines if one.id == "to"] == ["Lviv"]


@pytest.mark.rule("S2")
def test_what_is_kept_and_what_the_keys_mean_is_said_in_words_and_not_on_the_sheet(log):
    talk_on(log)

    legend = log.last("show_legend")
    assert "Asked at the counter" in legend[0]
    assert "nothing of them is kept" in legend[0]
    assert "7" in legend[1]
    assert "Was spoken to apart under a pretext" in legend[1]
    assert len(legend) == 1 + 3
