"""Clocks: from what was recorded to days that people wait for."""

from dataclasses import replace
from pathlib import Path

import pytest

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import (
    CaseSeen,
    ClockState,
    clocks_of,
    due_days,
    end_by_rule,
    waiting,
)
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import Holidays, Kind, Protects, Timetable, Unit
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState, answered
from nrm_desktop.storage.form_packs import FormPacks

PACKS = FormPacks(Path(__file__).parents[3] / "resources" / "packs")
GB, BG, BASE = (PACKS.load(one).forms.timetable for one in (["gb"], ["bg"], []))


def day(text: str) -> Answer:
    return answered((text, 0))


def record(number: int, form: str, **answers: Answer) -> Record:
    """A record; `dec_date` stands for `decision.dec_date`."""
    head = form.partition(".")[0]
    named = {
        FieldId(name.replace("__", ".") if "__" in name else f"{head}.{name}"): answer
        for name, answer in answers.items()
    }
    return Record(RecordId(bytes([number]) * 16), form, None, number, named)


def seen(*records: Record, pathway: Pathway = Pathway.ADULT) -> CaseSeen:
    return CaseSeen(Records(records), pathway)


def clock(timetable: Timetable, rule: str, *records: Record, pathway: Pathway = Pathway.ADULT):
    found = [c for c in clocks_of(timetable, seen(*records, pathway=pathway)) if c.rule.id == rule]
    assert len(found) <= 1
    return found[0] if found else None


def decision(step="first_decision", result="positive", **more: Answer) -> Record:
    return record(1, "decision", dec_step=answered(step), dec_result=answered(result), **more)


@pytest.mark.rule("R6")
def test_the_time_of_recovery_in_great_britain_runs_from_the_positive_first_decision():
    found = clock(GB, "gb_recovery", decision(dec_date=day("2026-11-26")))

    assert (found.begins, found.ends, found.state) == (
        "2026-11-26",
        "2026-12-26",
        ClockState.RUNNING,
    )
    assert due_days(found, "2026-11-26") == 30


@pytest.mark.rule("R6")
def test_nothing_runs_from_a_decision_that_nobody_dated_or_that_was_negative():
    assert clock(GB, "gb_recovery", decision()) is None
    assert clock(GB, "gb_recovery", decision(result="negative", dec_date=day("2026-11-26"))) is None
    unknown = Answer(AnswerState.UNKNOWN)
    assert clock(GB, "gb_recovery", decision(dec_date=unknown)) is None


def test_working_days_of_great_britain_leave_out_christmas_and_say_where_holidays_end():
    sent = record(
        1,
        "referral",
        referral_type=answered("identification_authority"),
        sent_at=day("2026-12-23T22:10"),
    )
    later = replace(sent, answers={**sent.answers, FieldId("referral.sent_at"): day("2027-12-29")})

    assert clock(GB, "gb_first_decision", sent).ends == "2027-01-04"
    assert not clock(GB, "gb_first_decision", sent).holidays_unknown
    assert clock(GB, "gb_first_decision", later).holidays_unknown


def test_a_clock_is_done_once_what_it_waited_for_was_recorded():
    sent = record(
        1,
        "referral",
        referral_type=answered("identification_authority"),
        sent_at=day("2026-11-02"),
    )
    decided = record(2, "decision", dec_step=answered("first_decision"))

    assert clock(GB, "gb_first_decision", sent).state is ClockState.RUNNING
    done = clocks_of(GB, seen(sent, decided))
    assert [c.state for c in done if c.rule.id == "gb_first_decision"] == [ClockState.DONE]
    assert "gb_first_decision" not in {c.rule.id for c in waiting(done)}


@pytest.mark.rule("R25")
def test_what_a_decision_says_wins_and_the_difference_is_told():
    granted = record(
        1,
        "reflection",
        decision=answered("granted"),
        start=day("2026-11-01"),
        end=day("2027-01-15"),
    )
    found = clock(BASE, "reflection_floor", granted)

    assert (found.ends, found.by_rule) == ("2027-01-15", "2026-12-01")


