"""Writing out tables that were released, and checking the file of somebody.

This module decides the names of the files, and that a file which lies there already is left alone
if it is the very one. What may leave, `app.releasing` decides, and has entered it before.

Source: standards.md ST6 and ST11; docs/adr/0046.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.app.counting import Counting
from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.handlers.registers import directory_entry, entry_of_organisation
from nrm_desktop.app.linking import LinkAsked, Linked, link_people
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.release_file import read_release
from nrm_desktop.app.releasing import ReleaseAsked, Released, release_tables
from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.app.wire.joining import root_fingerprint
from nrm_desktop.app.wire.limits import RELEASE_BYTES, STATEMENT_BYTES
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.packets import SessionSeals
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Usage
from nrm_desktop.domain.releases import Release
from nrm_desktop.exchange.releases import ReleaseSigned, check_release, seal_release
from nrm_desktop.security.sealing.derivation import pseudonym

SIGNATURE: Final = ".nrmsig"
_SUFFIX: Final = ".csv"
_LINKED: Final = "linked"


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A table that lies in a folder, and its signature."""

    released: Released
    table: str
    signature: str


@dataclass(frozen=True, slots=True)
class GivenLinked:
    """Where rows of linked people lie, and their signature."""

    file: str
    signature: str


@dataclass(frozen=True, slots=True)
class ReleaseChecked:
    """A file whose signature holds.

    Shape: `is_own` says that it is of this organisation; `is_known` that its root is ours, or that
    of a card that two people compared.
    """

    release: Release
    signed: ReleaseSigned
    is_own: bool
    is_known: bool


def give_out(
    session: Session, parts: Counting, asked: ReleaseAsked, folder: Path
) -> tuple[GivenOut, ...]:
    """Release tables, and write each with the signature beside it.

    A file that is there and right stays as it is. Raises: as `release_tables`; Usage
    `usage.not_found` without such a folder, `usage.not_empty` where another file has the name;
    IntegrityFault `integrity.identity`; EnvironmentFault.
    """
    must_have_identity(session.safe)
    if not folder.is_dir():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    writing = _Writing(session.safe.shell.files, SessionSeals(session), session.context.clock)
    # Entered before it is written: a file that is out and in no ledger would be compared with
    # nothing, and whoever is interrupted runs the same command again.
    return tuple(
        GivenOut(one, *writing.write(folder / _name_of(one.release), one.data))
        for one in release_tables(parts, asked)
    )


def give_linked(
    session: Session, parts: Counting, asked: LinkAsked, folder: Path
) -> tuple[Linked, GivenLinked]:
    """Write the rows of people who agreed to be linked, with the signature beside them.

    Raises: as `link_people`; Usage `usage.not_found` without such a folder, `usage.not_empty` where
    a file has the name: then nothing was entered. IntegrityFault `integrity.identity`.
    """
    must_have_identity(session.safe)
    if not folder.is_dir():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    place = folder / f"{_LINKED}-{asked.begin[:4]}-{asked.end[:4]}{_SUFFIX}"
    if place.exists() or _beside(place).exists():
        raise Usage("usage.not_empty", what=place.name)
    made = link_people(parts, asked, pseudonym)
    writing = _Writing(session.safe.shell.files, SessionSeals(session), session.context.clock)
    return made, GivenLinked(*writing.write(place, made.data))


def check_file(session: Session, table: Path) -> ReleaseChecked:
    """Check a table with the signature that lies beside it; either of the two may be named.

    Raises: HostileInput for a wrong signature or what is no such table; EnvironmentFault.
    """
    files, seals = session.safe.shell.files, SessionSeals(session)
    table = table.with_suffix("") if table.suffix == SIGNATURE else table
    data = files.read_limited(table, RELEASE_BYTES)
    signature = files.read_limited(_beside(table), STATEMENT_BYTES)
    signed = check_release(seals, data, signature)
    is_own = signed.origin.root == root_fingerprint(session.roster.root.first)
    is_known = is_own or session.work.run(lambda uow: _is_compared(uow, session, signed))
    return ReleaseChecked(read_release(data), signed, is_own, is_known)


def _name_of(release: Release) -> str:
    years = f"{release.first:04}"
    if release.last != release.first:
        years += f"-{release.last:04}"
    return f"{release.table}-{years}{_SUFFIX}"


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes a table and its signature, never over another file."""

    files: Files
    seals: SessionSeals
    clock: WallClock

    def write(self, table: Path, data: bytes) -> tuple[str, str]:
        beside = _beside(table)
        found, signature = self._read(table, RELEASE_BYTES), self._read(beside, STATEMENT_BYTES)
        if found is None:
            self.files.create_exclusive(table, data)
        elif found != data:
            raise Usage("usage.not_empty", what=table.name)
        if signature is None:
            sealed = seal_release(self.seals, data, self.clock.now_ms())
            self.files.create_exclusive(beside, sealed)
        else:
            self._must_be_of(beside, data, signature)
        return str(table), str(beside)

    def _must_be_of(self, beside: Path, data: bytes, signature: bytes) -> None:
        try:
            check_release(self.seals, data, signature)
        except HostileInput:
            raise Usage("usage.not_empty", what=beside.name) from None

    def _read(self, path: Path, limit: int) -> bytes | None:
        try:
            return self.files.read_limited(path, limit)
        except HostileInput:
            raise Usage("usage.not_empty", what=path.name) from None
        except EnvironmentFault as fault:
            if fault.code != "storage.missing":
                raise
            return None


def _beside(table: Path) -> Path:
    return table.with_name(table.name + SIGNATURE)


def _is_compared(uow: UnitOfWork, session: Session, signed: ReleaseSigned) -> bool:
    found = entry_of_organisation(uow, session.context, signed.origin.organisation)
    if found is None or found[1].root != signed.origin.root:
        return False
    return directory_entry(uow, session.context, found[0]).is_verified
