"""Rows of the conversation about consent, and lines of what stands, as plain data.

This module decides which data groups a recipient could get at all, and in which words a record of
the register is shown. A record lives alone: nothing is put together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.commands import ConsentRowGiven
from nrm_desktop.app.queries import ConsentRow
from nrm_desktop.domain.consent_of_files import Acts
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import Say

PARTLY: Final = "partly"
YES: Final = "yes"
FIRST_UNTIL: Final = "end_of_referral"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One data group of a row. Shape: `answer` is empty, `yes` or `no`; only "partly" uses it."""

    code: str
    words: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One row: one recipient, one purpose. Shape: `answer` is empty before somebody gives one."""

    id: str
    recipient: str
    purpose: str
    title: str
    purpose_words: str
    groups: tuple[GroupLine, ...]
    answer: str = ""
    until: str = FIRST_UNTIL


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One record of the register in words.

    Shape: `may_withdraw` if it stands and says yes; `file` is the code of another file of the
    person in which it stands; `reach` says in which file it counts, empty where there is one.
    """

    id: str
    recipient: str
    purpose: str
    group: str
    pill: PillSpec
    until: str
    may_withdraw: bool
    file: str = ""
    reach: str = ""


def groups_for(forms: FormSet, purpose: str, kind: str) -> tuple[str, ...]:
    """The data groups of which a recipient of this kind could get something for a purpose."""
    found: set[str] = set()
    default = forms.vocabulary.default_purposes
    for one in forms.fields():
        allowed = one.purposes or default
        if purpose in allowed and forms.roles.may_be_sent(kind, one.compartment):
            found.update(one.consent_groups)
    return tuple(code for code in forms.codelist("data_group").offered() if code in found)


def wanted_rows(rows: Iterable[TalkRow]) -> tuple[ConsentRowGiven, ...]:
    """The answered rows as they are recorded; groups that nobody answered are left out."""
    given = []
    for row in rows:
        answers = tuple(
            (line.code, line.answer if row.answer == PARTLY else row.answer)
            for line in row.groups
            if row.answer and (row.answer != PARTLY or line.answer)
        )
        if answers:
            recipient = RecipientId(row.recipient)
            given.append(ConsentRowGiven(row.purpose, recipient, answers, row.until))
    return tuple(given)


_SHAPES: Mapping[str, tuple[Shape, Tone]] = MappingProxyType(
    {
        "valid": (Shape.DOT, Tone.OK),
        "expired": (Shape.HALF, Tone.WARN),
        "not_yet": (Shape.HALF, Tone.WARN),
        "held": (Shape.HALF, Tone.WARN),
        "withdrawn": (Shape.CROSSED, Tone.NEUTRAL),
        "not_given": (Shape.BARRED, Tone.NEUTRAL),
        "superseded": (Shape.RING, Tone.NEUTRAL),
        "in_conflict": (Shape.TRIANGLE, Tone.WARN),
    }
)


def register_lines(
    rows: Sequence[ConsentRow], desk: Desk, words: FormWords, names: Mapping[str, str]
) -> tuple[RegisterLine, ...]:
    """What stands; records that a later conversation replaced are left out."""
    return tuple(
        RegisterLine(
            id=row.consent_id,
            recipient=names.get(row.recipient, row.recipient[:8]),
            purpose=words.code("consent_purpose", row.purpose),
            group=words.code("data_group", row.group),
            pill=state_pill(desk.say, row),
            until=_until(desk, words, row.until),
            may_withdraw=row.answer == YES and row.state not in {"withdrawn", "superseded"},
            file=row.file,
            reach=_reach(desk.say, row),
        )
        for row in rows
        if row.state != "superseded"
    )


def state_pill(say: Say, row: ConsentRow) -> PillSpec:
    """The state of a record: shape and word; a person's own decision has no colour."""
    said = {"no": say("Said no"), "not_now": say("Not now")}.get(row.answer, say("Not given"))
    state = _state_of(row)
    word = {
        "valid": say("Agreed"),
        "expired": say("Ended"),
        "not_yet": say("Not yet"),
        "held": say("Agreed, held back"),
        "withdrawn": say("Withdrawn"),
        "not_given": said,
        "in_conflict": say("To decide"),
    }.get(state, state)
    shape, tone = _SHAPES.get(state, (Shape.RING, Tone.NEUTRAL))
    pill = PillSpec(word, shape, tone)
    is_not_now = row.answer == "not_now" and state == "not_given"
    return replace(pill, shape=Shape.RING) if is_not_now else pill


def _state_of(row: ConsentRow) -> str:
    """The state that is shown: a no that stands is no agreement, and a yes may be held elsewhere.

    The register calls both valid, because a no stands as a yes does.
    """
    if row.state == "valid" and row.answer != YES:
        return "not_given"
    return "held" if row.state == "valid" and row.acts == Acts.STOPPED else row.state


def _reach(say: Say, row: ConsentRow) -> str:
    """In which file of the person a record stands, and for which it holds."""
    file = row.file or say("This file")
    match row.acts:
        case Acts.OWN_FILE:
            return say("{file}: counts in it alone", file=file)
        case Acts.STOPPED:
            return say("{file}: does not count while another one says no", file=file)
        case Acts.ALL_FILES:
            return say("{file}: holds for every file", file=file)
    return ""


def _until(desk: Desk, words: FormWords, until: str) -> str:
    if until[:4].isdigit():
        return desk.dates.show(PartialDate(until))
    return words.code("consent_until", until)
