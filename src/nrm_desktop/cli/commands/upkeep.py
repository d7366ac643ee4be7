"""Upkeep: the deep check of a vault, and backups."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.upkeep import back_up, check_backup, verify_vault
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome


def verify(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Check header, cipher, database, journal and projections; it repairs nothing."""
    with call.vault() as vault:
        sight_of(vault, "vault.verify")
        found = verify_vault(vault)
    database = found.database
    data = {
        "header": found.header_copies > 1 and not found.findings,
        "cipher": not database.file,
        "database": not database.state and database.broken_audit_row is None,
        "journal": {
            "commits": database.commits,
            "logs": database.logs,
            "bad": [{"commit": bad.commit, "what": bad.what} for bad in database.bad],
        },
        "projections": {"equal": not database.stale_tables},
    }
    said = "Everything is as it should be." if found.is_sound else "Something is wrong."
    lines = [f"{name}: {value}" for name, value in data.items()]
    return Outcome(data, lines=[*lines, said], exit_code=DONE if found.is_sound else INTEGRITY)


def create(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Make a consistent copy, opened and checked before it gets its name."""
    with call.vault() as vault:
        sight_of(vault, "backup.create")
        made = back_up(vault, Path(arguments.dir))
    manifest = made.manifest
    data = {
        "file": str(made.path),
        "bytes": manifest.size,
        "attachments": False,  # there are none yet, so none can be in it
        "sha256": manifest.sha256.hex(),
        "cases": made.cases,
        "commits": manifest.commits,
        "head_digest": manifest.digest.hex(),
    }
    return Outcome(data, lines=[f"Copied, opened and checked: {made.path}"])


def verify_copy(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open a backup with the passphrase of its day, and read everything."""
    folder = Path(arguments.file)
    found = check_backup(call.shell, folder, call.passphrase(), call.user)
    manifest = found.manifest
    data = {
        "ok": True,
        "cases": found.cases,
        "commits": manifest.commits,
        "head_digest": manifest.digest.hex(),
        "attachments": False,
        "created": iso_time(manifest.made_at_ms),
    }
    return Outcome(data, lines=[f"{found.cases} cases, {manifest.commits} entries: sound."])


COMMANDS: Runners = MappingProxyType(
    {"vault verify": verify, "backup create": create, "backup verify": verify_copy}
)
