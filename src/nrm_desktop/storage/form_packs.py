"""Form packs on disk: reads the TOML files of a pack folder within limits, and has them loaded.

This module decides which files are read and how much of them; what they mean is decided by
`domain.forms`. A pack in `resources/` is part of the program; a folder named by a user is foreign
and raises `HostileInput` for everything that is wrong with it.

- Regular files only: a link or device in a pack is refused, not followed.
- Files that are no TOML (a README, a licence) are not read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.wire.limits import FORM_PACK_BYTES, FORM_PACK_FILE_BYTES, FORM_PACK_FILES
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.load import LoadedPacks, load_packs
from nrm_desktop.domain.forms.parse import PACK_FILE, PackFiles, extends_of
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused

BASE = "base"
FILE_BYTES = FORM_PACK_FILE_BYTES
FILES = FORM_PACK_FILES
PACK_BYTES = FORM_PACK_BYTES
_SUFFIX = ".toml"


class FormPacks:
    """The packs that came with the program, and any folder beside them.

    Shape: `root` is the folder that holds one folder per pack.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def countries(self) -> tuple[str, ...]:
        """Ids of the country packs that came with the program."""
        names = (path.parent.name for path in self._root.glob(f"*/{PACK_FILE}"))
        return tuple(sorted(name for name in names if name != BASE))

    def load(self, countries: Sequence[str] = ()) -> LoadedPacks:
        """Load the base and some country packs, in this order.

        Raises: Usage `usage.not_found` for an unknown country; PackRefused; EnvironmentFault.
        """
        for country in countries:
            if country not in self.countries():
                raise Usage("usage.not_found", what="pack", name=country)
        return load_packs([read_pack(self._root / name) for name in (BASE, *countries)])

    def files(self, name: str) -> PackFiles:
        """The files of a pack that came with the program. Raises: as `read_pack`."""
        return read_pack(self._root / name)

    def load_folder(self, folder: Path) -> LoadedPacks:
        """Load the pack in a folder; a country pack together with the base of the program.

        Raises: Usage `usage.not_found` if there is no such folder; PackRefused; EnvironmentFault.
        """
        pack = read_folder(folder)
        if extends_of(pack):
            return load_packs([read_pack(self._root / BASE), pack])
        return load_packs([pack])


def read_folder(folder: Path) -> PackFiles:
    """Read a folder that somebody has named.

    Raises: Usage `usage.not_found` if there is no such folder; as `read_pack`.
    """
    if not folder.is_dir():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    return read_pack(folder)


def read_pack(folder: Path) -> PackFiles:
    """Read all TOML files of a folder.

    Raises: PackRefused for what is no regular file, too large, too many or no UTF-8;
    EnvironmentFault if the disk does not give a file.
    """
    with told_as_faults():
        return PackFiles(folder.name, dict(_texts(folder)))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    paths = sorted(_paths(folder))
    if len(paths) > FILES:
        raise _refused(folder, "", "too_many_files", f"A pack has at most {FILES} files.")
    total = 0
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not stat.S_ISREG(path.lstat().st_mode):
            raise _refused(folder, name, "no_file", "This is a link or device, and no file.")
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES + 1)
        if len(raw) > FILE_BYTES:
            raise _refused(folder, name, "too_large", "A file has at most 2 MiB.")
        total += len(raw)
        if total > PACK_BYTES:
            raise _refused(folder, name, "too_large", "A pack has at most 16 MiB.")
        try:
            yield name, raw.decode("utf-8")
        except UnicodeDecodeError:
            raise _refused(folder, name, "no_utf8", "The file is no UTF-8.") from None


def _paths(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        yield from (Path(place, name) for name in files if name.endswith(_SUFFIX))
        # A linked folder is not walked into; it is told like a linked file.
        yield from (Path(place, name) for name in folders if Path(place, name).is_symlink())


def _refused(folder: Path, name: str, code: str, message: str) -> PackRefused:
    file = f"{folder.name}/{name}".rstrip("/")
    remedy = "Save it as a plain UTF-8 TOML file of the pack."
    return PackRefused([PackProblem(file, 1, code, message, remedy)])
