"""The pages of a day and a night: what waits, the hand-over, the duty sheet. Joins only."""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.interview import InterviewPresenter, WantedForm
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.shift import DUTY_FORM, ShiftPresenter
from nrm_desktop.ui.presenters.today import TodayPresenter, TodayTools
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.shift import ShiftPage
from nrm_desktop.ui.views.today import TodayPage
from nrm_desktop.ui.widgets.kit import Kit

Go = Callable[[PlaceId], Callable[[], None]]


def today_page(
    kit: Kit,
    desk: VaultDesk,
    tools: TodayTools,
    opening: Callable[[ScopeId, str], None],
    going: Callable[[PlaceId], None],
) -> tuple[TodayPage, TodayPresenter]:
    """What waits today."""
    view = TodayPage(kit)
    presenter = TodayPresenter(view, desk, tools, opening, going)
    view.bind(presenter)
    return view, presenter


def shift_page(
    kit: Kit, desk: VaultDesk, writing: Callable[[ScopeId, str], None], go: Go
) -> tuple[ShiftPage, ShiftPresenter]:
    """The hand-over. Shape: `writing` begins a new line of a case."""
    view = ShiftPage(kit)
    presenter = ShiftPresenter(view, desk, writing, go(PlaceId.REGISTER))
    view.bind(presenter)
    return view, presenter


def duty_page(kit: Kit, desk: VaultDesk, go: Go) -> tuple[InterviewPage, InterviewPresenter]:
    """The duty sheet, filled in like any form, in the registers of the organisation."""
    title = FormWords(desk.context.forms, desk.say, desk.dates).form(DUTY_FORM)
    view = InterviewPage(kit, "", title, PlaceId.REGISTER)
    scope, form = desk.context.organisation, WantedForm(DUTY_FORM)
    presenter = InterviewPresenter(view, desk, scope, go(PlaceId.CONFLICTS), form)
    view.bind(presenter, go(PlaceId.SHIFT))
    view.alike.hide()
    return view, presenter
