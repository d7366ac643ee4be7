"""Tables that leave: what would leave and what is hidden in it, what is out, and whose a file is.

This module decides what is told before a table leaves, and that only what was looked at leaves. It
counts and hides nothing itself; which table may leave, `app.releasing` decides. Of two releases
that clash people say which one is out, two of them.

Source: standards.md ST3, ST6, ST7 and ST11; docs/adr/0046, docs/adr/0052.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.release_words import (
    ClashCard,
    FileChecked,
    ReleaseCard,
    ReleaseLine,
    WouldLeave,
    checked_banner,
    clash_card,
    preview_lines,
    release_card,
    told_before,
)
from nrm_desktop.ui.presenters.second_person import SecondPerson

ALL_TABLES: Final = ""
"""Code of the choice that stands for all tables."""


@dataclass(frozen=True, slots=True)
class ReleasesNow:
    """What there is.

    Shape: `unread` counts entries that cannot be read here; `year` is the last one that is over.
    """

    tables: tuple[Choice, ...]
    year: str
    smallest: int
    rows: tuple[ReleaseLine, ...]
    unread: int = 0
    may_make: bool = False


@dataclass(frozen=True, slots=True)
class WishedRelease:
    """Which tables of which years. Shape: without tables, all of them; years as typed."""

    tables: tuple[str, ...]
    begin: str
    end: str


class ReleaseTools(Protocol):
    """What may be asked for; all of it is slow and runs outside the window."""

    def now(self) -> ReleasesNow:
        """What is out, and what can be released. Raises: Refused `policy.role`."""

    def look(self, wish: WishedRelease) -> tuple[WouldLeave, ...]:
        """Say what would leave; nothing is entered."""

    def make(self, wish: WishedRelease, folder: str) -> tuple[str, ...]:
        """Release tables into a folder. Shape: names of the files."""

    def check(self, file: str) -> FileChecked:
        """Check a table with the signature beside it."""

    def settle(self, stands: str, withdrawn: str, second: str) -> None:
        """Enter which of two releases stands."""


class ReleasesView(Protocol):
    """What the page shows."""

    def show_making(self, words: str, tables: tuple[Choice, ...], year: str) -> None:
        """Offer to look at tables; without tables nothing can be made here."""

    def show_preview(self, lines: tuple[str, ...], told: tuple[str, ...]) -> None:
        """Show what would leave, and what is told before; without lines nothing was looked at."""

    def show_releases(self, words: str, cards: tuple[ReleaseCard, ...]) -> None:
        """Show what is out."""

    def show_clash(self, card: ClashCard | None) -> None:
        """Ask which of two is out; None hides the question."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ReleasesPresenter:
    """The page. Fulfils `OpenPage`."""

    def __init__(
        self, view: ReleasesView, desk: Desk, tools: ReleaseTools, second: SecondPerson
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._second = second
        self._is_busy = False
        self._looked: WishedRelease | None = None
        self._smallest = 0
        self._clash: tuple[ReleaseLine, ReleaseLine] | None = None

    def start(self) -> None:
        """Read what is out."""
        self._desk.ask(self._tools.now, self._show, self._failed)

    def refresh(self) -> None:
        """An exchange may have brought releases."""
        if not self._is_busy:
            self.start()

    def leave(self) -> None:
        """What was looked at and not released stays inside."""

    def look(self, table: str, begin: str, end: str) -> None:
        """Say what would leave. Shape: `table` may stand for all of them."""
        wish = WishedRelease((table,) if table else (), begin.strip(), end.strip())
        if self._begin(self._desk.say("Counting …")):
            self._forget()

            def shown(found: tuple[WouldLeave, ...]) -> None:
                self._end()
                self._looked = wish
                say = self._desk.say
                lines = preview_lines(say, found, self._smallest)
                self._view.show_preview(tuple(lines), tuple(told_before(say)))

            self._desk.ask(lambda: self._tools.look(wish), shown, self._failed)

    def release(self, folder: str) -> None:
        """Let leave what was looked at, and nothing else."""
        say, wish = self._desk.say, self._looked
        if wish is None:
            return
        if not folder.strip():
            self._view.show_banners((BannerSpec(say("Choose a folder first."), Tone.WARN),))
            return
        if self._begin(say("Counting once more, and writing …")):
            where = folder.strip()
            self._desk.ask(lambda: self._tools.make(wish, where), self._released, self._failed)

    def check(self, file: str) -> None:
        """Say whose a table is, and whether it was changed."""
        say = self._desk.say
        if not file.strip():
            words = say("Choose the file of the table first.")
            self._view.show_banners((BannerSpec(words, Tone.WARN),))
            return
        if self._begin(say("Checking the signature …")):
            name = file.strip()
            self._desk.ask(lambda: self._tools.check(name), self._checked, self._failed)

    def settle(self, *, is_first: bool) -> None:
        """Say which of the two releases is out; somebody else has to confirm it."""
        if self._clash is None or self._is_busy:
            return
        stands, other = self._clash if is_first else self._clash[::-1]
        what = self._desk.say(
            "The release by {badge} of {day} stands. The other one, by {other} of {other_day}, was"
            " given to nobody.",
            badge=stands.by,
            day=self._desk.dates.day(stands.at_ms),
            other=other.by,
            other_day=self._desk.dates.day(other.at_ms),
        )

        def confirmed(second: str) -> None:
            tools, names = self._tools, (stands.sha256, other.sha256)
            self._desk.ask(lambda: tools.settle(*names, second), lambda _: settled(), self._failed)

        def settled() -> None:
            words = self._desk.say("The other laptops hear of it with the next exchange.")
            self._view.show_banners((BannerSpec(words, Tone.OK, self._desk.say("Decided.")),))
            self.start()

        self._second.ask(what, confirmed)

    # ---- what comes back ------------------------------------------------------------------------

    def _show(self, now: ReleasesNow) -> None:
        say = self._desk.say
        self._smallest = now.smallest
        words = (
            say("Release the tables of one year together, once it is over and everybody exchanged.")
            if now.may_make
            else say("Whoever keeps the releases of the organisation, a coordinator, makes tables.")
        )
        every = Choice(ALL_TABLES, say("All tables"))
        tables = (every, *now.tables) if now.may_make else ()
        self._view.show_making(words, tables, now.year)
        dates = self._desk.dates
        cards = tuple(release_card(say, dates, row) for row in now.rows)
        self._view.show_releases(self._list_words(now), cards)
        self._clash = _open_clash(now.rows) if now.may_make else None
        self._view.show_clash(clash_card(say, dates, self._clash) if self._clash else None)

    def _list_words(self, now: ReleasesNow) -> str:
        say = self._desk.say
        if now.unread:
            return say.plural(
                "{count} release cannot be read here, so nothing more is released. Update the"
                " program on this laptop.",
                "{count} releases cannot be read here, so nothing more is released. Update the"
                " program on this laptop.",
                now.unread,
            )
        return "" if now.rows else say("Nothing has been released.")

    def _released(self, files: tuple[str, ...]) -> None:
        self._end()
        self._forget()
        say = self._desk.say
        text = say("Beside each lies its signature; give both. {files}", files=", ".join(files))
        self._view.show_banners((BannerSpec(text, Tone.OK, say("The tables are written.")),))
        self.start()

    def _checked(self, found: FileChecked) -> None:
        self._end()
        self._view.show_banners((checked_banner(self._desk.say, self._desk.dates, found),))

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _forget(self) -> None:
        self._looked = None
        self._view.show_preview((), ())

    def _begin(self, words: str) -> bool:
        if self._is_busy:
            return False
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(words)
        return True

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")


def _open_clash(rows: tuple[ReleaseLine, ...]) -> tuple[ReleaseLine, ReleaseLine] | None:
    by_hash = {row.sha256: row for row in rows}
    pairs = ((row, by_hash.get(other)) for row in rows for other in row.clashes)
    return next(((row, other) for row, other in pairs if other is not None), None)
