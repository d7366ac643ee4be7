"""What a document says and how it looks: plain data, no drawing.

The caller turns a disclosure into a `DocumentContent`; whatever is not in it cannot be printed.
Words for people are in it too, already in the recipient's language: this package translates
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class DocRow:
    """One answer on paper.

    Shape: `value` may have several paragraphs; `note` says who said it, when, how sure.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DocSection:
    """Answers under one heading; sections on danger to life are printed first.

    Shape: `is_one_piece` for a part that is torn off or sent back: it stays on one sheet.
    """

    title: str
    rows: tuple[DocRow, ...]
    is_life_risk: bool = False
    is_one_piece: bool = False


@dataclass(frozen=True, slots=True)
class DocWithheld:
    """A group of facts that the paper does not hold, and why, in words for the recipient."""

    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocTexts:
    """The document's own words. The defaults are the English source texts of the catalogue.

    Shape: `page_of` takes {page} and {pages}; the texts of life risk and of the check may be left
    empty by a document that has no such part.
    """

    title: str = "Referral"
    prepared_on: str = "Prepared on {date}"
    notice: str = "For the recipient named above only. Keep it closed, pass nothing on."
    reference: str = "Reference"
    recipient: str = "For"
    purpose: str = "Purpose"
    expires: str = "Valid until"
    page: str = "Page"
    page_of: str = "{page} of {pages}"
    not_included: str = "Not included"
    not_included_hint: str = "These facts may exist. They are not part of this paper."
    check: str = "Check this paper"
    check_hint: str = "The sender can tell you these words by phone. They must be the same."
    practice: str = "PRACTICE: invented people, not a real referral"

    def translated(self, translate: Callable[[str], str]) -> DocTexts:
        """The same texts in another language."""
        return DocTexts(*(translate(getattr(self, text.name)) for text in fields(self)))


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """Everything that stands on the paper, and nothing else.

    Shape: `reference` and `short_code` hold no name; dates are words already; `language` is a
    BCP 47 tag; `fingerprint_words` are those of the signed content; `copy` says in words which
    copy this is, or is empty.
    """

    reference: str
    recipient: str
    purpose: str
    expires: str
    prepared_on: str
    sections: tuple[DocSection, ...]
    withheld: tuple[DocWithheld, ...] = ()
    fingerprint_words: tuple[str, ...] = ()
    short_code: str = ""
    copy: str = ""
    practice: bool = False
    language: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    texts: DocTexts = DocTexts()


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks. Units: `size` in points; `colour` as #RRGGBB."""

    size: float
    colour: str
    is_bold: bool = False


INK: Final = "#1B2420"
MUTE: Final = "#55615B"
ACCENT: Final = "#0B6257"
DANGER: Final = "#A1271F"
PRACTICE: Final = "#5B2A86"


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """The look of a document on paper. Units: points; `label_share` is a part of the text width.

    Source: type sizes and colours follow ux.md section 2, scaled for paper.
    """

    page_width: float = 595.28
    page_height: float = 841.89
    side: float = 56.0
    top: float = 48.0
    bottom: float = 64.0
    label_share: float = 0.32
    column_gap: float = 16.0
    line_height: float = 1.4
    tall_line_height: float = 1.6
    paragraph_space: float = 3.0
    title: TextStyle = TextStyle(22, INK, is_bold=True)
    heading: TextStyle = TextStyle(12.5, ACCENT, is_bold=True)
    danger_heading: TextStyle = TextStyle(12.5, DANGER, is_bold=True)
    quiet_heading: TextStyle = TextStyle(12.5, INK, is_bold=True)
    body: TextStyle = TextStyle(10, INK)
    label: TextStyle = TextStyle(9, MUTE)
    note: TextStyle = TextStyle(8, MUTE)
    head_label: TextStyle = TextStyle(7, MUTE)
    head_value: TextStyle = TextStyle(9, INK, is_bold=True)
    words: TextStyle = TextStyle(11, INK, is_bold=True)
    band: TextStyle = TextStyle(10, PRACTICE, is_bold=True)
    rule: str = "#D5DAD6"
    strong_rule: str = ACCENT
    danger_tint: str = "#FCE9E7"
    danger_bar: str = DANGER
    band_tint: str = "#F1E6FA"

    @property
    def text_width(self) -> float:
        """The width between the side margins."""
        return self.page_width - 2 * self.side


A4: Final = DocumentLayout()
