"""The first start on an empty folder: begin, join, or restore a backup.

This module decides what is asked for and in which order, and that nothing is founded before all of
it is there. It knows no key: whoever fulfils `FirstSteps` founds, reads and restores, outside the
window.

Source: ux.md sections 4 (screen 2) and 10; storage-security.md sections 4.7 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.wording import DateWords, Say

MOST_CHARS: Final = 80
"""Of the name of an organisation; a badge is shorter by nature."""


class Door(StrEnum):
    """The ways from an empty folder into work."""

    CHOOSE = "choose"
    BEGIN = "begin"
    JOIN = "join"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What whoever begins has said. Its text form shows no passphrase."""

    organisation: str
    badge: str
    role: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Joining:
    """What whoever was invited has said. Its text form shows no digits and no passphrase.

    Shape: `place` is the file of the invitation, or the folder in which it lies.
    """

    place: str
    digits: str = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BackupFound:
    """A backup that was opened and read as a whole, or could not be.

    Shape: `name` of its folder; `problem` says why it could not be read. Units: milliseconds.
    """

    path: str
    name: str
    made_ms: int = 0
    last_entry_ms: int = 0
    cases: int = 0
    entries: int = 0
    has_attachments: bool = False
    problem: NrmError | None = None


class FirstSteps(Protocol):
    """What can be done while there is no safe. All of it answers later, in the window."""

    def roles(self, done: Callable[[tuple[str, ...]], None], failed: Failed) -> None:
        """Read which roles there are, the usual ones first."""

    def found(self, beginning: Beginning, done: Callable[[], None], failed: Failed) -> None:
        """Make the safe; whoever began is at work in it then, and sets up the way back."""

    def join(self, joining: Joining, done: Callable[[], None], failed: Failed) -> None:
        """Make the safe by an invitation; whoever was invited is at work in it then."""

    def read_backups(
        self,
        folder: str,
        sign: str,
        passphrase: str,
        done: Callable[[Sequence[BackupFound]], None],
        failed: Failed,
    ) -> None:
        """Open the backup in a folder, or all backups in it, and read them as a whole."""

    def restore(
        self, path: str, sign: str, passphrase: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Restore a backup into the empty folder; the locked screen follows."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""


class FirstStartView(Protocol):
    """What the screen shows."""

    def show_door(self, door: Door) -> None:
        """Show one of the ways, or all to choose from."""

    def show_roles(self, roles: tuple[Choice, ...]) -> None:
        """Offer the roles."""

    def show_backups(self, rows: tuple[Choice, ...]) -> None:
        """Show backups side by side to choose from; empty shows none."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be done."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class FirstStartPresenter:
    """The first start."""

    def __init__(self, view: FirstStartView, steps: FirstSteps, say: Say, dates: DateWords) -> None:
        self._view = view
        self._steps = steps
        self._say = say
        self._dates = dates
        self._is_busy = False
        self._secret: tuple[str, str] = ("", "")

    def start(self) -> None:
        """Show the ways, and read meanwhile what the first of them needs."""
        self._view.show_door(Door.CHOOSE)
        self._steps.roles(self._show_roles, self._failed)

    def choose(self, door: Door) -> None:
        """Go one of the ways, or back to all of them."""
        if not self._is_busy:
            self._secret = ("", "")
            self._view.show_banners(())
            self._view.show_backups(())
            self._view.show_door(door)

    def begin(self, beginning: Beginning) -> None:
        """Found the safe."""
        wanting = self._wanting(beginning)
        if wanting:
            self._warn(wanting)
        elif self._begin(self._say("Making the safe … this takes a few seconds.")):
            self._steps.found(beginning, self._end, self._failed)

    def join(self, joining: Joining) -> None:
        """Make the safe by an invitation."""
        say = self._say
        if not joining.place:
            self._warn(say("Choose the folder in which the invitation lies."))
        elif not joining.digits.strip():
            self._warn(say("Type the 24 digits that you were told, six groups of four."))
        elif not joining.passphrase:
            self._warn(say("Type the passphrase twice, or have one made."))
        elif self._begin(say("Opening the invitation … this takes a few seconds.")):
            self._steps.join(joining, self._end, self._failed)

    def read_backups(self, folder: str, sign: str, passphrase: str) -> None:
        """Open what lies in a folder, and read all of it."""
        say = self._say
        if not folder.strip():
            self._warn(say("Choose the folder of the backup first."))
        elif not passphrase:
            self._warn(say("Type the passphrase that held on the day of the backup."))
        elif self._begin(say("Opening and reading all of it …")):
            self._secret = (sign.strip(), passphrase)
            self._view.show_backups(())
            self._steps.read_backups(folder.strip(), *self._secret, self._found, self._failed)

    def restore(self, path: str) -> None:
        """Restore the chosen backup."""
        say = self._say
        if not path:
            self._warn(say("Choose one of the backups."))
        elif self._begin(say("Restoring … please leave the stick in.")):
            self._steps.restore(path, *self._secret, self._end, self._failed)

    def _wanting(self, beginning: Beginning) -> str:
        """What is still missing, in words; empty if nothing is."""
        say = self._say
        name, badge = beginning.organisation.strip(), beginning.badge.strip()
        if not name or len(name) > MOST_CHARS:
            return say("Type a name for your organisation, of at most 80 characters.")
        if not badge or len(badge) > MOST_CHARS or " " in badge:
            return say("Type a badge without blanks, like P-01. It stands for you, not your name.")
        if not beginning.role:
            return say("Choose what you do.")
        if not beginning.passphrase:
            return say("Type the passphrase twice, or have one made.")
        return ""

    def _begin(self, words: str) -> bool:
        if self._is_busy:
            return False
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(words)
        return True

    def _end(self) -> None:
        self._is_busy = False
        self._secret = ("", "")
        self._view.show_busy("")

    def _warn(self, words: str) -> None:
        self._view.show_banners((BannerSpec(words, Tone.WARN),))

    def _failed(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_busy("")
        message, remedy = self._steps.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _show_roles(self, roles: tuple[str, ...]) -> None:
        self._view.show_roles(tuple(Choice(role, role_words(self._say, role)) for role in roles))

    def _found(self, found: Sequence[BackupFound]) -> None:
        self._is_busy = False
        self._view.show_busy("")
        sound = [one for one in found if one.problem is None]
        bad = [one for one in found if one.problem is not None]
        self._view.show_backups(tuple(Choice(one.path, self._facts(one)) for one in sound))
        self._view.show_banners(tuple(self._problem(one) for one in bad))

    def _problem(self, found: BackupFound) -> BannerSpec:
        message, remedy = self._steps.explain(found.problem or NrmError())
        return BannerSpec(remedy, Tone.BAD, f"{found.name}: {message}")

    def _facts(self, found: BackupFound) -> str:
        """What people compare before they choose."""
        say, dates = self._say, self._dates
        files = say("with files") if found.has_attachments else say("without files")
        cases = say.plural("{count} case", "{count} cases", found.cases)
        if not found.last_entry_ms:
            return say(
                "Made {day}, {time}. No entry in it. {cases}, {files}.",
                day=dates.day(found.made_ms),
                time=dates.clock(found.made_ms),
                cases=cases,
                files=files,
            )
        return say(
            "Made {day}, {time}. Last entry {last_day}, {last_time}. {cases}, {files}.",
            day=dates.day(found.made_ms),
            time=dates.clock(found.made_ms),
            last_day=dates.day(found.last_entry_ms),
            last_time=dates.clock(found.last_entry_ms),
            cases=cases,
            files=files,
        )


def role_words(say: Say, role: str) -> str:
    """A role or preset in words; one that a pack brings shows as it is called there."""
    return {
        "coordinator_intake": say("Leads an office and takes cases in"),
        "coordinator": say("Leads an office"),
        "case_manager": say("Leads cases"),
        "border_counter": say("Border, first contact"),
        "border_second_line": say("Border, second line"),
        "shelter_night": say("Shelter, also outside"),
        "outreach": say("Outreach"),
        "health": say("Health"),
        "lawyer": say("Legal advice"),
        "guardian": say("Guardian of a child"),
        "dpo": say("Data protection"),
        "social": say("Social services"),
    }.get(role, role)
