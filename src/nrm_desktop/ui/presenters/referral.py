"""A referral: choose recipient and purpose, see what would go and what stays, then write it.

This module decides nothing about what may go; the disclosure engine does, and the handler refuses
once more by itself. It turns that decision into words, names the one step that helps where nothing
may go, and says "done" only after the file was read back from where it was written.

Source: ux.md sections 4 (screen 11) and 9; R10, R26.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, Protocol

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.events import Event, ReferralIssued
from nrm_desktop.app.handlers.referrals import ACCESS_FORM, Decided
from nrm_desktop.app.queries import DirectoryRow
from nrm_desktop.app.referring import PLAINTEXT, SAFE, UNVERIFIED
from nrm_desktop.domain.disclosure import CONSENT, OWN_REQUEST, THE_PERSON, VITAL_INTEREST
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.parts import OWN_COPY
from nrm_desktop.domain.ids import RecipientId, ScopeId
from nrm_desktop.domain.layouts import USUAL
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent import FIRST_PURPOSE
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.public_bodies import PublicBodies
from nrm_desktop.ui.presenters.referral_words import Decision, decision_of
from nrm_desktop.ui.presenters.second_person import NEEDS_SECOND, SecondPerson

PACKET: Final = "packet"
PASSWORD: Final = "pdf-password"  # noqa: S105 - the name of a way, no password
PLAIN: Final = "pdf"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as it will be sent. Shape: `rgba` holds four bytes per pixel from the top."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class WishInput:
    """What was chosen above: to whom, what for, on which ground, who was told, on which paper."""

    recipient: str = ""
    purpose: str = FIRST_PURPOSE
    ground: str = ""
    reason: str = ""
    informed: frozenset[str] = frozenset()
    language: str = ""
    layout: str = USUAL

    @property
    def is_own(self) -> bool:
        """True where it is for the person: then nobody asks for a purpose or a ground."""
        return self.recipient == THE_PERSON

    @property
    def occasion(self) -> tuple[str, str, str]:
        """What decides which papers fit."""
        return self.recipient, self.purpose, self.ground


@dataclass(frozen=True, slots=True)
class SendInput:
    """How it is to be written. Shape: `typed` is the word that confirms, as it was typed."""

    way: str
    folder: str
    password: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class ReferralChoices:
    """What can be chosen above."""

    recipients: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    grounds: tuple[Choice, ...]
    languages: tuple[Choice, ...]


class ReferralTools(Protocol):
    """What a referral needs; both are slow and run outside the window."""

    def preview(self, wish: ReferralWish) -> Decided:
        """Say what would go and what not."""

    def pictures(self, decided: Decided, language: str) -> Sequence[Picture]:
        """Paint the very pages that would be sent."""


class ReferralView(Protocol):
    """What the page shows."""

    def show_choices(self, choices: ReferralChoices, chosen: WishInput) -> None:
        """Show what can be chosen above."""

    def show_decision(self, decision: Decision | None) -> None:
        """Show what would go and what stays; None while nothing is chosen."""

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show the pages."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: it can be written."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ReferralPresenter:
    """Prepares and sends a referral.

    Shape: `ask_consent` leads to the conversation about consent.
    """

    def __init__(
        self,
        view: ReferralView,
        desk: Desk,
        scope: ScopeId,
        tools: ReferralTools,
        ask_consent: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._tools = tools
        self.ask_consent = ask_consent
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._wish = WishInput()
        self._decided: Decided | None = None
        self._round = 0
        self._is_writing = False
        self._order: IssueReferral | None = None
        self.second: SecondPerson | None = None
        """Asks a colleague where this takes two; told by whoever joins the page."""
        self.bodies: PublicBodies | None = None
        """Shows whom one can ask in the country; told by whoever joins the page."""

    def start(self) -> None:
        """Show to whom something may be sent."""
        desk = self._desk
        desk.ask(desk.reader.directory, self._loaded, self._failed)
        if self.bodies is not None:
            self.bodies.start()

    def refresh(self) -> None:
        """Something changed from elsewhere: decide again."""
        self.change(self._wish)

    def leave(self) -> None:
        """Nothing is kept: a referral that was not written does not exist."""

    def change(self, wish: WishInput) -> None:
        """Something was chosen above: say anew what would go."""
        if wish.occasion != self._wish.occasion:
            wish = replace(wish, layout=USUAL)  # another occasion has other papers
        self._wish = wish
        self._decided = None
        self._round += 1
        this = self._round
        if not wish.recipient or not wish.purpose:
            self._view.show_decision(None)
            return
        asked = self._asked(wish)

        def decided(found: Decided) -> None:
            if this == self._round:
                self._show(found)

        self._desk.ask(lambda: self._tools.preview(asked), decided, self._failed)

    def send(self, order: SendInput) -> None:
        """Write the file, read it back, and record what went."""
        say = self._desk.say
        if self._is_writing or self._decided is None:
            return
        problem = self._problem(order)
        if problem:
            self._view.show_banners((BannerSpec(problem, Tone.WARN),))
            return
        self._is_writing = True
        self._view.show_banners(())
        self._view.show_busy(say("Writing … please leave the stick in."))
        command = IssueReferral(
            wish=self._asked(self._wish),
            way=order.way,
            folder=order.folder.strip(),
            language=self._wish.language,
            password=order.password,
            confirmations=self._confirmations(order),
        )
        self._order = command
        self._desk.submit(command, self._sent, self._failed)

    def confirm_word(self, way: str) -> tuple[str, str]:
        """The word that has to be typed for a way, and why; empty if none."""
        say = self._desk.say
        if self._wish.is_own:
            return SAFE, say("Is it safe for the person to hold this copy? Others may find it.")
        if way == PLAIN:
            return PLAINTEXT, say("Anyone who finds this file can read it.")
        is_unsure = self._decided is not None and not self._decided.is_card_verified
        if way == PACKET and is_unsure:
            return UNVERIFIED, say("Nobody has compared the digits of this office yet.")
        return "", ""

    # ---- parts ----------------------------------------------------------------------------------

    def reload(self) -> None:
        """The directory has one more: offer it, and choose nothing anew."""
        desk = self._desk

        def show(directory: Sequence[DirectoryRow]) -> None:
            self._view.show_choices(self._choices(directory), self._wish)

        desk.ask(desk.reader.directory, show, self._failed)

    def _loaded(self, directory: Sequence[DirectoryRow]) -> None:
        nobody_yet = WishInput(language=self._desk.context.language)
        self._view.show_choices(self._choices(directory), nobody_yet)
        self.change(nobody_yet)

    def _choices(self, directory: Sequence[DirectoryRow]) -> ReferralChoices:
        forms, words, say = self._desk.context.forms, self._words, self._desk.say
        purposes = forms.codelist("consent_purpose").offered()
        spoken = dict.fromkeys(tag for pack in forms.packs for tag in pack.languages)
        names = {choice.code: choice.label for choice in self._desk.languages()}
        return ReferralChoices(
            recipients=(*(Choice(row.entry, row.name) for row in directory), *self._the_person()),
            purposes=tuple(Choice(code, words.code("consent_purpose", code)) for code in purposes),
            grounds=(
                Choice("", say("What the person agreed to")),
                Choice(VITAL_INTEREST, words.code("ground", VITAL_INTEREST)),
            ),
            languages=tuple(Choice(tag, names.get(tag, tag)) for tag in spoken),
        )

    def _the_person(self) -> tuple[Choice, ...]:
        """The person, last: for those whose roles answer what a person asks for."""
        context = self._desk.context
        if not context.forms.roles.may_fill(context.roles, ACCESS_FORM):
            return ()
        return (Choice(THE_PERSON, self._desk.say("The person: a copy of what is kept")),)

    def _confirmations(self, order: SendInput) -> frozenset[str]:
        """The words that were typed; whoever says that a copy is safe to hold has read both."""
        typed = order.typed.strip().upper()
        return frozenset({SAFE, PLAINTEXT} if self._wish.is_own and typed == SAFE else {typed})

    def _asked(self, wish: WishInput) -> ReferralWish:
        if wish.is_own:
            return ReferralWish(self._scope, THE_PERSON, OWN_COPY, OWN_REQUEST, layout=wish.layout)
        return ReferralWish(
            scope=self._scope,
            recipient=RecipientId(wish.recipient),
            purpose=wish.purpose,
            ground="" if wish.ground == CONSENT else wish.ground,
            reason=wish.reason.strip(),
            informed=wish.informed,
            layout=wish.layout,
        )

    def _show(self, decided: Decided) -> None:
        self._decided = decided
        decision = decision_of(self._desk, self._words, decided, self._wish.informed)
        self._view.show_decision(decision)
        if decision.blocked is not None:
            self._view.show_pictures(())
            return
        language, this = self._wish.language, self._round

        def painted(pictures: Sequence[Picture]) -> None:
            if this == self._round:
                self._view.show_pictures(pictures)

        self._desk.ask(lambda: self._tools.pictures(decided, language), painted, self._failed)

    def _problem(self, order: SendInput) -> str:
        say = self._desk.say
        word, why = self.confirm_word(order.way)
        if not order.folder.strip():
            return say("Choose a folder first.")
        if order.way == PASSWORD and not order.password:
            return say("Type a password for the file, and tell it another way.")
        if word and order.typed.strip().upper() != word:
            return say("{why} Type {word} to go on all the same.", why=why, word=word)
        return ""

    def _sent(self, events: Sequence[Event]) -> None:
        self._is_writing = False
        self._order = None
        self._view.show_busy("")
        say = self._desk.say
        for event in events:
            if isinstance(event, ReferralIssued):
                text = say(
                    "Written, read back and recorded: {file}. Eject the stick before you take it "
                    "out.",
                    file=PurePath(event.path).name,
                )
                title = say("Reference {reference}", reference=event.referral)
                banners = [BannerSpec(text, Tone.OK, title)]
                if event.words:
                    words = " ".join(event.words)
                    banners.append(
                        BannerSpec(say("To compare with the recipient: {words}", words=words))
                    )
                self._view.show_banners(tuple(banners))

    def _with_second(self, badge: str) -> None:
        """Somebody else has confirmed: write the very same."""
        order = self._order
        if order is None or self._is_writing:
            return
        self._is_writing = True
        self._view.show_busy(self._desk.say("Writing … please leave the stick in."))
        self._desk.submit(replace(order, second=badge), self._sent, self._failed)

    def _failed(self, error: NrmError) -> None:
        self._is_writing = False
        self._view.show_busy("")
        if error.code == NEEDS_SECOND and self.second is not None:
            say = self._desk.say
            self.second.ask(say("Pass this on without the person's consent"), self._with_second)
            return
        self._order = None
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))
