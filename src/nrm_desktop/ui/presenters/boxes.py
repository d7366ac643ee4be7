"""What waits since the laptop was locked: listed, read by whoever may, taken over in the own name.

This module decides how a waiting form is read and taken over. It is handed only the answers that
the role reads, and says how many others there are. What cannot be opened is listed with its reason
and stays. Nothing is taken over by being looked at.

Source: storage-security.md section 4.12; ux.md section 4, screen 3. Promise: P27. Limit: L17.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.events import BoxAdopted
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, NrmError, Usage
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, ScopeId, read_case_code
from nrm_desktop.domain.values import Answer
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone

_DISK: Final = "storage."


class FoundBox(Protocol):
    """A box as it was found.

    Shape: `content` holds what this role reads, and is None where `problem` says why, as a code;
    `unread` counts the answers that it does not read.
    """

    @property
    def name(self) -> str:
        """Names the file; means nothing."""

    @property
    def content(self) -> BoxContent | None:
        """What was written."""

    @property
    def problem(self) -> str:
        """Why it cannot be opened, as a code."""

    @property
    def unread(self) -> int:
        """How many answers this role does not read."""


class BoxTools(Protocol):
    """The boxes of the open vault; only ever used outside the window."""

    def boxes(self) -> Sequence[FoundBox]:
        """Open what waits and list it; nothing is changed."""

    def adopt(self, name: str, scope: ScopeId | None = None) -> BoxAdopted:
        """Take a box over, signed in the own name; without a case, into a new one."""


@dataclass(frozen=True, slots=True)
class BoxLine:
    """One row of the list."""

    name: str
    form: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class BoxPaper:
    """A form as it is read.

    Shape: `said` are questions with their answers; `unread` counts those of parts of the file that
    this role does not read; a form that `is_of_a_case` goes into a case, every other into the
    organisation's own register.
    """

    title: str
    when: str
    said: tuple[tuple[str, str], ...]
    unread: int = 0
    is_of_a_case: bool = True


class BoxesView(Protocol):
    """What the page shows."""

    def show_lines(self, lines: tuple[BoxLine, ...]) -> None:
        """Show what waits; nothing is said in words."""

    def show_paper(self, paper: BoxPaper | None) -> None:
        """Show a form that is read; None takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: nothing."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class BoxesPresenter:
    """The page "Waiting".

    Shape: `news` is told after something was taken over.
    """

    def __init__(
        self, view: BoxesView, desk: Desk, tools: BoxTools, news: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._news = news
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._found: tuple[FoundBox, ...] = ()
        self._opened: FoundBox | None = None
        self._is_busy = False

    def columns(self) -> tuple[Column[BoxLine], ...]:
        """The columns of the list."""
        say = self._desk.say
        return (
            Column("form", say("What it is"), lambda row: row.form, stretches=True),
            Column("when", say("Written"), lambda row: row.when, chars=20),
            Column("state", say("State"), lambda row: row.state, chars=24, gives_way=1),
        )

    def start(self) -> None:
        """Read what waits."""
        self._view.show_busy(self._desk.say("Reading what waits …"))
        self._desk.ask(lambda: tuple(self._tools.boxes()), self._show, self._failed)

    def refresh(self) -> None:
        """Something changed from elsewhere; what is being read stays on the page."""
        if self._opened is None and not self._is_busy:
            self.start()

    def leave(self) -> None:
        """Nothing here waits to be saved."""

    def open(self, row: int) -> None:
        """Read a form, or learn why it cannot be read."""
        if not 0 <= row < len(self._found):
            return
        box = self._found[row]
        self._opened = box if box.content is not None else None
        content = box.content
        self._view.show_paper(None if content is None else self._paper(content, box.unread))
        self._view.show_banners((self._why_not(box.problem),) if content is None else ())

    def take_into_new_case(self) -> None:
        """Take the form over into a new case."""
        self._take(lambda: None)

    def take_into_inbox(self) -> None:
        """Take a message over into the organisation's own register."""
        self._take(lambda: None)

    def take_into_case(self, typed: str) -> None:
        """Take the form over into the case of a typed code."""
        self._take(lambda: self._case_of(typed))

    # ---- taking over ----------------------------------------------------------------------------

    def _take(self, into: Callable[[], ScopeId | None]) -> None:
        box, desk = self._opened, self._desk
        if box is None or self._is_busy:
            return
        name = box.name

        def take() -> tuple[BoxAdopted, str]:
            done = self._tools.adopt(name, into())
            view = desk.reader.case(done.scope, desk.sight)
            return done, view.row.code if view else ""

        self._is_busy = True
        self._view.show_busy(desk.say("Taking it over …"))
        desk.ask(take, lambda told: self._taken(*told), self._not_taken)

    def _case_of(self, typed: str) -> ScopeId:
        """The case of a typed code; asked outside the window. Raises: Usage."""
        try:
            plain = read_case_code(typed)
        except ValueError:
            raise Usage("usage.bad_code") from None
        scope = self._desk.reader.scope_of_code(plain)
        if scope is None:
            raise Usage("usage.not_found", what="case", name=plain)
        return scope

    def _taken(self, done: BoxAdopted, code: str) -> None:
        say = self._desk.say
        self._is_busy = False
        self._opened = None
        self._view.show_paper(None)
        if done.is_again:
            text = say("This was taken over before. Nothing is written twice.")
        elif code:
            text = say("Taken over into {code}, in your name.", code=code)
        else:
            text = say("Taken over, in your name.")
        self._news()
        self.start()
        self._view.show_banners((BannerSpec(text, Tone.OK),))

    def _not_taken(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_busy("")
        self._tell(error)

    def _failed(self, error: NrmError) -> None:
        self._view.show_busy("")
        self._tell(error)

    def _tell(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    # ---- words ----------------------------------------------------------------------------------

    def _show(self, found: tuple[FoundBox, ...]) -> None:
        self._found = found
        self._view.show_busy("")
        self._view.show_lines(tuple(self._line(box) for box in found))

    def _line(self, box: FoundBox) -> BoxLine:
        say, content = self._desk.say, box.content
        if content is None:
            return BoxLine(box.name, say("Not known"), "", say("Cannot be read"))
        return BoxLine(box.name, self._title(content), self._when(content), say("Not signed yet"))

    def _paper(self, content: BoxContent, unread: int) -> BoxPaper:
        form = self._desk.context.forms.forms.get(content.form)
        return BoxPaper(
            self._title(content),
            self._when(content),
            tuple(self._pair(name, answer) for name, answer in content.answers),
            unread,
            is_of_a_case=form is None or form.scope is FormScope.CASE,
        )

    def _pair(self, name: FieldId, answer: Answer) -> tuple[str, str]:
        return self._words.label(name), self._words.answer(name, answer)

    def _title(self, content: BoxContent) -> str:
        known = content.form in self._desk.context.forms.forms
        return self._words.form(content.form) if known else content.form

    def _when(self, content: BoxContent) -> str:
        dates = self._desk.dates
        return f"{dates.day(content.made_ms)}, {dates.clock(content.made_ms)}"

    def _why_not(self, code: str) -> BannerSpec:
        kind = EnvironmentFault if code.startswith(_DISK) else HostileInput
        message, remedy = self._desk.explain(kind(code))
        return BannerSpec(remedy, Tone.WARN, message)
