"""Telling a recipient that a consent was taken back: what was done, by whom, and the answer.

This module decides what has to be said with it. It writes a record of its own each time: the answer
of a recipient often comes days after it was told, and nothing that was written is replaced. It
works in closed and in joined files too, because a right does not end with a file. Of a person with
several files it is written where the log is, whichever of them it was said from.

Source: nrm.md R27, S6; forms.md form c.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.notice_commands import RecipientTold, TellRecipient
from nrm_desktop.app.notices import (
    ABOUT,
    FORM,
    REPLY,
    TOLD_AT,
    WAY,
    WORDS,
    FileSeen,
    about_value,
    files_seen,
    notices_of,
)
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import NO_REPLY, NOT_SAFE, Notice, ways_by_hand
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value, answered

WITH_WORDS: Final = frozenset({"keeps_part", "refuses"})
"""Answers of which the person has to hear why."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a recipient was told, and what it answers. Shape: codes, as in `TellRecipient`."""

    way: str
    reply: str = NO_REPLY
    words: str = ""


def tell_recipient(
    cmd: TellRecipient, uow: UnitOfWork, context: Context
) -> tuple[RecipientTold, ...]:
    """Write down what was done about one file that left.

    Raises: Usage `usage.not_found` where nothing about this file has to be told, `usage.bad_value`
    for a code that the lists do not have; Refused `policy.notice_words` without words.
    """
    context.must_write(Compartment.RIGHTS)
    notice = _notice(cmd, notices_here(uow, cmd.scope))
    scope = log_of(uow, notice, cmd.scope)
    for codes, code, what in (
        ("notice_way", cmd.way, "way"),
        ("notice_reply", cmd.reply, "reply"),
    ):
        offered = ways_by_hand(context.forms.codelist(codes).offered())
        if code not in offered:
            raise Usage("usage.bad_value", what=what, allowed=offered)
    words = cmd.words.strip()
    if not words and (cmd.way == NOT_SAFE or cmd.reply in WITH_WORDS):
        raise Refused("policy.notice_words")
    saving = Saving(uow, context, scope)
    told = Told(cmd.way, cmd.reply, words)
    record = write_telling(saving, context, about_value(notice), told)
    saving.finish()
    uow.audit("consent.told", (scope, record))
    return (
        RecipientTold(
            scope=cmd.scope,
            reference=cmd.reference,
            recipient=cmd.recipient,
            owed=sum(one.is_owed for one in notices_here(uow, cmd.scope)),
            origin=cmd.origin,
        ),
    )


def write_telling(saving: Saving, context: Context, about: Value, told: Told) -> RecordId:
    """Write one telling or answer as a record of its own. Shape: `about` as in `about_value`."""
    record = saving.begin(NewRecord(context.new_record(), FORM))
    saving.set_all(
        record,
        (
            (ABOUT, answered(about)),
            (TOLD_AT, answered((context.now_iso(), 0))),
            (WAY, answered(told.way)),
            (REPLY, answered(told.reply)),
            *(((WORDS, answered(told.words)),) if told.words else ()),
        ),
    )
    return record


def log_of(uow: UnitOfWork, notice: Notice, scope: ScopeId) -> ScopeId:
    """The file of the person from which it left: what is told is written beside its log."""
    return (uow.scope_of_code(notice.file) if notice.file else None) or scope


def _notice(cmd: TellRecipient, found: Iterable[Notice]) -> Notice:
    about = (cmd.reference, cmd.recipient)
    for one in found:
        if (one.passed.reference, one.passed.recipient) == about:
            return one
    raise Usage("usage.not_found", what="referral", name=cmd.reference[:32])


def notices_here(uow: UnitOfWork, scope: ScopeId) -> tuple[Notice, ...]:
    """Every notice of the person, read in the transaction that acts on it."""
    closed = frozenset(row.record for row in uow.records(scope) if row.is_closed)
    own = FileSeen(tuple(uow.cells(scope)), closed)
    return notices_of(own, *files_seen(files_of_person(uow, scope), lambda cells: cells))