def test_half_a_date_in_a_decision_ends_nothing():
    granted = record(
        1, "reflection", decision=answered("granted"), start=day("2026-11-01"), end=day("2027")
    )

    assert clock(BASE, "reflection_floor", granted).ends == "2026-12-01"


@pytest.mark.rule("R25")
@pytest.mark.rule("S9")
def test_of_two_starts_side_by_side_the_end_that_protects_acts():
    name = FieldId("decision.dec_date")
    one = decision(dec_date=day("2026-11-20"))
    versions = {(one.record, name): (day("2026-11-10"), day("2026-11-28"))}
    case = CaseSeen(Records([one]), Pathway.ADULT, versions=lambda r, n: versions.get((r, n), ()))
    later = GB.clocks["gb_recovery"]
    earlier = replace(later, id="earlier", protects=Protects.EARLIER)
    both = replace(GB, clocks={"gb_recovery": later, "earlier": earlier})

    assert {c.rule.id: c.ends for c in clocks_of(both, case)} == {
        "gb_recovery": "2026-12-28",
        "earlier": "2026-12-10",
    }


def test_a_rule_that_nobody_verified_never_starts_a_clock():
    rule = replace(GB.clocks["gb_recovery"], is_verified=False)
    one = decision(dec_date=day("2026-11-26"))

    assert clocks_of(replace(GB, clocks={rule.id: rule}), seen(one)) == ()


def test_a_rule_that_needs_checking_waits_for_a_person_and_then_has_that_day():
    refused = decision(result="negative", dec_received=day("2026-11-20"))
    checked = record(2, "clock", ck_rule=answered("gb_reconsideration"), ck_day=day("2026-12-04"))
    other = record(3, "clock", ck_rule=answered("gb_recovery_old"), ck_day=day("2026-12-09"))

    before = clock(GB, "gb_reconsideration", refused, other)
    after = clock(GB, "gb_reconsideration", refused, checked, other)

    assert (before.state, before.ends) == (ClockState.TO_CONFIRM, "2026-12-20")
    assert (after.state, after.ends, after.by_rule) == (
        ClockState.RUNNING,
        "2026-12-04",
        "2026-12-20",
    )


def test_the_rule_in_force_on_the_day_of_the_start_counts():
    """The United Kingdom went from 45 days to 30."""
    old, new = GB.clocks["gb_recovery_old"], GB.clocks["gb_recovery"]
    new = replace(new, valid_from="2023-01-01")

    assert (end_by_rule(old, "2022-06-01"), end_by_rule(new, "2022-06-01")) == ("2022-07-16", "")
    assert (end_by_rule(old, "2023-06-01"), end_by_rule(new, "2023-06-01")) == ("", "2023-07-01")


@pytest.mark.rule("R14")
def test_turning_18_is_told_for_the_child_pathway_and_a_year_alone_gives_its_last_day():
    born = record(1, "screening", birth_date=day("2009-03-14"))
    about = record(1, "screening", birth_date=day("2009"))

    assert clock(BASE, "turns_18", born, pathway=Pathway.ADULT) is None
    assert clock(BASE, "turns_18", born, pathway=Pathway.CHILD).ends == "2027-03-14"
    found = clock(BASE, "turns_18", about, pathway=Pathway.CHILD)
    assert (found.ends, found.is_about) == ("2027-12-31", True)


def test_an_age_is_no_day_to_count_from():
    aged = record(1, "screening", birth_date=day("age:14"))

    assert clock(BASE, "turns_18", aged, pathway=Pathway.CHILD) is None


