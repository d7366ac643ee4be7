"""The edges of the consent register: beginnings, ends, circles, and what a verdict says."""

from __future__ import annotations

import pytest
from tests.unit.domain.test_consent import ASKED, TODAY, row

from nrm_desktop.domain.consent import (
    DISPUTED,
    UNREADABLE,
    ConsentQuestion,
    ConsentRecord,
    ConsentState,
    acting_rows,
    ended_for,
    record_from_cells,
    register_field,
    state_of,
    verdict,
)
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import answered

ONE = RecordId(bytes([1]) * 16)
PLAIN = {
    "cr_purpose": ("refer",),
    "cr_recipient": ("a" * 32,),
    "cr_group": ("needs",),
    "cr_answer": ("yes",),
}


def read(**cells: tuple[str, ...]) -> ConsentRecord:
    said = {
        register_field(name): [answered(text) for text in texts]
        for name, texts in {**PLAIN, **cells}.items()
    }
    found = record_from_cells(ONE, said)
    assert found is not None
    return found


def ids(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


@pytest.mark.rule("R25")
def test_of_two_beginnings_the_later_one_counts_and_none_is_a_beginning_of_old() -> None:
    assert read(cr_from=("2026-11-20", "2026-12-05")).starts == "2026-12-05"
    assert read().starts == ""
    assert state_of(read(), TODAY, frozenset()) is ConsentState.VALID


def test_a_beginning_with_a_time_is_understood_and_counts_by_its_day() -> None:
    begun = read(cr_from=(f"{TODAY}T08:00",))
    assert begun.hold == "none"
    assert state_of(begun, TODAY, frozenset()) is ConsentState.VALID


@pytest.mark.rule("R5")
def test_a_yes_beside_an_answer_that_nobody_here_knows_passes_nothing() -> None:
    both = read(cr_answer=("yes", "of_next_year"))
    assert both.hold == UNREADABLE
    assert not verdict([both], ASKED, "needs").passes


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("ends", "first"),
    [
        (("of_next_year", "2026-12-01"), "of_next_year"),
        (("2026-12-01", "2026-11-30"), "2026-11-30"),
        (("2026-12-01", "end_of_support"), "2026-12-01"),
        (("end_of_support",), "end_of_support"),
        (("end_of_support", "no_end"), "end_of_support"),
        ((), "no_end"),
    ],
)
def test_of_several_ends_the_one_that_protects_most_counts(
    ends: tuple[str, ...], first: str
) -> None:
    assert read(cr_until=ends).until == first


def test_an_event_that_passed_for_one_row_ends_that_row_alone() -> None:
    passed = frozenset({ended_for("end_of_referral", ids(1))})
    asked = ConsentQuestion("refer", ASKED.recipient, TODAY, passed)
    ended, other = row(1, until="end_of_referral"), row(2, until="end_of_referral")
    assert verdict([ended], asked, "needs").reason == "consent_expired"
    assert verdict([other], asked, "needs").passes


@pytest.mark.rule("R5")
def test_a_row_replaces_nothing_that_was_asked_about_something_else() -> None:
    health = row(2, purpose="health", replaces=frozenset({ids(1)}))
    assert [one.record for one in acting_rows([row(1), health])] == [ids(1), ids(2)]


def test_what_was_replaced_by_a_row_of_a_circle_does_not_come_back() -> None:
    """Two later rows replace each other: they hold a yes, and the old one stays replaced."""
    old = row(1)
    second = row(2, replaces=frozenset({ids(1), ids(3)}))
    third = row(3, replaces=frozenset({ids(2)}))
    acting = acting_rows([old, second, third])
    assert {one.record for one in acting} == {ids(2), ids(3)}
    assert {one.hold for one in acting} == {DISPUTED}


def test_a_verdict_names_its_rows_and_a_hold_only_where_that_is_the_reason() -> None:
    good = verdict([row(2), row(1)], ASKED, "needs")
    assert (good.reason, good.rows, good.hold) == ("", (ids(1), ids(2)), "")

    held = verdict([row(1, hold="capacity")], ASKED, "needs")
    assert (held.reason, held.rows, held.hold) == ("no_consent", (ids(1),), "capacity")

    taken_back = row(1, hold="capacity", withdrawn="2026-11-20T10:00:00Z")
    back = verdict([taken_back], ASKED, "needs")
    assert (back.reason, back.rows, back.hold) == ("consent_withdrawn", (ids(1),), "")
