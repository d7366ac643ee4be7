"""Contact cards: how an organisation shows itself to another, and is recognised.

This module decides the bytes of a `.nrmcard` and that its own signature must hold. It never says
that a card is true: that is decided by two people who compare it by voice.

Source: sync.md section 12.3.
"""

from __future__ import annotations

from nrm_desktop.app.exchange_ports import CardSeen, Seals, StatementKind
from nrm_desktop.app.wire.joining import ContactCard, decode_card, encode_card
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged


def make_card(seals: Seals) -> CardSeen:
    """Make our card, signed by the acting user."""
    card = seals.own_card()
    statement = seals.sign(StatementKind.CARD, encode_card(card))
    data = encode_tagged(FileTag.CARD, statement)
    return CardSeen(card, data, seals.compare(data))


def read_card(seals: Seals, data: bytes) -> CardSeen:
    """Read a card. Raises: HostileInput when it is none or its own signature is wrong."""
    card = checked_card(seals, data)
    return CardSeen(card, data, seals.compare(data))


def checked_card(seals: Seals, data: bytes) -> ContactCard:
    """The facts of a card whose own signature holds. Raises: HostileInput."""
    statement = decode_tagged(data, FileTag.CARD)
    card = decode_card(statement.payload)
    seals.check_self_signed(statement, card.speaker)
    return card
