"""Ports of a referral: the sheet that is printed or sealed, and who makes bytes of it.

A sheet carries a `Disclosure` and nothing else of the case, so neither the renderer nor the packet
can leak what the engine withheld (P22, R26).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.app.wire.hashes import base32
from nrm_desktop.domain.disclosure import Disclosure
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

_REFERENCE_CHARACTERS = 6


def reference_of(referral: bytes) -> str:
    """The name of a referral that both sides say and that files bear: `r-7f3k2q`; it is random."""
    return f"r-{base32(referral)[:_REFERENCE_CHARACTERS]}"


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A record that values of the sheet stand in. Shape: `form` is a record key; no content."""

    record: RecordId
    form: str
    parent: RecordId | None
    order: int


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """Something that was passed on about a person, as the own copy tells it.

    Shape: `at` is an ISO time; purpose, ground and way are codes; `recipient_name` is empty where
    the directory does not know it any more; `fields` are questions, never answers.
    """

    at: str
    is_the_person: bool
    recipient_name: str
    purpose: str
    ground: str
    way: str
    fields: tuple[FieldId, ...]


@dataclass(frozen=True, slots=True)
class ReferralSheet:
    """One referral, ready to become a document.

    Shape: `reference` is `reference_of(referral)`; dates are ISO; `language` is the recipient's, a
    language of the packs; `recipient_name` stands in the directory;
    `sender` names our organisation and the badge, never a person; `records` are those of the
    included values, `consents` the operations of the register that they rest on, `names` the names
    of services and contacts that included values refer to; `hidden` are parts of the file that
    whoever makes a copy for the person cannot see; `received` is the log of passing on, for the
    person alone; `other_files` are codes of files of the same person that are in such a copy,
    `missing_files` of those that could not be read.
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
    sender: str = ""
    records: tuple[SheetRecord, ...] = ()
    consents: tuple[OpId, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    hidden: tuple[Compartment, ...] = ()
    received: tuple[ReceivedRow, ...] = ()
    other_files: tuple[str, ...] = ()
    missing_files: tuple[str, ...] = ()


class SheetRenderer(Protocol):
    """Makes the PDF of a sheet; pure and deterministic."""

    def render(self, sheet: ReferralSheet) -> bytes:
        """Draw the sheet in its language."""

    def protect(self, pdf: bytes, password: str) -> bytes:
        """Lock a PDF with a password (AES-256 R6)."""


class PortableCopy(Protocol):
    """Makes the own copy that a person takes along to others, for programs to read."""

    def __call__(self, sheet: ReferralSheet) -> bytes:
        """Write the sheet; the same bytes each time."""


@dataclass(frozen=True, slots=True)
class PacketMade:
    """A sealed packet and the words by which both sides can compare it.

    Shape: `keeps` is what the sender keeps in the case to understand the answer.
    """

    data: bytes
    words: tuple[str, ...]
    keeps: Value = None


class PacketMaker(Protocol):
    """Seals a sheet to another organisation's intake key (sync.md section 14)."""

    def make(self, sheet: ReferralSheet, pdf: bytes, card: bytes) -> PacketMade:
        """Sign and seal. Shape: `card` is the contact card as it was received."""
