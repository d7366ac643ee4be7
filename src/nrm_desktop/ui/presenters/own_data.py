"""What a person asks about the own file: written down when it is said, decided with reasons.

This module decides the words of a request and which step is next: an answer, and for one that asks
for erasing, what is held, carrying it out, and the proof. A person decides, never the program.
What is typed and not written yet is kept as a draft, the reasons with their request.

Source: forms.md form l9; nrm.md section 11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import AskAccess, DecideAccess
from nrm_desktop.app.events import AccessAsked, AccessDecided, Event
from nrm_desktop.app.proofs import Request, requests_of
from nrm_desktop.app.queries import CaseView
from nrm_desktop.domain.access import ASKED_ON, ERASE, FORM, PARTLY, REFUSED
from nrm_desktop.domain.dates import PartialDate, is_day
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldMark, FieldSpec
from nrm_desktop.ui.presenters.field_specs import SpecMaker
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.page_words import PageWords

CORRECT: Final = "correct"
PAGE: Final = "own_data"
TYPED_KIND, TYPED_WAY, TYPED_DAY = "kind", "way", "day"
TYPED_ANSWER, TYPED_REASONS = "answer", "reasons"
_OF_A_REQUEST: Final = (TYPED_ANSWER, TYPED_REASONS)
_KINDS: Final = "access_kind"
_WAYS: Final = "access_form"
_DECISIONS: Final = "access_decision"
_DAY_CHARS: Final = 10


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in words. Shape: `erased` are days on which something was erased for it."""

    request: Request
    asked: str
    kind: str
    erased: str
    pill: PillSpec


@dataclass(frozen=True, slots=True)
class RequestCard:
    """The request in hand. Shape: without `is_open` it is decided; `hint` says where it is done."""

    title: str
    said: tuple[tuple[str, str], ...] = ()
    is_open: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AskChoices:
    """What can be filled in where a request is written down, and decided."""

    kinds: tuple[Choice, ...]
    ways: tuple[Choice, ...]
    decisions: tuple[Choice, ...]
    day: FieldSpec


