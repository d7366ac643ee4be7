"""Setting up the way back by hand, and showing later that the sheet is still at hand.

This module decides the order: the groups are shown, they are hidden, then two are typed back. A
group that was not typed as shown is named, and nothing has changed. The groups are shown once and
belong on paper: there is no button that copies, prints or saves them.

Source: storage-security.md section 4.7; ux.md section 10. Promise: P11.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone


class GroupsAsked(Protocol):
    """Two groups that are to be typed."""

    @property
    def asked(self) -> tuple[int, int]:
        """Their numbers, from 1."""

    def confirm(self, first: str, second: str) -> object:
        """Accept them. Raises: Refused `confirm.groups` with the `group` that is wrong."""


class CodeOffer(GroupsAsked, Protocol):
    """A code that is shown once; it counts once two of its groups were typed back."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in order."""

    @property
    def vault_mark(self) -> str:
        """What tells the sheets of several safes apart."""


class WayBackTools(Protocol):
    """What the pages may ask for, outside the window."""

    def offer(self) -> CodeOffer:
        """Make a code; nothing changes before it is confirmed."""

    def ask_sheet(self) -> GroupsAsked | None:
        """Ask for two groups of the sheet; None if there is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Two numbered lines to be typed into, and why."""

    numbers: tuple[int, int]
    text: str


class WayBackView(Protocol):
    """What both pages show."""

    def show_groups(self, groups: tuple[str, ...], mark: str) -> None:
        """Show the groups to be written down."""

    def show_asked(self, asked: Asked, *, may_go_back: bool) -> None:
        """Ask for two groups, and show none."""

    def show_problem(self, text: str, number: int) -> None:
        """Say which group is wrong, and put the cursor there; 0 is neither of them."""

    def show_done(self, text: str) -> None:
        """Say that it is done."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class WayBackPresenter:
    """Fulfils `OpenPage`. `done` is told once the code counts."""

    def __init__(
        self,
        view: WayBackView,
        desk: Desk,
        tools: WayBackTools,
        done: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._tell_done = done
        self._offer: CodeOffer | None = None
        self._is_busy = False

    def start(self) -> None:
        """Make a code and show it."""
        self._desk.ask(self._tools.offer, self._offered, self._failed)

    def leave(self) -> None:
        """A code that nobody confirmed has never counted."""
        self._offer = None

    def refresh(self) -> None:
        """Nothing here comes from elsewhere."""

    def written(self) -> None:
        """The groups are on paper: hide them and ask for two."""
        if self._offer is not None:
            words = self._desk.say(
                "Type two of the groups from your sheet. Only then the sheet counts."
            )
            self._view.show_asked(Asked(self._offer.asked, words), may_go_back=True)

    def show_again(self) -> None:
        """Show the groups once more, before they count."""
        if self._offer is not None:
            self._view.show_groups(self._offer.groups, self._offer.vault_mark)

    def confirm(self, first: str, second: str) -> None:
        """Let the code count."""
        offer = self._offer
        if offer is not None and not self._is_busy:
            self._is_busy = True
            self._desk.ask(lambda: offer.confirm(first, second), self._done, self._refused)

    def _offered(self, offer: CodeOffer) -> None:
        self._offer = offer
        self._view.show_groups(offer.groups, offer.vault_mark)

    def _done(self, _made: object) -> None:
        self._offer = None
        self._view.show_done(
            self._desk.say(
                "The way back is set up. Keep the sheet away from this laptop, where nobody looks"
                " for it. An older sheet no longer opens."
            )
        )
        self._tell_done()

    def _refused(self, error: NrmError) -> None:
        self._is_busy = False
        _show_refusal(self._view, self._desk, error)

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))


class SheetPresenter:
    """Asks for two groups of the sheet that counts. Fulfils `OpenPage`."""

    def __init__(
        self, view: WayBackView, desk: Desk, tools: WayBackTools, done: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._tell_done = done
        self._asked: GroupsAsked | None = None

    def start(self) -> None:
        """Ask for the groups."""
        self._desk.ask(self._tools.ask_sheet, self._ask, self._refused)

    def leave(self) -> None:
        """Nothing is in hand."""
        self._asked = None

    def refresh(self) -> None:
        """Nothing here comes from elsewhere."""

    def written(self) -> None:
        """No group is shown here."""

    def show_again(self) -> None:
        """No group is shown here."""

    def confirm(self, first: str, second: str) -> None:
        """Look whether these are the groups of the sheet."""
        asked = self._asked
        if asked is not None:
            self._desk.ask(lambda: asked.confirm(first, second), self._done, self._refused)

    def _ask(self, asked: GroupsAsked | None) -> None:
        say = self._desk.say
        if asked is None:
            self._view.show_done(say("There is no sheet that could be asked for."))
            return
        self._asked = asked
        words = say(
            "Type these two groups from the sheet. If it cannot be found, make a new one: the old"
            " sheet no longer opens then."
        )
        self._view.show_asked(Asked(asked.asked, words), may_go_back=False)

    def _done(self, _none: object) -> None:
        self._asked = None
        self._view.show_done(self._desk.say("The sheet is at hand. Put it back where it was."))
        self._tell_done()

    def _refused(self, error: NrmError) -> None:
        _show_refusal(self._view, self._desk, error)


def _show_refusal(view: WayBackView, desk: Desk, error: NrmError) -> None:
    number = error.params.get("group")
    message, remedy = desk.explain(error)
    view.show_problem(f"{message} {remedy}".strip(), number if isinstance(number, int) else 0)
