"""Giving out forms, and taking them in: one signed file for the other laptops of an organisation.

This module decides what has to hold before a pack is signed and before one is kept. Nothing of a
file is used before its signature, the right of whoever signed it, its version and all checks of
the forms are good; what is kept is the file as it came, and it is used from the next unlocking on.

Source: storage-security.md section 15; docs/adr/0044. Threats: T12, T14, T19.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.form_pack import TravellingPack, is_pack_file_name
from nrm_desktop.app.wire.limits import SIGNED_PACK_BYTES
from nrm_desktop.bootstrap.active_packs import own_files
from nrm_desktop.bootstrap.country_packs import add_country, must_have_room
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.joining import find_file, write_file
from nrm_desktop.bootstrap.pack_rights import may_give_out, must_give_out, must_take_in
from nrm_desktop.bootstrap.pack_rules import must_be_sound, not_newer_than, tried
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.parse import PACK_FILE, PackFiles
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused
from nrm_desktop.domain.forms.schema import PackInfo
from nrm_desktop.domain.forms.versions import is_comparable
from nrm_desktop.domain.ids import SignerId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.form_packs import SignedPack, check_form_pack, sign_form_pack
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.form_packs import BASE, read_folder
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack, kept_packs

SUFFIX: Final = ".nrmf"
_LETTER: Final = "f"


@dataclass(frozen=True, slots=True)
class SealedPack:
    """A pack that lies signed on the medium. Units: `size` in bytes."""

    pack: TravellingPack
    file: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class TakenPack:
    """A pack that was taken in. Shape: `is_new` is False if these forms were here already."""

    found: SignedPack
    is_new: bool


def seal_pack(session: Session, folder: Path, out: str) -> SealedPack:
    """Check the pack in a folder, sign it and write one file for the other laptops.

    Shape: `out` is a folder, or the name of a file that ends in `.nrmf`.
    Raises: Refused `policy.role`; IntegrityFault `integrity.identity`; PackRefused with every
    problem; Usage `usage.not_found`; EnvironmentFault. Nothing is written then.
    """
    must_have_identity(session.safe)
    signer, context = session.safe.signer, session.context
    if not may_give_out(session, signer.id):
        raise Refused("policy.role", compartment=Compartment.ORG_PACKS.word)
    files = read_folder(folder)
    info = tried(session, session.safe.database.read(kept_packs).result(), files)
    _must_travel(info, files)
    pack = TravellingPack(
        session.organisation,
        info.id,
        info.version,
        context.clock.now_ms(),
        tuple(sorted(files.texts.items())),
    )
    data = sign_form_pack(signer, pack)
    if len(data) > SIGNED_PACK_BYTES:
        raise _refused(info.id, PACK_FILE, "too_large", "A pack that travels has at most 8 MiB.")
    check_form_pack(data, session.organisation, session.roster.signer_key)
    session.work.run(lambda unit: unit.audit("pack.seal", (signer.id,), info.id))
    file = write_file(session.safe.shell, out, (_LETTER, SUFFIX), data)
    return SealedPack(pack, file, len(data), hashlib.sha256(data).digest())


def take_pack(session: Session, file: str) -> TakenPack:
    """Verify a signed pack and keep it; it is used from the next unlocking on.

    Raises: Refused `policy.role`, `policy.pack_older`; HostileInput for what is wrong with the file
    or with whoever signed it; PackRefused with every problem of the forms. Nothing is kept then.
    """
    must_take_in(session)
    shell = session.safe.shell
    data = shell.files.read_limited(find_file(file, SUFFIX), SIGNED_PACK_BYTES)
    found = check_form_pack(data, session.organisation, session.roster.signer_key)
    must_give_out(session, found.signer)
    pack = found.pack
    files = PackFiles(pack.pack, pack.texts)
    before = session.safe.database.read(kept_packs).result()
    is_new = not _is_here(session, before, data, files)
    if is_new:
        here = not_newer_than(session, before, pack)
        if here is not None:
            raise Refused("policy.pack_older", pack=pack.pack, found=pack.version, here=here)
        must_be_sound(session, before, pack)
    if pack.pack != BASE:
        must_have_room(shell.folder, pack.pack)
    if is_new:
        kept = KeptPack(pack.pack, data, session.context.clock.now_ms(), session.context.user)
        session.work.exchange(partial(_keep, kept, found.signer))
    if pack.pack != BASE:
        add_country(shell.folder, pack.pack)
    return TakenPack(found, is_new)


def _keep(kept: KeptPack, signer: SignerId, unit: UnitOfWork, connection: Connection) -> None:
    keep_pack(connection, kept)
    unit.audit("pack.take", (signer,), kept.pack)


def _is_here(session: Session, before: Iterable[KeptPack], data: bytes, files: PackFiles) -> bool:
    """True if exactly these forms are in use, or lie here: not chosen, or since the unlocking."""
    present = session.packs.files or own_files(session.safe.shell)
    if files.name in present and present[files.name].texts == files.texts:
        return True
    refused = {row.pack for row in session.packs.rows if row.state is PackState.REFUSED}
    return any(one.signed == data and one.pack not in refused for one in before)


def _must_travel(info: PackInfo, files: PackFiles) -> None:
    """What is asked of a pack only when it travels: a version in numbers, plain names of files."""
    if not is_comparable(info.version):
        said = "A pack that travels has a version of numbers and dots, such as 1.2.0."
        raise _refused(info.id, PACK_FILE, "bad_version", said)
    for name in files.texts:
        if not is_pack_file_name(name):
            said = "A pack that travels has files with plain names, in one folder at most."
            raise _refused(info.id, name, "bad_name", said)


def _refused(pack: str, file: str, code: str, said: str) -> PackRefused:
    return PackRefused([PackProblem(f"{pack}/{file}", 1, code, said, "Change it, and seal again.")])
