"""In which language a paper is written: one of the packs, or that of the screen."""

from __future__ import annotations

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.errors import Usage


def paper_language(vault: OpenVault, language: str) -> str:
    """The language, or that of the screen. Raises: Usage `usage.bad_value`."""
    known = {tag for info in vault.forms.packs for tag in info.languages}
    if language and language not in known:
        raise Usage("usage.bad_value", what="lang", allowed=sorted(known))
    return language or vault.context.language
