"""Which value acts while people disagree: the table of sync.md section 21, line by line (R25)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.protective import (
    MERGE_SURFACE,
    MERGE_UNION,
    PROTECTIVE,
    RULES,
    acting_answer,
    acting_index,
)
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, answered

UNKNOWN, DECLINED = Answer(AnswerState.UNKNOWN), Answer(AnswerState.DECLINED)
RUNS_ON = UNKNOWN


def day(text: str) -> Answer:
    return answered((text, 0))


ORDERS = {
    "consent_answer": [answered(x) for x in ("withdrawn", "no", "not_now", "partly", "yes")],
    "contact_safe": [answered(False), UNKNOWN, answered(True)],
    "set_over_unset": [answered(True), UNKNOWN, answered(False)],
    "child": [answered(True), UNKNOWN, answered(False)],
    "risk_level": [answered(x) for x in ("extreme", "high", "medium")] + [UNKNOWN, answered("low")],
    "life_risk": [answered(True), UNKNOWN, answered(False)],
    "missing": [answered("missing"), UNKNOWN, answered("found")],
    "later_end": [RUNS_ON, day("2026-12-31"), day("2026-12-01"), day("2026-11")],
    "earlier_end": [answered("2026-11-01"), answered("2026-12-01"), answered("no_end")],
    "earlier_deadline": [day("2026-11-25"), day("2026-12"), UNKNOWN],
    "open_over_closed": [answered("open"), answered("closed")],
    "declined": [DECLINED, answered("Kyiv")],
}
PAIRS = [
    (rule, order[low], order[high])
    for rule, order in ORDERS.items()
    for low in range(len(order))
    for high in range(low + 1, len(order))
]


def acts(rule: str, *answers: Answer) -> Answer:
    return answers[acting_index(PROTECTIVE + rule, answers)]


@pytest.mark.rule("R25")
@pytest.mark.parametrize(("rule", "stronger", "weaker"), PAIRS, ids=str)
def test_the_stronger_value_acts_in_either_order(rule, stronger, weaker):
    assert acts(rule, stronger, weaker) == stronger
    assert acts(rule, weaker, stronger) == stronger


def test_every_rule_of_the_packs_has_its_order_here_and_in_this_test():
    assert ORDERS.keys() == RULES


@pytest.mark.parametrize("rule", sorted(RULES))
def test_not_asked_takes_no_part(rule):
    weakest = ORDERS[rule][-1]

    assert acts(rule, NOT_ASKED, weakest) == weakest
    assert acts(rule, NOT_ASKED) == NOT_ASKED


@pytest.mark.rule("R30")
@pytest.mark.parametrize("word", ["0-11", "12-17", "child", "yes"])
def test_any_sign_of_a_child_acts_before_any_grown_up_band(word):
    for adult in ("18-24", "25+", "adult", "no"):
        assert acts("child", answered(adult), answered(word)) == answered(word)
    assert acts("child", answered("documented"), answered("disputed")) == answered("disputed")
    assert acts("child", answered("no"), answered("not_sure")) == answered("not_sure")


def test_a_hold_acts_before_none_and_a_moment_before_an_empty_list():
    assert acts("set_over_unset", answered("none"), answered("capacity")) == answered("capacity")
    assert acts("set_over_unset", answered(()), day("2026-11-25")) == day("2026-11-25")


@pytest.mark.parametrize("rule", ["consent_answer", "contact_safe", "life_risk", "child"])
def test_a_code_of_a_newer_pack_never_loosens_anything(rule):
    newer, loosest = answered("code_of_next_year"), ORDERS[rule][-1]

    assert acts(rule, loosest, newer) == newer


def test_a_date_known_to_the_month_counts_by_its_protective_end():
    assert acts("earlier_deadline", day("2026-12-05"), day("2026-12")) == day("2026-12")
    assert acts("later_end", day("2026-12-05"), day("2026-12")) == day("2026-12")


def test_a_union_acts_with_everything_that_anybody_said():
    both = acting_answer(MERGE_UNION, [answered(("nuts", "milk")), answered(("eggs", "nuts"))])

    assert both == answered(("nuts", "milk", "eggs"))
    assert acting_answer(MERGE_UNION, [DECLINED, answered(("nuts",))]) == DECLINED


def test_a_union_with_something_that_is_no_list_acts_as_the_first():
    assert acting_answer(MERGE_UNION, [answered(("nuts",)), answered("eggs")]) == answered(
        ("nuts",)
    )


def test_a_rule_that_is_named_without_its_kind_prefers_nothing():
    assert acting_index("risk_level", [answered("low"), answered("extreme")]) == 0


@pytest.mark.parametrize("merge", [MERGE_SURFACE, MERGE_UNION])
def test_where_nothing_was_asked_the_first_is_shown(merge):
    assert acting_index(merge, [NOT_ASKED, NOT_ASKED]) == 0


def test_anything_in_a_list_is_a_yes_and_an_empty_one_a_no():
    assert acts("child", answered("no"), answered(("says_so",))) == answered(("says_so",))
    assert acts("child", answered(()), UNKNOWN) == UNKNOWN


def test_a_text_that_is_set_acts_before_a_doubt():
    assert acts("set_over_unset", UNKNOWN, answered("capacity")) == answered("capacity")


@pytest.mark.parametrize("open_end", [answered("no_end"), UNKNOWN, DECLINED])
def test_an_event_ends_before_what_has_no_end_in_either_order(open_end):
    event = answered("until_release")
    assert acts("earlier_end", event, open_end) == event
    assert acts("earlier_end", open_end, event) == event


def test_a_moment_counts_by_its_day():
    sooner, later = answered("2026-11-25T22:00"), day("2026-11-26")
    assert acts("earlier_deadline", later, sooner) == sooner
    assert acts("later_end", sooner, later) == later


def test_an_age_in_the_place_of_a_date_is_no_date():
    assert acts("earlier_deadline", answered("age:15"), day("2026-11-26")) == day("2026-11-26")
    assert acts("later_end", day("2026-11-26"), answered("age:15")) == answered("age:15")


@pytest.mark.parametrize("merge", [MERGE_SURFACE, MERGE_UNION, "protective:of_a_newer_version"])
def test_where_nothing_is_preferred_the_first_in_display_acts(merge):
    assert acting_index(merge, [answered("b"), answered("a")]) == 0
    assert acting_index(merge, [NOT_ASKED, answered("a")]) == 1


VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.text(max_size=12),
    st.binary(max_size=4),
    st.tuples(st.text(max_size=12), st.integers(0, 1)),
    st.just(()),
    st.sampled_from(["yes", "no", "withdrawn", "open", "2026-11", "no_end"]),
)
ANSWERS = st.one_of(st.builds(answered, VALUES), st.sampled_from([UNKNOWN, DECLINED, NOT_ASKED]))


@given(st.sampled_from(sorted(RULES)), st.lists(ANSWERS, min_size=1, max_size=6), st.randoms())
def test_what_acts_does_not_depend_on_the_order_of_arrival(rule, answers, random):
    shuffled = random.sample(answers, len(answers))
    here, there = acts(rule, *answers), acts(rule, *shuffled)

    assert acts(rule, here, there) == here
    assert acts(rule, there, here) == there


@given(
    st.sampled_from([MERGE_SURFACE, MERGE_UNION, *sorted(PROTECTIVE + rule for rule in RULES)]),
    st.lists(ANSWERS, min_size=1, max_size=6),
)
def test_every_answer_whatever_it_holds_can_be_compared(merge, answers):
    assert 0 <= acting_index(merge, answers) < len(answers)
    assert acting_answer(merge, answers).state in {answer.state for answer in answers}
