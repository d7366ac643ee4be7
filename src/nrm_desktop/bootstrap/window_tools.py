"""What pages use beside the case: pages of a referral as pictures, and the exchange.

PDF libraries are loaded when the first page is drawn; unlocking never pays for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from nrm_desktop.app.commands import ReferralWish
from nrm_desktop.app.handlers.referrals import Decided
from nrm_desktop.app.proofs import ErasedCase
from nrm_desktop.app.sync_report import SyncDone
from nrm_desktop.app.today import Asked
from nrm_desktop.bootstrap.arriving import sync_status
from nrm_desktop.bootstrap.exchange import SyncWish, synchronise
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.intake import waiting_boxes
from nrm_desktop.bootstrap.keeping_desk import erased_cases
from nrm_desktop.bootstrap.stores import known_stores
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.bootstrap.window_safety import VaultSafety
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.sync.hearing import SILENT_DAYS
from nrm_desktop.ui.presenters.exchange import RunWish, SilentDevice, StorePlace
from nrm_desktop.ui.presenters.referral import Picture
from nrm_desktop.ui.presenters.safety import SafetyFacts

PREVIEW_DPI: Final = 80


class SheetTools:
    """Fulfils `ReferralTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def preview(self, wish: ReferralWish) -> Decided:
        """Say what would go and what not."""
        return self._vault.desk.preview(wish)

    def pictures(self, decided: Decided, language: str) -> Sequence[Picture]:
        """Paint the very pages that would be sent."""
        pdf = self._vault.desk.draw(decided, language)
        painted = import_module("nrm_desktop.documents.preview").page_pictures(pdf, PREVIEW_DPI)
        return [Picture(page.width, page.height, page.rgba) for page in painted]


class FolderExchange:
    """Fulfils `ExchangeTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def places(self) -> Sequence[StorePlace]:
        """Places used before, the last one first, then servers that wait for their first time."""
        database = self._vault.database
        rows = database.read(lambda found: SqlSyncState(found).stores()).result()
        used = [StorePlace(row.address, row.last_ok_ms) for row in rows]
        known = {place.address for place in used}
        servers = [one.address for one in known_stores(self._vault.session)]
        return [*used, *(StorePlace(each, 0) for each in servers if each not in known)]

    def silent(self) -> Sequence[SilentDevice]:
        """Devices of the organisation that were not heard from for a week, the longest first."""
        rows = sync_status(self._vault.session).devices
        silent = [row for row in rows if not row.is_own and row.days_silent >= SILENT_DAYS]
        silent.sort(key=lambda row: (-row.days_silent, row.label))
        return [
            SilentDevice(row.label or "?", row.days_silent, was_heard=row.heard_ms is not None)
            for row in silent
        ]

    def run(self, address: str, wish: RunWish) -> SyncDone:
        """Exchange everything with a folder; what changed is told on the bus."""
        wanted = SyncWish(with_attachments=wish.with_attachments, takes_many=wish.takes_many)
        return synchronise(self._vault.session, address, self._vault.bus, wish=wanted)


class KeepingTools:
    """Fulfils `KeepingTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def erased(self) -> Sequence[ErasedCase]:
        """Erased files, the newest in front."""
        return erased_cases(self._vault)


class TodayTools:
    """Fulfils `TodayTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def readings(self, within_days: int) -> Sequence[Asked]:
        """Every reading."""
        return readings(self._vault, self._vault.sight, within_days)


class VaultSurroundings:
    """Fulfils `Surroundings` for an open vault."""

    def __init__(self, vault: OpenVault, safety: VaultSafety) -> None:
        self._exchange = FolderExchange(vault)
        self._safety = safety
        self._shell = vault.session.safe.shell

    def places(self) -> Sequence[StorePlace]:
        """Places of exchange."""
        return self._exchange.places()

    def safety(self) -> SafetyFacts:
        """How safe the vault is."""
        return self._safety.facts()

    def waiting(self) -> int:
        """How many boxes wait, by their names and sizes alone."""
        return waiting_boxes(self._shell).boxes
