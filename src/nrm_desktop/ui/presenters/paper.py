"""A paper that is written into a folder: in which language, where, and a word where it is readable.

This module decides what is asked before it is written, and what is said afterwards. What stands on
the paper is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Protocol

from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk

Writing = Callable[[str, str, str], str]
"""Writes a paper. Shape: a language, a folder, the word that was typed; gives the file's path."""


class PaperOffer(Protocol):
    """What offers a paper."""

    def offer(self, *, is_offered: bool) -> None:
        """Offer it, or take the offer away."""


class PaperView(Protocol):
    """What the card shows."""

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""

    def show_word(self, why: str) -> None:
        """Ask for a word that confirms, and say why; empty: none is asked for."""

    def show_offer(self, *, is_offered: bool) -> None:
        """Show the card, or take it away."""

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""


class PaperPresenter:
    """The card. Shape: with `is_readable` a word is typed before it is written."""

    def __init__(
        self, view: PaperView, desk: Desk, writing: Writing, *, is_readable: bool = False
    ) -> None:
        self._view = view
        self._desk = desk
        self._writing = writing
        self._is_readable = is_readable
        self._is_busy = False
        view.show_languages(*paper_languages(desk))
        say = desk.say
        why = say("Anyone who finds this file can read it. Type {word} to go on.", word=PLAINTEXT)
        view.show_word(why if is_readable else "")

    def offer(self, *, is_offered: bool) -> None:
        """Offer the paper, or take the offer away."""
        if not self._is_busy:
            self._view.show_told("")
        self._view.show_offer(is_offered=is_offered)

    def write(self, folder: str, language: str, typed: str = "") -> None:
        """Write it."""
        say = self._desk.say
        if self._is_busy:
            return
        if not folder.strip():
            self._view.show_told(say("Choose a folder first."))
            return
        word = typed.strip().upper()
        if self._is_readable and word != PLAINTEXT:
            self._view.show_told(say("Nothing was written. Type {word} to go on.", word=PLAINTEXT))
            return
        self._is_busy = True
        self._view.show_told(say("Writing … please leave the stick in."), is_writing=True)
        self._desk.ask(
            lambda: self._writing(language, folder.strip(), word), self._written, self._failed
        )

    def _written(self, path: str) -> None:
        self._is_busy = False
        told = self._desk.say(
            "Written and read back: {file}. Eject the stick before you take it out.",
            file=PurePath(path).name,
        )
        self._view.show_told(told)

    def _failed(self, error: NrmError) -> None:
        self._is_busy = False
        message, remedy = self._desk.explain(error)
        self._view.show_told(f"{message} {remedy}".strip())


def paper_languages(desk: Desk) -> tuple[tuple[Choice, ...], str]:
    """Languages in which a paper can be written, by their own names, and the one to begin with."""
    names = {choice.code: choice.label for choice in desk.languages()}
    tags = dict.fromkeys(tag for pack in desk.context.forms.packs for tag in pack.languages)
    chosen = desk.say.language if desk.say.language in tags else desk.context.language
    return tuple(Choice(tag, names.get(tag, tag)) for tag in tags), chosen
