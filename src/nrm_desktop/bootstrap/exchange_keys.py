"""The exchange key: a new one after a removal, for the devices that stay.

This module decides where it lies: in a keybox of its own that anybody may carry and only the
devices that stay can open. On a store it lies beside the root documents, because a checkpoint
under the new key cannot be read by somebody who has yet to find the key. Old keys are kept.

Source: sync.md sections 7.1, 7.3 and 13; docs/adr/0031.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.sync_ports import KeptKeybox, SyncState
from nrm_desktop.app.wire.keybox import decode_keybox
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, Session
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.security.identity.keyboxes import Giver, give_exchange_keys
from nrm_desktop.security.suite import KEY_BYTES

KEPT: Final = "kx."
"""With the number of the newest key in it: a signed keybox of exchange keys, to be passed on."""


def renew_exchange_key(session: Session, trust: TrustStore, state: SyncState) -> int:
    """Make the next exchange key and give it to every device that stands. Shape: its number."""
    number = newest_number(trust) + 1
    key = session.context.random(KEY_BYTES)
    trust.set_secret(_name(EXCHANGE_KEYS, number), key)
    giver = Giver(session.safe.signer, session.roster, Hlc(session.context.clock.now_ms()))
    signed = give_exchange_keys(giver, ((number, key),), session.context.random)
    keep_exchange_box(trust, number, signed)
    reference = decode_keybox(decode_statement(signed).payload).reference
    state.add_keybox(KeptKeybox(reference, signed))
    return number


def newest_number(trust: TrustStore) -> int:
    """The number of the newest exchange key that we hold; 0 without any."""
    names = [name for name, _ in trust.secrets(EXCHANGE_KEYS)]
    return max((int(name.removeprefix(EXCHANGE_KEYS)) for name in names), default=0)


def keep_exchange_box(trust: TrustStore, number: int, signed: bytes) -> None:
    """Keep a keybox of exchange keys, so that every store gets it."""
    if trust.secret(_name(KEPT, number)) is None:
        trust.set_secret(_name(KEPT, number), signed)


def kept_boxes(trust: TrustStore) -> dict[int, bytes]:
    """Signed keyboxes of exchange keys by the number of the newest key in them."""
    return {int(name.removeprefix(KEPT)): signed for name, signed in trust.secrets(KEPT)}


def _name(prefix: str, number: int) -> str:
    return f"{prefix}{number:06}"
