"""The list of cases: code, situation, consent in plain counts, and marks. Never a name.

This module decides what a row says. Filtering and paging happen in the database; nothing is
counted in parts of a whole.

Source: ux.md section 4, screen 4; N1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from nrm_desktop.app.queries import CaseFilter, CaseRow, ConsentCounts, Page
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Stop
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.joining import files_words
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import Say

PAGE_ROWS: Final = 50
SEARCH_AFTER_S: Final = 0.2


class CaseListView(Protocol):
    """What the list shows."""

    def restart(self) -> None:
        """Load the list anew from its first page."""

    def show_empty(self, text: str) -> None:
        """Say that there is nothing, and what helps; empty shows the list."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class CaseListPresenter:
    """The list of cases."""

    def __init__(
        self, view: CaseListView, desk: Desk, open_case: Callable[[CaseRow], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._open_case = open_case
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._filter = CaseFilter()
        self._stop_search: Stop | None = None

    def columns(self) -> tuple[Column[CaseRow], ...]:
        """The columns; changed and situation give way, code and consent never do."""
        say = self._desk.say
        return (
            Column("code", say("Code"), lambda row: row.code, chars=12, is_code=True),
            Column(
                "situation",
                say("Situation"),
                self._situation,
                chars=20,
                gives_way=1,
                stretches=True,
            ),
            Column(
                "consent",
                say("Consent"),
                lambda row: consent_words(say, row.consents),
                chars=34,
                stretches=True,
            ),
            Column("marks", say("Marks"), self._marks, self._mark_pill, chars=18),
            Column("changed", say("Changed"), self._changed, chars=14, gives_way=2),
        )

    def load(self, token: str | None, done: Callable[[Page[CaseRow]], None]) -> None:
        """Read a page."""
        desk, wanted = self._desk, self._filter
        desk.ask(
            lambda: desk.reader.cases(wanted, PAGE_ROWS, token, desk.sight), done, self._failed
        )

    def arrived(self, count: int) -> None:
        """A page has arrived: say so if the list is empty."""
        say = self._desk.say
        if count:
            self._view.show_empty("")
        elif self._filter.text:
            self._view.show_empty(say("No code begins like this."))
        else:
            self._view.show_empty(say("No cases on this device. Begin with “New case”."))

    def search(self, text: str) -> None:
        """Narrow the list to codes that begin like this, once nobody types for a moment."""
        if self._stop_search is not None:
            self._stop_search()

        def narrow() -> None:
            self._filter = CaseFilter(text=text.strip())
            self._view.restart()

        self._stop_search = self._desk.after(SEARCH_AFTER_S, narrow)

    def open(self, row: CaseRow) -> None:
        """Open a case."""
        self._open_case(row)

    def refresh(self) -> None:
        """Something changed: read the list again."""
        self._view.restart()

    def leave(self) -> None:
        """Nothing here waits to be saved."""

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        say = self._desk.say
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message, say("Try again")),))

    def _situation(self, row: CaseRow) -> str:
        if row.state == "closed":
            words = self._words.code("case_state", row.state)
        else:
            words = self._words.code("support_state", row.support)
        if not row.joined.others:
            return words
        return " · ".join(filter(None, (words, files_words(self._desk.say, row))))

    def _changed(self, row: CaseRow) -> str:
        return self._desk.dates.day(row.changed_ms)

    def _marks(self, row: CaseRow) -> str:
        pill = self._mark_pill(row)
        return pill.word if pill else ""

    def _mark_pill(self, row: CaseRow) -> PillSpec | None:
        say = self._desk.say
        if row.conflicts:
            word = say.plural("{count} to decide", "{count} to decide", row.conflicts)
            return PillSpec(word, Shape.TRIANGLE, Tone.WARN)
        if row.joined.disputed:
            return PillSpec(say("Two files: decide"), Shape.TRIANGLE, Tone.WARN)
        if row.is_child:
            return PillSpec(say("Child pathway"), Shape.HALF, Tone.INFO)
        if row.joined.goes_on:
            codes = ", ".join(row.joined.goes_on)
            return PillSpec(say("Goes on in {codes}", codes=codes), Shape.RING, Tone.INFO)
        return None


def consent_words(say: Say, counts: ConsentCounts) -> str:
    """What the person answered, in counts that are never put together."""
    parts = [
        (counts.agreed, say("agreed {count}", count=counts.agreed)),
        (counts.said_no, say("said no {count}", count=counts.said_no)),
        (counts.not_now, say("not now {count}", count=counts.not_now)),
        (counts.withdrawn, say("withdrawn {count}", count=counts.withdrawn)),
    ]
    said = [words for count, words in parts if count]
    return " · ".join(said) if said else say("not asked")
