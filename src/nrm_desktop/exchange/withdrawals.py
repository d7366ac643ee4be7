"""Notices that a consent was taken back: signed and sealed to whoever received the packet.

This module decides the bytes of a notice, and that it is read only by the organisation to which it
was sealed and believed only from the one whose chain holds. Which packet it belongs to, and whether
its sender sent that packet, is decided by the handlers.

Source: nrm.md R27, S6; sync.md section 14. Threats: a notice by somebody else, for somebody else, a
changed byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.exchange_ports import (
    ReplyKeys,
    Seals,
    StatementKind,
    WithdrawalMade,
    WithdrawalSeen,
    WithdrawalWish,
)
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.keybox import KEY_BYTES
from nrm_desktop.app.wire.referral import Reply
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.withdrawal import Withdrawal, decode_withdrawal, encode_withdrawal
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.exchange.cards import checked_card
from nrm_desktop.exchange.receipts import name_of_answer


def make_withdrawal(
    seals: Seals, wish: WithdrawalWish, card: bytes, random: Randomness
) -> WithdrawalMade:
    """Sign and seal a notice. Raises: HostileInput when the card is none."""
    recipient = checked_card(seals, card)
    keys = ReplyKeys(
        reference=random(ID_BYTES),
        organisation=recipient.organisation,
        root=recipient.root,
        seed=random(KEY_BYTES),
        secret=random(KEY_BYTES),
    )
    said = Withdrawal(
        notice=keys.reference,
        reference=wish.reference,
        sender=seals.own_card().organisation,
        recipient=recipient.organisation,
        parts=wish.parts,
        at_ms=wish.at_ms,
        answer_by=wish.answer_by,
        reply=Reply(seals.kem_public(keys.seed), keys.secret),
        proof=seals.proof(),
    )
    statement = seals.sign(StatementKind.WITHDRAWAL, encode_withdrawal(said)).encode()
    data = seals.seal(ObjectType.WITHDRAWAL, statement, recipient.intake)
    return WithdrawalMade(name_of_answer(random), data, keys)


def open_withdrawal(seals: Seals, data: bytes, seeds: Sequence[bytes]) -> WithdrawalSeen:
    """Open a notice with our intake keys, and check who sent it and that it is meant for us.

    Raises: HostileInput; `integrity.not_for_us` if it was sealed or addressed to others.
    """
    opened = seals.open(ObjectType.WITHDRAWAL, data, seeds)
    statement = decode_statement(opened.body)
    said = decode_withdrawal(statement.payload)
    origin = seals.check(StatementKind.WITHDRAWAL, statement, said.proof)
    if origin.organisation != said.sender:
        raise refuse(Step.SIGNATURE, "withdrawal.sender")
    if said.recipient != seals.own_card().organisation:
        raise refuse(Step.PLACE, "withdrawal.recipient")
    return WithdrawalSeen(said, origin)
