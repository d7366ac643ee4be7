"""What a vault says of itself; without a passphrase this has to be there at once."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.bootstrap.shell import HeaderFacts
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import Outcome
from nrm_desktop.storage.migrate import MAJOR, migrations

Json = dict[str, object]


def info(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Say what this vault is; more of it where a passphrase is given."""
    data = _outer(call.header())
    for finding in call.shell.files.folder_facts(call.shell.folder).findings:
        call.console.warn(finding)
    if call.has_secret:
        from nrm_desktop.cli.commands.vaults import open_facts  # noqa: PLC0415 - a light start

        with call.vault() as vault:
            data |= open_facts(vault)
    lines = [f"{name}: {value}" for name, value in data.items() if value is not None]
    return Outcome(data, lines=lines)


def _outer(facts: HeaderFacts) -> Json:
    unknown_while_locked = (
        "user",
        "role",
        "device",
        "cases",
        "last_backup",
        "root",
        "condition",
        "reasons",
        "places",
    )
    return {
        "vault_id": facts.vault_id.hex(),
        "header_copies": facts.copies,
        "slots": facts.slots,
        **dict.fromkeys(unknown_while_locked),
        "db_bytes": facts.database_bytes,
        "schema": f"{MAJOR}.{migrations()[-1].number}",
    }


COMMANDS: Runners = MappingProxyType({"vault info": info})
