"""The shift codes of the people of this laptop, while the program runs and nowhere else.

This module decides whose code stands and which reasons end all of them. A code belongs to one sign;
a colleague who unlocks meanwhile ends nobody's. Ends come on the thread of the window while a vault
is opened on another one: what ended before the vault was open opens nothing.

Source: storage-security.md section 4.11. Promise: P4. Threats: T2, T21.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from nrm_desktop.bootstrap.headless import OpenVault, begin_work
from nrm_desktop.bootstrap.safe import open_safe_by
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.shift import ShiftCode
from nrm_desktop.ui.presenters.lock_reason import ENDS_SHIFT, LockReason


class Shifts:
    """Codes by sign."""

    def __init__(self) -> None:
        self._codes: dict[str, ShiftCode] = {}

    def begin(self, vault: OpenVault, code: str) -> None:
        """Set a code for whoever has unlocked; an older one of the same sign ends.

        Raises: Usage `usage.bad_value` for a code that is no code; the older one then stands.
        """
        safe = vault.session.safe
        shell = safe.shell
        made = ShiftCode(safe.unlocked, code, shell.random, shell.clock.monotonic_s)
        self.end(safe.slot.sign)
        self._codes[safe.slot.sign] = made
        with suppress(EnvironmentFault, IntegrityFault):  # a vault that is only read has one too
            vault.session.work.note_soon("shift.begin")

    def has(self, sign: str) -> bool:
        """True while the code of a sign may be typed."""
        code = self._codes.get(sign)
        return code is not None and code.is_alive

    def end(self, sign: str) -> None:
        """End the shift of one person."""
        code = self._codes.pop(sign, None)
        if code is not None:
            code.end()

    def end_all(self) -> None:
        """End every shift: only passphrases open from now on."""
        while self._codes:
            with suppress(KeyError):  # two ends at once
                _, code = self._codes.popitem()
                code.end()

    def heard(self, reason: LockReason) -> None:
        """End what this reason ends."""
        if reason in ENDS_SHIFT:
            self.end_all()

    def open(self, shell: Shell, sign: str, code: str) -> OpenVault:
        """Open a vault by the code of a sign. Not for the thread of the window.

        Raises: Locked `vault.shift_wrong`, `vault.shift_over`; as `open_vault`.
        """
        known = self._codes.get(sign)
        if known is None:
            raise Locked("vault.shift_over")
        vault = begin_work(open_safe_by(shell, partial(_keys, known, code)))
        if not known.is_alive:
            vault.close()
            raise Locked("vault.shift_over")
        return vault


def _keys(known: ShiftCode, code: str, copies: HeaderCopies) -> Unlocked:
    return known.open(copies, code)
