"""How long closed files are kept, and which are erased: codes, days and computers, no names.

This module decides the words of a row. When a file may go says `domain.retention`; that it goes,
two people decide, each with the own passphrase. Nothing on this page does it with one key.

Source: ux.md section 4, screen 23; nrm.md section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.proofs import ErasedCase
from nrm_desktop.app.retaining import Kept, kept_cases
from nrm_desktop.app.timing import now_of
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.retention import Stage
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone

_DAY_CHARS: Final = 10
_CLASSES: Final = "retention_class"
_GROUNDS: Final = "erase_ground"
_Found = tuple[Sequence[Kept], Sequence[ErasedCase]]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A closed file in words."""

    kept: Kept
    code: str
    until: str
    kind: str
    pill: PillSpec


@dataclass(frozen=True, slots=True)
class ErasedLine:
    """An erased file in words. Shape: `where` names computers that were not heard from."""

    code: str
    on: str
    ground: str
    where: str
    pill: PillSpec


class KeepingTools(Protocol):
    """What the page asks of the vault."""

    def erased(self) -> Sequence[ErasedCase]:
        """Erased files, the newest in front."""


class KeepingView(Protocol):
    """What the page shows."""

    def show_kept(self, lines: tuple[KeptLine, ...]) -> None:
        """Show closed files, the next day in front; nothing is said in words."""

    def show_erased(self, lines: tuple[ErasedLine, ...]) -> None:
        """Show erased files."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class KeepingPresenter:
    """The page. Shape: `opening` goes into the case of a row."""

    def __init__(
        self,
        view: KeepingView,
        desk: Desk,
        tools: KeepingTools,
        opening: Callable[[ScopeId, str], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._opening = opening
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._lines: tuple[KeptLine, ...] = ()

    def columns(self) -> tuple[Column[KeptLine], ...]:
        """The columns of closed files; code and state never give way."""
        say = self._desk.say
        return (
            Column("code", say("Case"), lambda one: one.code, chars=11, is_code=True),
            Column("until", say("Kept until"), lambda one: one.until, chars=20),
            Column(
                "kind", say("Kind"), lambda one: one.kind, chars=28, gives_way=2, stretches=True
            ),
            Column(
                "state", say("State"), lambda one: one.pill.word, lambda one: one.pill, chars=18
            ),
        )

    def erased_columns(self) -> tuple[Column[ErasedLine], ...]:
        """The columns of erased files."""
        say = self._desk.say
        return (
            Column("code", say("Case"), lambda one: one.code, chars=11, is_code=True),
            Column("on", say("Erased on"), lambda one: one.on, chars=20, gives_way=1),
            Column("ground", say("Ground"), lambda one: one.ground, chars=26, gives_way=2),
            Column("where", say("Not heard from"), lambda one: one.where, chars=22, stretches=True),
            Column(
                "state", say("State"), lambda one: one.pill.word, lambda one: one.pill, chars=18
            ),
        )

    def start(self) -> None:
        """Read both lists."""
        desk, context = self._desk, self._desk.context

        def read() -> _Found:
            now = now_of(context)
            return (
                kept_cases(desk.reader, context.forms, desk.sight, now),
                self._tools.erased(),
            )

        desk.ask(read, self._show, self._failed)

    def refresh(self) -> None:
        """Something arrived from elsewhere."""
        self.start()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def open(self, row: int) -> None:
        """Go into the case of a row."""
        if 0 <= row < len(self._lines):
            kept = self._lines[row].kept
            self._opening(kept.scope, kept.code)

    def _show(self, found: _Found) -> None:
        self._lines = tuple(map(self._kept, found[0]))
        self._view.show_kept(self._lines)
        self._view.show_erased(tuple(map(self._erased, found[1])))

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(f"{message} {remedy}", Tone.BAD),))

    def _kept(self, one: Kept) -> KeptLine:
        say, kept = self._desk.say, one.retention
        until = self._day(kept.until) if kept.until else say("No day named")
        kind = self._words.code(_CLASSES, kept.class_id) if kept.class_id else ""
        if kind and not (kept.rule is not None and kept.rule.is_verified):
            kind = say("{kind} (rule not verified)", kind=kind)
        return KeptLine(one, one.code, until, kind, self._stage(one.stage))

    def _stage(self, stage: Stage) -> PillSpec:
        say = self._desk.say
        return {
            Stage.NO_DAY: PillSpec(say("Day missing"), Shape.TRIANGLE, Tone.WARN),
            Stage.OVER: PillSpec(say("Time is over"), Shape.TRIANGLE, Tone.WARN),
            Stage.SOON: PillSpec(say("Ends soon"), Shape.HALF, Tone.INFO),
            Stage.HELD: PillSpec(say("Not to be erased"), Shape.BARRED),
        }.get(stage, PillSpec(say("Kept"), Shape.RING))

    def _erased(self, one: ErasedCase) -> ErasedLine:
        say, stone = self._desk.say, one.stone
        waiting = [each.label or say("No name") for each in one.computers if not each.is_done]
        if one.left:
            pill = PillSpec(say("Something came later"), Shape.TRIANGLE, Tone.WARN)
        elif waiting:
            pill = PillSpec(say("Under way"), Shape.HALF, Tone.INFO)
        else:
            pill = PillSpec(say("Everywhere"), Shape.DOT, Tone.OK)
        ground = self._words.code(_GROUNDS, stone.ground)
        return ErasedLine(stone.code, self._day(stone.on), ground, ", ".join(waiting), pill)

    def _day(self, text: str) -> str:
        try:
            return self._desk.dates.show(PartialDate(text[:_DAY_CHARS]))
        except ValueError:
            return text
