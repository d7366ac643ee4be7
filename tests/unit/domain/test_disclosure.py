"""The disclosure engine. Requirements: R5, R10, R21, R25, R26, N4, N5; forms.md section 6."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.disclosure import (
    CHILD_PROTECTION,
    GROUND_GROUPS,
    VITAL_INTEREST,
    DisclosureRequest,
    Item,
    decide,
)
from nrm_desktop.domain.ids import FieldId, OpId, RecipientId, RecordId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, answered

TODAY = "2026-11-25"
SHELTER = RecipientId("a" * 32)
GROUPS = sorted(GROUND_GROUPS[CHILD_PROTECTION] | {"exploiter_sheet", "health_detail"})
ALL_OPEN = dict.fromkeys(CASE_COMPARTMENTS, frozenset({Cell.WRITE}))


def item(name: str = "screening.services", **changes: object) -> Item:
    plain = Item(
        record=RecordId(b"r" * 16),
        address=name,
        field=FieldId(name),
        compartment=Compartment.SUPPORT,
        op=OpId(b"c" * 16, 0),
        answer=answered("shelter"),
        groups=("needs",),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # facts by name


def request(**changes: object) -> DisclosureRequest:
    return replace(DisclosureRequest(SHELTER, "refer", ALL_OPEN, TODAY), **changes)  # type: ignore[arg-type]  # facts by name


def consent(group: str = "needs", number: int = 1, **changes: object) -> ConsentRecord:
    plain = ConsentRecord(RecordId(bytes([number]) * 16), "refer", SHELTER, group, "yes")
    return replace(plain, **changes)  # type: ignore[arg-type]  # facts by name


def reason(found_item: Item, *rows: ConsentRecord, **changes: object) -> str:
    found = decide(request(**changes), [found_item], rows)
    return found.withheld[0].reason if found.withheld else ""


@pytest.mark.rule("R5")
def test_nothing_goes_without_consent_and_a_consent_lets_its_group_go_r5() -> None:
    assert reason(item()) == "no_consent"
    assert reason(item(), consent()) == ""
    assert reason(item(groups=("needs", "identity")), consent()) == "no_consent"


@pytest.mark.rule("R10")
def test_life_risk_facts_go_whatever_the_ceiling_and_without_consent_r10() -> None:
    found = decide(request(ceiling={}), [item(is_life_risk=True)], [])

    assert [given.rule for given in found.included] == ["life_risk"]
    assert not found.rests_on_permission


@pytest.mark.rule("S2")
@pytest.mark.parametrize("ground", [VITAL_INTEREST, CHILD_PROTECTION])
def test_a_danger_that_was_seen_is_enough_where_somebody_decided_that_it_is_one(ground) -> None:
    """A person who cannot talk agrees to nothing, and there may be nothing else to pass on."""
    assert decide(request(ground=ground), [item(is_life_risk=True)], []).rests_on_permission
    only_envelope = decide(request(ground=ground), [item(is_envelope=True)], [])
    assert not only_envelope.rests_on_permission


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_known": False}, "unknown_field"),
        ({"answer": answered("x", marks=Mark.NOT_TO_LEAVE)}, "excluded_by_person"),
        ({"is_conflict": True}, "conflict_open"),
        ({"groups": ()}, "not_needed_for_purpose"),
        ({"purposes": frozenset({"health"})}, "not_needed_for_purpose"),
        ({"answer": Answer(AnswerState.DECLINED)}, "person_declined_to_say"),
    ],
)
def test_each_reason_to_withhold_stands_although_consent_was_given(
    changes: dict[str, object], expected: str
) -> None:
    assert reason(item(**changes), consent()) == expected


@pytest.mark.rule("N5")
@pytest.mark.parametrize(
    ("compartment", "cells", "expected"),
    [
        (Compartment.LOCATION, frozenset({Cell.POINT}), "location_sealed"),
        (Compartment.LEGAL, frozenset(), "privileged"),
        (Compartment.HEALTH, frozenset({Cell.ALERT}), "compartment_closed_to_recipient"),
        (Compartment.LIAISON, frozenset({Cell.ORDER}), "compartment_closed_to_recipient"),
        (Compartment.IDENTITY, frozenset({Cell.EXCEPTION}), "compartment_closed_to_recipient"),
        (Compartment.SUPPORT, frozenset({Cell.CONSENT}), ""),
    ],
)
def test_the_ceiling_of_the_recipient_holds_against_every_consent_n5(
    compartment: Compartment, cells: frozenset[Cell], expected: str
) -> None:
    closed = {**ALL_OPEN, compartment: cells}

    assert reason(item(compartment=compartment), consent(), ceiling=closed) == expected


@pytest.mark.rule("R21")
def test_not_asked_is_left_out_and_not_known_goes_as_not_known_r21() -> None:
    silent = item(answer=Answer(AnswerState.NOT_ASKED))
    unknown = item(answer=Answer(AnswerState.UNKNOWN))

    found = decide(request(), [silent, unknown], [consent()])

    assert [given.item.answer.state for given in found.included] == [AnswerState.UNKNOWN]
    assert found.withheld == ()


def test_a_ground_without_consent_carries_only_what_it_needs() -> None:
    assert reason(item(groups=("identity",)), ground=VITAL_INTEREST) == "not_needed_for_purpose"
    assert reason(item(groups=("risk",)), ground=VITAL_INTEREST) == ""
    assert reason(item(groups=("exploiter_sheet",)), ground=CHILD_PROTECTION) != ""
    assert reason(item(), ground="legal_claim") == "not_needed_for_purpose"


def test_preview_and_export_with_the_same_inputs_have_the_same_digest() -> None:
    items = [item(), item("screening.other", groups=("identity",))]

    first, second = (decide(request(), items, [consent()]).digest() for _ in range(2))

    assert first == second
    assert first != decide(request(), items, [consent(withdrawn="2026-11-20")]).digest()


answers = st.sampled_from(["yes", "no", "not_now"])
rows = st.builds(
    lambda number, group, answer, withdrawn: consent(
        group, number, answer=answer, withdrawn=withdrawn
    ),
    st.integers(1, 9),
    st.sampled_from(GROUPS),
    answers,
    st.sampled_from(["", "2026-11-20T10:00:00Z"]),
)
items = st.builds(
    lambda group, place, conflict: item(
        groups=(group,), compartment=place, is_conflict=conflict, address=f"{group}{place}"
    ),
    st.sampled_from(GROUPS),
    st.sampled_from(CASE_COMPARTMENTS),
    st.booleans(),
)


@pytest.mark.rule("R26")
@given(st.lists(items, max_size=8), st.lists(rows, max_size=8), st.randoms())
def test_the_order_of_the_register_never_changes_a_decision_r26(
    found: list[Item], register: list[ConsentRecord], order: object
) -> None:
    shuffled = list(register)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random

    assert (
        decide(request(), found, register).digest() == decide(request(), found, shuffled).digest()
    )


@pytest.mark.rule("R25")
@given(st.lists(items, max_size=8), st.lists(rows, max_size=8), rows)
def test_a_further_row_that_is_not_a_plain_yes_never_lets_more_pass_r25(
    found: list[Item], register: list[ConsentRecord], further: ConsentRecord
) -> None:
    stricter = replace(further, answer="no")

    before = {given.item.address for given in decide(request(), found, register).included}
    after = {
        given.item.address for given in decide(request(), found, [*register, stricter]).included
    }

    assert after <= before


@given(st.lists(items, max_size=8), st.lists(rows, max_size=8))
def test_every_value_is_either_included_or_withheld_with_a_reason(
    found: list[Item], register: list[ConsentRecord]
) -> None:
    decided = decide(request(), found, register)

    assert len(decided.included) + len(decided.withheld) == len(found)
    assert all(kept.reason for kept in decided.withheld)
    assert all(given.rule.startswith("consent:") for given in decided.included)
