"""What is to be seen of a form, what is closed and why, and what comes next."""

import pytest
from tests.unit.domain.forms.small_pack import country_files, small_forms

from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.flow import flow, is_visible, next_unanswered, visible_fields
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState, answered

FORMS = small_forms()
TALK = FieldId("screening.consent_talk")
ALONE = FieldId("screening.seen_alone")
ROLE = FieldId("screening.others_present.role")


def ident(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


def closed(context: Context) -> dict[str, bool]:
    return {part.section.id: part.is_closed for part in flow(FORMS, "screening", context)}


@pytest.mark.rule("R3")
def test_the_account_stays_closed_until_the_person_answered_or_only_observation_is_chosen():
    assert closed(Context())["person"]
    assert not closed(Context({TALK: answered("no")}))["person"]
    assert closed(Context({TALK: Answer(AnswerState.UNKNOWN)}))["person"]
    assert not closed(Context({}, frozenset({"observation_only"})))["person"]


def test_a_closed_section_is_shown_with_its_reason():
    person = flow(FORMS, "screening", Context())[1]

    assert person.section.id == "person"
    assert person.closed_until == FORMS.sections["screening.person"].closed_until


@pytest.mark.rule("R21")
def test_a_question_depends_on_what_was_said_and_not_on_what_was_not_asked():
    group = FORMS.field("screening.others_present")

    assert not is_visible(FORMS, group, Context())
    assert is_visible(FORMS, group, Context({ALONE: answered(value=False)}))


def test_a_sub_field_is_seen_only_with_its_group():
    hears = FORMS.field("screening.others_present.can_hear")
    police = {ROLE: answered("police")}

    assert not is_visible(FORMS, hears, Context(police))
    assert is_visible(FORMS, hears, Context({**police, ALONE: answered(value=False)}))


def test_what_an_overlay_hid_is_not_shown():
    forms = small_forms(country_files())
    context = Context({TALK: answered("yes")})

    assert not is_visible(forms, forms.field("screening.age_status"), context)
    shown = visible_fields(forms.sections["screening.person"].fields, context)
    assert "screening.age_status" not in [one.id for one in shown]


def test_nothing_of_a_section_that_an_overlay_hid_is_shown():
    text = '[form]\nid = "screening"\n[[change]]\nsection = "screening.setting"\nhide = true\n'
    forms = small_forms(country_files(text))

    assert not is_visible(forms, forms.field("screening.seen_alone"), Context())
    assert "setting" not in [one.section.id for one in flow(forms, "screening", Context())]


def test_rows_and_what_the_program_sets_are_never_the_next_question():
    context = Context({ALONE: answered(value=False)})

    assert next_unanswered(FORMS, "screening", context, "screening.danger_now").id == (
        "screening.started_at"
    )


def test_the_next_question_is_the_next_open_one_in_reading_order():
    context = Context({ALONE: answered(value=True)})

    def following(after=""):
        return next_unanswered(FORMS, "screening", context, after).id

    assert following() == "screening.started_at"
    assert following("screening.consent_talk") == "screening.danger_now"
    assert following("screening.danger_now") == "screening.started_at"


def test_nothing_is_next_when_everything_was_asked():
    declined = Answer(AnswerState.DECLINED)
    asked = {one.id: declined for one in FORMS.form("quick").sections[0].fields}

    assert next_unanswered(FORMS, "quick", Context(asked)) is None


def test_a_row_sees_itself_and_what_it_stands_in():
    screening = Record(ident(1), "screening", answers={ALONE: answered(value=False)})
    row = Record(ident(2), "screening.others_present", ident(1), answers={ROLE: answered("police")})
    other = Record(ident(3), "screening.others_present", ident(1))
    records = Records([other, row, screening])

    assert records.context(row.record).answer(ROLE) == answered("police")
    assert records.context(row.record).answer(ALONE) == answered(value=False)
    assert records.context(other.record).answer(ALONE) == answered(value=False)


def test_a_second_interview_does_not_inherit_from_the_first():
    first = Record(ident(1), "screening", order=1, answers={ALONE: answered(value=False)})
    second = Record(ident(2), "screening", order=2)
    row = Record(ident(3), "screening.others_present", ident(1), answers={ROLE: answered("police")})
    records = Records([first, second, row])

    assert records.context(second.record).answer(ALONE).state is AnswerState.NOT_ASKED
    assert records.context(second.record).answer(ROLE).state is AnswerState.NOT_ASKED


def test_another_form_sees_the_latest_that_was_said():
    first = Record(ident(1), "screening", order=1, answers={ALONE: answered(value=True)})
    latest = Record(ident(2), "screening", order=2, answers={ALONE: answered(value=False)})
    silent = Record(ident(3), "screening", order=3, answers={ALONE: Answer(AnswerState.NOT_ASKED)})
    referral = Record(ident(4), "referral")
    records = Records([silent, latest, first, referral])

    assert records.context(referral.record).answer(ALONE) == answered(value=False)
    assert records.context(None).answer(ALONE) == answered(value=False)


def test_rows_are_listed_in_order_and_by_what_they_stand_in():
    rows = [Record(ident(n), "screening.situation", ident(9), order=9 - n) for n in (1, 2)]
    inner = Record(ident(3), "screening.places", ident(1))
    records = Records([*rows, inner, Record(ident(9), "screening"), Record(ident(8), "screening")])

    assert [one.record for one in records.of("screening.situation")] == [ident(2), ident(1)]
    assert records.of("screening.places", within=ident(9)) == (inner,)
    assert records.of("screening.places", within=ident(8)) == ()
    assert records.get(ident(3)) is inner


def test_records_that_stand_in_each_other_end_the_walk():
    circle = [Record(ident(1), "screening", ident(2)), Record(ident(2), "screening", ident(1))]

    assert Records(circle).context(ident(1)).answer(ALONE).state is AnswerState.NOT_ASKED


@pytest.mark.rule("R30")
def test_a_fact_holds_by_one_sign_in_one_record_and_not_by_what_was_not_asked():
    status = FieldId("screening.age_status")
    not_asked = Record(ident(1), "screening", answers={status: Answer(AnswerState.NOT_ASKED)})
    unknown = Record(ident(2), "screening", answers={status: Answer(AnswerState.UNKNOWN)})
    later = Record(ident(3), "screening", order=9, answers={status: answered("documented")})

    assert Records([not_asked]).facts(FORMS) == frozenset()
    assert Records([unknown, later]).facts(FORMS) == {"child_pathway"}
    assert Records([later]).facts(FORMS, frozenset({"child_pathway"})) == {"child_pathway"}
