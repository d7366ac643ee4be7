"""Receipts: how a recipient answers a referral, as a sealed file or as groups told on the phone.

This module decides the bytes of both, and that only the organisation to which a packet was sealed
may answer it. What a state means for the referral is decided by the handlers.

Source: sync.md section 14. Threats: a receipt for another referral, by somebody else, mistyped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nrm_desktop.app.exchange_ports import (
    Answering,
    ReceiptMade,
    ReceiptSeen,
    ReplyAddress,
    ReplyKeys,
    Seals,
    StatementKind,
    TypedReceipt,
)
from nrm_desktop.app.fingerprints import code_groups, read_code_groups
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.referral import Receipt, decode_receipt, encode_receipt
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.errors import HostileInput, Usage
from nrm_desktop.domain.ids import ID_BYTES

_PROOF_BITS: Final = 48
_REFERENCE_BITS: Final = 23


class ReceiptWriter:
    """Makes receipts. Shape: `states` is the list *referral_state* in its order."""

    def __init__(self, seals: Seals, states: Sequence[str], random: Randomness) -> None:
        self._seals = seals
        self._states = states
        self._random = random

    def make(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make the file and the groups of one answer.

        Raises: Usage `usage.bad_value` for a state that is not in the list.
        """
        if answer.state not in self._states:
            raise Usage("usage.bad_value", what="state", allowed=tuple(self._states))
        typed = code_groups(self._typed(reply.secret, reply.reference, answer.state))
        return replace(self.make_file(reply, answer), typed=typed)

    def make_file(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make the file alone, for what cannot be told in a few groups."""
        receipt = Receipt(
            reference=reply.reference,
            state=answer.state,
            reason=answer.reason,
            at_ms=answer.at_ms,
            by=answer.by,
            proof=self._seals.proof(),
        )
        statement = self._seals.sign(StatementKind.RECEIPT, encode_receipt(receipt)).encode()
        data = self._seals.seal(ObjectType.RECEIPT, statement, (reply.kem,))
        return ReceiptMade(name_of_answer(self._random), data, ())

    def read_typed(self, text: str, kept: Sequence[ReplyKeys]) -> TypedReceipt:
        """Find which of our referrals a typed receipt answers, and how.

        Raises: Usage `usage.bad_code` with the wrong `group`; HostileInput
        `integrity.not_for_us` if no referral of ours has this reference, `integrity.signature`
        if it has and the proof is wrong.
        """
        payload = read_code_groups(text)
        place = payload >> (_PROOF_BITS + _REFERENCE_BITS)
        reference = payload >> _PROOF_BITS & (1 << _REFERENCE_BITS) - 1
        candidates = [keys for keys in kept if _reference_bits(keys.reference) == reference]
        if not candidates:
            raise HostileInput("integrity.not_for_us")
        for keys in candidates:
            state = self._states[place] if place < len(self._states) else ""
            if state and payload == self._typed(keys.secret, keys.reference, state):
                return TypedReceipt(keys, state)
        raise refuse(Step.SIGNATURE, "receipt.proof")

    def _typed(self, secret: bytes, reference: bytes, state: str) -> int:
        proof = int.from_bytes(self._seals.receipt_proof(secret, reference, state), "big")
        place = self._states.index(state) << _REFERENCE_BITS | _reference_bits(reference)
        return place << _PROOF_BITS | proof


def name_of_answer(random: Randomness) -> str:
    """The name of a file that goes back and forth after a packet: random, and the same for all."""
    return "q" + reference_of(random(ID_BYTES))[1:] + ".nrm"


def open_receipt(seals: Seals, data: bytes, kept: Sequence[ReplyKeys]) -> ReceiptSeen:
    """Open a receipt file and check that the recipient of that very referral signed it.

    Raises: HostileInput; `integrity.not_for_us` if none of our reply keys opens it.
    """
    opened = seals.open(ObjectType.RECEIPT, data, [keys.seed for keys in kept])
    keys = kept[opened.opened_by]
    statement = decode_statement(opened.body)
    receipt = decode_receipt(statement.payload)
    origin = seals.check(StatementKind.RECEIPT, statement, receipt.proof)
    if receipt.reference != keys.reference:
        raise refuse(Step.SIGNATURE, "receipt.reference")
    if (origin.organisation, origin.root) != (keys.organisation, keys.root):
        raise refuse(Step.SIGNATURE, "receipt.by")
    return ReceiptSeen(keys, receipt)


def _reference_bits(reference: bytes) -> int:
    return int.from_bytes(reference, "big") >> (8 * len(reference) - _REFERENCE_BITS)
