"""Choosing a passphrase: two lines that agree, what is wrong in plain words, and a generator.

This module decides when a passphrase may be taken and how a refusal is said. The rules themselves
and the words of the generator are handed in (`PassphraseRules`): the UI knows no key.

Source: storage-security.md section 4.8. Threat: T26.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.wording import Say


class PassphraseRules(Protocol):
    """What whoever joins the window hands in."""

    def check(self, typed: str) -> None:
        """Accept a new passphrase. Raises: Refused `policy.floor` with `rule`."""

    def generate(self) -> str:
        """Make one of ordinary words."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of two lines. Shape: `is_ready` if the first may be taken."""

    words: str
    is_ready: bool = False


def judge(say: Say, rules: PassphraseRules, first: str, again: str) -> Judged:
    """Say what is still wrong, the most helpful thing first; nothing before anything is typed."""
    if not first:
        return Judged("")
    try:
        rules.check(first)
    except Refused as refusal:
        return Judged(_words(say, refusal))
    if not again:
        return Judged(say("This one is long enough. Type it once more below."))
    if first != again:
        return Judged(say("The two lines differ."))
    return Judged(say("Both lines agree."), is_ready=True)


def _words(say: Say, refusal: Refused) -> str:
    shortest, longest = refusal.params.get("shortest"), refusal.params.get("longest")
    return {
        "short": say(
            "Too short: take at least {shortest} characters, or five words of the program.",
            shortest=shortest,
        ),
        "long": say("Too long: take at most {longest} characters.", longest=longest),
        "repeats": say("The same characters come again and again: that is soon found."),
        "common": say("Many people try exactly this. Take words that do not belong together."),
    }.get(str(refusal.params.get("rule")), say("This one is too easy to find."))
