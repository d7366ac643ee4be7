"""What comes in: an own case, others' words, and receipts in any order. R25, R30, R35."""

from dataclasses import replace

import pytest
from tests.fakes.desk import ORGANISATION, Desk

from nrm_desktop.app.exchange_ports import Origin, PacketSeen, ReplyKeys
from nrm_desktop.app.handlers.incoming import take_in_packet
from nrm_desktop.app.handlers.receipts import (
    Kept,
    Trail,
    kept_receipts,
    must_be_an_answer,
    record_receipt,
    sent_packets,
)
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.wire.referral import (
    Proof,
    ReferralPacket,
    ReferredField,
    ReferredRecord,
    Reply,
)
from nrm_desktop.domain.case import CHILD
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Source, answered

SENDER = ScopeId(b"sender..........")
SCREENING = RecordId(b"their screening.")
EXPLOITERS = RecordId(b"their row.......")
FORM = ReferredRecord(SCREENING, "screening", None, 1)
ROW = ReferredRecord(EXPLOITERS, "screening.exploiters", SCREENING, 2)


def packet(*fields: ReferredField, records=(FORM, ROW), **changes) -> PacketSeen:
    made = ReferralPacket(
        reference=bytes(range(16)),
        sender=SENDER,
        recipient=ORGANISATION,
        purpose="refer",
        ground=("consent",),
        consents=(),
        records=records,
        fields=fields,
        withheld=(),
        keep_until="",
        onward="",
        expires_ms=0,
        reply=Reply(b"k" * 1216, b"s" * 32),
        proof=Proof((), ()),
    )
    return PacketSeen(replace(made, **changes), Origin(SENDER, "Harbour Aid", b"r" * 32))


def told(name: str, answer, record=SCREENING) -> ReferredField:
    given = answer if isinstance(answer, Answer) else answered(answer, Source.PERSON)
    return ReferredField(record, FieldId(name), given)


def take_in(desk, seen):
    return desk.run(lambda uow: take_in_packet(seen, uow, desk.context, desk.keys))


def test_every_value_is_somebody_elses_word(desk):
    seen = packet(
        told("screening.language", "uk"),
        told("screening.danger_now", True),
        told("screening.danger_now.text", "A grey van."),
        told("screening.condition", Answer(AnswerState.UNKNOWN)),
    )

    arrived = take_in(desk, seen)

    cells = [c for c in desk.cells(arrived.scope) if c.field.startswith("screening.")]
    assert len(cells) == 4
    sources = {each.answer.source for cell in cells for each in cell.standing}
    assert sources == {Source.THIRD_PARTY}
    assert (arrived.fields, arrived.kept) == (4, 0)
    assert desk.answers(arrived.scope, "referral.state") == ["received"]
    assert desk.answers(arrived.scope, "referral.referral_id") == [reference_of(bytes(range(16)))]


def test_the_same_packet_again_makes_no_second_case(desk):
    seen = packet(told("screening.language", "uk"))
    first = take_in(desk, seen)
    commits = len(desk.vault.state.commits)

    second = take_in(desk, seen)

    assert (second.scope, second.opened) == (first.scope, None)
    assert len(desk.vault.state.commits) == commits


@pytest.mark.rule("R35")
@pytest.mark.rule("R5")
def test_a_packet_reaches_no_register_no_log_and_no_state(desk):
    """A hostile sender could otherwise say yes in the person's name."""
    register = ReferredRecord(RecordId(b"x" * 16), "consent_register", None, 1)
    yes = {
        "cr_purpose": "refer",
        "cr_recipient": "ab" * 16,
        "cr_group": "identity",
        "cr_answer": "yes",
    }
    case = ReferredRecord(RecordId(b"c" * 16), "case", None, 0)
    referral = ReferredRecord(RecordId(b"r" * 16), "referral", None, 0)
    seen = packet(
        *(told(f"consent_register.{name}", v, register.record) for name, v in yes.items()),
        told("case.state", "closed", case.record),
        told("referral.state", "accepted", referral.record),
        told("referral.to_org", "ab" * 16, referral.record),
        told("disclosure.d_form", "paper"),
        told("packet.keys", b"keys"),
        records=(register, case, referral, FORM),
    )

    arrived = take_in(desk, seen)

    assert desk.cells(arrived.scope, "consent_register") == ()
    assert desk.answers(arrived.scope, "case.state") == ["open"]
    assert desk.answers(arrived.scope, "referral.state") == ["received"]
    assert desk.answers(arrived.scope, "referral.to_org") == []
    assert desk.answers(arrived.scope, "packet.keys") == []
    assert arrived.kept == len(seen.packet.fields)


