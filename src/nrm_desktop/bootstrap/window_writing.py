"""The page of writing without unlocking, with the forms and the sealing behind it.

This module joins; it decides that nobody acts here: no roles, no badge, an organisation of zeros.
Sealing runs in order, so that a lock right after "Done" does not lose what is being sealed.

Source: storage-security.md section 4.12. Promise: P27.
"""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.app.context import Context
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.app.wire.limits import BOXES_WAITING
from nrm_desktop.bootstrap.intake import takes_boxes, waiting_boxes, write_box
from nrm_desktop.bootstrap.window_boxes import LockedPlace
from nrm_desktop.domain.errors import EnvironmentFault, NrmError, Refused
from nrm_desktop.domain.ids import ID_BYTES, FieldId, ScopeId, SignerId, UserId
from nrm_desktop.domain.values import Answer
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.quick_screen import QuickScreenPresenter
from nrm_desktop.ui.presenters.wording import DateWords, Say
from nrm_desktop.ui.qt.locale import language_choices
from nrm_desktop.ui.views.quick_screen import QuickScreenPage

_NOBODY = bytes(ID_BYTES)


class LockedDesk:
    """Fulfils `WritingDesk`."""

    def __init__(self, place: LockedPlace, idle_s: float) -> None:
        self._place = place
        self.idle_s = idle_s

    @property
    def say(self) -> Say:
        """Words of the program."""
        return self._place.kit.say

    @property
    def dates(self) -> DateWords:
        """Dates for people."""
        return self._place.kit.dates

    def languages(self) -> tuple[Choice, ...]:
        """Languages by tag, with their own names."""
        return language_choices()

    def load(self, done: Callable[[Context], None], failed: Failed) -> None:
        """Load the forms outside the window, for nobody in particular."""
        self._place.door.beside(self._load, done, failed)

    def seal(
        self,
        form: str,
        answers: tuple[tuple[FieldId, Answer], ...],
        done: Callable[[], None],
        failed: Failed,
    ) -> None:
        """Seal a form outside the window; `done` once it lies there for good."""

        def seal_it() -> None:
            shell = self._place.shell()
            write_box(shell, BoxContent(form, shell.clock.now_ms(), answers))

        self._place.door.in_order(seal_it, lambda _none: done(), failed)

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later."""
        return self._place.door.after(seconds, call)

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""
        return self._place.explain(error)

    def _load(self) -> Context:
        shell = self._place.shell()
        if not takes_boxes(shell):
            raise EnvironmentFault("storage.no_intake")
        if waiting_boxes(shell).is_full:
            raise Refused("policy.boxes_full", most=BOXES_WAITING)
        return Context(
            forms=shell.forms,
            clock=shell.clock,
            random=shell.random,
            organisation=ScopeId(_NOBODY),
            user=UserId(_NOBODY),
            badge="",
            roles=(),
            signer=SignerId(_NOBODY),
            is_practice=shell.is_practice,
            zone=None,
        )


def show_form(place: LockedPlace, form: str, idle_s: float) -> None:
    """Show the page of a form instead of the locked screen, and begin it."""
    view = QuickScreenPage(place.kit, form)
    presenter = QuickScreenPresenter(view, LockedDesk(place, idle_s), form, place.back)
    view.bind(presenter)
    place.window.show_locked(view)
    presenter.start()
