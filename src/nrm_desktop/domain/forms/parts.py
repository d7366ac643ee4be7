"""The parts of the layout of a referral whose names say what goes without a consent.

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
