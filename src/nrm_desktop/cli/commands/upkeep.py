"""Upkeep: the deep check of a vault, and backups."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.backups import back_up
from nrm_desktop.bootstrap.identity import NEEDED
from nrm_desktop.bootstrap.restoring import (
    ReadBackup,
    check_backup,
    restore_by_code,
    restore_vault,
)
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome
from nrm_desktop.storage.backup_manifest import Manifest

_OPENS_WITH: Final = "It opens with the passphrases of the day on which it was made."
_BY_CODE: Final = "Now run `recovery use`: it gives you a new passphrase by the same code."


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
    """Make a consistent copy, opened, checked and read back before it gets its name."""
    with call.vault() as vault:
        is_whole = not arguments.without_attachments
        made = back_up(vault, Path(arguments.dir), with_attachments=is_whole)
    for finding in made.findings:
        call.console.warn(finding)
    manifest = made.manifest
    data = {
        "file": str(made.path),
        "bytes": manifest.size,
        "attachments": manifest.has_attachments,
        "sha256": manifest.sha256.hex(),
        "cases": made.cases,
        "commits": manifest.commits,
        "head_digest": manifest.digest.hex(),
    }
    lines = [f"Copied, opened, checked and read back: {made.path}", _attachments(manifest)]
    return Outcome(data, lines=[*lines, _OPENS_WITH])


def verify_copy(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open a backup with the passphrase of its day, and read everything."""
    found = check_backup(call.shell, Path(arguments.file), call.passphrase(), call.user)
    manifest = found.manifest
    data = {
        "ok": True,
        "cases": found.cases,
        "commits": manifest.commits,
        "head_digest": manifest.digest.hex(),
        "attachments": manifest.has_attachments,
        "created": iso_time(manifest.made_at_ms),
    }
    return Outcome(data, lines=[*_told(found), "Everything in it was read: it is sound."])


def restore(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Restore into the empty vault folder; whatever else there is stays as it is."""
    folder, is_whole = Path(arguments.file), not arguments.without_attachments
    if arguments.recovery_code:
        code = call.passphrase("Recovery code")
        found = restore_by_code(call.shell, folder, code, with_attachments=is_whole)
    else:
        found = restore_vault(
            call.shell, folder, call.passphrase(), call.user, with_attachments=is_whole
        )
    data = {
        "vault_id": found.vault_id.hex(),
        "cases": found.cases,
        "commits": found.manifest.commits,
        "new_device": True,
    }
    call.console.warn(NEEDED)
    lines = [*_told(found), f"Restored into {call.shell.folder}."]
    return Outcome(data, lines=[*lines, _BY_CODE] if arguments.recovery_code else lines)


def _told(found: ReadBackup) -> list[str]:
    """What people compare before they choose a backup."""
    manifest = found.manifest
    last = iso_time(found.last_entry_ms) if found.last_entry_ms else "none"
    return [
        f"Made: {iso_time(manifest.made_at_ms)}. Last entry in it: {last}.",
        f"Cases: {found.cases}. Entries: {manifest.commits}.",
        _attachments(manifest),
        _OPENS_WITH,
    ]


def _attachments(manifest: Manifest) -> str:
    count = manifest.attachments
    if count is None:
        return "Attachments: left out."
    return f"Attachments: in it ({count.bytes} bytes)."


COMMANDS: Runners = MappingProxyType(
    {
        "vault verify": verify,
        "backup create": create,
        "backup verify": verify_copy,
        "backup restore": restore,
    }
)
