"""Sealed notices that a consent was taken back: sent, taken in, answered."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from types import MappingProxyType

from nrm_desktop.app.notice_commands import (
    AnswerNotice,
    NoticeAnswered,
    NoticeArrived,
    NoticeSent,
    SendNotice,
    TakeNotice,
)
from nrm_desktop.app.notice_letter import the_notice
from nrm_desktop.app.referring import UNVERIFIED
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.cli.commands.referrals import has_typed
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    case_of,
    must_be_file,
    must_be_folder,
    only_event,
    sight_of,
)
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.notices import Part

_BY = "command line"
Json = dict[str, object]


def send(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write a sealed notice; it is written down as told once it lies there, read back."""
    must_be_folder(arguments.to)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        found = tuple(vault.reader.notices(scope, vault.sight))
        passed = the_notice(found, arguments.referral).passed

        def command(words: frozenset[str]) -> SendNotice:
            return SendNotice(
                scope=scope,
                reference=passed.reference,
                recipient=passed.recipient,
                folder=arguments.to,
                confirmations=words,
                origin=_BY,
            )

        try:
            events = vault.handle(command(frozenset()))
        except Refused as refused:
            if refused.code != "confirm.unverified" or not has_typed(call, UNVERIFIED):
                raise
            events = vault.handle(command(frozenset({UNVERIFIED})))
    sent = only_event(events, NoticeSent)
    data = {
        "referral": sent.reference,
        "file": sent.path,
        "bytes": sent.size,
        "owed": sent.owed,
    }
    lines = [f"Written and checked: {sent.path}", f"Still to be told: {sent.owed}"]
    return Outcome(data, lines=lines)


def take_in(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take in a notice: it stands in the case of the packet, and on the list of today."""
    must_be_file(arguments.file)
    with call.vault() as vault:
        events = vault.handle(TakeNotice(path=arguments.file, origin=_BY))
    arrived = [one for one in events if isinstance(one, NoticeArrived)]
    said = arrived[0]
    data = {
        "referral": said.reference,
        "notice": said.notice.hex(),
        "from": said.sender,
        "from_verified": said.is_sender_verified,
        "parts": _parts(said.parts),
        "answer_by": said.answer_by,
        "cases": [one.code for one in arrived],
        "duplicate": all(one.is_duplicate for one in arrived),
    }
    lines = [
        f"Case {one.code}: the person has taken this back. Stop using it, erase, answer."
        for one in arrived
    ]
    return Outcome(data, lines=lines)


def list_asked(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List what senders of packets ask to stop using in a case, and what was answered."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        found = vault.reader.asked_to_stop(scope, sight_of(vault, "consent.list", scope))
    lines = [
        f"{one.reply.reference.hex()}  {one.packet}  {'open' if one.is_open else 'answered'}"
        for one in found
    ]
    return Outcome({"asked": [_asked(one) for one in found]}, lines=lines)


def answer(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write our answer for the sender."""
    must_be_folder(arguments.to)
    words = call.console.value(arguments.words) if arguments.words else ""
    with call.vault() as vault:
        command = AnswerNotice(
            scope=case_of(vault, arguments.code),
            notice=_id(arguments.notice),
            reply=arguments.reply,
            folder=arguments.to,
            words=words,
            origin=_BY,
        )
        event = only_event(vault.handle(command), NoticeAnswered)
    data = {"referral": event.reference, "reply": event.reply, "file": event.path}
    return Outcome(data, lines=[f"Written: {event.path}"])


def _asked(one: AskedToStop) -> Json:
    return {
        "notice": one.reply.reference.hex(),
        "referral": one.packet,
        "from": one.sender or None,
        "parts": _parts(one.parts),
        "came": one.came_on,
        "answer_by": one.answer_by,
        "answers": [
            {"reply": each.reply, "words": each.words, "at": each.at, "by": each.by}
            for each in one.answers
        ],
    }


def _parts(parts: Iterable[Part]) -> list[Json]:
    return [{"purpose": one.purpose, "group": one.group} for one in parts]


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Usage("usage.not_found", what="notice", name=text[:32]) from None


COMMANDS: Runners = MappingProxyType(
    {
        "consent send": send,
        "consent import": take_in,
        "consent asked": list_asked,
        "consent answer": answer,
    }
)
