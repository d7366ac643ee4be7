"""What an act still needs; saving needs nothing."""

import pytest
from tests.unit.domain.forms.small_pack import country_files, small_forms

from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import may_be_lone, readiness
from nrm_desktop.domain.values import Answer, AnswerState, answered

FORMS = small_forms()
DANGER = FieldId("screening.danger_now")
ORG = FieldId("referral.to_org")
URGENCY = FieldId("referral.urgency")
ABSENCE = FieldId("referral.absence_contact")
NEED = FieldId("referral.need_now")


def ident(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


def referral(number: int = 1, **answers: Answer) -> Record:
    return Record(
        ident(number), "referral", answers={FieldId(f"referral.{k}"): v for k, v in answers.items()}
    )


def need(number: int, parent: int, answer: Answer) -> Record:
    return Record(ident(number), "referral.need", ident(parent), answers={NEED: answer})


SAFE = Record(ident(7), "screening", answers={DANGER: answered(value=False)})
FULL = {"to_org": answered("a1"), "urgency": answered("planned"), "absence_contact": answered("x")}


def asked(*records: Record, forms=FORMS):
    return readiness(forms, "referral.send", Records(records), ident(1))


def test_an_act_names_everything_that_is_missing_in_order_of_the_forms():
    result = asked(referral())

    assert not result.is_ready
    assert result.blocking() == (DANGER, ORG, URGENCY, ABSENCE, NEED)


def test_an_act_is_ready_when_all_was_answered():
    result = asked(referral(**FULL), need(2, 1, answered("a bed")), SAFE)

    assert result.is_ready
    assert result.missing == ()


def test_a_missing_field_says_where_to_jump():
    by_field = {one.field: one for one in asked(referral(), SAFE).missing}

    assert by_field[ORG].record == ident(1)
    assert by_field[NEED].record is None
    assert by_field[NEED].section == "referral.need"


def test_open_questions_are_counted_by_section_and_never_as_a_share():
    result = asked(referral(), SAFE)

    assert result.open_in("referral.envelope") == 3
    assert result.open_in("screening.setting") == 0


def test_what_is_only_a_hint_in_an_urgent_case_stops_nothing():
    urgent = referral(to_org=answered("a1"), urgency=answered("now"))
    result = asked(urgent, need(2, 1, answered("a bed")), SAFE)

    assert result.is_ready
    assert [(one.field, one.is_hint) for one in result.missing] == [(ABSENCE, True)]


@pytest.mark.rule("R21")
@pytest.mark.parametrize("state", [AnswerState.UNKNOWN, AnswerState.DECLINED])
def test_a_question_that_was_asked_is_done_whatever_the_answer(state):
    screening = Record(ident(7), "screening", answers={DANGER: Answer(state)})

    assert DANGER not in asked(referral(), screening).blocking()


def test_set_back_to_not_asked_counts_as_not_asked():
    screening = Record(ident(7), "screening", answers={DANGER: Answer(AnswerState.NOT_ASKED)})

    assert DANGER in asked(referral(), screening).blocking()


@pytest.mark.rule("R23")
def test_nobody_is_asked_twice_what_an_earlier_interview_says():
    later = Record(ident(8), "screening", order=9)

    assert DANGER not in asked(referral(), SAFE, later).blocking()


def test_another_referral_and_its_rows_do_not_count_for_this_one():
    other = referral(5, **FULL)
    result = asked(referral(), other, need(6, 5, answered("a bed")), SAFE)

    assert result.blocking() == (ORG, URGENCY, ABSENCE, NEED)


def test_one_row_with_an_answer_is_enough():
    empty = Record(ident(3), "referral.need", ident(1))
    result = asked(referral(**FULL), need(2, 1, answered("a bed")), empty, SAFE)

    assert result.is_ready


def test_what_cannot_be_seen_is_not_missing():
    hidden = country_files(
        '[form]\nid = "screening"\n[[change]]\nfield = "screening.danger_now"\nhide = true\n'
    )

    assert DANGER not in asked(referral(), forms=small_forms(hidden)).blocking()


def test_an_act_that_only_hints_is_always_ready():
    result = readiness(FORMS, "interview.finish", Records([Record(ident(1), "screening")]))

    assert result.is_ready
    assert [one.field for one in result.missing] == ["screening.started_at"]


def test_a_group_is_there_when_a_row_says_something():
    text = (
        '[form]\nid = "screening"\n[[change]]\nfield = "screening.places"\n'
        'required_for = ["interview.finish"]\n'
    )
    forms = small_forms(country_files(text))
    town = {FieldId("screening.places.town"): answered("a town")}
    empty = Record(ident(3), "screening.places", ident(2))
    filled = Record(ident(4), "screening.places", ident(2), answers=town)

    def missing(*records: Record):
        found = readiness(forms, "interview.finish", Records(records)).missing
        return "screening.places" in [one.field for one in found]

    assert missing(empty)
    assert not missing(empty, filled)


def test_an_act_of_a_newer_pack_needs_nothing_that_is_known_here():
    assert readiness(FORMS, "act.of_tomorrow", Records()).is_ready


@pytest.mark.rule("R29")
@pytest.mark.parametrize(
    ("act", "at_risk", "is_urgent", "expected"),
    [
        ("referral.send", True, True, True),
        ("referral.send", True, False, False),
        ("referral.send", False, True, False),
        ("referral.send", False, False, False),
        ("interview.finish", True, True, False),
        ("act.of_tomorrow", True, True, False),
    ],
)
def test_one_person_acts_alone_only_where_life_or_a_child_is_at_risk_and_it_is_urgent(
    act, at_risk, is_urgent, expected
):
    assert may_be_lone(FORMS, act, at_risk=at_risk, is_urgent=is_urgent) is expected
