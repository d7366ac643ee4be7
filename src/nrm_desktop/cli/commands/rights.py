"""What a person asks about the own data, and the proof of what was erased."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import AskAccess, DecideAccess
from nrm_desktop.app.events import AccessAsked, AccessDecided
from nrm_desktop.app.proofs import Request, requests_of
from nrm_desktop.bootstrap.proving import prove, write_proof
from nrm_desktop.cli.commands.referrals import language_of
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    case_of,
    must_be_folder,
    only_event,
    record_of,
    sight_of,
)
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import read_case_code


def ask(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write down what a person asks for; the time for an answer runs from that day."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = AskAccess(
            scope=scope,
            kind=arguments.kind,
            on=arguments.on,
            how=arguments.how,
            origin="command line",
        )
        event = only_event(vault.handle(command), AccessAsked)
    data = {"item": event.request.hex(), "kind": arguments.kind}
    return Outcome(data, lines=["Written down."])


def decide(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Decide about a request, with reasons that the person reads."""
    reason = call.console.value(arguments.reason)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = DecideAccess(
            scope=scope,
            request=record_of(arguments.item),
            decision=arguments.decision,
            reason=reason,
            origin="command line",
        )
        event = only_event(vault.handle(command), AccessDecided)
    data = {"item": event.request.hex(), "decision": arguments.decision}
    return Outcome(data, lines=["Decided. Tell the person."])


def list_requests(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List what a person has asked about the own data, and what became of it."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        view = vault.reader.case(scope, sight_of(vault, "case.show", scope))
        found = requests_of(view) if view is not None else ()
    lines = [f"{one.asked_on}  {one.kind}  {one.decision or 'open'}" for one in found]
    return Outcome({"requests": [_shown(one) for one in found]}, lines=lines or ["No requests."])


def proof(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write what was erased, where and what remains, for the person to hold."""
    must_be_folder(arguments.to)
    with call.vault() as vault:
        language = language_of(vault, arguments.lang)
        try:
            code = read_case_code(arguments.code)
        except ValueError:
            raise Usage("usage.not_found", what="case", name=arguments.code[:20]) from None
        written = write_proof(vault, prove(vault, code, language), arguments.to, arguments.way)
    told = written.proof
    data = {
        "file": written.path,
        "bytes": written.size,
        "whole": told.is_whole,
        "computers": [
            {"label": one.label, "done": one.is_done, "heard": one.heard_on or None}
            for one in told.computers
        ],
        "recipients": list(told.recipients),
        "backups": list(told.backups),
        "left": told.left,
        "keys_ended": told.keys_ended_on or None,
    }
    waiting = [one.label for one in told.computers if not one.is_done]
    lines = [f"Written: {written.path}"]
    lines += [f"Not heard from: {', '.join(waiting)}"] if waiting else []
    return Outcome(data, lines=lines)


def _shown(one: Request) -> dict[str, object]:
    return {
        "item": one.record.hex(),
        "kind": one.kind,
        "asked": one.asked_on or None,
        "decision": one.decision or None,
        "reasons": one.reasons or None,
        "decided": one.decided_at or None,
        "erased": [{"at": each.at, "kinds": list(each.kinds)} for each in one.erased],
    }


COMMANDS: Runners = MappingProxyType(
    {
        "access ask": ask,
        "access decide": decide,
        "access list": list_requests,
        "erasure proof": proof,
    }
)
