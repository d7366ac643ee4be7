"""Invitations: making one, beginning with one, and confirming who has opened it."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.confirming import ClaimRow, InvitationRow, confirm, invitations
from nrm_desktop.bootstrap.inviting import Newcomer, begin_invited, invite
from nrm_desktop.cli.invocation import Invocation, Runners, read_cost, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused

_WANTED = "24 digits or 12 words"


def create(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write an invitation for a named person; its digits are shown once."""
    with call.vault() as vault:
        made = invite(vault.session, arguments.badge, arguments.role, arguments.to, arguments.days)
    digits = " ".join(made.secret)
    data = {
        "invite": made.invite.hex(),
        "file": made.file,
        "secret": digits,
        "expires": iso_time(made.expires_ms),
    }
    lines = [
        f"Written: {made.file}",
        f"Digits, shown once: {digits}",
        f"Tell them to {made.badge} by another way than the file, by telephone for example.",
    ]
    return Outcome(data, lines=lines)


def begin(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Make a vault of an invitation and work at once; the office confirms it later."""
    newcomer = Newcomer(
        passphrase=call.new_passphrase("New passphrase"),
        digits=call.second_secret("The 24 digits that you were told"),
        label=arguments.label,
        cost=read_cost(arguments.kdf) if arguments.kdf else None,
    )
    begun = begin_invited(call.shell, arguments.file, newcomer)
    vault = begun.vault
    try:
        context, device = vault.context, vault.session.safe.device.id
    finally:
        vault.close()
    data = {
        "org": {"name": context.organisation_name, "fingerprint": begun.fingerprint.hex()},
        "device": device.hex(),
        "user": context.badge,
        "state": "to_certify",
        "merged_cases": 0,
        "digits": list(begun.compared.digits),
        "words": list(begun.compared.words),
    }
    lines = [
        f"This laptop works for {context.organisation_name} now, as {context.badge}.",
        "The office confirms it after the next exchange. If it asks you to compare:",
        f"Digits to read out: {' '.join(begun.compared.digits)}",
        f"or words: {' '.join(begun.compared.words)}",
    ]
    return Outcome(data, lines=lines)


def certify(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Confirm who opened an invitation; where several did, by digits."""
    with call.vault() as vault:
        try:
            done = confirm(vault.session, arguments.badge)
        except Refused as refusal:
            if refusal.code != "trust.second_claim":
                raise
            try:
                typed = call.console.typed("Digits or words that this person reads out", _WANTED)
            except Refused:
                raise refusal from None
            done = confirm(vault.session, arguments.badge, typed)
    data = {
        "device": done.device.hex(),
        "user": done.badge,
        "acts": [act.hex() for act in done.acts],
    }
    return Outcome(data, lines=[f"{done.badge} is confirmed on device {done.device.hex()[:8]}."])


def list_all(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List invitations and who has opened them, as far as this laptop has heard."""
    with call.vault() as vault:
        sight_of(vault, "invite.list")
        rows = invitations(vault.session)
    lines = [line for row in rows for line in _lines(row)]
    return Outcome({"invitations": [_invitation(row) for row in rows]}, lines=lines)


def _lines(row: InvitationRow) -> list[str]:
    end = "ended" if row.is_ended else f"until {iso_time(row.expires_ms)}"
    claims = (f"  {one.device.hex()[:8]}  {one.label}  {one.state}" for one in row.claims)
    return [f"{row.badge}  {', '.join(row.roles)}  {end}", *claims]


def _invitation(row: InvitationRow) -> dict[str, object]:
    return {
        "invite": row.invite.hex(),
        "badge": row.badge,
        "roles": list(row.roles),
        "expires": iso_time(row.expires_ms),
        "ended": row.is_ended,
        "claims": [_claim(one) for one in row.claims],
    }


def _claim(one: ClaimRow) -> dict[str, object]:
    return {
        "device": one.device.hex(),
        "label": one.label,
        "made": iso_time(one.made_ms),
        "seen": iso_time(one.seen_ms),
        "state": one.state.value,
    }


COMMANDS: Runners = MappingProxyType(
    {
        "invite create": create,
        "invite open": begin,
        "invite confirm": certify,
        "invite list": list_all,
    }
)
