"""The overlay of Bulgaria against what its national mechanism asks, and what it must not ask."""

import re

import pytest
from tests.packs.bulgaria import own_fields, record, shown
from tests.packs.test_pack_words import ALL

from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Records
from nrm_desktop.domain.forms.wording import find_loaded
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, answered

EN, BG = ALL["bg/texts/en.toml"], ALL["bg/texts/bg.toml"]
PLAN = {
    "urgent needs": "plan.bg_needs",
    "risk assessment": "plan.bg_safety",
    "planned steps": "plan.steps",
    "organisations contacted or referred to": "plan.bg_contacts",
    "safety plan": "safety.if_found",
    "time of the plan": "plan.plan_end",
    "name and signature of the person": "plan.sign_person",
    "name and institution of the interviewer": "plan.bg_interviewer",
    "signature of the interviewer": "plan.sign_worker",
    "day and place": "plan.plan_date",
}
"""What the individual plan for support and safety includes, and where it is asked.

Source: nrm.bg, standard operating procedures for adults, documentation of identification.
"""
NO_WORD = re.compile(r"police|прокур|полиц|investigat", re.IGNORECASE)


# -------------------- what the mechanism asks for


@pytest.mark.rule("R9")
@pytest.mark.parametrize("part", PLAN)
def test_everything_that_the_plan_for_support_and_safety_includes_is_asked_and_printed(
    with_bg: FormSet, part: str
):
    printed = {name for one in with_bg.layouts["bg_plan"].parts for name in one.fields}

    assert with_bg.find_field(PLAN[part]) is not None
    assert PLAN[part] in printed


@pytest.mark.rule("R2")
def test_no_paper_of_the_mechanism_stops_a_plan_or_a_referral(with_bg: FormSet):
    stops = {
        (one.id, entry.act)
        for one in own_fields(with_bg)
        for entry in one.required_for
        if not entry.is_hint and with_bg.vocabulary.acts[entry.act].track == "support"
    }

    assert stops == {("referral.bg_consulate_wish", "referral.send")}


def test_the_print_order_of_a_referral_is_that_of_the_base_with_two_parts_more(
    base: FormSet, with_bg: FormSet
):
    parts = with_bg.layouts["referral"].parts
    own = [part for part in parts if part.id.startswith("bg")]

    assert tuple(part for part in parts if part not in own) == base.layouts["referral"].parts
    assert [part.id for part in own] == ["bg", "bg_child"]


def test_what_may_leave_and_is_new_stands_in_the_print_order(with_bg: FormSet):
    printed = {name for one in with_bg.layouts["referral"].parts for name in one.fields}
    leaving = {
        one.id for one in own_fields(with_bg) if one.consent_groups and one.form != "redress"
    }

    assert {name for name in leaving if with_bg.field(name).parent is None} <= printed


def test_the_sheet_for_a_child_is_printed_whole_and_in_order(with_bg: FormSet):
    printed = [name for part in with_bg.layouts["bg_child"].parts for name in part.fields]

    assert printed == [one.id for part in with_bg.form("bg_child").sections for one in part.fields]


# -------------------- who gets what


@pytest.mark.rule("N6")
def test_no_embassy_is_asked_about_for_who_seeks_protection(base: FormSet, with_bg: FormSet):
    kind = FieldId("referral.referral_type")
    status = FieldId("reflection.bg_status")
    seeks = frozenset({"bg_seeks_protection"})
    consulate, embassy = "referral.bg_consulate_wish", "reflection.bg_embassy"

    to_consulate = {kind: answered("bg_consulate")}
    assert consulate in shown(with_bg, "referral", Context(to_consulate))
    assert consulate not in shown(with_bg, "referral", Context(to_consulate, seeks))
    permit = {status: answered("with_permit")}
    assert embassy in shown(with_bg, "reflection", Context(permit))
    assert embassy not in shown(with_bg, "reflection", Context(permit, seeks))
    asked = {status: answered("seeks_protection")}
    assert embassy not in shown(with_bg, "reflection", Context(asked))
    assert embassy not in shown(
        with_bg, "reflection", Context({status: Answer(AnswerState.DECLINED)})
    )


@pytest.mark.rule("N6")
def test_one_record_that_says_so_is_enough_to_know_that_somebody_seeks_protection(
    with_bg: FormSet,
):
    first = record(1, "reflection", bg_status=answered("seeks_protection"))
    second = record(2, "reflection", bg_status=answered("without_permit"))

    assert Records([first, second]).facts(with_bg) == {"bg_seeks_protection"}
    assert Records([second]).facts(with_bg) == frozenset()


@pytest.mark.rule("R24")
def test_the_national_commission_gets_counts_and_nothing_of_a_case(with_bg: FormSet):
    role = with_bg.roles.recipient_roles["bg_national_commission"]
    cells = with_bg.roles.roles[role].cells

    assert not set(cells) & set(CASE_COMPARTMENTS)
    report = [one for one in with_bg.fields() if one.form == "bg_report"]
    assert report
    assert not [one.id for one in report if one.consent_groups]
    coded = {FieldType.ONE, FieldType.YESNO, FieldType.DATE}
    assert {one.type for one in report} <= coded
    assert {one.compartment for one in report} == {Compartment.CORE}


@pytest.mark.rule("N4")
@pytest.mark.parametrize("kind", ["bg_prosecutor", "bg_migration"])
def test_prosecution_and_migration_get_what_the_person_gave_and_nothing_else(
    with_bg: FormSet, kind: str
):
    cells = with_bg.roles.roles[with_bg.roles.recipient_roles[kind]].cells

    assert set(cells) == {Compartment.LIAISON}
    assert Cell.CONSENT in cells[Compartment.LIAISON]


