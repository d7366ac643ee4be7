"""The forms of this laptop: which packs are used, from whom they are, and what changed in them.

This module decides the words of a pack and of a refusal, and that looking at the page counts as
having seen what changed. Whether a pack may be taken in or used is decided by `bootstrap`; forms
never change under an open page, so everything that is taken in waits for the next unlocking.

Source: docs/adr/0044. Threats: T12, T19.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from nrm_desktop.app.known_forms import ChangedForms
from nrm_desktop.app.packs_in_use import NOT_USED, PackState
from nrm_desktop.domain.errors import IntegrityFault, NrmError
from nrm_desktop.domain.forms.comparison import FormChange
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_changes import ChangeGroup, change_groups, pack_words
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone

_MOST_PROBLEMS: Final = 5
"""So many faults of a pack are shown at once; whoever writes packs has `pack check`."""


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack.

    Shape: `signed_by` is a badge, empty for a pack of the program; `code` says why it is refused;
    `is_coming`: it is used from the next unlocking on; `is_read`: somebody who works in that
    mechanism has read every word, None where that is not known. Units: wall clock in milliseconds.
    """

    pack: str
    version: str
    state: PackState
    signed_by: str = ""
    made_ms: int = 0
    taken_ms: int = 0
    code: str = ""
    is_coming: bool = False
    is_read: bool | None = None


