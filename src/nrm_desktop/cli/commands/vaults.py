"""The vault: making one, and what it says of itself. Light: nothing here makes a document."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.reading import count_cases
from nrm_desktop.bootstrap.backups import last_backup
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault
from nrm_desktop.bootstrap.safe import default_cost
from nrm_desktop.cli.invocation import Invocation, Runners, read_cost, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.security.selftest import check_primitives, require_primitives
from nrm_desktop.security.vault.cost import KIB_PER_MIB, check_wish
from nrm_desktop.security.vault.kdf import seconds_of

Json = dict[str, object]


def init(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Make a vault and an organisation with a provisional root."""
    require_primitives(check_primitives())
    if not call.user:
        raise Usage("usage.option", option="--user")
    shell = call.shell
    cost = check_wish(read_cost(arguments.kdf)) if arguments.kdf else default_cost(shell)
    founder = Founder(
        organisation=arguments.org,
        badge=call.user,
        role=arguments.role,
        passphrase=call.new_passphrase("New passphrase"),
        cost=cost,
    )
    milliseconds = round(seconds_of(cost, shell.clock.monotonic_s) * 1000)
    vault = found_vault(shell, founder)
    try:
        data = {
            "vault_id": vault.unlocked.vault_id.hex(),
            "org": {
                "name": arguments.org,
                "fingerprint": vault.context.organisation.hex(),
                "root": _root_word(vault),
            },
            "device": vault.session.safe.device.id.hex(),
            "user": vault.context.badge,
            "kdf": {
                "mib": cost.memory_kib // KIB_PER_MIB,
                "t": cost.passes,
                "p": cost.lanes,
                "ms": milliseconds,
            },
        }
        lines = [
            f"The vault of {vault.context.badge} is ready; its sign is {vault.unlocked.sign}.",
            "The root of the organisation is provisional: one person could change it.",
        ]
    finally:
        vault.close()
    return Outcome(data, lines=lines)


def show_root(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Show the root document: registrars, and what expires when."""
    with call.vault() as vault:
        sight_of(vault, "root.show")
        walk = vault.session.roster.root
        users = vault.session.roster.powers.organisation.users
        document = walk.newest
        registrars = [
            {
                "badge": users[one.user].badge if one.user in users else one.user.hex()[:8],
                "expires": iso_time(one.not_after_ms) if one.not_after_ms else None,
            }
            for one in document.registrars
        ]
    data = {
        "version": document.version,
        "provisional": walk.is_provisional,
        "threshold": document.threshold,
        "registrars": registrars,
        "valid_until": iso_time(document.valid_until_ms),
    }
    lines = [f"{name}: {value}" for name, value in data.items()]
    if len({one.user for one in document.registrars}) == 1:
        lines.append("Ask for a second registrar: while one is away, nobody else can certify.")
    return Outcome(data, lines=lines)


def open_facts(vault: OpenVault) -> Json:
    """What a vault says of itself once it is open."""
    sight_of(vault, "vault.info")
    return {
        "user": vault.context.badge,
        "role": ",".join(vault.context.roles),
        "device": vault.session.safe.device.id.hex(),
        "cases": count_cases(vault.reader),
        "last_backup": iso_time(saved) if (saved := last_backup(vault)) else None,
        "root": _root_word(vault),
        "condition": vault.condition.now.state.value,
        "reasons": list(vault.condition.now.reasons),
        "places": list(vault.condition.now.places),
    }


def _root_word(vault: OpenVault) -> str:
    return "provisional" if vault.session.roster.root.is_provisional else "established"


COMMANDS: Runners = MappingProxyType(
    {
        "init": init,
        "root show": show_root,
    }
)