def test_every_kind_of_recipient_has_a_ceiling(with_bg: FormSet):
    codes = {code.code for code in with_bg.codelist("referral_type").codes}

    assert codes == set(with_bg.roles.recipient_roles)


@pytest.mark.rule("S13")
def test_names_of_workers_leave_with_nothing(with_bg: FormSet):
    assert with_bg.field("plan.bg_interviewer").consent_groups == ()
    assert with_bg.field("bg_child.lead").consent_groups == ()


@pytest.mark.rule("R18")
def test_conditions_of_a_return_stop_and_allow_nothing_by_themselves(with_bg: FormSet):
    for name in ("return.bg_conditions", "return.bg_removal"):
        assert with_bg.field(name).required_for == ()
    offered = with_bg.codelist("bg_return_condition").offered()
    assert offered[:4] == (
        "voluntary_wish",
        "reflection_over",
        "special_protection_ended",
        "stay_expired",
    ), "codes of before stay what they were"


@pytest.mark.rule("R13")
def test_no_question_of_the_pack_asks_whether_the_person_is_believed(with_bg: FormSet):
    suspicious = re.compile(r"credib|truth|lie[sd]?\b|why_not|cooperat")

    assert not [one.id for one in own_fields(with_bg) if suspicious.search(one.id)]


@pytest.mark.rule("R2")
def test_no_label_of_support_speaks_of_the_police(with_bg: FormSet):
    support = [
        one.id
        for one in own_fields(with_bg)
        if one.compartment is Compartment.SUPPORT and one.parent is None
    ]

    for language in ("en", "bg"):
        labels = [with_bg.text(f"{name}.label", language) for name in support]
        assert labels
        assert not [text for text in labels if NO_WORD.search(text)]


# -------------------- ids and words


def test_everything_new_has_an_id_that_no_other_country_takes(base: FormSet, with_bg: FormSet):
    codes = {
        f"{one.id}.{code.code}"
        for one in base.codelists.values()
        for code in with_bg.codelists[one.id].codes
        if one.find(code.code) is None
    }
    new = [
        *(one.id.split(".")[1] for one in own_fields(with_bg) if one.form in base.forms),
        *(set(with_bg.forms) - set(base.forms)),
        *(set(with_bg.codelists) - set(base.codelists) - {one.id for one in with_bg.fields()}),
        *(set(with_bg.timetable.clocks) - set(base.timetable.clocks)),
        *(set(with_bg.vocabulary.acts) - set(base.vocabulary.acts)),
        *(set(with_bg.vocabulary.facts) - set(base.vocabulary.facts)),
        *(set(with_bg.layouts) - set(base.layouts)),
        *(set(with_bg.wording) - set(base.wording)),
        *(set(with_bg.counts.tables) - set(base.counts.tables)),
        *(set(with_bg.counts.dimensions) - set(base.counts.dimensions)),
        *(name.rpartition(".")[2] for name in codes),
    ]

    assert len(new) > 80
    assert [name for name in new if not name.startswith("bg_")] == []


def test_no_field_of_the_base_changes_its_type_or_its_part(base: FormSet, with_bg: FormSet):
    before = {one.id: (one.type, one.compartment, one.purposes) for one in base.fields()}
    after = {one.id: (one.type, one.compartment, one.purposes) for one in with_bg.fields()}

    assert {name: after.get(name) for name in before} == before


def test_everything_that_the_pack_says_in_english_it_says_in_bulgarian():
    cyrillic = re.compile(r"[а-я]", re.IGNORECASE)

    assert EN.keys() == BG.keys()
    assert [key for key, text in BG.items() if not cyrillic.search(text)] == []
    assert [key for key, text in BG.items() if re.search(r"[ыэё]", text)] == [], "not Russian"


@pytest.mark.rule("N3")
def test_no_bulgarian_text_of_the_pack_says_a_word_that_hurts():
    hurting = re.compile(r"жертв|проститу|нелегал|циган|просяк", re.IGNORECASE)
    verdict = re.compile(r"процент|вероятност|оценка в точки|%", re.IGNORECASE)

    assert [key for key, text in BG.items() if hurting.search(text) or verdict.search(text)] == []


def test_reasons_are_whole_sentences_and_labels_are_not_in_both_languages():
    for texts in (EN, BG):
        whys = [text for key, text in texts.items() if key.endswith(".why")]
        labels = [text for key, text in texts.items() if key.endswith(".label")]
        assert [text for text in whys if not text.endswith(".") or not text[0].isupper()] == []
        assert [text for text in labels if text.endswith(".")] == []


@pytest.mark.rule("N3")
@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("Лицето отказва да сътрудничи.", "тогава не искаше да говори за това"),
        ("Тя е ПРОСТИТУТКА от Плевен", "лице в проституция, или както казва самото лице"),
        ("избягала от приюта", "тръгна си и не знаем накъде"),
        ("според жертвата", "лицето"),
    ],
)
def test_a_bulgarian_word_that_judges_gets_a_quiet_hint(with_bg: FormSet, typed, instead):
    found = list(find_loaded(typed, with_bg.wording.values()))

    assert [one.word.instead for one in found] == [instead]
    assert {one.word.language for one in found} == {"bg"}


def test_what_was_seen_or_heard_gets_no_hint(with_bg: FormSet):
    typed = "Лицето каза, че не иска да говори, и си тръгна в 14 часа."

    assert list(find_loaded(typed, with_bg.wording.values())) == []