class OwnDataView(Protocol):
    """What the page shows."""

    def show_choices(self, choices: AskChoices | None) -> None:
        """Offer to write a request down; None where this role does not."""

    def show_lines(self, lines: tuple[RequestLine, ...], chosen: int) -> None:
        """Show the requests; nothing is said in words."""

    def show_request(self, card: RequestCard | None) -> None:
        """Show the request in hand; None takes it away."""

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not written, by name; an empty text clears an input."""

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class OwnDataPresenter:
    """The page. Shape: `parts` are told which request is in hand, or that there is none."""

    def __init__(self, view: OwnDataView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._lines: tuple[RequestLine, ...] = ()
        self._chosen: RecordId | None = None
        self._answering: RecordId | None = None
        self.words = PageWords(desk, scope, PAGE, view.show_mark, self._failed)
        self.parts: tuple[PartOfRequest, ...] = ()

    def columns(self) -> tuple[Column[RequestLine], ...]:
        """The columns; what was asked and the answer never give way."""
        say = self._desk.say
        return (
            Column("kind", say("What is asked"), lambda one: one.kind, chars=20, stretches=True),
            Column("asked", say("Asked on"), lambda one: one.asked, chars=18, gives_way=1),
            Column("erased", say("Erased on"), lambda one: one.erased, chars=18, gives_way=2),
            Column(
                "state", say("Answer"), lambda one: one.pill.word, lambda one: one.pill, chars=16
            ),
        )

    def start(self) -> None:
        """Show what was asked, and offer to write a request down."""
        context, words = self._desk.context, self._words
        choices = None
        if context.forms.roles.may_fill(context.roles, FORM):
            kinds, ways, decisions = (
                tuple(Choice(code, words.code(name, code)) for code in _codes(self._desk, name))
                for name in (_KINDS, _WAYS, _DECISIONS)
            )
            day = SpecMaker(context, words).spec(RecordId(bytes(16)), context.forms.field(ASKED_ON))
            choices = AskChoices(kinds, ways, decisions, day)
        self._view.show_choices(choices)
        self.words.begin(self._begun)

    def refresh(self) -> None:
        """Something changed from elsewhere."""
        if self.words.is_begun:
            self._read()

    def leave(self) -> None:
        """What was not written stays a draft."""
        self.words.keep()
        for part in self.parts:
            part.show_for(None, None)

    def keep_drafts(self) -> None:
        """Keep what is typed."""
        self.words.keep()

    def typed(self, name: str, text: str) -> None:
        """Somebody types; what answers a request is kept with it."""
        self.words.typed(self._kept_name(name), text)

    def choose(self, row: int) -> None:
        """Take a request in hand."""
        if 0 <= row < len(self._lines):
            self._chosen = self._lines[row].request.record
            self._view.show_banners(())
            self._read()

    def ask(self, kind: str, how: str, day: Value) -> None:
        """Write down what the person asks for. Shape: no `day` is today."""
        on = day_of_entry(day)
        say = self._desk.say
        if not kind or not how:
            self._tell(say("Choose what the person asks for, and how it was said."), Tone.WARN)
        elif on is None:
            self._tell(
                say("The day is not understood. It may stay empty: then it is today."), Tone.WARN
            )
        else:
            command = AskAccess(scope=self._scope, kind=kind, how=how, on=on)
            self._desk.submit(command, self._asked, self._failed)

    def decide(self, decision: str, reason: str) -> None:
        """Answer the request in hand; nobody decides without reasons that the person reads."""
        if self._chosen is None:
            return
        if not decision or not reason.strip():
            told = self._desk.say("Choose an answer, and write the reasons: the person reads them.")
            self._tell(told, Tone.WARN)
            return
        command = DecideAccess(
            scope=self._scope, request=self._chosen, decision=decision, reason=reason
        )
        self._desk.submit(command, self._decided, self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _begun(self) -> None:
        """Show what was kept, and then what stands."""
        self._show_typed(TYPED_KIND, TYPED_WAY, TYPED_DAY)
        self._read()

    def _show_typed(self, *names: str) -> None:
        self._view.show_typed({name: self.words.text(self._kept_name(name)) for name in names})

    def _let_go(self, *names: str) -> None:
        """What was typed there is written."""
        self.words.done(*map(self._kept_name, names))
        self._show_typed(*names)

    def _kept_name(self, name: str) -> str:
        if name not in _OF_A_REQUEST or self._answering is None:
            return name
        return f"{name}@{self._answering.hex()}"

    def _read(self) -> None:
        desk = self._desk
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def _show(self, view: CaseView | None) -> None:
        found = () if view is None else requests_of(view)
        self._lines = tuple(self._line(one) for one in reversed(found))
        records = [line.request.record for line in self._lines]
        if self._chosen not in records:
            self._chosen = records[0] if records else None
        at = 0 if self._chosen is None else records.index(self._chosen)
        self._view.show_lines(self._lines, at)
        chosen = self._lines[at] if self._lines else None
        self._view.show_request(None if chosen is None else self._card(chosen))
        if self._answering != self._chosen:
            self._answering = self._chosen
            self._show_typed(*_OF_A_REQUEST)
        for part in self.parts:
            part.show_for(view, None if chosen is None else chosen.request)

    def _line(self, one: Request) -> RequestLine:
        erased = ", ".join(dict.fromkeys(self._day(each.at) for each in one.erased))
        return RequestLine(
            one,
            self._day(one.asked_on),
            self._words.code(_KINDS, one.kind),
            erased,
            self._pill(one),
        )

    def _pill(self, one: Request) -> PillSpec:
        if not one.decision:
            return PillSpec(self._desk.say("Not answered yet"), Shape.RING, Tone.INFO)
        word = self._words.code(_DECISIONS, one.decision)
        if one.decision == REFUSED:
            return PillSpec(word, Shape.BARRED)
        return PillSpec(word, Shape.HALF if one.decision == PARTLY else Shape.DOT, Tone.OK)

    def _card(self, line: RequestLine) -> RequestCard:
        say, one = self._desk.say, line.request
        hint = ""
        if one.kind == CORRECT:
            hint = say("Write it on the page of the corrections: it stands beside the answer.")
        if not one.decision:
            return RequestCard(line.kind, ((say("Asked on"), line.asked),), True, hint)
        said = (
            (say("Answer"), line.pill.word),
            (say("Reasons"), one.reasons),
            (say("Decided on"), self._day(one.decided_at)),
        )
        return RequestCard(line.kind, tuple(pair for pair in said if pair[1]), hint=hint)

    def _asked(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, AccessAsked):
                self._chosen = event.request
        self._let_go(TYPED_KIND, TYPED_WAY, TYPED_DAY)
        self._tell(self._desk.say("Written down. The time for an answer runs."), Tone.OK)
        self._read()

    def _decided(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, AccessDecided) for event in events):
            self._let_go(*_OF_A_REQUEST)
            self._tell(self._desk.say("Decided. Tell the person."), Tone.OK)
            self._read()

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _tell(self, text: str, tone: Tone) -> None:
        self._view.show_banners((BannerSpec(text, tone),))

    def _day(self, text: str) -> str:
        return day_words(self._desk, text)


class PartOfRequest(Protocol):
    """A part of the page that is about the request in hand."""

    def show_for(self, view: CaseView | None, request: Request | None) -> None:
        """Show what can be done for a request; None takes the part away."""


def is_for_erasing(request: Request | None) -> bool:
    """True where a request asks that something is erased."""
    return request is not None and request.kind == ERASE


def day_words(desk: Desk, text: str) -> str:
    """A day for people. Shape: `text` begins with an ISO day, or is shown as it is."""
    try:
        return desk.dates.show(PartialDate(text[:_DAY_CHARS])) if text else ""
    except ValueError:
        return text


def day_of_entry(raw: Value) -> str | None:
    """The day that was typed: empty for none, None where it is no day."""
    if raw is None:
        return ""
    text = str(raw[0]) if isinstance(raw, tuple) and raw else ""
    return text if is_day(text) else None


def _codes(desk: Desk, name: str) -> Sequence[str]:
    return desk.context.forms.codelist(name).offered()
