"""The audit chain: who did what here."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.reviewing import DoneAct, user_of_badge, who_did_what
from nrm_desktop.cli.commands.cases import must_be_limit
from nrm_desktop.cli.invocation import Invocation, Runners, case_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import IntegrityFault, Usage
from nrm_desktop.storage.access_log import AuditWish

_FILTERS = ("act", "user", "case", "from", "to")


def list_acts(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List acts, newest first; a chain that does not hold is an alarm."""
    limit = must_be_limit(arguments.limit)
    before = _number(arguments.after)
    with call.vault() as vault:
        wish = AuditWish()
        for text in arguments.filter:
            wish = _narrowed(vault, wish, text)
        found = who_did_what(vault, wish, limit, before)
    if found.broken_at is not None:
        raise IntegrityFault("integrity.audit", row=found.broken_at)
    data = {
        "acts": [_shown(act) for act in found.acts],
        "all": found.is_all,
        "next": None if found.next_before is None else str(found.next_before),
    }
    lines = [
        f"{iso_time(act.at_ms)}  {act.who}  {act.act}  {' '.join(act.cases)}".rstrip()
        for act in found.acts
    ]
    return Outcome(data, lines=lines or ["Nothing."])


def _shown(act: DoneAct) -> dict[str, object]:
    return {
        "seq": act.seq,
        "at": iso_time(act.at_ms),
        "user": act.who,
        "act": act.act,
        "detail": act.detail or None,
        "cases": list(act.cases),
        "other_subjects": act.others,
    }


def _narrowed(vault: OpenVault, wish: AuditWish, text: str) -> AuditWish:
    name, _, value = text.partition("=")
    match name:
        case "act":
            return replace(wish, act=value)
        case "user":
            return replace(wish, user=user_of_badge(vault, value))
        case "case":
            return replace(wish, subject=case_of(vault, value))
        case "from":
            return replace(wish, since_ms=_day_ms(value, 0))
        case "to":
            return replace(wish, until_ms=_day_ms(value, 1))
    raise Usage("usage.bad_value", what="filter", allowed=_FILTERS)


def _day_ms(text: str, days: int) -> int:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Usage("usage.bad_value", what="date", allowed="2026-11-25") from None
    return round((day + timedelta(days=days)).timestamp() * 1000)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise Usage("usage.bad_value", what="after")
    return int(text)


COMMANDS: Runners = MappingProxyType({"audit list": list_acts})
