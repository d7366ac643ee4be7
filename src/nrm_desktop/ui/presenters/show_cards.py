"""Show-cards: one question at a time in the person's language, answered by pointing.

For somebody who cannot be talked to alone, or with whom no language is shared. It works without a
network and makes no sound; while a card is shown nothing else is on the screen (S2, R40, R41).

This module decides which languages have every card, and what an answer is kept as.

Source: forms.md form l24; nrm.md S2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.scripts import is_from_the_right
from nrm_desktop.domain.values import Source, answered
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone

_FORM: Final = "cards"
_CARD: Final = FieldId("cards.ca_card")
_LANGUAGE: Final = FieldId("cards.ca_language")
_ANSWER: Final = FieldId("cards.ca_answer")
_CARDS: Final = "show_card"
_ANSWERS: Final = "card_answer"
_POINTED: Final = ("yes", "no", "did_not_point")
"""What can be pointed at; the third picture waits for pictures."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card as the person sees it.

    Shape: `text` and the words of `answers` are in the person's language, `beside` in the worker's.
    """

    text: str
    beside: str
    answers: tuple[Choice, ...]
    is_rtl: bool


class ShowCardsView(Protocol):
    """What the page shows."""

    def show_cards(
        self, languages: tuple[Choice, ...], language: str, cards: tuple[Choice, ...]
    ) -> None:
        """Show which cards there are, and in which languages."""

    def show_card(self, card: ShownCard | None) -> None:
        """Show one card and nothing else; None shows the list again."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ShowCardsPresenter:
    """The cards of one case."""

    def __init__(self, view: ShowCardsView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._language = desk.say.language
        self._card = ""

    def start(self) -> None:
        """Show the cards, in the language of the screen until somebody chooses another."""
        languages = self._languages()
        known = [one.code for one in languages]
        if self._language not in known:
            self._language = known[0] if known else ""
        cards = tuple(Choice(code, self._text(_CARDS, code)) for code in self._codes(_CARDS))
        self._view.show_cards(languages, self._language, cards)

    def choose_language(self, tag: str) -> None:
        """The person reads this language."""
        self._language = tag

    def show(self, code: str) -> None:
        """Turn the screen to the person."""
        self._card = code
        answers = tuple(Choice(one, self._text(_ANSWERS, one, self._language)) for one in _POINTED)
        text = self._text(_CARDS, code, self._language)
        is_rtl = is_from_the_right(self._language)
        self._view.show_card(ShownCard(text, self._text(_CARDS, code), answers, is_rtl))

    def answer(self, code: str) -> None:
        """The person pointed at something, or at nothing; both are kept."""
        record = self._desk.context.new_record()
        said = (
            CellAnswer(record, _CARD, answered(self._card)),
            CellAnswer(record, _LANGUAGE, answered(self._language)),
            CellAnswer(record, _ANSWER, answered(code, Source.PERSON)),
        )
        opens = (NewRecord(record, _FORM),)
        command = SaveAnswers(scope=self._scope, answers=said, opens=opens)
        self._desk.submit(command, lambda _events: self.back(), self._failed)

    def back(self) -> None:
        """Show the list of cards again."""
        self._card = ""
        self._view.show_card(None)

    def refresh(self) -> None:
        """Nothing here comes from elsewhere."""

    def leave(self) -> None:
        """A card that nobody answered leaves nothing."""

    # ---- parts ----------------------------------------------------------------------------------

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_card(None)
        self._view.show_banners((BannerSpec(f"{message} {remedy}", Tone.BAD),))

    def _languages(self) -> tuple[Choice, ...]:
        """Languages in which every card has words: half a set is none."""
        names = {one.code: one.label for one in self._desk.languages()}
        texts = self._desk.context.forms.texts
        keys = [f"codelist.{_CARDS}.{code}" for code in self._codes(_CARDS)]
        full = [tag for tag, known in texts.items() if all(known.get(key) for key in keys)]
        return tuple(Choice(tag, names.get(tag, tag)) for tag in sorted(full))

    def _codes(self, list_id: str) -> tuple[str, ...]:
        return tuple(self._desk.context.forms.codelist(list_id).offered())

    def _text(self, list_id: str, code: str, language: str = "") -> str:
        key = f"codelist.{list_id}.{code}"
        return self._desk.context.forms.text(key, language or self._desk.say.language)
