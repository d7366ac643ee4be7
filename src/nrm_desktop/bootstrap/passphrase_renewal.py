"""A passphrase that somebody else may know: new keys for one person, and a new data key.

This module decides what a person renews with it: the slot with its key pair, the data key of
everything here, and, where the person keeps the root, the own signature, which the root certifies
at once. Anybody else goes on to sign with the old seed and is told that a registrar has to end it:
a signature that waits would lock a worker out in the very night in which the laptop was looked
into. Slots that stand by this person's word alone go or stop it, as at a removal: whoever knew the
passphrase could give that word.

The new slot is written first and the data key follows. Whoever is cut off between the two has the
new passphrase and does it again.

Source: storage-security.md sections 4.4 and 4.6. Promises: P12. Threats: T21, T22.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.people import local_words
from nrm_desktop.bootstrap.removing import LEFT_TO_DO, WAITING_BOXES, chosen_slots, forget_slots
from nrm_desktop.bootstrap.rotating import backups_of_old_keys, must_have_room, rotate
from nrm_desktop.bootstrap.session import SLOT_USER
from nrm_desktop.bootstrap.shell import header_copies, slot_signs
from nrm_desktop.bootstrap.succession import certify_successor, pass_root_on, root_reached
from nrm_desktop.bootstrap.typed_secrets import check_new_passphrase, typed_secret
from nrm_desktop.bootstrap.vouching import vouch_for
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.security.identity.founding import signer_facts
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.security.vault.changes import SlotChoice
from nrm_desktop.security.vault.opening import Unlocked, opened_now
from nrm_desktop.security.vault.slot_locks import SlotSeeds, SlotWish, make_slot, user_kind
from nrm_desktop.security.vault.ways_back import NewSlot, write_user_slot


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a person has anew.

    Shape: `is_signer_new` says whether the own signature is another one from now on (the old one
    is not revoked by it); `old_backups` open by the old key; `left_to_do` as after a removal.
    """

    sign: str
    epoch: int
    is_signer_new: bool
    old_backups: tuple[Path, ...]
    left_to_do: tuple[str, ...]
    unlocked: Unlocked = field(repr=False)


def renew_passphrase(vault: OpenVault, passphrase: str, also: Collection[str] = ()) -> Renewed:
    """Take new keys for whoever has just opened the vault; it is closed by it.

    Shape: `also` names slots that go too, as `policy.unknown_slot` named them in `slots`.
    Raises: Refused `policy.floor`, `policy.unknown_slot`; EnvironmentFault `storage.full`;
    IntegrityFault. Before the new slot is written nothing has changed; after it the new passphrase
    opens, and the data key is renewed by doing it again.
    """
    vault.condition.must_write()
    safe = vault.session.safe
    shell, copies = safe.shell, header_copies(safe.shell)
    must_have_identity(safe)
    check_new_passphrase(shell, passphrase, local_words(vault, passphrase))
    now = opened_now(copies, safe.unlocked)
    others = chosen_slots(vault, now, {now.slot.id}, {vault.context.user}, also)
    must_have_room(shell)
    new, is_signer_new = _renewed_slot(vault, now, passphrase)
    opened = write_user_slot(copies, now, new, (now.slot.id,))
    vault.close()
    kept = {**others.keys, new.slot.id: new.slot.kem_public}
    dropped = others.dropped - {now.slot.id}
    after = rotate(shell, opened, SlotChoice(kept, dropped))
    is_new_shift = False
    with suppress(NrmError):  # what was kept for the slots opens nothing any more
        is_new_shift = forget_slots(shell, after, others.dropped)
    return Renewed(
        slot_signs(shell)[after.slot.sign],
        after.data.epoch,
        is_signer_new,
        backups_of_old_keys(shell),
        LEFT_TO_DO if is_new_shift else (*LEFT_TO_DO, WAITING_BOXES),
        after,
    )


def _renewed_slot(vault: OpenVault, now: Unlocked, passphrase: str) -> tuple[NewSlot, bool]:
    """Make the slot, and add to the database what it needs; worth nothing before it is written."""
    session, user = vault.session, vault.context.user
    safe, roster = session.safe, session.roster
    random, secret = safe.shell.random, typed_secret(safe.shell, passphrase)
    wish = SlotWish(user_kind(secret), now.slot.sign, secret, now.slot.cost)
    kem, sign = random(KEY_BYTES), random(KEY_BYTES)

    def prepare(unit: UnitOfWork) -> NewSlot:
        root = root_reached(unit.trust, roster, now)
        seeds = SlotSeeds(kem, sign if root is not None else now.seeds.sign)
        slot, signer = make_slot(wish, seeds, now.data, random), SignerKeys(seeds.sign)
        if root is not None:
            facts = signer_facts(signer, user, safe.device)
            certify_successor(unit.trust, roster, root, facts, vault.context.clock.now_ms())
            pass_root_on(unit.trust, now, slot)
        unit.trust.set_secret(SLOT_USER + slot.id.hex(), user)
        vouch_for(unit.trust, now, slot, user, (signer,))
        unit.audit("passphrase.renew", (user,))
        return NewSlot(slot, seeds, secret)

    new = session.work.run(prepare)
    return new, new.seeds is not None and new.seeds.sign != now.seeds.sign
