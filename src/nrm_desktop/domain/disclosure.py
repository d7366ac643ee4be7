"""The disclosure engine: the only door through which anything leaves the organisation.

`decide` says, field by field, what may go to a recipient for a purpose and what is withheld and
why. It looks at the ceiling of the recipient's role, the purpose, the person's exclusions, open
conflicts, and the consent register or a recorded ground. It never widens and never guesses: what
no rule lets pass is withheld (fail closed).

On an order of a court or a prosecutor nothing goes but what the person has given the police of
their own will (the compartment `liaison`): not even a danger to life, and no word of how the
person lives (S7, N4).

The person's own copy holds what is kept about the person, and nothing about anybody else: not what
others said, not who exploited, and no sealed place (nrm.md 11, N5).

Where the person stays (`domain.sealed`) never goes, to nobody, for nothing.

A paper (`domain.layouts`) narrows: what does not stand on the chosen one stays, and nothing goes
because it stands there.

Order of the questions otherwise, first answer wins:
1. Life-risk facts go with every referral, whatever the ceiling (R10); in a conflict the
   protective value goes.
2. The envelope (case code, urgency, recipient ...) goes: it holds no fact about the person.
3. What does not stand on the chosen paper is withheld.
4. A field of a newer form is withheld: nobody here knows what it means.
5. What the person excluded is withheld (forms.md 6 rule 7).
6. An open conflict withholds that field alone.
7. The ceiling of the recipient's role, then the purpose list of the field.
8. "Does not want to say" is withheld; "not asked" is no answer and is left out.
9. The consent register for every data group of the field, or the recorded ground.

Source: forms.md section 6; nrm.md sections 8 and 11; R5, R10, R26, N4, N5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from nrm_desktop.domain.additions import Addition
from nrm_desktop.domain.compartments import NOTHING, SENDING_CELLS, Cell, Cells
from nrm_desktop.domain.consent import ConsentQuestion, ConsentRecord, Verdict
from nrm_desktop.domain.consent_of_files import Registers, verdict_of_person
from nrm_desktop.domain.forms.parts import OWN_COPY
from nrm_desktop.domain.ids import FieldId, OpId, RecipientId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source

CONSENT = "consent"
CHILD_PROTECTION = "child_protection"
GUARDIAN: Final = frozenset({"guardian", "no_guardian"})
"""One of these is said where a child is passed on."""
VITAL_INTEREST = "vital_interest"
LEGAL_ORDER = "legal_duty_or_order"
OWN_REQUEST = "own_request"
SAFETY_PLAN = "safety_plan"
SEARCH = "search"
"""Ground and purpose of what the person wished to be told if she or he goes missing: in no list."""
WHAT_MAY_BE_SAID = FieldId("safety.if_missing.what")
_OF_THE_PLAN = "plan:"
THE_PERSON = RecipientId("person")
"""Ground, purpose and recipient of a copy for the person: none of them is in any list."""
_ABOUT_OTHERS = frozenset({"exploiter_sheet"})
_NOT_TO_BE_FOUND = ("group.", "receipt.rc_word")
"""Left out of a copy that somebody else may find: whom the person was met with, and the word by
which she or he is known again."""
_LIFE_RISK = "life_risk"
NOT_ON_PAPER: Final = "not_on_this_paper"
"""The reason for what the chosen paper does not hold: seen by the sender, told to nobody."""

GROUND_GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        VITAL_INTEREST: frozenset({"age_and_child", "needs", "risk", "health_alert"}),
        CHILD_PROTECTION: frozenset(
            {"identity", "safe_contact", "age_and_child", "needs", "risk", "health_alert"}
        )
        | {"account_summary", "child_file"},
        LEGAL_ORDER: frozenset(),
        "legal_claim": frozenset(),
    }
)
"""Data groups that a ground other than consent may carry: minimal by design (nrm.md 11).

