"""Writing without unlocking, on a fake locked laptop: what is sealed, kept, and let go of."""

import pytest
from tests.fakes.writing import IDLE_S, FakeWriting

from nrm_desktop.domain.errors import EnvironmentFault, Refused
from nrm_desktop.domain.values import AnswerState, FieldType
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.quick_screen import QuickScreenPresenter
from nrm_desktop.ui.presenters.unlock import MESSAGE, QUICK
from nrm_desktop.ui.presenters.unsigned_form import SAME_SETTING

ALARMING = {Tone.WARN, Tone.BAD}


@pytest.fixture
def desk():
    return FakeWriting()


@pytest.fixture
def closed():
    return []


@pytest.fixture
def begin(view, desk, closed):
    def make(form=QUICK):
        made = QuickScreenPresenter(view, desk, form, lambda: closed.append(True))
        made.start()
        return made

    return make


def cell_of(view, field):
    specs = view.told("show_form")[-1][2]
    found = [spec.id for spec in specs if spec.id.endswith(f":{field}")]
    remarks = [spec.remark.id for spec in specs if spec.remark is not None]
    return (found or [one for one in remarks if one.endswith(f":{field}")])[0]


def say(presenter, view, field, raw, state=AnswerState.ANSWERED):
    presenter.edited(FieldEdit(cell_of(view, field), Reply(state, raw)))


def tones(view):
    return {banner.tone for (banners,) in view.told("show_banners") for banner in banners}


@pytest.mark.rule("R33")
def test_only_what_a_box_can_hold_is_asked_and_nothing_is_chosen_beforehand(view, begin):
    begin()

    specs = view.told("show_form")[-1][2]
    kinds = {spec.type for spec in specs}
    assert not kinds & {FieldType.GROUP, FieldType.REF, FieldType.AUTO}
    assert not any(spec.is_read_only for spec in specs)
    assert view.told("show_reply") == []
    assert {"screening.danger_now", "quick.q_signs"} <= {s.id.partition(":")[2] for s in specs}


@pytest.mark.promise("P27")
def test_what_was_said_is_sealed_and_not_asked_is_not(view, desk, begin):
    page = begin()
    say(page, view, "screening.danger_now", raw=True)
    say(page, view, "screening.danger_now.text", "the man at the gate")
    say(page, view, "screening.medical_now", None, AnswerState.DECLINED)
    say(page, view, "quick.q_age", "not_sure")
    say(page, view, "quick.q_age", None, AnswerState.NOT_ASKED)
    page.done()

    [(form, answers)] = desk.sealed
    assert form == "quick"
    assert {name: (answer.state, answer.value) for name, answer in answers.items()} == {
        "screening.danger_now": (AnswerState.ANSWERED, True),
        "screening.danger_now.text": (AnswerState.ANSWERED, "the man at the gate"),
        "screening.medical_now": (AnswerState.DECLINED, None),
    }


@pytest.mark.promise("P27")
def test_after_done_nothing_is_left_to_be_sealed_or_read_again(view, desk, begin):
    page = begin()
    say(page, view, "quick.q_writer", "P-07")
    page.done()
    page.done()
    page.next_person()

    assert len(desk.sealed) == 1
    assert view.names()[-3:] == ["show_busy", "show_closed", "show_banners"]
    assert view.names().count("wipe") == 1
    assert view.last("show_banners")[0].text == "Sealed. It can be read only after unlocking."


def test_the_next_person_begins_with_place_time_and_language_alone(view, desk, begin):
    page = begin()
    say(page, view, "screening.place_type", "port")
    say(page, view, "screening.place_type.text", "gate 4")
    say(page, view, "screening.language", "ti")
    say(page, view, "screening.danger_now", raw=True)
    say(page, view, "quick.q_writer", "P-07")
    first = cell_of(view, "quick.q_writer")
    page.next_person()

    shown = {cell.partition(":")[2] for cell, _ in view.told("show_reply")}
    assert shown == {"screening.place_type", "screening.language"}
    assert shown <= set(SAME_SETTING)
    assert cell_of(view, "quick.q_writer") != first, "another record"
    page.done()
    assert set(desk.sealed[1][1]) == {"screening.place_type", "screening.language"}


def test_an_answer_that_does_not_fit_is_never_dropped_in_silence(view, desk, begin):
    page = begin()
    say(page, view, "screening.started_at", "soon-ish")
    say(page, view, "quick.q_writer", "P-07")
    page.done()

    assert desk.sealed == []
    assert view.last("focus_on") == cell_of(view, "screening.started_at")
    say(page, view, "screening.started_at", None, AnswerState.UNKNOWN)
    page.done()
    assert len(desk.sealed) == 1


