"""The signs of a case, set by set and dimension by dimension, and a way to note one.

"Documented" or "not documented yet", with how each sign was noticed and where it stands. No number,
no share, no order and no colour says more than that (N14); a set that nobody could check says so
beside its name. This module decides the words and what a noted sign is kept as.

Source: nrm.md section 10; forms.md form a.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.signs import HOW, ROW, SIGN, WHERE, NotedSign, SignsOfCase, signs_of
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.signs import Dimension, SignSet
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.indicators import Documented
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone

_SCREENING: Final = "screening"
_CODES: Final = "indicator"
_NOTICED: Final = "noticed"


@dataclass(frozen=True, slots=True)
class SignLine:
    """A noted sign, in words."""

    words: str
    noticed: str
    where: str
    who: str


@dataclass(frozen=True, slots=True)
class DimensionLine:
    """A dimension with what is noted in it. Shape: `key` names it in the book of signs."""

    key: str
    title: str
    state: PillSpec
    signs: tuple[SignLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SetCard:
    """A set of signs. Shape: `caution` says what is not checked about it; empty if it was."""

    title: str
    caution: str
    dimensions: tuple[DimensionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SignForm:
    """What is asked about one sign. Shape: `ways` have one key each."""

    dimension: str
    signs: tuple[Choice, ...]
    ways: tuple[Choice, ...]


class SignsView(Protocol):
    """What the page shows."""

    def show_sets(self, sets: tuple[SetCard, ...]) -> None:
        """Show all sets with their dimensions."""

    def show_form(self, form: SignForm | None) -> None:
        """Ask about one sign; None asks nothing."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class SignsPresenter:
    """The page of the signs of one case."""

    def __init__(self, view: SignsView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._talk: RecordId | None = None

    def start(self) -> None:
        """Read the case."""
        desk = self._desk
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def refresh(self) -> None:
        """Something arrived from elsewhere."""
        self.start()

    def leave(self) -> None:
        """What is not noted yet is not kept: it is chosen by a few keys."""

    def ask(self, key: str) -> None:
        """Ask for a sign of a dimension."""
        for one in self._desk.context.forms.signs.dimensions:
            if one.key == key:
                signs = tuple(Choice(code, self._words.code(_CODES, code)) for code in one.codes())
                self._view.show_form(SignForm(self._dimension(one), signs, self._ways()))

    def note(self, sign: str, how: str, where: str) -> None:
        """Write a sign down: what, how it was noticed, and where it stands."""
        if not sign:
            return
        context = self._desk.context
        row = context.new_record()
        opens = [NewRecord(row, ROW, self._talk)]
        if self._talk is None:
            talk = context.new_record()
            opens = [NewRecord(talk, _SCREENING), NewRecord(row, ROW, talk)]
        said = ((SIGN, sign), (HOW, how), (WHERE, where.strip()))
        answers = tuple(CellAnswer(row, name, answered(text)) for name, text in said if text)
        command = SaveAnswers(scope=self._scope, answers=answers, opens=tuple(opens))
        self._desk.submit(command, lambda _events: self._noted(), self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _noted(self) -> None:
        self._view.show_form(None)
        self.start()

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(f"{message} {remedy}", Tone.BAD),))

    def _show(self, view: CaseView | None) -> None:
        if view is None:
            return
        talks = [one.record for one in view.records if one.form == _SCREENING]
        self._talk = talks[-1] if talks else None
        book = self._desk.context.forms.signs
        found = signs_of(book, view)
        self._view.show_sets(tuple(self._card(one, found) for one in book.sets.values()))

    def _card(self, one: SignSet, found: SignsOfCase) -> SetCard:
        forms, say = self._desk.context.forms, self._desk.say
        title = forms.text(f"sign_set.{one.id}", say.language)
        lines = tuple(self._line(each, found) for each in forms.signs.of(one.id))
        return SetCard(title, self._caution(one), lines)

    def _caution(self, one: SignSet) -> str:
        say = self._desk.say
        if one.is_missing:
            return say("The list of this source could not be had, so nothing is said here.")
        if one.is_weighted:
            return say("How strong a sign is, and the rule, were not checked against the source.")
        return "" if one.is_verified else say("Not checked against the source yet.")

    def _line(self, one: Dimension, found: SignsOfCase) -> DimensionLine:
        signs = (each for code in one.codes() for each in found.noted.get(code, ()))
        state = self._pill(found.states[one.key])
        return DimensionLine(one.key, self._dimension(one), state, tuple(self._signs(signs)))

    def _signs(self, signs: Iterator[NotedSign]) -> Iterator[SignLine]:
        say, dates = self._desk.say, self._desk.dates
        for one in signs:
            yield SignLine(
                self._words.code(_CODES, one.code),
                self._words.code(_NOTICED, one.how) if one.how else "",
                one.where,
                say("{day}, {who}", day=dates.day(one.at_ms), who=one.user),
            )

    def _dimension(self, one: Dimension) -> str:
        return self._desk.context.forms.text(f"sign_dimension.{one.key}", self._desk.say.language)

    def _ways(self) -> tuple[Choice, ...]:
        codes = self._desk.context.forms.codelist(_NOTICED).offered()
        return tuple(Choice(code, self._words.code(_NOTICED, code)) for code in codes)

    def _pill(self, state: Documented) -> PillSpec:
        """Both in the same quiet tone: a colour would be a verdict."""
        say = self._desk.say
        if state is Documented.YES:
            return PillSpec(say("Documented"), Shape.DOT)
        return PillSpec(say("Not documented yet"), Shape.RING)
