"""Consent: one conversation, stored as one record per purpose, recipient and data group.

The answers go into the register in `core`, which every export obeys; how it was asked and the
person's words go into `rights`, in the same save (R5, R31, R35). A row without an answer makes no
record, "partly" is never stored, and withdrawing changes no track: help never depends on it (R4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nrm_desktop.app.commands import ConsentRowGiven, NewRecord, RecordConsent, WithdrawConsent
from nrm_desktop.app.consent_register import read_register, registers_of_person
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import ConsentMade, ConsentRecorded, ConsentWithdrawn
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.handlers.registers import find_recipients, is_entry
from nrm_desktop.app.notices import FileSeen, issued_under
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.consent import (
    HOLDS_NOTHING,
    REGISTER_FORM,
    UNREADABLE,
    ConsentRecord,
    acting_rows,
    register_field,
    replaces_value,
    rows_about,
)
from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

TALK_FORM = "consent"
SCOPE_FORM = "consent.scope"
PROOFS = ("consent.explained_by", "consent.told", "consent.consent_language", "consent.form")
LIMITS_OPEN = "limits_open"
_ANSWERS = ("yes", "no", "not_now")


def record_consent(
    cmd: RecordConsent, uow: UnitOfWork, context: Context
) -> tuple[ConsentRecorded, ...]:
    """Record the answered rows of a conversation, each group as a record of its own."""
    must_be_open(uow, cmd.scope)
    _must_be_listed(cmd, context)
    _must_be_of_the_directory(cmd, uow, context)
    before = registers_of_person(uow, cmd.scope)
    saving = Saving(uow, context, cmd.scope)
    talk = _begin_talk(saving, cmd, context)
    made = [
        _write_row(saving, context, _Row(cmd, talk, given, group, answer), before)
        for given in cmd.rows
        for group, answer in given.answers
    ]
    if not made:
        raise Usage("usage.bad_value", what="groups")
    saving.finish()
    uow.audit("consent.record", (cmd.scope,))
    given_proofs = {str(name) for name, _ in cmd.asked}
    missing = tuple(name.partition(".")[2] for name in PROOFS if name not in given_proofs)
    return (ConsentRecorded(scope=cmd.scope, made=tuple(made), missing=missing, origin=cmd.origin),)


def withdraw_consent(
    cmd: WithdrawConsent, uow: UnitOfWork, context: Context
) -> tuple[ConsentWithdrawn, ...]:
    """Withdraw records at once; name the recipients who received something under them (R27, S6).

    Raises: Usage `usage.not_found` if a record is none of this case.
    """
    known = {row.record: row for row in read_register(uow, cmd.scope)}
    for consent in cmd.consents:
        if consent not in known:
            raise Usage("usage.not_found", what="consent", name=consent.hex())
    context.must_write(Compartment.CORE)
    now = answered((context.now_iso(), 0))
    for consent in dict.fromkeys(cmd.consents):
        # Not through `Saving`: whatever somebody made of the record, it can be withdrawn.
        if known[consent].withdrawn in ("", UNREADABLE):
            field = register_field("cr_withdrawn")
            uow.record(cmd.scope, Compartment.CORE, ValueOp(OpKind.SET, consent, field, now))
    uow.flush()
    uow.audit("consent.withdraw", (cmd.scope, *cmd.consents))
    return (
        ConsentWithdrawn(
            scope=cmd.scope,
            consents=cmd.consents,
            at_ms=context.clock.now_ms(),
            to_tell=issued_under(
                context,
                FileSeen(tuple(uow.cells(cmd.scope))),
                cmd.consents,
                files_of_person(uow, cmd.scope),
            ),
            origin=cmd.origin,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One record to be written: one group of one answered row."""

    cmd: RecordConsent
    talk: RecordId
    given: ConsentRowGiven
    group: str
    answer: str


def _must_be_listed(cmd: RecordConsent, context: Context) -> None:
    purposes = context.forms.codelist("consent_purpose").offered()
    groups = context.forms.codelist("data_group").offered()
    ends = context.forms.codelist("consent_until").offered()
    holds = context.forms.codelist("consent_hold").offered()
    for given in cmd.rows:
        if given.purpose not in purposes:
            raise Usage("usage.bad_value", what="purpose", allowed=purposes)
        for group, _ in given.answers:
            if group not in groups:
                raise Usage("usage.bad_value", what="groups", allowed=groups)
        if given.until not in ends and not is_day(given.until):
            raise Usage("usage.bad_value", what="until", allowed=("2026-05-14", *ends))
    if cmd.hold not in holds:
        raise Usage("usage.bad_value", what="hold", allowed=holds)


def _must_be_of_the_directory(cmd: RecordConsent, uow: UnitOfWork, context: Context) -> None:
    """Every role of the case reads the register: it holds ids, and never a person's name."""
    for recipient in {given.recipient for given in cmd.rows}:
        if not is_entry(recipient) or not find_recipients(uow, context, recipient):
            raise Usage("usage.bad_value", what="recipient")


def _hold(cmd: RecordConsent) -> str:
    """What keeps a yes from counting yet; what was told of the conversation is never left out."""
    asked = {str(name): answer.value for name, answer in cmd.asked}
    if cmd.excluded_words:
        return LIMITS_OPEN
    if cmd.hold != HOLDS_NOTHING:
        return cmd.hold
    if asked.get("consent.capacity_doubt") is True:
        return "capacity"
    return "not_alone" if asked.get("consent.alone") is False else HOLDS_NOTHING


def _begin_talk(saving: Saving, cmd: RecordConsent, context: Context) -> RecordId:
    talk = saving.begin(NewRecord(context.new_record(), TALK_FORM))
    saving.set(talk, "consent.talk_id", answered(talk.hex()))
    saving.set_all(talk, cmd.asked)
    return talk


def _write_row(
    saving: Saving, context: Context, row: _Row, before: Sequence[ConsentRecord]
) -> ConsentMade:
    if row.answer not in _ANSWERS:
        raise Usage("usage.bad_value", what="answer", allowed=_ANSWERS)
    given = row.given
    same = rows_about(before, given.purpose, given.recipient, row.group)
    earlier = acting_rows(same)
    proof = saving.begin(NewRecord(context.new_record(), SCOPE_FORM, row.talk))
    _set_proof(saving, proof, row)
    record = saving.begin(NewRecord(context.new_record(), REGISTER_FORM))
    values = {
        "cr_id": proof.hex(),
        "cr_purpose": given.purpose,
        "cr_recipient": given.recipient,
        "cr_group": row.group,
        "cr_answer": row.answer,
        "cr_until": given.until,
        "cr_hold": _hold(row.cmd),
    }
    saving.set_all(record, ((register_field(name), answered(v)) for name, v in values.items()))
    saving.set(record, register_field("cr_from"), answered((context.today(), 0)))
    if earlier:
        saving.set(record, register_field("cr_replaces"), answered(replaces_value(earlier)))
    return ConsentMade(record, row.group, tuple(each.record for each in earlier))


def _set_proof(saving: Saving, proof: RecordId, row: _Row) -> None:
    given = row.given
    values = {
        "purpose": given.purpose,
        "recipient": given.recipient,
        "data_group": row.group,
        "answer": row.answer,
        "valid_until": given.until,
        "excluded": row.cmd.excluded_words,
    }
    for name, value in values.items():
        if value:
            saving.set(proof, f"consent.{name}", answered(value))
