"""Consent as one conversation: nothing is chosen beforehand, one key answers one row."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk, base_forms
from tests.unit.ui.presenters.cases import OFFICE, Reader, office
from tests.unit.ui.presenters.cases import view as view_of

from nrm_desktop.app.commands import RecordConsent
from nrm_desktop.app.events import ConsentMade, ConsentRecorded
from nrm_desktop.app.queries import CaseView, ConsentRow
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.joining import OnePerson
from nrm_desktop.domain.values import AnswerState
from nrm_desktop.ui.presenters.consent import ConsentPresenter
from nrm_desktop.ui.presenters.consent_rows import groups_for
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.marks import Shape, Tone

CLINIC = "b" * 32
ROW = f"{OFFICE} refer"
OTHER = f"{CLINIC} health"


def stands(**changes) -> ConsentRow:
    plain = {
        "consent_id": "c1" * 16,
        "purpose": "refer",
        "recipient": OFFICE,
        "group": "needs",
        "answer": "yes",
        "until": "no_end",
        "state": "valid",
        "at_ms": 1,
        "user": "P-01",
    }
    return ConsentRow(**{**plain, **changes})


@pytest.fixture
def reader():
    offices = (office(), office(entry=CLINIC, kind="health", name="Riverside Clinic"))
    return Reader(consents=(), directory=offices)


@pytest.fixture
def desk(reader):
    made = FakeDesk(reader)
    made.answers[RecordConsent] = lambda cmd: (
        ConsentRecorded(
            scope=cmd.scope,
            made=tuple(
                ConsentMade(RecordId(bytes(16)), group)
                for row in cmd.rows
                for group, _ in row.answers
            ),
            missing=("form",),
        ),
    )
    return made


@pytest.fixture
def page(view, desk):
    made = ConsentPresenter(view, desk, SCOPE)
    made.start()
    made.add_row(OFFICE, "refer")
    made.add_row(CLINIC, "health")
    return made


@pytest.mark.rule("N7")
def test_no_row_has_an_answer_before_somebody_gives_one(view, desk, page):
    assert [row.answer for row in view.last("show_rows")] == ["", ""]

    page.record()
    page.leave()
    assert desk.sent(RecordConsent) == []


@pytest.mark.rule("R31")
def test_one_key_answers_one_row_and_all_answered_rows_are_one_save(view, desk, page):
    page.answer(ROW, "yes")
    page.answer(OTHER, "no")
    page.record()

    command = desk.sent(RecordConsent)[0]
    assert [(row.recipient, row.purpose) for row in command.rows] == [
        (OFFICE, "refer"),
        (CLINIC, "health"),
    ]
    assert {answer for _, answer in command.rows[0].answers} == {"yes"}
    assert {answer for _, answer in command.rows[1].answers} == {"no"}
    assert view.last("show_rows") == (), "what is recorded is no open row any more"


def test_a_row_that_nobody_answered_stays_open_and_makes_no_record(view, desk, page):
    page.answer(ROW, "not_now")
    page.record()

    assert len(desk.sent(RecordConsent)[0].rows) == 1
    assert [row.id for row in view.last("show_rows")] == [OTHER]


def test_partly_is_never_stored_and_open_groups_are_left_out(desk, page):
    page.answer(ROW, "partly")
    page.record()
    assert desk.sent(RecordConsent) == [], "no group has an answer yet"

    page.answer_group(ROW, "needs", "yes")
    page.answer_group(ROW, "identity", "no")
    page.until(ROW, "end_of_support")
    page.record()

    row = desk.sent(RecordConsent)[0].rows[0]
    assert dict(row.answers) == {"needs": "yes", "identity": "no"}
    assert row.until == "end_of_support"


def test_leaving_the_page_records_what_was_answered(desk, page):
    page.answer(ROW, "yes")
    page.leave()

    assert len(desk.sent(RecordConsent)) == 1


def test_leaving_while_saving_records_once(desk, page):
    page.answer(ROW, "yes")
    desk.holds = True
    page.record()
    page.leave()

    assert len(desk.sent(RecordConsent)) == 1


def asked(page, field: str, raw) -> None:
    cell = Cell(RecordId(b"x" * 16), FieldId(f"consent.{field}"))
    page.asked(FieldEdit(cell.id, Reply(AnswerState.ANSWERED, raw)))


@pytest.mark.parametrize(
    ("field", "value", "hold"),
    [("alone", False, "not_alone"), ("capacity_doubt", True, "capacity")],
)
def test_doubts_hold_the_rows_back_and_say_so(view, desk, page, field, value, hold):
    asked(page, field, value)
    page.answer(ROW, "yes")
    page.record()

    assert desk.sent(RecordConsent)[0].hold == hold
    assert any("Nothing goes out yet" in banner.text for banner in view.last("show_banners"))


def test_how_it_was_asked_is_recorded_once_for_all_rows(desk, page):
    asked(page, "told", ("can_withdraw", "limits"))
    page.answer(ROW, "yes")
    page.answer(OTHER, "yes")
    page.record()

    told = dict(desk.sent(RecordConsent)[0].asked)
    assert told[FieldId("consent.told")].value == ("can_withdraw", "limits")


def test_the_same_recipient_and_purpose_has_one_row(view, page):
    page.add_row(OFFICE, "refer")

    assert len(view.last("show_rows")) == 2


@pytest.mark.rule("N5")
def test_only_groups_that_this_office_could_get_at_all_are_asked_about():
    forms = base_forms()

    assert "exploiter_sheet" not in groups_for(forms, "refer", "shelter")
    assert "needs" in groups_for(forms, "refer", "shelter")
    assert groups_for(forms, "statistics", "other") == ()


def test_a_person_s_own_decision_is_shown_without_colour(view, reader, page):
    reader.answers["consents"] = (
        stands(),
        stands(answer="no", state="not_given"),
        stands(answer="not_now", state="not_given"),
        stands(state="withdrawn"),
        stands(state="superseded"),
    )
    page.refresh()

    lines = view.last("show_register")
    assert [line.pill.word for line in lines] == ["Agreed", "Said no", "Not now", "Withdrawn"]
    assert [line.pill.shape for line in lines] == [
        Shape.DOT,
        Shape.BARRED,
        Shape.RING,
        Shape.CROSSED,
    ]
    assert {line.pill.tone for line in lines[1:]} == {Tone.NEUTRAL}
    assert [line.may_withdraw for line in lines] == [True, False, False, False]


@pytest.mark.rule("N7")
def test_a_no_that_stands_is_never_shown_as_an_agreement(view, reader, page):
    """The register calls a no valid, as it does a yes."""
    reader.answers["consents"] = (
        stands(answer="no", state="valid"),
        stands(answer="not_now", state="valid"),
        stands(answer="not_now", state="withdrawn"),
        stands(state="in_conflict"),
        stands(acts="stopped"),
    )
    page.refresh()

    pills = [line.pill for line in view.last("show_register")]
    assert [pill.word for pill in pills] == [
        *("Said no", "Not now", "Withdrawn", "To decide", "Agreed, held back"),
    ]
    assert [pill.shape for pill in pills] == [
        *(Shape.BARRED, Shape.RING, Shape.CROSSED, Shape.TRIANGLE, Shape.HALF),
    ]
    assert Tone.OK not in {pill.tone for pill in pills}


@pytest.mark.rule("S9")
def test_each_row_says_in_which_file_it_stands_and_how_far_it_reaches(view, reader, page):
    reader.answers["consents"] = (
        stands(acts="own_file"),
        stands(file="7KQ2-M9FX", acts="own_file"),
        stands(acts="stopped"),
        stands(file="7KQ2-M9FX", answer="no", state="valid", acts="all_files"),
        stands(),
    )
    page.refresh()

    assert [(line.file, line.reach) for line in view.last("show_register")] == [
        ("", "This file: counts in it alone"),
        ("7KQ2-M9FX", "7KQ2-M9FX: counts in it alone"),
        ("", "This file: does not count while another one says no"),
        ("7KQ2-M9FX", "7KQ2-M9FX: holds for every file"),
        ("", ""),
    ]


def test_a_file_that_is_not_here_is_said_to_hold_more(view, reader, page):
    assert view.last("show_more") == ""
    joined = OnePerson(("7KQ2-M9FX",), away=("7KQ2-M9FX",))
    reader.answers["case"] = CaseView(replace(view_of().row, joined=joined), (), (), ())
    page.refresh()

    assert "7KQ2-M9FX" in view.last("show_more")
    assert "may hold more" in view.last("show_more")


def test_the_cards_of_the_page_are_read_with_it(view, desk):
    class Part:
        def __init__(self):
            self.told = []

        def start(self):
            self.told.append("start")

        def refresh(self):
            self.told.append("refresh")

    page = ConsentPresenter(view, desk, SCOPE)
    page.parts = (part := Part(),)
    page.start()
    page.refresh()

    assert part.told == ["start", "refresh"]
