"""What comes from other organisations and goes back: cards, packets, receipts."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.commands import (
    AnswerReferral,
    ExportCard,
    FileReceipt,
    ImportCard,
    ImportReferral,
)
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.events import (
    CardShown,
    CardTakenIn,
    ReceiptFiled,
    ReferralAnswered,
    ReferralTakenIn,
)
from nrm_desktop.app.notice_commands import NoticeReplied
from nrm_desktop.cli.invocation import Invocation, Runners, must_be_file, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import EnvironmentFault, Usage

_BY = "command line"


def export_card(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write our contact card, never over a file; its digits are read out to the partner."""
    with call.vault() as vault:
        try:
            events = vault.handle(ExportCard(path=arguments.file, origin=_BY))
        except EnvironmentFault as fault:
            if fault.code == "storage.exists":
                raise Usage("usage.not_empty", what=Path(arguments.file).name) from None
            raise
        card = only_event(events, CardShown)
    lines = [f"Digits to read out: {' '.join(card.digits)}", f"or words: {' '.join(card.words)}"]
    return Outcome(_card(card, is_verified=False), lines=lines)


def import_card(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take in a partner's card; what the partner reads out makes it verified."""
    must_be_file(arguments.file)
    asked = "The 24 digits or 12 words that the partner reads out (empty: not compared)"
    typed = call.console.typed(asked, "24 digits, 12 words or an empty line")
    with call.vault() as vault:
        command = ImportCard(path=arguments.file, typed=typed, kind=arguments.kind, origin=_BY)
        card = only_event(vault.handle(command), CardTakenIn)
    said = "compared" if card.is_verified else "not compared yet"
    return Outcome(
        _card(card, is_verified=card.is_verified), lines=[f"{card.organisation}: {said}."]
    )


def take_in(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open a packet in a case of our own; the receipt is made by itself."""
    must_be_file(arguments.file)
    with call.vault() as vault:
        command = ImportReferral(path=arguments.file, outbox=_outbox(call), origin=_BY)
        taken = only_event(vault.handle(command), ReferralTakenIn)
    data = {
        "referral": taken.referral,
        "from": taken.sender,
        "from_verified": taken.is_sender_verified,
        "code": taken.code,
        "fields": taken.fields,
        "purpose": taken.purpose,
        "retention": taken.keep_until or None,
        "receipt": {
            "file": taken.receipt_path or None,
            "typed": "-".join(taken.typed),
        },
        "duplicate": taken.is_duplicate,
    }
    said = "was here already" if taken.is_duplicate else "is open"
    return Outcome(data, lines=[f"Case {taken.code} {said}.", f"Receipt: {'-'.join(taken.typed)}"])


def answer(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write a person's receipt for a packet that came in."""
    with call.vault() as vault:
        command = AnswerReferral(
            referral=arguments.referral,
            state=arguments.state,
            folder=arguments.to,
            reason=call.console.value(arguments.reason),
            origin=_BY,
        )
        event = only_event(vault.handle(command), ReferralAnswered)
    typed = "-".join(event.typed)
    data = {
        "referral": event.referral,
        "state": event.state,
        "file": event.path,
        "typed": typed,
    }
    return Outcome(data, lines=[f"Written: {event.path}", f"To be told by phone: {typed}"])


def receipt(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """File a receipt that came back, as a file or as typed groups."""
    given = arguments.receipt
    is_path = Path(given).exists() or "/" in given or "\\" in given or given.endswith(".nrm")
    if is_path:
        must_be_file(given)
    command = (
        FileReceipt(path=given, origin=_BY) if is_path else FileReceipt(typed=given, origin=_BY)
    )
    with call.vault() as vault:
        (event,) = vault.handle(command)
    if isinstance(event, NoticeReplied):
        return _replied(event)
    filed = only_event((event,), ReceiptFiled)
    data = {
        "referral": filed.referral,
        "code": filed.code,
        "state": filed.state,
        "reason": filed.reason or None,
        "at": iso_time(filed.at_ms) if filed.at_ms else None,
        "by": filed.by or None,
        "typed": filed.is_typed,
    }
    return Outcome(data, lines=[f"{filed.referral} of case {filed.code}: {filed.state}"])


def _replied(event: NoticeReplied) -> Outcome:
    """The answer to one of our notices: the same shape, the state is what they do."""
    data = {
        "referral": event.reference,
        "code": event.code,
        "state": event.reply,
        "reason": event.words or None,
        "at": iso_time(event.at_ms),
        "by": event.by or None,
        "typed": False,
    }
    return Outcome(data, lines=[f"{event.reference} of case {event.code}: {event.reply}"])


def _card(card: CardShown | CardTakenIn, *, is_verified: bool) -> dict[str, object]:
    return {
        "org": card.organisation,
        "fingerprint": card.fingerprint,
        "digits": list(card.digits),
        "words": list(card.words),
        "verified": is_verified,
    }


def _outbox(call: Invocation) -> str:
    """Where a receipt goes if the medium of the packet cannot be written."""
    outbox = call.shell.folder / "boxes"
    return str(outbox) if outbox.is_dir() else ""


COMMANDS: Runners = MappingProxyType(
    {
        "card export": export_card,
        "card import": import_card,
        "referral import": take_in,
        "referral answer": answer,
        "referral receipt": receipt,
    }
)
