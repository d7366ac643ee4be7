"""The rules for a new passphrase and the generator, as the window asks for them.

Source: storage-security.md section 4.8.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.passphrase_words import ENGLISH, passphrase_in
from nrm_desktop.bootstrap.shell import Shell, word_list
from nrm_desktop.security.vault.passphrase import check_new


class VaultPassphraseRules:
    """Fulfils `PassphraseRules`.

    Shape: `local` are names of the place and the organisation; `language` is that of the words
    that are drawn, where there is a list for it.
    """

    def __init__(self, shell: Shell, local: tuple[str, ...] = (), language: str = ENGLISH) -> None:
        self._shell = shell
        self._local = local
        self._language = language

    def check(self, typed: str) -> None:
        """Accept a new passphrase. Raises: Refused `policy.floor` with `rule`."""
        check_new(typed, word_list(self._shell, "too_common"), self._local)

    def generate(self) -> str:
        """Make one of ordinary words."""
        return passphrase_in(self._shell, self._language).made.text
