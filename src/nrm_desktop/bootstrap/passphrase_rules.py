"""The rules for a new passphrase and the generator, as the window asks for them.

Source: storage-security.md section 4.8.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.comparing import english_words
from nrm_desktop.bootstrap.shell import Shell, word_list
from nrm_desktop.security.vault.generator import generate
from nrm_desktop.security.vault.passphrase import check_new


class VaultPassphraseRules:
    """Fulfils `PassphraseRules`. Shape: `local` are names of the place and the organisation."""

    def __init__(self, shell: Shell, local: tuple[str, ...] = ()) -> None:
        self._shell = shell
        self._local = local

    def check(self, typed: str) -> None:
        """Accept a new passphrase. Raises: Refused `policy.floor` with `rule`."""
        check_new(typed, word_list(self._shell, "too_common"), self._local)

    def generate(self) -> str:
        """Make one of ordinary words."""
        return generate(english_words(self._shell.resources), self._shell.random)
