"""Answers of which two versions stand: side by side, which one acts meanwhile and why.

A decision is signed with a name, deletes nothing, and can be changed later. Nothing here blocks
work; only the one field is held back from leaving.

Source: ux.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import ResolveConflict
from nrm_desktop.app.events import Event
from nrm_desktop.app.queries import ConflictRow, Version
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import OpId
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone

_PROTECTIVE: Final = "protective"


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version as people read it. Shape: `op` names it; `acts` if it is used meanwhile."""

    op: OpId
    value: str
    who: str
    when: str
    source: str = ""
    acts: bool = False


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """One question with its versions, and the sentence that says what is used meanwhile."""

    id: str
    code: str
    question: str
    meanwhile: str
    versions: tuple[VersionCard, ...]


class ConflictsView(Protocol):
    """What the page shows."""

    def show_conflicts(self, cards: tuple[ConflictCard, ...]) -> None:
        """Show what is to be decided; nothing is an empty state."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ConflictsPresenter:
    """Lets a person decide between versions."""

    def __init__(self, view: ConflictsView, desk: Desk, decided: Callable[[], None]) -> None:
        self._view = view
        self._desk = desk
        self._decided = decided
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._rows: dict[str, ConflictRow] = {}

    def start(self) -> None:
        """Read what is to be decided."""
        desk = self._desk
        desk.ask(lambda: desk.reader.conflicts(desk.sight), self._show, self._failed)

    def refresh(self) -> None:
        """Something changed: read again."""
        self.start()

    def leave(self) -> None:
        """Nothing here waits to be saved."""

    def take(self, conflict: str, op: OpId) -> None:
        """Decide for one version; all that were seen are named in the decision."""
        row = self._rows[conflict]
        command = ResolveConflict(
            scope=row.scope,
            record=row.record,
            field=row.field,
            keep=op,
            seen=tuple(version.op for version in row.versions),
        )
        self._desk.submit(command, self._done, self._failed)

    def _done(self, _events: Sequence[Event]) -> None:
        say = self._desk.say
        self._view.show_banners((BannerSpec(say("Decided. The other version is kept."), Tone.OK),))
        self._decided()
        self.start()

    def _show(self, rows: Sequence[ConflictRow]) -> None:
        self._rows = {row.conflict_id: row for row in rows}
        self._view.show_conflicts(tuple(self._card(row) for row in rows))

    def _card(self, row: ConflictRow) -> ConflictCard:
        acting = next(each for each in row.versions if each.op == row.acting)
        return ConflictCard(
            id=row.conflict_id,
            code=row.code,
            question=self._words.label(row.field),
            meanwhile=self._meanwhile(row, acting),
            versions=tuple(self._version(row, each) for each in row.versions),
        )

    def _version(self, row: ConflictRow, version: Version) -> VersionCard:
        say, dates = self._desk.say, self._desk.dates
        when = f"{dates.day(version.at_ms)}, {dates.clock(version.at_ms)}"
        if version.is_clock_suspect:
            when = say("{time}, clock doubtful", time=when)
        source = self._words.source(version.answer.source) if version.answer else ""
        return VersionCard(
            op=version.op,
            value=self._words.answer(row.field, version.answer),
            who=say("{badge} on {device}", badge=version.user, device=version.device),
            when=when,
            source=source,
            acts=version.op == row.acting,
        )

    def _meanwhile(self, row: ConflictRow, acting: Version) -> str:
        say, value = self._desk.say, self._words.answer(row.field, acting.answer)
        if row.policy == _PROTECTIVE:
            return say(
                "Until somebody decides, “{value}” is used, because it protects more.", value=value
            )
        return say(
            "Until somebody decides, “{value}” is shown, and this answer goes to nobody.",
            value=value,
        )

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))
        self.start()
