"""Two files of one person, for the window: what stands, joining two, and parting them again.

This module decides what is asked and said. Two people decide; the program proposes no file, no
answer is chosen beforehand, and nobody is told how likely anything is. Who may do it, and what a
join changes, the handlers decide.

Source: docs/adr/0045; nrm.md R25.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.app.joining_commands import CasesJoined, JoinCases, PartCases
from nrm_desktop.app.queries import CaseRow, CaseView
from nrm_desktop.app.typed_codes import case_of_typed
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.joining import OnePerson
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.page_words import PageWords
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.presenters.wording import Say

THIS, OTHER = "this", "other"
TYPED_CODE, TYPED_GOES_ON, TYPED_REASON = "join_code", "join_goes_on", "join_reason"
TYPED_SEEN: Final = "join_seen."
"""With a code of the list of what was compared: a tick."""
TYPED_PART_FROM, TYPED_PART_WHY = "part_from", "part_why"
_REASONS: Final = "joined_reason"
_SEEN: Final = "joined_seen"
_PARTING: Final = "parted_reason"


class JoiningView(Protocol):
    """What the card shows."""

    def show_lists(
        self,
        reasons: tuple[Choice, ...],
        seen: tuple[Choice, ...],
        parting: tuple[Choice, ...],
    ) -> None:
        """Offer the lists from which people choose; nothing is chosen by the program."""

    def show_files(self, said: str, others: tuple[Choice, ...]) -> None:
        """Say how the file stands, and which ones can be parted; nothing said: it is alone."""

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class JoiningPresenter:
    """The card. Shape: `second` asks the colleague; `words` keeps what is typed on the page."""

    def __init__(
        self,
        view: JoiningView,
        desk: Desk,
        scope: ScopeId,
        second: SecondPerson,
        words: PageWords,
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._second = second
        self._typed = words
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)

    def start(self) -> None:
        """Look how the file stands; what is typed stays."""
        desk = self._desk
        self._view.show_lists(*(self._list(name) for name in (_REASONS, _SEEN, _PARTING)))
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def join(self, code: str, goes_on: str, reason: str, seen: Sequence[str]) -> None:
        """Join this file with the one of a typed code; somebody else confirms it first.

        Shape: `goes_on` is `THIS` or `OTHER`.
        """
        say, desk = self._desk.say, self._desk
        if not code.strip() or not goes_on or not reason:
            self._tell(say("Type the code of the other file, and choose which goes on, and why."))
            return

        def found(other: ScopeId) -> None:
            pair = (self._scope, other) if goes_on == THIS else (other, self._scope)
            command = JoinCases(scope=pair[0], other=pair[1], reason=reason, seen=tuple(seen))
            what = say("Two files are of one person: {reason}", reason=self._reason(reason))
            self._ask(what, lambda badge: replace(command, second=badge), self._joined)

        desk.ask(lambda: case_of_typed(desk.reader, code), found, self._failed)

    def part(self, code: str, reason: str) -> None:
        """Part this file from another one; somebody else confirms it first."""
        say = self._desk.say
        if not code or not reason:
            self._tell(say("Choose which file is parted, and why."))
            return
        command = PartCases(scope=self._scope, other=code, reason=reason)
        what = say("Two files are parted again: {code}", code=code)
        self._ask(what, lambda badge: replace(command, second=badge), self._parted)

    # ---- parts ----------------------------------------------------------------------------------

    def _list(self, name: str) -> tuple[Choice, ...]:
        codes = self._desk.context.forms.codelist(name).offered()
        return tuple(Choice(code, self._words.code(name, code)) for code in codes)

    def _reason(self, code: str) -> str:
        return self._words.code(_REASONS, code)

    def _ask(
        self,
        what: str,
        command: Callable[[str], Command],
        done: Callable[[Sequence[Event]], None],
    ) -> None:
        self._view.show_banners(())
        self._second.ask(what, lambda badge: self._desk.submit(command(badge), done, self._failed))

    def _joined(self, events: Sequence[Event]) -> None:
        say = self._desk.say
        for event in events:
            if isinstance(event, CasesJoined) and event.met_together:
                links = ", ".join(event.met_together)
                text = say(
                    "Both files hold {links}: people met together are mostly two.", links=links
                )
                self._view.show_banners((BannerSpec(text, Tone.WARN),))
        self._carried_out("join_")

    def _parted(self, _events: Sequence[Event]) -> None:
        self._carried_out("part_")

    def _carried_out(self, act: str) -> None:
        """What was typed for an act is no draft any more."""
        names = [name for name in self._typed.all() if name.startswith(act)]
        if names:
            self._typed.done(*names)
        self._view.show_typed(dict.fromkeys(names, ""))
        self.start()

    def _show(self, view: CaseView | None) -> None:
        if view is None:
            return
        others = tuple(Choice(code, code) for code in view.row.joined.others)
        said = (words(self._desk.say, view.row) for words in (files_words, more_words))
        self._view.show_files(" ".join(filter(None, said)), others)
        self._view.show_typed(self._typed.all())

    def _tell(self, text: str) -> None:
        self._view.show_banners((BannerSpec(text, Tone.WARN),))

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))


def files_words(say: Say, row: CaseRow) -> str:
    """Say that there are several files of a person, and which of them goes on; else nothing."""
    one: OnePerson = row.joined
    if not one.others:
        return ""
    others = ", ".join(one.others)
    if one.disputed:
        return say(
            "One person, two files: with {codes}. Decide which of them goes on.", codes=others
        )
    if one.goes_on:
        codes = ", ".join(one.goes_on)
        return say("One person, two files: {codes} goes on, and this file stays.", codes=codes)
    return say("One person, two files: this file goes on, and {codes} stays.", codes=others)


def child_words(say: Say, row: CaseRow) -> str:
    """Say that a sign of a child stands in another file of the person; else nothing."""
    if not row.child_in:
        return ""
    codes = ", ".join(row.child_in)
    return say("A sign of a child stands in {codes}: the steps for a child are on.", codes=codes)


def more_words(say: Say, row: CaseRow) -> str:
    """Say beside a list that a file which is not here may hold more; else nothing."""
    if not row.joined.away:
        return ""
    codes = ", ".join(row.joined.away)
    return say("Not on this laptop, and may hold more about this person: {codes}", codes=codes)
