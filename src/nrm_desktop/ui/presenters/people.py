"""The people of this laptop: who may unlock here, adding and removing, one's own new passphrase.

This module decides that the new person types the own passphrase, that a removal is confirmed by the
badge, and what is said after it: what a removed person took along stays theirs. It holds no key.

Source: storage-security.md section 4.6; ux.md section 4, screen 18. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.first_start import role_words
from nrm_desktop.ui.presenters.invites import InvitesPresenter
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who may unlock here. Shape: `is_known`: the signature counts already."""

    badge: str
    sign: str
    roles: tuple[str, ...]
    is_own: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A person who is gone. Shape: `old_backups` by name still open by the old key."""

    badge: str
    old_backups: tuple[str, ...]
    has_sheet: bool


class PeopleTools(Protocol):
    """What the page may ask for; all of it is slow and runs outside the window."""

    def people(self) -> Sequence[PersonRow]:
        """Who may unlock here."""

    def roles(self) -> Sequence[str]:
        """Which roles may be given, the usual ones first."""

    def add(self, badge: str, role: str, passphrase: str) -> PersonRow:
        """Let somebody unlock here."""

    def remove(self, badge: str, also: Collection[str]) -> Removed:
        """Remove somebody, and write everything under a new key; the safe is closed by it.

        Shape: `also` are ways in that go too, as a refusal named them.
        """

    def change(self, old: str, new: str) -> None:
        """Take another passphrase for whoever is at work and types the old one."""


class PeopleView(Protocol):
    """What the page shows."""

    def show_people(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show who may unlock, in words, each with the badge to remove; empty for oneself."""

    def show_roles(self, roles: tuple[Choice, ...]) -> None:
        """Offer the roles."""

    def ask_removal(self, badge: str, text: str) -> None:
        """Have a removal confirmed by its badge; empty ends the question."""

    def show_over(self, lines: tuple[str, ...]) -> None:
        """Show what became of a removal; from here it only goes on to the lock."""

    def clear(self) -> None:
        """Empty every line."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class PeoplePresenter:
    """Fulfils `OpenPage`. Shape: `beside` are the cards about invitations on the same page."""

    def __init__(
        self, view: PeopleView, desk: Desk, tools: PeopleTools, lock: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._lock = lock
        self._is_busy = False
        self._leaving = ""
        self._also: tuple[str, ...] = ()
        self._is_over = False
        self.beside: InvitesPresenter | None = None

    def start(self) -> None:
        """Read who may unlock here."""
        self._read()
        self._desk.ask(self._tools.roles, self._show_roles, self._failed)

    def leave(self) -> None:
        """A passphrase that nobody took is gone."""
        self._view.clear()
        if self.beside is not None:
            self.beside.leave()

    def refresh(self) -> None:
        """An exchange may have brought who opened an invitation."""
        if self.beside is not None:
            self.beside.refresh()

    def add(self, badge: str, role: str, passphrase: str) -> None:
        """Let somebody unlock here, by the passphrase that this person has typed."""
        say = self._desk.say
        if not badge.strip() or " " in badge.strip():
            self._warn(
                say(
                    "Type a badge without blanks, like P-02. It stands for the person, in place of"
                    " a name."
                )
            )
        elif not role:
            self._warn(say("Choose what this person does."))
        elif not passphrase:
            self._warn(say("The new person types a passphrase twice, or has one made."))
        elif self._begin(say("Adding … this takes a few seconds.")):
            self._desk.ask(
                lambda: self._tools.add(badge.strip(), role, passphrase), self._added, self._failed
            )

    def change(self, old: str, new: str) -> None:
        """Take another passphrase; whoever passes by an unlocked laptop does not know the old."""
        say = self._desk.say
        if not old:
            self._warn(say("Type the passphrase of now first."))
        elif not new:
            self._warn(say("Type the passphrase twice, or have one made."))
        elif self._begin(say("Changing … this takes a few seconds.")):
            self._desk.ask(lambda: self._tools.change(old, new), self._changed, self._failed)

    def ask_removal(self, badge: str) -> None:
        """Ask whether somebody is to be removed."""
        self._leaving, self._also = badge, ()
        self._view.ask_removal(
            badge,
            self._desk.say(
                "{badge} can then no longer unlock here. Everything is written under a new key:"
                " that takes minutes, and the window locks. What {badge} copied before stays"
                " readable there.",
                badge=badge,
            ),
        )

    def keep(self) -> None:
        """Remove nobody."""
        self._leaving, self._also = "", ()
        self._view.ask_removal("", "")

    def remove(self, typed: str) -> None:
        """Remove whoever was asked for, if the badge was typed."""
        say, badge = self._desk.say, self._leaving
        if not badge or typed.strip().casefold() != badge.casefold():
            self._warn(say("Type the badge as it stands above."))
        elif self._begin(say("Writing everything under a new key … please wait.")):
            self._is_over, also = True, self._also
            self._desk.ask(lambda: self._tools.remove(badge, also), self._removed, self._failed)

    def go_on(self) -> None:
        """Lock, after a removal."""
        self._lock()

    def _begin(self, words: str) -> bool:
        if self._is_busy or self._is_over:
            return False
        self._is_busy = True
        self._view.show_banners(())
        self._view.show_busy(words)
        return True

    def _end(self) -> None:
        self._is_busy = False
        self._view.show_busy("")

    def _read(self) -> None:
        self._desk.ask(self._tools.people, self._show, self._failed)

    def _show(self, people: Sequence[PersonRow]) -> None:
        self._view.show_people(
            tuple((self._words(one), "" if one.is_own else one.badge) for one in people)
        )

    def _words(self, one: PersonRow) -> str:
        say = self._desk.say
        jobs = ", ".join(role_words(say, role) for role in one.roles)
        sign = one.sign.replace("-", " ")
        if one.is_own:
            return say(
                "{badge}, “{sign}”: {jobs}. This is you.", badge=one.badge, sign=sign, jobs=jobs
            )
        if not one.is_known:
            return say(
                "{badge}, “{sign}”: cannot unlock yet. Whoever keeps the keys has to add {badge}"
                " here as well, and {badge} types the same passphrase.",
                badge=one.badge,
                sign=sign,
            )
        return say("{badge}, “{sign}”: {jobs}.", badge=one.badge, sign=sign, jobs=jobs)

    def _show_roles(self, roles: Sequence[str]) -> None:
        say = self._desk.say
        self._view.show_roles(tuple(Choice(role, role_words(say, role)) for role in roles))

    def _added(self, row: PersonRow) -> None:
        self._end()
        self._view.clear()
        say = self._desk.say
        text = say(
            "{badge} chooses the sign “{sign}” on the locked screen.",
            badge=row.badge,
            sign=row.sign.replace("-", " "),
        )
        self._view.show_banners((BannerSpec(text, Tone.OK, say("One person more.")),))
        self._read()

    def _changed(self, _none: None) -> None:
        self._end()
        self._view.clear()
        say = self._desk.say
        text = say("The new passphrase holds from now on. Backups of before open with the old one.")
        self._view.show_banners((BannerSpec(text, Tone.OK),))

    def _removed(self, removed: Removed) -> None:
        self._end()
        say = self._desk.say
        lines = [say("{badge} can no longer unlock here.", badge=removed.badge)]
        if removed.old_backups:
            names = ", ".join(removed.old_backups)
            lines.append(say("These backups still open by the old key: {names}", names=names))
        if removed.has_sheet:
            lines.append(
                say("Who may have seen the sheet of 14 groups? If in doubt, make another.")
            )
        lines.append(say("Tell the office: other laptops do not know yet."))
        self._view.show_over(tuple(lines))

    def _failed(self, error: NrmError) -> None:
        was_removing, self._is_over = self._is_over, False
        self._end()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))
        if was_removing and error.code == "policy.unknown_slot":
            self._ask_for_more(error)
        if was_removing and error.code not in _REFUSED_BEFORE:
            self._is_over = True
            self._view.show_over((f"{message} {remedy}".strip(),))

    def _ask_for_more(self, error: NrmError) -> None:
        """Ask whether ways in that nobody can vouch for shall go in the same act."""
        named = error.params.get("slots")
        self._also = tuple(map(str, named)) if isinstance(named, list) else ()
        text = self._desk.say(
            "Remove {badge}, and with {badge} also: {slots}? Whoever used these cannot unlock by"
            " them any more.",
            badge=self._leaving,
            slots=", ".join(one.replace("-", " ") for one in self._also),
        )
        self._view.ask_removal(self._leaving, text)

    def _warn(self, words: str) -> None:
        self._view.show_banners((BannerSpec(words, Tone.WARN),))


_REFUSED_BEFORE = frozenset(
    {
        "policy.role",
        "policy.own_slot",
        "policy.last_user",
        "policy.root_holder",
        "policy.unknown_slot",
        "usage.not_found",
    }
)
"""With these a removal ends before the safe was closed for it."""
