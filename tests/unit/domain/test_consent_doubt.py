"""What is unreadable, unknown or contradictory in the register loosens nothing. R5, R25, R35."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nrm_desktop.domain.consent import (
    ConsentQuestion,
    ConsentRecord,
    Verdict,
    acting_rows,
    record_from_cells,
    register_field,
    state_of,
    verdict,
)
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState, answered

TODAY = "2026-11-25"
SHELTER, OTHER = RecipientId("a" * 32), RecipientId("b" * 32)
ASKED = ConsentQuestion("refer", SHELTER, TODAY)
FACTS = {
    "cr_purpose": "refer",
    "cr_recipient": SHELTER,
    "cr_group": "needs",
    "cr_answer": "yes",
    "cr_from": ("2026-11-01", 0),
    "cr_until": "no_end",
    "cr_hold": "none",
}


def cells(**changes: object) -> dict:
    """A row by its fields; a list is what stands side by side, None what cannot be read."""
    said = {**FACTS, **changes}
    return {
        register_field(name): [
            one if one is None or isinstance(one, Answer) else answered(one)
            for one in (value if isinstance(value, list) else [value])
        ]
        for name, value in said.items()
    }


def row(number: int = 1, *, is_closed: bool = False, **changes: object) -> ConsentRecord:
    record = RecordId(bytes([number]) * 16)
    found = record_from_cells(record, cells(**changes), is_closed=is_closed)
    assert found is not None
    return found


def naming(*numbers: int) -> str:
    return " ".join((bytes([number]) * 16).hex() for number in numbers)


def asked(*rows: ConsentRecord, question: ConsentQuestion = ASKED) -> Verdict:
    return verdict(rows, question, "needs")


def test_a_plain_yes_passes() -> None:
    assert asked(row()).passes


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    "field", ["cr_answer", "cr_from", "cr_until", "cr_hold", "cr_purpose", "cr_group"]
)
@pytest.mark.parametrize(
    "doubt", [None, Answer(AnswerState.UNKNOWN), Answer(AnswerState.NOT_ASKED), answered("??")]
)
def test_a_yes_with_something_unreadable_or_unknown_beside_it_lets_nothing_pass_r5(
    field: str, doubt: Answer | None
) -> None:
    assert not asked(row(**{field: [FACTS[field], doubt]})).passes


@pytest.mark.rule("R27")
@pytest.mark.parametrize("said", [None, Answer(AnswerState.NOT_ASKED), answered("")])
def test_a_withdrawal_that_cannot_be_read_is_a_withdrawal_r27(said: Answer | None) -> None:
    assert asked(row(cr_withdrawn=[said])).reason == "consent_withdrawn"


@pytest.mark.rule("R35")
def test_a_row_that_cannot_be_read_at_all_holds_every_yes_until_it_can_be_r35() -> None:
    hidden = row(2, **dict.fromkeys(FACTS))

    assert not asked(row(1), hidden).passes
    assert asked(row(1), hidden).hold == "unreadable"


@pytest.mark.rule("R25")
def test_a_row_that_names_two_recipients_says_no_to_both_and_yes_to_neither_r25() -> None:
    two = [SHELTER, OTHER]
    of_other = ConsentQuestion("refer", OTHER, TODAY)

    for question in (ASKED, of_other):
        assert not asked(row(cr_recipient=two), question=question).passes
        no = row(1, cr_recipient=two, cr_answer="no")
        assert asked(no, row(2, cr_recipient=question.recipient), question=question).reason == (
            "declined"
        )
        # A conversation that knows of it counts for its own recipient.
        later = row(2, cr_recipient=question.recipient, cr_replaces=naming(1))
        assert asked(no, later, question=question).passes


@pytest.mark.rule("R5")
@pytest.mark.parametrize("other", [{"cr_recipient": OTHER}, {"cr_group": "identity"}])
def test_a_row_replaces_only_what_was_asked_the_same_r5(other: dict) -> None:
    no, yes = row(1, cr_answer="no"), row(2)
    elsewhere = row(3, cr_replaces=naming(1), **other)

    assert asked(no, yes, elsewhere).reason == "declined"


@pytest.mark.rule("R25")
def test_a_row_that_replaces_itself_still_acts_r25() -> None:
    assert asked(row(1, cr_answer="no", cr_replaces=naming(1)), row(2)).reason == "declined"


@pytest.mark.rule("R25")
@pytest.mark.parametrize("first", ["yes", "no"])
def test_in_a_circle_of_replacements_a_no_still_acts_and_a_yes_does_not_r25(first: str) -> None:
    circle = (
        row(1, cr_answer=first, cr_replaces=naming(3)),
        row(2, cr_replaces=naming(1)),
        row(3, cr_replaces=naming(2)),
    )

    assert asked(*circle, row(5, cr_replaces=naming(6))).reason == (
        "declined" if first == "no" else "no_consent"
    )
    assert asked(*circle, row(4, cr_replaces=naming(1, 2, 3))).passes


@pytest.mark.rule("R35")
def test_a_closed_row_still_says_no_and_no_longer_yes_r35() -> None:
    assert asked(row(1, is_closed=True, cr_answer="no")).reason == "declined"
    assert not asked(row(1, is_closed=True)).passes


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("until", "passes"),
    [
        ("2026-11-25", True),
        ("2026-11-24", False),
        ("2026-11", False),
        ("31.12.2026", False),
        ("٢٠٢٧-٠١-٠١", False),
        ("2027-01-01T00:00", False),
        ("some_event_of_a_newer_pack", False),
        ("end_of_support", True),
        ("no_end", True),
        ("", False),
    ],
)
def test_an_end_that_nobody_here_understands_has_passed_r5(until: str, *, passes: bool) -> None:
    assert asked(row(cr_until=until)).passes is passes


def test_two_withdrawals_of_one_row_are_no_contradiction() -> None:
    times = [("2026-11-20T10:00:00Z", 0), ("2026-11-20T10:05:00Z", 0)]
    one = row(cr_withdrawn=times)

    assert not one.is_disputed
    assert one.withdrawn == "2026-11-20T10:00:00Z"
    assert state_of(one, TODAY, frozenset()).value == "withdrawn"


def test_of_a_long_chain_of_renewals_the_last_one_acts() -> None:
    ids = [RecordId(number.to_bytes(16, "big")) for number in range(5_000)]
    chain = [
        replace(row(), record=ids[at], replaces=frozenset(ids[max(0, at - 1) : at]))
        for at in range(len(ids))
    ]

    assert [one.record for one in acting_rows(chain)] == ids[-1:]
