"""The attachments of a case: what there is, taking a file in, looking at a page.

This module decides the words of a row and what may be asked for next. It decodes nothing and holds
no more than the page that is shown; it goes when the page is left (P13).

Source: ux.md section 5, screen 21; storage-security.md section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.attachment_commands import AddAttachment, AttachmentAdded
from nrm_desktop.app.attachment_ports import Picture
from nrm_desktop.app.attachments import AttachmentRow, addable_places
from nrm_desktop.app.events import Event
from nrm_desktop.domain.attachments import PERSON, THING
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.likeness import is_picture, is_recording
from nrm_desktop.domain.media import OFFICE, PDF
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import Say

_SHOWS: Final = "attachment_shows"
_PARTS: Final = "file_part"
"""The code list of the parts of a file."""
_KIB: Final = 1024
_MIB: Final = 1024 * _KIB


@dataclass(frozen=True, slots=True)
class AddInput:
    """What was filled in to take a file in.

    Shape: `place` is the word of a part of the file; `shows` a code of `attachment_shows`.
    """

    path: str
    title: str = ""
    place: str = ""
    shows: str = ""
    is_photo: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """A row of the list, in words."""

    id: str
    title: str
    kind: str
    size: str
    part: str
    when: str
    pill: PillSpec
    is_shown: bool


class AttachmentDoor(Protocol):
    """What the page asks for; both are slow and run outside the window."""

    def rows(self, scope: ScopeId) -> Sequence[AttachmentRow]:
        """What is attached to a case and may be seen."""

    def page(self, scope: ScopeId, attachment: str, number: int) -> Picture:
        """Paint a page, counted from 0, in a process without keys."""


class AttachmentsView(Protocol):
    """What the page shows."""

    def show_places(self, places: tuple[Choice, ...]) -> None:
        """Show into which parts of the file something can be taken."""

    def show_what(self, shows: tuple[Choice, ...]) -> None:
        """Show what a file can be said to show; nothing is chosen before."""

    def show_lines(self, lines: tuple[AttachmentLine, ...]) -> None:
        """Show what is attached; nothing is an empty state."""

    def show_picture(self, picture: Picture | None, name: str, number: int) -> None:
        """Show a page, counted from 1; None takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: nothing."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""

    def clear_entry(self) -> None:
        """What was filled in is done."""


