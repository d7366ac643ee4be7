"""Removing a person from this laptop: the slot goes, and everything is written under a new key.

This module decides who may be removed by whom, and what is told afterwards. The vault is closed for
it; `open_after` opens it again without asking for a passphrase. It takes back nothing that was
copied before (limit L7): the backups that still open by the old key are named, and what only other
devices can do is said.

Source: storage-security.md section 4.6; cli.md `user remove`. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.bootstrap.headless import OpenVault, begin_work
from nrm_desktop.bootstrap.intake import renew_shift_key
from nrm_desktop.bootstrap.keeping import database_key
from nrm_desktop.bootstrap.people import SLOT_SIGNER, PersonHere, must_have_right, people_here
from nrm_desktop.bootstrap.revoking import revoke_signers
from nrm_desktop.bootstrap.rotating import backups_of_old_keys, rotate
from nrm_desktop.bootstrap.safe import open_safe_by
from nrm_desktop.bootstrap.session import ROOT_SEED, SLOT_USER
from nrm_desktop.bootstrap.shell import Shell, header_copies, slot_signs
from nrm_desktop.bootstrap.succession import forget_root, is_root_holder, sealed_seed
from nrm_desktop.bootstrap.vouching import Words, forget_voucher, words_for
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import NrmError, Refused, Usage
from nrm_desktop.domain.ids import SignerId, UserId
from nrm_desktop.security.vault.changes import SlotChoice
from nrm_desktop.security.vault.opening import Unlocked, opened_now
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.storage.vault_database import VaultDatabase

LEFT_TO_DO: Final = ("signer", "case_keys", "device", "backups", "sticks")
"""What may be left to do after a removal here; whoever removes is told what is."""


_WAYS: Final = MappingProxyType({SlotKind.RECOVERY: "recovery", SlotKind.OFFICE: "office"})
_NAME_DIGITS: Final = 4

WAITING_BOXES: Final = "waiting_boxes"
"""Boxes wait whose key the removed person may know: take them over and end the shift."""


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """A person who cannot open what is here from now on, and what is still to be decided.

    Shape: `old_backups` open by the old key; `has_recovery` says that a code or the office still
    opens this vault, and the removed person may know the code; `left_to_do` are codes.
    """

    badge: str
    epoch: int
    old_backups: tuple[Path, ...]
    has_recovery: bool
    unlocked: Unlocked = field(repr=False)
    left_to_do: tuple[str, ...] = LEFT_TO_DO


def remove_user(vault: OpenVault, name: str, also: Collection[str] = ()) -> PersonRemoved:
    """Remove somebody by badge or sign, and write everything anew under another data key.

    Shape: `also` names slots that go too, as `policy.unknown_slot` named them in `slots`.
    The vault is closed by it; `open_after` opens it again without asking for a passphrase.
    Raises: Usage `usage.not_found`; Refused `policy.role`, `policy.own_slot`, `policy.last_user`,
    `policy.root_holder`; Refused `policy.unknown_slot` while the new key would be sealed to a slot
    for which nobody who stays has given the own word; EnvironmentFault, IntegrityFault: the old
    state is in force then, and it may be tried again.
    """
    safe = vault.session.safe
    must_have_right(vault)
    now = opened_now(header_copies(safe.shell), safe.unlocked)
    leaving = _to_remove(vault, now, name)
    _must_be_registrars(vault)
    choice = _choice(vault, now, leaving, also)
    ending = _note_leaving(vault, now, leaving)
    vault.close()
    after = rotate(safe.shell, now, choice)
    is_new_shift = False
    with suppress(NrmError):  # what was kept for the slots opens nothing any more
        is_new_shift = forget_slots(safe.shell, after, choice.dropped)
    removed = PersonRemoved(
        leaving.badge or leaving.sign,
        after.data.epoch,
        backups_of_old_keys(safe.shell),
        any(not slot.is_user for slot in after.header.slots),
        after,
        LEFT_TO_DO if is_new_shift else (*LEFT_TO_DO, WAITING_BOXES),
    )
    done: tuple[str, ...] = ()
    with suppress(NrmError):  # the slot has gone; what is not done is told as left to do
        done = _end_signers(safe.shell, removed, ending)
    return replace(removed, left_to_do=tuple(w for w in removed.left_to_do if w not in done))


def open_after(shell: Shell, removed: PersonRemoved) -> OpenVault:
    """Open the vault again for whoever has removed somebody. Raises: as `open_safe_by`."""
    return begin_work(open_safe_by(shell, lambda copies: opened_now(copies, removed.unlocked)))


def _end_signers(
    shell: Shell, removed: PersonRemoved, signers: Sequence[SignerId]
) -> tuple[str, ...]:
    """End the signers for everybody, with new keys; what others can do has to wait for them.

    Shape: what is done by it of `LEFT_TO_DO`; nothing where nobody here may certify.
    """
    with closing(open_after(shell, removed)) as vault:
        done = revoke_signers(vault.session, signers, RemovalReason.LEFT)
    if done is None:
        return ()
    return ("signer",) if done.rekeyed < done.to_rekey else ("signer", "case_keys")


def _note_leaving(vault: OpenVault, now: Unlocked, leaving: PersonHere) -> tuple[SignerId, ...]:
    """Note it, and give the signers of this person here that are to be ended elsewhere too.

    Only the person's own word says who leaves: what was noted about the slot could be another's.
    """
    slot = now.header.slot_of(leaving.slot)
    user = slot_words(vault, now).owner(slot) if slot is not None else None
    vault.work.run(lambda unit: unit.audit("user.remove", (user or leaving.slot,)))
    organisation = vault.session.roster.powers.organisation
    device = vault.session.safe.device.id
    return tuple(
        sorted(
            signer
            for signer, facts in organisation.signers.items()
            if facts.user == user and device in organisation.signer_devices[signer]
        )
    )


def _to_remove(vault: OpenVault, now: Unlocked, name: str) -> PersonHere:
    here = people_here(vault)
    found = [one for one in here if one.is_called(name)]
    if not found or len({one.user for one in found}) > 1:
        raise Usage("usage.not_found", what="user", name=name)
    if len(here) == 1:
        raise Refused("policy.last_user")
    own = vault.session.safe.unlocked.slot.id
    if any(one.slot == own for one in found):
        raise Refused("policy.own_slot")
    if len(found) == 1:
        return found[0]
    words = slot_words(vault, now)
    owned = {slot.id for slot in now.header.slots if words.owner(slot)}
    return next((one for one in found if one.slot in owned), found[0])


def _choice(
    vault: OpenVault, now: Unlocked, leaving: PersonHere, also: Collection[str]
) -> SlotChoice:
    """What stays when a person leaves; a further slot of the own goes with the first.

    Nobody of the name under which this person stands here gives a word, whatever was noted: who has
    another slot under it is named, and does not go unasked.
    """
    known = vault.session.roster.powers.organisation
    words = slot_words(vault, now)
    slots = {slot.id: slot for slot in now.header.slots}
    owner = words.owner(slots[leaving.slot])
    badge = leaving.badge.casefold()
    users = {one.user for one in known.users.values() if one.badge.casefold() == badge}
    users |= {UserId(leaving.user), *([owner] if owner else ())}
    users.discard(vault.context.user)
    is_sure = owner is not None and owner != vault.context.user
    gone = {one.id for one in slots.values() if is_sure and words.owner(one) == owner}
    choice = chosen_slots(vault, now, gone | {leaving.slot}, users, also)
    _must_keep_root(vault, now, [one for one in people_here(vault) if one.slot in choice.dropped])
    return choice


def slot_words(vault: OpenVault, now: Unlocked) -> Words:
    """Who has given the word for the slots of an open vault."""
    roster, device = vault.session.roster, vault.session.safe.device.id
    return vault.work.run(lambda unit: words_for(unit.trust, roster, now, device))


def chosen_slots(
    vault: OpenVault,
    now: Unlocked,
    gone: Collection[bytes],
    leaving: Collection[bytes],
    also: Collection[str],
) -> SlotChoice:
    """What the new data key is sealed to: slots for which somebody who stays has given the word.

    Whoever leaves knew the old data key. The header and the database may hold what this person has
    written: a recovery code of the own, another key in a colleague's slot.
    Shape: `leaving` are users whose word does not count.
    Raises: Refused `policy.unknown_slot` with those `slots` that `also` does not name.
    """
    signs = slot_signs(vault.session.safe.shell)
    rest = [slot for slot in now.header.slots if slot.id not in gone]
    strangers = slot_words(vault, now).strangers(rest, leaving)
    unknown = {slot.id: slot_name(slot, signs) for slot in strangers}
    if not set(unknown.values()) <= set(also):
        raise Refused("policy.unknown_slot", slots=sorted(unknown.values()))
    kept = {slot.id: slot.kem_public for slot in rest if slot.id not in unknown}
    return SlotChoice(kept, frozenset((*gone, *unknown)))


def slot_name(slot: Slot, signs: Sequence[str]) -> str:
    """How a way in is called where a person decides about it."""
    if slot.is_user:
        return signs[slot.sign]
    return f"{_WAYS[slot.kind]}-{slot.id.hex()[:_NAME_DIGITS]}"


def _must_keep_root(vault: OpenVault, now: Unlocked, gone: Sequence[PersonHere]) -> None:
    """The seed of a provisional root goes with its holder's slot, and the organisation with it.

    Raises: Refused `policy.root_holder` unless the slot that is open reaches the seed too.
    """

    def would_lose(unit: UnitOfWork) -> bool:
        lies_here = unit.trust.secret(ROOT_SEED) is not None
        return lies_here and sealed_seed(unit.trust, now) is None

    roster = vault.session.roster
    holders = [one.badge for one in gone if is_root_holder(roster, UserId(one.user))]
    is_lost = bool(holders) and vault.work.run(would_lose)
    if is_lost:
        raise Refused("policy.root_holder", badge=holders[0])


def _must_be_registrars(vault: OpenVault) -> None:
    """Where a registrar has a slot here, only a registrar removes: nobody else loses the root.

    On a laptop without one, whoever may take people in may also remove them: somebody has left, and
    the data key must not wait for a registrar's visit.
    Raises: Refused `policy.role`.
    """
    session, context = vault.session, vault.context
    if session.roster.powers.is_registrar(context.signer, context.clock.now_ms()):
        return
    registrars = {one.user for one in session.roster.root.newest.registrars}
    if any(one.user in registrars for one in people_here(vault)):
        raise Refused("policy.role")


def forget_slots(shell: Shell, vault: Unlocked, slots: Collection[bytes]) -> bool:
    """Forget what was kept for slots; True if the key of waiting boxes could be renewed too."""
    database = VaultDatabase.open(shell.folder, database_key(vault.keys), shell.clock.now_ms())

    def forget(trust: TrustStore) -> bool:
        for slot in slots:
            forget_root(trust, slot)
            forget_voucher(trust, slot)
            for name in (SLOT_USER, SLOT_SIGNER):
                trust.set_secret(name + slot.hex(), b"")
        return renew_shift_key(shell, trust)

    try:
        return database.with_trust(forget)
    finally:
        database.close()
