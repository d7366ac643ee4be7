"""What another organisation asks us to stop using, and our answer, on the page of consents.

Rules (nrm.md R27, S6; docs/adr/0049):
- It stands first on the page and on Today until somebody has answered, and says in words what may
  no longer be used. Nothing is erased by itself: people look, decide, and then answer.
- What stays here needs words, because the person has a right to hear why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from nrm_desktop.app.events import Event
from nrm_desktop.app.notice_commands import AnswerNotice, NoticeAnswered
from nrm_desktop.app.queries import DirectoryRow
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import REPLIES
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.wording import Say

_Found = tuple[Sequence[AskedToStop], Sequence[DirectoryRow]]
_DAY_CHARS = 10


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request. Shape: `words` says what may no longer be used, and what was answered."""

    title: str
    words: str
    is_open: bool


class AskedToStopView(Protocol):
    """What the card shows."""

    def show_requests(
        self, lines: tuple[RequestLine, ...], files: tuple[Choice, ...], chosen: str
    ) -> None:
        """Show what is asked, and let one be chosen; nothing takes the card away."""

    def show_replies(self, replies: tuple[Choice, ...]) -> None:
        """Show what can be answered."""

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""

    def clear_answer(self) -> None:
        """It is written."""


class AskedToStopPresenter:
    """The card of one case."""

    def __init__(self, view: AskedToStopView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._names: Mapping[str, str] = {}
        self._asked: Mapping[str, AskedToStop] = {}
        self._is_busy = False

    def start(self) -> None:
        """Show what is asked."""
        said = reply_words(self._desk.say)
        self._view.show_replies(tuple(Choice(code, said[code]) for code in REPLIES))
        self.refresh()

    def refresh(self) -> None:
        """Something changed: what is being typed stays as it is."""
        desk = self._desk

        def read() -> _Found:
            return desk.reader.asked_to_stop(self._scope, desk.sight), desk.reader.directory()

        desk.ask(read, self._show, self._failed)

    def answer(self, notice: str, reply: str, words: str, folder: str) -> None:
        """Write the answer to one request."""
        say, asked = self._desk.say, self._asked.get(notice)
        if self._is_busy:
            return
        if asked is None or not reply:
            self._view.show_told(say("Choose what is done here."))
            return
        if not folder.strip():
            self._view.show_told(say("Choose a folder first."))
            return
        self._is_busy = True
        self._view.show_told(say("Writing … please leave the stick in."), is_writing=True)
        command = AnswerNotice(
            scope=self._scope,
            notice=asked.reply.reference,
            reply=reply,
            folder=folder.strip(),
            words=words,
        )
        self._desk.submit(command, self._answered, self._failed)

    # ---- words ----------------------------------------------------------------------------------

    def _line(self, one: AskedToStop) -> RequestLine:
        return RequestLine(self._title(one), "\n".join(self._said(one)), one.is_open)

    def _title(self, one: AskedToStop) -> str:
        name = self._names.get(one.sender) or self._desk.say("Name not known here")
        return self._desk.say("{sender}, file {number}", sender=name, number=one.packet)

    def _said(self, one: AskedToStop) -> Iterator[str]:
        say = self._desk.say
        for purpose in dict.fromkeys(part.purpose for part in one.parts):
            groups = [part.group for part in one.parts if part.purpose == purpose]
            named = [self._words.code("data_group", group) for group in groups]
            told = "; ".join(named) if all(groups) else say("Everything in this file")
            why = self._words.code("consent_purpose", purpose)
            yield say("{purpose}: {groups}", purpose=why, groups=told) if purpose else told
        for answer in one.answers:
            said = reply_words(say).get(answer.reply, answer.reply)
            day = self._day(answer.at[:_DAY_CHARS])
            told = "; ".join(filter(None, (said, answer.words)))
            yield say("Answered on {date}: {answer}", date=day, answer=told)
        if one.is_open:
            yield say("To be answered by {date}.", date=self._day(one.answer_by))

    def _day(self, text: str) -> str:
        return self._desk.dates.show(PartialDate(text))

    # ---- what came ------------------------------------------------------------------------------

    def _show(self, found: _Found) -> None:
        asked, directory = found
        self._names = {row.entry: row.name for row in directory}
        in_order = sorted(asked, key=lambda one: not one.is_open)
        self._asked = {one.reply.reference.hex(): one for one in in_order}
        files = tuple(Choice(name, self._title(one)) for name, one in self._asked.items())
        chosen = files[0].code if files else ""
        self._view.show_requests(tuple(map(self._line, in_order)), files, chosen)

    def _answered(self, events: Sequence[Event]) -> None:
        self._is_busy = False
        paths = [event.path for event in events if isinstance(event, NoticeAnswered)]
        told = self._desk.say(
            "Written and read back: {file}. They know it once they have the file.",
            file=", ".join(PurePath(path).name for path in paths),
        )
        self._view.clear_answer()
        self._view.show_told(told)
        self.refresh()

    def _failed(self, error: NrmError) -> None:
        self._is_busy = False
        message, remedy = self._desk.explain(error)
        self._view.show_told(f"{message} {remedy}".strip())


def reply_words(say: Say) -> Mapping[str, str]:
    """What can be answered, from the side of those who answer."""
    return {
        "erased": say("It is erased here"),
        "stopped": say("Not used any more, but kept"),
        "keeps_part": say("A part stays here"),
        "refuses": say("It stays in use here"),
    }
