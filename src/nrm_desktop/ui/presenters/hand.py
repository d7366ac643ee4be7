"""The answers in hand: typed, kept as a draft, signed at last; nothing is lost in between.

Rules (architecture.md, Walk 1; ux.md 1):
- 0.8 s after the last key the words are kept as a draft; after 60 s without a key, and whenever
  somebody leaves the group of questions, they are signed.
- "draft kept" is said when the draft is kept, "saved" when the commit is there, and never before.
- An answer that does not fit its question stays in the draft; it is never refused.
- An answer beside which another version has arrived is not signed until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import CellAnswer, KeepDraft, SaveAnswers
from nrm_desktop.app.events import AnswersSaved, DraftKept, Event
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.validate import Problem, check_answer
from nrm_desktop.domain.ids import OpId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.ui.presenters.calls import Stop
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.draft_texts import to_draft
from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind, Reply
from nrm_desktop.ui.presenters.field_specs import Cell

DRAFT_AFTER_S: Final = 0.8
SAVE_AFTER_S: Final = 60.0
_PARENT: Final = "@"


class HandListener(Protocol):
    """Who shows what becomes of the words."""

    def mark(self, cell: Cell, mark: FieldMark) -> None:
        """Show what is true of the words of a question."""

    def failed(self, error: NrmError) -> None:
        """Something could not be kept or saved; the words are still here."""


@dataclass(frozen=True, slots=True)
class _Held:
    """One answer in hand. Shape: `answer` is None while it does not fit its question."""

    reply: Reply
    answer: Answer | None


class Hand:
    """Everything typed in one case that is not signed yet."""

    def __init__(self, desk: Desk, scope: ScopeId, file: CaseFile, listener: HandListener) -> None:
        self._desk = desk
        self._scope = scope
        self._file = file
        self._listener = listener
        self._held: dict[Cell, _Held] = {}
        self._sending: dict[Cell, _Held] = {}
        self.unseen: set[Cell] = set()
        """Where another version stands beside what is in hand, and nobody has looked."""
        self._stops: list[Stop] = []

    def take(self, cell: Cell, reply: Reply) -> Problem | None:
        """Take what was typed; say what does not fit."""
        problem = self.put_back(cell, reply)
        self._start_timers()
        return problem

    def take_over(self, cell: Cell, answer: Answer) -> None:
        """Take an answer that was given before, with the day on which it was asked."""
        self._held[cell] = _Held(Reply(answer.state, answer.value, answer.source), answer)
        self._file.type(cell, answer)
        self._start_timers()

    def put_back(self, cell: Cell, reply: Reply) -> Problem | None:
        """Take words from a draft; they wait for the next saving."""
        checked = self._checked(cell, reply)
        if isinstance(checked, Problem):
            self._held[cell] = _Held(reply, None)
            return checked
        self._held[cell] = _Held(reply, checked)
        self._file.type(cell, checked)
        return None

    def holds(self, cell: Cell) -> bool:
        """True if something typed there is not signed yet."""
        return cell in self._held

    def reply(self, cell: Cell) -> Reply | None:
        """What is typed there and not signed yet."""
        held = self._held.get(cell)
        return held.reply if held else None

    def answer(self, cell: Cell) -> Answer | None:
        """What would be signed there; None if nothing is in hand, or it does not fit."""
        held = self._held.get(cell)
        return held.answer if held else None

    def forget(self, record: RecordId) -> None:
        """Let go of everything in a record that was taken away before it was saved."""
        for cell in [cell for cell in self._held if cell.record == record]:
            del self._held[cell]

    def looked(self, cell: Cell, *, keeps_own: bool) -> None:
        """Somebody has seen both versions: sign the own words, or let them go."""
        self.unseen.discard(cell)
        if keeps_own:
            self.save()
            return
        self._held.pop(cell, None)
        self._file.type(cell, None)
        self._submit_drafts({cell.record})

    def keep_draft(self) -> None:
        """Keep all words in hand on this device."""
        self._submit_drafts({cell.record for cell in self._held})

    def keep_draft_if_any(self) -> None:
        """Keep what was typed since the last draft, as when the focus leaves a question."""
        if self._stops:
            self.keep_draft()

    def save(self) -> None:
        """Sign all answers that fit; the others are kept as drafts."""
        self._stop_timers()
        for record in sorted({cell.record for cell in self._held}, key=self._depth):
            self._save_record(record)

    # ---- signing --------------------------------------------------------------------------------

    def _save_record(self, record: RecordId) -> None:
        ready = {
            cell: held
            for cell, held in self._held.items()
            if cell.record == record
            and held.answer is not None
            and cell not in self.unseen
            and self._sending.get(cell) is not held
        }
        rest = [cell for cell in self._held if cell.record == record and cell not in ready]
        if not ready:
            self._submit_drafts({record} if rest and not self._sending.keys() & rest else set())
            return
        self._sending.update(ready)
        for cell in ready:
            self._listener.mark(cell, FieldMark(MarkKind.SAVING))
        command = SaveAnswers(
            scope=self._scope,
            answers=tuple(
                CellAnswer(cell.record, cell.field, held.answer, self._seen(cell))
                for cell, held in ready.items()
                if held.answer is not None
            ),
            opens=self._file.opens(record),
            draft=None if rest else self._key(record),
        )
        self._desk.submit(
            command, lambda events: self._saved(ready, events), lambda e: self._not_saved(ready, e)
        )

    def _saved(self, sent: dict[Cell, _Held], events: Sequence[Event]) -> None:
        done = [event for event in events if isinstance(event, AnswersSaved)]
        at = self._desk.dates.clock(done[0].at_ms) if done else ""
        self._sent(sent)
        for cell, held in sent.items():
            if held.answer is not None:
                self._file.settle(cell, held.answer)
            if self._held.get(cell) is held:
                del self._held[cell]
                self._listener.mark(cell, FieldMark(MarkKind.SAVED, at))
        left = {cell.record for cell in self._held if cell.record in {one.record for one in sent}}
        self._submit_drafts(left)

    def _not_saved(self, sent: dict[Cell, _Held], error: NrmError) -> None:
        self._sent(sent)
        for cell in sent:
            self._listener.mark(cell, FieldMark(MarkKind.NONE))
        self._listener.failed(error)
        self._submit_drafts({cell.record for cell in sent})

    def _sent(self, sent: dict[Cell, _Held]) -> None:
        for cell, held in sent.items():
            if self._sending.get(cell) is held:
                del self._sending[cell]

    # ---- drafts ---------------------------------------------------------------------------------

    def _submit_drafts(self, records: set[RecordId]) -> None:
        for record in sorted(records):
            held = {cell: each for cell, each in self._held.items() if cell.record == record}
            rows = tuple(
                to_draft(self._desk.context.forms, self._field(cell), each.reply)
                for cell, each in held.items()
            )
            draft = Draft(self._key(record), self._draft_form(record), rows, self._now())
            self._desk.submit(KeepDraft(draft=draft), self._kept_by(held), self._listener.failed)

    def _kept_by(self, held: dict[Cell, _Held]) -> Callable[[Sequence[Event]], None]:
        def kept(events: Sequence[Event]) -> None:
            done = [event for event in events if isinstance(event, DraftKept)]
            at = self._desk.dates.clock(done[0].at_ms) if done else ""
            for cell, each in held.items():
                if self._held.get(cell) is each and cell not in self.unseen:
                    self._listener.mark(cell, FieldMark(MarkKind.DRAFT, at))

        return kept

    # ---- small parts ----------------------------------------------------------------------------

    def _checked(self, cell: Cell, reply: Reply) -> Answer | Problem:
        context = self._desk.context
        is_answered = reply.state is AnswerState.ANSWERED
        answer = Answer(
            reply.state,
            reply.raw if is_answered else None,
            reply.source,
            context.today() if reply.state is not AnswerState.NOT_ASKED else "",
        )
        return check_answer(self._field(cell), answer, context.forms)

    def _seen(self, cell: Cell) -> frozenset[OpId]:
        """What the page has shown of a question: only this is replaced unasked."""
        view = self._file.standing(cell)
        return frozenset(view.standing if view is not None else ())

    def _field(self, cell: Cell) -> Field:
        return self._desk.context.forms.field(cell.field)

    def _key(self, record: RecordId) -> DraftKey:
        return DraftKey(self._desk.context.user, self._scope, record)

    def _draft_form(self, record: RecordId) -> str:
        """The record key, and for a row the record in which it stands: both may be new."""
        form, parent = self._file.place_of(record)
        return form + (_PARENT + parent.hex() if parent else "")

    def _depth(self, record: RecordId) -> tuple[int, bytes]:
        return (len(self._file.opens(record)), record)

    def _now(self) -> int:
        return self._desk.context.clock.now_ms()

    def _start_timers(self) -> None:
        self._stop_timers()
        self._stops = [
            self._desk.after(DRAFT_AFTER_S, self.keep_draft),
            self._desk.after(SAVE_AFTER_S, self.save),
        ]

    def _stop_timers(self) -> None:
        for stop in self._stops:
            stop()
        self._stops = []


def read_draft_form(form: str) -> tuple[str, RecordId | None]:
    """Give record key and parent of a draft."""
    key, _, parent = form.partition(_PARENT)
    return key, RecordId(bytes.fromhex(parent)) if parent else None
