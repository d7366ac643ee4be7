"""The place "Safety": is there a way back, are there backups, is the safe sound, what may be done.

This module decides how these are said, and what is loud: a missing way back and anything that ends
writing are; a backup that is a few days old is not. It finds nothing out itself and repairs
nothing: whoever fulfils `SafetyTools` reads, copies and checks, outside the window.

Source: storage-security.md sections 4.7, 7, 10 to 12; ux.md section 4, screens 22 and 27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from nrm_desktop.app.condition import Condition, State
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, StatusPart, Tone
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.wording import DateWords, Say

LOOK_S: Final = 1.0
"""How often a running check is looked at."""
_PERCENT: Final = 100


class Stage(StrEnum):
    """How far the check of the safe is."""

    NONE = "none"
    RUNS = "runs"
    SOUND = "sound"
    DAMAGED = "damaged"
    ENDED = "ended"
    """It could not go on to its end; it says nothing about the safe."""


@dataclass(frozen=True, slots=True)
class CheckState:
    """The check in the background. Units: steps of it; `places` name parts, never content."""

    stage: Stage = Stage.NONE
    done: int = 0
    total: int = 0
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SafetyFacts:
    """What is known of a safe now. Units: wall clock in milliseconds, None where there was none.

    Shape: `needs_identity`: it was restored, moved or copied, and writes nothing before it has a
    new identity; `findings` are codes with words of their own.
    """

    way_back: WayBack
    condition: Condition
    findings: tuple[str, ...] = ()
    last_backup_ms: int | None = None
    last_away_ms: int | None = None
    must_remind: bool = False
    needs_identity: bool = False


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was read back. Shape: `findings` are codes with words."""

    place: str
    cases: int
    findings: tuple[str, ...] = ()


class SafetyTools(Protocol):
    """What the page may ask for. All but `check` is slow and runs outside the window."""

    @property
    def check(self) -> CheckState:
        """How far the check is."""

    def facts(self) -> SafetyFacts:
        """What is known now."""

    def begin_check(self) -> None:
        """Read everything once; `check` says how far it is."""

    def back_up(self, folder: str, *, with_attachments: bool) -> BackupMade:
        """Make a backup in a folder elsewhere, and read it back."""

    def renew(self) -> bool:
        """Give this laptop a new identity. Shape: True if the others know it at once."""


@dataclass(frozen=True, slots=True)
class WayBackCard:
    """The way back in words. Shape: `makes` and `checks` are words of buttons, or empty."""

    text: str
    tone: Tone
    makes: str
    checks: str = ""


