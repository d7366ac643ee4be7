"""Tasks: what was recorded opens them, and what was recorded since ends them."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.domain.test_clocks import record

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import CaseSeen, Clock, clocks_of, waiting
from nrm_desktop.domain.forms.conditions import fields_of
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import Kind, Protects
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.form_packs import FormPacks

FORMS = FormPacks(Path(__file__).parents[3] / "resources" / "packs").load().forms
TASKS = {rule.id: rule for rule in FORMS.timetable.clocks.values() if rule.kind is Kind.TASK}
LOOK, AID = {"danger_look"}, {"detention_aid"}
OPENED_BY_EVENTS = {
    "contact": LOOK,
    "support_changed": set(),
    "new_disclosure": LOOK,
    "risk_looked_at": set(),
    "consent_changed": set(),
    "missing": LOOK | {"missing_note"},
    "contact_resumed": LOOK,
    "exploited_again": LOOK,
    "age_questioned": {"age_written_down"},
    "age_decided": {"age_written_down"},
    "pregnancy": LOOK,
    "birth": LOOK,
    "child_found": LOOK | {"found_child"},
    "hospital": LOOK,
    "detention": LOOK | AID,
    "transfer": LOOK,
    "helper_not_safe": LOOK | {"helper_change"},
    "complaint": {"complaint_answer"},
    "complaint_answered": set(),
    "data_breach": LOOK,
    "death": {"death_end"},
    "guardian_changed": {"guardian_new"},
    "worker_changed": {"worker_told"},
    "letter": {"letter_taken_in"},
    "answer_moved": set(),
    "own_data_asked": {"access_taken_in"},
    "identification_declined": set(),
    "identification_withdrawn": set(),
    "identification_final": set(),
    "turned_18": {"adult_asked"},
    "reflection_not_applicable": set(),
    "legal_aid_offered": set(),
    "child_protection_told": set(),
    "guardian_asked": set(),
    "safe_carer": set(),
    "child_registered": set(),
    "interim_care": set(),
}


def event(number: int, kind: str, on: str = "2026-11-20T10:00", **more: object) -> Record:
    answers = {name: answered(value) for name, value in more.items()}
    return record(number, "event.e", ev_kind=answered(kind), ev_on=answered((on, 0)), **answers)


def written(number: int, form: str, at: str, **answers: object) -> Record:
    named = {name: answered(value) for name, value in answers.items()}
    return replace(record(number, form, **named), opened=at)


def open_tasks(*records: Record, child_since: str = "", parts=None) -> dict[str, Clock]:
    pathway = Pathway.CHILD if child_since else Pathway.ADULT
    case = CaseSeen(Records(records), pathway, child_since=child_since, parts=parts)
    found = [one for one in waiting(clocks_of(FORMS.timetable, case)) if one.rule.id in TASKS]
    assert len({one.rule.id for one in found}) == len(found)
    return {one.rule.id: one for one in found}


def test_every_kind_of_event_says_which_tasks_it_opens():
    assert set(OPENED_BY_EVENTS) == set(FORMS.codelist("event_kind").offered())
    for kind, tasks in OPENED_BY_EVENTS.items():
        assert set(open_tasks(event(1, kind))) == tasks, kind


@pytest.mark.rule("R2")
def test_a_task_blocks_nothing_and_protects_no_day():
    for rule in TASKS.values():
        assert rule.protects is Protects.EARLIER, rule.id
        assert rule.done_by or rule.done_when, rule.id


@pytest.mark.rule("R8")
def test_dangers_are_to_be_looked_at_after_every_contact_and_event():
    before = written(1, "safety", "2026-11-20T09:00")
    contact = event(2, "contact")
    found = open_tasks(before, contact)["danger_look"]

    assert (found.begins, found.ends) == ("2026-11-20T10:00", "2026-11-20")
    assert "danger_look" not in open_tasks(contact, written(3, "safety", "2026-11-20T10:30"))
    assert "danger_look" not in open_tasks(contact, event(3, "risk_looked_at", "2026-11-20"))
    assert "danger_look" in open_tasks(contact, event(3, "risk_looked_at", "2026-11-19"))
    assert "danger_look" in open_tasks(written(4, "screening", "2026-11-21T08:00"))


@pytest.mark.rule("R8")
def test_one_look_answers_all_that_happened_before_it_and_nothing_after():
    first, second = event(1, "contact"), event(2, "hospital", "2026-11-22T07:00")
    look = written(3, "safety", "2026-11-21T12:00")

    assert open_tasks(first, second)["danger_look"].record == first.record
    assert open_tasks(first, second, look)["danger_look"].record == second.record


@pytest.mark.rule("R16")
def test_acts_that_somebody_was_made_to_do_ask_for_a_lawyer_and_not_for_the_police():
    told = written(
        1, "screening.situation", "2026-11-20T10:00", screening__compelled_acts="carried parcels"
    )
    earlier = event(2, "legal_aid_offered", "2026-11-19T10:00")
    to_police = record(
        3, "referral", referral_type=answered("police"), sent_at=answered(("2026-11-21", 0))
    )
    to_lawyer = record(
        4, "referral", referral_type=answered("legal"), sent_at=answered(("2026-11-21", 0))
    )

    assert set(open_tasks(told)) == {"nonpunishment_aid"}
    assert set(open_tasks(told, earlier, to_police)) == {"nonpunishment_aid"}
    assert open_tasks(told, to_lawyer) == {}
    assert open_tasks(told, event(5, "legal_aid_offered")) == {}
    assert not open_tasks(written(6, "screening.situation", "2026-11-20T10:00"))


@pytest.mark.rule("R16")
def test_no_task_looks_into_what_is_given_to_the_police():
    asked = {
        FORMS.field(name).compartment
        for rule in TASKS.values()
        for moment in (*rule.starts, *rule.done_by)
        for name in (*fields_of(moment.when), *([moment.on] if moment.on else []))
    }

    assert Compartment.LIAISON not in asked
    assert "police" not in repr([(rule.starts, rule.done_by) for rule in TASKS.values()])


@pytest.mark.rule("R17")
def test_legal_aid_is_offered_once_support_began_whoever_works_with_the_police():
    begun = event(1, "support_changed", ev_support="assisted")
    offered = event(2, "legal_aid_offered", "2026-11-01")

    assert set(open_tasks(begun)) == {"legal_aid"}
    assert open_tasks(begun, offered) == {}
    detained = event(3, "detention", "2026-11-22T07:00")
    assert "detention_aid" in open_tasks(begun, offered, detained)


@pytest.mark.rule("R17")
def test_compensation_is_asked_for_and_followed_until_it_is_paid():
    claim = written(1, "redress", "2026-11-20T10:00", pr_state="undecided")
    row = {"redress__pr_comp__route": "civil court"}
    money = FieldId("redress.pr_comp.awarded"), FieldId("redress.pr_comp.paid")
    asked = written(2, "redress.pr_comp", "2026-11-21T10:00", **row)
    awarded = replace(asked, answers={**asked.answers, money[0]: answered("4000 EUR")})
    paid = replace(awarded, answers={**awarded.answers, money[1]: answered("4000 EUR")})

    assert set(open_tasks(claim)) == {"compensation_ask"}
    assert open_tasks(claim, asked) == {}
    assert open_tasks(claim, awarded)["compensation_paid"].ends == "2026-12-19"
    assert open_tasks(claim, paid) == {}


@pytest.mark.rule("R17")
def test_not_being_punished_is_followed_until_there_is_an_answer():
    raised = record(1, "redress.pr_nonpun", redress__pr_nonpun__raised=answered(("2026-11-02", 0)))
    answer = {FieldId("redress.pr_nonpun.result"): answered("accepted")}

    assert open_tasks(raised)["nonpunishment_answer"].ends == "2026-11-30"
    assert open_tasks(replace(raised, answers={**raised.answers, **answer})) == {}


CASE = written(1, "case", "2026-11-20T10:00", code="4F7K-9ABC")
FIRST_SIGN = "2026-11-22T03:10"


@pytest.mark.rule("R14")
def test_the_steps_for_a_child_open_with_the_first_sign_and_in_their_order():
    found = open_tasks(CASE, child_since=FIRST_SIGN)

    assert list(found) == [
        "child_guardian",
        "child_protection",
        "child_questions",
        "child_view",
        "child_care",
        "child_assessment",
    ]
    assert {(one.begins, one.ends) for one in found.values()} == {(FIRST_SIGN, FIRST_SIGN[:10])}
    assert open_tasks(CASE) == {}


@pytest.mark.rule("R14")
def test_each_step_for_a_child_ends_by_what_was_done_and_waits_for_no_other():
    ends = {
        "child_guardian": event(2, "guardian_asked", "2026-11-22T05:00"),
        "child_protection": record(
            2,
            "referral",
            referral_type=answered("child_protection"),
            sent_at=answered(("2026-11-22T05:00", 0)),
        ),
        "child_questions": written(2, "screening", "2026-11-22T03:00"),
        "child_view": written(2, "bia", "2026-11-23T09:00", bia_view_how="too_young"),
        "child_care": event(2, "interim_care", "2026-11-22T05:00"),
        "child_assessment": written(2, "bia", "2026-11-23T09:00"),
    }
    for step, done in ends.items():
        found = open_tasks(CASE, done, child_since=FIRST_SIGN)
        assert step not in found, step
        assert set(ends) - set(found) <= {step, "child_assessment"}

    solution = open_tasks(CASE, ends["child_assessment"], child_since=FIRST_SIGN)
    assert solution["child_solution"].ends == "2026-12-21"


@pytest.mark.rule("R14")
def test_a_child_that_is_missing_is_reported_first():
    gone = event(2, "missing", "2026-11-23T22:00")
    told = event(3, "child_protection_told", "2026-11-22T04:00")
    reported = event(4, "child_protection_told", "2026-11-23T22:10")

    assert "missing_child_report" in open_tasks(CASE, gone, told, child_since=FIRST_SIGN)
    assert "missing_child_report" not in open_tasks(CASE, gone, reported, child_since=FIRST_SIGN)
    assert "missing_child_report" not in open_tasks(CASE, gone)


@pytest.mark.rule("R12")
def test_a_helper_who_is_not_safe_is_replaced():
    unsafe = event(1, "helper_not_safe")
    barred = written(2, "case_registers.noint", "2026-11-20T11:00", ni_since=("2026-11-20", 0))

    assert "helper_change" in open_tasks(unsafe)
    assert "helper_change" not in open_tasks(unsafe, barred)
    row = written(3, "incident.inc_interpreter", "2026-11-20T10:00")
    assert "helper_change" in open_tasks(row)


@pytest.mark.parametrize(
    ("kind", "task", "end"),
    [
        ("complaint", "complaint_answer", event(9, "complaint_answered", "2026-11-21T09:00")),
        ("guardian_changed", "guardian_new", written(9, "consent", "2026-11-21T09:00")),
        ("worker_changed", "worker_told", event(9, "contact", "2026-11-21T09:00")),
        ("death", "death_end", written(9, "closure", "2026-11-21T09:00")),
    ],
)
def test_what_follows_a_change_is_a_line_until_it_is_done(kind, task, end):
    """A complaint is answered, a new guardian is asked, the person is told, support is ended."""
    happened = event(8, kind)
    assert task in open_tasks(happened)
    assert task not in open_tasks(happened, end)
    earlier = event(8, kind, "2026-11-22T10:00")
    assert task in open_tasks(earlier, end), "what came before ends nothing"


def test_whoever_cannot_see_the_end_of_a_task_is_not_told_of_it():
    for rule in TASKS.values():
        for part in rule.seen_in:
            others = frozenset(CASE_COMPARTMENTS) - {part}
            case = CaseSeen(
                Records([CASE, *(event(n, k) for n, k in enumerate(OPENED_BY_EVENTS, 2))]),
                Pathway.CHILD,
                child_since=FIRST_SIGN,
                parts=others,
            )
            assert rule.id not in {one.rule.id for one in clocks_of(FORMS.timetable, case)}
    seen = open_tasks(event(1, "contact"), parts=frozenset(CASE_COMPARTMENTS))
    assert set(seen) == LOOK


def test_an_event_that_was_corrected_opens_and_ends_nothing():
    gone = event(1, "missing")
    wrong = event(2, "contact", "2026-11-21T10:00", ev_corrects=gone.record.hex())
    assert set(open_tasks(gone, wrong)) == LOOK
    assert open_tasks(gone, wrong)["danger_look"].record == wrong.record

    letter = record(3, "letters", le_last=answered(("2026-11-25", 0)))
    other = event(4, "support_changed", ev_corrects=letter.record.hex())
    clocks = clocks_of(FORMS.timetable, CaseSeen(Records([letter, other]), Pathway.ADULT))
    assert [one.rule.id for one in clocks] == ["letter_day"]


def test_what_was_written_without_a_day_and_a_time_opens_nothing():
    assert open_tasks(record(1, "redress", pr_state=answered("undecided"))) == {}


# ---------------------------------------------------------------- two files of one person


def elsewhere(*records: Record, others=(), joined_at: str = "") -> dict[str, Clock]:
    case = CaseSeen(
        Records(records), Pathway.ADULT, elsewhere=(Records(others),), joined_at=joined_at
    )
    return {one.rule.id: one for one in waiting(clocks_of(FORMS.timetable, case))}


@pytest.mark.rule("S9")
def test_what_happened_since_in_another_file_ends_a_task_and_opens_none():
    letter = event(1, "letter", "2026-11-20T10:00")
    later = written(2, "letters", "2026-11-21T10:00")
    before = written(3, "letters", "2026-11-19T10:00")

    assert "letter_taken_in" in elsewhere(letter)
    assert "letter_taken_in" not in elsewhere(letter, others=[later])
    assert "letter_taken_in" in elsewhere(letter, others=[before])
    assert elsewhere(others=[letter]) == {}


def test_an_event_of_another_file_that_was_corrected_ends_nothing():
    gone = event(1, "worker_changed", "2026-11-20T10:00")
    contact = event(2, "contact", "2026-11-21T10:00")
    wrong = event(3, "support_changed", "2026-11-21T11:00", ev_corrects=contact.record.hex())

    assert "worker_told" not in elsewhere(gone, others=[contact])
    assert "worker_told" in elsewhere(gone, others=[contact, wrong])


@pytest.mark.rule("R32")
def test_the_end_of_another_file_is_not_that_of_this_one():
    death = event(1, "death", "2026-11-20T10:00")
    closing = written(2, "closure", "2026-11-21T10:00")

    assert "death_end" not in open_tasks(death, closing)
    assert "death_end" in elsewhere(death, others=[closing])


@pytest.mark.rule("S9")
def test_a_duty_of_which_the_newest_counts_is_renewed_elsewhere_only_after_the_join():
    day = answered(("2026-11-10", 0))
    old = replace(record(1, "plan.review", review_date=day), opened="2026-11-10T10:00")
    new = replace(old, record=record(2, "plan.review").record, opened="2026-11-20T10:00")

    assert "plan_review" not in elsewhere(old, others=[new], joined_at="2026-11-15T10:00")
    assert "plan_review" in elsewhere(old, others=[new], joined_at="2026-11-21T10:00")
    assert "plan_review" in elsewhere(old, others=[new]), "nobody knows when they were joined"
    assert "plan_review" in elsewhere(new, others=[old], joined_at="2026-11-15T10:00")


@pytest.mark.rule("R6")
def test_a_time_of_protection_is_renewed_by_no_other_file():
    answers = {"decision": answered("granted"), "start": answered(("2026-11-10", 0))}
    old = replace(record(1, "reflection", **answers), opened="2026-11-10T10:00")
    new = replace(old, record=record(2, "reflection").record, opened="2026-11-20T10:00")

    found = elsewhere(old, others=[new], joined_at="2026-11-15T10:00")
    assert found["reflection_floor"].ends == "2026-12-10"
