"""The page of consents: the conversation, what stands, and taking back, joined for the window."""

from __future__ import annotations

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.notice_papers import FileAbout, write_letter
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Passed
from nrm_desktop.ui.presenters.asked_to_stop import AskedToStopPresenter
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent import ConsentPresenter
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.notice_papers import NoticePapersPresenter
from nrm_desktop.ui.presenters.public_bodies import PublicBodies
from nrm_desktop.ui.presenters.taking_back import TakingBackPresenter
from nrm_desktop.ui.views.consent import ConsentPage
from nrm_desktop.ui.widgets.kit import Kit


class VaultNoticePapers:
    """Fulfils `NoticePapersTools` for a case."""

    def __init__(self, vault: OpenVault, scope: ScopeId) -> None:
        self._vault = vault
        self.scope = scope

    def write_letter(self, passed: Passed, language: str, folder: str) -> str:
        """Write the letter about a file; gives the path. Raises: as `write_letter`."""
        about = FileAbout(self.scope, passed.reference, passed.recipient)
        return write_letter(self._vault, about, language, folder).file


def consent_page(
    kit: Kit, desk: VaultDesk, vault: OpenVault, case: CaseRef
) -> tuple[ConsentPage, ConsentPresenter]:
    """Consents of a case."""
    words = FormWords(desk.context.forms, desk.say, desk.dates)
    ends = desk.context.forms.codelist("consent_until").offered()
    end_choices = tuple(Choice(code, words.code("consent_until", code)) for code in ends)
    view = ConsentPage(kit, case.code, end_choices)
    presenter = ConsentPresenter(view, desk, case.scope)
    taking_back = TakingBackPresenter(view.taking_back, desk, case.scope, presenter.refresh)
    bodies = PublicBodies(view.bodies, desk, presenter.refresh)
    view.bodies.bind(bodies)
    asked = AskedToStopPresenter(view.stop_request, desk, case.scope)
    view.stop_request.bind(asked)
    presenter.parts = (asked, taking_back, bodies)
    papers = NoticePapersPresenter(
        view.taking_back.papers,
        desk,
        VaultNoticePapers(vault, case.scope),
        lambda: taking_back.passed_at(view.taking_back.chosen_notice()),
    )
    view.taking_back.papers.bind(papers)
    papers.told = taking_back.refresh
    taking_back.papers = papers
    view.bind(presenter, taking_back)
    return view, presenter
