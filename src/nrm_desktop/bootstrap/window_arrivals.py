"""The page of the exchange and that of files from outside, and what they use. Joins only.

What a file is and what is safe is decided in `sync.arrivals`, as on the command line; a referral
and a card are taken in by the commands of the post room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from nrm_desktop.app.arrived_files import Arrival, ArrivalKind
from nrm_desktop.app.arrived_post import ArrivedPost, PostSeen
from nrm_desktop.app.commands import ImportCard, ImportReferral
from nrm_desktop.app.events import Event
from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.bootstrap.arriving import look_at_arrivals, post_taker
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.referrals import arrived_post
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_tools import FolderExchange
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, NrmError, Refused, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.arrivals import ArrivalsPresenter, FoundFile
from nrm_desktop.ui.presenters.exchange import ExchangePresenter
from nrm_desktop.ui.views.arrivals import ArrivalsPage
from nrm_desktop.ui.views.exchange import ExchangePage
from nrm_desktop.ui.widgets.kit import Kit

_BY = "window"
_FOR_OTHERS = "integrity.not_for_us"
_FAMILIES = (("storage.", EnvironmentFault), ("policy.", Refused), ("usage.", Usage))


class VaultArrivals:
    """Fulfils `ArrivalTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def look(self, folder: str) -> Sequence[FoundFile]:
        """Say what lies there, from whom, and whether it is here; nothing is taken in."""
        return self._told(folder, self._arrivals(folder, post_taker(self._vault, _BY)), {}, {})

    def take(self, folder: str) -> Sequence[FoundFile]:
        """Take in what is safe; the words of a refusal keep what it names."""
        came: dict[str, Sequence[Event]] = {}
        faults: dict[str, NrmError] = {}
        take_post = post_taker(self._vault, _BY)

        def take(path: Path) -> Sequence[Event]:
            try:
                came[path.name] = take_post(path)
            except NrmError as error:
                faults[path.name] = error
                raise
            return came[path.name]

        return self._told(folder, self._arrivals(folder, take, is_taking=True), came, faults)

    def open_referral(self, folder: str, file: str) -> Sequence[Event]:
        """Open a referral as a case; the receipt is put beside it, or told by phone."""
        return self._vault.handle(ImportReferral(path=str(_path(folder, file)), origin=_BY))

    def take_card(self, folder: str, file: str, typed: str) -> Sequence[Event]:
        """Keep a contact card; what was read out makes it compared."""
        return self._vault.handle(
            ImportCard(path=str(_path(folder, file)), typed=typed.strip(), origin=_BY)
        )

    def _arrivals(
        self, folder: str, take: Callable[[Path], object], *, is_taking: bool = False
    ) -> Sequence[Arrival]:
        place = Path(folder)
        if not place.exists():
            raise Usage("usage.not_found", what="folder", name=place.name)
        vault = self._vault
        with told_as_faults():
            return look_at_arrivals(vault.session, place, take, vault.bus, is_taking=is_taking)

    def _told(
        self,
        folder: str,
        found: Sequence[Arrival],
        came: dict[str, Sequence[Event]],
        faults: dict[str, NrmError],
    ) -> Sequence[FoundFile]:
        post = arrived_post(self._vault.session)
        told = []
        for one in found:
            fault = faults.get(one.file) or (_fault(one.code) if one.code else None)
            events = tuple(came.get(one.file, ()))
            if fault is None and not one.taken:
                told.append(_looked_into(post, one, _path(folder, one.file)))
            elif fault is not None and fault.code == _FOR_OTHERS:
                told.append(FoundFile(replace(one, kind=ArrivalKind.CARRIED, code="")))
            else:
                told.append(FoundFile(one, PostSeen(), fault, events))
        return told


def exchange_page(
    kit: Kit,
    desk: VaultDesk,
    vault: OpenVault,
    news: Callable[[], None],
    to_arrivals: Callable[[], None],
) -> tuple[ExchangePage, ExchangePresenter]:
    """The page of the exchange, joined."""
    view = ExchangePage(kit)
    presenter = ExchangePresenter(view, desk, FolderExchange(vault), news)
    view.bind(presenter, to_arrivals)
    return view, presenter


def arrivals_page(
    kit: Kit,
    desk: VaultDesk,
    vault: OpenVault,
    news: Callable[[], None],
    open_case: Callable[[ScopeId, str], None],
) -> tuple[ArrivalsPage, ArrivalsPresenter]:
    """The page of files from outside, joined."""
    view = ArrivalsPage(kit)
    presenter = ArrivalsPresenter(view, desk, VaultArrivals(vault), news, open_case)
    view.bind(presenter)
    return view, presenter


def _looked_into(post: ArrivedPost, one: Arrival, path: Path) -> FoundFile:
    """What a file says of itself; one that would be refused says why before anybody tries."""
    if one.kind in (ArrivalKind.CARRIED, ArrivalKind.NOT_OURS):
        return FoundFile(one)
    try:
        return FoundFile(one, post.look(path, one.what))
    except HostileInput as error:
        if error.code == _FOR_OTHERS:
            return FoundFile(replace(one, kind=ArrivalKind.CARRIED))
        return FoundFile(replace(one, kind=ArrivalKind.DAMAGED), fault=error)
    except EnvironmentFault as error:  # the stick went away meanwhile
        return FoundFile(one, fault=error)


def _fault(code: str) -> NrmError:
    """What the door told as a code, as the error that it was."""
    for beginning, family in _FAMILIES:
        if code.startswith(beginning):
            return family(code)
    return HostileInput(code)


def _path(folder: str, file: str) -> Path:
    """Where a file lies; a path of one file stands for itself."""
    place = Path(folder)
    return place / file if place.is_dir() else place
