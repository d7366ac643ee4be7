"""Telling somebody about a person who is missing; the row of the log is written with it."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import ReferralWish, Tell
from nrm_desktop.app.events import Told
from nrm_desktop.app.handlers.registers import recipient_named
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import RecordId, ScopeId


def tell(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say whom somebody told; answer with what may be said, which is all that the log has."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = Tell(
            scope=scope,
            missing=_record(arguments.item),
            plan=_record(arguments.plan) if arguments.plan else None,
            wish=_wish(vault, scope, arguments),
            second=badge_of_second(call, vault, arguments.second),
            origin="command line",
        )
        event = only_event(vault.handle(command), Told)
    data = {
        "row": event.row.hex(),
        "may_be_said": [
            {"field": field, **shown.state_and_value(answer)} for field, answer in event.said
        ],
        "reviewed_later": bool(event.lone),
    }
    lines = ["Written into the log. This may be said, and no more:"]
    lines += [f"{field}: {shown.value(answer.value)}" for field, answer in event.said]
    if event.lone:
        lines.append("Somebody else has to look at this within 24 hours.")
    return Outcome(data, lines=lines)


def _wish(vault: OpenVault, scope: ScopeId, arguments: argparse.Namespace) -> ReferralWish | None:
    """Whom besides those of the plan; none where a row of the plan is named."""
    if arguments.plan:
        return None
    if not arguments.recipient:
        raise Usage("usage.bad_value", what="recipient")
    context = vault.context
    recipient = vault.work.run(lambda uow: recipient_named(uow, context, arguments.recipient))
    return ReferralWish(
        scope, recipient, arguments.purpose, arguments.ground, arguments.reason, frozenset()
    )


def _record(item: str) -> RecordId:
    try:
        return RecordId(bytes.fromhex(item))
    except ValueError:
        raise Usage("usage.not_found", what="item", name="missing") from None


COMMANDS: Runners = MappingProxyType({"missing tell": tell})
