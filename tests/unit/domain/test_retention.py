"""How long a closed case is kept: which day counts, what holds it, and that nothing is for ever."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.forms.keeping import KeepingRule
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import Unit
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.retention import Stage, retention_of
from nrm_desktop.domain.values import answered

TODAY = "2026-11-26"
CHECKED = KeepingRule("closed_adult", Unit.YEARS, length=5, is_verified=True)
UNCHECKED = KeepingRule("closed_adult", Unit.YEARS, length=5)


def record(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


def an_end(number: int, ended: str, day: str = "", class_id: str = "closed_adult") -> list[Record]:
    end = {FieldId("closure.ended_at"): answered((ended, 0))}
    row = {FieldId("closure.retention.class"): answered(class_id)}
    if day:
        row[FieldId("closure.retention.delete_on")] = answered((day, 0))
    return [
        Record(record(number), "closure", None, number, end),
        Record(record(number + 100), "closure.retention", record(number), number, row),
    ]


def a_hold(number: int, *, ended: str = "") -> Record:
    said = {"hold.ho_since": answered(("2026-01-01T08:00:00Z", 0)), "hold.ho_by": answered("P-01")}
    if ended:
        said["hold.ho_ended"] = answered((ended, 0))
    return Record(record(number), "hold", None, 0, {FieldId(k): v for k, v in said.items()})


def kept(*records: Record, rule: KeepingRule | None = None, is_closed: bool = True):
    rules = {} if rule is None else {rule.id: rule}
    return retention_of(Records(records), rules, is_closed=is_closed)


@pytest.mark.rule("N9")
def test_the_day_that_a_person_named_counts_before_every_rule():
    found = kept(*an_end(1, "2026-11-01T10:00:00Z", "2030-05-01"), rule=CHECKED)

    assert (found.until, found.by_rule) == ("2030-05-01", "2031-11-01")


@pytest.mark.rule("N9")
@pytest.mark.parametrize(("rule", "until"), [(CHECKED, "2031-11-01"), (UNCHECKED, ""), (None, "")])
def test_a_rule_that_nobody_verified_proposes_a_day_and_sets_none(rule, until):
    found = kept(*an_end(1, "2026-11-01T10:00:00Z"), rule=rule)

    assert found.until == until
    assert found.by_rule == ("2031-11-01" if rule else "")
    assert found.stage(TODAY) is (Stage.RUNNING if until else Stage.NO_DAY)


@pytest.mark.rule("S14")
def test_the_last_end_counts_and_while_somebody_is_helped_again_nothing_does():
    ends = [
        *an_end(2, "2028-01-01T10:00:00Z", "2035-01-01"),
        *an_end(1, "2026-11-01T10:00:00Z", "2030-05-01"),
    ]

    assert kept(*ends).until == "2035-01-01"
    assert kept(*ends, is_closed=False).stage(TODAY) is Stage.OPEN


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2026-11-25", Stage.OVER),
        ("2026-11-26", Stage.OVER),
        ("2026-11-27", Stage.SOON),
        ("2026-12-26", Stage.SOON),
        ("2026-12-27", Stage.RUNNING),
        ("2026", Stage.NO_DAY),
        ("2026-13-45", Stage.NO_DAY),
    ],
)
def test_how_far_it_is_is_counted_in_days(day, stage):
    assert kept(*an_end(1, "2020-11-01T10:00:00Z", day)).stage(TODAY) is stage


def test_of_two_days_the_later_counts_so_that_nothing_goes_too_soon():
    one, row = an_end(1, "2020-11-01T10:00:00Z", "2030-01-01")
    other = Record(record(7), row.form, one.record, 2, dict(row.answers))
    other.answers[FieldId("closure.retention.delete_on")] = answered(("2033-01-01", 0))

    assert kept(one, row, other).until == "2033-01-01"


@pytest.mark.rule("N9")
def test_one_hold_of_two_that_stands_is_enough():
    end = an_end(1, "2020-11-01T10:00:00Z", "2021-01-01")
    over = a_hold(8, ended="2026-02-01T08:00:00Z")

    assert kept(*end, a_hold(9), over).stage(TODAY) is Stage.HELD
    assert kept(*end, over).stage(TODAY) is Stage.OVER
    assert [one.stands for one in kept(*end, a_hold(9), over).holds] == [False, True]


@pytest.mark.rule("N9")
@given(
    closed=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    length=st.integers(1, 40),
    unit=st.sampled_from([Unit.CALENDAR_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS]),
)
def test_a_verified_rule_always_ends_and_never_before_the_end_of_support(closed, length, unit):
    rule = KeepingRule("closed_adult", unit, length=length, is_verified=True)
    found = kept(*an_end(1, f"{closed.isoformat()}T10:00:00Z"), rule=rule)

    assert date.fromisoformat(found.until) > closed
