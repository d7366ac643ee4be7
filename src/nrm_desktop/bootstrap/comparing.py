"""What two people read to each other about a file, with the slow hash and the shipped words."""

from __future__ import annotations

from pathlib import Path

from nrm_desktop.app.fingerprints import Comparison, comparison_of, read_word_list
from nrm_desktop.security.identity.comparing import harden


def english_words(resources: Path) -> tuple[str, ...]:
    """The list of words that is part of the format."""
    return read_word_list((resources / "words" / "english.txt").read_text(encoding="utf-8"))


def compared(resources: Path, file: bytes) -> Comparison:
    """Give the digits and words of a file."""
    return comparison_of(file, harden, english_words(resources))
