"""The post: the one object that the use cases know of the exchange between organisations.

It only joins cards, packets, receipts and notices with the keys of the user who is unlocked.
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.exchange_ports import (
    Answering,
    CardSeen,
    PacketSeen,
    ReceiptMade,
    ReceiptSeen,
    ReplyAddress,
    ReplyKeys,
    Seals,
    TypedReceipt,
    WithdrawalMade,
    WithdrawalSeen,
    WithdrawalWish,
)
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.exchange.cards import make_card, read_card
from nrm_desktop.exchange.packets import open_packet
from nrm_desktop.exchange.receipts import ReceiptWriter, open_receipt
from nrm_desktop.exchange.withdrawals import make_withdrawal, open_withdrawal

STATES = "referral_state"


class SealedPost:
    """Makes and opens cards, packets, receipts and notices (fulfils `Post`)."""

    def __init__(self, seals: Seals, forms: FormSet, random: Randomness) -> None:
        self._seals = seals
        self._random = random
        states = tuple(entry.code for entry in forms.codelist(STATES).codes)
        self._receipts = ReceiptWriter(seals, states, random)

    def make_card(self) -> CardSeen:
        """Our contact card, signed."""
        return make_card(self._seals)

    def read_card(self, data: bytes) -> CardSeen:
        """Read a card. Raises: HostileInput."""
        return read_card(self._seals, data)

    def open_packet(self, data: bytes, seeds: Sequence[bytes]) -> PacketSeen:
        """Open a packet that was sealed to us. Raises: HostileInput."""
        return open_packet(self._seals, data, seeds)

    def make_receipt(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make a receipt in the acting user's name."""
        return self._receipts.make(reply, answer)

    def make_withdrawal(self, wish: WithdrawalWish, card: bytes) -> WithdrawalMade:
        """Make a notice that a consent was taken back. Raises: HostileInput."""
        return make_withdrawal(self._seals, wish, card, self._random)

    def open_withdrawal(self, data: bytes, seeds: Sequence[bytes]) -> WithdrawalSeen:
        """Open such a notice that was sealed to us. Raises: HostileInput."""
        return open_withdrawal(self._seals, data, seeds)

    def make_answer(self, reply: ReplyAddress, answer: Answering) -> ReceiptMade:
        """Make the answer to such a notice in the acting user's name."""
        return self._receipts.make_file(reply, answer)

    def open_receipt(self, data: bytes, kept: Sequence[ReplyKeys]) -> ReceiptSeen:
        """Open a receipt file. Raises: HostileInput."""
        return open_receipt(self._seals, data, kept)

    def read_typed(self, text: str, kept: Sequence[ReplyKeys]) -> TypedReceipt:
        """Read a typed receipt. Raises: Usage, HostileInput."""
        return self._receipts.read_typed(text, kept)
