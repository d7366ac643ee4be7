"""Where somebody counts: examples of each rule, with the tables that come with the program."""

from dataclasses import replace
from pathlib import Path

import pytest

from nrm_desktop.domain.cell_moves import ALL
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.forms.statistics import (
    NOT_RECORDED,
    OTHER_YEAR,
    SEVERAL,
    CountTable,
    CountUnit,
)
from nrm_desktop.domain.forms.statistics import Dimension as Dim
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId
from nrm_desktop.domain.statistics import (
    CountedCase,
    Period,
    Said,
    cube_of,
    shares,
    table_of,
    year_of,
)
from nrm_desktop.domain.values import Answer, AnswerState, Mark, answered
from nrm_desktop.storage.form_packs import FormPacks

FORMS = FormPacks(Path(__file__).parents[3] / "resources" / "packs").load().forms
TODAY = "2026-11-26"
EVERY_GROUP = ("age_and_child", "needs", "account_summary", "identity", "plan")


def record(number: int) -> RecordId:
    return RecordId(number.to_bytes(16, "big"))


def row(number: int, group: str, answer: str = "yes", **more) -> ConsentRecord:
    to = RecipientId(more.pop("to", "0a" * 16))
    purpose = more.pop("purpose", "statistics")
    return ConsentRecord(record(number), purpose, to, group, answer, **more)


AGREED = tuple(row(number, group) for number, group in enumerate(EVERY_GROUP, 100))


def said(field: str, value: object, *, where: int = 1, order: int = 1, marks: int = 0) -> Said:
    answer = value if isinstance(value, Answer) else answered(value, marks=marks)
    return Said(record(where), FieldId(field), answer, order)


def person(*what: Said, register=AGREED, on: str = "2026-03-04") -> CountedCase:
    return CountedCase((said("case.opened_at", (f"{on}T10:00:00Z", 0), where=9), *what), register)


def counted(table: str, *cases: CountedCase, period: Period | None = None):
    """What is counted, without sums and zeros."""
    found = cube_of(FORMS, FORMS.counts.tables[table], cases, period or Period(), TODAY)
    return {key: n for key, n in found.counts.items() if n and ALL not in key}


def test_bands_are_child_and_adult_and_nobody_is_set_apart_st2_st9():
    of = ("0-11", "12-17", "child", "18-24", "25+", "adult")
    gender = ("woman", "trans_woman", "man", "trans_man", "non_conforming", "not_stated")
    people = [
        person(said("screening.age_band", age), said("screening.gender", who))
        for age, who in zip(of, gender, strict=True)
    ]

    assert counted("persons_by_age_and_gender", *people) == {
        ("child", "woman"): 2,
        ("child", "man"): 1,
        ("adult", "man"): 1,
        ("adult", NOT_RECORDED): 2,
    }


@pytest.mark.parametrize("state", [state for state in AnswerState if state])
def test_what_is_not_known_is_not_recorded_and_no_no_st13(state):
    one = person(said("screening.age_band", Answer(state)), said("screening.gender", Answer(state)))

    assert counted("persons_by_age_and_gender", one) == {(NOT_RECORDED, NOT_RECORDED): 1}


def test_what_was_answered_last_counts_and_an_answer_more_than_none():
    one = person(
        said("screening.age_band", "adult", where=1, order=1),
        said("screening.age_band", "child", where=2, order=5),
        said("screening.age_band", Answer(AnswerState.DECLINED), where=3, order=9),
        said("screening.gender", "woman"),
    )

    assert counted("persons_by_age_and_gender", one) == {("child", "woman"): 1}


def test_a_person_with_forms_of_several_classes_counts_once_in_several():
    def exploited(*forms: str) -> CountedCase:
        return person(said("screening.exploitation_form", forms))

    found = counted(
        "persons_by_exploitation",
        exploited("labour", "sexual"),
        exploited("labour"),
        exploited("surrogacy", "organ_removal"),
        exploited("of_a_newer_pack"),
    )

    assert found == {
        (NOT_RECORDED, SEVERAL): 1,
        (NOT_RECORDED, "labour"): 1,
        (NOT_RECORDED, "other"): 2,
    }


@pytest.mark.rule("R24")
@pytest.mark.parametrize(
    "register",
    [
        (),
        (row(1, "age_and_child", "no"),),
        (row(1, "age_and_child", "not_now"),),
        (row(1, "age_and_child", withdrawn="2026-05-01T10:00"),),
        (row(1, "age_and_child", until="2026-01-01"),),
        (row(1, "age_and_child", hold="capacity"),),
        (row(1, "age_and_child", starts="2027-01-01"),),
        (row(1, "age_and_child", purpose="refer"),),
        (row(1, "needs"),),
        (row(1, "age_and_child"), row(2, "age_and_child", "no", to="0b" * 16)),
        (row(1, "age_and_child"), row(2, "", "no")),
        (row(1, "age_and_child", purpose=""),),
    ],
    ids=[
        *("nothing", "no", "not_now", "withdrawn", "ended", "held", "not_yet", "other_purpose"),
        *("other_group", "no_to_one", "unreadable_group", "unreadable_purpose"),
    ],
)
def test_without_a_valid_yes_to_counting_somebody_is_in_the_total_alone_st12(register):
    one = person(said("screening.age_band", "child"), register=register)

    assert not shares(one, ("age_and_child",), TODAY)
    assert counted("persons_by_exploitation", one) == {(NOT_RECORDED, NOT_RECORDED): 1}


