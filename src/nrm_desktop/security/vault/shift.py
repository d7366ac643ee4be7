"""The shift code: six digits that open again, for one shift, what a passphrase has opened.

This module decides what the code seals, when it ends, and what is tried. It must not open the
database and must not write anything: the code lives in memory alone and goes with the process.

- Sealed are the seeds of the slot, not the data key. They open the data key of the header as it
  is when the code is typed, so a person who was removed meanwhile stays outside (P12).
- The code protects the keyboard and not the memory (L2): its million guesses are worth nothing to
  somebody who can read the sealed bytes and the 32 random ones beside them.

Source: storage-security.md section 4.11. Promises: P4, P13. Threat: T21.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked, Usage
from nrm_desktop.security.labels import KdfLabel
from nrm_desktop.security.primitives import KemKey, hkdf, open_aead, seal_aead
from nrm_desktop.security.suite import KEY_BYTES, NONCE_BYTES
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.opening import Unlocked, open_with_seeds
from nrm_desktop.security.vault.slot_locks import SlotSeeds

DIGITS: Final = 6
TRIES: Final = 3
"""The third wrong code ends it; the right one is refused from then on."""
LONGEST_S: Final = 12 * 3600.0
Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What is kept of a slot while it is locked. Its text form shows nothing."""

    vault_id: bytes
    slot_id: bytes
    salt: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    seeds: bytes = field(repr=False)

    @property
    def bound(self) -> bytes:
        """What the seal belongs to: this slot of this vault, in this format."""
        return bytes([FORMAT]) + self.vault_id + self.slot_id


class ShiftCode:
    """One person's code for one shift. Its text form shows nothing.

    An end may come from another thread while a code is tried (a lid, the panic key): it holds then.
    Shape: `monotonic` counts seconds and never jumps. Raises: Usage `usage.bad_value` for a code
    that is not six digits, or digits that everybody tries.
    """

    def __init__(
        self, unlocked: Unlocked, code: str, random: Randomness, monotonic: Monotonic
    ) -> None:
        digits = check_code(code)
        self._monotonic = monotonic
        self._ends_s = monotonic() + LONGEST_S
        self._trying = Lock()
        self._tries = 0
        bare = _Sealed(
            unlocked.keys.vault_id, unlocked.slot.id, random(KEY_BYTES), random(NONCE_BYTES), b""
        )
        plain = unlocked.seeds.kem + unlocked.seeds.sign
        seeds = seal_aead(_key(bare, digits), bare.nonce, plain, bare.bound)
        self._sealed: _Sealed | None = _Sealed(
            bare.vault_id, bare.slot_id, bare.salt, bare.nonce, seeds
        )

    @property
    def is_alive(self) -> bool:
        """True while the code may still be typed."""
        if self._monotonic() >= self._ends_s:
            self.end()
        return self._sealed is not None

    @property
    def tries_left(self) -> int:
        """How many wrong codes it still takes."""
        return TRIES - self._tries if self.is_alive else 0

    def end(self) -> None:
        """End the shift: from now on only the passphrase opens. A second call does nothing."""
        with self._trying:
            self._sealed = None

    def open(self, copies: HeaderCopies, code: str) -> Unlocked:
        """Open the vault as it is now.

        Raises: Locked `vault.shift_wrong` (`left` tries remain), `vault.shift_over` when the code
        has ended or the slot is not there any more; IntegrityFault; EnvironmentFault.
        """
        is_alive = self.is_alive
        with self._trying:  # one try at a time: several at once would save tries
            sealed = self._sealed if is_alive else None
            if sealed is None:
                raise Locked("vault.shift_over")
            seeds = self._seeds(sealed, plain_digits(code))
            self._tries = 0
        unlocked = _open_now(copies, sealed, seeds)
        if unlocked is None:
            self.end()
        if unlocked is None or not self.is_alive:
            raise Locked("vault.shift_over")
        return unlocked

    def _seeds(self, sealed: _Sealed, code: str) -> SlotSeeds:
        """Count the try before it is made, and end the shift with the last one."""
        self._tries += 1
        if self._tries >= TRIES:
            self._sealed = None
        try:
            plain = open_aead(_key(sealed, code), sealed.nonce, sealed.seeds, sealed.bound)
        except HostileInput:
            if self._sealed is None:
                raise Locked("vault.shift_over") from None
            raise Locked("vault.shift_wrong", left=TRIES - self._tries) from None
        self._sealed = sealed
        return SlotSeeds(plain[:KEY_BYTES], plain[KEY_BYTES:])


def check_code(code: str) -> str:
    """Give the six digits of a new code. Raises: Usage `usage.bad_value`, never with the code."""
    digits = plain_digits(code)
    if len(digits) != DIGITS or _is_plain_to_guess([int(digit) for digit in digits]):
        raise Usage("usage.bad_value", what="shift code")
    return digits


def plain_digits(code: str) -> str:
    """Give the digits of what was typed, whatever script they are written in; spaces go."""
    return "".join(str(int(sign)) for sign in code if sign.isdecimal())


def _is_plain_to_guess(digits: Sequence[int]) -> bool:
    """One digit over and over, or all in a row up or down."""
    steps = {after - before for before, after in pairwise(digits)}
    return steps in ({0}, {1}, {-1})


def _key(sealed: _Sealed, code: str) -> bytes:
    secret = code.encode("ascii") + sealed.salt
    return hkdf(KdfLabel.SHIFT, secret, b"", sealed.vault_id + sealed.slot_id, KEY_BYTES)


def _open_now(copies: HeaderCopies, sealed: _Sealed, seeds: SlotSeeds) -> Unlocked | None:
    """Open the newest copy that is ours; None if it has no such slot any more."""
    reading = copies.read()
    if reading.best.sound.header.vault_id != sealed.vault_id:
        return None
    own = KemKey(seeds.kem).public.raw
    newest = reading.best.sound.header.slot_of(sealed.slot_id)
    if newest is None or newest.kem_public != own:
        return None  # the person was removed, or has new keys since
    for copy in reading.copies:
        slot = copy.sound.header.slot_of(sealed.slot_id)
        if slot is not None:
            with suppress(IntegrityFault):
                return open_with_seeds(copy, slot, seeds)
    raise IntegrityFault("integrity.header_changed")
