"""The overlay of Bulgaria against what its national mechanism asks, and what it must not ask."""

import re

import pytest
from tests.packs.test_pack_words import ALL

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import CaseSeen, Clock, ClockState, clocks_of
from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.flow import flow
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.wording import find_loaded
from nrm_desktop.domain.ids import FieldId, RecordId
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
THREE = ("told_agency", "told_ministry", "told_commission")
OPENED, FOUND, LATER = "2026-11-26T03:10", "2026-11-26T09:00", "2026-11-26T17:30"
NO_WORD = re.compile(r"police|прокур|полиц|investigat", re.IGNORECASE)


def own_fields(forms: FormSet) -> list[Field]:
    return [one for one in forms.fields() if one.pack == "bg"]


def day(text: str) -> Answer:
    return answered((text, 0))


def record(number: int, form: str, parent: Record | None = None, **answers: Answer) -> Record:
    named = {FieldId(f"{form}.{name}"): answer for name, answer in answers.items()}
    above = parent.record if parent else None
    return Record(RecordId(bytes([number]) * 16), form, above, number, named, OPENED, OPENED)


def clocks(
    forms: FormSet, *records: Record, pathway: Pathway = Pathway.CHILD
) -> dict[str, list[Clock]]:
    seen = CaseSeen(Records(records), pathway)
    found: dict[str, list[Clock]] = {}
    for clock in clocks_of(forms.timetable, seen):
        if clock.rule.pack == "bg":
            found.setdefault(clock.rule.id, []).append(clock)
    return found


def identified(**more: Answer) -> Record:
    return record(
        3,
        "decision",
        dec_step=answered("first_decision"),
        dec_result=answered("positive"),
        dec_date=day("2026-11-26"),
        **more,
    )


def shown(forms: FormSet, form: str, context: Context) -> set[str]:
    return {one.id for part in flow(forms, form, context) for one in part.fields}


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


# -------------------- a child


@pytest.mark.rule("S3")
@pytest.mark.rule("R30")
def test_three_bodies_are_told_of_a_child_within_a_day_and_two_of_them_are_not_enough(
    with_bg: FormSet,
):
    opened = record(1, "case", opened_at=day(OPENED))
    told = {"identified_at": day(FOUND)}
    for number, name in enumerate(THREE):
        found = clocks(with_bg, opened, record(2, "bg_child", **told))
        assert found["bg_child_notify_known"][0].ends == "2026-11-27T09:00", number
        assert found["bg_child_notify_known"][0].state is ClockState.RUNNING, number
        assert found["bg_child_notify"][0].state is ClockState.TO_CONFIRM, number
        told[name] = day(LATER)

    found = clocks(with_bg, opened, record(2, "bg_child", **told))
    assert found["bg_child_notify_known"][0].state is ClockState.DONE
    assert found["bg_child_notify"][0].state is ClockState.DONE


@pytest.mark.rule("S3")
def test_before_anybody_wrote_down_when_a_child_was_identified_the_earliest_sign_counts(
    with_bg: FormSet,
):
    found = clocks(with_bg, record(1, "case", opened_at=day(OPENED)))

    assert found["bg_child_notify"][0].ends == "2026-11-27T03:10"
    assert "bg_child_notify_known" not in found


@pytest.mark.rule("S3")
def test_of_a_child_found_abroad_the_agency_and_the_ministry_are_told(with_bg: FormSet):
    abroad = record(
        2,
        "bg_child",
        identified_at=day(FOUND),
        found=answered("abroad"),
        told_agency=day(LATER),
        told_ministry=day(LATER),
    )

    assert clocks(with_bg, abroad)["bg_child_notify_known"][0].state is ClockState.DONE


@pytest.mark.rule("R6")
@pytest.mark.rule("S3")
def test_a_child_has_no_time_of_reflection_and_an_adult_no_notice(with_bg: FormSet):
    opened = record(1, "case", opened_at=day(OPENED))
    for_a_child = clocks(with_bg, opened, identified())
    for_an_adult = clocks(with_bg, opened, identified(), pathway=Pathway.ADULT)

    assert not {"bg_reflection", "bg_stay_reflection", "bg_protection_choice"} & set(for_a_child)
    assert not {name for name in for_an_adult if name.startswith(("bg_child", "bg_crisis"))}


