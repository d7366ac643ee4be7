"""Ways back into a vault: making a recovery code, and using it after a forgotten passphrase.

This module decides the order of the steps, so that whoever is interrupted has the old way or the
new one. What is added to the database first is worth nothing until the header says so; the header
is the deciding write; what may be true only then comes last, and the next start finishes it.

- Making: what the code shall reach is sealed to its slot, then the header is written. Before two
  groups were typed back nothing at all is written, so a code that counts is a code that was read.
- Using: the new signer is certified, the person's slot is exchanged, the root follows.

Source: storage-security.md section 4.7; docs/adr/0017. Promise: P11. Threat: T26.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.bootstrap.headless import OpenVault, begin_work
from nrm_desktop.bootstrap.rotating import finish_rotation
from nrm_desktop.bootstrap.safe import database_key, default_cost, device_keys, open_safe
from nrm_desktop.bootstrap.session import ROOT_SEED_OF_SLOT, SLOT_USER
from nrm_desktop.bootstrap.shell import Shell, header_copies, slot_signs
from nrm_desktop.bootstrap.succession import (
    Holder,
    certify_successor,
    forget_root,
    holder_of,
    is_root_holder,
    pass_root_on,
    root_reached,
    roster_of,
    sealed_seed,
)
from nrm_desktop.bootstrap.typed_secrets import check_new_passphrase, typed_secret
from nrm_desktop.bootstrap.vouching import forget_voucher, vouch_for
from nrm_desktop.bootstrap.way_back import CHECKED, HAD, NONE_SINCE, time_bytes
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.domain.ids import UserId
from nrm_desktop.security.identity.founding import signer_facts
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.suite import KEY_BYTES, KdfCost
from nrm_desktop.security.vault.changes import free_sign
from nrm_desktop.security.vault.opening import (
    Unlocked,
    opened_now,
    unlock_by_recovery,
    vault_mark,
)
from nrm_desktop.security.vault.recovery import (
    GROUPS,
    asked_groups,
    is_group,
    read_recovery_groups,
    recovery_groups,
)
from nrm_desktop.security.vault.slot_locks import SlotWish, user_kind
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.security.vault.ways_back import (
    NewSlot,
    recovery_slot,
    user_slot,
    write_recovery_slot,
    write_user_slot,
)
from nrm_desktop.storage.access_log import AuditAct, append_audit
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.vault_database import VaultDatabase

_CHECK_OF_SLOT: Final = "recovery.check."
_CHECK_FIELDS: Final = 4
_GROUP_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class RecoveryMade:
    """A recovery code that counts. Shape: `slot` is the id of its slot; `replaced` an older one."""

    slot: bytes
    replaced: bool


@dataclass(frozen=True, slots=True)
class RecoveryUsed:
    """Who may come in again. Shape: `sign` of the new slot; `is_certified`: it signs already."""

    badge: str
    sign: str
    is_certified: bool


class RecoveryOffer:
    """A recovery code that is shown once. It counts when two of its groups were typed back.

    Shape: `asked` are the numbers of the two groups, from 1; `vault_mark` belongs on the sheet.
    Its text form shows no group.
    """

    def __init__(self, vault: OpenVault) -> None:
        safe = vault.session.safe
        self._vault = vault
        self._key = safe.shell.random(KEY_BYTES)
        self.groups = recovery_groups(self._key)
        self.asked = asked_groups(safe.shell.random)
        self.vault_mark = vault_mark(safe.slot.vault_id)

    def confirm(self, first: str, second: str) -> RecoveryMade:
        """Let the code count, in place of an older one; may be tried again after a wrong group.

        Raises: Refused `confirm.groups` with the `group` that was not typed as shown, and then
        nothing has changed; EnvironmentFault, and then the older code is still in force.
        """
        wanted = [self.groups[number - 1] for number in self.asked]
        _must_be_typed(self.asked, wanted, (first, second))
        return _write_code(self._vault, self._key, self.asked)


class RecoveryCheck:
    """Two groups that are asked for again, to see that the sheet is still at hand.

    Shape: `asked` are the numbers of the two groups.
    """

    def __init__(self, vault: OpenVault, kept: _KeptGroups) -> None:
        self._vault = vault
        self._kept = kept
        self.asked = kept.asked

    def confirm(self, first: str, second: str) -> None:
        """Note that the groups are at hand.

        Raises: Refused `confirm.groups`; who cannot find the sheet makes a new code.
        """
        _must_be_typed(self.asked, self._kept.groups, (first, second))
        now = time_bytes(self._vault.context.clock.now_ms())

        def note(unit: UnitOfWork) -> None:
            unit.set_setting(CHECKED, now)
            unit.audit("recovery.check")

        self._vault.work.run(note)


@dataclass(frozen=True, slots=True)
class _KeptGroups:
    """The two groups of a code that are kept: those asked for at a check, and no others."""

    asked: tuple[int, int]
    groups: tuple[str, str] = field(repr=False)

    def encode(self) -> bytes:
        return cbor.encode((*self.asked, *self.groups))

    @classmethod
    def decode(cls, raw: bytes) -> _KeptGroups:
        first, second, *groups = shape.fields(cbor.decode(raw), "recovery.check", _CHECK_FIELDS)
        numbers = (shape.uint(one, "recovery.check", GROUPS, 1) for one in (first, second))
        texts = (shape.text(one, "recovery.check", _GROUP_CHARS) for one in groups)
        return cls((next(numbers), next(numbers)), (next(texts), next(texts)))


def create_recovery(vault: OpenVault) -> RecoveryOffer:
    """Offer a recovery code for this vault; nothing changes before it is confirmed.

    Raises: Refused `policy.recovery_of_founder` where the code in force reaches the root and the
    new one, made by somebody else, would not.
    """
    now, codes = _codes(vault)

    def would_lose(unit: UnitOfWork) -> bool:
        reaches = any(unit.trust.secret(ROOT_SEED_OF_SLOT + code.id.hex()) for code in codes)
        return reaches and sealed_seed(unit.trust, now) is None

    if vault.work.run(would_lose):
        raise Refused("policy.recovery_of_founder")
    return RecoveryOffer(vault)


def recovery_check(vault: OpenVault) -> RecoveryCheck | None:
    """Ask for two groups of the code in force again; None if there is none to ask for."""
    codes = _codes(vault)[1]

    def kept(unit: UnitOfWork) -> list[bytes]:
        found = (unit.trust.secret(_CHECK_OF_SLOT + code.id.hex()) for code in codes)
        return [one for one in found if one]

    groups = vault.work.run(kept)
    return RecoveryCheck(vault, _KeptGroups.decode(groups[0])) if groups else None


def use_recovery(
    shell: Shell, code: str, user: str, passphrase: str, cost: KdfCost | None = None
) -> RecoveryUsed:
    """Give the named person a new passphrase and a new signer, by the recovery code.

    Shape: `user` is a badge or the sign of a slot, and may be empty with one user slot.
    Raises: Usage `usage.bad_code`, `usage.bad_group` and Refused `policy.floor` before any file is
    touched; Locked `vault.wrong_recovery`, `vault.no_recovery`, `vault.no_slot`; EnvironmentFault.
    """
    key = read_recovery_groups(code)
    check_new_passphrase(shell, passphrase)
    copies, lock = header_copies(shell), VaultLock(shell.folder)
    try:
        vault = unlock_by_recovery(copies, key)
        chosen = cost if cost is not None else default_cost(shell)
        secret = typed_secret(shell, passphrase)
        wish = SlotWish(user_kind(secret), free_sign(vault.header, shell.random), secret, chosen)
        new = user_slot(vault, wish, shell.random)
        holder, is_certified = add_successor(shell, vault, new, user)
        write_user_slot(copies, vault, new, (holder.slot.id,))
    finally:
        lock.withdraw()
    used = who_is_back(shell, holder, new.slot, is_certified=is_certified)
    if is_certified:
        begin_again(shell, passphrase, used.sign)
    return used


def _write_code(vault: OpenVault, key: bytes, asked: tuple[int, int]) -> RecoveryMade:
    """Seal to the new slot what it shall reach, write the header, then forget the older code."""
    shell = vault.session.safe.shell
    now, codes = _codes(vault)
    new = recovery_slot(now, key, shell.random)
    kept = _groups_to_keep(recovery_groups(key), asked, shell.random)
    old = [code.id for code in codes]

    def prepare(unit: UnitOfWork) -> None:
        unit.trust.set_secret(_CHECK_OF_SLOT + new.slot.id.hex(), kept.encode())
        vouch_for(unit.trust, now, new.slot, b"", (vault.session.safe.signer,))
        pass_root_on(unit.trust, now, new.slot)

    def finish(unit: UnitOfWork) -> None:
        for slot in old:
            forget_root(unit.trust, slot)
            forget_voucher(unit.trust, slot)
            unit.trust.set_secret(_CHECK_OF_SLOT + slot.hex(), b"")
        unit.set_setting(NONE_SINCE, HAD)
        unit.set_setting(CHECKED, time_bytes(shell.clock.now_ms()))
        unit.audit("recovery.create", (new.slot.id,))

    vault.work.run(prepare)
    write_recovery_slot(header_copies(shell), now, new, old)
    vault.work.run(finish)
    return RecoveryMade(new.slot.id, replaced=bool(old))


def _codes(vault: OpenVault) -> tuple[Unlocked, list[Slot]]:
    """The vault under the header in force, and the recovery slots in it."""
    safe = vault.session.safe
    now = opened_now(header_copies(safe.shell), safe.unlocked)
    return now, [slot for slot in now.header.slots if slot.kind is SlotKind.RECOVERY]


def _groups_to_keep(
    groups: tuple[str, ...], asked: tuple[int, int], random: Randomness
) -> _KeptGroups:
    """Two groups for later checks; not those just typed, which somebody may have watched."""
    chosen = asked_groups(random)
    while set(chosen) & set(asked):
        chosen = asked_groups(random)
    return _KeptGroups(chosen, (groups[chosen[0] - 1], groups[chosen[1] - 1]))


def _must_be_typed(asked: tuple[int, int], groups: Sequence[str], typed: tuple[str, str]) -> None:
    for number, group, one in zip(asked, groups, typed, strict=True):
        if not is_group(group, one):
            raise Refused("confirm.groups", group=number)


def add_successor(shell: Shell, vault: Unlocked, new: NewSlot, user: str) -> tuple[Holder, bool]:
    """Add to the database what the new slot needs; worth nothing before the header has the slot."""
    signs = slot_signs(shell)
    users = [(signs[slot.sign], slot) for slot in vault.header.user_slots]
    now_ms = shell.clock.now_ms()

    def add(trust: TrustStore) -> tuple[Holder, bool]:
        roster = roster_of(trust)
        holder = holder_of(trust, roster, users, user)
        if roster is None or new.seeds is None:
            return holder, False
        if holder.user is None:
            raise Locked("vault.no_slot", slots=len(users))
        person = holder.user.user
        trust.set_secret(SLOT_USER + new.slot.id.hex(), person)
        vouch_for(trust, vault, new.slot, person, (SignerKeys(new.seeds.sign),))
        root = root_reached(trust, roster, vault)
        if root is None:
            return holder, False
        facts = signer_facts(SignerKeys(new.seeds.sign), person, device_keys(trust))
        certify_successor(trust, roster, root, facts, now_ms)
        if is_root_holder(roster, person):
            pass_root_on(trust, vault, new.slot)
        return holder, True

    finish_rotation(shell, vault)
    database = VaultDatabase.open(shell.folder, database_key(vault), now_ms)
    try:
        holder, is_certified = database.with_trust(add)
        if holder.user is not None and not is_certified:  # else the first opening notes it
            _note_use(database, holder.user.user, now_ms)
        return holder, is_certified
    finally:
        database.close()


def _note_use(database: VaultDatabase, user: UserId, now_ms: int) -> None:
    """Let the chain say that somebody came back, where that person cannot write yet."""

    def note(connection: Connection) -> None:
        with transaction(connection):
            append_audit(connection, user, now_ms, AuditAct("recovery.use", (user,)))

    database.write(note).result()


def begin_again(shell: Shell, passphrase: str, sign: str) -> None:
    """Open as everybody does, by the new passphrase, and note what was done."""
    vault = begin_work(open_safe(shell, passphrase, sign))

    def note(unit: UnitOfWork) -> None:
        unit.set_setting(CHECKED, time_bytes(shell.clock.now_ms()))
        unit.audit("recovery.use", (vault.context.user,))

    try:
        vault.work.run(note)
    finally:
        vault.close()


def who_is_back(shell: Shell, holder: Holder, slot: Slot, *, is_certified: bool) -> RecoveryUsed:
    """Say who may come in again, and by which sign."""
    sign = slot_signs(shell)[slot.sign]
    badge = holder.user.badge if holder.user is not None else sign
    return RecoveryUsed(badge, sign, is_certified)
