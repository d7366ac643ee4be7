"""The consent register as it acts. Requirements: R5, R25, R35, S6, S9; forms.md section 6."""

from __future__ import annotations

import itertools

import pytest

from nrm_desktop.domain.consent import (
    ConsentQuestion,
    ConsentRecord,
    ConsentState,
    acting_rows,
    record_from_cells,
    register_field,
    replaces_value,
    state_of,
    verdict,
    verdict_of_purpose,
)
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.values import answered

TODAY = "2026-11-25"
SHELTER = RecipientId("a" * 32)
ASKED = ConsentQuestion("refer", SHELTER, TODAY, frozenset({"end_of_support"}))


def row(number: int = 1, **changes: object) -> ConsentRecord:
    facts: dict[str, object] = {
        "record": RecordId(bytes([number]) * 16),
        "purpose": "refer",
        "recipient": SHELTER,
        "group": "needs",
        "answer": "yes",
        "starts": "2026-11-01",
    }
    return ConsentRecord(**{**facts, **changes})  # type: ignore[arg-type]  # facts by name


ANSWERS = ("yes", "no", "not_now")
HOLDS = ("none", "capacity", "not_alone", "limits_open")
STARTS = ("", "2026-11-25", "2026-11-26")
ENDS = ("no_end", "2026-11-24", "2026-11-25", "end_of_support", "decision_received")
WITHDRAWN = ("", "2026-11-20T10:00:00Z")


@pytest.mark.rule("R5")
@pytest.mark.parametrize("facts", list(itertools.product(ANSWERS, HOLDS, STARTS, ENDS, WITHDRAWN)))
def test_a_row_passes_only_if_every_single_condition_holds_r5(
    facts: tuple[str, str, str, str, str],
) -> None:
    answer, hold, starts, until, withdrawn = facts
    one = row(answer=answer, hold=hold, starts=starts, until=until, withdrawn=withdrawn)

    found = verdict([one], ASKED, "needs")

    has_ended = until in ("2026-11-24", "end_of_support")
    may_pass = (
        answer == "yes" and hold == "none" and starts <= TODAY and not has_ended and not withdrawn
    )
    assert found.passes is may_pass
    if withdrawn:
        assert found.reason == "consent_withdrawn"
    elif answer != "yes":
        assert found.reason == "declined"


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    "other", [{"purpose": "health"}, {"recipient": "b" * 32}, {"group": "identity"}]
)
def test_a_consent_for_one_recipient_purpose_or_group_never_counts_for_another_r5(
    other: dict[str, str],
) -> None:
    assert verdict([row(**other)], ASKED, "needs").reason == "no_consent"


@pytest.mark.rule("R25")
def test_of_concurrent_rows_the_most_protective_acts_r25() -> None:
    rows = acting_rows([row(1), row(2, answer="not_now")])

    assert verdict(rows, ASKED, "needs").reason == "declined"


def test_a_later_conversation_supersedes_the_earlier_row_alone() -> None:
    first, other = row(1, answer="no"), row(2, group="identity")
    renewed = row(3, replaces=frozenset({first.record}))

    rows = acting_rows([first, other, renewed])

    assert rows == [other, renewed]
    assert verdict(rows, ASKED, "needs").passes


@pytest.mark.rule("S9")
def test_a_withdrawal_wins_over_a_renewal_that_did_not_know_it_s9() -> None:
    withdrawn = row(1, withdrawn="2026-11-20T10:00:00Z")
    blind = row(2, replaces=frozenset({withdrawn.record}))
    knowing = row(
        3, replaces=frozenset({withdrawn.record}), knew_withdrawn=frozenset({withdrawn.record})
    )

    assert verdict(acting_rows([withdrawn, blind]), ASKED, "needs").reason == "consent_withdrawn"
    assert verdict(acting_rows([withdrawn, knowing]), ASKED, "needs").passes


def test_rows_that_replace_each_other_let_nothing_pass() -> None:
    one = row(1, replaces=frozenset({row(2).record}))
    two = row(2, replaces=frozenset({row(1).record}))

    assert not verdict(acting_rows([one, two]), ASKED, "needs").passes