def test_a_yes_for_one_answer_is_none_for_the_other():
    one = person(
        said("screening.age_band", "child"),
        said("screening.gender", "man"),
        register=(row(1, "age_and_child"), row(2, "needs", "no")),
    )

    assert counted("persons_by_age_and_gender", one) == {("child", NOT_RECORDED): 1}


def test_a_later_conversation_replaces_the_earlier_one():
    first = row(1, "age_and_child", "no")
    second = row(2, "age_and_child", replaces=frozenset({first.record}))
    one = person(said("screening.age_band", "child"), register=(first, second))

    assert shares(one, ("age_and_child",), TODAY)
    taken_back = replace(first, withdrawn="2026-02-02T10:00")
    assert not shares(replace(one, register=(taken_back, second)), ("age_and_child",), TODAY)


def test_a_consent_that_ends_with_the_support_ends_with_it():
    one = person(register=(row(1, "needs", until="end_of_support"),))

    assert shares(one, ("needs",), TODAY)
    assert not shares(replace(one, ended=frozenset({"end_of_support"})), ("needs",), TODAY)


def test_an_answer_that_the_person_excluded_is_not_recorded():
    one = person(
        said("screening.age_band", "child", marks=Mark.NOT_TO_LEAVE),
        said("screening.gender", "man"),
    )

    assert counted("persons_by_age_and_gender", one) == {(NOT_RECORDED, "man"): 1}


def test_a_barrier_counts_once_for_each_person_however_often_it_was_met():
    one = person(
        said("plan.barrier", ("no_place", "waiting_list", "cost"), where=1),
        said("plan.barrier", ("no_place", "xx_no_bus"), where=2),
    )
    other = person(said("plan.barrier", ("no_place",)))
    refusing = person(said("plan.barrier", ("no_place", "cost")), register=())
    nobody = person()

    assert counted("barriers", one, other, refusing, nobody) == {
        ("no_place",): 2,
        ("reach",): 1,
        ("other",): 1,
        (NOT_RECORDED,): 1,
    }


def test_of_a_question_without_a_group_a_no_to_any_counting_is_a_no():
    """Barriers belong to no group of data that the person was asked about one by one."""
    one = person(said("plan.barrier", ("cost",)), register=(row(1, "needs"), row(2, "plan", "no")))

    assert counted("barriers", one) == {(NOT_RECORDED,): 1}
    assert counted("barriers", replace(one, register=(row(1, "needs"),))) == {("reach",): 1}


def referral(where: int, kind: str, state: str, sent: str = "2026-04-05T10:00") -> tuple[Said, ...]:
    date = (said("referral.sent_at", (sent, 0), where=where),) if sent else ()
    return (
        said("referral.referral_type", kind, where=where),
        said("referral.state", state, where=where),
        *date,
    )


def test_each_referral_that_was_sent_counts_and_a_draft_or_one_that_came_does_not():
    one = person(
        *referral(1, "shelter", "accepted"),
        *referral(2, "shelter", "refused"),
        *referral(3, "police", "draft"),
        *referral(4, "police", "received", sent=""),
    )

    assert counted("referrals", one) == {("shelter", "accepted"): 1, ("shelter", "refused"): 1}
    assert counted("referrals", replace(one, register=())) == {(NOT_RECORDED, NOT_RECORDED): 2}


def test_the_year_of_a_referral_is_its_own_and_that_of_a_person_that_of_the_case():
    one = person(
        *referral(1, "shelter", "accepted", "2025-12-31T23:00"),
        said("screening.age_band", "child"),
        on="2024-06-01",
    )

    assert counted("referrals", one, period=Period(2025, 2025)) == {("shelter", "accepted"): 1}
    assert counted("referrals", one, period=Period(2024, 2024)) == {}
    assert counted("persons_by_exploitation", one, period=Period(2024)) != {}
    assert counted("persons_by_exploitation", one, period=Period(2025)) == {}
    assert counted("persons_by_exploitation", one, period=Period(None, 2023)) == {}


def test_what_people_answered_is_counted_without_the_question_about_counting():
    """Whoever says no to counting is in no class, so that row would always read as a yes of all."""

    def answer(where: int, purpose: str, said_: str) -> tuple[Said, Said]:
        return (
            said("consent_register.cr_purpose", purpose, where=where),
            said("consent_register.cr_answer", said_, where=where),
        )

    one = person(
        *answer(1, "refer", "yes"),
        *answer(2, "refer", "yes"),
        *answer(3, "share_police", "no"),
        *answer(4, "statistics", "yes"),
    )
    refusing = person(*answer(1, "refer", "no"), *answer(2, "statistics", "no"), register=())

    assert counted("consents_by_purpose", one, refusing) == {
        ("refer", "yes"): 1,
        ("police", "no"): 1,
        (NOT_RECORDED, NOT_RECORDED): 1,
    }