def test_what_has_no_question_here_is_kept_word_by_word(desk):
    seen = packet(
        told("xx.of_another_country", "words"),
        told("screening.gender", "a code of theirs"),
        told("screening.birth_date", ("yesterday", 0)),
    )

    arrived = take_in(desk, seen)

    [rest] = desk.answers(arrived.scope, "packet.rest")
    assert [(name, value) for name, _, _, _, value in rest] == [
        ("xx.of_another_country", "words"),
        ("screening.gender", "a code of theirs"),
        ("screening.birth_date", ("yesterday", 0)),
    ]
    kept = [cell for cell in desk.cells(arrived.scope) if cell.field == "packet.rest"]
    assert {cell.compartment for cell in kept} == {int(Compartment.ACCOUNT)}


def test_rows_stand_in_their_record_also_if_it_has_no_answer_itself(desk):
    seen = packet(told("screening.exploiter_description", "Tall", EXPLOITERS))

    arrived = take_in(desk, seen)

    rows = {row.form: row for row in desk.run(lambda uow: uow.records(arrived.scope))}
    assert rows["screening.exploiters"].parent == rows["screening"].record
    assert rows["screening"].record != SCREENING


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("fields", "ground", "pathway"),
    [
        ((told(CHILD, True),), "consent", "child"),
        ((told(CHILD, Answer(AnswerState.UNKNOWN)),), "consent", "child"),
        ((), "child_protection", "child"),
        ((told(CHILD, False),), "consent", "adult"),
        ((), "consent", "open"),
    ],
)
def test_a_child_of_theirs_is_a_child_here(desk, fields, ground, pathway):
    arrived = take_in(desk, packet(*fields, ground=(ground,)))

    assert arrived.opened.pathway == pathway


def test_a_stranger_is_never_taken_for_a_partner_of_the_same_name(desk):
    partner = desk.add_service("legal", "Harbour Aid", is_verified=True)

    arrived = take_in(desk, packet())

    assert arrived.sender.entry != partner
    assert not arrived.sender.is_verified
    names = desk.answers(ORGANISATION, "directory.name")
    assert sorted(names) == ["Harbour Aid", f"Harbour Aid · {SENDER.hex()[:8]}"]


def test_whose_roles_may_not_write_a_part_takes_nothing_in(desk):
    border = Desk("B-01", roles=("border_first",), vault=desk.vault)
    seen = packet(told("screening.exploiter_description", "Tall", EXPLOITERS), told(CHILD, True))
    narrow = Desk("D-01", roles=("dpo",), vault=desk.vault)

    with pytest.raises(Refused) as refused:
        take_in(narrow, seen)

    assert refused.value.code == "policy.role"
    assert desk.vault.state.commits == {}
    assert take_in(border, seen).opened is not None


def test_an_incoming_referral_is_no_draft_of_ours(desk):
    arrived = take_in(desk, packet(told("screening.language", "uk")))
    lawyer = desk.add_service("legal")

    assert desk.preview(arrived.scope, lawyer).draft is None


# ---------------------------------------------------------------- receipts


@pytest.fixture
def sent(desk):
    """A packet that went out, with its trail."""
    scope = desk.open_case()
    referral = desk.write(scope, "referral", {"referral.urgency": "24h"})
    keys = ReplyKeys(bytes(range(16)), SENDER, b"r" * 32, b"k" * 32, b"s" * 32)
    record = desk.context.new_record()

    def write(uow):
        rights = int(Compartment.RIGHTS)
        core = int(Compartment.CORE)
        uow.record(scope, rights, OpenRecord(record, "packet", None, 1))
        kept = answered(keys.to_value())
        uow.record(scope, rights, ValueOp(OpKind.ENTRY, record, FieldId("packet.keys"), kept))
        reference = answered(reference_of(keys.reference))
        for name, value in (("referral_id", reference), ("state", answered("sent"))):
            field = FieldId(f"referral.{name}")
            uow.record(scope, core, ValueOp(OpKind.SET, referral, field, value))

    desk.run(write)
    return Trail(scope, reference_of(keys.reference))


def file(desk, trail, *receipts):
    for one in receipts:
        state = desk.run(lambda uow, one=one: record_receipt(uow, desk.context, trail, one))
    return state


