"""Registers of joined files: a join never lets anything pass that did not pass before."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.consent import (
    NO_END,
    ConsentQuestion,
    ConsentRecord,
    ConsentState,
    acting_rows,
    ended_for,
    state_of,
    verdict,
    verdict_of_purpose,
)
from nrm_desktop.domain.consent_of_files import (
    OTHER_FILE,
    Acts,
    Registers,
    acts_of,
    heard_elsewhere,
    purpose_verdict_of_person,
    unread,
    verdict_of_person,
)
from nrm_desktop.domain.ids import RecipientId, RecordId

pytestmark = [pytest.mark.rule("R25"), pytest.mark.rule("R5")]
ASKED = ConsentQuestion("refer", RecipientId("house"), "2026-11-26")
OWN, THEIRS = range(4), range(2, 6)
"""Two ids stand in both: nobody may be able to put a row in the place of another."""


def record(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


def rows_of(numbers, replaceable):
    ids = st.sampled_from([record(number) for number in replaceable])
    row = st.builds(
        ConsentRecord,
        record=st.sampled_from([record(number) for number in numbers]),
        purpose=st.sampled_from(["refer", ""]),
        recipient=st.sampled_from([RecipientId("house"), RecipientId("clinic")]),
        group=st.sampled_from(["needs", "risk"]),
        answer=st.sampled_from(["yes", "yes", "no", "not_now", ""]),
        starts=st.sampled_from(["", "2026-01-01", "2027-01-01"]),
        until=st.sampled_from([NO_END, "2026-01-01", "2030-01-01", "end_of_support"]),
        withdrawn=st.sampled_from(["", "", "2026-11-25T10:00:00Z"]),
        hold=st.sampled_from(["none", "none", "capacity"]),
        replaces=st.frozensets(ids, max_size=2),
        knew_withdrawn=st.frozensets(ids, max_size=2),
    )
    return st.lists(row, max_size=4, unique_by=lambda one: one.record).map(tuple)


own_alone, theirs_alone = rows_of(OWN, OWN), rows_of(THEIRS, THEIRS)
own_knowing, theirs_knowing = rows_of(OWN, range(6)), rows_of(THEIRS, range(6))


@given(own_knowing, theirs_knowing)
def test_nothing_passes_together_that_does_not_pass_in_the_own_file(own, theirs):
    if verdict_of_person(Registers(own, theirs), ASKED, "needs").passes:
        assert verdict(own, ASKED, "needs").passes


@given(own_alone, theirs_alone)
def test_nothing_passes_together_to_which_the_other_file_says_no(own, theirs):
    theirs = tuple(one for one in theirs if one.record not in {row.record for row in own})
    found = verdict_of_person(Registers(own, theirs), ASKED, "needs")
    alone = verdict(theirs, ASKED, "needs")
    if found.passes:
        assert alone.passes or not alone.rows
        assert not {row.record for row in theirs} & set(found.rows)


@given(own_knowing, theirs_alone)
def test_what_is_taken_back_elsewhere_holds_until_a_conversation_here_knew_it(own, theirs):
    rows = heard_elsewhere(theirs, frozenset())
    found = verdict_of_person(Registers(own, rows), ASKED, "needs")
    known = set().union(*(row.replaces for row in own), frozenset())
    against = [
        row
        for row in acting_rows(rows)
        if (row.purpose, row.recipient, row.group) == ("refer", "house", "needs")
        and state_of(row, ASKED.today, frozenset()) is ConsentState.WITHDRAWN
    ]
    if any(row.record not in known for row in against):
        assert not found.passes


@given(own_knowing, theirs_alone)
def test_a_register_that_cannot_be_read_holds_every_yes(own, theirs):
    found = verdict_of_person(Registers(own, (*theirs, unread("7KQ2-M9FX"))), ASKED, "needs")
    assert not found.passes


@given(own_knowing)
def test_a_file_that_is_alone_is_asked_as_before(own):
    assert verdict_of_person(Registers(own), ASKED, "needs") == verdict(own, ASKED, "needs")


def test_an_unread_register_says_why_it_holds():
    yes = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    found = verdict_of_person(Registers((yes,), (unread("7KQ2-M9FX"),)), ASKED, "needs")
    assert (found.reason, found.hold) == ("no_consent", OTHER_FILE)
    assert unread("7KQ2-M9FX").record != unread("7KQ2-M9FY").record


def test_a_row_of_another_file_with_the_same_id_takes_no_row_away():
    yes = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    no = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "no")
    assert verdict_of_person(Registers((yes,), (no,)), ASKED, "needs").reason == "declined"
    assert verdict_of_person(Registers((no,), (yes,)), ASKED, "needs").reason == "declined"


def test_a_conversation_that_replaces_a_row_replaces_none_of_another_file_with_the_same_id():
    earlier, theirs, third = (
        ConsentRecord(record(1), "refer", RecipientId("house"), "needs", answer)
        for answer in ("no", "not_now", "no")
    )
    again = ConsentRecord(
        record(2), "refer", RecipientId("house"), "needs", "yes", replaces=frozenset({record(1)})
    )
    assert verdict_of_person(Registers((earlier, again)), ASKED, "needs").passes
    found = verdict_of_person(Registers((earlier, again), (theirs,)), ASKED, "needs")
    assert found.reason == "declined"
    knowing = Registers((again,), (third,))
    assert verdict_of_person(knowing, ASKED, "needs").passes
    two_more = Registers((again,), (third, theirs))
    assert verdict_of_person(two_more, ASKED, "needs").reason == "declined"


def test_a_referral_that_ended_in_another_file_ends_the_rows_on_which_it_rested():
    row = ConsentRecord(
        record(1), "refer", RecipientId("house"), "needs", "yes", until="end_of_referral"
    )
    own = ConsentRecord(record(2), "refer", RecipientId("house"), "needs", "yes")
    for event, reason in (
        (ended_for("end_of_referral", record(1)), "consent_expired"),
        (ended_for("end_of_referral", record(3)), ""),
    ):
        heard = heard_elsewhere((row,), frozenset({event}))
        assert verdict_of_person(Registers((own,), heard), ASKED, "needs").reason == reason


def test_what_ended_in_another_file_ends_no_row_of_this_one():
    """The support of the file that stays may end: its own consents end with it, and no others."""
    here, there = (
        ConsentRecord(
            record(number), "refer", RecipientId("house"), group, "yes", until="end_of_support"
        )
        for number, group in ((1, "needs"), (2, "risk"))
    )
    heard = heard_elsewhere((there,), frozenset({"end_of_support"}))
    assert verdict_of_person(Registers((here,), heard), ASKED, "needs").passes
    again = ConsentRecord(record(3), "refer", RecipientId("house"), "risk", "yes")
    assert verdict_of_person(Registers((again,), heard), ASKED, "risk").reason == "consent_expired"
    still = heard_elsewhere((there,), frozenset())
    assert verdict_of_person(Registers((again,), still), ASKED, "risk").passes


@given(own_knowing, theirs_knowing)
def test_what_is_kept_here_is_never_kept_on_the_word_of_another_file(own, theirs):
    alone = verdict_of_purpose(own, "refer", ASKED.today)
    together = purpose_verdict_of_person(Registers(own, theirs), "refer", ASKED.today)
    if together.passes:
        assert alone.passes
    assert purpose_verdict_of_person(Registers(own), "refer", ASKED.today) == alone
    closed = Registers(own, (unread("3HQH-AE89"),))
    assert not purpose_verdict_of_person(closed, "refer", ASKED.today).passes


def test_an_event_ends_a_consent_to_a_purpose_in_the_own_file_whatever_another_file_says():
    """A row of another file may stand in the place of ours, and lets nothing pass by it."""
    passed = frozenset({"end_of_support"})
    here = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    here = replace(here, until="end_of_support")
    there = replace(here, record=record(2), until=NO_END)

    def said(*others):
        return purpose_verdict_of_person(Registers((here,), others), "refer", ASKED.today, passed)

    assert said().reason == "consent_expired"
    beside = said(there)
    assert (beside.reason, set(beside.rows)) == ("consent_expired", {record(1), record(2)})
    in_its_place = replace(there, replaces=frozenset({here.record}))
    assert said(in_its_place).reason == "consent_expired"


def test_a_consent_to_a_purpose_holds_to_its_last_day_in_both_files():
    here = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    here = replace(here, until="2026-11-26")
    there = replace(here, record=record(2), until=NO_END)
    for day, reason in (("2026-11-26", ""), ("2026-11-27", "consent_expired")):
        for others in ((), (there,)):
            found = purpose_verdict_of_person(Registers((here,), others), "refer", day)
            assert found.reason == reason


# ---------------------------------------------------------------- what is shown of it


@given(own_knowing, theirs_knowing)
def test_a_row_is_shown_to_count_only_where_something_passes_on_it(own, theirs):
    registers = Registers(own, theirs)
    shown = acts_of(registers, ASKED.today)

    assert shown.keys() == {row.record for row in own}
    for row in own:
        asked = replace(ASKED, purpose=row.purpose, recipient=row.recipient)
        passes = verdict_of_person(registers, asked, row.group).passes
        if shown[row.record] in (Acts.STOPPED, Acts.ALL_FILES):
            assert not passes
        if shown[row.record] is Acts.OWN_FILE:
            assert passes or not verdict(own, asked, row.group).passes


@given(own_knowing)
def test_without_another_file_no_yes_is_stopped(own):
    assert Acts.STOPPED not in acts_of(Registers(own), ASKED.today).values()


@given(own_knowing)
def test_a_file_that_is_not_here_stops_every_yes(own):
    shown = acts_of(Registers(own, (unread("7KQ2-M9FX"),)), ASKED.today)

    for row in own:
        asked = replace(ASKED, purpose=row.purpose, recipient=row.recipient)
        if verdict(own, asked, row.group).passes and shown[row.record] is not Acts.NOTHING:
            assert shown[row.record] is Acts.STOPPED


def test_how_far_a_row_reaches_is_said_of_each_for_its_own_question():
    yes = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    other = replace(yes, record=record(2), recipient=RecipientId("clinic"))
    third = replace(yes, record=record(3), group="risk")
    refused = replace(yes, record=record(4), answer="no")

    def reach(own, *others, passed=frozenset()):
        return tuple(acts_of(Registers(own, others), ASKED.today, passed).values())

    assert reach((yes, other, third)) == (Acts.OWN_FILE,) * 3
    assert reach((yes, other, third), refused) == (Acts.STOPPED, Acts.OWN_FILE, Acts.OWN_FILE)
    other_purpose = replace(refused, purpose="health")
    assert reach((yes,), other_purpose) == (Acts.OWN_FILE,)
    assert reach((replace(yes, purpose="health"),), other_purpose) == (Acts.STOPPED,)
    for ended in (
        replace(yes, answer="no"),
        replace(yes, withdrawn="2026-11-25T10:00:00Z"),
        replace(yes, until="2026-01-01"),
    ):
        assert reach((ended,), refused) == (Acts.ALL_FILES,)
    in_its_place = replace(refused, answer="yes", replaces=frozenset({yes.record}))
    assert reach((yes, third), in_its_place) == (Acts.NOTHING, Acts.OWN_FILE)


def test_what_ended_in_the_own_file_is_not_shown_as_stopped_by_another():
    passed = frozenset({"end_of_support"})
    until = ConsentRecord(record(1), "refer", RecipientId("house"), "needs", "yes")
    until = replace(until, until="end_of_support")
    beside = replace(until, record=record(2), until=NO_END)
    refused = replace(beside, record=record(3), answer="no")
    both = Registers((until, beside), (refused,))

    assert set(acts_of(both, ASKED.today).values()) == {Acts.STOPPED}
    assert acts_of(both, ASKED.today, passed) == {
        until.record: Acts.ALL_FILES,
        beside.record: Acts.OWN_FILE,
    }
