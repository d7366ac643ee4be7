"""Makes the pages of the unlocked window: a view, its presenter, and a desk of its own.

This module decides nothing; it joins. A page that is left is torn down with its desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nrm_desktop.app.events import CaseOpened
from nrm_desktop.app.queries import CaseRow
from nrm_desktop.app.shift import SHIFT
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.passphrase_rules import VaultPassphraseRules
from nrm_desktop.bootstrap.window_arrivals import arrivals_page, exchange_page
from nrm_desktop.bootstrap.window_consent import consent_page
from nrm_desktop.bootstrap.window_days import DayPages, Ways
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_invites import VaultInvites
from nrm_desktop.bootstrap.window_moving import moving_page
from nrm_desktop.bootstrap.window_packs import packs_page
from nrm_desktop.bootstrap.window_papers import VaultPapers
from nrm_desktop.bootstrap.window_people import VaultPeople
from nrm_desktop.bootstrap.window_releases import ListMaker, releases_page
from nrm_desktop.bootstrap.window_rights import correction_page, own_data_page
from nrm_desktop.bootstrap.window_safety import VaultSafety
from nrm_desktop.bootstrap.window_second import referral_page, two_people_page
from nrm_desktop.bootstrap.window_talk import TalkPages, TalkWays
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.ui.presenters.attachments import AttachmentsPresenter
from nrm_desktop.ui.presenters.boxes import BoxesPresenter
from nrm_desktop.ui.presenters.case_list import CaseListPresenter
from nrm_desktop.ui.presenters.conflicts import ConflictsPresenter
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.forms import FormsPresenter
from nrm_desktop.ui.presenters.interview import INTERVIEW, InterviewPresenter, WantedForm
from nrm_desktop.ui.presenters.invites import InvitesPresenter
from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.presenters.locking import LockControls, LockingPresenter
from nrm_desktop.ui.presenters.main import CaseRef, MainPresenter, OpenPage
from nrm_desktop.ui.presenters.papers import PapersPresenter
from nrm_desktop.ui.presenters.people import PeoplePresenter
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.recovery import SheetPresenter, WayBackPresenter
from nrm_desktop.ui.presenters.safety import SafetyPresenter
from nrm_desktop.ui.presenters.same_person import AlikeLine
from nrm_desktop.ui.presenters.search import FoundRow, SearchPresenter
from nrm_desktop.ui.qt.doors import PageDoor
from nrm_desktop.ui.qt.models import PagedTable
from nrm_desktop.ui.qt.runner import QtRunner
from nrm_desktop.ui.views.attachments import AttachmentsPage
from nrm_desktop.ui.views.boxes import BoxesPage
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.case_list import CaseListPage
from nrm_desktop.ui.views.conflicts import ConflictsPage
from nrm_desktop.ui.views.forms import FormsPage
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.invites import InviteCards
from nrm_desktop.ui.views.locking import LockingPage
from nrm_desktop.ui.views.main_window import WorkFrame
from nrm_desktop.ui.views.papers import PapersCard
from nrm_desktop.ui.views.people import PeoplePage
from nrm_desktop.ui.views.safety import SafetyPage
from nrm_desktop.ui.views.search import SearchPage
from nrm_desktop.ui.views.way_back import WayBackPage
from nrm_desktop.ui.widgets.kit import Kit


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every page is made from."""

    vault: OpenVault
    runner: QtRunner
    kit: Kit
    errors: ErrorTexts
    frame: WorkFrame
    lock: LockControls
    safety: VaultSafety

    def desk(self) -> VaultDesk:
        """A desk of its own for a page."""
        return VaultDesk(self.vault, PageDoor(self.runner), self.kit, self.errors)


