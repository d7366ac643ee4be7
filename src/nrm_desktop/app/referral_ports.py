"""Ports of a referral: the sheet that is printed or sealed, and who makes bytes of it.

A sheet carries a `Disclosure` and nothing else of the case, so neither the renderer nor the packet
can leak what the engine withheld (P22, R26).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.domain.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class ReferralSheet:
    """One referral, ready to become a document.

    Shape: `reference` is random (`r-7f3k...`) and says nothing; dates are ISO; `language` is the
    recipient's, a language of the packs; `recipient_name` stands in the directory.
    """

    referral: bytes
    reference: str
    case_code: str
    recipient_name: str
    purpose: str
    language: str
    prepared_on: str
    expires_on: str
    disclosure: Disclosure
    is_practice: bool = False


class SheetRenderer(Protocol):
    """Makes the PDF of a sheet; pure and deterministic."""

    def render(self, sheet: ReferralSheet) -> bytes:
        """Draw the sheet in its language."""

    def protect(self, pdf: bytes, password: str) -> bytes:
        """Lock a PDF with a password (AES-256 R6)."""


@dataclass(frozen=True, slots=True)
class PacketMade:
    """A sealed packet and the words by which both sides can compare it."""

    data: bytes
    words: tuple[str, ...]


class PacketMaker(Protocol):
    """Seals a sheet to another organisation's intake key (sync.md section 14)."""

    def make(self, sheet: ReferralSheet, pdf: bytes, card: bytes) -> PacketMade:
        """Sign and seal. Shape: `card` is the contact card as it was received."""
