"""Tables of counts in packs: what may stand in one, and what is kept out of every table."""

import tomllib
from dataclasses import replace

import pytest

from nrm_desktop.app.pack_docs import pack_docs
from nrm_desktop.domain.cell_moves import ALL
from nrm_desktop.domain.forms.block import Block
from nrm_desktop.domain.forms.check_statistics import check_statistics, size_of
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.statistics import (
    FLOOR,
    PURPOSE,
    CountBook,
    CountUnit,
    parse_statistics,
)
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.statistics import CountedCase, Period, Said, cube_of
from nrm_desktop.domain.values import FieldType, answered

DIMENSION = """
[[dimension]]
id = "xx_outcome"
field = "screening.outcome"
  [[dimension.class]]
  id = "concern"
  codes = ["concern", "strong_concern"]
  [[dimension.class]]
  id = "none"
  codes = ["no_concern_now", "cannot_assess"]
"""
TABLE = """
[[table]]
id = "xx_outcomes"
unit = "persons"
dimensions = ["xx_outcome", "age"]
period = "case.opened_at"
"""
RECORDS = """
[[table]]
id = "xx_goals"
unit = "records"
record = "plan.goal"
dimensions = ["xx_area"]
period = "case.opened_at"
[[dimension]]
id = "xx_area"
field = "plan.barrier"
rest = "other"
  [[dimension.class]]
  id = "cost"
  codes = ["cost"]
  [[dimension.class]]
  id = "other"
  codes = ["other"]
"""


def codes_of(base: FormSet, text: str) -> list[str]:
    """The codes of what is wrong with a file of a country pack."""
    log = ProblemLog()
    check_statistics(with_file(base, text, log), log)
    return sorted({one.code for one in log.problems})


def with_file(base: FormSet, text: str, log: ProblemLog | None = None) -> FormSet:
    """The forms with a file of a country pack."""
    log = log or ProblemLog()
    more = parse_statistics(Block(log, tomllib.loads(text), Place("xx/statistics.toml")), "xx")
    known = base.counts
    dimensions = {**known.dimensions, **more.dimensions}
    book = CountBook(known.floor, dimensions, {**known.tables, **more.tables})
    return replace(base, counts=book)


def test_a_country_adds_tables_of_persons_and_of_records(base):
    assert codes_of(base, DIMENSION + TABLE) == []
    without_barriers = replace(
        base, counts=replace(base.counts, tables={}, dimensions=base.counts.dimensions)
    )
    assert codes_of(without_barriers, RECORDS) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("screening.outcome", "screening.nothing", "unknown_field"),
        ("screening.outcome", "screening.why_now", "not_countable"),  # free text
        ("screening.outcome", "screening.given_name", "not_countable"),  # a name
        ("screening.outcome", "screening.started_at", "not_countable"),  # an exact date
        ("screening.outcome", "screening.birth_date", "not_countable"),
        ("screening.outcome", "screening.recruitment_place", "not_countable"),  # a town
        ("screening.outcome", "screening.citizenship.country", "not_countable"),
        ("screening.outcome", "screening.medical_now", "not_countable"),  # health
        ("screening.outcome", "screening.disability", "not_countable"),
        ("screening.outcome", "screening.condition", "not_countable"),
        ("screening.outcome", "screening.exploiter_role", "not_countable"),
        ("screening.outcome", "screening.police_wish", "not_countable"),
        ("screening.outcome", "screening.danger_now", "not_countable"),
        ("screening.outcome", "screening.contact_channel", "not_countable"),
        ("screening.outcome", "closure.close_detail", "not_countable"),  # R32
        ("screening.outcome", "interpreters.in_check", "not_countable"),  # no case at all
        ('["concern", "strong_concern"]', '["concern", "worry"]', "unknown_code"),
        ('["concern", "strong_concern"]', '["concern"]', "missing_code"),
        ('["concern", "strong_concern"]', "[]", "missing_key"),
        ('"cannot_assess"', '"concern"', "duplicate_id"),
        ('id = "concern"', 'id = "not_recorded"', "duplicate_id"),
        ('id = "concern"', 'id = "Concern"', "bad_id"),
        ('"xx_outcome"\nfield', '"xx outcome"\nfield', "bad_id"),
        ("field =", 'rest = "nowhere"\nfield =', "bad_value"),
        ("field =", 'by = "month"\nfield =', "bad_value"),
        ("field =", 'by = "year"\nfield =', "not_countable"),
        ("field =", "each = true\nfield =", "bad_value"),
        ("field =", 'sensitive = "much"\nfield =', "wrong_type"),
        ("field =", "colour = 1\nfield =", "unknown_key"),
        ('"persons"', '"households"', "bad_value"),
        ('["xx_outcome", "age"]', '["nowhere"]', "unknown_dimension"),
        ('["xx_outcome", "age"]', '["age", "age"]', "bad_value"),
        ('["xx_outcome", "age"]', "[]", "bad_value"),
        ('["xx_outcome", "age"]', '["age", "gender", "citizenship", "xx_outcome"]', "bad_value"),
        ('["xx_outcome", "age"]', '["came_of_it"]', "bad_value"),  # drafts would not count
        ("case.opened_at", "case.nothing", "unknown_field"),
        ("case.opened_at", "case.child", "not_countable"),
        ("case.opened_at", "screening.birth_date", "not_countable"),
        ("case.opened_at", "screening.started_at", "not_countable"),  # there may be several
        ("unit =", 'record = "plan.goal"\nunit =', "bad_value"),
        ("unit =", "once = true\nunit =", "bad_value"),
        ('["xx_outcome", "age"]', '["xx_outcome", "gender", "age"]', "linked_tables"),
        ("[[table]]", "smallest_cell = 9\n[[table]]", "unknown_key"),  # not at its place
    ],
)
def test_what_must_not_be_counted_is_refused_st1_st2_st9(base, old, new, code):
    text = DIMENSION + TABLE
    if code == "linked_tables":  # a second way from gender to what is exploited
        text += TABLE.replace("xx_outcomes", "xx_more").replace('"age"', '"exploitation"')
    assert old in text

    assert code in codes_of(base, text.replace(old, new, 1))


