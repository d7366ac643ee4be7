"""Tables that leave: released once, listed, and checked by whoever gets them."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from nrm_desktop import __version__
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.counting import Counting
from nrm_desktop.app.handlers.registers import recipient_named
from nrm_desktop.app.linking import LinkAsked
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.release_clashes import Decision, settle
from nrm_desktop.app.releasing import Ledger, LedgerRow, ReleaseAsked, open_twins, read_ledger
from nrm_desktop.bootstrap.headless import OpenVault, lens_of
from nrm_desktop.bootstrap.releasing import GivenOut, check_file, give_linked, give_out
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import Invocation, Runners, must_be_file, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import DeviceId, SignerId
from nrm_desktop.domain.releases import Release, Settled
from nrm_desktop.domain.scopes import Compartment

Json = dict[str, object]


def make(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Release tables of years that are over, and write them with their signatures."""
    asked = ReleaseAsked(
        tuple(arguments.tables), arguments.begin, arguments.end, arguments.min_cell, __version__
    )
    with call.vault() as vault:
        parts = Counting(vault.reader, vault.work, vault.context, vault.sight)
        given = give_out(vault.session, parts, asked, Path(arguments.out))
    rows = [_given(one) for one in given]
    lines = [f"{row['file']} ({'new' if row['new'] else 'as it was released'})" for row in rows]
    return Outcome({"releases": rows}, lines=lines)


def list_releases(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List what was released: by whom, when, and what two laptops released without knowing."""
    with call.vault() as vault:
        if Compartment.ORG_RELEASES not in sight_of(vault, "release.list").compartments:
            raise Refused("policy.role", compartment=Compartment.ORG_RELEASES.word)
        ledger = vault.work.run(lambda uow: read_ledger(uow, vault.context))
        rows = [_row(vault, one, ledger) for one in ledger.rows]
        unread = [_by(vault, one.signer, one.device, one.hlc.wall_ms) for one in ledger.unread]
    lines = [f"{row['at']}  {row['table']}  {row['from']} to {row['to']}" for row in rows]
    lines += [f"{row['at']}  cannot be read here, by {row['by']}" for row in unread]
    data = {"releases": rows, "unread": unread}
    return Outcome(data, lines=lines or ["Nothing has been released."])


def link(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write rows of people who agreed to be linked, for one recipient in confidence."""
    with call.vault() as vault:
        recipient = vault.work.run(
            lambda unit: recipient_named(unit, vault.context, arguments.recipient)
        )
        second = badge_of_second(call, vault, arguments.second)
        asked = LinkAsked(recipient, arguments.begin, arguments.end, second, __version__)
        parts = Counting(vault.reader, vault.work, vault.context, vault.sight)
        made, given = give_linked(vault.session, parts, asked, Path(arguments.out))
    data: Json = {
        "file": given.file,
        "signature": given.signature,
        "from": f"{made.first:04}-01-01",
        "to": f"{made.last:04}-12-31",
        "unit": made.unit.value,
        "people": made.people,
        "hidden": made.hidden,
    }
    lines = [
        f"{given.file}: {made.people} people, of {made.hidden} nothing is shown.",
        "Whoever has this file can read it: hand it over in person, or inside a sealed container.",
    ]
    return Outcome(data, lines=lines)


def settle_clash(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say which of two releases that clash stands; the other one was given to nobody."""
    named = Settled(arguments.stands, arguments.withdrawn)
    with call.vault() as vault:
        second = badge_of_second(call, vault, arguments.second)

        def enter(uow: UnitOfWork) -> Settled:
            known = read_ledger(uow, vault.context).rows
            releases = {one.sha256: one.release for one in known}
            return settle(uow, vault.context, named, second, releases)

        done = vault.work.run(enter)
    data: Json = {"stands": done.stands, "withdrawn": done.withdrawn, "second": second}
    return Outcome(data, lines=[f"{done.stands[:8]} stands; {done.withdrawn[:8]} never left."])


def verify(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Check the signature beside a table, and say whose it is."""
    must_be_file(arguments.file)
    with call.vault() as vault:
        found = check_file(vault.session, Path(arguments.file))
    data = {
        "file": arguments.file,
        **_what(found.release),
        "organisation": found.signed.origin.name,
        "root": found.signed.origin.root.hex(),
        "signed": iso_time(found.signed.at_ms),
        "own": found.is_own,
        "known": found.is_known,
    }
    whose = "compared" if found.is_known else "nobody here has compared its card"
    return Outcome(data, lines=[f"Unchanged, signed by {found.signed.origin.name} ({whose})."])


def _given(one: GivenOut) -> Json:
    release = one.released.release
    return {
        **_what(release),
        "file": one.table,
        "signature": one.signature,
        "sha256": one.released.sha256,
        "suppressed_cells": sum(count is None for count in release.figures.values()),
        "new": one.released.is_new,
    }


def _row(vault: OpenVault, one: LedgerRow, ledger: Ledger) -> Json:
    return {
        **_what(one.release),
        "sha256": one.sha256,
        **_by(vault, one.signer, one.device, one.at_ms),
        "clashes": [each.sha256 for each in open_twins(one, ledger)],
        "withdrawn": [_withdrawal(vault, each) for each in ledger.decisions_on(one)],
    }


def _withdrawal(vault: OpenVault, one: Decision) -> Json:
    return {
        "stands": one.settled.stands,
        "second": one.second,
        **_by(vault, one.signer, one.device, one.at_ms),
    }


def _by(vault: OpenVault, signer: SignerId, device: DeviceId, at_ms: int) -> Json:
    lens = lens_of(vault.session)
    return {"by": lens.user_of(signer), "device": lens.device_of(device), "at": iso_time(at_ms)}


def _what(release: Release) -> Json:
    return {
        "table": release.table,
        "from": f"{release.first:04}-01-01",
        "to": f"{release.last:04}-12-31",
        "min_cell": release.smallest,
    }


COMMANDS: Runners = MappingProxyType(
    {
        "release link": link,
        "release list": list_releases,
        "release make": make,
        "release settle": settle_clash,
        "release verify": verify,
    }
)
