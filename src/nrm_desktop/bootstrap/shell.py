"""The shell: what works while a vault is locked, and what a locked vault says of itself.

The lock screen and `vault info` stand on this module alone, so it loads no database, no forms and
no exchange: forms are read when somebody first asks for them.

Source: architecture.md section 8; storage-security.md section 4.2.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.system_ports import Randomness, WallClock
from nrm_desktop.bootstrap.country_packs import countries_of
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import data_dir, resource_root, state_dir
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.storage.names import DATABASE

if TYPE_CHECKING:  # forms are read when somebody first asks for them
    from nrm_desktop.domain.forms.formset import FormSet


class SystemClock:
    """The WallClock port."""

    def now_ms(self) -> int:
        """Wall clock. Units: milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """A clock that never jumps. Units: seconds."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Shell:
    """What works while the vault is locked. Nothing in it belongs to an open vault.

    Shape: `anchors` lies outside the vault folder, on purpose; `load_forms` reads the packs once.
    """

    folder: Path
    resources: Path
    files: Files
    clock: WallClock
    random: Randomness
    errors: ErrorTexts
    anchors: Path
    load_forms: Callable[[], FormSet] = field(repr=False)
    is_practice: bool = False
    key_file: bytes = field(default=b"", repr=False)
    """SHA-256 of the key file that was put in; empty where none was."""

    @property
    def forms(self) -> FormSet:
        """The active forms. Raises: PackRefused for a bad pack."""
        return self.load_forms()


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What a vault says without being unlocked. Shape: `signs` of its user slots, in order."""

    vault_id: bytes
    copies: int
    slots: int
    signs: tuple[str, ...]
    database_bytes: int


def build_shell(
    folder: Path | None = None,
    countries: Sequence[str] = (),
    *,
    anchors: Path | None = None,
    is_practice: bool = False,
    load_forms: Callable[[], FormSet] | None = None,
) -> Shell:
    """Make what works while locked.

    Shape: `countries` are country packs, by default those that were chosen for this folder;
    `anchors` is a folder outside the vault; by default that of the system for such things;
    `load_forms` gives forms that are loaded elsewhere; by default the shipped packs are read.
    Raises: ResourcesMissing.
    """
    resources = resource_root()
    return Shell(
        folder=folder or data_dir(),
        resources=resources,
        files=SystemFiles(),
        clock=SystemClock(),
        random=os.urandom,
        errors=ErrorTexts(resources),
        anchors=anchors or state_dir() / "anchors",
        load_forms=load_forms
        or cache(lambda: _load_forms(resources, countries, folder or data_dir())),
        is_practice=is_practice,
    )


def header_facts(shell: Shell) -> HeaderFacts:
    """Say what can be known of a vault without unlocking it.

    Raises: EnvironmentFault `storage.no_vault`; IntegrityFault.
    """
    reading = header_copies(shell).read()
    header = reading.best.sound.header
    signs = slot_signs(shell)
    database = shell.folder / DATABASE
    return HeaderFacts(
        vault_id=header.vault_id,
        copies=len(reading.copies),
        slots=len(header.slots),
        signs=tuple(signs[slot.sign] for slot in header.user_slots),
        database_bytes=database.stat().st_size if database.is_file() else 0,
    )


def user_signs(shell: Shell) -> tuple[str, ...]:
    """Give the signs of those who may unlock.

    Raises: as `header_facts`; IntegrityFault `integrity.header` where a database lies there alone.
    """
    try:
        return header_facts(shell).signs
    except EnvironmentFault as fault:
        if fault.code == "storage.no_vault" and (shell.folder / DATABASE).exists():
            raise IntegrityFault("integrity.header") from fault
        raise


def header_copies(shell: Shell) -> HeaderCopies:
    """The key header of a vault. Raises: EnvironmentFault `storage.no_vault`."""
    copies = HeaderCopies(shell.files, shell.folder)
    if not copies.exist():
        raise EnvironmentFault("storage.no_vault")
    return copies


def slot_signs(shell: Shell) -> tuple[str, ...]:
    """Give the word pairs of the lock screen, by number."""
    return word_list(shell, "slot_signs")


def word_list(shell: Shell, name: str) -> tuple[str, ...]:
    """Read a word list of the program."""
    text = (shell.resources / "words" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def _load_forms(resources: Path, countries: Sequence[str], folder: Path) -> FormSet:
    """Load the packs that are named, else those chosen for the folder that this program has."""
    from nrm_desktop.storage.form_packs import FormPacks  # noqa: PLC0415 - a light lock screen

    packs = FormPacks(resources / "packs")
    installed = packs.countries()
    chosen = [one for one in countries_of(folder) if one in installed]
    return packs.load(countries or chosen).forms
