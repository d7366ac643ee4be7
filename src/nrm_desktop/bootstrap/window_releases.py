"""The page of tables that leave, and what it uses. Joins only.

What may leave is decided in `app.releasing`, how a file is written and checked in `releasing`, as
on the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nrm_desktop import __version__
from nrm_desktop.app.counting import Counting
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.release_clashes import settle
from nrm_desktop.app.releasing import (
    Ledger,
    LedgerRow,
    ReleaseAsked,
    Released,
    look_at_tables,
    open_twins,
    read_ledger,
)
from nrm_desktop.bootstrap.headless import OpenVault, lens_of
from nrm_desktop.bootstrap.releasing import check_file, give_out
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_second import asking_second
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.releases import Release, Settled
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.packs import PacksPresenter
from nrm_desktop.ui.presenters.release_words import (
    FileChecked,
    ReleaseLine,
    Withdrawn,
    WouldLeave,
)
from nrm_desktop.ui.presenters.releases import ReleasesNow, ReleasesPresenter, WishedRelease
from nrm_desktop.ui.views.releases import ReleasesPage
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page

ListMaker = Callable[[Kit, VaultDesk, OpenVault], tuple[Page, PacksPresenter | ReleasesPresenter]]
"""Makes a page that lists what the organisation has given out."""


class VaultReleases:
    """Fulfils `ReleaseTools` for an open vault. Shape: `language` is that of the screen."""

    def __init__(self, vault: OpenVault, language: str) -> None:
        self._vault = vault
        self._language = language

    def now(self) -> ReleasesNow:
        """What is out, and what can be released. Raises: Refused `policy.role`."""
        vault, forms = self._vault, self._vault.forms
        place = Compartment.ORG_RELEASES
        if place not in vault.sight.compartments:
            raise Refused("policy.role", compartment=place.word)
        ledger = vault.work.run(lambda uow: read_ledger(uow, vault.context))
        may_write = forms.roles.may_write(vault.context.roles, place)
        return ReleasesNow(
            tuple(Choice(name, self._title(name)) for name in forms.counts.tables),
            str(int(vault.context.today()[:4]) - 1),
            forms.counts.floor,
            tuple(self._line(row, ledger) for row in ledger.rows),
            len(ledger.unread),
            may_write and not vault.condition.is_read_only,
        )

    def look(self, wish: WishedRelease) -> tuple[WouldLeave, ...]:
        """Say what would leave. Raises: as `look_at_tables`."""
        return tuple(map(self._would_leave, look_at_tables(self._parts(), _asked(wish))))

    def make(self, wish: WishedRelease, folder: str) -> tuple[str, ...]:
        """Release tables into a folder. Raises: as `give_out`."""
        given = give_out(self._vault.session, self._parts(), _asked(wish), Path(folder))
        return tuple(Path(one.table).name for one in given)

    def check(self, file: str) -> FileChecked:
        """Check a table with the signature beside it. Raises: as `check_file`."""
        found = check_file(self._vault.session, Path(file))
        release, signed = found.release, found.signed
        return FileChecked(
            self._title(release.table),
            _years(release),
            signed.origin.name,
            signed.at_ms,
            found.is_known,
        )

    def settle(self, stands: str, withdrawn: str, second: str) -> None:
        """Enter which of two releases stands. Raises: as `settle`."""
        vault = self._vault
        vault.condition.must_write()

        def enter(uow: UnitOfWork) -> None:
            known = {row.sha256: row.release for row in read_ledger(uow, vault.context).rows}
            settle(uow, vault.context, Settled(stands, withdrawn), second, known)

        vault.work.run(enter)

    def _parts(self) -> Counting:
        vault = self._vault
        return Counting(vault.reader, vault.work, vault.context, vault.sight)

    def _title(self, table: str) -> str:
        forms = self._vault.forms
        known = table in forms.counts.tables  # a file of others may name one that is not here
        return forms.text(f"count_table.{table}", self._language) if known else table

    def _line(self, row: LedgerRow, ledger: Ledger) -> ReleaseLine:
        lens = lens_of(self._vault.session)
        return ReleaseLine(
            row.sha256,
            self._title(row.release.table),
            _years(row.release),
            lens.user_of(row.signer),
            row.at_ms,
            tuple(one.sha256 for one in open_twins(row, ledger)),
            tuple(
                Withdrawn(lens.user_of(one.signer), one.second, one.at_ms)
                for one in ledger.decisions_on(row)
            ),
        )

    def _would_leave(self, one: Released) -> WouldLeave:
        figures = one.release.figures
        return WouldLeave(
            self._title(one.release.table),
            _years(one.release),
            one.is_new,
            sum(count is None for count in figures.values()),
            len(figures),
            one.release.is_bare,
            one.release.total is not None,
        )


def releases_page(
    kit: Kit, desk: VaultDesk, vault: OpenVault
) -> tuple[ReleasesPage, ReleasesPresenter]:
    """The page of tables that leave, joined."""
    view = ReleasesPage(kit)
    second = asking_second(view.second, desk, vault)
    presenter = ReleasesPresenter(view, desk, VaultReleases(vault, desk.say.language), second)
    view.bind(presenter)
    return view, presenter


def _asked(wish: WishedRelease) -> ReleaseAsked:
    return ReleaseAsked(wish.tables, wish.begin, wish.end, version=__version__)


def _years(release: Release) -> str:
    first, last = release.first, release.last
    return str(first) if first == last else f"{first}–{last}"
