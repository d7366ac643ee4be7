"""Form packs that travel: signing one, taking one in, and saying which are in use."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.packs_in_use import PackRow, PackState
from nrm_desktop.bootstrap.changed_forms import changed_forms, note_looked
from nrm_desktop.bootstrap.headless import OpenVault, lens_of
from nrm_desktop.bootstrap.travelling_packs import seal_pack, take_pack
from nrm_desktop.cli.commands.form_changes import change_data, change_lines
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome

Json = dict[str, object]
_STATES: Final = MappingProxyType(
    {
        PackState.IN_USE: "in use",
        PackState.SUPERSEDED: "not used: the program brings a version that is as new",
        PackState.NOT_CHOSEN: "not used: this laptop does not work with it (pack use)",
        PackState.REFUSED: "not used: it does not pass the checks of this program",
    }
)


def seal(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Check the pack in a folder and write one signed file."""
    with call.vault() as vault:
        made = seal_pack(vault.session, Path(arguments.dir), arguments.out)
    data = {
        "pack": made.pack.pack,
        "version": made.pack.version,
        "file": made.file,
        "files": len(made.pack.files),
        "bytes": made.size,
        "sha256": made.sha256.hex(),
    }
    lines = [
        f"Checked, signed and read back: {made.file} ({made.pack.pack} {made.pack.version}).",
        "A coordinator or registrar takes it in (pack take); then the exchange brings it to all.",
    ]
    return Outcome(data, lines=lines)


def take(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Verify a signed pack and keep it; other forms are there from the next unlocking on."""
    with call.vault() as vault:
        taken = take_pack(vault.session, arguments.file)
        signed_by = lens_of(vault.session).user_of(taken.found.signer)
    pack = taken.found.pack
    signed = iso_time(pack.made_ms)
    data = {
        "pack": pack.pack,
        "version": pack.version,
        "signed_by": signed_by,
        "signed": signed,
        "unchanged": not taken.is_new,
    }
    what = f"{pack.pack} {pack.version}, signed by {signed_by} on {signed}"
    said = "In use from the next unlocking on" if taken.is_new else "These forms are here already"
    return Outcome(data, lines=[f"{said}: {what}."])


def list_packs(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say which packs are in use here, from whom they are, and which are not used, and why.

    With `--changes` also what is different in the forms since they changed last; it counts as
    looked at then.
    """
    with call.vault() as vault:
        sight_of(vault, "pack.list")
        rows = [_row(vault, row) for row in vault.session.packs.rows]
        data: Json = {"packs": rows}
        lines = [_line(row) for row in rows]
        if arguments.changes:
            found = changed_forms(vault.session, arguments.lang)
            note_looked(vault.session)
            data |= change_data(found)
            lines += change_lines(found)
    return Outcome(data, lines=lines)


def _row(vault: OpenVault, row: PackRow) -> Json:
    is_taken = row.taken_ms > 0
    return {
        "pack": row.pack,
        "version": row.version or None,
        "state": row.state.value,
        "source": "taken" if is_taken or not row.version else "program",
        "signed_by": lens_of(vault.session).user_of(row.signer) if row.signer else None,
        "signed": iso_time(row.made_ms) if row.signer else None,
        "taken": iso_time(row.taken_ms) if is_taken else None,
        "code": row.code or None,
    }


def _line(row: Json) -> str:
    came = f"signed by {row['signed_by']} on {row['signed']}, taken in on {row['taken']}"
    source = came if row["signed_by"] else "came with the program"
    if row["state"] == PackState.REFUSED and not row["signed_by"]:
        source = "was taken in"
    state = _STATES[PackState(str(row["state"]))]
    code = f" ({row['code']})" if row["code"] else ""
    return f"{row['pack'] or '?'} {row['version'] or '?'}: {state}{code}; {source}"


COMMANDS: Runners = MappingProxyType(
    {"pack list": list_packs, "pack seal": seal, "pack take": take}
)
