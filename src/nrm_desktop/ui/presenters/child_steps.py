"""Ending the steps for a child: which decision of an authority, which signs, and two people.

This module decides what is shown before anybody signs: the decision in its own words, every sign
that it answers, what it lacks, and who has signed. It never judges age, and it ends nothing: the
handler counts who signed, and refuses whoever signs twice. A colleague signs here by an own
passphrase, or on any laptop of the case by unlocking it.

Source: forms.md form l8 and section 2, act `child.off`; docs/adr/0038. Rules: R14, R30, N15, S3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.app.events import ChildPathwayEnded, Event
from nrm_desktop.app.handlers.child_pathway import DECISION, FORM, REASONED
from nrm_desktop.app.queries import CaseView, CellView, Version
from nrm_desktop.domain.case import (
    CHILD_END,
    PATHWAY_FIELDS,
    Pathway,
    Said,
    signs_of_child,
)
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.second_person import SecondPerson

_AUTHORITY, _DATE, _ = REASONED


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """A decision, before it is signed.

    Shape: `said` are questions with their answers, `signs` what it answers; `notes` say what is
    missing or not to be read. `may_sign` offers the own signature, `may_ask` that of a colleague.
    """

    said: tuple[tuple[str, str], ...] = field(repr=False)
    signs: tuple[str, ...] = field(repr=False)
    signed: str
    notes: tuple[str, ...]
    may_sign: bool
    may_ask: bool


class ChildStepsTools(Protocol):
    """What the card needs beside the desk; it is slow and runs outside the window."""

    def sign(self, command: EndChildPathway) -> ChildPathwayEnded:
        """Sign by the own key of whoever confirmed just now."""

    def forget(self) -> None:
        """Let go of whoever confirmed."""


class ChildStepsView(Protocol):
    """What the card shows."""

    def show_steps(self, text: str, decisions: tuple[Choice, ...], chosen: str) -> None:
        """Say how it stands and which decisions there are; no text takes the card away."""

    def show_decision(self, card: DecisionCard | None) -> None:
        """Show the chosen decision; None where none is chosen."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ChildStepsPresenter:
    """The card. Shape: `second` asks the colleague, whose confirmation `tools` hold."""

    def __init__(
        self,
        view: ChildStepsView,
        desk: Desk,
        scope: ScopeId,
        tools: ChildStepsTools,
        second: SecondPerson,
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._tools = tools
        self._second = second
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._case: CaseView | None = None
        self._chosen: RecordId | None = None
        self._is_signing = False

    def start(self) -> None:
        """Look how it stands."""
        desk = self._desk
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def choose(self, decision: str) -> None:
        """Look at a decision; nothing is signed by that."""
        self._chosen = RecordId(bytes.fromhex(decision)) if decision else None
        self._tools.forget()
        self._view.show_banners(())
        self._show_decision()

    def sign(self, *, has_read: bool) -> None:
        """Sign that the authority has decided; whoever signs has read it and says so."""
        if self._chosen is None or self._is_signing:
            return
        if not has_read:
            self._tell(self._desk.say("Read the decision, and say so, before you sign."), Tone.WARN)
            return
        self._is_signing = True
        self._view.show_banners(())
        self._desk.submit(self._command(self._chosen), self._signed, self._failed)

    def ask_colleague(self) -> None:
        """Let somebody else sign the same decision here, by an own passphrase."""
        decision, say = self._chosen, self._desk.say
        if decision is None or self._is_signing:
            return

        def go_on(_badge: str) -> None:
            if decision != self._chosen:  # another one was chosen while the colleague came
                self._tools.forget()
                told = say("Another decision was chosen meanwhile. Nothing was signed.")
                self._tell(told, Tone.WARN)
                return
            command = self._command(decision)
            self._is_signing = True
            self._desk.ask(
                lambda: self._tools.sign(command),
                lambda event: self._signed((event,)),
                self._failed,
            )

        what = say("An authority has decided: {decision}. You sign it, too.", decision=self._name())
        self._second.ask(what, go_on)

    # ---- what is shown --------------------------------------------------------------------------

    def _show(self, view: CaseView | None) -> None:
        self._case = view
        records = () if view is None else tuple(self._decisions(view))
        if self._chosen not in records:
            self._chosen = None
        text = "" if view is None else self._state(view, records)
        decisions = () if view is None or not self._is_on(view) else records
        choices = tuple(
            Choice(record.hex(), self._title(record, number))
            for number, record in enumerate(decisions, 1)
        )
        self._view.show_steps(text, choices, self._chosen.hex() if self._chosen else "")
        self._show_decision()

    def _state(self, view: CaseView, records: Sequence[RecordId]) -> str:
        say = self._desk.say
        if view.row.child_in:
            codes = ", ".join(view.row.child_in)
            other = say(
                "The steps for a child go on, because of a sign in {codes}. They end there.",
                codes=codes,
            )
            return " ".join(filter(None, (other, self._own_state(view, records))))
        return self._own_state(view, records)

    def _own_state(self, view: CaseView, records: Sequence[RecordId]) -> str:
        say = self._desk.say
        if not self._is_on(view):
            people = self._people(view)
            said = say("The steps for a child have ended. Signed: {people}", people=people)
            return said if people else ""
        if not self._may_write():
            return say("The steps for a child go on. Your role does not end them.")
        if not records:
            return say(
                "The steps for a child go on. No decision of an authority stands here: it is"
                " written into the form “{form}”, with who decided, when and why.",
                form=self._words.form(FORM),
            )
        return say("The steps for a child go on.")

    def _show_decision(self) -> None:
        view, record = self._case, self._chosen
        if view is None or record is None or not self._is_on(view) or not self._may_write():
            self._view.show_decision(None)
            return
        signs = tuple(self._signs(view))
        ends = [one for one in self._ends(view) if one[1] == record]
        has_signed = [one for one in ends if one[0] == self._desk.context.badge]
        ops = {str(one.op) for _, one in signs}
        is_newer = any(not ops <= named for _, _, named in ends)
        lacks = self._lacks(view, record)
        is_signed = bool(has_signed) and not is_newer
        card = DecisionCard(
            tuple(self._said(view, record)),
            tuple(self._sign(cell, one) for cell, one in signs),
            self._desk.say("Signed: {people}", people=self._people(view, record)) if ends else "",
            tuple(self._notes(view, record, lacks, is_newer=is_newer)),
            may_sign=not lacks and not is_signed,
            may_ask=not lacks and is_signed,
        )
        self._view.show_decision(card)

    def _notes(
        self, view: CaseView, record: RecordId, lacks: Sequence[FieldId], *, is_newer: bool
    ) -> Iterator[str]:
        say = self._desk.say
        if self._is_hidden(view, record):
            yield say(
                "Your role does not read the words of this decision. Read the paper of the"
                " authority before you sign."
            )
        if lacks:
            questions = ", ".join(map(self._words.label, lacks))
            yield say("Still missing in the decision: {questions}", questions=questions)
        if is_newer:
            yield say("A sign came after somebody had signed. Each of the two signs again.")

    def _title(self, record: RecordId, number: int) -> str:
        """The authority and its day; only a number where neither can be read."""
        if self._case is None:
            return ""
        rows = self._rows(self._case, record)
        found = [
            self._words.answer(name, cell.acting.answer)
            for name in (_AUTHORITY, _DATE)
            for cell in self._case.cells
            if cell.record in rows and cell.field == name and cell.acting.answer is not None
        ]
        return ", ".join(found) or f"{self._words.form(FORM)} {number}"

    def _name(self) -> str:
        if self._case is None or self._chosen is None:
            return ""
        return self._title(self._chosen, 1 + list(self._decisions(self._case)).index(self._chosen))

    def _said(self, view: CaseView, record: RecordId) -> Iterator[tuple[str, str]]:
        """All that stands in the record and its rows, in the order of the form."""
        inside = {record, *self._rows(view, record, "")}
        order = {one.id: number for number, one in enumerate(self._desk.context.forms.fields())}
        cells = [
            one for one in view.cells if one.record in inside and one.acting.answer is not None
        ]
        for cell in sorted(cells, key=lambda one: order.get(one.field, 0)):
            yield (
                self._words.label(cell.field),
                self._words.answer(cell.field, cell.acting.answer),
            )

    def _sign(self, cell: CellView, one: Version) -> str:
        return self._desk.say(
            "{question}: {answer} ({who}, {day})",
            question=self._words.label(cell.field),
            answer=self._words.answer(cell.field, one.answer),
            who=one.user,
            day=self._desk.dates.day(one.at_ms),
        )

    def _people(self, view: CaseView, record: RecordId | None = None) -> str:
        """Who has signed, each once, in the order of their badges."""
        badges = {badge for badge, decision, _ in self._ends(view) if record in (None, decision)}
        return ", ".join(sorted(badges))

    # ---- what stands ----------------------------------------------------------------------------

    def _is_on(self, view: CaseView) -> bool:
        return view.row.child == Pathway.CHILD

    def _may_write(self) -> bool:
        context = self._desk.context
        return context.forms.roles.may_fill(context.roles, FORM)

    def _decisions(self, view: CaseView) -> Iterator[RecordId]:
        yield from (row.record for row in view.records if row.form == FORM and row.parent is None)

    def _rows(self, view: CaseView, record: RecordId, form: str = DECISION) -> set[RecordId]:
        """Rows of the decision in a record; without a form every row of it."""
        return {
            row.record for row in view.records if row.parent == record and form in ("", row.form)
        }

    def _is_hidden(self, view: CaseView, record: RecordId) -> bool:
        """True where a role reads own entries alone, and the decision is somebody else's."""
        is_whole = int(Compartment.LEGAL) in self._desk.sight.compartments
        names = {cell.field for cell in view.cells if cell.record in self._rows(view, record)}
        return not is_whole and not names & set(REASONED)

    def _lacks(self, view: CaseView, record: RecordId) -> tuple[FieldId, ...]:
        """What the decision still needs, as far as it can be read; the handler looks at all."""
        if self._is_hidden(view, record):
            return ()
        rows = self._rows(view, record)
        there = {
            cell.field
            for cell in view.cells
            if cell.record in rows and cell.acting.answer and cell.acting.answer.is_answered
        }
        return tuple(name for name in REASONED if name not in there)

    def _signs(self, view: CaseView) -> Iterator[tuple[CellView, Version]]:
        """Every standing answer that keeps the steps on."""
        for cell in view.cells:
            for one in (cell.acting, *cell.others) if cell.field in PATHWAY_FIELDS else ():
                if one.answer and signs_of_child((Said(cell.field, one.answer, one.op),)):
                    yield cell, one

    def _ends(self, view: CaseView) -> Iterator[tuple[str, RecordId, frozenset[str]]]:
        """Who has signed for which decision, and which signs were named."""
        for cell in view.cells:
            for one in (cell.acting, *cell.others) if cell.field == CHILD_END else ():
                match one.answer.value if one.answer else None:
                    case (str() as badge, str() as decision, *signs):
                        named = frozenset(map(str, signs))
                        yield badge, RecordId(bytes.fromhex(decision)), named

    # ---- what came of it ------------------------------------------------------------------------

    def _command(self, decision: RecordId) -> EndChildPathway:
        return EndChildPathway(scope=self._scope, decision=decision)

    def _signed(self, events: Sequence[Event]) -> None:
        self._is_signing = False
        say = self._desk.say
        for event in events:
            if isinstance(event, ChildPathwayEnded):
                told = (
                    say("Two people have signed. The steps for a child have ended.")
                    if event.is_over
                    else say(
                        "Signed. It takes two people: a colleague signs here by an own passphrase,"
                        " or on another laptop of the case."
                    )
                )
                self._tell(told, Tone.OK)
        self.start()

    def _failed(self, error: NrmError) -> None:
        self._is_signing = False
        self._tools.forget()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _tell(self, text: str, tone: Tone) -> None:
        self._view.show_banners((BannerSpec(text, tone),))
