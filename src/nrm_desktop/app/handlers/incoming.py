"""A packet that came in becomes an own case; nothing of it is taken for our own word.

Every value has the source "said by somebody else". A packet can write only into fields that could
leave by one themselves: never into the consent register, the logs or the state of a case. What
has no question here is kept word by word. The same packet again makes no second case.

Source: sync.md section 14; standards.md section 1 (importer contract); R25, R30.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from nrm_desktop.app.commands import AddDirectoryEntry, CellAnswer, NewRecord, OpenCase
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import CaseOpened
from nrm_desktop.app.exchange_ports import Origin, PacketSeen, ReplyAddress, read_reply_address
from nrm_desktop.app.handlers.cases import open_case
from nrm_desktop.app.handlers.correcting import Places, write_additions
from nrm_desktop.app.handlers.passing import PACKET_FORM
from nrm_desktop.app.handlers.referrals import RECEIVED_AT
from nrm_desktop.app.handlers.registers import (
    UNSORTED_KIND,
    add_directory_entry,
    directory_entry,
    entry_of_organisation,
    find_recipients,
)
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork
from nrm_desktop.app.records import Saving, chosen_compartment
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.showing import REFERRAL_FORM
from nrm_desktop.app.wire.referral import ReferralPacket, ReferredField, ReferredRecord
from nrm_desktop.domain.additions import Spot
from nrm_desktop.domain.case import BIRTH_DATE, CHILD, may_be_under_age, once_record
from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.disclosure import CHILD_PROTECTION
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, FormScope
from nrm_desktop.domain.forms.validate import Problem, check_answer
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import (
    NOT_ASKED,
    Answer,
    AnswerState,
    FieldType,
    Mark,
    Source,
    Value,
    answered,
)

ORIGIN = FieldId("packet.origin")
INCOMING_FORM = "referral.incoming"
_TAKEN_OF_ENVELOPE = frozenset({"referral.urgency", "referral.reason", "referral.jurisdiction"})
_MEANT_FOR_THE_SENDER = frozenset({FieldType.REF, FieldType.AUTO, FieldType.SELECTION})


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it, as far as our directory knows.

    Shape: `entry` is None where none is known and our roles may not make one.
    """

    entry: RecipientId | None
    name: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """A packet that came in, with the case that it is in."""

    scope: ScopeId
    reply: ReplyAddress


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a packet. Shape: `opened` is None if it was here already."""

    scope: ScopeId
    sender: Sender
    fields: int = 0
    kept: int = 0
    opened: CaseOpened | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A value that has a question here."""

    come: ReferredField
    home: ReferredRecord
    answer: Answer


def take_in_packet(seen: PacketSeen, uow: UnitOfWork, context: Context, keys: ScopeKeys) -> Arrived:
    """Open a case for a packet and write into it what came.

    Raises: Refused `policy.role` if our roles may not write a part of what came: somebody whose
    roles may has to take it in.
    """
    known = [one for one in incoming(uow, context) if one.reply == seen.reply]
    sender = sender_of(uow, context, seen.origin)
    if known:
        return Arrived(known[0].scope, sender)
    packet = seen.packet
    opening = OpenCase(child=_child_answer(packet, context.today()))
    opened = open_case(opening, uow, context, keys)[0]
    placed, rest = sorted_out(packet, context.forms)
    saving = Saving(uow, context, opened.scope)
    referral = saving.begin(NewRecord(context.new_record(), REFERRAL_FORM))
    _write_envelope(saving, context, referral, packet, sender)
    places = _write_values(saving, context, _Homes(context, opened.scope, referral, packet), placed)
    taken = write_additions(saving, context, packet.fields, places)
    rest = [one for one in rest if one.record not in taken]
    trail = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(trail, ORIGIN, _origin(seen, sender))
    if rest:
        saving.enter(trail, "packet.rest", tuple(_as_came(each) for each in rest))
    saving.finish()
    uow.audit("referral.import", (opened.scope,))
    return Arrived(opened.scope, sender, len(packet.fields), len(rest), opened)


