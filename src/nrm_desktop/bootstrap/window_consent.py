"""The page of consents: the conversation, what stands, and taking back, joined for the window."""

from __future__ import annotations

from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent import ConsentPresenter
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.public_bodies import PublicBodies
from nrm_desktop.ui.presenters.taking_back import TakingBackPresenter
from nrm_desktop.ui.views.consent import ConsentPage
from nrm_desktop.ui.widgets.kit import Kit


def consent_page(kit: Kit, desk: VaultDesk, case: CaseRef) -> tuple[ConsentPage, ConsentPresenter]:
    """Consents of a case."""
    words = FormWords(desk.context.forms, desk.say, desk.dates)
    ends = desk.context.forms.codelist("consent_until").offered()
    end_choices = tuple(Choice(code, words.code("consent_until", code)) for code in ends)
    view = ConsentPage(kit, case.code, end_choices)
    presenter = ConsentPresenter(view, desk, case.scope)
    taking_back = TakingBackPresenter(view.taking_back, desk, case.scope, presenter.refresh)
    bodies = PublicBodies(view.bodies, desk, presenter.refresh)
    view.bodies.bind(bodies)
    presenter.parts = (taking_back, bodies)
    view.bind(presenter, taking_back)
    return view, presenter