def test_a_date_is_counted_by_its_year_and_always_by_as_many_years_st1_st2():
    table = CountTable("t", CountUnit.PERSONS, ("year",), FieldId("case.opened_at"))
    dimension = Dim("year", FieldId("case.opened_at"), is_by_year=True)
    counts = replace(FORMS.counts, dimensions={"year": dimension}, tables={"t": table})
    forms = replace(FORMS, counts=counts)
    people = [
        person(on="2023-05-05"),
        person(on="2026-01-01"),
        person(register=(), on="2025-01-01"),
        person(on="2014-12-31"),
        person(on="0202-05-05"),  # mistyped by centuries
        person(on="2027-01-01"),
    ]

    found = cube_of(forms, table, people, Period(), TODAY)

    assert found.axes == ((*map(str, range(2015, 2027)), OTHER_YEAR, NOT_RECORDED),)
    assert {name: n for (name,), n in found.counts.items() if n} == {
        "2023": 1,
        "2026": 1,
        OTHER_YEAR: 3,
        NOT_RECORDED: 1,
        ALL: 6,
    }
    assert cube_of(forms, table, [], Period(), TODAY).axes == found.axes, "whoever is counted"
    ended = cube_of(forms, table, people, Period(None, 2020), TODAY)
    assert ended.axes[0][0] == "2009", "in a later year the same table has the same classes"


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (("2026-05-14", 0), "2026"),
        (("2026", 1), "2026"),
        (("2026-12-31T23:59", 0), "2026"),
        (("2026-24", 0), ""),  # a winter lies in two years
        (("age:14", 0), ""),
        (("nonsense", 0), ""),
        (True, ""),
    ],
)
def test_a_year_is_taken_only_where_there_is_one(value, year):
    assert year_of(answered(value)) == year


def test_a_table_says_how_many_figures_are_hidden_and_a_hidden_one_is_no_zero():
    people = [person(said("screening.citizenship_group", "eu")) for _ in range(12)]
    people += [person(said("screening.citizenship_group", "own_country")) for _ in range(30)]
    people += [person() for _ in range(11)]
    table = FORMS.counts.tables["persons_by_citizenship"]

    full = table_of(FORMS, table, cube_of(FORMS, table, people, Period(), TODAY), 10)
    few = table_of(FORMS, table, cube_of(FORMS, table, people[3:], Period(), TODAY), 10)

    assert [one.count for one in full.cells] == [30, 12, 0, 11]
    assert (full.total, full.hidden) == (53, 0)
    assert [one.count for one in few.cells] == [30, None, 0, None]
    assert (few.total, few.hidden) == (50, 2)


def test_of_records_ten_people_have_to_stand_behind_a_figure_st3():
    """Twelve referrals of three people are three people."""
    three = [
        person(*(one for n in range(4) for one in referral(n, "shelter", "accepted")))
        for _ in range(3)
    ]
    many = [person(*referral(1, "health", "accepted")) for _ in range(90)]
    table = FORMS.counts.tables["referrals"]

    found = cube_of(FORMS, table, [*three, *many], Period(), TODAY)
    shown = {
        (one.key.get("referred_to"), one.key.get("came_of_it")): one.count
        for one in table_of(FORMS, table, found, 10).cells
    }

    assert found.most == 4
    assert found.counts["shelter", "accepted"] == 12
    assert shown["shelter", "accepted"] is None
    assert shown["shelter", None] is None


def test_what_all_children_of_a_table_suffered_is_hidden_although_they_are_many_st7():
    """Twelve children, all of them sent to work: whoever knows one of them would know it."""
    children = [
        person(
            said("screening.age_band", "child"), said("screening.exploitation_form", ("labour",))
        )
        for _ in range(12)
    ]
    adults = [
        person(said("screening.age_band", "adult"), said("screening.exploitation_form", (form,)))
        for form in ("labour", "sexual", "criminal_activities")
        for _ in range(20)
    ]
    table = FORMS.counts.tables["persons_by_exploitation"]

    def shown(*people: CountedCase):
        found = cube_of(FORMS, table, people, Period(), TODAY)
        return table_of(FORMS, table, found, 10).figures

    figures = shown(*children, *adults, *(person() for _ in range(11)))
    assert figures["child", ALL] == 12
    assert figures["child", "labour"] is None
    assert sum(key[0] == "child" and count is None for key, count in figures.items()) > 1
    mixed = [
        person(
            said("screening.age_band", "child"), said("screening.exploitation_form", ("sexual",))
        )
        for _ in range(12)
    ]
    assert (
        shown(*children, *mixed, *adults, *(person() for _ in range(11)))["child", "labour"] == 12
    )
