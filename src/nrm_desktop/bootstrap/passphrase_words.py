"""Generated passphrases in the language of the person, where there is a list of words for it.

Which list a language has stands beside the lists (`words/MANIFEST.toml`). A language without one
gets English words, and whoever shows them says so: words that nobody can spell are no passphrase.

Source: storage-security.md section 4.8.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.bootstrap.shell import Shell, word_list
from nrm_desktop.security.vault.generator import Generated, generate_words

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class SpokenPassphrase:
    """A generated passphrase. Shape: `language` is that of its words, which may not be the wish."""

    made: Generated
    language: str


def has_words(shell: Shell, language: str) -> bool:
    """True if passphrases can be made of words of this language."""
    return _plain(language) in _lists(shell)


def passphrase_in(shell: Shell, language: str) -> SpokenPassphrase:
    """Make a passphrase of words of a language, or of English ones where it has no list."""
    lists = _lists(shell)
    chosen = _plain(language) if _plain(language) in lists else ENGLISH
    words = word_list(shell, lists[chosen])
    return SpokenPassphrase(generate_words(words, shell.random), chosen)


def _lists(shell: Shell) -> Mapping[str, str]:
    """Names of lists by language."""
    text = (shell.resources / "words" / "MANIFEST.toml").read_text(encoding="utf-8")
    found: Mapping[str, str] = tomllib.loads(text)["passphrases"]
    return found


def _plain(language: str) -> str:
    """The language of a locale such as `uk_UA`."""
    return language.replace("-", "_").partition("_")[0].casefold()
