"""Names in print orders: the parts of a referral that go without a consent, and titles.

This module decides the names alone; what goes, the disclosure engine decides.

Source: forms.md section 5; nrm.md R10.
"""

from __future__ import annotations

from typing import Final

REFERRAL: Final = "referral"
"""The layout of a referral."""
ENVELOPE_PART: Final = "envelope"
"""What a referral needs to arrive at all."""
LIFE_RISK_PART: Final = "life_risk"
"""Dangers to life: they go with every referral (R10)."""
WITHOUT_CONSENT: Final = (LIFE_RISK_PART, ENVELOPE_PART)
OWN_COPY: Final = "own_copy"
"""The purpose of what is printed for the person: in no list, because nobody consents to it."""
TITLE: Final = "title"
"""No part bears this name: it is where the name of a paper stands among the texts."""


def title_key(layout: str) -> str:
    """The key of the words for a paper: that of a referral is named after its form."""
    return f"{layout}.{TITLE}" if layout == REFERRAL else f"layout.{layout}.{TITLE}"
