"""Which entries of a case may not wait: what travels before everything else on a slow line.

This module decides by names and merge rules of fields, never by values: consent and its
withdrawal, danger and risk, who is missing, hand-over and referral. In doubt something is urgent:
a few bytes more go first. It must not know how commits are written or sent.

Source: sync.md section 15.
"""

from __future__ import annotations

import re
from typing import Final

from nrm_desktop.domain.protective import PROTECTIVE

_WORDS: Final = frozenset(
    {"consent", "danger", "handover", "medical", "missing", "referral", "risk", "threat"}
    | {"withdrawal", "withdrawn"}
)
_RULES: Final = frozenset(
    f"{PROTECTIVE}{rule}"
    for rule in ("consent_answer", "contact_safe", "life_risk", "missing", "risk_level")
)
_ALERTS: Final = "case_registers.al_"
"""What roles read of a part that they may not read: a danger to health, in a few words."""
_BETWEEN: Final = re.compile("[._]")


def is_urgent(name: str, merge: str = "") -> bool:
    """Say whether an operation on this field, or on a record of this form, may not wait.

    Shape: `name` as the operation has it, empty where it removes a record or is of a newer kind:
    then nobody can tell what it is, and it is urgent. `merge` is the rule of the field, if known.
    """
    is_named = bool(_WORDS & set(_BETWEEN.split(name))) or name.startswith(_ALERTS)
    return not name or is_named or merge in _RULES
