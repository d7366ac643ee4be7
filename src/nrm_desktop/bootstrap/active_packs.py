"""The forms of an unlocked laptop: packs of the program, and newer ones that were taken in.

This module decides which version of each pack is used. What was taken in is verified again at
every unlocking: its signature, by the certificate of whoever signed it; that it is newer than what
the program brings; that everything together passes all checks of this program; and that nothing
the program brings is lost or opened. A pack that fails in any of this is not used, the one of the
program is, and a finding tells it. So a fault in a pack never keeps anybody out of a vault.

While locked there is no database, and forms are those of the program alone (`shell`).

Source: storage-security.md section 15; docs/adr/0044. Threats: T9, T12, T19.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.packs_in_use import PackRow, PacksInUse, PackState
from nrm_desktop.app.wire.form_pack import TravellingPack
from nrm_desktop.bootstrap.country_packs import countries_of
from nrm_desktop.bootstrap.session import OpenSafe, Session
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PACK_FILE, PackFiles
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused
from nrm_desktop.domain.forms.schema import PackInfo
from nrm_desktop.domain.forms.succession import broken_promises
from nrm_desktop.domain.forms.versions import is_newer
from nrm_desktop.security.identity.form_packs import check_form_pack
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.storage.form_packs import BASE, FormPacks
from nrm_desktop.storage.taken_packs import KeptPack, kept_packs

_UNREADABLE: Final = "integrity.database"


@dataclass(frozen=True, slots=True)
class _Taken:
    """A pack that was taken in and whose signature holds."""

    pack: TravellingPack
    row: PackRow

    @property
    def files(self) -> PackFiles:
        return PackFiles(self.pack.pack, self.pack.texts)


def active_packs(safe: OpenSafe, roster: Roster) -> PacksInUse:
    """Choose the packs of an unlocked vault. Raises: PackRefused where the program's are bad."""
    shell = safe.shell
    try:
        kept = safe.database.read(kept_packs).result()
    except IntegrityFault:
        damaged = PackRow("", "", PackState.REFUSED, code=_UNREADABLE)
        return PacksInUse(shell.forms, (*_own_rows(_own(shell)), damaged))
    return replace(_chosen(shell, roster, kept), taken=digests_of(kept))


def packs_to_come(session: Session, kept: Sequence[KeptPack]) -> PacksInUse:
    """Choose as the next unlocking will, from what is kept now; nothing in use changes by it."""
    if session.packs.taken == digests_of(kept):
        return session.packs
    return _chosen(session.safe.shell, session.roster, kept)


def digests_of(kept: Sequence[KeptPack]) -> tuple[bytes, ...]:
    """Name what is kept by its bytes."""
    return tuple(hashlib.sha256(one.signed).digest() for one in kept)


def _chosen(shell: Shell, roster: Roster, kept: Sequence[KeptPack]) -> PacksInUse:
    own = _own(shell)
    rows: list[PackRow] = []
    good: dict[str, _Taken] = {}
    for one in kept:
        found = _verified(one, roster)
        if isinstance(found, _Taken):
            found = _wanted(found, own, shell)
        if isinstance(found, _Taken):
            good[one.pack] = found
        else:
            rows.append(found)
    if not good:
        return PacksInUse(shell.forms, (*_own_rows(own), *rows))
    return _joined(shell, own, good, rows)


def _own(shell: Shell) -> dict[str, PackInfo]:
    return {info.id: info for info in shell.forms.packs}


def own_files(shell: Shell) -> dict[str, PackFiles]:
    """The packs of the program that this laptop works with, by id, base first."""
    shelf = FormPacks(shell.resources / "packs")
    return {info.id: shelf.files(info.id) for info in shell.forms.packs}


def load_after(old: FormSet, files: Mapping[str, PackFiles]) -> FormSet:
    """Load packs that stand in the place of those of the program.

    Raises: PackRefused for what does not load, and for what takes something away or opens it.
    """
    forms = load_packs(tuple(files.values())).forms
    for info, name in zip(forms.packs, files, strict=True):
        if info.id != name:
            said = f"The pack calls itself `{info.id}`, and came as `{name}`."
            place = f"{info.id}/{PACK_FILE}"
            raise PackRefused([PackProblem(place, 1, "bad_id", said, "Have it sealed again.")])
    texts = {name: one.texts for name, one in files.items()}
    sources = {f"{name}/{path}": text for name in texts for path, text in texts[name].items()}
    problems = broken_promises(old, forms, sources)
    if problems:
        raise PackRefused(problems)
    return forms


def _own_rows(own: Mapping[str, PackInfo]) -> list[PackRow]:
    return [PackRow(info.id, info.version, PackState.IN_USE) for info in own.values()]


def _verified(kept: KeptPack, roster: Roster) -> _Taken | PackRow:
    try:
        found = check_form_pack(kept.signed, roster.organisation, roster.signer_key)
    except HostileInput as error:
        return PackRow(kept.pack, "", PackState.REFUSED, taken_ms=kept.taken_ms, code=error.code)
    pack = found.pack
    times = (pack.made_ms, kept.taken_ms)
    return _Taken(pack, PackRow(pack.pack, pack.version, PackState.IN_USE, found.signer, *times))


def _wanted(found: _Taken, own: Mapping[str, PackInfo], shell: Shell) -> _Taken | PackRow:
    """Leave out what the program has overtaken, and countries that were not chosen."""
    here = own.get(found.pack.pack)
    if here is not None and not is_newer(found.pack.version, here.version):
        return replace(found.row, state=PackState.SUPERSEDED)
    if here is None and found.pack.pack not in countries_of(shell.folder):
        return replace(found.row, state=PackState.NOT_CHOSEN)
    return found


def _joined(
    shell: Shell, own: Mapping[str, PackInfo], good: Mapping[str, _Taken], rows: list[PackRow]
) -> PacksInUse:
    """Use all that were taken in; if they do not fit together, those that do, one by one."""
    files = own_files(shell)
    taken = {name: one.files for name, one in good.items()}
    forms, used, refused = shell.forms, files, set[str]()
    try:
        forms = load_after(shell.forms, {**files, **taken})
        used = {**files, **taken}
    except PackRefused:
        for name, pack in sorted(
            taken.items(), key=lambda one: one[0] != BASE
        ):  # others rest on it
            try:
                forms = load_after(shell.forms, {**used, name: pack})
                used = {**used, name: pack}
            except PackRefused:
                refused.add(name)
    still_own = {name: one for name, one in own.items() if name not in good.keys() - refused}
    shown = [
        replace(one.row, state=PackState.REFUSED, code=PackRefused.default_code)
        if name in refused
        else one.row
        for name, one in good.items()
    ]
    return PacksInUse(forms, (*_own_rows(still_own), *shown, *rows), used)