@pytest.mark.rule("R25")
def test_values_side_by_side_in_one_row_act_by_the_most_protective_r25() -> None:
    standing = {
        register_field("cr_purpose"): [answered("refer")],
        register_field("cr_recipient"): [answered(SHELTER)],
        register_field("cr_group"): [answered("needs")],
        register_field("cr_answer"): [answered("yes"), answered("no")],
        register_field("cr_until"): [answered("no_end"), answered("2027-01-01")],
        register_field("cr_hold"): [answered("none"), answered("capacity")],
        register_field("cr_withdrawn"): [answered(("2026-11-20T10:00:00Z", 0))],
    }

    found = record_from_cells(RecordId(b"r" * 16), standing)

    assert found is not None
    assert (found.answer, found.until, found.hold) == ("no", "2027-01-01", "capacity")
    assert found.withdrawn == "2026-11-20T10:00:00Z"
    assert found.is_disputed


def test_a_row_without_a_recipient_counts_for_nothing() -> None:
    assert record_from_cells(RecordId(b"r" * 16), {}) is None


def test_what_a_row_replaces_is_written_and_read_back_with_the_known_withdrawals() -> None:
    old, gone = row(1), row(2, withdrawn="2026-11-20T10:00:00Z")
    standing = {
        register_field("cr_purpose"): [answered("refer")],
        register_field("cr_recipient"): [answered(SHELTER)],
        register_field("cr_group"): [answered("needs")],
        register_field("cr_replaces"): [answered(replaces_value([old, gone]))],
    }

    found = record_from_cells(RecordId(b"r" * 16), standing)

    assert found is not None
    assert found.replaces == {old.record, gone.record}
    assert found.knew_withdrawn == {gone.record}


def test_a_consent_is_valid_on_its_last_day_and_ended_on_the_next() -> None:
    one = row(until=TODAY)

    assert state_of(one, TODAY, frozenset()) is ConsentState.VALID
    assert state_of(one, "2026-11-26", frozenset()) is ConsentState.EXPIRED


KEEPING = "photo_audio"
POLICE = RecipientId("b" * 32)


def kept(*rows: ConsentRecord) -> str:
    return verdict_of_purpose(rows, KEEPING, TODAY, frozenset({"end_of_support"})).reason


def about_photos(number: int = 1, **changes: object) -> ConsentRecord:
    return row(number, **{"purpose": KEEPING, **changes})


@pytest.mark.rule("N11", "R25")
def test_what_is_kept_here_rests_on_its_purpose_alone_and_on_all_of_its_answers():
    """A yes for one recipient does not outweigh the no for another."""
    assert kept() == "no_consent"
    assert kept(row()) == "no_consent"
    assert kept(about_photos()) == ""
    assert kept(about_photos(), row(2, answer="no")) == ""
    assert kept(about_photos(), about_photos(2, recipient=POLICE, answer="no")) == "declined"
    assert kept(
        about_photos(), about_photos(2, group="plan", withdrawn="2026-11-20T10:00:00Z")
    ) == ("consent_withdrawn")
    assert kept(about_photos(until="end_of_support")) == "consent_expired"
    assert kept(about_photos(until="decision_received")) == ""
    assert kept(about_photos(starts="2026-11-26")) == "no_consent"


@pytest.mark.rule("N11", "R25")
def test_a_row_whose_purpose_cannot_be_read_may_be_about_what_is_kept():
    assert kept(about_photos(), about_photos(2, purpose="", answer="no")) == "declined"
    unread = about_photos(purpose="")
    found = verdict_of_purpose((unread,), KEEPING, TODAY)
    assert (found.reason, found.rows) == ("no_consent", (unread.record,))


@pytest.mark.rule("N11")
def test_a_later_conversation_about_what_is_kept_takes_the_place_of_the_earlier():
    before = about_photos(answer="no")
    after = about_photos(2, replaces=frozenset({before.record}))
    assert kept(before, after) == ""
    assert verdict_of_purpose((before, after), KEEPING, TODAY).rows == (after.record,)


@pytest.mark.rule("R24", "R25")
def test_of_one_group_only_its_own_answers_are_asked_and_what_cannot_be_read_gives_no_yes():
    def of_group(*rows: ConsentRecord) -> str:
        return verdict_of_purpose(rows, KEEPING, TODAY, group="needs").reason

    assert of_group(about_photos(group="needs")) == ""
    assert of_group(about_photos(group="plan")) == "no_consent"
    assert of_group(about_photos(group="needs"), about_photos(2, group="plan", answer="no")) == ""
    assert (
        of_group(about_photos(group="needs"), about_photos(2, group="", answer="no")) == "declined"
    )
    assert of_group(about_photos(purpose="", group="needs")) == "no_consent"
