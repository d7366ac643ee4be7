"""Everybody counts once, and whoever does not share is in no class: for any people and any answers.

R24 as a property: the people are made up, with answers, consents and withdrawals in any order.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.cell_moves import ALL
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.forms.statistics import NOT_RECORDED
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId
from nrm_desktop.domain.statistics import (
    CountedCase,
    Period,
    Said,
    cube_of,
    shares,
    table_of,
)
from nrm_desktop.domain.values import Answer, AnswerState, Mark, answered
from nrm_desktop.storage.form_packs import FormPacks

FORMS = FormPacks(Path(__file__).parents[2] / "resources" / "packs").load().forms
TABLE = FORMS.counts.tables["persons_by_age_and_gender"]
TODAY = "2026-11-26"
AGE, GENDER = FieldId("screening.age_band"), FieldId("screening.gender")
OPENED = FieldId("case.opened_at")
GROUPS = ("age_and_child", "needs")
ALWAYS = Period()

states = st.sampled_from([Answer(state) for state in AnswerState if state])
ages = st.sampled_from(["0-11", "12-17", "18-24", "25+", "child", "adult", "of_a_newer_pack"])
genders = st.sampled_from(
    ["woman", "man", "trans_woman", "trans_man", "non_conforming", "not_stated"]
)


def record(number: int) -> RecordId:
    return RecordId(number.to_bytes(16, "big"))


def row(number: int, group: str, answer: str, **more) -> ConsentRecord:
    to = RecipientId(more.pop("to", "0a" * 16))
    purpose = more.pop("purpose", "statistics")
    return ConsentRecord(record(number), purpose, to, group, answer, **more)


@st.composite
def registers(draw) -> tuple[ConsentRecord, ...]:
    """Some rows of the register; also of other purposes, which say nothing about counting."""
    rows = []
    for number in range(draw(st.integers(0, 4))):
        group = draw(st.sampled_from([*GROUPS, "plan", ""]))
        answer = draw(st.sampled_from(["yes", "yes", "yes", "no", "not_now", ""]))
        rows.append(
            row(
                number,
                group,
                answer,
                purpose=draw(st.sampled_from(["statistics", "statistics", "refer", ""])),
                to=draw(st.sampled_from(["0a" * 16, "0b" * 16])),
                withdrawn=draw(st.sampled_from(["", "", "2026-05-01T10:00"])),
                until=draw(st.sampled_from(["no_end", "2026-01-01", "2030-01-01"])),
                hold=draw(st.sampled_from(["none", "none", "capacity"])),
            )
        )
    return tuple(rows)


@st.composite
def people(draw) -> CountedCase:
    said = []
    for order in range(draw(st.integers(0, 2))):
        for field, values in ((AGE, ages), (GENDER, genders)):
            marks = draw(st.sampled_from([0, 0, Mark.NOT_TO_LEAVE]))
            answer = draw(st.one_of(states, values.map(lambda v, m=marks: answered(v, marks=m))))
            said.append(Said(record(order), field, answer, order))
    said.append(
        Said(record(99), OPENED, answered((f"{draw(st.integers(2024, 2026))}-03-04", 0)), 0)
    )
    return CountedCase(tuple(said), draw(registers()))


crowds = st.lists(people(), max_size=30)


def cube(crowd, period=ALWAYS):
    return cube_of(FORMS, TABLE, crowd, period, TODAY)


def refuses(one: CountedCase) -> CountedCase:
    """The same person, who says no to counting."""
    return replace(one, register=tuple(row(n, group, "no") for n, group in enumerate(GROUPS)))


def was_never_asked(one: CountedCase) -> CountedCase:
    return replace(one, register=())


@pytest.mark.rule("R24")
@given(crowd=crowds)
def test_everybody_counts_once_whatever_they_said_about_sharing(crowd):
    counted = cube(crowd)

    assert counted.counts[counted.total] == len(crowd) == counted.people[counted.total]
    assert counted.most == 1


@pytest.mark.rule("R24")
@given(crowd=crowds)
def test_whoever_does_not_share_is_in_no_class_st12(crowd):
    """Only those who agreed make a class, and each of them by the answers they agreed for."""
    agreed = [[one for one in crowd if shares(one, (group,), TODAY)] for group in GROUPS]
    every = cube(crowd)

    for place, sharing in enumerate(agreed):
        only = cube(sharing)
        for name in every.axes[place]:
            key = tuple(name if at == place else ALL for at in range(2))
            if name != NOT_RECORDED:
                assert every.counts[key] == only.counts[key]


@pytest.mark.rule("R24")
@given(crowd=st.lists(people(), min_size=1, max_size=30), who=st.integers(0, 29))
def test_a_refusal_changes_no_total_and_looks_like_a_question_that_was_not_asked(crowd, who):
    who %= len(crowd)
    said_no, not_asked = list(crowd), list(crowd)
    said_no[who], not_asked[who] = refuses(crowd[who]), was_never_asked(crowd[who])
    before, after = cube(crowd), cube(said_no)

    assert after.counts[after.total] == before.counts[before.total]
    assert after == cube(not_asked), "nothing in the figures tells the two apart"
    for key in before.every_key():
        if NOT_RECORDED not in key and ALL not in key:
            assert after.counts[key] <= before.counts[key]


@pytest.mark.rule("R24")
@given(crowd=crowds)
def test_what_is_shown_is_figures_and_names_of_classes_and_nothing_else(crowd):
    shown = table_of(FORMS, TABLE, cube(crowd), 10)
    known = {NOT_RECORDED, "child", "adult", "woman", "man"}

    for one in shown.cells:
        assert set(one.key) <= set(TABLE.dimensions)
        assert set(one.key.values()) <= known
        assert one.count is None or isinstance(one.count, int)
    assert shown.total is None or shown.total == len(crowd) >= 10


@given(crowd=crowds)
def test_not_asked_unknown_declined_and_unreadable_are_one_class_and_never_a_no_st13(crowd):
    counted = cube(crowd)

    for place in range(2):
        of_all = sum(
            counted.counts[tuple(name if at == place else ALL for at in range(2))]
            for name in counted.axes[place]
        )
        assert of_all == len(crowd), "every one is in exactly one class, also nobody's answer"


@given(crowd=crowds)
def test_years_add_up_and_nobody_is_in_two(crowd):
    by_year = [cube(crowd, Period(year, year)) for year in (2024, 2025, 2026)]
    every = cube(crowd)

    for key in every.every_key():
        assert sum(one.counts[key] for one in by_year) == every.counts[key]
