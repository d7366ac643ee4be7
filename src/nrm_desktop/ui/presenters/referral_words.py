"""The decision about a referral in words: what goes and why it may, what stays and why.

This module decides only how the reasons of the disclosure engine are said.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.handlers.referrals import Decided
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.disclosure import (
    CHILD_PROTECTION,
    CONSENT,
    NOT_ON_PAPER,
    OWN_REQUEST,
    Included,
    Item,
    Withheld,
    is_told_about_child,
)
from nrm_desktop.domain.forms.parts import REFERRAL, title_key
from nrm_desktop.domain.layouts import USUAL
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import Say

INFORMED = ("child", "guardian", "no_guardian")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One answer: the question, what it says, and why it goes or stays."""

    question: str
    answer: str
    pill: PillSpec


@dataclass(frozen=True, slots=True)
class Decision:
    """What would go and what stays.

    Shape: `blocked` says what is missing if nothing may go; `needs_informed` if child and guardian
    have to be told; `has_card` if a locked packet can be made for this office; `is_own` if it is a
    copy for the person; `papers` on which it can go, one of them chosen.
    """

    recipient: str
    included: tuple[DecisionLine, ...]
    withheld: tuple[DecisionLine, ...]
    needs_informed: bool
    has_card: bool
    blocked: BannerSpec | None = None
    is_own: bool = False
    papers: tuple[Choice, ...] = ()
    paper: str = USUAL


def decision_of(
    desk: Desk, words: FormWords, decided: Decided, informed: frozenset[str]
) -> Decision:
    """Say a decision in words."""
    say, disclosure = desk.say, decided.disclosure
    is_child = decided.pathway is Pathway.CHILD
    needs_informed = is_child and disclosure.request.ground == CHILD_PROTECTION
    return Decision(
        recipient=decided.recipient_name,
        included=tuple(
            _line(words, given.item, _why_it_goes(say, words, given))
            for given in disclosure.included
        ),
        withheld=tuple(
            _line(words, kept.item, PillSpec(reason_words(say, kept.reason), Shape.BARRED))
            for kept in sorted(disclosure.withheld, key=_is_off_paper)
        ),
        needs_informed=needs_informed,
        has_card=decided.card is not None,
        blocked=_blocked(say, decided, needs_informed=needs_informed, informed=informed),
        is_own=disclosure.is_own_copy,
        papers=tuple(Choice(one, _paper(desk, decided, one)) for one in decided.layouts),
        paper=disclosure.request.paper,
    )


def _is_off_paper(kept: Withheld) -> bool:
    """What the paper does not ask for comes last: what it asks for and does not get is the news."""
    return kept.reason == NOT_ON_PAPER


def _paper(desk: Desk, decided: Decided, layout: str) -> str:
    if layout == USUAL and decided.disclosure.is_own_copy:
        return desk.say("Everything that is kept")
    return desk.context.forms.text(title_key(layout or REFERRAL), desk.say.language)


def reason_words(say: Say, reason: str) -> str:
    """Why something stays here."""
    return {
        "no_consent": say("not asked, or not agreed"),
        "declined": say("the person said no"),
        "consent_withdrawn": say("the person took it back"),
        "consent_expired": say("the consent has ended"),
        "excluded_by_person": say("the person kept it out"),
        "person_declined_to_say": say("the person did not want to say"),
        "conflict_open": say("two versions: decide first"),
        "not_needed_for_purpose": say("not needed for this"),
        "unknown_field": say("from a newer form"),
        "location_sealed": say("places stay here"),
        "privileged": say("legal matters stay here"),
        "compartment_closed_to_recipient": say("not for this kind of office"),
        "third_party": say("about somebody else"),
        NOT_ON_PAPER: say("not on this paper"),
    }.get(reason, say("stays here"))


def _why_it_goes(say: Say, words: FormWords, given: Included) -> PillSpec:
    kind, _, rest = given.rule.partition(":")
    if rest == OWN_REQUEST:
        return PillSpec(say("the person asked for it"), Shape.DOT, Tone.OK)
    if kind == "ground":
        return PillSpec(words.code("ground", rest), Shape.HALF, Tone.WARN)
    if kind == "life_risk":
        return PillSpec(say("danger to life"), Shape.TRIANGLE, Tone.WARN)
    if kind == "envelope":
        return PillSpec(say("envelope"), Shape.RING)
    return PillSpec(say("agreed"), Shape.DOT, Tone.OK)


def _line(words: FormWords, item: Item, pill: PillSpec) -> DecisionLine:
    return DecisionLine(words.label(item.field), words.answer(item.field, item.answer), pill)


def _blocked(
    say: Say, decided: Decided, *, needs_informed: bool, informed: frozenset[str]
) -> BannerSpec | None:
    if needs_informed and not is_told_about_child(informed):
        text = say("Tell the child and the guardian first, and tick that you did.")
        return BannerSpec(text, Tone.WARN, say("For a child"))
    if decided.disclosure.rests_on_permission:
        return None
    reasons = {kept.reason for kept in decided.disclosure.withheld}
    if "consent_withdrawn" in reasons:
        text = say("The person has taken the consent back. Nothing may go; help goes on as before.")
        return BannerSpec(text)
    if decided.files.unread and decided.disclosure.request.ground == CONSENT:
        codes = ", ".join(decided.files.unread)
        text = say(
            "Another file of this person is not on this laptop, and may say no: {codes}",
            codes=codes,
        )
        return BannerSpec(text, Tone.WARN, say("Nothing may go yet"))
    text = say(
        "Nobody has agreed that {recipient} gets to know this.", recipient=decided.recipient_name
    )
    return BannerSpec(text, Tone.INFO, say("Nothing may go yet"), say("Ask for consent"))
