"""Quarantine: work of somebody whose right has ended, and taking it over in the own name."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.adopting import HeldWork, adopt_work, held_one, held_work
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage

_SHORT = 12


def list_held(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List what is held, without what is in it."""
    with call.vault() as vault:
        sight_of(vault, "quarantine.list")
        rows = held_work(vault)
    data = {"held": [_row(row) for row in rows]}
    return Outcome(data, lines=[_line(row) for row in rows] or ["Nothing is held."])


def show(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Show what is in one save that is held."""
    with call.vault() as vault:
        row = held_one(vault, arguments.id)
        sight_of(vault, "quarantine.show", row.scope, row.id)
    answers = [
        {
            "record": one.record.hex(),
            "field": one.name,
            **shown.state_and_value(one.answer),
        }
        for one in row.answers
    ]
    lines = [_line(row), *(f"  {one['field']}: {one.get('value')}" for one in answers)]
    return Outcome({**_row(row), "answers": answers}, lines=lines)


def adopt(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take over what is held, in the own name; it is current then, for everybody."""
    if bool(arguments.ids) == arguments.all:
        raise Usage("usage.option", option="one of ID and --all")
    with call.vault() as vault:
        if arguments.all:
            works = tuple(one for one in held_work(vault) if one.may_adopt)
        else:
            works = tuple(held_one(vault, name) for name in dict.fromkeys(arguments.ids))
        done = adopt_work(vault, works)
    data = {"adopted": [one.id.hex() for one in works], "left": done.left}
    return Outcome(data, lines=[f"Taken over: {done.commits}. Still held: {done.left}."])


def _row(row: HeldWork) -> dict[str, object]:
    return {
        "id": row.id.hex(),
        "code": row.code or None,
        "compartment": shown.compartment_word(row.compartment),
        "user": row.who,
        "device": row.device,
        "at": iso_time(row.at_ms),
        "reason": row.reason,
        "count": row.count,
        "may_adopt": row.may_adopt,
    }


def _line(row: HeldWork) -> str:
    place = row.code or "organisation"
    return f"{row.id.hex()[:_SHORT]}  {place}  {row.who}  {iso_time(row.at_ms)}  {row.reason}"


COMMANDS: Runners = MappingProxyType(
    {
        "quarantine list": list_held,
        "quarantine show": show,
        "quarantine adopt": adopt,
    }
)
