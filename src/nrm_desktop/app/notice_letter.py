"""The letter that tells a recipient that a consent was taken back: what it says, as plain data.

This module decides what may stand on it: the number and the day of a file that the recipient holds,
which data groups of it may no longer be used and for what, who asks, and until when an answer is
hoped for. Nothing about the person: no name, no code of a case, no answer, not even the day on
which it was taken back. Whoever opens the letter by mistake learns of nobody.

Source: nrm.md R27, S6; forms.md form c; docs/adr/0049.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.notices import Notice, Part, Passed

ANSWER_DAYS: Final = 14
"""How long a recipient has to answer. Half of the month that GDPR article 12(3) gives for what a
person asks, so that the person can hear of it within that month."""


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """Everything that the letter says.

    Shape: days are ISO; `sender` names our organisation and the badge, `contact` how to reach it
    and is empty where nobody wrote it down; `parts` is not empty.
    """

    language: str
    prepared_on: str
    answer_by: str
    sender: str
    contact: str
    recipient_name: str
    passed: Passed
    parts: tuple[Part, ...]
    is_practice: bool = False


def must_be_safe(notice: Notice) -> None:
    """Raises: Refused `policy.notice_not_safe` while the last decision is not to tell."""
    if notice.is_not_safe:
        raise Refused("policy.notice_not_safe")


def answer_by(today: str) -> str:
    """The last day for an answer. Shape: ISO days."""
    return (date.fromisoformat(today) + timedelta(days=ANSWER_DAYS)).isoformat()


def the_notice(notices: tuple[Notice, ...], reference: str, recipient: str = "") -> Notice:
    """Find the notice about a file; without a recipient it has to be the only one.

    Raises: Usage `usage.not_found`, `usage.ambiguous_item`.
    """
    found = [
        one
        for one in notices
        if one.passed.reference == reference and recipient in ("", one.passed.recipient)
    ]
    if not found:
        raise Usage("usage.not_found", what="referral", name=reference[:32])
    if len(found) > 1:
        items = tuple(str(one.passed.recipient) for one in found)
        raise Usage("usage.ambiguous_item", name=reference, items=items)
    return found[0]
