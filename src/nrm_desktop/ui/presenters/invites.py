"""Invitations on the page of people: inviting somebody, and confirming who has opened one.

This module decides that only whoever keeps the keys is offered either, that the digits are shown
once and gone with the page, and that several laptops on one invitation are told apart by digits
that are read out, never by a click. It holds no key.

Source: ux.md section 4, screen 18; sync.md section 12.1. Threat: T19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.first_start import role_words
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A laptop whose person opened an invitation.

    Shape: `device` is what is confirmed; `must_compare` where several did, or too late.
    Units: milliseconds.
    """

    device: str
    badge: str
    label: str
    roles: tuple[str, ...]
    made_ms: int
    must_compare: bool


@dataclass(frozen=True, slots=True)
class InvitesNow:
    """What there is. Shape: `own_digits` while nobody has confirmed whoever is at work."""

    may_invite: bool
    claims: tuple[ClaimLine, ...] = ()
    own_digits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InviteMade:
    """An invitation that lies there. Its text form shows no digits."""

    badge: str
    file: str
    digits: tuple[str, ...] = field(repr=False)


class InviteTools(Protocol):
    """What may be asked for; all of it is slow and runs outside the window."""

    def now(self) -> InvitesNow:
        """What waits, and what may be done here."""

    def roles(self) -> Sequence[str]:
        """Which roles may be given, the usual ones first."""

    def invite(self, badge: str, role: str, folder: str) -> InviteMade:
        """Write an invitation into a folder."""

    def confirm(self, device: str, typed: str) -> str:
        """Confirm whoever opened an invitation on a laptop, and give the badge."""


class InvitesView(Protocol):
    """What these cards show."""

    def show_own(self, lines: tuple[str, ...]) -> None:
        """Show that nobody has confirmed whoever is at work; empty shows nothing."""

    def show_claims(self, rows: tuple[tuple[str, str], ...], *, must_compare: bool) -> None:
        """Show who waits, in words, each with what is confirmed; with a line to type if needed."""

    def show_invite(self, roles: tuple[Choice, ...]) -> None:
        """Offer to invite somebody."""

    def show_made(self, lines: tuple[str, ...]) -> None:
        """Show the digits of a new invitation; empty takes them away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class InvitesPresenter:
    """The cards about invitations. Fulfils `OpenPage`."""

    def __init__(self, view: InvitesView, desk: Desk, tools: InviteTools) -> None:
        self.view = view
        self._desk = desk
        self._tools = tools
        self._is_busy = False

    def start(self) -> None:
        """Read what waits."""
        self._desk.ask(self._tools.now, self._show, self._failed)

    def leave(self) -> None:
        """The digits are gone with the page."""
        self.view.show_made(())

    def refresh(self) -> None:
        """An exchange may have brought who opened an invitation."""
        if not self._is_busy:
            self.start()

    def invite(self, badge: str, role: str, folder: str) -> None:
        """Write an invitation for a named person."""
        say, tools = self._desk.say, self._tools
        plain = badge.strip()
        if not plain or " " in plain:
            self._warn(
                say(
                    "Type a badge without blanks, like P-02. It stands for the person, in place of"
                    " a name."
                )
            )
        elif not role:
            self._warn(say("Choose what this person does."))
        elif not folder.strip():
            self._warn(say("Choose a folder or a stick for the invitation."))
        elif self._begin(say("Writing the invitation …")):
            self._desk.ask(
                lambda: tools.invite(plain, role, folder.strip()), self._made, self._failed
            )

    def confirm(self, device: str, typed: str) -> None:
        """Confirm whoever opened an invitation on a laptop."""
        if self._begin(self._desk.say("Confirming …")):
            self._desk.ask(
                lambda: self._tools.confirm(device, typed), self._confirmed, self._failed
            )

    def _show(self, now: InvitesNow) -> None:
        say = self._desk.say
        self.view.show_own(self._own(now.own_digits))
        claims = now.claims if now.may_invite else ()
        self.view.show_claims(
            tuple((self._words(one), one.device) for one in claims),
            must_compare=any(one.must_compare for one in claims),
        )
        if now.may_invite:
            self._desk.ask(
                self._tools.roles,
                lambda roles: self.view.show_invite(
                    tuple(Choice(role, role_words(say, role)) for role in roles)
                ),
                self._failed,
            )

    def _own(self, digits: tuple[str, ...]) -> tuple[str, ...]:
        say = self._desk.say
        if not digits:
            return ()
        return (
            say(
                "The office has not confirmed you on this laptop yet. You can work; others see it"
                " once the office has confirmed you and both have exchanged."
            ),
            say("If the office asks, read out: {digits}", digits=" ".join(digits)),
        )

    def _words(self, one: ClaimLine) -> str:
        say, dates = self._desk.say, self._desk.dates
        jobs = ", ".join(role_words(say, role) for role in one.roles)
        day, time = dates.day(one.made_ms), dates.clock(one.made_ms)
        text = say(
            "{badge}: {jobs}. Opened {day}, {time}, on laptop {laptop}.",
            badge=one.badge,
            jobs=jobs,
            day=day,
            time=time,
            laptop=f"{one.label} {one.device[:8]}".strip(),
        )
        if not one.must_compare:
            return text
        warning = say("More than one laptop used this invitation, or too late: call and compare.")
        return f"{text} {warning}"

    def _made(self, made: InviteMade) -> None:
        self._end()
        say = self._desk.say
        self.view.show_made(
            (
                " ".join(made.digits),
                say(
                    "These digits are shown once. Tell them to {badge} by another way than the"
                    " file, by phone for example. The invitation ends after 30 days.",
                    badge=made.badge,
                ),
                say("The file: {file}", file=made.file),
            )
        )

    def _confirmed(self, badge: str) -> None:
        self._end()
        say = self._desk.say
        text = say("{badge} hears of it with the next exchange of both.", badge=badge)
        self.view.show_banners((BannerSpec(text, Tone.OK, say("Confirmed.")),))
        self.start()

    def _begin(self, words: str) -> bool:
        if self._is_busy:
            return False
        self._is_busy = True
        self.view.show_banners(())
        self.view.show_busy(words)
        return True

    def _end(self) -> None:
        self._is_busy = False
        self.view.show_busy("")

    def _failed(self, error: NrmError) -> None:
        self._end()
        message, remedy = self._desk.explain(error)
        self.view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _warn(self, words: str) -> None:
        self.view.show_banners((BannerSpec(words, Tone.WARN),))
