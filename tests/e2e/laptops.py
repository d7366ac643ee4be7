"""Laptops of one organisation, with real vaults, real keys and a folder that stands for a stick.

The first ones are made once per test run (founding, request, approval, welcome) and copied for each
test; a copy is opened with the keys that were made then, so that Argon2 is paid for once.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.file_ports import Files
from nrm_desktop.bootstrap.changed_forms import note_forms
from nrm_desktop.bootstrap.exchange import SyncWish, head_digest, synchronise
from nrm_desktop.bootstrap.headless import Founder, OpenVault, enter, found_vault, session_of
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, Answer, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.vault_database import VaultDatabase

PASSPHRASE = "an invented passphrase of Ana"
PLACE = FieldId("screening.place_type")
SALUTATION = FieldId("screening.salutation")


@dataclass
class Laptop:
    """A laptop that is unlocked, with the case that its tests write into."""

    vault: OpenVault

    @property
    def digest(self) -> str:
        return head_digest(self.vault.session)

    def open_case(self) -> ScopeId:
        (event,) = self.vault.handle(OpenCase(child=NOT_ASKED))
        return event.scope

    def save(self, scope: ScopeId, record: RecordId, field: FieldId, value: str) -> None:
        opens = () if self._is_open(scope, record) else (NewRecord(record, "screening"),)
        cell = CellAnswer(record, field, answered(value))
        self.vault.handle(SaveAnswers(scope=scope, answers=(cell,), opens=opens))

    def standing(self, scope: ScopeId, record: RecordId, field: FieldId) -> list[Answer | None]:
        rows = self.vault.work.run(lambda uow: uow.standing(record, field, scope))
        return sorted((row.answer for row in rows), key=str)

    def values(self, scope: ScopeId, record: RecordId, field: FieldId) -> list[object]:
        return sorted(str(one.value) for one in self.standing(scope, record, field) if one)

    def sync(self, stick: Path, **how):
        stick.mkdir(exist_ok=True)
        wish = SyncWish(**how)
        return synchronise(self.vault.session, str(stick), self.vault.bus, wish=wish).report

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def close(self) -> None:
        self.vault.session.safe.close()

    def _is_open(self, scope: ScopeId, record: RecordId) -> bool:
        return self.vault.work.run(lambda uow: uow.is_opened_in(scope, record, 1))


@cache
def made_once() -> tuple[OpenSafe, OpenSafe, OpenSafe]:
    """Ana founds; Boris, a colleague, and Cleo of the shelter join. All are closed again."""
    room = Path(mkdtemp(prefix="laptops-"))
    founder = Founder("Help", "P-01", "case_manager", PASSPHRASE, FLOOR)
    ana = found_vault(shell_at(room / "ana"), founder)
    boris = new_laptop(ana, room, "P-02", "case_manager")
    cleo = new_laptop(ana, room, "P-03", "shelter")
    return closed(ana.session.safe, boris, cleo)


def closed(*safes: OpenSafe) -> tuple[OpenSafe, ...]:
    """Close laptops that have been made, as after their first unlocking: they know their forms."""
    for safe in safes:
        note_forms(session_of(safe))
        safe.close()
    return safes


def new_laptop(registrar: OpenVault, room: Path, badge: str, role: str) -> OpenSafe:
    """Request, approval and welcome through a folder, each side typing what the other reads."""
    safe = create_safe(shell_at(room / badge), PASSPHRASE, FLOOR)
    carried = room / f"carried-{badge}"
    carried.mkdir()
    asked = ask_to_join(safe, badge, "second laptop", str(carried))
    said = " ".join(asked.compared.digits)
    approved = approve(registrar.session, asked.file, str(carried), said, role)
    join(safe, approved.file, " ".join(approved.compared.words))
    return safe


def copy_of(made: OpenSafe, room: Path, files: Files | None = None) -> Laptop:
    """Another copy of a vault, opened with the keys of its first unlocking.

    `files` stands for the disk under it.
    """
    shell = shell_at(room)
    if files is not None:
        shell = replace(shell, files=files)
    shutil.copytree(made.shell.folder, shell.folder)
    # With its anchor: a vault without one counts as moved, and writes nothing before it is renewed.
    shutil.copytree(made.shell.anchors, shell.anchors)
    return Laptop(enter(opened_again(replace(made, shell=shell))))


def opened_again(made: OpenSafe) -> OpenSafe:
    """Open a closed vault without asking for the passphrase again."""
    keys = made.unlocked.keys
    lock = VaultLock(made.shell.folder)
    key = DatabaseKey(keys.db, keys.db_salt)
    database = VaultDatabase.open(made.shell.folder, key, made.shell.clock.now_ms())
    return replace(made, lock=lock, database=database)


def shell_at(folder: Path) -> Shell:
    return replace(forms_once(), folder=folder / "vault", anchors=folder / "anchors")


@cache
def forms_once() -> Shell:
    return build_shell(Path("unused"), anchors=Path("unused"))


def two_laptops(room: Path) -> tuple[Laptop, Laptop]:
    ana, boris, _ = made_once()
    return copy_of(ana, room / "ana"), copy_of(boris, room / "boris")


def three_laptops(room: Path) -> tuple[Laptop, Laptop, Laptop]:
    ana, boris, cleo = made_once()
    return (
        copy_of(ana, room / "ana"),
        copy_of(boris, room / "boris"),
        copy_of(cleo, room / "cleo"),
    )


def new_record() -> RecordId:
    return RecordId(secrets.token_bytes(16))
