"""The page on which something is moved out of the wrong file. Joins only.

Whom it takes and what is refused is decided in `moving` and `erasing`, as on the command line.
"""

from __future__ import annotations

from nrm_desktop.app.handlers.moving import Moved, MoveOrder
from nrm_desktop.app.typed_codes import case_of_typed
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.moving import look_at_move, move_answers
from nrm_desktop.bootstrap.window_desk import VaultDesk
from nrm_desktop.bootstrap.window_second import HeldSecondPerson
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.moving import MovingPresenter
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.views.moving import MovingPage
from nrm_desktop.ui.widgets.kit import Kit


class VaultMoving(HeldSecondPerson):
    """Fulfils `MovingTools` for a case, and asks the second person whose signature it takes."""

    def __init__(self, vault: OpenVault, scope: ScopeId) -> None:
        super().__init__(vault)
        self._scope = scope

    def look(self, order: MoveOrder) -> Moved:
        """Say what would go. Raises: as `case_of_typed` and `look_at_move`."""
        return look_at_move(self._vault, self._places(order), order)

    def move(self, order: MoveOrder) -> Moved:
        """Carry an order out. Raises: as `case_of_typed` and `move_answers`."""
        return move_answers(self._vault, self._places(order), order, self.take()).moved

    def _places(self, order: MoveOrder) -> tuple[ScopeId, ScopeId]:
        return self._scope, case_of_typed(self._vault.reader, order.to)


def moving_page(
    kit: Kit, desk: VaultDesk, vault: OpenVault, case: CaseRef
) -> tuple[MovingPage, MovingPresenter]:
    """What was written into the wrong file; moving it takes two."""
    view = MovingPage(kit, case.code)
    tools = VaultMoving(vault, case.scope)
    second = SecondPerson(view.second, desk, tools)
    view.second.bind(second)
    presenter = MovingPresenter(view, desk, case.scope, tools, second)
    view.bind(presenter)
    return view, presenter
