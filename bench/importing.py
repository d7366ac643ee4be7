"""Two laptops of one organisation and a folder between them, for figures of the exchange.

One laptop writes forms that are filled in field by field, ten answers to a commit, through the unit
of work and with real signatures; the other takes them in by a whole run: read, verify, decide,
store. Cases are few and long, so that the figures are those of commits and not of opening cases.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.exchange import synchronise
from nrm_desktop.bootstrap.headless import Founder, OpenVault, enter, found_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import NOT_ASKED, FieldType, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.vault_database import VaultDatabase

PASSPHRASE = "two quiet laptops on a table"
OPS_PER_COMMIT = 10
COMMITS_PER_CASE = 100
CORE = int(Compartment.CORE)


@dataclass(frozen=True)
class Pair:
    """A laptop that writes, one that was closed before anything was written, and a folder."""

    writer: OpenVault
    reader: OpenSafe
    store: Path


def new_pair(room: Path) -> Pair:
    """Found an organisation, let a second laptop join, and close the second."""
    founder = Founder("Help", "P-01", "case_manager", PASSPHRASE, FLOOR)
    writer = found_vault(shell_at(room / "writer"), founder)
    reader = create_safe(shell_at(room / "reader"), PASSPHRASE, FLOOR)
    carried = room / "carried"
    carried.mkdir()
    asked = ask_to_join(reader, "P-02", "second laptop", str(carried))
    digits = " ".join(asked.compared.digits)
    approved = approve(writer.session, asked.file, str(carried), digits, "case_manager")
    join(reader, approved.file, " ".join(approved.compared.words))
    reader.close()
    store = room / "store"
    store.mkdir()
    return Pair(writer, reader, store)


def copy_of(reader: OpenSafe, room: Path) -> OpenVault:
    """The second laptop as it was, opened with the keys of its first unlocking."""
    shell = shell_at(room)
    shutil.copytree(reader.shell.folder, shell.folder)
    shutil.copytree(reader.shell.anchors, shell.anchors)
    keys = reader.unlocked.keys
    lock = VaultLock(shell.folder)
    key = DatabaseKey(keys.db, keys.db_salt)
    database = VaultDatabase.open(shell.folder, key, shell.clock.now_ms())
    return enter(replace(reader, shell=shell, lock=lock, database=database))


def shell_at(folder: Path) -> Shell:
    return build_shell(folder / "vault", anchors=folder / "anchors")


def write_ops(vault: OpenVault, ops: int, *, is_mixed: bool = False) -> None:
    """Write so many answers, ten to a commit of one form; or mixed, over ten records."""
    commits = ops // OPS_PER_COMMIT
    forms = OPS_PER_COMMIT if is_mixed else 1
    for first in range(0, commits, COMMITS_PER_CASE):
        (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
        many = range(first, min(commits, first + COMMITS_PER_CASE))
        vault.work.run(
            lambda unit, scope=opened.scope, many=many: _fill(vault, unit, scope, many, forms)
        )


def synchronised(vault: OpenVault, store: Path):
    """One whole run. Gives the report."""
    return synchronise(vault.session, str(store), vault.bus).report


def _fill(vault: OpenVault, unit: UnitOfWork, scope: ScopeId, numbers: range, many: int) -> None:
    """Fill in a new record, or `many` of different forms, with ten answers to a commit."""
    forms = core_fields(vault)
    names = list(forms)[:many]
    for number in numbers:
        records = {name: vault.context.new_record() for name in names}
        for order, name in enumerate(names):
            opening = OpenRecord(records[name], name, None, number * many + order, None)
            unit.record(scope, CORE, opening)
        for op in range(OPS_PER_COMMIT):
            name, at = names[op % many], op // many
            said = answered(f"words {number * OPS_PER_COMMIT + op}")
            unit.record(scope, CORE, ValueOp(OpKind.SET, records[name], forms[name][at], said, ()))
        unit.flush()


def core_fields(vault: OpenVault) -> dict[str, list[FieldId]]:
    """Fields of free words that lie in `core`, by form; ten forms at most."""
    found: dict[str, list[FieldId]] = {}
    for form in vault.context.forms.forms.values():
        if form.scope is FormScope.CASE:
            fields = [one.id for one in _fields(vault, form.id) if one.compartment == CORE]
            if fields:
                found[form.id] = (fields * OPS_PER_COMMIT)[:OPS_PER_COMMIT]
    best = sorted(found, key=lambda name: -len(set(found[name])))
    return {name: found[name] for name in (best * OPS_PER_COMMIT)[:OPS_PER_COMMIT]}


def _fields(vault: OpenVault, form: str) -> Iterator:
    kinds = {FieldType.TEXT, FieldType.LONG, FieldType.NUMBER}
    for one in vault.context.forms._index.fields.values():  # noqa: SLF001 - all fields of all forms
        if one.form == form and (one.type in kinds or form != "screening"):
            yield one
