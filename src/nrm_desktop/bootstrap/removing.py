"""Removing a person from this laptop: the slot goes, and everything is written under a new key.

This module decides who may be removed by whom, and what is told afterwards. The vault is closed for
it; `open_after` opens it again without asking for a passphrase. It takes back nothing that was
copied before (limit L7): the backups that still open by the old key are named, and what only other
devices can do is said.

Source: storage-security.md section 4.6; cli.md `user remove`. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.headless import OpenVault, begin_work
from nrm_desktop.bootstrap.intake import renew_shift_key
from nrm_desktop.bootstrap.keeping import database_key
from nrm_desktop.bootstrap.people import SLOT_SIGNER, PersonHere, must_have_right, people_here
from nrm_desktop.bootstrap.rotating import backups_of_old_keys, rotate
from nrm_desktop.bootstrap.safe import open_safe_by
from nrm_desktop.bootstrap.session import SLOT_USER
from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.bootstrap.succession import forget_root
from nrm_desktop.domain.errors import NrmError, Refused, Usage
from nrm_desktop.security.vault.opening import Unlocked, opened_now
from nrm_desktop.storage.vault_database import VaultDatabase

LEFT_TO_DO: Final = ("signer", "case_keys", "device", "backups", "sticks")
"""What a removal here does not do yet; whoever removes is told, for each laptop."""


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


def remove_user(vault: OpenVault, name: str) -> PersonRemoved:
    """Remove somebody by badge or sign, and write everything anew under another data key.

    The vault is closed by it; `open_after` opens it again without asking for a passphrase.
    Raises: Usage `usage.not_found`; Refused `policy.role`, `policy.own_slot`, `policy.last_user`,
    `policy.unknown_slot` while there is a slot of nobody known, which is to be removed first;
    EnvironmentFault, IntegrityFault: the old state is in force then, and it may be tried again.
    """
    session, safe = vault.session, vault.session.safe
    must_have_right(vault)
    gone = _to_remove(vault, name)
    now = opened_now(header_copies(safe.shell), safe.unlocked)
    _must_be_registrars(vault)
    vault.work.run(lambda unit: unit.audit("user.remove", (gone.user or gone.slot,)))
    vault.close()
    after = rotate(session.safe.shell, now, {gone.slot})
    is_new_shift = False
    with suppress(NrmError):  # what was kept for the slot opens nothing any more
        is_new_shift = _forget_slot(safe.shell, after, gone.slot)
    return PersonRemoved(
        gone.badge or gone.sign,
        after.data.epoch,
        backups_of_old_keys(safe.shell),
        any(not slot.is_user for slot in after.header.slots),
        after,
        LEFT_TO_DO if is_new_shift else (*LEFT_TO_DO, WAITING_BOXES),
    )


def open_after(shell: Shell, removed: PersonRemoved) -> OpenVault:
    """Open the vault again for whoever has removed somebody. Raises: as `open_safe_by`."""
    return begin_work(open_safe_by(shell, lambda copies: opened_now(copies, removed.unlocked)))


def _to_remove(vault: OpenVault, name: str) -> PersonHere:
    here = people_here(vault)
    found = [one for one in here if one.is_called(name)]
    if len(found) != 1:
        raise Usage("usage.not_found", what="user", name=name)
    if len(here) == 1:
        raise Refused("policy.last_user")
    if found[0].slot == vault.session.safe.unlocked.slot.id:
        raise Refused("policy.own_slot")
    strangers = [one.sign for one in here if not one.user]
    if strangers and found[0].sign not in strangers:
        # Whoever leaves may have added a slot: the new data key must not be sealed to it.
        raise Refused("policy.unknown_slot", signs=strangers)
    return found[0]


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


def _forget_slot(shell: Shell, vault: Unlocked, slot: bytes) -> bool:
    """Forget what was kept for a slot; True if the key of waiting boxes could be renewed too."""
    database = VaultDatabase.open(shell.folder, database_key(vault.keys), shell.clock.now_ms())

    def forget(trust: TrustStore) -> bool:
        forget_root(trust, slot)
        for name in (SLOT_USER, SLOT_SIGNER):
            trust.set_secret(name + slot.hex(), b"")
        return renew_shift_key(shell, trust)

    try:
        return database.with_trust(forget)
    finally:
        database.close()
