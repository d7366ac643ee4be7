"""The organisation: its root, and the directory of services and contacts."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.queries import DirectoryRow
from nrm_desktop.app.strict_json import MOST_BYTES, Json, read_json
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, RecordId
from nrm_desktop.domain.scopes import Compartment

FORMAT = 1
"""Number of the files of a directory."""
_KEYS = frozenset({"id", "kind", "name", "contact", "verified"})
_MOST_ENTRIES = 5_000


def list_directory(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List services and contacts."""
    with call.vault() as vault:
        rows = _rows(vault, "directory.list", arguments.kind)
    entries = [
        {
            "id": row.entry,
            "kind": row.kind,
            "name": row.name,
            "verified": row.is_verified,
            "card": row.has_card,
        }
        for row in rows
    ]
    lines = [f"{row.entry}  {row.kind}  {row.name}" for row in rows]
    return Outcome({"entries": entries}, lines=lines or ["The directory is empty."])


def export_directory(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write services and contacts as JSON, never over a file."""
    with call.vault() as vault:
        rows = _rows(vault, "directory.export", "")
        entries = [
            {
                "id": row.entry,
                "kind": row.kind,
                "name": row.name,
                "contact": row.contact,
                "verified": row.is_verified,
            }
            for row in rows
        ]
        text = json.dumps({"format": FORMAT, "entries": entries}, ensure_ascii=False, indent=1)
        path = Path(arguments.file)
        write_new(call, path, f"{text}\n".encode())
    data = {"file": str(path), "entries": len(entries), "problems": []}
    return Outcome(data, lines=[f"{len(entries)} entries written to {path}"])


def import_directory(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take in services and contacts; the same entry again is no second entry."""
    entries = _read(Path(arguments.file))
    with call.vault() as vault:
        known = {row.entry: row for row in vault.reader.directory()}
        added = changed = 0
        for entry in entries:
            before = known.get(entry.id)
            if before is not None and entry.is_as(before):
                continue
            vault.handle(entry.command())
            added, changed = added + (before is None), changed + (before is not None)
    data = {"entries": len(entries), "added": added, "changed": changed, "problems": []}
    return Outcome(data, lines=[f"{added} added, {changed} changed."])


def write_new(call: Invocation, path: Path, data: bytes) -> None:
    """Write a file durably; never over one that is there.

    Raises: Usage `usage.not_empty`; EnvironmentFault.
    """
    try:
        call.shell.files.create_exclusive(path, data)
    except EnvironmentFault as fault:
        if fault.code == "storage.exists":
            raise Usage("usage.not_empty", what=path.name) from None
        raise


def _rows(vault: OpenVault, act: str, kind: str) -> Sequence[DirectoryRow]:
    sight = sight_of(vault, act)
    if Compartment.ORG_DIRECTORY not in sight.compartments:
        raise Refused("policy.role", compartment=Compartment.ORG_DIRECTORY.word)
    return vault.reader.directory(kind)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a file."""

    id: str
    kind: str
    name: str
    contact: str
    is_verified: bool

    def is_as(self, row: DirectoryRow) -> bool:
        """True if the directory says the same already."""
        return (self.kind, self.name, self.contact, self.is_verified) == (
            row.kind,
            row.name,
            row.contact,
            row.is_verified,
        )

    def command(self) -> AddDirectoryEntry:
        """Add or change this entry under its own id."""
        return AddDirectoryEntry(
            kind=self.kind,
            name=self.name,
            contact=self.contact,
            is_verified=self.is_verified,
            entry=RecordId(bytes.fromhex(self.id)),
            origin="command line",
        )


def _read(path: Path) -> list[_Entry]:
    found = read_json(read_file(path, MOST_BYTES))
    if not isinstance(found, dict) or found.keys() != {"format", "entries"}:
        raise Usage("usage.not_json", what="shape")
    entries = found["entries"]
    if found["format"] != FORMAT or not isinstance(entries, list):
        raise Usage("usage.not_json", what="shape")
    if len(entries) > _MOST_ENTRIES:
        raise Usage("usage.bad_value", what="entries", allowed=f"{_MOST_ENTRIES} entries")
    errors: list[Json] = []
    read = []
    for index, entry in enumerate(entries):
        one = _entry(entry)
        if one is None:
            errors.append({"index": index, "field": "", "code": "usage.bad_entry"})
        else:
            read.append(one)
    if errors:
        raise Usage("usage.bad_answers", errors=errors, count=len(errors))
    return read


def _entry(entry: Json) -> _Entry | None:
    if not isinstance(entry, dict) or entry.keys() != _KEYS:
        return None
    texts = [entry[key] for key in ("id", "kind", "name", "contact")]
    verified = entry["verified"]
    if not isinstance(verified, bool):
        return None
    match texts:
        case [str() as id_, str() as kind, str() as name, str() as contact] if name and _is_id(id_):
            return _Entry(id_, kind, name, contact, verified)
    return None


def _is_id(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == ID_BYTES and text == text.lower()
    except ValueError:
        return False


COMMANDS: Runners = MappingProxyType(
    {
        "directory list": list_directory,
        "directory export": export_directory,
        "directory import": import_directory,
    }
)
