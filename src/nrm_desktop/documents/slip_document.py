"""The slip of a counter, small enough for a hand: a code in large letters, and whom to give it to.

Two codes stand on it and no fact about anybody: no name, no place, no answer. Whoever finds it
learns nothing, and after a week it opens nothing.

Source: forms.md form l15; ADR 0041.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nrm_desktop.documents.flow import Column, Composer, Strip, gap, side_by_side
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import ACCENT, INK, PRACTICE, DocumentLayout, TextStyle
from nrm_desktop.documents.lines import Typesetter
from nrm_desktop.documents.renderer import draw_strips
from nrm_desktop.documents.sheets import Book
from nrm_desktop.documents.words import Say, date_words
from nrm_desktop.domain.scripts import is_from_the_right, isolated

A6: Final = DocumentLayout(page_width=297.64, page_height=419.53, side=28.0, top=30.0)
_CODE: Final = TextStyle(46, INK, is_bold=True)
_TITLE: Final = TextStyle(16, INK, is_bold=True)
_TEXT: Final = TextStyle(11, INK)
_STRONG: Final = TextStyle(11, INK, is_bold=True)
_BAND: Final = TextStyle(10, PRACTICE, is_bold=True)
_RULE: Final = 1.2
_FILE_TITLE: Final = "Document"


@dataclass(frozen=True, slots=True)
class SlipContent:
    """Everything that stands on a slip.

    Shape: `groups` are those of the hand-over code, `case` the code of the case, `until` the last
    ISO day on which the code opens something.
    """

    groups: tuple[str, ...]
    case: str
    until: str
    is_practice: bool = False


def slip_pdf(slip: SlipContent, fonts: FontSet, say: Say) -> bytes:
    """Draw a slip in a language."""
    is_rtl = is_from_the_right(say.language)
    composer = Composer(Typesetter(fonts, say.language), A6, is_rtl=is_rtl)
    book = Book(A6.page_width, A6.page_height)
    draw_strips(book.new_sheet(), list(_strips(slip, composer, say)), A6.top)
    return book.finish(_FILE_TITLE, say.language)


def _strips(slip: SlipContent, composer: Composer, say: Say) -> Iterator[Strip]:
    full = Column(A6.side, A6.text_width)

    def own(text: str, style: TextStyle) -> list[Strip]:
        return side_by_side(composer.own(text, style, full))

    if slip.is_practice:
        yield from own(say("PRACTICE"), _BAND)
    yield from own(say("Hand-over code"), _TITLE)
    yield gap(8)
    yield Strip(_RULE, (composer.box(full, 0, _RULE, ACCENT),))
    yield gap(10)
    for group in slip.groups:  # one below another: which comes first is clear in every script
        yield from side_by_side(composer.own(group, _CODE, full, "centre"))
    yield gap(10)
    yield Strip(_RULE, (composer.box(full, 0, _RULE, ACCENT),))
    yield gap(12)
    yield from own(say("Give it to the colleague who goes on with this person."), _STRONG)
    yield gap(4)
    told = say("It is typed under “New case”. No name and no answer stands on this paper.")
    yield from own(told, _TEXT)
    yield gap(10)
    yield from own(say("Code of the case: {code}", code=isolated(slip.case)), _TEXT)
    until = date_words(say, (slip.until, 0))
    yield from own(say("Good until {date}", date=until), _TEXT)