def incoming(uow: UnitOfWork, context: Context) -> Iterator[Incoming]:
    """Every packet that came in, of all cases on this device."""
    for scope in case_scopes(uow, context):
        for cell in uow.cells(scope):
            if cell.field != ORIGIN:
                continue
            for each in cell.standing:
                value = each.answer.value if each.answer else None
                # What a colleague's device wrote may be anything; it stops no other packet.
                first = value[0] if isinstance(value, tuple) and value else None
                reply = read_reply_address(first)
                if reply is not None:
                    yield Incoming(scope, reply)


def case_scopes(uow: UnitOfWork, context: Context) -> Iterable[ScopeId]:
    """The cases of which this device holds a key."""
    scopes = dict.fromkeys(epoch.scope for epoch in uow.trust.epochs())
    return [scope for scope in scopes if scope != context.organisation]


def sender_of(uow: UnitOfWork, context: Context, origin: Origin) -> Sender:
    """Find the sender in our directory by its card, or make an entry that says it is unverified.

    A name proves nothing, so a stranger's entry bears the beginning of its id beside the name and
    can never be mistaken for a partner of the same name.
    """
    known = known_sender(uow, context, origin)
    if known is not None:
        return known
    name = f"{origin.name} · {origin.organisation.hex()[:8]}"
    found = next(iter(find_recipients(uow, context, name)), None)
    if found is None and context.forms.roles.may_write(context.roles, Compartment.ORG_DIRECTORY):
        event = add_directory_entry(AddDirectoryEntry(kind=UNSORTED_KIND, name=name), uow, context)
        found = RecipientId(event[0].entry.hex())
    return Sender(found, origin.name, is_verified=False)


def known_sender(uow: UnitOfWork, context: Context, origin: Origin) -> Sender | None:
    """The sender as our directory knows it by its card; None for a stranger. Writes nothing."""
    known = entry_of_organisation(uow, context, origin.organisation)
    if known is None:
        return None
    entry, card = known
    is_verified = directory_entry(uow, context, entry).is_verified
    return Sender(entry, origin.name, is_verified and card.root == origin.root)


def sorted_out(packet: ReferralPacket, forms: FormSet) -> tuple[list[_Placed], list[ReferredField]]:
    """Part what has a question here from what has none."""
    homes = {one.record: one for one in packet.records if _has_place(one, packet, forms)}
    placed: list[_Placed] = []
    rest: list[ReferredField] = []
    for come in packet.fields:
        field, home = forms.find_field(come.name), homes.get(come.record)
        if come.name == CHILD:
            continue
        answer = _taken(field, home, come, forms)
        if answer is None or home is None:
            rest.append(come)
        else:
            placed.append(_Placed(come, home, answer))
    return placed, rest


def _taken(
    field: Field | None, home: ReferredRecord | None, come: ReferredField, forms: FormSet
) -> Answer | None:
    """The answer as it may stand here; None where it has no place."""
    if field is None or home is None or home.form != forms.record_key(field):
        return None
    may_travel = bool(field.consent_groups) or field.id in _TAKEN_OF_ENVELOPE
    if not may_travel or field.type in _MEANT_FOR_THE_SENDER:
        return None
    said = replace(
        come.answer,
        source=Source.NOT_STATED,
        asked_on=come.answer.asked_on if is_day(come.answer.asked_on) else "",
        marks=come.answer.marks & Mark.OWN_WORDS,
    )
    checked = check_answer(field, said, forms)
    return None if isinstance(checked, Problem) else replace(checked, source=Source.THIRD_PARTY)


def _has_place(one: ReferredRecord, packet: ReferralPacket, forms: FormSet) -> bool:
    """True if a record stands in records in which the forms let it stand, as far as they came."""
    known = {each.record: each for each in packet.records}
    line = lineage(known, one.record)
    is_circle = line[-1].parent in known
    return not is_circle and all(
        forms.parents.get(inner.form) == outer.form for inner, outer in pairwise(line)
    )