@pytest.mark.rule("S3")
def test_in_bulgaria_three_bodies_are_told_of_a_child_within_a_day_and_an_adult_has_no_such_clock():
    opened = record(1, "case", opened_at=day("2026-11-26T03:10:00Z"))
    at = day("2026-11-26T09:00")
    two = record(2, "bg_child", told_agency=at, told_ministry=at)
    told = replace(two, answers={**two.answers, FieldId("bg_child.told_commission"): at})

    assert clock(BG, "bg_child_notify", opened, pathway=Pathway.ADULT) is None
    found = clock(BG, "bg_child_notify", opened, pathway=Pathway.CHILD)
    assert (found.ends, found.state) == ("2026-11-27T03:10", ClockState.TO_CONFIRM)
    half = clock(BG, "bg_child_notify", opened, two, pathway=Pathway.CHILD)
    assert half.state is ClockState.TO_CONFIRM
    done = clock(BG, "bg_child_notify", opened, told, pathway=Pathway.CHILD)
    assert done.state is ClockState.DONE


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    ("urgency", "ends"),
    [
        ("now", "2026-11-26T04:15"),
        ("24h", "2026-11-27T03:15"),
        ("72h", "2026-11-29T03:15"),
        ("planned", "2026-12-10"),
    ],
)
def test_a_referral_without_a_word_becomes_a_line_by_its_urgency(urgency, ends):
    sent = record(
        1,
        "referral",
        urgency=answered(urgency),
        state=answered("sent"),
        sent_at=day("2026-11-26T03:15"),
    )
    read = replace(sent, answers={**sent.answers, FieldId("referral.state"): answered("refused")})
    rule = f"answer_{urgency}"

    assert clock(BASE, rule, sent).ends == ends
    assert clock(BASE, rule, read).state is ClockState.DONE


@pytest.mark.rule("R39")
def test_a_letter_is_on_the_list_from_its_arrival_and_leaves_it_once_done():
    letter = record(1, "letters", le_last=day("2026-12-01"))
    done = Record(
        RecordId(b"\x09" * 16),
        "letters.le_done",
        letter.record,
        1,
        {FieldId("letters.le_done.what"): answered("objection sent")},
    )

    assert clock(BASE, "letter_day", letter).ends == "2026-12-01"
    assert clock(BASE, "letter_day", letter, done).state is ClockState.DONE


@pytest.mark.parametrize("until", ["end_of_referral", "no_end"])
def test_a_consent_that_ends_with_an_event_has_no_day(until):
    row = record(1, "consent_register", cr_answer=answered("yes"), cr_until=answered(until))

    assert clock(BASE, "consent_ends", row) is None


def test_a_pause_stops_a_clock_and_only_the_newest_record_counts_where_the_rule_says_so():
    granted = record(1, "reflection", decision=answered("granted"), start=day("2026-11-01"))
    extended = record(2, "reflection", decision=answered("extended"), start=day("2026-12-01"))
    paused = replace(
        BASE.clocks["reflection_floor"],
        paused_when=BASE.clocks["reflection_floor"].start.when,
    )

    assert clock(BASE, "reflection_floor", granted, extended).ends == "2026-12-31"
    [found] = clocks_of(replace(BASE, clocks={paused.id: paused}), seen(granted))
    assert found.state is ClockState.PAUSED


def test_a_start_beyond_the_calendar_starts_nothing():
    rule = replace(BASE.clocks["turns_18"], length=9000)

    assert end_by_rule(rule, "2009-03-14") == ""
    assert end_by_rule(rule, "2009-13-40") == ""


@pytest.mark.parametrize("timetable", [BASE, GB, BG], ids=["base", "gb", "bg"])
def test_every_clock_names_its_source_and_a_missed_one_changes_no_track(timetable):
    """R2: a rule has no way to say what follows; there is no such key."""
    for rule in timetable.clocks.values():
        assert rule.source, rule.id
        assert rule.track in timetable.tracks
        assert rule.kind is Kind.TASK or (rule.kind is Kind.DAY) == (rule.length == 0)
        assert not {"then", "effect", "closes"} & set(type(rule).__slots__)


def test_working_days_without_a_table_of_holidays_say_so():
    rule = replace(GB.clocks["gb_first_decision"], unit=Unit.WORKING_DAYS)

    assert end_by_rule(rule, "2026-11-23", Holidays("none", frozenset())) == "2026-11-30"
