"""The people of one open vault, for the window; what they may do is decided in `people`.

Source: storage-security.md section 4.6.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nrm_desktop.bootstrap.headless import OpenVault, case_roles
from nrm_desktop.bootstrap.people import (
    NewPerson,
    PersonHere,
    add_user,
    change_own_passphrase,
    people_here,
)
from nrm_desktop.bootstrap.removing import remove_user
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.ui.presenters.people import PersonRow, Removed


class VaultPeople:
    """Fulfils `PeopleTools`. Shape: a new person's passphrase costs what the own slot costs."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def people(self) -> Sequence[PersonRow]:
        """Who may unlock here."""
        return [self._row(one) for one in people_here(self._vault)]

    def roles(self) -> Sequence[str]:
        """Jobs first, then single roles that lead cases."""
        table = self._vault.forms.roles
        return (*sorted(table.presets), *case_roles(table))

    def add(self, badge: str, role: str, passphrase: str) -> PersonRow:
        """Let somebody unlock here. Raises: as `add_user`."""
        return self._row(add_user(self._vault, NewPerson(badge, role, passphrase, self._cost())))

    def remove(self, badge: str, also: Collection[str]) -> Removed:
        """Remove somebody; the vault is closed by it. Raises: as `remove_user`."""
        gone = remove_user(self._vault, badge, also)
        names = tuple(path.name for path in gone.old_backups)
        return Removed(gone.badge, names, gone.has_recovery)

    def change(self, old: str, new: str) -> None:
        """Take another passphrase for whoever is at work. Raises: as `change_own_passphrase`."""
        change_own_passphrase(self._vault, old, new)

    def _cost(self) -> KdfCost | None:
        """The same machine, so the same cost: it was measured when the vault was made."""
        return self._vault.session.safe.unlocked.slot.cost

    def _row(self, one: PersonHere) -> PersonRow:
        is_own = one.slot == self._vault.session.safe.unlocked.slot.id
        return PersonRow(one.badge or one.sign, one.sign, one.roles, is_own, one.is_certified)