def test_an_empty_form_is_not_sealed(view, desk, begin):
    begin().done()

    assert desk.sealed == []
    assert view.last("show_banners")[0].text == "Nothing is written yet."


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    "error", [EnvironmentFault("storage.full"), Refused("policy.boxes_full", most=200)]
)
def test_where_sealing_fails_the_words_stay_and_a_later_try_seals_them(view, desk, begin, error):
    page = begin()
    say(page, view, "quick.q_writer", "P-07")
    desk.fails = error
    page.done()
    assert "wipe" not in view.names()
    assert view.last("show_busy") == ""

    desk.fails = None
    page.done()
    assert len(desk.sealed) == 1


def test_while_it_is_sealed_nothing_else_is_and_nobody_leaves_with_the_words(
    view, desk, begin, closed
):
    page = begin()
    say(page, view, "quick.q_writer", "P-07")
    desk.holds = True
    page.done()
    page.done()
    page.back()
    desk.pass_time(IDLE_S)
    assert closed == []

    desk.release()
    assert len(desk.sealed) == 1


def test_leaving_lets_go_of_every_word(view, desk, begin, closed):
    page = begin(MESSAGE)
    say(page, view, "feedback.fb_text", "words")
    page.back()
    page.done()

    assert (closed, desk.sealed) == ([True], [])
    assert "wipe" in view.names()


def test_what_somebody_left_lying_goes_when_nobody_types(view, desk, begin, closed):
    page = begin(MESSAGE)
    desk.pass_time(IDLE_S - 1)
    say(page, view, "feedback.fb_text", "words")
    desk.pass_time(IDLE_S - 1)
    assert closed == []

    desk.pass_time(1)
    assert closed == [True]
    assert "wipe" in view.names()


@pytest.mark.threat("T27")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("policy.boxes_full", most=200), "call the worker"),
        (EnvironmentFault("storage.no_intake"), "unlock"),
    ],
)
def test_where_nothing_can_be_sealed_no_words_are_taken(view, desk, begin, error, words):
    desk.fails = error
    begin()

    assert view.told("show_form") == []
    assert "show_closed" in view.names()
    assert words in view.last("show_banners")[0].text


@pytest.mark.rule("R33")
@pytest.mark.rule("R41")
def test_the_page_never_alarms_whoever_looks_over_a_shoulder(view, desk, begin):
    page = begin(MESSAGE)
    page.done()
    desk.fails = EnvironmentFault("storage.full")
    say(page, view, "feedback.fb_text", "words")
    page.done()

    assert not tones(view) & ALARMING


def test_a_message_begins_with_what_it_may_cost_to_write_one(view, begin):
    begin(MESSAGE)
    assert "Nobody can be told who wrote this" in view.last("show_banners")[0].text

    begin(QUICK)
    assert view.last("show_banners") == ()


@pytest.mark.rule("S2")
@pytest.mark.rule("R41")
def test_a_companion_who_answers_brings_the_sheet_and_a_key_the_words(view, begin):
    page = begin()
    assert view.told("show_covered") == []

    say(page, view, "screening.seen_alone", raw=False)
    assert view.told("show_covered") == [(("is_covered", True),)]
    assert view.last("show_counter").lines[0].text == "Where do you travel from?"
    page.toggle_cover()
    say(page, view, "screening.danger_now", raw=True)

    assert view.told("show_covered")[-1] == (("is_covered", False),), "a person has looked round"
    assert view.last("show_counter") is None


@pytest.mark.rule("S2")
@pytest.mark.promise("P27")
def test_what_is_answered_on_the_sheet_is_sealed_with_the_quick_screen(view, desk, begin):
    page = begin()
    page.toggle_cover()
    page.sheet.typed("with", "An uncle, she says")
    page.sheet.typed("bag", "never kept")
    page.sheet.press("8")
    page.done()

    [(form, answers)] = desk.sealed
    assert form == QUICK
    assert {name: answer.value for name, answer in answers.items()} == {
        "counter.with": "An uncle, she says",
        "quick.q_result": ("travelled_on_with_companion",),
    }


@pytest.mark.rule("S2")
def test_a_neutral_screen_stays_so_for_the_next_person_and_its_sheet_is_empty(view, begin):
    page = begin()
    page.toggle_cover()
    page.sheet.typed("from", "the north")
    page.next_person()

    assert view.told("show_covered")[-1] == (("is_covered", True),)
    assert [one.value for one in view.last("show_counter").lines if one.value] == []


@pytest.mark.promise("P27")
def test_typing_on_the_sheet_is_typing(view, desk, begin, closed):
    page = begin()
    page.toggle_cover()
    desk.pass_time(IDLE_S - 1)
    page.sheet.typed("from", "here")
    desk.pass_time(IDLE_S - 1)
    assert closed == []
    desk.pass_time(1)
    assert closed == [True], "nobody typed for a while"


def test_a_message_has_no_sheet(view, begin):
    page = begin(MESSAGE)
    page.toggle_cover()

    assert page.sheet is None
    assert view.told("show_covered") == []
