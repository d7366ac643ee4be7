"""What comes from others, or lies damaged in the case, stops nobody. R11, R30, T12."""

import pytest
from tests.unit.app.test_incoming_handlers import (
    FORM,
    ROW,
    SCREENING,
    file,
    packet,
    sent,
    take_in,
    told,
)

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.handlers.incoming import ORIGIN, incoming
from nrm_desktop.app.handlers.receipts import BY_A_PERSON, KEYS, RECEIPT, Kept, sent_packets
from nrm_desktop.app.wire.limits import CLOCK_MS
from nrm_desktop.app.wire.referral import ReferredRecord
from nrm_desktop.domain.case import CHILD
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, answered

__all__ = ["sent"]
OUTER = RecordId(b"outer record....")


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("fields", "ground"),
    [
        ((told(CHILD, False),), "child_protection"),
        ((told(CHILD, Answer(AnswerState.DECLINED)),), "child_protection"),
        ((told(CHILD, False), told(CHILD, True)), "consent"),
        ((told(CHILD, False), told("screening.birth_date", ("2012", 0))), "consent"),
        ((told(CHILD, False), told(CHILD, Answer(AnswerState.UNKNOWN))), "consent"),
    ],
)
def test_one_sign_of_a_child_in_a_packet_is_enough(desk, fields, ground):
    arrived = take_in(desk, packet(*fields, ground=(ground,)))

    assert arrived.opened.pathway == "child"


@pytest.mark.parametrize("value", [1, 0, "yes", (True,), b"\x01"])
def test_an_answer_about_a_child_that_is_none_is_a_doubt(desk, value):
    arrived = take_in(desk, packet(told(CHILD, value)))

    assert arrived.opened.pathway == "child"
    assert desk.answers(arrived.scope, CHILD) == [None]


@pytest.mark.parametrize(
    "above",
    [
        ReferredRecord(OUTER, "consent_register", None, 1),
        ReferredRecord(OUTER, "no_form_of_ours", None, 1),
        ReferredRecord(OUTER, "screening.exploiters", None, 1),
        ReferredRecord(OUTER, "screening", ROW.record, 1),
    ],
    ids=lambda above: above.form,
)
def test_a_row_in_a_record_that_it_cannot_stand_in_is_kept_word_by_word(desk, above):
    row = ReferredRecord(ROW.record, ROW.form, OUTER, 2)
    seen = packet(
        told("screening.exploiter_description", "Tall", ROW.record), records=(FORM, row, above)
    )

    arrived = take_in(desk, seen)

    assert arrived.kept == 1
    forms = {row.form for row in desk.run(lambda uow: uow.records(arrived.scope))}
    assert forms <= {"referral", "referral.incoming", "packet"}


@pytest.mark.parametrize("asked_on", ["yesterday", "2026-13-40", "<b>2026</b>"])
def test_a_date_of_asking_that_is_none_is_left_out(desk, asked_on):
    answer = Answer(AnswerState.ANSWERED, "uk", asked_on=asked_on)

    arrived = take_in(desk, packet(told("screening.language", answer, SCREENING)))

    [kept] = [
        each.answer
        for cell in desk.cells(arrived.scope)
        if cell.field == "screening.language"
        for each in cell.standing
    ]
    assert (kept.value, kept.asked_on) == ("uk", "")


# ---------------------------------------------------------------- damaged by a colleague


@pytest.mark.parametrize("value", [(), (1,), ((),), ((1, 2),), "words", None, b"bytes"])
@pytest.mark.parametrize("field", [ORIGIN, KEYS, RECEIPT])
def test_a_damaged_trail_stops_no_other_packet_and_no_other_receipt(desk, field, value):
    first = take_in(desk, packet(told("screening.language", "uk")))
    record = desk.context.new_record()

    def damage(uow):
        rights = Compartment.RIGHTS
        uow.record(first.scope, rights, OpenRecord(record, "packet", None, 9))
        uow.record(first.scope, rights, ValueOp(OpKind.ENTRY, record, field, answered(value)))

    desk.run(damage)

    assert take_in(desk, packet(told("screening.language", "uk"))).opened is None
    assert len(desk.run(lambda uow: list(incoming(uow, desk.context)))) == 1
    assert desk.run(lambda uow: list(sent_packets(uow, desk.context))) == []


# ---------------------------------------------------------------- receipts


@pytest.mark.rule("R11")
@pytest.mark.parametrize("state", ["draft", "sent", "expired", "revoked", "not_possible", "mine"])
def test_a_receipt_says_only_what_a_recipient_can_say(desk, sent, state):
    with pytest.raises(HostileInput):
        file(desk, sent, Kept(state, 1_000, "L-07"))

    assert desk.answers(sent.scope, "referral.state") == ["sent"]


@pytest.mark.rule("R11")
@pytest.mark.parametrize("state", ["received", *BY_A_PERSON])
@pytest.mark.parametrize("at_ms", [0, CLOCK_MS])
def test_a_receipt_of_a_clock_that_nobody_set_is_filed(desk, sent, state, at_ms):
    assert file(desk, sent, Kept(state, at_ms, "L-07", "because")) == state


def test_a_time_beyond_all_calendars_is_written_as_the_last_second():
    assert iso_time(CLOCK_MS) == iso_time(1 << 60) == "9999-12-31T23:59:59Z"
    assert iso_time(-1) == iso_time(0) == "1970-01-01T00:00:00Z"
