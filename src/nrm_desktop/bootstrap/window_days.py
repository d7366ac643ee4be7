"""The pages of a day and a night: what waits, the hand-over, registers as forms. Joins only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.night_papers import write_shift
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_tools import KeepingTools, TodayTools
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.interview import InterviewPresenter, WantedForm
from nrm_desktop.ui.presenters.keeping import KeepingPresenter
from nrm_desktop.ui.presenters.main import OpenPage
from nrm_desktop.ui.presenters.paper import PaperPresenter
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.shift import DUTY_FORM, ShiftPresenter
from nrm_desktop.ui.presenters.today import TodayPresenter
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.keeping import KeepingPage
from nrm_desktop.ui.views.shift import ShiftPage
from nrm_desktop.ui.views.today import TodayPage
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page


@dataclass(frozen=True, slots=True)
class Ways:
    """Where these pages lead to.

    Shape: `note` keeps an act in the audit chain; `write_line` begins a line of a case; `show` and
    `show_frame` put a page into the window.
    """

    note: Callable[[str], None]
    open: Callable[[PlaceId], None]
    open_case: Callable[[ScopeId, str], None]
    write_line: Callable[[ScopeId, str], None]
    show: Callable[[Page], None]
    show_frame: Callable[[CaseFrame], None]


class DayPages:
    """Makes these pages. Shape: a register is opened by its form, the duty sheet unless told."""

    def __init__(self, vault: OpenVault, kit: Kit, ways: Ways) -> None:
        self._vault = vault
        self._kit = kit
        self._ways = ways
        self._register = DUTY_FORM

    def today(self, desk: VaultDesk) -> OpenPage:
        """What waits today."""
        view, ways = TodayPage(self._kit), self._ways
        presenter = TodayPresenter(view, desk, TodayTools(self._vault), ways.open_case, self._open)
        view.bind(presenter)
        ways.show(view)
        ways.note("work.list")
        presenter.start()
        return presenter

    def shift(self, desk: VaultDesk) -> OpenPage:
        """The hand-over of a shift, with the duty sheet."""
        view, ways = ShiftPage(self._kit), self._ways
        editing = partial(self._open, PlaceId.REGISTER, DUTY_FORM)
        presenter = ShiftPresenter(view, desk, ways.write_line, editing)
        view.bind(presenter)
        paper = PaperPresenter(view.paper, desk, self._write_shift, is_readable=True)
        view.paper.bind(paper)
        presenter.paper = paper
        ways.show(view)
        ways.note("shift.show")
        ways.note("duty.show")
        presenter.start()
        return presenter

    def keeping(self, desk: VaultDesk) -> OpenPage:
        """How long closed files are kept, and which are erased."""
        view, ways = KeepingPage(self._kit), self._ways
        presenter = KeepingPresenter(view, desk, KeepingTools(self._vault), ways.open_case)
        view.bind(presenter)
        ways.show(view)
        ways.note("work.list")
        presenter.start()
        return presenter

    def register(self, desk: VaultDesk) -> OpenPage:
        """A register of the organisation, filled in like any form."""
        title = FormWords(desk.context.forms, desk.say, desk.dates).form(self._register)
        view = InterviewPage(self._kit, "", title, PlaceId.REGISTER)
        scope, form = desk.context.organisation, WantedForm(self._register)
        conflicts = partial(self._open, PlaceId.CONFLICTS)
        presenter = InterviewPresenter(view, desk, scope, conflicts, form)
        view.bind(presenter, partial(self._open, PlaceId.SHIFT))
        view.alike.hide()
        self._ways.show_frame(view)
        self._ways.note("register.list")
        presenter.start()
        return presenter

    def _write_shift(self, language: str, folder: str, typed: str) -> str:
        return write_shift(self._vault, language, folder, {typed})

    def _open(self, place: PlaceId, register: str = "") -> None:
        self._register = register or self._register
        self._ways.open(place)