ARRIVED = Kept("received", 1_000, "L-07")
READ = Kept("acknowledged", 2_000, "L-07")
REFUSED = Kept("refused", 3_000, "L-07", "No free bed")
ACCEPTED = Kept("accepted", 4_000, "L-07")
THERE = Kept("arrived", 5_000, "L-07")


def test_keys_of_sent_packets_are_found_again(desk, sent):
    [found] = desk.run(lambda uow: list(sent_packets(uow, desk.context)))

    assert found.trail == sent
    assert found.keys.secret == b"s" * 32


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    "order",
    [
        (ARRIVED, READ, REFUSED, ACCEPTED, THERE),
        (THERE, ACCEPTED, REFUSED, READ, ARRIVED),
        (ACCEPTED, ARRIVED, THERE, READ, REFUSED),
    ],
)
def test_receipts_in_any_order_come_to_the_same(desk, sent, order):
    assert file(desk, sent, *order) == "arrived"

    scope = sent.scope
    assert desk.answers(scope, "referral.accepted") == ["yes"]
    assert desk.answers(scope, "referral.arrived") == [True]
    assert desk.answers(scope, "referral.received_at") == [("1970-01-01T00:00:01Z", 0)]
    assert desk.answers(scope, "referral.read_at") == [("1970-01-01T00:00:02Z", 0)]
    # The reason of the answer that was taken back does not stay beside the one that counts.
    assert desk.answers(scope, "referral.accepted.text") in ([], [None])
    kept = desk.run(lambda uow: kept_receipts(uow, sent))
    assert kept == list(order)


def test_arrived_there_is_not_read_and_read_is_no_answer(desk, sent):
    assert file(desk, sent, ARRIVED) == "received"
    assert desk.answers(sent.scope, "referral.read_at") == []
    assert file(desk, sent, READ) == "acknowledged"
    assert desk.answers(sent.scope, "referral.accepted") == []


def test_a_receipt_filed_twice_is_kept_once(desk, sent):
    typed = Kept("accepted", 9_000, is_typed=True)
    file(desk, sent, ARRIVED, ARRIVED, typed, replace(typed, at_ms=9_999))

    kept = desk.run(lambda uow: kept_receipts(uow, sent))

    assert [one.state for one in kept] == ["received", "accepted"]


def test_what_was_called_back_here_is_not_opened_again_by_a_late_receipt(desk, sent):
    referral = next(c.record for c in desk.cells(sent.scope) if c.field == "referral.state")
    desk.write(sent.scope, "referral", {"referral.state": "revoked"}, record=referral)

    assert file(desk, sent, ACCEPTED) == "revoked"
    assert desk.answers(sent.scope, "referral.accepted") == ["yes"]


def test_a_clock_that_was_never_set_hides_no_answer(desk, sent):
    broken = replace(ACCEPTED, at_ms=0)

    assert file(desk, sent, READ, broken) == "accepted"


@pytest.mark.parametrize(("state", "reason"), [("received", ""), ("sent", ""), ("perhaps", "x")])
def test_people_answer_with_what_people_can_say(state, reason):
    with pytest.raises(Usage):
        must_be_an_answer(state, reason)


@pytest.mark.rule("R11")
def test_a_refusal_says_why():
    with pytest.raises(Refused) as refused:
        must_be_an_answer("refused", "  ")

    assert refused.value.code == "policy.reason_needed"


@pytest.mark.rule("R25")
def test_what_the_person_said_about_an_answer_comes_with_it_and_stands_beside_it_here(desk):
    row = ReferredRecord(RecordId(b"their addition.."), "correction.c", None, 1)
    lost = ReferredRecord(RecordId(b"about nothing..."), "correction.c", None, 2)
    seen = packet(
        told("screening.language", "uk"),
        told("correction.co_of", f"screening.language@{SCREENING.hex()}", row.record),
        told("correction.co_on", ("2026-11-20", 0), row.record),
        told("correction.co_words", "Not that language", row.record),
        told("correction.co_of", f"screening.condition@{SCREENING.hex()}", lost.record),
        told("correction.co_words", "About nothing that came", lost.record),
        records=(FORM, row, lost),
    )

    arrived = take_in(desk, seen)

    (language,) = [c for c in desk.cells(arrived.scope) if c.field == "screening.language"]
    (about,) = desk.answers(arrived.scope, "correction.co_of")
    assert about == f"screening.language@{language.record.hex()}"
    assert desk.answers(arrived.scope, "correction.co_words") == ["Not that language"]
    assert arrived.kept == 2, "what belongs to nothing is kept as it came"