class AttachmentsPresenter:
    """The page of the attachments."""

    def __init__(
        self, view: AttachmentsView, desk: Desk, scope: ScopeId, door: AttachmentDoor
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._door = door
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._lines: tuple[AttachmentLine, ...] = ()
        self._looked_at: AttachmentLine | None = None
        self._page = 0
        self._pages = 0
        self._is_busy = False

    def columns(self) -> tuple[Column[AttachmentLine], ...]:
        """The columns; title and state never give way."""
        say = self._desk.say
        return (
            Column("title", say("Title"), lambda one: one.title, chars=26, stretches=True),
            Column("kind", say("Kind"), lambda one: one.kind, chars=16, gives_way=2),
            Column("size", say("Size"), lambda one: one.size, chars=9, gives_way=4),
            Column("part", say("Part of the file"), lambda one: one.part, chars=20, gives_way=1),
            Column("when", say("Taken in"), lambda one: one.when, chars=14, gives_way=3),
            Column(
                "state", say("State"), lambda one: one.pill.word, lambda one: one.pill, chars=15
            ),
        )

    def start(self) -> None:
        """Show what there is, and where something can be taken in."""
        places = tuple(
            Choice(place.word, self._words.code(_PARTS, place.word))
            for place in addable_places(self._desk.context)
        )
        self._view.show_places(places)
        shows = tuple(Choice(one, self._words.code(_SHOWS, one)) for one in (THING, PERSON))
        self._view.show_what(shows)
        self._view.show_picture(None, "", 0)
        self._read()

    def refresh(self) -> None:
        """Something arrived: a part that was missing may be here now."""
        self._read()

    def leave(self) -> None:
        """The page that was shown goes."""
        self._looked_at = None
        self._view.show_picture(None, "", 0)

    def add(self, order: AddInput) -> None:
        """Take a file in."""
        say = self._desk.say
        if self._is_busy:
            return
        if not order.path.strip():
            self._tell(say("Choose a file first."), Tone.WARN)
            return
        if not order.place:
            self._tell(say("Choose the part of the file it belongs to."), Tone.WARN)
            return
        if not order.shows:
            self._tell(say("Say what it shows: a thing, or a person."), Tone.WARN)
            return
        self._begin(say("Sealing the file …"))
        command = AddAttachment(
            scope=self._scope,
            path=order.path.strip(),
            label=order.title.strip(),
            is_photo=order.is_photo,
            shows_person=order.shows == PERSON,
            compartment=next(each for each in Compartment if each.word == order.place),
        )
        self._desk.submit(command, self._added, self._failed)

    def look(self, number: int) -> None:
        """Look at the first page of a row."""
        if not 0 <= number < len(self._lines) or self._is_busy:
            return
        line = self._lines[number]
        if not line.is_shown:
            self._view.show_picture(None, "", 0)
            self._tell(self._why_not(line), Tone.INFO)
            return
        self._looked_at = line
        self._paint(0)

    def turn(self, step: int) -> None:
        """Go to the next page, or back."""
        wanted = self._page + step
        if self._looked_at is not None and not self._is_busy and 0 <= wanted < self._pages:
            self._paint(wanted)

    # ---- parts ----------------------------------------------------------------------------------

    def _read(self) -> None:
        self._desk.ask(lambda: self._door.rows(self._scope), self._show, self._failed)

    def _show(self, rows: Sequence[AttachmentRow]) -> None:
        self._lines = tuple(self._line(row) for row in rows)
        self._view.show_lines(self._lines)

    def _line(self, row: AttachmentRow) -> AttachmentLine:
        desk, dates = self._desk, self._desk.dates
        known = {int(place): place.word for place in Compartment}
        word = known.get(row.compartment, "")
        return AttachmentLine(
            row.id,
            row.label,
            kind_words(desk.say, row.media_type),
            size_words(desk.say, row.size) if row.is_readable else "",
            self._words.code(_PARTS, word) if word else "",
            dates.day(row.at_ms),
            _pill(desk.say, row),
            row.is_shown,
        )

    def _added(self, events: Sequence[Event]) -> None:
        self._end()
        titles = [event.label for event in events if isinstance(event, AttachmentAdded)]
        for title in titles[:1]:
            self._view.clear_entry()
            told = self._desk.say(
                "“{title}” is sealed. The file you took it from still lies where it was.",
                title=title,
            )
            self._tell(told, Tone.OK)
        self._read()

    def _paint(self, number: int) -> None:
        line = self._looked_at
        if line is None:
            return
        self._begin(self._desk.say("Opening the page …"))

        def done(picture: Picture) -> None:
            self._end()
            if self._looked_at is line:
                self._page, self._pages = number, picture.pages
                self._view.show_banners(())
                self._view.show_picture(picture, line.title, number + 1)

        self._desk.ask(lambda: self._door.page(self._scope, line.id, number), done, self._failed)

    def _why_not(self, line: AttachmentLine) -> str:
        say = self._desk.say
        if line.pill.shape is not Shape.DOT:
            return say("It is not all here yet. Exchange with the others, then look again.")
        return say("This kind of file is not shown here. It is kept as it is.")

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _tell(self, text: str, tone: Tone) -> None:
        self._view.show_banners((BannerSpec(text, tone),))

    def _begin(self, text: str) -> None:
        self._is_busy = True
        self._view.show_busy(text)

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")


def kind_words(say: Say, media_type: str) -> str:
    """What kind of file it is, in words."""
    if is_picture(media_type):
        return say("Picture")
    if media_type == PDF:
        return say("PDF")
    if is_recording(media_type):
        return say("Recording")
    return say("Office document") if media_type == OFFICE else say("Other file")


def size_words(say: Say, size: int) -> str:
    """How large it is, roughly."""
    if size >= _MIB:
        return say("{count} MB", count=-(-size // _MIB))
    return say("{count} kB", count=-(-size // _KIB))


def _state_word(line: AttachmentLine) -> str:
    return line.pill.word


def _state(line: AttachmentLine) -> PillSpec:
    return line.pill


def _pill(say: Say, row: AttachmentRow) -> PillSpec:
    if not row.is_readable:
        return PillSpec(say("erased"), Shape.CROSSED)
    if row.missing:
        return PillSpec(say("not here yet"), Shape.HALF, Tone.INFO)
    return PillSpec(say("here"), Shape.DOT, Tone.OK)
