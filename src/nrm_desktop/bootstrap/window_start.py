"""What the window can do while nothing is open: found a safe, restore a backup, use the sheet.

This module joins screens and steps. It decides two things: a restore goes into an empty folder, in
which settings of the window count as nothing; and several backups are read one after the other, so
that one that is damaged hides none of the others.

Source: ux.md section 10; storage-security.md sections 4.7 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.bootstrap.headless import Founder, OpenVault, case_roles, found_vault
from nrm_desktop.bootstrap.inviting import Newcomer, begin_invited
from nrm_desktop.bootstrap.lock_settings import NAME as LOCK_SETTINGS
from nrm_desktop.bootstrap.passphrase_rules import VaultPassphraseRules
from nrm_desktop.bootstrap.recovering import use_recovery
from nrm_desktop.bootstrap.restoring import check_backup, restore_vault
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.window_settings import NAME as LOOK_SETTINGS
from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.recovery import read_recovery_groups
from nrm_desktop.storage.backup import HEADER
from nrm_desktop.ui.presenters.calls import Failed
from nrm_desktop.ui.presenters.first_start import (
    BackupFound,
    Beginning,
    FirstStartPresenter,
    Joining,
)
from nrm_desktop.ui.presenters.forgotten import CameBack, ForgottenPresenter
from nrm_desktop.ui.qt.doors import PageDoor
from nrm_desktop.ui.views.first_start import FirstStartPage
from nrm_desktop.ui.views.forgotten import ForgottenPage
from nrm_desktop.ui.views.look_choices import LookChoices
from nrm_desktop.ui.views.main_window import MainWindow
from nrm_desktop.ui.widgets.kit import Kit

MOST_BACKUPS: Final = 12
"""So many of one folder are read; the newest by their names, which begin with the day."""
Opener = Callable[[Callable[[Shell], OpenVault], Callable[[], None], Failed], None]


@dataclass(frozen=True, slots=True)
class StartPlace:
    """Where these screens stand.

    Shape: `enter` opens a safe that was just founded and goes to the way back; `again` shows the
    locked screen; `cost` None means: calibrated to this machine.
    """

    shell: Shell
    door: PageDoor
    kit: Kit
    window: MainWindow
    enter: Opener
    again: Callable[[], None]
    explain: Callable[[NrmError], tuple[str, str]]
    cost: KdfCost | None = None


class StartSteps:
    """Fulfils `FirstSteps` and `WayBackIn`."""

    def __init__(self, place: StartPlace) -> None:
        self._place = place
        self.explain = place.explain

    # ---- the first start ------------------------------------------------------------------------

    def roles(self, done: Callable[[tuple[str, ...]], None], failed: Failed) -> None:
        """Read which roles there are: jobs first, then single roles that lead cases."""
        shell = self._place.shell

        def read() -> tuple[str, ...]:
            table = shell.forms.roles
            jobs = sorted(table.presets, key=lambda job: (not job.startswith("coordinator"), job))
            return (*jobs, *case_roles(table))

        self._place.door.beside(read, done, failed)

    def found(self, beginning: Beginning, done: Callable[[], None], failed: Failed) -> None:
        """Make the safe and enter it."""
        founder = Founder(
            beginning.organisation,
            beginning.badge,
            beginning.role,
            beginning.passphrase,
            self._place.cost,
        )
        self._place.enter(lambda shell: found_vault(shell, founder), done, failed)

    def join(self, joining: Joining, done: Callable[[], None], failed: Failed) -> None:
        """Make the safe by an invitation and enter it."""
        newcomer = Newcomer(joining.digits, joining.passphrase, cost=self._place.cost)

        def begin(shell: Shell) -> OpenVault:
            return begin_invited(shell, joining.place, newcomer).vault

        self._place.enter(begin, done, failed)

    def read_backups(
        self,
        folder: str,
        sign: str,
        passphrase: str,
        done: Callable[[Sequence[BackupFound]], None],
        failed: Failed,
    ) -> None:
        """Open the backup in a folder, or all backups in it, and read them as a whole."""
        shell = self._place.shell

        def read() -> list[BackupFound]:
            return [_read(shell, one, sign, passphrase) for one in backups_in(Path(folder))]

        self._place.door.in_order(read, done, failed)

    def restore(
        self, path: str, sign: str, passphrase: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Restore a backup into the empty folder; the locked screen follows."""
        shell = self._place.shell

        def run() -> None:
            with settings_aside(shell.folder):
                restore_vault(shell, Path(path), passphrase, sign or None)

        def restored(_none: None) -> None:
            done()
            self._place.again()

        self._place.door.in_order(run, restored, failed)

    # ---- a forgotten passphrase -----------------------------------------------------------------

    def look_at_code(self, code: str) -> None:
        """Look whether this can be a code. Raises: Usage, with the `group` that is wrong."""
        read_recovery_groups(code)

    def use_code(
        self,
        code: str,
        sign: str,
        passphrase: str,
        done: Callable[[CameBack], None],
        failed: Failed,
    ) -> None:
        """Give the person of a sign a new passphrase."""
        place = self._place

        def use() -> CameBack:
            used = use_recovery(place.shell, code, sign, passphrase, place.cost)
            return CameBack(used.badge, used.sign, used.is_certified)

        place.door.in_order(use, done, failed)


def show_first_start(place: StartPlace, foot: LookChoices) -> None:
    """Show the ways into an empty folder."""
    page = FirstStartPage(place.kit, _rules(place), foot)
    presenter = FirstStartPresenter(page, StartSteps(place), place.kit.say, place.kit.dates)
    page.bind(presenter)
    place.window.show_locked(page)
    presenter.start()


def show_forgotten(place: StartPlace, sign: str) -> None:
    """Ask for the groups of the sheet, for one sign."""
    page = ForgottenPage(place.kit, _rules(place), place.again)
    presenter = ForgottenPresenter(page, StartSteps(place), place.kit.say, sign)
    page.bind(presenter)
    place.window.show_locked(page)
    presenter.start()


def _rules(place: StartPlace) -> VaultPassphraseRules:
    """The rules, with a generator that speaks the language of the window where it can."""
    return VaultPassphraseRules(place.shell, language=place.kit.say.language)


def backups_in(folder: Path) -> tuple[Path, ...]:
    """The backup that a folder is, or those in it, the newest first.

    Raises: Usage `usage.not_found` where there is none.
    """
    if (folder / HEADER).is_file():
        return (folder,)
    inside = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    found = tuple(one for one in inside if (one / HEADER).is_file())[:MOST_BACKUPS]
    if not found:
        raise Usage("usage.not_found", what="backup", name=folder.name)
    return found


@contextmanager
def settings_aside(folder: Path) -> Iterator[None]:
    """Have settings of the window out of the folder, and put them back whatever happens."""
    kept: dict[str, bytes] = {}
    for name in (LOOK_SETTINGS, LOCK_SETTINGS):
        with suppress(OSError):
            kept[name] = (folder / name).read_bytes()
            (folder / name).unlink()
    try:
        yield
    finally:
        for name, data in kept.items():
            with suppress(OSError):  # a look is not worth a failed restore
                folder.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)


def _read(shell: Shell, folder: Path, sign: str, passphrase: str) -> BackupFound:
    path, name = str(folder), folder.name
    try:
        found = check_backup(shell, folder, passphrase, sign or None)
    except NrmError as error:
        return BackupFound(path, name, problem=error)
    manifest = found.manifest
    return BackupFound(
        path,
        name,
        manifest.made_at_ms,
        found.last_entry_ms,
        found.cases,
        manifest.commits,
        manifest.has_attachments,
    )
