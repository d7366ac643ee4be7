"""Languages by tag: their own names, their script, the direction of writing.

Names of months and of all languages are in `locale`, which takes a while to load. The locked screen
needs no more than this. A language that is not listed here can be spoken all the same: Qt knows its
name, and it is written from left to right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QLocale, Qt


@dataclass(frozen=True, slots=True)
class Language:
    """A language as its own speakers write its name.

    Shape: `script` is empty for Latin, Cyrillic and Greek; `qt` is the tag that Qt knows.
    """

    tag: str
    own_name: str
    script: str = ""
    qt: str = ""

    @property
    def is_rtl(self) -> bool:
        """True if it is written from right to left."""
        return self.script == "arabic"


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.tag: language
        for language in (
            Language("en", "English"),
            Language("ar", "العربية", "arabic"),
            Language("bg", "Български"),
            Language("ckb", "کوردیی ناوەندی", "arabic"),
            Language("fa", "فارسی", "arabic"),
            Language("fr", "Français"),
            Language("prs", "دری", "arabic", qt="fa_AF"),
            Language("ps", "پښتو", "arabic"),
            Language("ro", "Română"),
            Language("ru", "Русский"),
            Language("sq", "Shqip"),
            Language("ti", "ትግርኛ", "ethiopic"),
            Language("tr", "Türkçe"),
            Language("uk", "Українська"),
            Language("vi", "Tiếng Việt"),
        )
    }
)


def language_of(tag: str) -> Language:
    """The language of a tag; one that is not listed has the name that Qt knows, or its tag."""
    return LANGUAGES.get(tag) or Language(tag, QLocale(tag).nativeLanguageName() or tag)


def direction_of(tag: str) -> Qt.LayoutDirection:
    """The direction of the whole window."""
    if language_of(tag).is_rtl:
        return Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight
