"""Referral packets: a sheet becomes a signed and sealed copy for another organisation, and back.

This module decides what of a sheet goes into which part of the packet. It adds nothing to what the
disclosure engine let pass: a packet holds exactly the fields that the preview includes, and of what
stays only the parts of the form (`domain.withholding`). It must not decide
who is believed: `Seals` checks the chain, the handlers compare it with the cards.

Source: sync.md section 14. Threats: a packet for somebody else, a forged sender, a changed byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from nrm_desktop.app.exchange_ports import PacketSeen, ReplyKeys, Seals, StatementKind
from nrm_desktop.app.referral_ports import PacketMade, ReferralSheet
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.joining import ContactCard
from nrm_desktop.app.wire.keybox import KEY_BYTES
from nrm_desktop.app.wire.referral import (
    ReferralPacket,
    ReferredField,
    ReferredRecord,
    Reply,
    WithheldPart,
    decode_referral,
    encode_referral,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.additions import OF, ON, WORDS, Spot, named
from nrm_desktop.domain.additions import ROW as ADDITIONS
from nrm_desktop.domain.disclosure import Item
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.values import answered
from nrm_desktop.domain.withholding import withheld_by_part
from nrm_desktop.exchange.cards import checked_card
from nrm_desktop.exchange.readable import readable

ONWARD_NONE: Final = "not_to_be_passed_on"


class PacketWriter:
    """Makes packets (fulfils `PacketMaker`)."""

    def __init__(self, seals: Seals, forms: FormSet, random: Randomness) -> None:
        self._seals = seals
        self._forms = forms
        self._random = random

    def make(self, sheet: ReferralSheet, pdf: bytes, card: bytes) -> PacketMade:
        """Sign and seal. Raises: HostileInput when the card is none."""
        recipient = checked_card(self._seals, card)
        keys = ReplyKeys(
            reference=sheet.referral,
            organisation=recipient.organisation,
            root=recipient.root,
            seed=self._random(KEY_BYTES),
            secret=self._random(KEY_BYTES),
        )
        payload = encode_referral(self._packet(sheet, pdf, recipient, keys))
        statement = self._seals.sign(StatementKind.REFERRAL, payload).encode()
        data = self._seals.seal(ObjectType.REFERRAL, statement, recipient.intake)
        return PacketMade(data, self._seals.compare(data).words, keys.to_value())

    def _packet(
        self, sheet: ReferralSheet, pdf: bytes, recipient: ContactCard, keys: ReplyKeys
    ) -> ReferralPacket:
        disclosure = sheet.disclosure
        items = [given.item for given in disclosure.included]
        return ReferralPacket(
            reference=sheet.referral,
            sender=self._seals.own_card().organisation,
            recipient=recipient.organisation,
            purpose=sheet.purpose,
            ground=(disclosure.request.ground,),
            consents=sheet.consents,
            records=self._records(sheet),
            fields=tuple(field for item in items for field in _fields(item)),
            withheld=tuple(
                WithheldPart(part, reason)
                for part, reason in withheld_by_part(self._forms, disclosure)
            ),
            keep_until="",
            onward=ONWARD_NONE,
            expires_ms=_end_of_day(sheet.expires_on),
            reply=Reply(self._seals.kem_public(keys.seed), keys.secret),
            proof=self._seals.proof(),
            pdf=pdf,
            machine=readable(sheet, self._forms),
        )

    def _records(self, sheet: ReferralSheet) -> tuple[ReferredRecord, ...]:
        """Records of the sheet, and those that exist once and are never opened."""
        found = {
            one.record: ReferredRecord(one.record, one.form, one.parent, one.order)
            for one in sheet.records
        }
        for given in sheet.disclosure.included:
            item = given.item
            form = self._forms.record_key(self._forms.field(item.field))
            found.setdefault(item.record, ReferredRecord(item.record, form, None, 0))
            for order, one in enumerate(item.additions):
                found[one.record] = ReferredRecord(one.record, ADDITIONS, None, order)
        return tuple(found.values())


def _fields(item: Item) -> Iterator[ReferredField]:
    """An answer, and what the person says about it, which goes wherever the answer goes."""
    yield ReferredField(item.record, item.field, item.answer)
    spot = Spot(item.record, item.field, item.compartment)
    for one in item.additions:
        yield ReferredField(one.record, OF, answered(named(spot)))
        yield ReferredField(one.record, ON, answered((one.on, 0)))
        yield ReferredField(one.record, WORDS, one.words)


def open_packet(seals: Seals, data: bytes, seeds: Sequence[bytes]) -> PacketSeen:
    """Open a packet with our intake keys, and check who sent it and that it is meant for us.

    Raises: HostileInput; `integrity.not_for_us` if it was sealed or addressed to others.
    """
    opened = seals.open(ObjectType.REFERRAL, data, seeds)
    statement = decode_statement(opened.body)
    packet = decode_referral(statement.payload)
    origin = seals.check(StatementKind.REFERRAL, statement, packet.proof)
    if origin.organisation != packet.sender:
        raise refuse(Step.SIGNATURE, "referral.sender")
    if packet.recipient != seals.own_card().organisation:
        raise refuse(Step.PLACE, "referral.recipient")
    return PacketSeen(packet, origin)


def _end_of_day(date: str) -> int:
    end = datetime.fromisoformat(f"{date}T23:59:59").replace(tzinfo=UTC)
    return int(end.timestamp() * 1000)