def _child_answer(packet: ReferralPacket, today: str) -> Answer:
    """What starts the child pathway here: one sign is enough (R30).

    A sender who acted for a child is a sign too, and an answer that says neither yes nor no is a
    doubt.
    """
    said = [come.answer for come in packet.fields if come.name == CHILD]
    if any(answer.value is True for answer in said):
        return answered(value=True, source=Source.THIRD_PARTY)
    asked = [answer for answer in said if answer.state is not AnswerState.NOT_ASKED]
    is_young = any(
        come.name == BIRTH_DATE and may_be_under_age(come.answer, today) for come in packet.fields
    )
    is_for_child = is_young or CHILD_PROTECTION in packet.ground
    if is_for_child or any(answer.value is not False for answer in asked):
        return Answer(AnswerState.UNKNOWN, source=Source.THIRD_PARTY)
    return answered(value=False, source=Source.THIRD_PARTY) if asked else NOT_ASKED


class _Homes:
    """Gives each record of the packet its place in the new case."""

    def __init__(
        self, context: Context, scope: ScopeId, referral: RecordId, packet: ReferralPacket
    ) -> None:
        self._context = context
        self._scope = scope
        self._foreign: Mapping[RecordId, ReferredRecord] = {r.record: r for r in packet.records}
        self._own: dict[RecordId, RecordId] = {}
        self._referral = referral

    def of(self, record: ReferredRecord) -> NewRecord:
        """The record here, with the one it stands in."""
        own = self._own.get(record.record)
        if own is None:
            own = self._own[record.record] = self._new_id(record.form)
        return NewRecord(own, record.form, self._parent(record))

    def above(self, record: ReferredRecord) -> ReferredRecord | None:
        """The record of the packet in which this one stands."""
        return None if record.parent is None else self._foreign.get(record.parent)

    def _new_id(self, form: str) -> RecordId:
        if form == REFERRAL_FORM:
            return self._referral
        once = self._once(form)
        return self._context.new_record() if once is None else once

    def _parent(self, record: ReferredRecord) -> RecordId | None:
        above = self.above(record)
        if above is not None:
            return self.of(above).record
        form = self._context.forms.parents.get(record.form)
        return None if form is None else self._once(form)

    def _once(self, form: str) -> RecordId | None:
        known = self._context.forms.forms.get(form)
        if known is None or known.repeats or known.scope is not FormScope.CASE:
            return None
        return once_record(self._scope, form)


def _write_values(saving: Saving, context: Context, homes: _Homes, placed: list[_Placed]) -> Places:
    """Write what has a question here. Gives where each value of the packet lies now."""
    places: dict[tuple[RecordId, FieldId], Spot] = {}
    cells = [CellAnswer(homes.of(p.home).record, p.come.name, p.answer) for p in placed]
    for one, cell in zip(placed, cells, strict=True):
        new = homes.of(one.home)
        chosen = chosen_compartment(context, new, cells)
        saving.begin(new, chosen)
        field = context.forms.field(cell.field)
        above = homes.above(one.home)
        while above is not None:
            saving.begin(homes.of(above))
            saving.open_in(homes.of(above).record, context.forms.compartment_of(field, chosen))
            above = homes.above(above)
        saving.set(cell.record, cell.field, cell.answer)
        place = Spot(cell.record, cell.field, context.forms.compartment_of(field, chosen))
        places[one.come.record, one.come.name] = place
    return places


def _write_envelope(
    saving: Saving, context: Context, referral: RecordId, packet: ReferralPacket, sender: Sender
) -> None:
    now = answered((context.now_iso(), 0))
    saving.set(referral, "referral.referral_id", answered(reference_of(packet.reference)))
    saving.set(referral, "referral.state", answered("received"))
    saving.set(referral, RECEIVED_AT, now)
    if sender.entry is not None:
        row = saving.begin(NewRecord(context.new_record(), INCOMING_FORM, referral))
        saving.set(row, "referral.incoming.from_org", answered(sender.entry))


def _origin(seen: PacketSeen, sender: Sender) -> Value:
    packet = seen.packet
    terms = (packet.purpose, packet.ground, packet.keep_until, packet.onward, packet.expires_ms)
    return (seen.reply.to_value(), sender.entry or "", *terms)


def _as_came(come: ReferredField) -> Value:
    answer = come.answer
    return (come.name, come.record.hex(), answer.state.word, answer.source.word, answer.value)