A legal order opens nothing of this: what goes then is one compartment (S7).
"""

GROUND_PURPOSES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        VITAL_INTEREST: frozenset({"refer", "share_authority", "share_police", "health"}),
        CHILD_PROTECTION: frozenset({"refer", "share_authority", "health", "legal"}),
        LEGAL_ORDER: frozenset({"share_police"}),
        OWN_REQUEST: frozenset({OWN_COPY}),
        SAFETY_PLAN: frozenset({SEARCH}),
    }
)
"""For what a ground other than consent may be used: help and protection, and nothing besides."""


def may_carry(ground: str, purpose: str) -> bool:
    """Say whether a ground other than consent covers anything for a purpose."""
    return purpose in GROUND_PURPOSES.get(ground, frozenset())


@dataclass(frozen=True, slots=True)
class Item:
    """One value of the case, seen by the engine.

    Shape: `answer` is the acting one; `groups` are data groups of the pack; `purposes` is None
    where the field may serve every purpose; `is_known` is False for fields of a newer form;
    `additions` are what the person says about it, a part of the answer that goes or stays with it;
    `is_on_paper` is False for what the chosen paper does not hold.
    """

    record: RecordId
    address: str
    field: FieldId
    compartment: Compartment
    op: OpId
    answer: Answer
    groups: tuple[str, ...] = ()
    purposes: frozenset[str] | None = None
    is_envelope: bool = False
    is_life_risk: bool = False
    is_conflict: bool = False
    is_known: bool = True
    additions: tuple[Addition, ...] = ()
    is_on_paper: bool = True


@dataclass(frozen=True, slots=True)
class DisclosureRequest:
    """Who asks for what, when, on which ground.

    Shape: `ceiling` maps a compartment to the cells of the recipient's role; `today` is an ISO
    date; `ground` is `consent` or another code of the list `ground`; `paper` is a print order of
    the packs, or empty for the usual one.
    """

    recipient: RecipientId
    purpose: str
    ceiling: Mapping[Compartment, Cells]
    today: str
    ground: str = CONSENT
    passed_events: frozenset[str] = frozenset()
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Included:
    """A value that goes, and the rule that lets it: `consent:ID`, `ground:CODE` ..."""

    item: Item
    rule: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that stays, and why, as a reason code of cli.md section 6."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What goes and what stays. Only `decide` makes one."""

    request: DisclosureRequest
    included: tuple[Included, ...]
    withheld: tuple[Withheld, ...]
    consents: tuple[RecordId, ...]

    @property
    def rests_on_permission(self) -> bool:
        """True if some field goes on a consent or a recorded ground; else nothing may be sent.

        Where somebody decided that a life or a child is at risk, the danger alone is enough: often
        it is all that anybody could see (S2).
        """
        rules = {given.rule.partition(":")[0] for given in self.included}
        is_danger_enough = self.request.ground in (VITAL_INTEREST, CHILD_PROTECTION)
        return bool(rules & {"consent", "ground"}) or (is_danger_enough and _LIFE_RISK in rules)

    @property
    def is_on_order(self) -> bool:
        """True if it answers an order of a court or prosecutor: a packet, and no referral (S7)."""
        return self.request.ground == LEGAL_ORDER

    @property
    def is_own_copy(self) -> bool:
        """True if it is a copy for the person."""
        return self.request.ground == OWN_REQUEST

    @property
    def told_to_stay(self) -> tuple[Withheld, ...]:
        """What the recipient is told stays here; on an order not even that there is more.

        Nor is anything told of what the chosen paper does not ask for.
        """
        if self.is_on_order:
            return ()
        return tuple(kept for kept in self.withheld if kept.reason != NOT_ON_PAPER)

    def digest(self) -> str:
        """Name this decision: equal for a preview and an export with the same inputs."""
        asked = self.request
        parts = [asked.recipient, asked.purpose, asked.ground]
        parts += [f"#{asked.paper}"] if asked.paper else []
        parts += [
            f"+{given.item.address}={given.item.op}={given.item.answer!r}{_said(given.item)}"
            for given in self.included
        ]
        parts += [f"-{kept.item.address}={kept.item.op}:{kept.reason}" for kept in self.withheld]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _said(item: Item) -> str:
    return "".join(f"&{one.on}={one.words!r}" for one in item.additions)


def decide(
    request: DisclosureRequest,
    items: Iterable[Item],
    register: Iterable[ConsentRecord],
    beside: Iterable[ConsentRecord] = (),
) -> Disclosure:
    """Decide field by field what may go. The order of the items is kept.

    Shape: `beside` is what registers of other files of the person say (`domain.consent_of_files`).
    """
    rows = Registers(tuple(register), tuple(beside))
    asked = ConsentQuestion(
        request.purpose, request.recipient, request.today, request.passed_events
    )
    of_group = cache(lambda group: verdict_of_person(rows, asked, group))
    included: list[Included] = []
    withheld: list[Withheld] = []
    consents: dict[RecordId, None] = {}
    for item in items:
        if item.answer.state is AnswerState.NOT_ASKED:
            continue
        reason, used = _reason(request, item, of_group)
        if reason:
            withheld.append(Withheld(item, reason))
            continue
        consents.update(dict.fromkeys(used))
        included.append(Included(item, _rule(request, item, used)))
    return Disclosure(request, tuple(included), tuple(withheld), tuple(consents))


