"""Papers that have ended, for the window; what that means is decided in `expiry`.

Source: sync.md section 11.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.expiry import confirm_ended, papers_of
from nrm_desktop.bootstrap.headless import OpenVault


class VaultPapers:
    """Fulfils `PapersTools`."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def is_wanted(self) -> bool:
        """True while the papers have ended and nobody has confirmed today."""
        papers = papers_of(self._vault.session)
        return papers.have_ended and not papers.is_confirmed

    def confirm(self) -> None:
        """Let sharing go on for today. Raises: as `confirm_ended`."""
        confirm_ended(self._vault.session)