class Pages:
    """Fulfils `PageMaker`. `main` is told after it was made: both know each other."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._desk: VaultDesk | None = None
        self._main: MainPresenter | None = None
        self._chosen_form = INTERVIEW
        self._days = DayPages(
            place.vault,
            place.kit,
            Ways(
                self._note,
                self._open,
                self._open_due,
                self._write_line,
                place.frame.show_page,
                self._show_of_case,
            ),
        )
        self._talks = TalkPages(
            place.vault,
            place.kit,
            TalkWays(
                self._note,
                self._go,
                self._open_case,
                place.frame.show_page,
                self._show_of_case,
            ),
        )

    def bind(self, main: MainPresenter) -> None:
        """Tell where pages lead to."""
        self._main = main

    def make(self, place: PlaceId, case: CaseRef | None) -> OpenPage:
        """Make the page of a place, show it instead of the one before, and begin it."""
        self.close()
        self._desk = desk = self._place.desk()
        makers: dict[PlaceId, Callable[[VaultDesk], OpenPage]] = {
            PlaceId.CASES: self._cases,
            PlaceId.NEW_CASE: self._talks.new_case,
            PlaceId.EXCHANGE: self._exchange,
            PlaceId.ARRIVALS: self._arrivals,
            PlaceId.CONFLICTS: self._conflicts,
            PlaceId.SEARCH: self._search,
            PlaceId.LOCKING: self._locking,
            PlaceId.SAFETY: self._safety,
            PlaceId.WAY_BACK: self._way_back,
            PlaceId.SHEET: self._sheet,
            PlaceId.PEOPLE: self._people,
            PlaceId.WAITING: self._waiting,
            PlaceId.PACKS: partial(self._listed, packs_page, "pack.list"),
            PlaceId.RELEASES: partial(self._listed, releases_page, "release.list"),
            PlaceId.TODAY: self._days.today,
            PlaceId.SHIFT: self._days.shift,
            PlaceId.REGISTER: self._days.register,
            PlaceId.KEEPING: self._days.keeping,
        }
        of_a_case: dict[PlaceId, Callable[[VaultDesk, CaseRef], OpenPage]] = {
            PlaceId.INTERVIEW: self._talks.interview,
            PlaceId.SIGNS: self._talks.signs,
            PlaceId.CARDS: self._talks.cards,
            PlaceId.CONSENT: self._consent,
            PlaceId.REFERRAL: self._referral,
            PlaceId.ATTACHMENTS: self._attachments,
            PlaceId.FORMS: self._forms,
            PlaceId.FORM: self._form,
            PlaceId.CORRECTION: self._correction,
            PlaceId.OWN_DATA: self._own_data,
            PlaceId.TWO_PEOPLE: self._two_people,
            PlaceId.MOVING: self._moving,
        }
        if case is not None and place in of_a_case:
            return of_a_case[place](desk, case)
        return makers.get(place, self._cases)(desk)

    def note_look(self, case: CaseRef) -> None:
        """Note in the audit chain that a case is looked at.

        Where the disk takes no more, what is there can still be read: the note alone is lost.
        """
        self._note("case.show", case.scope)

    def _note(self, act: str, *subjects: bytes) -> None:
        work = self._place.vault.work
        noted = partial(work.run, lambda unit: unit.audit(act, subjects))
        PageDoor(self._place.runner).in_order(noted, lambda _none: None, lambda _error: None)

    def close(self) -> None:
        """The page that is shown hears nothing more."""
        if self._desk is not None:
            self._desk.close()

    def _open(self, place: PlaceId) -> None:
        if self._main is not None:
            self._main.open(place)

    def _go(self, place: PlaceId) -> Callable[[], None]:
        return partial(self._open, place)

    def _open_case(self, row: CaseRow | CaseOpened | FoundRow | AlikeLine) -> None:
        if self._main is not None:
            self._main.open_case(CaseRef(row.scope, row.code))

    def _cases(self, desk: VaultDesk) -> OpenPage:
        view = CaseListPage(self._place.kit)
        presenter = CaseListPresenter(view, desk, self._open_case)
        model = PagedTable(presenter.columns(), presenter.load, view)

        def arrived(count: int) -> None:
            presenter.arrived(count)
            view.first_page_shown()

        model.page_arrived.connect(arrived)
        view.bind(presenter, model, model)
        view.on_new(self._go(PlaceId.NEW_CASE))
        self._place.frame.show_page(view)
        model.restart()
        return presenter

    def _exchange(self, desk: VaultDesk) -> OpenPage:
        place, to_arrivals = self._place, self._go(PlaceId.ARRIVALS)
        view, presenter = exchange_page(place.kit, desk, place.vault, self._news, to_arrivals)
        place.frame.show_page(view)
        presenter.start()
        return presenter

    def _arrivals(self, desk: VaultDesk) -> OpenPage:
        place, to_case = self._place, self._open_due
        view, presenter = arrivals_page(place.kit, desk, place.vault, self._news, to_case)
        place.frame.show_page(view)
        presenter.start()
        return presenter

    def _locking(self, desk: VaultDesk) -> OpenPage:
        view = LockingPage(self._place.kit)
        presenter = LockingPresenter(view, self._place.lock, desk.say)
        view.bind(presenter)
        self._place.frame.show_page(view)
        presenter.start()
        return presenter

    def _safety(self, desk: VaultDesk) -> OpenPage:
        view = SafetyPage(self._place.kit)
        lock = partial(self._place.lock.lock, LockReason.ASKED)
        presenter = SafetyPresenter(view, desk, self._place.safety, self._open, lock)
        view.bind(presenter)
        card = PapersCard(self._place.kit, view)
        papers = PapersPresenter(card, desk, VaultPapers(self._place.vault))
        card.bind(papers)
        self._place.frame.show_page(view)
        presenter.start()
        papers.start()
        return presenter

    def _way_back(self, desk: VaultDesk) -> OpenPage:
        view = WayBackPage(self._place.kit)
        presenter = WayBackPresenter(view, desk, self._place.safety, self._news)
        return self._show_way_back(view, presenter)

    def _sheet(self, desk: VaultDesk) -> OpenPage:
        view = WayBackPage(self._place.kit)
        presenter = SheetPresenter(view, desk, self._place.safety, self._news)
        return self._show_way_back(view, presenter)

    def _people(self, desk: VaultDesk) -> OpenPage:
        place = self._place
        rules = VaultPassphraseRules(place.vault.session.safe.shell)
        view = PeoplePage(place.kit, rules)
        lock = partial(place.lock.lock, LockReason.NEXT_PERSON)
        presenter = PeoplePresenter(view, desk, VaultPeople(place.vault), lock)
        view.bind(presenter)
        cards = InviteCards(place.kit, view)
        invites = InvitesPresenter(cards, desk, VaultInvites(place.vault))
        cards.bind(invites)
        place.frame.show_page(view)
        presenter.start()
        invites.start()
        presenter.beside = invites
        return presenter

    def _listed(self, make: ListMaker, act: str, desk: VaultDesk) -> OpenPage:
        view, presenter = make(self._place.kit, desk, self._place.vault)
        self._place.frame.show_page(view)
        self._note(act)
        presenter.start()
        return presenter

    def _show_way_back(
        self, view: WayBackPage, presenter: WayBackPresenter | SheetPresenter
    ) -> OpenPage:
        view.bind(presenter)
        view.leave_button.clicked.connect(lambda _=False: self._go(PlaceId.CASES)())
        self._place.frame.show_page(view)
        presenter.start()
        return presenter

    def _waiting(self, desk: VaultDesk) -> OpenPage:
        view = BoxesPage(self._place.kit)
        presenter = BoxesPresenter(view, desk, BoxDesk(self._place.vault), self._news)
        view.bind(presenter)
        self._place.frame.show_page(view)
        self._note("box.show")
        presenter.start()
        return presenter

    def _conflicts(self, desk: VaultDesk) -> OpenPage:
        view = ConflictsPage(self._place.kit)
        presenter = ConflictsPresenter(view, desk, self._news)
        view.bind(presenter)
        self._place.frame.show_page(view)
        presenter.start()
        return presenter

    def _open_due(self, scope: ScopeId, code: str) -> None:
        if self._main is not None:
            self._main.open_case(CaseRef(scope, code))

    def _write_line(self, scope: ScopeId, code: str) -> None:
        if self._main is not None:
            self._main.take_case(CaseRef(scope, code))
            self._open_form(WantedForm(SHIFT, is_new=True))

    def _search(self, desk: VaultDesk) -> OpenPage:
        view = SearchPage(self._place.kit)
        presenter = SearchPresenter(view, desk, self._open_case, partial(self._note, "search"))
        view.bind(presenter)
        self._place.frame.show_page(view)
        presenter.start()
        return presenter

    def _news(self) -> None:
        if self._main is not None:
            self._main.refresh_status()

    def _consent(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view, presenter = consent_page(self._place.kit, desk, self._place.vault, case)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _referral(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        place, ask_consent = self._place, self._go(PlaceId.CONSENT)
        view, presenter = referral_page(place.kit, desk, place.vault, case, ask_consent)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _two_people(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view, presenter = two_people_page(self._place.kit, desk, self._place.vault, case)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _moving(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view, presenter = moving_page(self._place.kit, desk, self._place.vault, case)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _correction(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view, presenter = correction_page(self._place.kit, desk, case)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _own_data(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view, presenter = own_data_page(self._place.kit, desk, self._place.vault, case)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _attachments(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view = AttachmentsPage(self._place.kit, case.code)
        door = self._place.vault.attachments.desk
        presenter = AttachmentsPresenter(view, desk, case.scope, door)
        view.bind(presenter)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _forms(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        view = FormsPage(self._place.kit, case.code)
        presenter = FormsPresenter(view, desk, case.scope, self._open_form)
        view.bind(presenter)
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _open_form(self, form: WantedForm) -> None:
        self._chosen_form = form
        self._open(PlaceId.FORM)

    def _form(self, desk: VaultDesk, case: CaseRef) -> OpenPage:
        form = self._chosen_form
        words = FormWords(desk.context.forms, desk.say, desk.dates)
        view = InterviewPage(self._place.kit, case.code, words.form(form.id))
        to_conflicts = self._go(PlaceId.CONFLICTS)
        presenter = InterviewPresenter(view, desk, case.scope, to_conflicts, form)
        view.bind(presenter, self._go(PlaceId.FORMS))
        view.alike.hide()
        self._show_of_case(view)
        presenter.start()
        return presenter

    def _show_of_case(self, view: CaseFrame) -> None:
        if self._main is not None:
            view.place_chosen.connect(self._main.choose)
        self._place.frame.show_page(view)
