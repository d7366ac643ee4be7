"""The page of the forms of this laptop, and what it uses. Joins only.

Which pack is used is decided in `active_packs`, what may be taken in, in `travelling_packs`, as on
the command line.
"""

from __future__ import annotations

from nrm_desktop.app.packs_in_use import PackRow, PackState
from nrm_desktop.bootstrap.active_packs import packs_to_come
from nrm_desktop.bootstrap.changed_forms import changed_forms, changes_to_come, note_looked
from nrm_desktop.bootstrap.headless import OpenVault, lens_of
from nrm_desktop.bootstrap.pack_rights import may_take_in
from nrm_desktop.bootstrap.travelling_packs import take_pack
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.storage.taken_packs import kept_packs
from nrm_desktop.ui.presenters.packs import PackLine, PacksNow, PacksPresenter, PackTaken
from nrm_desktop.ui.views.packs import PacksPage
from nrm_desktop.ui.widgets.kit import Kit


class VaultPacks:
    """Fulfils `PackTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def now(self, language: str) -> PacksNow:
        """What is used, what is here for the next unlocking, and what changed."""
        session = self._vault.session
        return PacksNow(
            self._packs(),
            may_take_in(session) and not self._vault.condition.is_read_only,
            changed_forms(session, language),
            changes_to_come(session, language),
        )

    def take(self, file: str) -> PackTaken:
        """Verify a signed pack and keep it. Raises: as `take_pack`."""
        taken = take_pack(self._vault.session, file)
        badge = lens_of(self._vault.session).user_of(taken.found.signer)
        pack = taken.found.pack
        return PackTaken(pack.pack, pack.version, badge, taken.is_new)

    def looked(self) -> None:
        """Note that somebody has looked at what changed."""
        note_looked(self._vault.session)

    def _packs(self) -> tuple[PackLine, ...]:
        session = self._vault.session
        kept = session.safe.database.read(kept_packs).result()
        coming = packs_to_come(session, kept)
        rows = session.packs.rows
        later = [row for row in coming.rows if row not in rows and row.taken_ms]
        return (
            *(self._line(row, session.packs.forms) for row in rows),
            *(self._line(row, coming.forms, is_coming=True) for row in later),
        )

    def _line(self, row: PackRow, forms: FormSet, *, is_coming: bool = False) -> PackLine:
        is_used = row.state is PackState.IN_USE
        infos = (one for one in forms.packs if (one.id, one.version) == (row.pack, row.version))
        info = next(infos, None) if is_used else None
        return PackLine(
            row.pack,
            row.version,
            row.state,
            lens_of(self._vault.session).user_of(row.signer) if row.signer else "",
            row.made_ms,
            row.taken_ms,
            row.code,
            is_coming=is_coming and is_used,
            is_read=info.is_verified if info else None,
        )


def packs_page(kit: Kit, desk: VaultDesk, vault: OpenVault) -> tuple[PacksPage, PacksPresenter]:
    """The page of forms, joined."""
    view = PacksPage(kit)
    presenter = PacksPresenter(view, desk, VaultPacks(vault))
    view.bind(presenter)
    return view, presenter