def test_nobody_is_set_apart_st9(base):
    text = DIMENSION.replace("screening.outcome", "screening.gender").replace(
        "field =", 'rest = "not_recorded"\nfield ='
    )
    few = text.replace('"concern", "strong_concern"', '"trans_woman", "non_conforming"')
    many = text.replace('"concern", "strong_concern"', '"woman", "trans_woman"')

    assert "set_apart" in codes_of(base, few)
    assert "set_apart" not in codes_of(base, many)


def test_records_are_counted_by_a_question_in_one_table_only_st4(base):
    again = """
[[table]]
id = "xx_barriers"
unit = "records"
record = "plan.goal"
dimensions = ["barrier"]
period = "case.opened_at"
"""
    assert codes_of(base, again) == ["linked_tables"]
    assert codes_of(base, again.replace("plan.goal", "plan")) == ["bad_value"]


def test_people_are_counted_by_one_date_and_by_a_question_in_one_way_st4(base):
    """Of child and adult beside four bands, the hidden band would be found by subtraction."""
    finer = DIMENSION.replace("screening.outcome", "screening.age_band")
    finer = finer.replace('["concern", "strong_concern"]', '["0-11", "12-17", "child"]')
    finer = finer.replace('["no_concern_now", "cannot_assess"]', '["18-24", "25+", "adult"]')
    alone = TABLE.replace('["xx_outcome", "age"]', '["xx_outcome"]')
    other_date = (DIMENSION + TABLE).replace("case.opened_at", "case_registers.cp_from")

    assert codes_of(base, finer + alone) == ["linked_tables"]
    assert codes_of(base, DIMENSION + alone) == []
    assert "linked_tables" in codes_of(base, other_date)


def test_a_table_never_has_more_cells_than_were_counted_when_its_pack_was_checked_st1(base):
    """Also where dates of three centuries were typed."""
    year = DIMENSION[: DIMENSION.index("  [[")].replace("screening.outcome", "case.opened_at")
    text = year.replace("field =", 'by = "year"\nfield =') + TABLE
    assert codes_of(base, text) == []
    forms = with_file(base, text)
    table = forms.counts.tables["xx_outcomes"]
    opened = [f"{1800 + 3 * n}-01-01T10:00:00Z" for n in range(100)]
    cases = [
        CountedCase((Said(RecordId(bytes(16)), table.period, answered((day, 0)), 0),))
        for day in opened
    ]

    cube = cube_of(forms, table, cases, Period(), "2026-11-26")

    assert len([key for key in cube.counts if ALL not in key]) <= size_of(table, forms)


@pytest.mark.parametrize(("smallest", "is_refused"), [(15, False), (9, True), (0, True)])
def test_the_smallest_cell_is_raised_and_never_lowered_st3(base, smallest, is_refused):
    codes = codes_of(base, f"smallest_cell = {smallest}\n" + DIMENSION + TABLE)

    assert ("lowered_floor" in codes) is is_refused
    assert CountBook(smallest).floor >= FLOOR


@pytest.mark.rule("R24")
def test_no_shipped_table_holds_what_st9_forbids(base, with_gb, with_bg):
    for forms in (base, with_gb, with_bg):
        for one in forms.counts.dimensions.values():
            found = forms.field(one.field)
            assert found.type in {FieldType.ONE, FieldType.MANY}
            assert found.compartment in {Compartment.CORE, Compartment.SUPPORT}
            assert not found.consent_groups or PURPOSE in found.purposes
            assert not found.erase_alone
        assert forms.counts.floor == FLOOR


def test_the_pages_about_the_packs_say_what_is_counted_and_in_which_class(base):
    page = pack_docs(base)["counts.md"]

    assert "No figure stands for fewer than 10 people." in page
    for name in base.counts.tables:
        assert f"`{name}`" in page
    assert "- Child: `0-11`, `12-17`, `child`" in page
    assert "- all other codes: `not_recorded`" in page
    assert "- no part of a table: `draft`" in page
    assert "⟦" not in page


def test_a_hostile_pack_with_very_many_tables_is_refused_at_once(base):
    many = "".join(TABLE.replace("xx_outcomes", f"xx_{n}") for n in range(3_000))
    named = DIMENSION.replace('"strong_concern"', ", ".join(['"strong_concern"'] * 20_000))

    assert "bad_value" in codes_of(base, named + many)


def test_what_was_done_said_or_came_of_it_is_never_told_of_everybody_in_a_group_st7(base):
    sensitive = {name for name, one in base.counts.dimensions.items() if one.is_sensitive}

    assert sensitive == {"exploitation", "answer", "barrier", "came_of_it"}
    assert "- never told of everybody in a group" in pack_docs(base)["counts.md"]


@pytest.mark.rule("R19")
def test_the_tables_that_are_shipped_answer_what_the_mechanism_is_watched_by(base):
    tables = base.counts.tables

    assert [name for name, one in tables.items() if one.unit is CountUnit.PERSONS] == [
        "persons_by_age_and_gender",
        "persons_by_exploitation",
        "persons_by_citizenship",
    ]
    assert {"consents_by_purpose", "barriers", "referrals"} <= tables.keys()
    assert all(one.period in {"case.opened_at", "referral.sent_at"} for one in tables.values())
