"""A second person for the window, and the pages on which one is asked. Joins only.

Who counts and how wrong tries are delayed is decided in `erasing`, as on the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.app.events import ChildPathwayEnded
from nrm_desktop.bootstrap.erasing import Confirmed, colleague_who_confirms
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.people import people_here
from nrm_desktop.bootstrap.second_signature import end_child_pathway_as
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_tools import SheetTools
from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.child_steps import ChildStepsPresenter
from nrm_desktop.ui.presenters.joining import JoiningPresenter
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.public_bodies import PublicBodies
from nrm_desktop.ui.presenters.referral import ReferralPresenter
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.presenters.two_people import TwoPeoplePresenter
from nrm_desktop.ui.views.referral import ReferralPage
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.views.two_people import TwoPeoplePage
from nrm_desktop.ui.widgets.kit import Kit


class VaultSecondPerson:
    """Fulfils `SecondPersonTools`."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def others(self) -> Sequence[str]:
        """Badges of the other certified people who can unlock this laptop."""
        own = self._vault.session.safe.unlocked.slot.id
        return [
            one.badge
            for one in people_here(self._vault)
            if one.slot != own and one.is_certified and one.badge
        ]

    def confirm(self, badge: str, passphrase: str) -> str:
        """Give the badge of whoever has confirmed. Raises: as `colleague_who_confirms`."""
        return colleague_who_confirms(self._vault, passphrase, badge).badge


class HeldSecondPerson(VaultSecondPerson):
    """Holds whoever confirmed, for the one act that follows and takes that person's signature."""

    def __init__(self, vault: OpenVault) -> None:
        super().__init__(vault)
        self._confirmed: Confirmed | None = None

    def confirm(self, badge: str, passphrase: str) -> str:
        """Give the badge of whoever has confirmed. Raises: as `colleague_who_confirms`."""
        self._confirmed = colleague_who_confirms(self._vault, passphrase, badge)
        return self._confirmed.badge

    def take(self) -> Confirmed | None:
        """Give whoever confirmed, and let go of that person's key here."""
        confirmed, self._confirmed = self._confirmed, None
        return confirmed

    def forget(self) -> None:
        """Let go of whoever confirmed."""
        self._confirmed = None


class VaultChildSteps(HeldSecondPerson):
    """Fulfils `ChildStepsTools`, and asks the colleague whose signature it takes."""

    def sign(self, command: EndChildPathway) -> ChildPathwayEnded:
        """Sign by the own key of whoever confirmed. Raises: as `end_child_pathway_as`."""
        second = self.take()
        if second is None:
            raise Refused("policy.needs_second")
        return end_child_pathway_as(self._vault, command, second)


def asking_second(card: SecondPersonCard, desk: VaultDesk, vault: OpenVault) -> SecondPerson:
    """The question, on the card of a page."""
    asking = SecondPerson(card, desk, VaultSecondPerson(vault))
    card.bind(asking)
    return asking


def referral_page(
    kit: Kit,
    desk: VaultDesk,
    vault: OpenVault,
    case: CaseRef,
    ask_consent: Callable[[], None],
) -> tuple[ReferralPage, ReferralPresenter]:
    """A referral; where the person's consent is missing it may take two."""
    view = ReferralPage(kit, case.code)
    presenter = ReferralPresenter(view, desk, case.scope, SheetTools(vault), ask_consent)
    presenter.second = asking_second(view.second, desk, vault)
    presenter.bodies = PublicBodies(view.bodies, desk, presenter.reload)
    view.bodies.bind(presenter.bodies)
    view.bind(presenter)
    return view, presenter


def two_people_page(
    kit: Kit, desk: VaultDesk, vault: OpenVault, case: CaseRef
) -> tuple[TwoPeoplePage, TwoPeoplePresenter]:
    """What takes two people in a case."""
    view = TwoPeoplePage(kit, case.code)
    second = asking_second(view.second, desk, vault)
    presenter = TwoPeoplePresenter(view, desk, case.scope, second)
    joining = JoiningPresenter(view.joining, desk, case.scope, second, presenter.words)
    view.joining.bind(joining)
    tools = VaultChildSteps(vault)
    signing = SecondPerson(view.child.second, desk, tools)
    view.child.second.bind(signing)
    child = ChildStepsPresenter(view.child, desk, case.scope, tools, signing)
    view.child.bind(child)
    presenter.beside = (joining.start, child.start)
    presenter.at_leave = tools.forget
    view.bind(presenter)
    return view, presenter
