"""The pages on which a person's rights over the own file are carried out, and what they use.

Joins only: who may erase what, and whom it takes, is decided in `destroying` and `erasing`, as on
the command line; what a proof says, in `proving`.
"""

from __future__ import annotations

from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.proofs import ErasureProof
from nrm_desktop.bootstrap.destroying import carry_out_order
from nrm_desktop.bootstrap.erasing import look_at_erasure
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.proving import prove, write_proof
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_second import HeldSecondPerson
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.correction import CorrectionPresenter
from nrm_desktop.ui.presenters.erasing import ErasingPresenter, WouldGo
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.own_data import OwnDataPresenter
from nrm_desktop.ui.presenters.proof import ProofPresenter
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.views.correction import CorrectionPage
from nrm_desktop.ui.views.own_data import OwnDataPage
from nrm_desktop.ui.widgets.kit import Kit

_ON_PAPER = "pdf"


class VaultErasing(HeldSecondPerson):
    """Fulfils `ErasingTools` for a case, and asks the second person whose signature it takes."""

    def __init__(self, vault: OpenVault, scope: ScopeId) -> None:
        super().__init__(vault)
        self._scope = scope

    def look(self, order: EraseOrder) -> WouldGo:
        """Say what would go. Nothing is changed."""
        plan = look_at_erasure(self._vault, self._scope, order)
        return WouldGo(plan.versions, tuple(sorted({str(one.name) for one in plan.neighbours})))

    def erase(self, order: EraseOrder) -> int:
        """Carry an order out. Raises: as `carry_out_order`."""
        return carry_out_order(self._vault, self._scope, order, self.take()).versions


class VaultProofs:
    """Fulfils `ProofTools` for an open vault."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def proof(self, code: str) -> ErasureProof:
        """What the proof of a case says now. Raises: Usage where nobody asked."""
        return prove(self._vault, code)

    def write(self, code: str, language: str, folder: str) -> str:
        """Write it as PDF; gives the path of the file."""
        proof = prove(self._vault, code, language)
        return write_proof(self._vault, proof, folder, _ON_PAPER).path


def correction_page(
    kit: Kit, desk: VaultDesk, case: CaseRef
) -> tuple[CorrectionPage, CorrectionPresenter]:
    """What the person says is wrong."""
    view = CorrectionPage(kit, case.code)
    presenter = CorrectionPresenter(view, desk, case.scope)
    view.bind(presenter)
    return view, presenter


def own_data_page(
    kit: Kit, desk: VaultDesk, vault: OpenVault, case: CaseRef
) -> tuple[OwnDataPage, OwnDataPresenter]:
    """What the person asks about the own file; erasing takes two."""
    view = OwnDataPage(kit, case.code)
    presenter = OwnDataPresenter(view, desk, case.scope)
    tools = VaultErasing(vault, case.scope)
    second = SecondPerson(view.second, desk, tools)
    view.second.bind(second)
    proof = ProofPresenter(view.proof, desk, VaultProofs(vault))

    def erased(is_whole: bool) -> None:  # noqa: FBT001 - what is told once it is done
        if is_whole:  # what was typed about it goes with the file, also what was not kept yet
            presenter.words.done()
        presenter.refresh()
        if is_whole:
            proof.show_code(case.code)

    erasing = ErasingPresenter(view.erasing, desk, tools, second, erased)
    erasing.words = presenter.words
    presenter.parts = (erasing, proof)
    view.bind(presenter, erasing, proof)
    return view, presenter
