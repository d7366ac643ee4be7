"""The office as a way back: its key, its slot in a vault, a laptop's request and the answer.

This module decides what is kept where. The private half of the office's key is a secret of the
vault at the office, and only a registrar answers with it. A laptop keeps its request beside the
header until the answer comes. Key file and request are compared by voice before they count: the
one could be another's key, the other could come from whoever holds a copy of the disk.

Source: storage-security.md section 4.7; decisions.md 22. Promise: P11. Threat: T26.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.limits import OBJECT_BYTES
from nrm_desktop.app.wire.recovery import (
    OFFICE_KEY_BYTES,
    OfficeKey,
    decode_office_key,
    encode_office_key,
)
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.joining import find_file, write_file
from nrm_desktop.bootstrap.recovering import RecoveryUsed, add_successor, who_is_back
from nrm_desktop.bootstrap.safe import default_cost
from nrm_desktop.bootstrap.session import ROOT_SEED
from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.bootstrap.typed_secrets import check_new_passphrase, typed_secret
from nrm_desktop.bootstrap.vouching import forget_voucher, vouch_for
from nrm_desktop.bootstrap.way_back import HAD, NONE_SINCE
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused, Usage
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.suite import KEY_BYTES, KdfCost
from nrm_desktop.security.vault.changes import free_sign
from nrm_desktop.security.vault.office import Asked, answer_request, ask_office, take_answer
from nrm_desktop.security.vault.opening import Unlocked, opened_now
from nrm_desktop.security.vault.slot_locks import SlotWish, reseal, user_kind
from nrm_desktop.security.vault.slots import SlotKind
from nrm_desktop.security.vault.ways_back import (
    NewSlot,
    office_slot,
    write_recovery_slot,
    write_user_slot,
)
from nrm_desktop.storage.lock import VaultLock

ASKED: Final = "vault.request"
OFFICE_SEED: Final = "office.recovery"
_KEY: Final = ".nrmkey"
_BOX: Final = ".nrm"
_KEPT_BYTES: Final = 8192


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """A file that lies on the medium. Shape: `compared` is what is read out about it."""

    file: str
    compared: Comparison


def make_office_key(vault: OpenVault, out: str) -> OfficeFile:
    """Write the public half of the office's recovery key; the pair is made the first time.

    Raises: Refused `policy.role` for others than registrars; EnvironmentFault of the medium.
    """
    _must_be_registrar(vault)
    context, shell = vault.context, vault.session.safe.shell

    def seed(unit: UnitOfWork) -> bytes:
        kept = unit.trust.secret(OFFICE_SEED)
        if kept is None:
            kept = shell.random(KEY_BYTES)
            unit.trust.set_secret(OFFICE_SEED, kept)
            unit.audit("recovery.office_key")
        return kept

    public = KemKey(vault.work.run(seed)).public.raw
    key = OfficeKey(context.organisation, context.organisation_name, public)
    data = encode_office_key(key)
    return OfficeFile(write_file(shell, out, ("k", _KEY), data), compared(shell.resources, data))


def add_office_slot(vault: OpenVault, file: str, typed: str) -> bytes:
    """Let the office be a way back into this vault, once its key file was read out.

    Shape: the id of the slot; it takes the place of an older one.
    Raises: HostileInput `integrity.comparison`, `integrity.not_for_us` for another organisation;
    Refused `policy.own_office` where the office's key lies in this very vault; EnvironmentFault.
    """
    safe = vault.session.safe
    shell, copies = safe.shell, header_copies(safe.shell)
    data = shell.files.read_limited(find_file(file, _KEY), OFFICE_KEY_BYTES)
    key = decode_office_key(data)
    if key.organisation != vault.context.organisation:
        raise HostileInput("integrity.not_for_us", what="office.organisation")
    compared(shell.resources, data).must_be_said(typed)
    own = vault.work.run(lambda unit: unit.trust.secret(OFFICE_SEED))
    if own is not None and KemKey(own).public.raw == key.kem:
        raise Refused("policy.own_office")
    now = opened_now(copies, safe.unlocked)
    old = [slot.id for slot in now.header.slots if slot.kind is SlotKind.OFFICE]
    new = office_slot(now, key.kem, shell.random)
    vault.work.run(lambda unit: vouch_for(unit.trust, now, new.slot, b"", (safe.signer,)))
    write_recovery_slot(copies, now, new, old)

    def note(unit: UnitOfWork) -> None:
        for slot in old:
            forget_voucher(unit.trust, slot)
        if unit.trust.secret(ROOT_SEED) is None:  # else the sheet is wanted all the same
            unit.set_setting(NONE_SINCE, HAD)
        unit.audit("recovery.office", (new.slot.id,))

    vault.work.run(note)
    return new.slot.id


def ask_for_recovery(
    shell: Shell, passphrase: str, out: str, cost: KdfCost | None = None
) -> OfficeFile:
    """Write a request to the office; the new passphrase is chosen now and opens the answer.

    A second request takes the place of the first.
    Raises: Refused `policy.floor`; Locked `vault.no_office`; EnvironmentFault.
    """
    check_new_passphrase(shell, passphrase)
    header = header_copies(shell).read().best.sound.header
    secret = typed_secret(shell, passphrase)
    chosen = cost if cost is not None else default_cost(shell)
    wish = SlotWish(user_kind(secret), free_sign(header, shell.random), secret, chosen)
    asked, data = ask_office(header, wish, shell.random, shell.clock.now_ms())
    shell.files.replace(shell.folder / ASKED, asked.encode())
    return OfficeFile(write_file(shell, out, ("a", _BOX), data), compared(shell.resources, data))


def answer_recovery(vault: OpenVault, file: str, out: str, typed: str) -> tuple[str, bytes]:
    """Answer the request of a laptop, once its person has read it out.

    Shape: the file of the answer, and the id of the vault that asked.
    Raises: Refused `policy.role`, `policy.no_office_key`; HostileInput `integrity.comparison`,
    `integrity.not_for_us`; EnvironmentFault.
    """
    _must_be_registrar(vault)
    shell = vault.session.safe.shell
    seed = vault.work.run(lambda unit: unit.trust.secret(OFFICE_SEED))
    if seed is None:
        raise Refused("policy.no_office_key")
    data = shell.files.read_limited(find_file(file, _BOX), OBJECT_BYTES)
    compared(shell.resources, data).must_be_said(typed)
    made = answer_request(KemKey(seed), data, shell.random, shell.clock.now_ms())
    vault.work.run(lambda unit: unit.audit("recovery.answer", (made.vault_id,)))
    return write_file(shell, out, ("n", _BOX), made.file), made.vault_id


def take_recovery(shell: Shell, file: str, user: str, passphrase: str) -> RecoveryUsed:
    """Open the office's answer with the new passphrase, and give its person the new slot.

    Raises: Usage `usage.not_found` if this vault has not asked; Locked `vault.wrong_passphrase`,
    `vault.no_slot`; HostileInput `integrity.not_for_us`; IntegrityFault; EnvironmentFault.
    """
    copies, lock = header_copies(shell), VaultLock(shell.folder)
    try:
        asked = _asked(shell)
        data = shell.files.read_limited(find_file(file, _BOX), OBJECT_BYTES)
        secret = typed_secret(shell, passphrase)
        vault, new = take_answer(copies.read().best, asked, data, secret)
        new = _with_free_sign(shell, vault, new)
        holder, is_certified = add_successor(shell, vault, new, user)
        write_user_slot(copies, vault, new, (holder.slot.id,))
        (shell.folder / ASKED).unlink(missing_ok=True)
    finally:
        lock.withdraw()
    return who_is_back(shell, holder, new.slot, is_certified=is_certified)


def _asked(shell: Shell) -> Asked:
    try:
        return Asked.decode(shell.files.read_limited(shell.folder / ASKED, _KEPT_BYTES))
    except EnvironmentFault as fault:
        if fault.code != "storage.missing":
            raise
        raise Usage("usage.not_found", what="request", name=ASKED) from None


def _with_free_sign(shell: Shell, vault: Unlocked, new: NewSlot) -> NewSlot:
    """Somebody may have been given the sign while the answer was on its way."""
    slot = new.slot
    is_taken = any(one.sign == slot.sign for one in vault.header.user_slots)
    if not is_taken or new.seeds is None or new.secret is None:
        return new
    sign = free_sign(vault.header, shell.random)
    wish = SlotWish(slot.kind, sign, new.secret, slot.cost)
    return replace(new, slot=reseal(slot, wish, new.seeds, vault.header.vault_id, shell.random))


def _must_be_registrar(vault: OpenVault) -> None:
    session, context = vault.session, vault.context
    if not session.roster.powers.is_registrar(context.signer, context.clock.now_ms()):
        raise Refused("policy.role")
