"""Who made a key slot: a signed word beside the header, checked before a new data key is sealed.

Whoever once opened a vault knows its data key, so the MAC of the header and every row of the
database can be forged by somebody who leaves. A person's signature cannot: its seed lies in that
person's slot alone. This module decides what is signed, and who has signed. Whether that counts is
decided where people are known (`bootstrap.vouching`). It must not read files.

Source: storage-security.md section 4.6; docs/adr/0025. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import SignerId
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.signing.cose import KeyLookup, check_statement
from nrm_desktop.security.vault.slots import Slot


def vouched_payload(vault_id: bytes, slot: Slot, user: bytes) -> bytes:
    """What is said of a slot: whose it is, and the key that a data key may be sealed to.

    Shape: `user` is empty for a recovery code and for the office.
    """
    return cbor.encode((FORMAT, vault_id, slot.id, user, slot.kem_public))


def vouch(vault_id: bytes, slot: Slot, user: bytes, *signers: SignerKeys) -> bytes:
    """Vouch for a slot, as the person whose it is and as the one who makes it."""
    payload = vouched_payload(vault_id, slot, user)
    made = [one.sign(SignLabel.SLOT, payload).signatures[0] for one in signers]
    return SignedStatement(payload, tuple(made)).encode()


def vouched_by(voucher: bytes | None, payload: bytes, key_of: KeyLookup) -> frozenset[SignerId]:
    """Say who vouches for a slot as it lies in the header now; nobody where a byte is another."""
    if not voucher:
        return frozenset()
    try:
        statement = decode_statement(voucher)
        if statement.payload != payload:
            return frozenset()
        return frozenset(map(SignerId, check_statement(SignLabel.SLOT, statement, key_of)))
    except HostileInput:
        return frozenset()
