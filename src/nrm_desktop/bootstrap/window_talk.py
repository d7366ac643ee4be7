"""The pages of talking with somebody: a new case, interview, signs, show-cards. Joins only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nrm_desktop.app.events import CaseOpened
from nrm_desktop.bootstrap.handing_over import HandoverDesk
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.night_papers import write_slip
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.interview import InterviewPresenter
from nrm_desktop.ui.presenters.main import CaseRef, OpenPage
from nrm_desktop.ui.presenters.new_case import NewCasePresenter
from nrm_desktop.ui.presenters.paper import PaperPresenter, Writing
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.same_person import AlikeLine, AlikeNames
from nrm_desktop.ui.presenters.show_cards import ShowCardsPresenter
from nrm_desktop.ui.presenters.signs import SignsPresenter
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.new_case import NewCasePage
from nrm_desktop.ui.views.show_cards import ShowCardsPage
from nrm_desktop.ui.views.signs import SignsPage
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page


@dataclass(frozen=True, slots=True)
class TalkWays:
    """Where these pages lead to.

    Shape: `note` keeps an act about a case in the audit chain; `go` makes a way to a place; `show`
    and `show_frame` put a page into the window.
    """

    note: Callable[[str, ScopeId], None]
    go: Callable[[PlaceId], Callable[[], None]]
    open_case: Callable[[CaseOpened | AlikeLine], None]
    show: Callable[[Page], None]
    show_frame: Callable[[CaseFrame], None]


class SlipOffer:
    """Fulfils `PaperOffer` with a card that is made when the slip is offered first."""

    def __init__(self, view: InterviewPage, desk: VaultDesk, writing: Writing) -> None:
        self._view = view
        self._desk = desk
        self._writing = writing
        self._paper: PaperPresenter | None = None

    def offer(self, *, is_offered: bool) -> None:
        """Offer the slip as a paper, or take the offer away."""
        if self._paper is None and is_offered:
            card = self._view.make_paper()
            self._paper = PaperPresenter(card, self._desk, self._writing)
            card.bind(self._paper)
        if self._paper is not None:
            self._paper.offer(is_offered=is_offered)


class TalkPages:
    """Makes these pages."""

    def __init__(self, vault: OpenVault, kit: Kit, ways: TalkWays) -> None:
        self._vault = vault
        self._handover = HandoverDesk(vault)
        self._kit = kit
        self._ways = ways

    def new_case(self, desk: VaultDesk) -> OpenPage:
        """A new case, or one that somebody at a counter began."""
        view = NewCasePage(self._kit)
        presenter = NewCasePresenter(view, desk, self._ways.open_case)
        presenter.taking = self._handover.take
        view.bind(presenter)
        self._ways.show(view)
        presenter.start()
        return presenter

    def interview(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        """The talk."""
        ways = self._ways
        view = InterviewPage(self._kit, case.code)
        presenter = InterviewPresenter(view, desk, case.scope, ways.go(PlaceId.CONFLICTS))
        view.bind(presenter, ways.go(PlaceId.CONSENT))
        presenter.talk.ended = ways.go(PlaceId.FORMS)
        presenter.talk.slip = partial(self._slip, case.scope)
        presenter.talk.paper = SlipOffer(view, desk, partial(self._write_slip, case.scope))
        alike = AlikeNames(
            view.alike, desk, case.scope, partial(ways.note, "names.compare", case.scope)
        )
        view.alike.chosen.connect(alike.opener(ways.open_case))
        presenter.section.when_saved = alike.saved
        ways.show_frame(view)
        presenter.start()
        alike.look()
        return presenter

    def signs(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        """What is documented."""
        view = SignsPage(self._kit, case.code)
        presenter = SignsPresenter(view, desk, case.scope)
        view.bind(presenter)
        self._ways.show_frame(view)
        presenter.start()
        return presenter

    def cards(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        """Cards for somebody who cannot be talked to."""
        view = ShowCardsPage(self._kit, case.code)
        presenter = ShowCardsPresenter(view, desk, case.scope)
        view.bind(presenter)
        self._ways.show_frame(view)
        presenter.start()
        return presenter

    def _write_slip(self, scope: ScopeId, language: str, folder: str, _typed: str) -> str:
        return write_slip(self._vault, scope, language, folder).file

    def _slip(self, scope: ScopeId) -> tuple[str, str]:
        slip = self._handover.give(scope)
        return slip.case, slip.code
