"""Time limits of Bulgaria, and who tells whom of a child at night."""

import re

import pytest
from tests.packs.bulgaria import OPENED, clocks, day, identified, record, shown

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import ClockState
from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.values import answered

THREE = ("told_agency", "told_ministry", "told_commission")
FOUND, LATER = "2026-11-26T09:00", "2026-11-26T17:30"


# -------------------- a child


@pytest.mark.rule("S3")
@pytest.mark.rule("R30")
def test_three_bodies_are_told_of_a_child_within_a_day_and_two_of_them_are_not_enough(
    with_bg: FormSet,
):
    opened = record(1, "case", opened_at=day(OPENED))
    for left_out in (*THREE, ""):
        told = {name: day(LATER) for name in THREE if name != left_out}
        found = clocks(with_bg, opened, record(2, "bg_child", identified_at=day(FOUND), **told))
        known, opening = found["bg_child_notify_known"][0], found["bg_child_notify"][0]
        assert known.ends == "2026-11-27T09:00"
        assert (known.state is ClockState.DONE) is (left_out == ""), left_out
        assert (opening.state is ClockState.DONE) is (left_out == ""), left_out


@pytest.mark.rule("S3")
def test_before_anybody_wrote_down_when_a_child_was_identified_the_earliest_sign_counts(
    with_bg: FormSet,
):
    found = clocks(with_bg, record(1, "case", opened_at=day(OPENED)))

    assert found["bg_child_notify"][0].ends == "2026-11-27T03:10"
    assert "bg_child_notify_known" not in found


@pytest.mark.rule("S3")
def test_of_a_child_found_abroad_the_agency_and_the_ministry_are_told(with_bg: FormSet):
    opened = record(1, "case", opened_at=day(OPENED))
    for left_out, is_done in (("told_commission", True), ("told_ministry", False)):
        told = {name: day(LATER) for name in THREE if name != left_out}
        found = {"identified_at": day(FOUND), "found": answered("abroad"), **told}
        seen = clocks(with_bg, opened, record(2, "bg_child", **found))
        assert (seen["bg_child_notify_known"][0].state is ClockState.DONE) is is_done
        assert (seen["bg_child_notify"][0].state is ClockState.DONE) is is_done


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