@dataclass(frozen=True, slots=True)
class PacksNow:
    """What there is. Shape: `coming` is what will be different from the next unlocking on."""

    packs: tuple[PackLine, ...]
    may_take: bool
    changed: ChangedForms = field(default_factory=ChangedForms)
    coming: tuple[FormChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PackTaken:
    """A pack that was taken in. Shape: `is_new` is False if these forms were here already."""

    pack: str
    version: str
    signed_by: str
    is_new: bool


class PackTools(Protocol):
    """What may be asked for; all of it is slow and runs outside the window."""

    def now(self, language: str) -> PacksNow:
        """What is used, and what changed, in the words of a language."""

    def take(self, file: str) -> PackTaken:
        """Verify a signed pack, or the one in a folder, and keep it."""

    def looked(self) -> None:
        """Note that somebody has looked at what changed."""


@dataclass(frozen=True, slots=True)
class PackCard:
    """One pack in words."""

    title: str
    pill: PillSpec
    lines: tuple[str, ...]


class PacksView(Protocol):
    """What the page shows."""

    def show_packs(self, cards: tuple[PackCard, ...]) -> None:
        """Show every pack."""

    def show_changed(self, words: str, groups: tuple[ChangeGroup, ...]) -> None:
        """Show what changed; without words there is nothing to show."""

    def show_coming(self, words: str, groups: tuple[ChangeGroup, ...]) -> None:
        """Show what will be different after the next unlocking; without words nothing."""

    def show_taking(self, words: str, *, may_take: bool) -> None:
        """Offer to take in a pack, or say who does."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class PacksPresenter:
    """The page. Fulfils `OpenPage`."""

    def __init__(self, view: PacksView, desk: Desk, tools: PackTools) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._is_busy = False

    def start(self) -> None:
        """Read what there is."""
        language = self._desk.say.language
        self._desk.ask(lambda: self._tools.now(language), self._show, self._failed)

    def refresh(self) -> None:
        """An exchange may have brought forms."""
        if not self._is_busy:
            self.start()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def take(self, file: str) -> None:
        """Take in a pack."""
        say = self._desk.say
        if self._is_busy:
            return
        if not file.strip():
            words = say("Choose the file of the forms, or the folder it lies in.")
            self._view.show_banners((BannerSpec(words, Tone.WARN),))
            return
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(say("Checking the forms …"))
        self._desk.ask(lambda: self._tools.take(file.strip()), self._taken, self._failed)

    # ---- what comes back ------------------------------------------------------------------------

    def _show(self, now: PacksNow) -> None:
        say = self._desk.say
        self._view.show_packs(tuple(map(self._card, now.packs)))
        self._show_changes(now)
        words = (
            say(
                "The file is verified: who signed it and whether that person still may, that it is"
                " of your organisation and newer, and all rules of forms. The exchange brings it to"
                " the other laptops."
            )
            if now.may_take
            else say(
                "A coordinator, or whoever confirms people, takes in new forms. They come to this"
                " laptop with the exchange."
            )
        )
        self._view.show_taking(words, may_take=now.may_take)

    def _show_changes(self, now: PacksNow) -> None:
        desk, say, changed = self._desk, self._desk.say, now.changed
        forms = desk.context.forms
        words = ""
        if changed.since_ms:
            words = self._changed_words(changed)
        self._view.show_changed(words, change_groups(say, forms, changed.changes or ()))
        coming = say("This is used once it is opened next time.") if now.coming else ""
        self._view.show_coming(coming, change_groups(say, forms, now.coming))
        if not changed.is_seen:
            desk.ask(self._tools.looked, lambda _: None, self._failed)

    def _changed_words(self, changed: ChangedForms) -> str:
        say, day = self._desk.say, self._desk.dates.day(changed.since_ms)
        if changed.changes is None:
            return say(
                "The forms changed on {day}. What was before is not known here any more.", day=day
            )
        if not changed.changes:
            return say("The forms changed on {day}; nothing of what is shown is other.", day=day)
        return say(
            "The forms changed on {day}. What was written stays as it is, also where a question is"
            " not shown any more.",
            day=day,
        )

    def _card(self, one: PackLine) -> PackCard:
        say = self._desk.say
        title = say(
            "{pack}, version {version}", pack=pack_words(say, one.pack), version=one.version or "?"
        )
        if not one.pack:
            title = say("Forms that cannot be read")
        lines = [self._came(one), *self._why(one)]
        if one.is_read is False:
            lines.append(say("Nobody who works in this mechanism has read every word of it yet."))
        return PackCard(title, self._pill(one), tuple(filter(None, lines)))

    def _came(self, one: PackLine) -> str:
        say, dates = self._desk.say, self._desk.dates
        if one.signed_by:
            return say(
                "Signed by {badge} on {day}; the signature was verified. Taken in here on {taken}.",
                badge=one.signed_by,
                day=dates.day(one.made_ms),
                taken=dates.day(one.taken_ms),
            )
        if one.taken_ms:
            return say("Taken in here on {taken}.", taken=dates.day(one.taken_ms))
        return "" if one.state is PackState.REFUSED else say("It came with the program.")

    def _why(self, one: PackLine) -> tuple[str, ...]:
        """Why a pack is not used, and what helps."""
        say = self._desk.say
        if one.state is PackState.SUPERSEDED:
            return (say("The program brings a version that is as new; that one is used."),)
        if one.state is PackState.NOT_CHOSEN:
            return (say("This laptop does not work with this country."),)
        if one.state is not PackState.REFUSED:
            return ()
        message, remedy = self._desk.explain(IntegrityFault(one.code or NOT_USED))
        if one.code in ("", PackRefused.default_code):
            message, remedy = self._desk.explain(IntegrityFault(NOT_USED))
        return message, remedy

    def _pill(self, one: PackLine) -> PillSpec:
        say = self._desk.say
        if one.is_coming:
            return PillSpec(say("From the next unlocking on"), Shape.HALF, Tone.INFO)
        return {
            PackState.IN_USE: PillSpec(say("In use"), Shape.DOT, Tone.OK),
            PackState.SUPERSEDED: PillSpec(say("Replaced"), Shape.RING),
            PackState.NOT_CHOSEN: PillSpec(say("Not used here"), Shape.RING),
            PackState.REFUSED: PillSpec(say("Not used: refused"), Shape.TRIANGLE, Tone.BAD),
        }[one.state]

    def _taken(self, taken: PackTaken) -> None:
        self._end()
        say = self._desk.say
        what = say(
            "{pack}, version {version}", pack=pack_words(say, taken.pack), version=taken.version
        )
        text = say("{what}, signed by {badge}.", what=what, badge=taken.signed_by)
        title = (
            say("Taken in. It is used once it is opened next time.")
            if taken.is_new
            else say("These forms are here already.")
        )
        self._view.show_banners((BannerSpec(text, Tone.OK, title),))
        self.start()

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        banners = [BannerSpec(remedy, Tone.BAD, message)]
        if isinstance(error, PackRefused):
            said = "\n".join(str(one) for one in error.problems[:_MOST_PROBLEMS])
            banners.append(BannerSpec(said, Tone.BAD))
        self._view.show_banners(tuple(banners))

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")
