"""Who has a row in the file in confidence, and what stands in it (ST10)."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.test_statistics import (
    AGREED,
    EVERY_GROUP,
    FORMS,
    TODAY,
    person,
    record,
    row,
    said,
)

from nrm_desktop.domain.forms.statistics import NOT_RECORDED
from nrm_desktop.domain.ids import FieldId, RecipientId, ScopeId
from nrm_desktop.domain.linking import (
    LINKING,
    LinkedRow,
    as_shown,
    linked_people,
    linking_table,
)
from nrm_desktop.domain.statistics import Period

pytestmark = pytest.mark.rule("R24")
RAPPORTEUR, OTHER = "0c" * 16, "0d" * 16
YEAR = Period(2026, 2026)
DIMENSIONS = linking_table(FORMS).dimensions


def linking(answer: str = "yes", to: str = RAPPORTEUR, groups=EVERY_GROUP, first=200, **more):
    return tuple(
        row(number, group, answer, to=to, purpose=LINKING, **more)
        for number, group in enumerate(groups, first)
    )


def somebody(number: int = 1, *, counts=AGREED, links=(), on: str = "2026-03-04"):
    answers = (said("screening.age_band", "25+"), said("screening.gender", "woman"))
    case = person(*answers, register=(*counts, *links), on=on)
    return replace(case, scope=ScopeId(number.to_bytes(16, "big")))


def rows(*cases, recipient: str = RAPPORTEUR, period: Period = YEAR):
    return linked_people(FORMS, cases, RecipientId(recipient), period, TODAY)


def classes(case) -> dict[str, str]:
    (only,) = rows(case).rows
    return dict(zip(DIMENSIONS, only.classes, strict=True))


def test_a_row_joins_the_classes_of_all_tables_of_people_and_nothing_finer_st2_st9():
    found = classes(somebody(links=linking()))

    assert DIMENSIONS == ("age", "gender", "exploitation", "citizenship")
    assert (found["age"], found["gender"]) == ("adult", "woman")
    assert found["citizenship"] == NOT_RECORDED, "not asked is no no (ST13)"


@pytest.mark.parametrize(
    "links",
    [
        (),
        linking("no"),
        linking("not_now"),
        linking(withdrawn="2026-10-01"),
        linking(to=OTHER),
        (*linking(), *linking("no", first=300)),
    ],
)
def test_whoever_has_not_agreed_for_this_recipient_has_no_row_st10(links):
    found = rows(somebody(links=links))

    assert found.rows == ()
    assert not found.is_everybody


def test_only_the_groups_that_were_agreed_to_are_shown():
    found = classes(somebody(links=linking(groups=("age_and_child",))))

    assert (found["age"], found["gender"]) == ("adult", NOT_RECORDED)


def test_a_yes_to_linking_is_no_yes_to_being_counted_by_an_answer_st12():
    silent = somebody(counts=(), links=linking())

    assert set(classes(silent).values()) == {NOT_RECORDED}


def test_the_rows_rest_on_the_consents_that_they_name():
    (only,) = rows(somebody(links=linking(groups=("age_and_child",)))).rows

    assert only.consents == (record(200),)
    assert only.agreed[DIMENSIONS.index("age")]


def test_the_rows_rest_on_every_consent_that_covers_a_class_and_bear_their_case():
    case = somebody(7, links=linking(groups=("age_and_child", "needs", "identity")))
    (only,) = rows(case).rows

    assert only.scope == case.scope
    assert set(only.consents) == {record(200), record(201), record(202)}


@pytest.mark.rule("R5")
def test_a_yes_that_ended_with_an_event_of_the_case_gives_no_row():
    case = somebody(links=linking(until="end_of_support"))

    assert rows(case).rows
    assert rows(replace(case, ended=frozenset({"end_of_support"}))).rows == ()


def test_tables_of_another_date_are_no_part_of_a_row_and_it_is_no_table_of_a_pack():
    first, second, *others = FORMS.counts.tables.values()
    later = replace(second, period=FieldId("referral.sent_at"))
    tables = {one.id: one for one in (first, later, *others)}
    found = linking_table(replace(FORMS, counts=replace(FORMS.counts, tables=tables)))

    assert found.period == first.period
    assert found.dimensions == ("age", "gender", "citizenship")
    assert found.id == "linked"
    assert found.id not in tables


def test_the_unit_is_persons_only_where_everybody_has_agreed():
    agreed, other = somebody(1, links=linking()), somebody(2)

    assert rows(agreed).is_everybody
    assert not rows(agreed, other).is_everybody
    assert rows(agreed, somebody(3, on="2025-01-01")).is_everybody, "of another year"


def test_joined_files_bring_no_consent_and_so_no_row():
    assert rows(replace(somebody(links=linking()), register=())).rows == ()


def linked(number: int, *names: str) -> LinkedRow:
    return LinkedRow(ScopeId(number.to_bytes(16, "big")), names, (), (True,) * len(names))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))), st.integers(10, 15))
def test_nothing_that_is_shown_is_shared_by_fewer_than_the_smallest_cell_st3(pairs, smallest):
    found = as_shown([linked(n, *pair) for n, pair in enumerate(pairs)], smallest)

    assert [one.scope for one in found] == [linked(n).scope for n, _ in enumerate(pairs)]
    for one, pair in zip(found, pairs, strict=True):
        assert one.classes == (pair if pairs.count(pair) >= smallest else ())


def shown(*pairs, sensitive=(1,), smallest=10):
    """The classes that are shown, with how many rows have them."""
    rows = [linked(n, *pair) for n, pair in enumerate(pairs)]
    return Counter(one.classes for one in as_shown(rows, smallest, sensitive))


def test_a_sensitive_class_that_everybody_alike_shares_is_hidden_st7():
    alike, others = [("adult", "sexual")] * 12, [("child", "labour")] * 11

    assert shown(*alike) == {("adult", None): 12}
    assert shown(*alike, *others) == {("adult", None): 12, ("child", None): 11}
    assert shown(*alike, sensitive=()) == {("adult", "sexual"): 12}


def test_people_are_alike_only_where_every_other_class_is_the_same_st7():
    here, there = [("adult", "sexual", "UA")] * 12, [("adult", "labour", "MD")] * 12

    assert shown(*here, *there) == {("adult", None, "UA"): 12, ("adult", None, "MD"): 12}
    assert shown(*here, *[("adult", "labour", "UA")] * 12) == Counter(
        here + [("adult", "labour", "UA")] * 12
    )


def test_a_sensitive_class_is_shown_where_people_alike_differ_or_are_not_recorded():
    mixed = [("adult", "sexual")] * 12 + [("adult", "labour")] * 10
    unknown = [("child", "labour")] * 10 + [("child", NOT_RECORDED)] * 10

    assert shown(*mixed, *unknown) == Counter(mixed + unknown)


def test_who_differs_but_is_hidden_does_not_let_the_others_be_known_st7():
    few = [("adult", "labour")] * 3

    assert shown(*[("adult", "sexual")] * 12, *few) == {("adult", None): 12, (): 3}


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", NOT_RECORDED])), max_size=60
    )
)
def test_nobody_alike_in_what_is_shown_shares_one_sensitive_class_st3_st7(pairs):
    found = shown(*pairs)

    for one, count in found.items():
        if one:
            assert count >= 10
            beside = {other[1] for other in found if other and other[0] == one[0]}
            assert one[1] in {None, NOT_RECORDED} or len(beside) > 1
