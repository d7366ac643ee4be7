"""The one door for files from outside: lists what lies in a folder, takes in what somebody says.

This module decides what is offered for a file and what is said of it. Nothing is taken in by being
listed. What is safe goes in together; a referral and a card ask for a decision each, because one
opens a case and the other needs a voice on the phone. What is for others is only counted.

Source: ux.md section 4, screen 13, and section 8; cli.md section 8. Threats: T12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from nrm_desktop.app.arrived_files import Arrival, ArrivalKind
from nrm_desktop.app.arrived_post import PostSeen
from nrm_desktop.app.events import Event, ReceiptFiled, ReferralTakenIn
from nrm_desktop.app.notice_commands import NoticeArrived, NoticeReplied
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.arrival_words import came_lines, next_words, sender_words, title_of
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone

_MOST: Final = 40
"""So many files are shown; all that is safe is taken in."""
_FIRST: Final = ("withdrawal", "packet", "receipt", "card")
"""What waits for somebody outside comes first."""
_SAFE: Final = frozenset({"withdrawal", "receipt", "pack", "root"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that lies there.

    Shape: `fault` is why it cannot be read or was not taken in; `came` is what came of it, empty
    before.
    """

    arrival: Arrival
    seen: PostSeen = field(default_factory=PostSeen)
    fault: NrmError | None = None
    came: tuple[Event, ...] = ()

    @property
    def is_ours(self) -> bool:
        """True unless it is for others, or nothing of this program."""
        return self.arrival.kind not in (ArrivalKind.CARRIED, ArrivalKind.NOT_OURS)

    @property
    def is_open(self) -> bool:
        """True if something may still be done with it."""
        is_known = self.arrival.taken or self.seen.is_here or bool(self.came)
        return self.is_ours and self.fault is None and not is_known

    @property
    def is_safe(self) -> bool:
        """True if it may be taken in with all the others."""
        return self.is_open and self.arrival.what in _SAFE


class ArrivalTools(Protocol):
    """What may be asked for; all of it is slow and runs outside the window."""

    def look(self, folder: str) -> Sequence[FoundFile]:
        """Say what lies there; nothing is taken in. Raises: Usage `usage.not_found`."""

    def take(self, folder: str) -> Sequence[FoundFile]:
        """Take in what is safe, and say what came of each file."""

    def open_referral(self, folder: str, file: str) -> Sequence[Event]:
        """Open a referral as a case; the receipt is put beside it."""

    def take_card(self, folder: str, file: str, typed: str) -> Sequence[Event]:
        """Keep a contact card; what was read out makes it compared."""


