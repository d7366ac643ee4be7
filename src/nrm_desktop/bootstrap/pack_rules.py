"""What a pack has to pass before it is kept, by whatever road it came.

This module decides what "newer" is measured against and runs all checks of the forms. Who may sign
is `pack_rights`; what is used in the end is `active_packs`, which checks again at every unlocking.

Source: storage-security.md section 15; docs/adr/0044. Threats: T12, T18.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from nrm_desktop import __version__
from nrm_desktop.app.wire.form_pack import TravellingPack
from nrm_desktop.app.wire.hashes import NAME_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.bootstrap.active_packs import (
    digests_of,
    load_after,
    own_files,
    packs_to_come,
)
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles, info_of
from nrm_desktop.domain.forms.schema import PackInfo
from nrm_desktop.domain.forms.versions import is_newer, version_of
from nrm_desktop.security.identity.form_packs import check_form_pack
from nrm_desktop.storage.form_packs import BASE, FormPacks
from nrm_desktop.storage.taken_packs import KeptPack


def tried(session: Session, kept: Sequence[KeptPack], files: PackFiles) -> PackInfo:
    """Run all checks: the pack on its base alone, then with everything that is in use here.

    A country stands on the base of the next unlocking, for that is when it is used first: both may
    have come together. A base stands beside what is in use.
    Raises: PackRefused with every problem.
    """
    shell = session.safe.shell
    info = info_of(files)
    is_base = info is not None and info.id == BASE
    beside = session.packs if is_base else packs_to_come(session, kept)
    present = beside.files or own_files(shell)
    load_packs([files] if is_base else [present[BASE], files])
    if info is None:  # then loading has said so already
        raise ProgramFault(what="pack")
    load_after(shell.forms, {**present, info.id: PackFiles(info.id, files.texts)})
    return info


def ground_of(session: Session, kept: Sequence[KeptPack]) -> bytes:
    """Name all that `tried` judges by, in 20 bytes: program, forms in use, and what was taken in.

    As long as it is the same, a pack that was refused is refused again.
    """
    parts = (__version__.encode(), session.packs.forms.fingerprint, *digests_of(kept))
    return hashlib.sha256(b"\0".join(parts)).digest()[:NAME_BYTES]


def must_be_sound(session: Session, kept: Sequence[KeptPack], pack: TravellingPack) -> None:
    """Try a pack that came. Raises: PackRefused; HostileInput where it calls itself otherwise."""
    info = tried(session, kept, PackFiles(pack.pack, pack.texts))
    if (info.id, info.version) != (pack.pack, pack.version):
        raise refuse(Step.CBOR, "formpack.head")


def not_newer_than(session: Session, kept: Iterable[KeptPack], pack: TravellingPack) -> str | None:
    """A version that is here and that this one does not follow; None if it is newer than all."""
    taken = (one.version for one, _ in _sound(session, kept, pack.pack))
    here = (*taken, *_own_versions(session, pack.pack))
    return next((version for version in here if not is_newer(pack.version, version)), None)


def is_next(
    session: Session, kept: Iterable[KeptPack], pack: TravellingPack, signed: bytes
) -> bool:
    """True if a pack of the exchange takes the place of what is here.

    Of two files with one version the one that was signed later counts, and of two that say the same
    time the larger in bytes: otherwise laptops would stay with different forms for good.
    """
    if any(not is_newer(pack.version, version) for version in _own_versions(session, pack.pack)):
        return False
    number, place = version_of(pack.version), (pack.made_ms, signed)
    return all(
        is_newer(pack.version, one.version)
        or (number == version_of(one.version) and place > (one.made_ms, raw))
        for one, raw in _sound(session, kept, pack.pack)
    )


def _sound(
    session: Session, kept: Iterable[KeptPack], pack: str
) -> Iterator[tuple[TravellingPack, bytes]]:
    """Of what was taken in; what no longer verifies stands in nobody's way."""
    roster = session.roster
    for one in kept:
        if one.pack == pack:
            with suppress(HostileInput):
                found = check_form_pack(one.signed, roster.organisation, roster.signer_key)
                yield found.pack, one.signed


def _own_versions(session: Session, pack: str) -> Iterator[str]:
    """Of what came with the program, in use or not."""
    shelf = FormPacks(session.safe.shell.resources / "packs")
    if pack == BASE or pack in shelf.countries():
        info = info_of(shelf.files(pack))
        if info is not None:
            yield info.version
