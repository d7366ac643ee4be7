"""Generated passphrases in the language of the person, where there is a list of words for it.

This module decides which list a language has. A language without one gets English words, and
whoever shows them says so: words that nobody can spell are no passphrase.

Source: storage-security.md section 4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from nrm_desktop.bootstrap.shell import Shell, word_list
from nrm_desktop.security.vault.generator import Generated, generate_words

ENGLISH: Final = "en"
_LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {ENGLISH: "english", "uk": "ukrainian", "ar": "arabic"}
)


@dataclass(frozen=True, slots=True)
class SpokenPassphrase:
    """A generated passphrase. Shape: `language` is that of its words, which may not be the wish."""

    made: Generated
    language: str


def has_words(language: str) -> bool:
    """True if passphrases can be made of words of this language."""
    return _plain(language) in _LISTS


def passphrase_in(shell: Shell, language: str) -> SpokenPassphrase:
    """Make a passphrase of words of a language, or of English ones where it has no list."""
    chosen = _plain(language) if has_words(language) else ENGLISH
    words = word_list(shell, _LISTS[chosen])
    return SpokenPassphrase(generate_words(words, shell.random), chosen)


def _plain(language: str) -> str:
    """The language of a locale such as `uk_UA`."""
    return language.replace("-", "_").partition("_")[0].casefold()
