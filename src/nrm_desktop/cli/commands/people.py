"""Who may unlock here: adding, listing and removing people, and one's own new passphrase."""

from __future__ import annotations

import argparse
from types import MappingProxyType
from typing import Final

from nrm_desktop.bootstrap.passphrase_renewal import renew_passphrase
from nrm_desktop.bootstrap.people import (
    NewPerson,
    PersonHere,
    add_user,
    change_passphrase,
    people_here,
)
from nrm_desktop.bootstrap.removing import PersonRemoved, remove_user
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused, Usage

_WAITS: Final = (
    "The signature waits: until whoever keeps the keys of the organisation runs `user add` for "
    "this badge here, the safe does not open for this person."
)
_SAME_SIGNER: Final = (
    "You sign as before. Tell whoever keeps the keys of the organisation: only they can end this "
    "signature, and until then somebody with a copy of this laptop could sign in your name."
)
_LIMITS: Final = ("What was copied before stays readable, and so do older backups and sticks.",)
_NOT_TOLD: Final = (
    "Other laptops are not told that this signature has ended; a registrar can do that."
)
_TOLD: Final = "Other laptops hear at the next exchange that this signature has ended."


def add(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Give somebody a slot with an own passphrase."""
    with call.vault() as vault:
        passphrase = call.second_passphrase("Passphrase of the new person")
        made = add_user(vault, NewPerson(arguments.badge, arguments.role, passphrase))
    data = {
        "user": made.badge,
        "role": ",".join(made.roles),
        "slot": made.sign,
        "signer": _signer(made),
    }
    lines = [f"{made.badge} can open this safe; the sign is {made.sign}."]
    return Outcome(data, lines=lines if made.is_certified else [*lines, _WAITS])


def list_users(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List who may unlock here."""
    with call.vault() as vault:
        sight_of(vault, "user.list")
        here = people_here(vault)
    users = [
        {
            "badge": one.badge,
            "role": ",".join(one.roles),
            "slot": one.sign,
            "signer": _signer(one),
            "fingerprint": one.fingerprint,
        }
        for one in here
    ]
    return Outcome({"users": users}, lines=["  ".join(user.values()) for user in users])


def remove(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Remove somebody, and write everything anew under another data key."""
    with call.vault() as vault:
        badge = str(arguments.badge)
        typed = call.console.typed(f"Type {badge} to remove this person", "the badge")
        if typed.strip().casefold() != badge.strip().casefold():
            raise Refused("confirm.needed", word="the badge")
        removed = remove_user(vault, badge, tuple(arguments.also))
    data = {
        "user": removed.badge,
        "rotated": True,
        "old_backups": [str(path) for path in removed.old_backups],
        "recovery": removed.has_recovery,
        "left_to_do": list(removed.left_to_do),
    }
    return Outcome(data, lines=_told(removed))


def change(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take a new passphrase for the own slot; where the old one may be known, new keys too."""
    if arguments.compromised:
        return _renew(call, tuple(arguments.also))
    if arguments.also:
        raise Usage("usage.bad_value", what="also", allowed="with --compromised")
    with call.vault() as vault:
        sign = change_passphrase(vault, call.second_passphrase("New passphrase"))
    lines = ["The new passphrase opens this safe, the old one does not any more."]
    return Outcome({"slot": sign}, lines=lines)


def _renew(call: Invocation, also: tuple[str, ...]) -> Outcome:
    with call.vault() as vault:
        renewed = renew_passphrase(vault, call.second_passphrase("New passphrase"), also)
    data = {
        "slot": renewed.sign,
        "rotated": True,
        "signer": "certified" if renewed.is_signer_new else "kept",
        "old_backups": [str(path) for path in renewed.old_backups],
        "left_to_do": list(renewed.left_to_do),
    }
    lines = ["The new passphrase opens this safe, and everything has a new key."]
    if renewed.old_backups:
        lines.append("These backups still open by the old one:")
        lines += [f"  {path}" for path in renewed.old_backups]
    if not renewed.is_signer_new:
        lines.append(_SAME_SIGNER)
    return Outcome(data, lines=[*lines, *_LIMITS, _NOT_TOLD])


def _signer(one: PersonHere) -> str:
    return "certified" if one.is_certified else "pending"


def _told(removed: PersonRemoved) -> list[str]:
    lines = [f"{removed.badge} cannot open this safe any more; everything has a new key."]
    if removed.old_backups:
        lines.append("These backups still open by the old key:")
        lines += [f"  {path}" for path in removed.old_backups]
    if removed.has_recovery:
        lines.append("If this person may know the recovery code, make a new one.")
    is_told = "signer" not in removed.left_to_do
    return [*lines, *_LIMITS, _TOLD if is_told else _NOT_TOLD]


COMMANDS: Runners = MappingProxyType(
    {
        "user add": add,
        "user list": list_users,
        "user remove": remove,
        "passphrase change": change,
    }
)
