"""Invitations of one open vault, for the window; what may be done is decided in `inviting`.

Source: sync.md section 12.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nrm_desktop.bootstrap.confirming import ClaimState, confirm, invitations
from nrm_desktop.bootstrap.headless import OpenVault, case_roles
from nrm_desktop.bootstrap.inviting import invite, own_claim
from nrm_desktop.ui.presenters.invites import ClaimLine, InviteMade, InvitesNow

_OPEN: Final = frozenset({ClaimState.WAITING, ClaimState.HELD, ClaimState.LATE})


class VaultInvites:
    """Fulfils `InviteTools`."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def now(self) -> InvitesNow:
        """What waits, and what may be done here."""
        vault, session = self._vault, self._vault.session
        now_ms = vault.context.clock.now_ms()
        may_invite = session.roster.powers.is_registrar(session.safe.signer.id, now_ms)
        said = own_claim(vault)
        claims = tuple(
            ClaimLine(
                one.device.hex(),
                one.badge,
                one.label,
                one.roles,
                one.made_ms,
                one.state is not ClaimState.WAITING,
            )
            for row in invitations(session)
            for one in row.claims
            if one.state in _OPEN
        )
        return InvitesNow(may_invite, claims, said.digits if said else ())

    def roles(self) -> Sequence[str]:
        """Jobs first, then single roles that lead cases."""
        table = self._vault.forms.roles
        return (*sorted(table.presets), *case_roles(table))

    def invite(self, badge: str, role: str, folder: str) -> InviteMade:
        """Write an invitation into a folder. Raises: as `inviting.invite`."""
        made = invite(self._vault.session, badge, role, folder)
        return InviteMade(made.badge, Path(made.file).name, made.secret)

    def confirm(self, device: str, typed: str) -> str:
        """Confirm whoever opened an invitation there. Raises: as `confirming.confirm`."""
        return confirm(self._vault.session, device, typed).badge
