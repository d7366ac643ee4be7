"""Three laptops of one organisation and a newer pack, for the tests of packs that travel.

Ana and Boris are coordinators who also look after cases, Cleo works in the shelter.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.e2e.laptops import (
    PASSPHRASE,
    Laptop,
    closed,
    copy_of,
    new_laptop,
    opened_again,
    shell_at,
)

from nrm_desktop.app.packs_in_use import PackRow
from nrm_desktop.app.wire.form_pack import TravellingPack
from nrm_desktop.bootstrap.country_packs import countries_of
from nrm_desktop.bootstrap.headless import Founder, enter, found_vault
from nrm_desktop.bootstrap.session import OpenSafe, Session
from nrm_desktop.bootstrap.travelling_packs import TakenPack, seal_pack, take_pack
from nrm_desktop.domain.errors import HostileInput, NrmError
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.paths import resource_root
from nrm_desktop.security.identity.form_packs import sign_form_pack
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack, kept_packs
from nrm_desktop.storage.uow import transaction

PACKS = resource_root() / "packs"
ROUTE = FieldId("screening.bg_route")
_FIELD = '[form]\nid = "screening"\n\n[[field]]\nid = "{id}"\nsection = "setting"\ntype = "text"\n'
_TEXT = '\n[screening.{key}]\nlabel = "{label}"\nwhy = "It helps to plan the way home."\n'
ROLE = "coordinator_intake"


@cache
def made_once() -> tuple[OpenSafe, OpenSafe, OpenSafe]:
    """Ana founds; Boris and Cleo join. All are closed again."""
    room = Path(mkdtemp(prefix="packs-"))
    ana = found_vault(shell_at(room / "ana"), Founder("Help", "P-01", ROLE, PASSPHRASE, FLOOR))
    boris = new_laptop(ana, room, "P-02", ROLE)
    cleo = new_laptop(ana, room, "P-03", "shelter")
    return closed(ana.session.safe, boris, cleo)


@contextmanager
def three_copies(room: Path) -> Iterator[tuple[Laptop, Laptop, Laptop]]:
    """Copies of all three, open; closed at the end."""
    names = ("ana", "boris", "cleo")
    ana, boris, cleo = (
        copy_of(safe, room / name) for safe, name in zip(made_once(), names, strict=True)
    )
    yield ana, boris, cleo
    for laptop in (ana, boris, cleo):
        laptop.vault.close()


def again(laptop: Laptop) -> None:
    """Lock, and unlock once more."""
    session = laptop.vault.session
    laptop.vault.close()
    laptop.vault = enter(opened_again(session.safe))


def bulgaria(folder: Path, version: str = "0.2.0", **changed: str) -> Path:
    """A newer country pack with one field more, in a folder of its own.

    Shape: `changed` are texts of files by their stem, such as `compartments`.
    """
    shutil.copytree(PACKS / "bg", folder)
    with_version(folder, version)
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    _write(
        folder / "pack.toml", text.replace('forms = ["return"', 'forms = ["screening", "return"')
    )
    _write(folder / "forms/screening.toml", _FIELD.format(id=ROUTE))
    with (folder / "texts/en.toml").open("a", encoding="utf-8") as file:
        file.write(_TEXT.format(key="bg_route", label="Way that was taken"))
    for stem, content in changed.items():
        _write(folder / f"{stem}.toml", content)
    return folder


def base(folder: Path, version: str = "0.2.0") -> Path:
    """A newer base with one field more."""
    shutil.copytree(PACKS / "base", folder)
    with_version(folder, version)
    form = folder / "forms/screening.toml"
    block = _FIELD.partition("\n\n")[2].format(id="screening.way_home")
    _write(form, f"{form.read_text(encoding='utf-8')}\n{block}")
    with (folder / "texts/en.toml").open("a", encoding="utf-8") as file:
        file.write(_TEXT.format(key="way_home", label="Way home"))
    return folder


def with_version(folder: Path, version: str) -> Path:
    """Raise the version of a pack."""
    lines = (folder / "pack.toml").read_text(encoding="utf-8").splitlines()
    said = [f'version = "{version}"' if line.startswith("version") else line for line in lines]
    _write(folder / "pack.toml", "\n".join([*said, ""]))
    return folder


def sealed(laptop: Laptop, folder: Path, name: str = "sealed") -> Path:
    """Have a pack signed on a laptop; the file lies beside its folder."""
    out = folder.parent / f"{name}.nrmf"
    return Path(seal_pack(laptop.vault.session, folder, str(out)).file)


def take(laptop: Laptop, path: Path) -> TakenPack:
    """Take a file in."""
    return take_pack(laptop.vault.session, str(path))


def refused(laptop: Laptop, path: Path, kind: type[NrmError] = HostileInput) -> str:
    """Nothing is kept, nothing changes, and the code says why."""
    session = laptop.vault.session
    before = (kept(laptop), countries_of(session.safe.shell.folder))
    with pytest.raises(kind) as caught:
        take(laptop, path)
    assert (kept(laptop), countries_of(session.safe.shell.folder)) == before
    return caught.value.code


def kept(laptop: Laptop) -> tuple[KeptPack, ...]:
    """What lies in the vault."""
    return laptop.vault.session.safe.database.read(kept_packs).result()


@contextmanager
def only_kept(laptop: Laptop, *names: str) -> Iterator[None]:
    """For a while the vault holds only these packs, as if the others had not come yet."""
    database = laptop.vault.session.safe.database
    before = kept(laptop)

    def take_out(connection: Connection) -> None:
        with transaction(connection):
            for one in before:
                if one.pack not in names:
                    connection.execute("DELETE FROM form_pack WHERE pack = ?", (one.pack,))

    def put_back(connection: Connection) -> None:
        with transaction(connection):
            for one in before:
                keep_pack(connection, one)

    database.write(take_out).result()
    yield
    database.write(put_back).result()


def fields(laptop: Laptop) -> set[str]:
    """The questions that a laptop knows."""
    return {one.id for one in laptop.vault.forms.fields()}


def signed(laptop: Laptop, path: Path, signer: SignerKeys | None = None, **changed: object) -> Path:
    """A file with whatever somebody may have signed with tools of their own."""
    session = laptop.vault.session
    parts = {
        "organisation": session.organisation,
        "pack": "bg",
        "version": "0.2.0",
        "made_ms": 1,
        "files": (),
        **changed,
    }
    path.write_bytes(sign_form_pack(signer or session.safe.signer, TravellingPack(**parts)))
    return path


def files_of(folder: Path) -> tuple[tuple[str, str], ...]:
    """Names and texts of a folder."""
    paths = sorted(path for path in folder.rglob("*.toml"))
    return tuple((path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in paths)


def row_of(session: Session, pack: str) -> PackRow:
    """What is said of a pack; of two rows the one that was taken in."""
    rows = [row for row in session.packs.rows if row.pack == pack]
    return max(rows, key=lambda row: row.taken_ms)


def under_program(laptop: Laptop, packs: Path, countries: tuple[str, ...] = ()) -> Laptop:
    """The same vault opened by a program that brings the packs in a folder."""
    session = laptop.vault.session
    laptop.vault.close()
    forms = FormPacks(packs).load(countries).forms
    shell = replace(session.safe.shell, resources=packs.parent, load_forms=lambda: forms)
    laptop.vault = enter(opened_again(replace(session.safe, shell=shell)))
    return laptop


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
