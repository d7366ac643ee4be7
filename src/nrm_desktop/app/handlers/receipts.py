"""Receipts: what the other side answered, kept one by one, and what follows for the referral.

Arrived there, read, and the answer are three different things. Receipts come late and in any
order: none removes another, and an early step never hides a later one.

Source: sync.md section 14; forms.md "Referral states".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context, iso_time
from nrm_desktop.app.exchange_ports import ReplyKeys, read_reply_keys
from nrm_desktop.app.handlers.incoming import case_scopes
from nrm_desktop.app.handlers.passing import PACKET_FORM
from nrm_desktop.app.handlers.referrals import RECEIVED_AT
from nrm_desktop.app.ports import Standing, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.showing import REFERRAL_FORM
from nrm_desktop.domain.errors import HostileInput, Refused, Usage
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import NOT_ASKED, Value, answered

KEYS = FieldId("packet.keys")
RECEIPT = FieldId("packet.receipt")
STATE = FieldId("referral.state")
REFERENCE = FieldId("referral.referral_id")
REASON = FieldId("referral.accepted.text")
RECEIVED = "received"
READ = "acknowledged"
ARRIVED = "arrived"
REFUSED = "refused"
BY_A_PERSON = (
    READ,
    "accepted",
    "partly_accepted",
    REFUSED,
    ARRIVED,
    "could_not_contact",
    "person_declined",
    "in_progress",
    "done",
)
_ANSWERS: Mapping[str, str] = MappingProxyType(
    {"accepted": "yes", "partly_accepted": "partly", REFUSED: "no"}
)
_STEPS: Mapping[str, int] = MappingProxyType(
    {"draft": 0, "sent": 0, "expired": 0, RECEIVED: 1, READ: 2, "revoked": 4, "not_possible": 4}
)
_LATER_STEP = 3
"""Every other state. What a worker here decided to end is not opened again by a receipt."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One receipt as it lies in the case. Shape: `at_ms` by the clock of who gave it."""

    state: str
    at_ms: int
    by: str = ""
    reason: str = ""
    is_typed: bool = False

    def to_value(self, reference: str) -> Value:
        """As it is stored, with the referral that it answers."""
        return (reference, self.state, self.at_ms, self.by, self.reason, self.is_typed)


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the receipts of a referral lie: its case, and the name that both sides say."""

    scope: ScopeId
    reference: str


@dataclass(frozen=True, slots=True)
class SentPacket:
    """A packet that went out, with what opens its receipts."""

    scope: ScopeId
    keys: ReplyKeys

    @property
    def trail(self) -> Trail:
        """Where its receipts lie."""
        return Trail(self.scope, reference_of(self.keys.reference))


def sent_packets(uow: UnitOfWork, context: Context) -> Iterator[SentPacket]:
    """Every packet that went out, of all cases on this device."""
    for scope in case_scopes(uow, context):
        for cell in uow.cells(scope):
            if cell.field != KEYS:
                continue
            for each in cell.standing:
                keys = read_reply_keys(each.answer.value) if each.answer else None
                if keys is not None:
                    yield SentPacket(scope, keys)


def must_be_an_answer(state: str, reason: str) -> None:
    """Raises: Usage for a state that no person answers with; Refused without a needed reason."""
    if state not in BY_A_PERSON:
        raise Usage("usage.bad_value", what="state", allowed=BY_A_PERSON)
    if state == REFUSED and not reason.strip():
        raise Refused("policy.reason_needed", ground=state)


def record_receipt(uow: UnitOfWork, context: Context, trail: Trail, new: Kept) -> str:
    """Keep a receipt and let the referral follow. Shape: the state of the referral after it.

    Raises: Usage `usage.not_found` if the case holds no referral of this reference; HostileInput
    for a state that nobody answers with.
    """
    if new.state not in (RECEIVED, *BY_A_PERSON):
        raise HostileInput("integrity.format", what="receipt.state")
    kept = kept_receipts(uow, trail)
    if any(_is_same(each, new) for each in kept):
        return _state_of(uow, trail, _referral(uow, trail))
    referral = _referral(uow, trail)
    saving = Saving(uow, context, trail.scope)
    # A record of its own: entries side by side in one field would look like a contradiction.
    record = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(record, RECEIPT, new.to_value(trail.reference))
    everything = [*kept, new]
    _fill_slip(saving, referral, everything)
    reason = _reason_of(everything)
    if reason or uow.standing(referral, REASON, trail.scope):
        saving.set(referral, REASON, answered(reason) if reason else NOT_ASKED)
    before = _state_of(uow, trail, referral)
    after = _newest(everything).state
    if _step(after) >= _step(before):
        saving.set(referral, STATE, answered(after))
        before = after
    saving.finish()
    uow.audit("referral.receipt", (trail.scope,), new.state)
    return before


def kept_receipts(uow: UnitOfWork, trail: Trail) -> list[Kept]:
    """The receipts of a referral, in the order of filing."""
    cells = (cell for cell in uow.cells(trail.scope) if cell.field == RECEIPT)
    filed = sorted((each for cell in cells for each in cell.standing), key=_time_of_filing)
    found = []
    for each in filed:
        match each.answer.value if each.answer else None:
            case (ref, str() as state, int() as at, str() as by, str() as why, bool() as typed):
                if ref == trail.reference:
                    found.append(Kept(state, at, by, why, typed))
    return found


def _fill_slip(saving: Saving, referral: RecordId, receipts: Sequence[Kept]) -> None:
    """The return slip: three receipts apart, each with its own field."""
    for state, name in ((RECEIVED, RECEIVED_AT), (READ, "referral.read_at")):
        times = [each.at_ms for each in receipts if each.state == state]
        if times:
            saving.set(referral, name, answered((iso_time(min(times)), 0)))
    answers = [each for each in receipts if each.state in _ANSWERS]
    if answers:
        saving.set(referral, "referral.accepted", answered(_ANSWERS[_newest(answers).state]))
    if any(each.state == ARRIVED for each in receipts):
        saving.set(referral, "referral.arrived", answered(value=True))


def _reason_of(receipts: Sequence[Kept]) -> str:
    """The reason of the answer that counts now; that of an earlier one does not stay beside it."""
    answers = [each for each in receipts if each.state in _ANSWERS]
    return _newest(answers).reason if answers else ""


def _newest(receipts: Sequence[Kept]) -> Kept:
    """The furthest step; of one step the latest by the giver's clock, then by filing."""
    numbered = enumerate(receipts)
    return max(numbered, key=lambda one: (_step(one[1].state), one[1].at_ms, one[0]))[1]


def _time_of_filing(each: Standing) -> tuple[Hlc, OpId]:
    return each.hlc, each.op


def _step(state: str) -> int:
    return _STEPS.get(state, _LATER_STEP)


def _is_same(one: Kept, other: Kept) -> bool:
    if one.is_typed and other.is_typed:
        return one.state == other.state
    return one == other


def _referral(uow: UnitOfWork, trail: Trail) -> RecordId:
    for cell in uow.cells(trail.scope, REFERRAL_FORM):
        values = [each.answer.value for each in cell.standing if each.answer]
        if cell.field == REFERENCE and trail.reference in values:
            return cell.record
    raise Usage("usage.not_found", what="referral", name=trail.reference)


def _state_of(uow: UnitOfWork, trail: Trail, referral: RecordId) -> str:
    standing = uow.standing(referral, STATE, trail.scope, Compartment.CORE)
    states = [each.answer for each in standing if each.answer]
    return str(states[0].value) if states else "draft"
