"""Taking a consent back: what it does is told before, and whom to tell stays until it is done.

Rules (nrm.md R5, R27, S6):
- Before anything happens the page says what lies here, who has received something, what is still
  under way and what stays and why; nothing is softened and nothing is a threat.
- It acts at once. Whom to tell is not a list that somebody keeps: it follows from what left.
- What a recipient answers is written beside it, also later; "not told" is a decision with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.commands import WithdrawConsent
from nrm_desktop.app.events import ConsentWithdrawn, Event
from nrm_desktop.app.notice_commands import TellRecipient
from nrm_desktop.app.queries import DirectoryRow, Effects
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import NO_REPLY, NOT_SAFE, Notice, Passed, ways_by_hand
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent_rows import RegisterLine
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.paper import PaperOffer

_WAYS: Final = "notice_way"
_REPLIES: Final = "notice_reply"
_Found = tuple[Sequence[Notice], Sequence[DirectoryRow]]


@dataclass(frozen=True, slots=True)
class EffectsCard:
    """What taking a consent back does. Shape: `lines` are sentences, the most important first."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A file that left, and whether its recipient was told."""

    recipient: str
    passed: str
    pill: PillSpec
    said: str


class TakingBackView(Protocol):
    """What the two cards show."""

    def show_effects(self, card: EffectsCard | None) -> None:
        """Show what it does, and the button; None takes it away."""

    def show_answers(self, ways: tuple[Choice, ...], replies: tuple[Choice, ...]) -> None:
        """Show how a recipient can be told, and what it may answer."""

    def show_notices(self, lines: tuple[NoticeLine, ...]) -> None:
        """Show who has to be told, and who was."""

    def point_at_notices(self) -> None:
        """Put the focus on who has to be told: something was taken back just now."""

    def clear_telling(self) -> None:
        """It is written down."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class TakingBackPresenter:
    """Takes consents of one file back, and keeps whom to tell in sight.

    Shape: `changed` has the whole page read anew, these cards among it; `papers` is what can be
    written for those who are told.
    """

    def __init__(
        self, view: TakingBackView, desk: Desk, scope: ScopeId, changed: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._changed = changed
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._names: Mapping[str, str] = {}
        self._notices: tuple[Notice, ...] = ()
        self._asked: WithdrawConsent | None = None
        self._is_taken = False
        self.papers: PaperOffer | None = None

    def start(self) -> None:
        """Show who has to be told."""
        self._view.show_answers(self._choices(_WAYS), self._choices(_REPLIES))
        self.refresh()

    def refresh(self) -> None:
        """Something changed: what is being asked stays as it is."""
        desk = self._desk

        def read() -> _Found:
            return desk.reader.notices(self._scope, desk.sight), desk.reader.directory()

        desk.ask(read, self._show, self._failed)

    def ask(self, line: RegisterLine | None) -> None:
        """Say what taking a row back does, before it is done."""
        if line is None or not line.may_withdraw:
            text = self._desk.say("Choose a row that says yes.")
            self._view.show_banners((BannerSpec(text),))
            return
        desk, ids = self._desk, (RecordId(bytes.fromhex(line.id)),)

        def read() -> tuple[ScopeId, Effects]:
            scope = self._file_of(line)
            return scope, desk.reader.effects(scope, desk.sight, ids)

        def told(found: tuple[ScopeId, Effects]) -> None:
            scope, effects = found
            self._asked = WithdrawConsent(scope=scope, consents=ids)
            self._view.show_effects(self._card(line, effects))

        desk.ask(read, told, self._failed)

    def leave_it(self) -> None:
        """The person leaves it as it is."""
        self._asked = None
        self._view.show_effects(None)

    def take_back(self) -> None:
        """Take it back; help goes on as before."""
        command = self._asked
        if command is not None:
            self.leave_it()
            self._desk.submit(command, self._withdrawn, self._failed)

    def tell(self, at: int | None, way: str, reply: str, words: str) -> None:
        """Write down that a recipient was told, or what it answers."""
        say = self._desk.say
        if at is None or not way:
            text = say("Choose who was told, and how.")
            self._view.show_banners((BannerSpec(text, Tone.WARN),))
            return
        passed = self._notices[at].passed
        command = TellRecipient(
            scope=self._scope,
            reference=passed.reference,
            recipient=passed.recipient,
            way=way,
            reply=reply or NO_REPLY,
            words=words,
        )
        self._desk.submit(command, self._told, self._failed)

    def passed_at(self, at: int | None) -> Passed | None:
        """The file in a row of those to be told; None for no row."""
        return None if at is None else self._notices[at].passed

    def _file_of(self, line: RegisterLine) -> ScopeId:
        """The file in which a row stands: it is taken back there."""
        other = self._desk.reader.scope_of_code(line.file) if line.file else None
        return self._scope if other is None else other

    # ---- words ----------------------------------------------------------------------------------

    def _card(self, line: RegisterLine, effects: Effects) -> EffectsCard:
        title = self._desk.say(
            "Taking back “{group}” for {recipient}", group=line.group, recipient=line.recipient
        )
        return EffectsCard(title, tuple(self._lines(line, effects)))

    def _lines(self, line: RegisterLine, effects: Effects) -> Iterator[str]:
        say = self._desk.say
        yield say(
            "Nothing of “{group}” goes to {recipient} from then on.",
            group=line.group,
            recipient=line.recipient,
        )
        if effects.prepared:
            yield say("A referral to them is being prepared. It will not carry this any more.")
        yield from self._what_left(effects.received)
        if effects.held:
            yield say.plural(
                "{count} answer of this kind stays in this file for those who help. It can be "
                "erased if the person asks.",
                "{count} answers of this kind stay in this file for those who help. They can be "
                "erased if the person asks.",
                effects.held,
            )
        if effects.likenesses:
            yield say.plural(
                "{count} picture or recording of the person lies in this file. It stays until it "
                "is erased: see “What the person asks”.",
                "{count} pictures or recordings of the person lie in this file. They stay until "
                "they are erased: see “What the person asks”.",
                effects.likenesses,
            )
        yield say("That it was agreed and taken back stays written down, with what was passed on.")
        yield say("Help goes on as before.")

    def _what_left(self, received: Sequence[Passed]) -> Iterator[str]:
        say = self._desk.say
        if not self._sees_the_log():
            yield say(
                "Whether something was passed on cannot be seen with your role. Colleagues who see "
                "it find on “Today” whom they have to tell."
            )
            return
        for one in received:
            yield say(
                "{recipient} has received something: {what}. It cannot be fetched back; they are "
                "asked to stop using it.",
                recipient=self._name(one.recipient),
                what=self._passed(one),
            )
        if not received:
            yield say("Nothing has been passed on with it.")

    def _line(self, notice: Notice) -> NoticeLine:
        say, last = self._desk.say, notice.last
        name, passed = self._name(notice.passed.recipient), self._passed(notice.passed)
        if notice.file:
            passed = say("{what}, from file {code}", what=passed, code=notice.file)
        if notice.is_owed or last is None:
            pill = PillSpec(say("To be told"), Shape.TRIANGLE, Tone.WARN)
            return NoticeLine(name, passed, pill, last.words if last else "")
        said = [self._words.code(_WAYS, last.way), self._desk.dates.show(PartialDate(last.at[:10]))]
        if last.way == NOT_SAFE:
            return NoticeLine(name, passed, PillSpec(said[0], Shape.HALF), last.words)
        said.append(self._words.code(_REPLIES, last.reply))
        if last.words:
            said.append(last.words)
        if notice.answers_an_earlier:
            said.append(say("This answers an earlier notice"))
        return NoticeLine(name, passed, PillSpec(say("Told"), Shape.DOT, Tone.OK), "; ".join(said))

    def _passed(self, passed: Passed) -> str:
        day = self._desk.dates.show(PartialDate(passed.day)) if passed.day else ""
        way = self._words.code("way", passed.way) if passed.way else ""
        return ", ".join(filter(None, (day, way)))

    def _name(self, recipient: str) -> str:
        return self._names.get(recipient, recipient[:8])

    def _choices(self, codes: str) -> tuple[Choice, ...]:
        offered = ways_by_hand(self._desk.context.forms.codelist(codes).offered())
        return tuple(Choice(code, self._words.code(codes, code)) for code in offered)

    def _sees_the_log(self) -> bool:
        return Compartment.RIGHTS in self._desk.sight.compartments

    # ---- what came ------------------------------------------------------------------------------

    def _show(self, found: _Found) -> None:
        notices, directory = found
        self._names = {row.entry: row.name for row in directory}
        self._notices = tuple(sorted(notices, key=lambda one: not one.is_owed))
        self._view.show_notices(tuple(self._line(one) for one in self._notices))
        if self.papers is not None:
            self.papers.offer(is_offered=bool(self._notices))
        if self._is_taken and any(one.is_owed for one in self._notices):
            self._view.point_at_notices()
        self._is_taken = False

    def _withdrawn(self, events: Sequence[Event]) -> None:
        say = self._desk.say
        told = [event.to_tell for event in events if isinstance(event, ConsentWithdrawn)]
        names = sorted({self._name(recipient) for pairs in told for recipient, _ in pairs})
        text = say("Withdrawn. Nothing goes there from now on, and help goes on as before.")
        banners = [BannerSpec(text)]
        if names:
            text = say(
                "What was passed on before cannot be taken back. Please tell: {names}",
                names=", ".join(names),
            )
            banners.append(BannerSpec(text, Tone.WARN))
        self._view.show_banners(tuple(banners))
        self._is_taken = True
        self._changed()

    def _told(self, _events: Sequence[Event]) -> None:
        self._view.show_banners((BannerSpec(self._desk.say("It is written down."), Tone.OK),))
        self._view.clear_telling()
        self.refresh()

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))
