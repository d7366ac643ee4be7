"""Possibly the same person: a quiet line below the interview, never a question in the way.

This module decides when names are compared - as an interview is opened, and after a name was saved
- and what is said: the names, and what speaks for and against, in words. There is no figure and no
verdict, nothing is merged, and who does not look loses nothing.

Source: storage-security.md section 9.2; R22.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.queries import AlikePerson
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.schema import SearchRole
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.ui.presenters.calls import Stop
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.wording import Say

_AFTER_S: Final = 0.2
"""Names of one saving arrive one by one: they are compared once."""


@dataclass(frozen=True, slots=True)
class AlikeLine:
    """One other case, as people read it."""

    scope: ScopeId
    code: str
    text: str


class AlikeView(Protocol):
    """Where the lines are shown."""

    def show_alike(self, lines: tuple[AlikeLine, ...]) -> None:
        """Show the lines; none takes the place away."""


class AlikeNames:
    """Compares the names of one case with those of all others that this person may see.

    Shape: `note` has the audit chain keep which other cases were shown.
    """

    def __init__(
        self, view: AlikeView, desk: Desk, scope: ScopeId, note: Callable[..., None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._note = note
        self._stop: Stop | None = None
        self._shown: tuple[AlikeLine, ...] = ()

    def look(self) -> None:
        """Compare now."""
        desk = self._desk
        desk.ask(
            lambda: desk.reader.similar_names(self._scope, desk.sight), self._arrived, self._failed
        )

    def saved(self, field: FieldId) -> None:
        """An answer was saved: if it is a name, compare anew."""
        one = self._desk.context.forms.find_field(field)
        if one is None or one.search is SearchRole.NONE:
            return
        if self._stop is not None:
            self._stop()
        self._stop = self._desk.after(_AFTER_S, self.look)

    def opener(self, open_case: Callable[[AlikeLine], None]) -> Callable[[int], None]:
        """Give what goes into the case of a line."""
        return lambda number: open_case(self._shown[number])

    def _arrived(self, found: Sequence[AlikePerson]) -> None:
        say = self._desk.say
        lines = tuple(AlikeLine(one.scope, one.code, _words(say, one)) for one in found)
        if lines and lines != self._shown:
            self._note(*(line.scope for line in lines))
        self._shown = lines
        self._view.show_alike(lines)

    def _failed(self, _error: NrmError) -> None:
        """A hint that cannot be given is no failure of the interview."""
        self._view.show_alike(())


def _words(say: Say, one: AlikePerson) -> str:
    facts = {"birth_year": say("year of birth"), "nationality": say("nationality")}
    parts = [say("In {code}: {name}.", code=one.code, name=one.theirs)]
    if one.agrees:
        agrees = ", ".join(facts[what] for what in one.agrees)
        parts.append(say("The same in both: {facts}.", facts=agrees))
    if one.differs:
        differs = ", ".join(facts[what] for what in one.differs)
        parts.append(say("Different: {facts}.", facts=differs))
    return " ".join(parts)
