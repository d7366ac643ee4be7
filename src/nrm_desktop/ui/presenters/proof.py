"""The proof of what was erased, on the screen and as a file for the person to hold.

This module decides the words; what the proof says is made elsewhere and holds no answer: kinds of
questions, computers, who has received something, and what nobody can promise.

Source: nrm.md section 11; sync.md section 17, points 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from nrm_desktop.app.proofs import ComputerTold, ErasedFor, ErasureProof, Request
from nrm_desktop.app.queries import CaseView
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.own_data import day_words, is_for_erasing
from nrm_desktop.ui.presenters.paper import paper_languages


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One thing that the proof says."""

    what: str
    words: str


class ProofTools(Protocol):
    """What the proof needs; both are slow and run outside the window."""

    def proof(self, code: str) -> ErasureProof:
        """What the proof of a case says now. Raises: Usage where nobody asked."""

    def write(self, code: str, language: str, folder: str) -> str:
        """Write it as PDF; gives the path of the file."""


class ProofView(Protocol):
    """What the card shows."""

    def show_proof(self, lines: tuple[ProofLine, ...]) -> None:
        """Show what the proof says; nothing takes the card away."""

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""

    def show_writing(self, *, is_writing: bool) -> None:
        """Take no second order while a file is written."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ProofPresenter:
    """The card."""

    def __init__(self, view: ProofView, desk: Desk, tools: ProofTools) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._code = ""
        self._is_writing = False
        view.show_languages(*paper_languages(desk))

    def show_for(self, view: CaseView | None, request: Request | None) -> None:
        """Show the proof where a request to erase was decided; else nothing."""
        if view is not None and is_for_erasing(request) and request and request.decision:
            self.show_code(view.row.code)
        elif view is not None or not self._code:
            self._code = ""
            self._view.show_proof(())

    def show_code(self, code: str) -> None:
        """Show the proof of a code, also of a file that is gone."""
        self._code = code

        def found(proof: ErasureProof) -> None:
            if code == self._code:
                self._view.show_proof(tuple(self._lines(proof)))

        self._desk.ask(lambda: self._tools.proof(code), found, self._failed)

    def write(self, folder: str, language: str) -> None:
        """Write the paper for the person."""
        say, code = self._desk.say, self._code
        if not code or self._is_writing:
            return
        if not folder.strip():
            self._view.show_banners((BannerSpec(say("Choose a folder first."), Tone.WARN),))
            return
        self._is_writing = True
        self._view.show_writing(is_writing=True)
        self._desk.ask(
            lambda: self._tools.write(code, language, folder.strip()), self._written, self._failed
        )

    # ---- parts ----------------------------------------------------------------------------------

    def _written(self, path: str) -> None:
        self._end()
        told = self._desk.say(
            "Written: {file}. It holds nothing of what was erased.", file=PurePath(path).name
        )
        self._view.show_banners((BannerSpec(told, Tone.OK),))

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _end(self) -> None:
        self._is_writing = False
        self._view.show_writing(is_writing=False)

    def _lines(self, proof: ErasureProof) -> Iterator[ProofLine]:
        say = self._desk.say
        for done in proof.erased:
            yield ProofLine(self._day(done.at), self._kinds(proof, done))
        if not proof.erased:
            yield ProofLine(say("So far"), say("Nothing has been erased."))
        yield from map(self._computer, proof.computers)
        if proof.left:
            told = say("Something was written without knowing of this. People will decide.")
            yield ProofLine(say("What came later"), told)
        if proof.recipients:
            names = ", ".join(proof.recipients)
            yield ProofLine(say("Received something before, and keep it"), names)
        if proof.backups:
            days = ", ".join(map(self._day, proof.backups))
            yield ProofLine(say("Copies against loss made before"), days)
        if proof.keys_ended_on:
            told = say("Old copies on our sticks cannot be opened here any more.")
            yield ProofLine(self._day(proof.keys_ended_on), told)

    def _kinds(self, proof: ErasureProof, done: ErasedFor) -> str:
        if proof.is_whole:
            return self._desk.say("The whole file.")
        titles = ", ".join(self._words.form(name) for name in done.kinds)
        return self._desk.say("Answers in: {forms}", forms=titles)

    def _computer(self, one: ComputerTold) -> ProofLine:
        say = self._desk.say
        label = one.label or say("A computer without a name")
        if one.is_done:
            return ProofLine(label, say("Erased there."))
        if one.heard_on:
            told = say("Not heard from since {date}.", date=self._day(one.heard_on))
            return ProofLine(label, told)
        return ProofLine(label, say("Not heard from yet."))

    def _day(self, text: str) -> str:
        return day_words(self._desk, text)