def _reason(
    request: DisclosureRequest, item: Item, of_group: Callable[[str], Verdict]
) -> tuple[str, tuple[RecordId, ...]]:
    if is_sealed(item.field):
        return _closed_word(Compartment.LOCATION), ()
    if request.ground in _OTHERWISE:
        return _off_paper(item) or _OTHERWISE[request.ground](request, item), ()
    if item.is_life_risk or item.is_envelope:
        return "", ()
    reason = _off_paper(item) or _closed_by_itself(item) or _closed_to_recipient(request, item)
    if reason:
        return reason, ()
    if request.ground != CONSENT:
        is_covered = may_carry(request.ground, request.purpose)
        allowed = GROUND_GROUPS.get(request.ground, frozenset()) if is_covered else frozenset()
        return ("" if allowed.issuperset(item.groups) else "not_needed_for_purpose"), ()
    return _by_consent(item, of_group)


def _on_an_order(request: DisclosureRequest, item: Item) -> str:
    if item.compartment != Compartment.LIAISON:
        return _closed_word(item.compartment)
    reason = _closed_by_itself(item)
    if reason:
        return reason
    if Cell.ORDER not in request.ceiling.get(item.compartment, NOTHING):
        return _closed_word(item.compartment)
    if not may_carry(request.ground, request.purpose):
        return "not_needed_for_purpose"
    return _not_meant(request, item)


def _for_the_person(request: DisclosureRequest, item: Item) -> str:
    if not item.is_known:
        return "unknown_field"
    if item.compartment == Compartment.LOCATION:
        return "location_sealed"
    if item.answer.source is Source.THIRD_PARTY or _ABOUT_OTHERS & set(item.groups):
        return "third_party"
    if item.field.startswith(_NOT_TO_BE_FOUND):
        return "third_party"
    is_theirs = request.recipient == THE_PERSON and may_carry(request.ground, request.purpose)
    return "" if is_theirs else "not_needed_for_purpose"


def _as_planned(request: DisclosureRequest, item: Item) -> str:
    """Of a safety plan one row goes to the one whom it names: what may be said, and no more."""
    if not may_carry(request.ground, request.purpose) or item.field != WHAT_MAY_BE_SAID:
        return "not_needed_for_purpose"
    if request.recipient != planned_recipient(item.record):
        return "not_needed_for_purpose"
    return _closed_by_itself(item)


def planned_recipient(row: RecordId) -> RecipientId:
    """Whoever is named in a row of a safety plan, without the name."""
    return RecipientId(f"{_OF_THE_PLAN}{row.hex()}")


_OTHERWISE: Mapping[str, Callable[[DisclosureRequest, Item], str]] = MappingProxyType(
    {
        LEGAL_ORDER: _on_an_order,
        OWN_REQUEST: _for_the_person,
        SAFETY_PLAN: _as_planned,
    }
)
"""Grounds on which other questions are asked than those of a referral."""


def _off_paper(item: Item) -> str:
    return "" if item.is_on_paper else NOT_ON_PAPER


def _closed_by_itself(item: Item) -> str:
    if not item.is_known:
        return "unknown_field"
    if item.answer.marks & Mark.NOT_TO_LEAVE:
        return "excluded_by_person"
    if item.is_conflict:
        return "conflict_open"
    return ""


def _closed_to_recipient(request: DisclosureRequest, item: Item) -> str:
    if not SENDING_CELLS & request.ceiling.get(item.compartment, NOTHING):
        return _closed_word(item.compartment)
    return _not_meant(request, item)


def _not_meant(request: DisclosureRequest, item: Item) -> str:
    """Why a field is not meant for a purpose at all; empty if it is."""
    if not item.groups:
        return "not_needed_for_purpose"
    if item.purposes is not None and request.purpose not in item.purposes:
        return "not_needed_for_purpose"
    if item.answer.state is AnswerState.DECLINED:
        return "person_declined_to_say"
    return ""


def _closed_word(compartment: Compartment) -> str:
    if compartment == Compartment.LOCATION:
        return "location_sealed"
    if compartment == Compartment.LEGAL:
        return "privileged"
    return "compartment_closed_to_recipient"


def _by_consent(item: Item, of_group: Callable[[str], Verdict]) -> tuple[str, tuple[RecordId, ...]]:
    used: dict[RecordId, None] = {}
    for group in item.groups:
        found = of_group(group)
        if not found.passes:
            return found.reason, ()
        used.update(dict.fromkeys(found.rows))
    return "", tuple(used)


def _rule(request: DisclosureRequest, item: Item, used: tuple[RecordId, ...]) -> str:
    if request.ground in _OTHERWISE:
        return f"ground:{request.ground}"
    if item.is_life_risk:
        return _LIFE_RISK
    if item.is_envelope:
        return "envelope"
    if request.ground != CONSENT:
        return f"ground:{request.ground}"
    return "consent:" + ",".join(record.hex() for record in used)


def is_told_about_child(informed: Collection[str]) -> bool:
    """Say whether those were told who have a right to know before a child is passed on.

    A child alone at night has nobody yet: `no_guardian` says so, and the guardian is a task of its
    own; nothing for a child waits for one (nrm.md section 6, R29).
    """
    return "child" in informed and not GUARDIAN.isdisjoint(informed)
