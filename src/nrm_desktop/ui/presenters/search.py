"""Searching: one box for codes, names and words of all cases that this person may see.

This module decides when a search begins, what a row says and what is told beside the rows. Nothing
of it is kept: no list of searches, and once the page is left neither words nor rows.

- A search begins once nobody types for a moment; one that nobody waits for any more is stopped.
- A name that is only spelled alike says so in words. No figure is shown: it would read as a
  judgement about a person.

Source: storage-security.md section 9.3; ux.md section 5.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.queries import CaseFilter, CaseRow, SearchHit, SearchResult
from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.calls import Stop
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import Say

SEARCH_AFTER_S: Final = 0.35
ROWS: Final = 50
CHARACTERS: Final = 200
_CODES: Final = 5
_SHORTEST: Final = 2
_SHORTEST_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row: a case by its code, and what was found in it."""

    scope: ScopeId
    code: str
    where: str
    found: str
    is_similar: bool = False


class SearchView(Protocol):
    """What the page of the search shows."""

    def show_rows(self, rows: tuple[FoundRow, ...]) -> None:
        """Show what was found."""

    def show_note(self, text: str) -> None:
        """Say what is to be known about the rows, or what to do where there are none."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class SearchPresenter:
    """The page of the search.

    Shape: `open_case` goes into the case of a row; `note` has the audit chain keep that somebody
    searched, without the words.
    """

    def __init__(
        self,
        view: SearchView,
        desk: Desk,
        open_case: Callable[[FoundRow], None],
        note: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._open_case = open_case
        self._note = note
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._text = ""
        self._rows: tuple[FoundRow, ...] = ()
        self._stop_waiting: Stop | None = None
        self._unwanted = threading.Event()

    def columns(self) -> tuple[Column[FoundRow], ...]:
        """The columns; code and what was found never give way."""
        say = self._desk.say
        return (
            Column("code", say("Code"), lambda row: row.code, chars=12, is_code=True),
            Column("found", say("Found"), lambda row: row.found, chars=30, stretches=True),
            Column("where", say("Question"), lambda row: row.where, chars=24, gives_way=2),
            Column("mark", say("Spelling"), self._mark_word, self._mark, chars=16, gives_way=1),
        )

    def start(self) -> None:
        """Say what can be looked for."""
        say = self._desk.say
        self._view.show_note(say("Type a code, a name or words; all scripts find each other."))

    def search(self, text: str) -> None:
        """Look for what is typed, once nobody types for a moment."""
        self._text = text.strip()
        self._end_search()
        if len(self._text) < _SHORTEST:
            self._show((), "")
            self.start()
            return
        self._stop_waiting = self._desk.after(SEARCH_AFTER_S, self._begin)

    def open(self, number: int) -> None:
        """Go into the case of a row."""
        if 0 <= number < len(self._rows):
            self._open_case(self._rows[number])

    def refresh(self) -> None:
        """Something changed: what is shown may have changed too."""
        if len(self._text) >= _SHORTEST:
            self._end_search()
            self._ask()

    def leave(self) -> None:
        """Nothing waits to be saved, and nothing of the search is kept."""
        self._end_search()
        self._text = ""
        self._show((), "")

    # ---- parts ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._note()
        self._ask()

    def _ask(self) -> None:
        desk, text, stop = self._desk, self._text, threading.Event()
        self._unwanted = stop

        def read() -> tuple[tuple[CaseRow, ...], SearchResult]:
            reader, sight = desk.reader, desk.sight
            codes: tuple[CaseRow, ...] = ()
            if len(text) >= _SHORTEST_CODE and " " not in text:
                codes = reader.cases(CaseFilter(text=text), _CODES, None, sight).rows
            return codes, reader.search(text, sight, ROWS, stop)

        desk.ask(read, lambda found: self._arrived(stop, *found), self._failed)

    def _arrived(
        self, stop: threading.Event, codes: tuple[CaseRow, ...], found: SearchResult
    ) -> None:
        if stop.is_set():
            return
        say = self._desk.say
        rows = (
            *(FoundRow(row.scope, row.code, say("Code"), row.code) for row in codes),
            *(self._row(hit) for hit in found.hits),
        )
        self._view.show_banners(())
        self._show(rows, _note_words(say, found, is_empty=not rows))

    def _row(self, hit: SearchHit) -> FoundRow:
        where = self._words.label(hit.field)
        return FoundRow(hit.scope, hit.code, where, hit.snippet, hit.likeness is not None)

    def _show(self, rows: tuple[FoundRow, ...], note: str) -> None:
        self._rows = rows
        self._view.show_rows(rows)
        self._view.show_note(note)

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        if isinstance(error, Usage):
            self._show((), f"{message} {remedy}")
            return
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _end_search(self) -> None:
        self._unwanted.set()
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    def _mark_word(self, row: FoundRow) -> str:
        return self._desk.say("spelled alike") if row.is_similar else ""

    def _mark(self, row: FoundRow) -> PillSpec | None:
        return PillSpec(self._mark_word(row), Shape.HALF) if row.is_similar else None


def _note_words(say: Say, found: SearchResult, *, is_empty: bool) -> str:
    """What is to be known about the rows, in whole sentences."""
    notes = []
    if is_empty:
        notes.append(say("Nothing found in what you may see."))
    if found.is_cut:
        notes.append(say("The search took too long and is not complete. Add a word."))
    elif found.has_more:
        notes.append(say("There is more than can be shown. Add a word."))
    if found.is_newest_first:
        notes.append(say("Very many texts hold these words: the newest come first."))
    if found.is_partial:
        notes.append(say("Older cases are still being made ready and may be missing here."))
    return " ".join(notes)