@pytest.mark.rule("R29")
@pytest.mark.rule("R34")
@pytest.mark.parametrize("role", ["border_first", "border_second", "outreach", "shelter"])
def test_whoever_is_there_at_night_writes_the_notice_alone(with_bg: FormSet, role: str):
    notice = with_bg.sections["bg_child.notice"]
    fields = [one for one in notice.fields if one.id.rpartition(".")[2] in {*THREE, "found"}]

    assert role in with_bg.roles.fills["bg_child"]
    assert all(with_bg.roles.may_write((role,), one.compartment) for one in fields)
    assert with_bg.vocabulary.acts["bg_child.notify"].may_be_lone
    assert with_bg.vocabulary.acts["bg_child.notify"].is_hint


@pytest.mark.rule("R30")
def test_the_notice_is_there_before_the_age_is_known_and_the_team_with_the_doubt(with_bg: FormSet):
    before = shown(with_bg, "bg_child", Context())
    doubt = shown(with_bg, "bg_child", Context(facts=frozenset({"child_pathway"})))

    assert {f"bg_child.{name}" for name in THREE} <= before
    assert "bg_child.plan" in doubt - before


def test_a_crisis_centre_lasts_six_months_at_most_and_a_day_that_was_decided_wins(with_bg):
    placed = {"measure": answered("crisis_centre"), "placed_on": day("2026-11-30")}
    by_rule = clocks(with_bg, record(2, "bg_child", **placed))
    decided = clocks(with_bg, record(2, "bg_child", placed_until=day("2027-02-28"), **placed))

    assert by_rule["bg_crisis_centre"][0].ends == "2027-05-30"
    assert decided["bg_crisis_centre"][0].ends == "2027-02-28"
    family = {**placed, "measure": answered("foster_family")}
    assert "bg_crisis_centre" not in clocks(with_bg, record(2, "bg_child", **family))


# -------------------- recovery, protection, compensation


@pytest.mark.rule("R6")
@pytest.mark.rule("R25")
def test_recovery_runs_thirty_days_from_the_formal_identification(with_bg: FormSet):
    found = clocks(with_bg, identified(), pathway=Pathway.ADULT)

    assert found["bg_reflection"][0].ends == "2026-12-26"
    assert found["bg_protection_choice"][0].ends == "2026-12-26"
    assert found["bg_protection_choice"][0].state is ClockState.TO_CONFIRM


@pytest.mark.rule("R6")
@pytest.mark.parametrize("choice", ["agrees", "does_not_want", "not_decided"])
def test_recovery_is_as_long_whatever_the_person_chooses_about_the_investigation(
    with_bg: FormSet, choice: str
):
    redress = record(4, "redress")
    row = record(5, "redress.bg_protection", redress, choice=answered(choice))
    found = clocks(with_bg, identified(), redress, row, pathway=Pathway.ADULT)

    assert (found["bg_reflection"][0].ends, found["bg_reflection"][0].state) == (
        "2026-12-26",
        ClockState.RUNNING,
    )
    is_done = found["bg_protection_choice"][0].state is ClockState.DONE
    assert is_done is (choice != "not_decided")


def test_the_national_council_is_asked_within_a_year_of_the_end_of_the_proceedings(
    with_bg: FormSet,
):
    ended = record(4, "redress", bg_in_force_on=day("2026-03-31"))
    asked = record(
        4, "redress", bg_in_force_on=day("2026-03-31"), bg_council_asked=day("2026-11-26")
    )

    waits = clocks(with_bg, ended, pathway=Pathway.ADULT)["bg_compensation"][0]
    assert (waits.ends, waits.state) == ("2027-03-31", ClockState.RUNNING)
    done = clocks(with_bg, asked, pathway=Pathway.ADULT)["bg_compensation"][0]
    assert done.state is ClockState.DONE


def test_every_time_limit_of_the_pack_says_where_and_when_it_was_read(with_bg: FormSet):
    own = [one for one in with_bg.timetable.clocks.values() if one.pack == "bg"]

    assert len(own) == 9
    assert all(one.source and one.as_of for one in own)
    assert all(re.match(r"nrm\.bg|Regional administration", one.source) for one in own)


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