class SafetyView(Protocol):
    """What the page shows."""

    def show_way_back(self, card: WayBackCard) -> None:
        """Show whether there is a way back."""

    def show_backups(self, lines: tuple[str, ...]) -> None:
        """Say when backups were made."""

    def show_check(self, text: str, tone: Tone) -> None:
        """Say how far the check is, or what it found."""

    def show_condition(self, lines: tuple[str, ...]) -> None:
        """Say what is to be known of this safe; empty hides it."""

    def show_identity(self, *, is_needed: bool) -> None:
        """Offer the new identity where one is needed."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class SafetyPresenter:
    """Fulfils `OpenPage`. `go` leads to another place, `lock` asks for the lock."""

    def __init__(
        self,
        view: SafetyView,
        desk: Desk,
        tools: SafetyTools,
        go: Callable[[PlaceId], None],
        lock: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._go = go
        self._lock = lock
        self._is_busy = False

    def start(self) -> None:
        """Read how it stands."""
        self._show_check()
        self.refresh()

    def refresh(self) -> None:
        """Something changed: the condition, or a backup was made."""
        self._desk.ask(self._tools.facts, self._show, self._failed)

    def leave(self) -> None:
        """What runs goes on: a backup, a check."""

    def make_way_back(self) -> None:
        """Set up a way back, or another one in its place."""
        self._go(PlaceId.WAY_BACK)

    def check_sheet(self) -> None:
        """Show that the sheet is at hand."""
        self._go(PlaceId.SHEET)

    def see_people(self) -> None:
        """Go to the people of this laptop."""
        self._go(PlaceId.PEOPLE)

    def see_forms(self) -> None:
        """Go to the forms that this laptop works with."""
        self._go(PlaceId.PACKS)

    def see_releases(self) -> None:
        """Go to the tables that leave."""
        self._go(PlaceId.RELEASES)

    def back_up(self, folder: str, *, with_attachments: bool) -> None:
        """Make a backup in a folder."""
        say = self._desk.say
        if not folder.strip():
            self._view.show_banners((BannerSpec(say("Choose a folder first."), Tone.WARN),))
            return
        if self._begin(say("Copying and reading back … please leave the stick in.")):
            where = folder.strip()
            self._desk.ask(
                lambda: self._tools.back_up(where, with_attachments=with_attachments),
                self._backed_up,
                self._failed,
            )

    def begin_check(self) -> None:
        """Read everything now."""
        self._desk.ask(self._tools.begin_check, lambda _: self._show_check(), self._failed)

    def renew(self) -> None:
        """Give this laptop a new identity, then lock: what is open belongs to the old one."""
        if self._begin(self._desk.say("Making the new identity …")):
            self._desk.ask(self._tools.renew, lambda _: self._lock(), self._failed)

    def _begin(self, words: str) -> bool:
        if self._is_busy:
            return False
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(words)
        return True

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")

    def _backed_up(self, made: BackupMade) -> None:
        self._end()
        say = self._desk.say
        text = say.plural(
            "{count} case is in it. It opens with the passphrases of today: {place}",
            "{count} cases are in it. It opens with the passphrases of today: {place}",
            made.cases,
            place=made.place,
        )
        done = BannerSpec(text, Tone.OK, say("The backup is made and was read back."))
        wrong = (BannerSpec(words, Tone.WARN) for words in self._words(made.findings))
        self._view.show_banners((done, *wrong))
        self.refresh()

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _show(self, facts: SafetyFacts) -> None:
        say, dates = self._desk.say, self._desk.dates
        self._view.show_way_back(way_back_card(say, facts.way_back))
        self._view.show_backups(tuple(backup_lines(say, dates, facts)))
        self._view.show_identity(is_needed=facts.needs_identity)
        known = (*facts.findings, *facts.condition.reasons)
        lines = self._words(tuple(code for code in known if not facts_elsewhere(code)))
        if facts.condition.places:
            places = ", ".join(facts.condition.places)
            lines = (*lines, say("What is damaged: {places}", places=places))
        self._view.show_condition(lines)

    def _show_check(self) -> None:
        """Show the check, and look again while it runs."""
        state = self._tools.check
        text, tone = check_words(self._desk.say, state)
        self._view.show_check(text, tone)
        if state.stage is Stage.RUNS:
            self._desk.after(LOOK_S, self._show_check)

    def _words(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """What is known, in words, each once."""
        told = (self._desk.explain(EnvironmentFault(code)) for code in dict.fromkeys(codes))
        return tuple(f"{message} {remedy}".strip() for message, remedy in told)


def facts_elsewhere(code: str) -> bool:
    """True for a finding that has a card or banner of its own."""
    return code == "identity.needed"


def way_back_card(say: Say, state: WayBack) -> WayBackCard:
    """Say whether a forgotten passphrase would be the end."""
    if state.is_check_due:
        text = say("There is a way back. Look whether the sheet is still where you put it.")
        return WayBackCard(
            text, Tone.WARN, say("Make a new sheet"), say("Type two groups of the sheet")
        )
    if state.is_confirmed:
        text = say("There is a way back: with the sheet of 14 groups, or through the office.")
        return WayBackCard(
            text, Tone.OK, say("Make a new sheet"), say("Type two groups of the sheet")
        )
    makes = say("Set up the way back now")
    if state.days_left is None:
        text = say(
            "There is no way back. Practice needs none; for real people it is set up at the start."
        )
        return WayBackCard(text, Tone.NEUTRAL, makes)
    if state.is_root_at_stake:
        text = say(
            "The office can let you in again, but it does not bring back the keys of the"
            " organisation, which lie here alone: without them nobody can be taken in any more."
            " Make the sheet of 14 groups as well."
        )
        return WayBackCard(text, Tone.BAD, say("Make the sheet now"))
    if not state.days_left:
        text = say(
            "There is no way back: whoever forgets the passphrase loses everything in this safe."
            " New cases wait until there is one."
        )
        return WayBackCard(text, Tone.BAD, makes)
    text = say.plural(
        "There is no way back: whoever forgets the passphrase loses everything in this safe."
        " In {count} day new cases wait until there is one.",
        "There is no way back: whoever forgets the passphrase loses everything in this safe."
        " In {count} days new cases wait until there is one.",
        state.days_left,
    )
    return WayBackCard(text, Tone.BAD, makes)


def backup_lines(say: Say, dates: DateWords, facts: SafetyFacts) -> Iterator[str]:
    """Say when backups were made, here and elsewhere."""
    last, away = facts.last_backup_ms, facts.last_away_ms
    if last is None:
        yield say("No backup yet.")
    else:
        yield say("Last backup: {day}, {time}", day=dates.day(last), time=dates.clock(last))
    if away is None:
        yield say("There is none outside this computer: if it is lost, so is everything in it.")
    else:
        yield say("Last one outside this computer: {day}", day=dates.day(away))
    if facts.must_remind:
        yield say("For a week none was made outside this computer. Take a stick and make one.")


def check_words(say: Say, state: CheckState) -> tuple[str, Tone]:
    """Say how far the check is, or what it found."""
    done = state.done * _PERCENT // max(state.total, 1)
    return {
        Stage.NONE: (
            say("Everything is read once a week, and after the program ended badly."),
            Tone.NEUTRAL,
        ),
        Stage.RUNS: (say("Reading everything: {count} % …", count=done), Tone.NEUTRAL),
        Stage.SOUND: (say("Everything was read, and everything is as it should be."), Tone.OK),
        Stage.DAMAGED: (
            say(
                "Something is damaged, so this safe is open for reading only. Hand on what is"
                " needed, then restore a backup beside it. Where: {places}",
                places=", ".join(state.places),
            ),
            Tone.BAD,
        ),
        Stage.ENDED: (say("The check did not come to its end. Begin it again."), Tone.WARN),
    }[state.stage]


def safety_mark(say: Say, facts: SafetyFacts) -> StatusPart | None:
    """The one mark of the status line that is loudest: no way back before no backup elsewhere."""
    days = facts.way_back.days_left
    if days is not None and not facts.way_back.is_confirmed:
        words = say.plural("No way back: {count} day", "No way back: {count} days", days)
        if facts.way_back.is_root_at_stake:
            words = say.plural("No sheet: {count} day", "No sheet: {count} days", days)
        return StatusPart(PlaceId.SAFETY, "triangle-alert", words, Tone.BAD)
    if facts.must_remind:
        return StatusPart(PlaceId.SAFETY, "usb", say("No backup elsewhere"), Tone.WARN)
    return None


def safety_banner(say: Say, facts: SafetyFacts) -> BannerSpec | None:
    """What every screen says while less can be done than usual."""
    how = say("What to do")
    if facts.condition.state is State.READ_ONLY:
        text = say("Open for reading only: nothing can be saved. You can read and hand on.")
        return BannerSpec(text, Tone.BAD, action=how)
    if facts.needs_identity:
        text = say("Nothing can be saved before this laptop has a new identity.")
        return BannerSpec(text, Tone.WARN, action=how)
    if facts.condition.state is State.RESCUE:
        text = say("The disk is full: what is in hand is saved; new cases and files have to wait.")
        return BannerSpec(text, Tone.WARN, action=how)
    return None
