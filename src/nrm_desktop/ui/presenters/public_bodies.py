"""Public bodies of the country, beside the place where a recipient is chosen.

This module decides the words of a body: what kind it is, how it is reached, where that was read,
and what nobody has made sure of yet. It makes nobody a recipient by itself: somebody takes one over
into the directory of the organisation, where it is unverified until one of them has called, and it
is chosen by nobody but the worker.

Source: docs/adr/0048; nrm.md section 8 (shelter rule), N5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.events import Event
from nrm_desktop.app.handlers.registers import UNSORTED_KIND
from nrm_desktop.app.queries import DirectoryRow
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.authorities import KINDS, Authority
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body in words. Shape: without `may_take` it is in the directory, or somebody else does."""

    id: str
    name: str
    pill: PillSpec
    lines: tuple[str, ...]
    may_take: bool


class BodiesView(Protocol):
    """What the card shows."""

    def show_bodies(self, lines: tuple[BodyLine, ...], hint: str) -> None:
        """Offer a list that can be opened; without lines there is no card."""

    def show_told(self, text: str) -> None:
        """Say what was done, or why not."""


class PublicBodies:
    """The card. Shape: `taken` is called once one more stands in the directory."""

    def __init__(self, view: BodiesView, desk: Desk, taken: Callable[[], None]) -> None:
        self._view = view
        self._desk = desk
        self._taken = taken
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._is_busy = False

    def start(self) -> None:
        """Read which of them stand in the directory."""
        if self._desk.context.forms.authorities:
            self._desk.ask(self._desk.reader.directory, self._show, self._failed)
        else:
            self._view.show_bodies((), "")

    def refresh(self) -> None:
        """The directory may have changed."""
        self.start()

    def take(self, name: str) -> None:
        """Take one over into the directory, as somebody of whom nobody has made sure."""
        one = self._desk.context.forms.authorities.get(name)
        if one is None or self._is_busy:
            return
        self._is_busy = True
        command = AddDirectoryEntry(
            kind=one.kind,
            name=self._name(one),
            contact=one.reached,
            entry=RecordId(bytes.fromhex(one.entry)),
        )
        self._desk.submit(command, self._done, self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _show(self, directory: Sequence[DirectoryRow]) -> None:
        context, say = self._desk.context, self._desk.say
        known = {row.entry: row for row in directory}
        may_write = context.forms.roles.may_write(context.roles, Compartment.ORG_DIRECTORY)
        hint = (
            say("Nobody of you has called there yet. Call before you rely on one of them.")
            if may_write
            else say("A colleague who keeps the directory takes them over.")
        )
        bodies = sorted(context.forms.authorities.values(), key=self._order)
        lines = (self._line(one, known.get(one.entry), may_write=may_write) for one in bodies)
        self._view.show_bodies(tuple(lines), hint)

    def _order(self, one: Authority) -> tuple[bool, str, str]:
        """By kind and name; those of no kind of their own last."""
        is_other = one.kind == UNSORTED_KIND
        return is_other, self._words.code(KINDS, one.kind), self._name(one)

    def _line(self, one: Authority, known: DirectoryRow | None, *, may_write: bool) -> BodyLine:
        say = self._desk.say
        where = ", ".join(filter(None, (one.source, one.as_of)))
        read = say("Where it was read: {source}", source=isolated(where))
        doubt = "" if one.is_verified else say("The page did not say so plainly. Ask first.")
        kind = self._words.code(KINDS, one.kind)
        lines = (kind, isolated(one.reached), doubt, read)
        return BodyLine(
            one.id,
            self._name(one),
            self._pill(known),
            tuple(filter(None, lines)),
            may_take=may_write and known is None,
        )

    def _pill(self, known: DirectoryRow | None) -> PillSpec:
        say = self._desk.say
        if known is None:
            return PillSpec(say("Not verified"), Shape.RING, Tone.WARN)
        if known.is_verified:
            return PillSpec(say("In the directory"), Shape.DOT, Tone.OK)
        return PillSpec(say("In the directory, not verified"), Shape.HALF, Tone.WARN)

    def _name(self, one: Authority) -> str:
        return self._desk.context.forms.text(f"authority.{one.id}", self._desk.say.language)

    def _done(self, _events: Sequence[Event]) -> None:
        self._is_busy = False
        say = self._desk.say
        self._view.show_told(
            say("It stands in the directory now, not verified. Choose it above if you want to.")
        )
        self.start()
        self._taken()

    def _failed(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_told(" ".join(self._desk.explain(error)))