@dataclass(frozen=True, slots=True)
class WayToCase:
    """A case that a file led to."""

    scope: ScopeId
    code: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file in words.

    Shape: with `opens_case` it can be opened as a case; with `takes_card` kept as a card; `ways`
    lead to cases.
    """

    file: str
    title: str
    pill: PillSpec
    lines: tuple[str, ...]
    opens_case: bool = False
    takes_card: bool = False
    ways: tuple[WayToCase, ...] = ()


@dataclass(frozen=True, slots=True)
class FileList:
    """What lies there. Shape: `notes` say what is not shown; `safe` may be taken in together."""

    rows: tuple[FileRow, ...] = ()
    notes: tuple[str, ...] = ()
    safe: int = 0


class ArrivalsView(Protocol):
    """What the page shows."""

    def show_files(self, files: FileList, file: str = "") -> None:
        """Show these files; the cursor goes to a named one, where something was just done."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ArrivalsPresenter:
    """The page. Fulfils `OpenPage`.

    Shape: `news` is told after something was taken in; `open_case` leads to a case.
    """

    def __init__(
        self,
        view: ArrivalsView,
        desk: Desk,
        tools: ArrivalTools,
        news: Callable[[], None],
        open_case: Callable[[ScopeId, str], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._news = news
        self._open_case = open_case
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._folder = ""
        self._found: tuple[FoundFile, ...] = ()
        self._is_busy = False

    def start(self) -> None:
        """Nothing is looked at before somebody names a folder."""
        self._view.show_files(FileList())

    def refresh(self) -> None:
        """Something changed elsewhere; what was listed stays."""

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def look(self, folder: str) -> None:
        """List what lies in a folder."""
        say, place = self._desk.say, folder.strip()
        if self._is_busy:
            return
        if not place:
            self._view.show_banners((BannerSpec(say("Choose a folder first."), Tone.WARN),))
            return
        self._folder = place
        self._begin(say("Looking at what lies there …"))
        self._desk.ask(lambda: self._tools.look(place), self._looked, self._failed)

    def take(self) -> None:
        """Take in all that is safe."""
        if self._is_busy or not any(one.is_safe for one in self._found):
            return
        folder = self._folder
        self._begin(self._desk.say("Taking it in … please leave the stick in."))
        self._desk.ask(lambda: self._tools.take(folder), self._taken, self._failed)

    def open_referral(self, file: str) -> None:
        """Open a referral as a case of our own."""
        self._take_one(file, lambda: self._tools.open_referral(self._folder, file))

    def take_card(self, file: str, typed: str) -> None:
        """Keep a card, with what the partner read out."""
        self._take_one(file, lambda: self._tools.take_card(self._folder, file, typed))

    def go(self, way: WayToCase) -> None:
        """Open a case that a file led to."""
        self._open_case(way.scope, way.code)

    # ---- what comes back ------------------------------------------------------------------------

    def _take_one(self, file: str, take: Callable[[], Sequence[Event]]) -> None:
        if self._is_busy:
            return
        self._begin(self._desk.say("Taking it in … please leave the stick in."))
        self._desk.ask(take, lambda events: self._came(file, events), self._failed)

    def _looked(self, found: Sequence[FoundFile]) -> None:
        self._end()
        self._found = tuple(found)
        self._show()
        say = self._desk.say
        if not any(one.is_ours for one in found):
            words = say("Nothing lies here for your organisation.")
        else:
            words = say("Nothing was taken in yet.")
        self._view.show_banners((BannerSpec(words),))

    def _taken(self, found: Sequence[FoundFile]) -> None:
        self._end()
        before = {one.arrival.file for one in self._found if one.is_safe}
        done = {one.arrival.file for one in found if one.arrival.taken and one.fault is None}
        earlier = {one.arrival.file: one for one in self._found}
        self._found = tuple(_beside(one, earlier.get(one.arrival.file)) for one in found)
        self._show()
        self._view.show_banners(tuple(self._outcome(len(done & before), len(before - done))))
        self._news()

    def _outcome(self, taken: int, left: int) -> list[BannerSpec]:
        say = self._desk.say
        told = []
        if taken:
            words = say.plural("{count} file was taken in.", "{count} files were taken in.", taken)
            told.append(BannerSpec(words, Tone.OK))
        if left:
            words = say.plural(
                "{count} file was not taken in. Why stands beside it.",
                "{count} files were not taken in. Why stands beside each.",
                left,
            )
            told.append(BannerSpec(words, Tone.BAD))
        return told

    def _came(self, file: str, events: Sequence[Event]) -> None:
        self._end()
        self._found = tuple(
            replace(one, came=tuple(events)) if one.arrival.file == file else _again(one)
            for one in self._found
        )
        self._show(file)
        self._news()

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _begin(self, text: str) -> None:
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(text)

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")

    # ---- words ----------------------------------------------------------------------------------

    def _show(self, file: str = "") -> None:
        ours = sorted((one for one in self._found if one.is_ours), key=_order)
        rows = tuple(map(self._row, ours[:_MOST]))
        safe = sum(one.is_safe for one in self._found)
        self._view.show_files(FileList(rows, tuple(self._notes(len(ours))), safe), file)

    def _notes(self, ours: int) -> list[str]:
        say = self._desk.say
        kinds = [one.arrival.kind for one in self._found]
        notes = []
        if ours > _MOST:
            notes.append(
                say.plural(
                    "{count} more file is not shown here. What is safe of it is taken in too.",
                    "{count} more files are not shown here. What is safe of them is taken in too.",
                    ours - _MOST,
                )
            )
        carried = kinds.count(ArrivalKind.CARRIED)
        if carried:
            notes.append(
                say.plural(
                    "{count} file is sealed for others and can travel on.",
                    "{count} files are sealed for others and can travel on.",
                    carried,
                )
            )
        strange = kinds.count(ArrivalKind.NOT_OURS)
        if strange:
            notes.append(
                say.plural(
                    "{count} file has nothing to do with this program.",
                    "{count} files have nothing to do with this program.",
                    strange,
                )
            )
        return notes

    def _row(self, one: FoundFile) -> FileRow:
        arrival = one.arrival
        return FileRow(
            arrival.file,
            title_of(self._desk.say, arrival.kind, arrival.what),
            self._pill(one),
            tuple(filter(None, self._lines(one))),
            opens_case=one.is_open and arrival.what == "packet",
            takes_card=arrival.what == "card" and _may_be_compared(one),
            ways=_ways(one.came),
        )

    def _lines(self, one: FoundFile) -> list[str]:
        say, arrival, seen = self._desk.say, one.arrival, one.seen
        lines = [sender_words(say, seen.sender, is_compared=seen.is_compared)]
        if one.came and arrival.what == "card":  # what is so now is said once
            lines = []
        if one.fault is not None:
            lines += self._desk.explain(one.fault)
        lines += came_lines(say, self._words, one.came)
        if one.is_open:
            lines.append(next_words(say, arrival.what))
        if arrival.missing:
            lines.append(
                say.plural(
                    "{count} entry that it names has not arrived yet.",
                    "{count} entries that it names have not arrived yet.",
                    arrival.missing,
                )
            )
        return lines

    def _pill(self, one: FoundFile) -> PillSpec:
        say = self._desk.say
        if one.arrival.kind is ArrivalKind.DAMAGED:
            return PillSpec(say("Damaged"), Shape.TRIANGLE, Tone.BAD)
        if one.fault is not None:
            return PillSpec(say("Not taken in"), Shape.TRIANGLE, Tone.WARN)
        if one.arrival.taken or one.came:
            return PillSpec(say("Taken in"), Shape.DOT, Tone.OK)
        if one.seen.is_here:
            return PillSpec(say("Here already"), Shape.DOT, Tone.OK)
        if one.is_safe:
            return PillSpec(say("Can be taken in"), Shape.HALF, Tone.INFO)
        return PillSpec(say("Waits for somebody"), Shape.RING)


def _beside(one: FoundFile, before: FoundFile | None) -> FoundFile:
    """A file after taking in, with what was known of it before."""
    if before is None:
        return one
    if before.came:
        return before
    return replace(one, seen=before.seen) if one.came or one.fault else one


def _again(one: FoundFile) -> FoundFile:
    """What was refused may be tried again: a notice can be taken in once its referral is here."""
    return one if one.arrival.kind is ArrivalKind.DAMAGED else replace(one, fault=None)


def _order(one: FoundFile) -> tuple[int, str]:
    what = one.arrival.what
    return (_FIRST.index(what) if what in _FIRST else len(_FIRST), one.arrival.file)


def _may_be_compared(one: FoundFile) -> bool:
    """A card that is here uncompared may still be compared."""
    return one.fault is None and not one.came and not one.seen.is_compared


def _ways(events: Sequence[Event]) -> tuple[WayToCase, ...]:
    """The cases that a file led to, each once."""
    kinds = (ReferralTakenIn, ReceiptFiled, NoticeArrived, NoticeReplied)
    found = (WayToCase(one.scope, one.code) for one in events if isinstance(one, kinds))
    return tuple(dict.fromkeys(found))
