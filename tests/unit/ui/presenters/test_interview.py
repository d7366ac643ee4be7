"""The interview: sections in order, closed ones named, other versions offered, none overwritten."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, USER, FakeDesk
from tests.unit.ui.presenters.cases import ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import KeepDraft, SaveAnswers
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.values import AnswerState, FieldType
from nrm_desktop.ui.presenters.field_spec import FieldEdit, MarkKind, Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.interview import InterviewPresenter

TALK = "screening.consent_talk"
NAME = "screening.given_name"


@pytest.fixture
def reader():
    return Reader(case=view())


@pytest.fixture
def desk(reader):
    made = FakeDesk(reader)
    made.answers[SaveAnswers] = lambda cmd: (
        AnswersSaved(scope=cmd.scope, cells=(), commits=1, at_ms=3),
    )
    return made


@pytest.fixture
def conflicts():
    return []


@pytest.fixture
def interview(log, desk, conflicts):
    made = InterviewPresenter(log, desk, SCOPE, lambda: conflicts.append("opened"))
    made.start()
    return made


@pytest.fixture
def log(view_log):
    return view_log


def at(field: str) -> str:
    return Cell(ROOT, FieldId(field)).id


def edit(field: str, raw, state=AnswerState.ANSWERED) -> FieldEdit:
    return FieldEdit(at(field), Reply(state, raw))


def test_the_order_is_that_of_the_pack_and_the_account_is_named_but_closed(log, interview):
    links = log.last("show_sections")

    assert [link.id.partition(".")[2] for link in links[:4]] == [
        "setting",
        "immediate",
        "information",
        "person",
    ]
    assert [link.is_closed for link in links[:4]] == [False, False, True, True]
    interview.open_section("screening.information")
    assert "Safety comes before" in log.last("show_section").closed
    interview.open_section("screening.person")
    assert log.last("show_section").specs == ()
    assert "Nobody has to talk" in log.last("show_section").closed


@pytest.mark.rule("R1")
def test_the_account_opens_with_the_answer_whether_to_talk(log, interview):
    interview.section.edited(edit("screening.danger_now", False))
    interview.open_section("screening.information")
    assert at(TALK) not in log.last("show_only"), "nobody is asked before it was explained"
    interview.section.edited(edit("screening.explained", ("purpose",)))
    assert at(TALK) in log.last("show_only")
    log.forget()

    interview.section.edited(edit(TALK, "no"))

    assert not [link for link in log.last("show_sections") if link.is_closed]


def test_observation_only_opens_the_account_too(log, interview):
    interview.observe_only()

    assert not [link for link in log.last("show_sections") if link.is_closed]


def test_a_declined_answer_is_an_answer_and_is_signed(log, desk, interview):
    interview.observe_only()
    interview.open_section("screening.person")
    interview.section.edited(edit(NAME, None, AnswerState.DECLINED))
    interview.leave()

    answer = desk.sent(SaveAnswers)[0].answers[0].answer
    assert (answer.state, answer.value) == (AnswerState.DECLINED, None)


def test_going_on_signs_what_is_in_hand(desk, interview):
    interview.section.edited(edit("screening.place_type", "shelter"))

    assert interview.step(1)

    assert [one.field for one in desk.sent(SaveAnswers)[0].answers] == ["screening.place_type"]
    assert not interview.step(-5), "there is nothing before the first section"


def test_what_the_program_sets_is_not_asked(log, interview):
    assert FieldType.AUTO not in {spec.type for spec in log.last("show_section").specs}


def test_an_answer_that_does_not_fit_says_so_and_stays(log, interview):
    interview.section.edited(edit("screening.started_at", "after lunch"))

    assert log.last("show_problem") == at("screening.started_at")
    assert log.told("show_problem")[-1][1] != ""

    interview.section.edited(edit("screening.started_at", ("2026-11-23T14:02", 0)))
    assert log.told("show_problem")[-1] == (at("screening.started_at"), "")


def test_a_condition_shows_and_hides_without_emptying(log, desk, interview):
    interview.section.edited(edit("screening.interpreter_used", True))
    assert at("screening.interpreter") in log.last("show_only")

    interview.section.edited(edit("screening.interpreter_used", False))
    assert at("screening.interpreter") not in log.last("show_only")


def test_a_row_of_a_group_is_a_record_of_its_own(log, desk, interview):
    interview.section.edited(edit("screening.interpreter_used", True))
    interview.section.add_row(at("screening.interpreter"))
    row = log.told("show_rows")[-1][1][0]
    mode = next(spec.id for spec in row.fields if spec.id.endswith("mode"))

    interview.section.edited(FieldEdit(mode, Reply(AnswerState.ANSWERED, "phone")))
    interview.leave()

    opened = [new.form for command in desk.sent(SaveAnswers) for new in command.opens]
    assert opened == ["screening.interpreter"], "the interview itself is saved already"


def test_a_row_without_answers_goes_and_one_with_saved_answers_stays(log, interview):
    interview.section.add_row(at("screening.breaks"))
    row = log.told("show_rows")[-1][1][0]

    interview.section.end_row(at("screening.breaks"), row.id)
    assert log.told("show_rows")[-1][1] == ()

    interview.section.end_row(at("screening.breaks"), ROOT.hex())
    assert "stays in the file" in log.last("show_banners")[0].text


def test_a_section_that_repeats_shows_one_entry_and_offers_another(log, interview):
    interview.observe_only()
    interview.open_section("screening.situation")
    assert len(log.last("show_section").entries) == 1

    interview.add_entry()
    page = log.last("show_section")
    assert [entry.label for entry in page.entries] == ["Entry 1", "Entry 2"]
    assert page.entry == page.entries[1].code

    interview.open_entry(page.entries[0].code)
    assert log.last("show_section").entry == page.entries[0].code


def test_a_draft_comes_back_with_its_words(log, desk, reader):
    key = DraftKey(USER, SCOPE, ROOT)
    rows = ((FieldId("screening.own_reference"), 0, "K 17", 0),)
    reader.answers["drafts"] = (Draft(key, "screening", rows, 5),)

    InterviewPresenter(log, desk, SCOPE, lambda: None).start()

    shown = {call[0]: call[1] for call in log.told("show_reply")}
    assert shown[at("screening.own_reference")].raw == "K 17"


def test_a_draft_of_a_new_row_comes_back_where_it_stood(log, desk, reader):
    row = RecordId(b"w" * 16)
    draft = Draft(
        DraftKey(USER, SCOPE, row),
        f"screening.breaks@{ROOT.hex()}",
        ((FieldId("screening.breaks.reason"), 0, "offered", 0),),
        5,
    )
    reader.answers["drafts"] = (draft,)

    InterviewPresenter(log, desk, SCOPE, lambda: None).start()

    rows = {call[0]: call[1] for call in log.told("show_rows")}
    assert [one.id for one in rows[at("screening.breaks")]] == [row.hex()]


def test_a_delivery_shows_itself_in_a_question_that_nobody_works_in(log, reader, interview):
    reader.answers["case"] = view(cell("screening.place_type", version("port", device="Post 2")))
    log.forget()

    interview.refresh()

    assert log.told("show_reply")[0][1].raw == "port"
    mark = log.told("show_mark")[-1][1]
    assert (mark.kind, mark.who) == (MarkKind.RECEIVED, "Post 2")


def test_a_field_being_edited_is_not_overwritten_by_a_delivery(log, desk, reader, interview):
    interview.section.edited(edit("screening.place_type", "shelter"))
    reader.answers["case"] = view(cell("screening.place_type", version("port", device="Post 2")))
    log.forget()

    interview.refresh()
    interview.leave()

    assert log.told("show_reply") == []
    assert log.told("show_mark")[0][1].kind is MarkKind.OTHER_VERSION
    assert desk.sent(SaveAnswers) == [], "nothing is signed over what nobody has seen"
    assert desk.sent(KeepDraft)


def test_a_saving_names_what_the_page_has_shown(desk, reader, log):
    reader.answers["case"] = view(cell("screening.place_type", version("port", 3)))
    interview = InterviewPresenter(log, desk, SCOPE, lambda: None)
    interview.start()
    interview.section.edited(edit("screening.place_type", "shelter"))
    interview.leave()

    [said] = desk.sent(SaveAnswers)[0].answers
    assert said.seen == {OpId(bytes([3]) * 16, 0)}


def test_a_draft_over_words_of_somebody_else_waits_for_a_look(log, desk, reader):
    """They may have come while the window was locked."""
    theirs = cell("screening.own_reference", version("K 99", user="P-02"))
    reader.answers["case"] = view(theirs)
    rows = ((FieldId("screening.own_reference"), 0, "K 17", 0),)
    reader.answers["drafts"] = (Draft(DraftKey(USER, SCOPE, ROOT), "screening", rows, 5),)
    interview = InterviewPresenter(log, desk, SCOPE, lambda: None)
    interview.start()
    marks = {call[0]: call[1] for call in log.told("show_mark")}
    assert marks[at("screening.own_reference")].kind is MarkKind.OTHER_VERSION

    interview.leave()
    assert desk.sent(SaveAnswers) == []
    interview.section.choose_version(at("screening.own_reference"), keeps_own=True)
    assert desk.sent(SaveAnswers)[0].answers[0].answer.value == "K 17"


def test_both_versions_are_shown_and_a_person_chooses(log, desk, reader, interview):
    interview.section.edited(edit("screening.place_type", "shelter"))
    reader.answers["case"] = view(cell("screening.place_type", version("port", device="Post 2")))
    interview.refresh()

    interview.section.look_at_versions(at("screening.place_type"))
    offer = log.last("offer_versions")
    assert (offer.own, offer.other, offer.who) == ("Shelter", "Port", "Post 2")

    interview.section.choose_version(at("screening.place_type"), keeps_own=True)
    assert desk.sent(SaveAnswers)[0].answers[0].answer.value == "shelter"


def test_versions_that_both_stand_are_decided_in_their_own_place(log, reader, conflicts, desk):
    both = cell("screening.place_type", version("port"), version("airport", 2))
    reader.answers["case"] = view(both)
    interview = InterviewPresenter(log, desk, SCOPE, lambda: conflicts.append("opened"))
    interview.start()

    interview.section.look_at_versions(at("screening.place_type"))

    assert conflicts == ["opened"]


def test_an_own_save_is_no_delivery(log, reader, interview):
    interview.section.edited(edit("screening.place_type", "shelter"))
    interview.leave()
    reader.answers["case"] = view(cell("screening.place_type", version("shelter")))
    log.forget()

    interview.refresh()

    assert MarkKind.RECEIVED not in [mark.kind for _, mark in log.told("show_mark")]


def test_a_part_of_the_file_that_a_role_does_not_read_is_counted_and_not_shown(log, reader):
    desk = FakeDesk(reader, roles=("border_first",))
    interview = InterviewPresenter(log, desk, SCOPE, lambda: None)
    interview.start()
    interview.observe_only()
    interview.open_section("screening.now")

    page = log.last("show_section")
    assert page.unread == 2
    assert not [spec for spec in page.specs if "police" in spec.id]


LANGUAGE = "screening.language"


def specs(log) -> dict:
    return {spec.id: spec for spec in log.last("show_section").specs}


@pytest.mark.rule("S14")
def test_an_ended_episode_is_shown_and_not_asked(log, desk, reader, conflicts):
    over = replace(view().row, state="closed")
    reader.answers["case"] = replace(view(), row=over, ended=frozenset({ROOT}), ended_ms=1)
    made = InterviewPresenter(log, desk, SCOPE, lambda: None)
    made.start()

    assert made._page.root == ROOT
    assert {spec.is_read_only for spec in specs(log).values()} == {True}


@pytest.mark.rule("S14")
def test_in_a_new_episode_the_interview_begins_anew(log, desk, reader, conflicts):
    reader.answers["case"] = replace(view(), ended=frozenset({ROOT}), ended_ms=1)
    made = InterviewPresenter(log, desk, SCOPE, lambda: None)
    made.start()

    assert made._page.root != ROOT
    assert not all(spec.is_read_only for spec in specs(log).values())


@pytest.mark.rule("R9")
def test_what_the_person_says_is_wrong_stands_below_the_answer(log, desk, reader, conflicts):
    answer = cell(LANGUAGE, version("uk"))
    said = {
        "correction.co_of": f"{LANGUAGE}@{ROOT.hex()}",
        "correction.co_on": ("2026-11-20", 0),
        "correction.co_words": "Not that language",
    }
    row = RecordId(b"an addition.....")
    beside = [cell(name, version(value), record=row) for name, value in said.items()]
    reader.answers["case"] = view(answer, *beside)
    InterviewPresenter(log, desk, SCOPE, lambda: None).start()

    (words,) = specs(log)[at(LANGUAGE)].additions
    assert words.startswith("The person says, ")
    assert words.endswith(": Not that language")


PAPER = RecordId(b"p" * 16)


@pytest.mark.rule("R36")
def test_every_form_can_have_been_on_paper_first_and_says_both_times(log, desk, reader):
    at = ("2026-11-23T02:10", 0)
    typed = ("2026-11-23T09:30:00Z", 0)
    row = RecordView(PAPER, "paper", ROOT, 2)
    reader.answers["case"] = view(
        cell("paper.at", version(at), record=PAPER, form="paper"),
        cell("paper.by", version("P-07"), record=PAPER, form="paper"),
        cell("paper.typed_at", version(typed), record=PAPER, form="paper"),
        records=(row,),
    )
    interview = InterviewPresenter(log, desk, SCOPE, lambda: None)
    interview.start()

    (line,) = log.last("show_section").lines
    half_past_nine = 1_795_426_200_000
    typed_then = f"day {half_past_nine} clock {half_past_nine}"
    assert line == f"On paper 2026-11-23 02:10, by P-07; typed {typed_then}."
    assert log.last("show_sections")[-1].id == "paper.p"
    interview.open_section("paper.p")
    shown = {spec.id.rpartition(":")[2] for spec in log.last("show_section").specs}
    assert {"paper.at", "paper.sheet", "paper.gone"} <= shown


@pytest.mark.rule("R36")
def test_a_sheet_is_opened_in_the_record_that_was_typed_from_it(log, desk, interview):
    interview.open_section("paper.p")
    place = log.last("show_section").specs[0].id
    interview.section.edited(FieldEdit(place, Reply(AnswerState.ANSWERED, ("2026-11-23T02:10", 0))))
    interview.leave()

    (save,) = desk.sent(SaveAnswers)
    assert [(one.form, one.parent) for one in save.opens] == [("paper", ROOT)]
