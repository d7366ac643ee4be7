"""Rules that a pack keeps by what it asks and what it leaves out; each test names the rule."""

import re

import pytest

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import readiness
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import FieldType, answered

PLAN = RecordId(b"\x01" * 16)


def needed(forms: FormSet, act: str) -> set[str]:
    return {one.id for one in forms.fields() for entry in one.required_for if entry.act == act}


@pytest.mark.rule("R7")
def test_a_plan_names_who_leads_and_a_referral_whom_to_ask_when_the_sender_is_away(base: FormSet):
    assert "plan.lead" in needed(base, "plan.agree")
    assert "referral.absence_contact" in needed(base, "referral.send")
    assert base.field("plan.advocate").ref == "contact"


@pytest.mark.rule("R8")
def test_risk_and_safety_are_versioned_and_each_danger_has_a_day_to_look_again(base: FormSet):
    assert base.form("safety").repeats
    assert {"safety.level_reason", "safety.review"} <= needed(base, "plan.agree")
    assert base.timetable.clocks["danger_review"].start.on == "safety.review"
    assert "event" in base.codelist("safety_trigger").offered()


@pytest.mark.rule("R9")
def test_a_plan_is_agreed_by_the_person_and_a_copy_may_be_unsafe_to_hold(base: FormSet):
    assert {"plan.sign_person", "plan.goal_words"} <= needed(base, "plan.agree")
    assert base.field("plan.goal_words").own_words
    assert "not_safe" in base.codelist("consent_copy").offered()


@pytest.mark.rule("R17")
def test_pay_and_compensation_are_followed_as_rights(base: FormSet):
    parts = {one.key for one in base.field("redress.pr_comp").fields}

    assert {"asked", "awarded", "paid"} <= parts
    assert base.field("redress.pr_nonpun").compartment is Compartment.LEGAL


@pytest.mark.rule("R18")
def test_a_return_needs_its_dangers_looked_at_other_ways_and_a_finding(base: FormSet):
    asked = needed(base, "return.depart")

    assert {
        "return.free_wish",
        "return.alternatives",
        "return.return_risk",
        "return.no_threat",
        "return.return_consent",
    } <= asked
    open_plan = Records([Record(PLAN, "return")])
    assert not readiness(base, "return.depart", open_plan, PLAN).is_ready
    child = readiness(base, "return.depart", open_plan, PLAN, frozenset({"child_pathway"}))
    assert "return.bid_ref" in child.blocking()


@pytest.mark.rule("R19")
def test_barriers_are_one_click_and_messages_have_no_place_for_a_case(base: FormSet):
    barrier = base.field("plan.barrier")

    assert barrier.type is FieldType.MANY
    assert len(base.codelist("barrier").offered()) == 15
    assert base.form("feedback").scope is FormScope.ORGANISATION
    assert not [one.id for one in base.fields() if one.form == "feedback" and "code" in one.key]


@pytest.mark.rule("R22")
def test_own_words_are_never_a_judgement_and_a_decision_is_never_in_own_words(base: FormSet):
    own = [one for one in base.fields() if one.own_words]

    assert {one.type for one in own} <= {FieldType.TEXT, FieldType.LONG}
    assert not [one.id for one in own if one.form in {"decision", "reflection", "stay"}]
    assert not base.field("screening.judgement").own_words
    assert not base.field("safety.level_reason").own_words


@pytest.mark.rule("R32")
@pytest.mark.rule("N3")
def test_reasons_for_the_end_blame_nobody(base: FormSet):
    words = [
        base.text(f"codelist.closure_reason.{code}")
        for code in base.codelist("closure_reason").offered()
    ]
    blaming = re.compile(
        r"refus|fail|unco|abscond|fault|lied|not traffick|left (us|without)|return\w* to",
        re.IGNORECASE,
    )

    assert len(words) == 13
    assert [one for one in words if blaming.search(one)] == []
    detail = base.field("closure.close_detail")
    assert detail.compartment is Compartment.SUPPORT
    assert (detail.consent_groups, detail.htcds) == ((), ())


@pytest.mark.rule("R40")
def test_what_a_night_needs_is_a_register_that_every_post_can_read(base: FormSet):
    for name in ("duty", "interpreters"):
        assert base.form(name).scope is FormScope.ORGANISATION
    for role in ("border_first", "border_second", "outreach", "shelter", "case_manager"):
        assert base.roles.cells((role,), Compartment.ORG_DIRECTORY), role
    assert {one.compartment for one in base.fields() if one.form == "duty"} == {
        Compartment.ORG_DIRECTORY
    }


@pytest.mark.rule("N9")
def test_every_field_has_a_class_that_says_how_long_it_is_kept(base: FormSet):
    classes = {one.retention for one in base.fields()}

    assert classes == {"case", "consent", "access_log", "organisation"}


@pytest.mark.rule("N11")
def test_no_field_asks_for_a_picture_or_a_recording_of_a_person(base: FormSet):
    asking = re.compile(r"photo|picture_of|fingerprint|voice|video|record_of_speech")

    assert [one.id for one in base.fields() if asking.search(one.key)] == []


@pytest.mark.rule("N15")
def test_the_steps_for_a_child_end_only_with_a_decision_of_an_authority(base: FormSet):
    assert needed(base, "child.off") == {"age.age_decision", "age.age_switch"}
    done = Record(PLAN, "age", answers={FieldId("age.age_switch"): answered(value=True)})
    found = readiness(base, "child.off", Records([done]), PLAN)
    assert found.blocking() == ("age.age_decision",)
    assert not base.vocabulary.acts["child.off"].may_be_lone


@pytest.mark.rule("N17")
def test_messages_lie_where_no_worker_of_a_case_may_read(base: FormSet):
    readers = [
        role for role in base.roles.roles if base.roles.may_read((role,), Compartment.ORG_INBOX)
    ]

    assert readers == ["feedback_handlers"]


@pytest.mark.rule("S13")
def test_no_field_of_a_worker_may_leave(base: FormSet):
    staff = [one for one in base.fields() if re.search(r"staff|worker|supervisor|badge", one.key)]

    assert staff
    assert [one.id for one in staff if one.consent_groups] == []
