"""Consents: recording the answers of a conversation, withdrawing, listing."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import ConsentRowGiven, RecordConsent, WithdrawConsent
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.events import ConsentRecorded, ConsentWithdrawn
from nrm_desktop.app.handlers.registers import recipient_or_new
from nrm_desktop.app.notice_commands import RecipientTold, TellRecipient
from nrm_desktop.app.queries import ConsentRow
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.notice_papers import FileAbout, write_letter
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    case_of,
    must_be_folder,
    only_event,
    sight_of,
)
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.consent import NO_END
from nrm_desktop.domain.dates import Precision, parse_date
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import ID_BYTES, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment

_PARTLY = "partly"


def record(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Record one answered row of the conversation, one record per group."""
    answer = "yes" if arguments.answer == _PARTLY else arguments.answer
    groups = [part.strip() for part in arguments.groups.split(",") if part.strip()]
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        until = _until(vault.forms, arguments.until)
        vault.context.forms.codelist("consent_purpose")
        recipient = vault.work.run(
            lambda unit: recipient_or_new(unit, vault.context, arguments.recipient)
        )
        given = ConsentRowGiven(
            purpose=arguments.purpose,
            recipient=recipient,
            answers=tuple((group, answer) for group in dict.fromkeys(groups)),
            until=until,
        )
        command = RecordConsent(scope=scope, rows=(given,), origin="command line")
        event = only_event(vault.handle(command), ConsentRecorded)
    data = {
        "ids": [made.record.hex() for made in event.made],
        "records": [
            {
                "id": made.record.hex(),
                "group": made.group,
                "supersedes": [each.hex() for each in made.replaces] or None,
            }
            for made in event.made
        ],
        "purpose": arguments.purpose,
        "recipient": recipient,
        "answer": arguments.answer,
        "until": None if until == NO_END else until,
        "missing": list(event.missing),
    }
    lines = [f"{made.group}: {answer}  ({made.record.hex()})" for made in event.made]
    if event.missing:
        lines.append(f"Still to be filled in: {', '.join(event.missing)}")
    return Outcome(data, lines=lines)


def withdraw(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Withdraw consents; help never depends on them."""
    ids = tuple(_record_id(text) for text in arguments.ids)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        effects = vault.reader.effects(scope, vault.sight, ids)
        command = WithdrawConsent(scope=scope, consents=ids, origin="command line")
        event = only_event(vault.handle(command), ConsentWithdrawn)
        log_is_seen = Compartment.RIGHTS in vault.sight.compartments
    told = [
        {"recipient": recipient, "referral": referral, "notice": "queued"}
        for recipient, referral in event.to_tell
    ]
    data = {
        "ids": [each.hex() for each in event.consents],
        "withdrawn": iso_time(event.at_ms),
        "recipients_to_tell": told,
        "cannot_undo": [referral for _, referral in event.to_tell],
        "log_is_seen": log_is_seen,
        "held": effects.held,
        "likenesses": effects.likenesses,
    }
    lines = ["Withdrawn; help goes on as before."]
    lines += [f"Tell {each['recipient']} about {each['referral']}." for each in told]
    if not log_is_seen:
        lines.append("Whether something was passed on cannot be seen with this role.")
    if effects.likenesses:
        lines.append(f"Pictures or recordings of the person in the file: {effects.likenesses}")
    return Outcome(data, lines=lines)


def list_consents(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List the consent register of a person; every role of the case may ask for it."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        vault.work.run(lambda unit: unit.audit("consent.list", (scope,)))
        rows = vault.reader.consents(scope, vault.context.today())
        more = _may_hold_more(vault, scope)
    lines = [
        f"{row.consent_id}  {row.purpose}  {row.group}  {row.answer}  {row.state}{_reach(row)}"
        for row in rows
    ]
    data = {"consents": [shown.consent(row) for row in rows], "may_hold_more": more}
    return Outcome(data, lines=[*lines, *shown.more_lines(more)])


def _reach(row: ConsentRow) -> str:
    """In which file it stands, and how far it reaches; nothing where there is one file."""
    return f"  {row.file or 'this file'}: {row.acts}" if row.acts else ""


def _may_hold_more(vault: OpenVault, scope: ScopeId) -> list[str]:
    view = vault.reader.case(scope, vault.sight)
    return shown.may_hold_more(view.row if view is not None else None)


def list_notices(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List who has to be told that a consent was taken back, and what was done."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        found = vault.reader.notices(scope, sight_of(vault, "consent.list", scope))
        more = _may_hold_more(vault, scope)
    lines = [
        f"{passed.reference}  {passed.recipient}  {passed.day}  {shown.notice_state(one)}"
        f"{f'  from file {one.file}' if one.file else ''}"
        for one in found
        for passed in (one.passed,)
    ]
    data = {"notices": [shown.notice(one) for one in found], "may_hold_more": more}
    return Outcome(data, lines=[*lines, *shown.more_lines(more)])


def tell(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write down what was done about one referral that left."""
    words = call.console.value(arguments.words) if arguments.words else ""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        found = vault.reader.notices(scope, vault.sight)
        about = [one.passed for one in found if one.passed.reference == arguments.referral]
        if not about:
            raise Usage("usage.not_found", what="referral", name=arguments.referral[:32])
        owed = 0
        for passed in about:
            command = TellRecipient(
                scope=scope,
                reference=passed.reference,
                recipient=passed.recipient,
                way=arguments.way,
                reply=arguments.reply,
                words=words,
                origin="command line",
            )
            owed = only_event(vault.handle(command), RecipientTold).owed
    data = {"referral": arguments.referral, "way": arguments.way, "reply": arguments.reply}
    return Outcome({**data, "owed": owed}, lines=[f"Written down; still to be told: {owed}"])


def letter(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write the letter about one file that left; it tells nobody before somebody carries it."""
    must_be_folder(arguments.to)
    with call.vault() as vault:
        about = FileAbout(case_of(vault, arguments.code), arguments.referral)
        written = write_letter(vault, about, arguments.lang, arguments.to)
    told = written.letter
    data = {
        "file": written.file,
        "referral": told.passed.reference,
        "lang": told.language,
        "answer_by": told.answer_by,
        "parts": [{"purpose": one.purpose, "group": one.group} for one in told.parts],
    }
    lines = [f"Written: {written.file}", "It tells nobody before somebody carries it there."]
    return Outcome(data, lines=lines)


def _until(forms: FormSet, text: str | None) -> str:
    """Read an end: an ISO date to the day, or an event of the pack; none means no end."""
    if text is None:
        return NO_END
    events = forms.codelist("consent_until").offered()
    if text in events:
        return text
    try:
        date = parse_date(text)
    except ValueError:
        date = None
    if date is None or date.is_about or date.precision is not Precision.DAY:
        raise Usage("usage.bad_value", what="until", allowed=("2026-05-14", *events))
    return date.text


def _record_id(text: str) -> RecordId:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != ID_BYTES:
        raise Usage("usage.not_found", what="consent", name=text[:32])
    return RecordId(raw)


COMMANDS: Runners = MappingProxyType(
    {
        "consent record": record,
        "consent withdraw": withdraw,
        "consent list": list_consents,
        "consent notices": list_notices,
        "consent told": tell,
        "consent letter": letter,
    }
)
