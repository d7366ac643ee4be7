"""The referral desk: preview, then one sending that is either whole or nothing.

Order of a sending: decide -> draw and seal (slow, outside the transaction) -> part-file on the
medium, flushed, read back, compared -> a note of what is about to be passed on -> one transaction
that decides again, refuses if anything changed, journals the disclosure and gives the file its
final name. If the medium fails, neither file nor journal row exists (cli.md section 6); if the
commit fails, the file is removed; if the device dies, the note says what is to be journalled.

It never shows or writes anything that the engine withheld: renderer and packet get the disclosure
and nothing else of the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import ReferralIssued
from nrm_desktop.app.file_ports import Medium
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.handlers.passing import (
    PassingOn,
    forget_unfinished,
    note_unfinished,
    record_passing,
    unfinished,
)
from nrm_desktop.app.handlers.referrals import (
    Decided,
    decide_referral,
    must_be_the_senders,
    must_rest_on_permission,
    what_went,
)
from nrm_desktop.app.handlers.second_look import lone_act
from nrm_desktop.app.person_files import NO_OTHER_FILES
from nrm_desktop.app.ports import UnitOfWork, Work
from nrm_desktop.app.referral_ports import (
    PacketMade,
    PacketMaker,
    PortableCopy,
    ReferralSheet,
    SheetRenderer,
    reference_of,
)
from nrm_desktop.app.system_ports import PreparedFile
from nrm_desktop.domain.disclosure import CHILD_PROTECTION, CONSENT, OWN_REQUEST
from nrm_desktop.domain.errors import NrmError, Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, RecordId

WAYS = ("packet", "pdf", "pdf-password")
OWN_WAYS = ("pdf", "pdf-password", "json")
"""How a copy goes to the person; what can be read by anybody takes a word."""
_READABLE = frozenset({"pdf", "json"})
_ENDINGS = {"packet": ".nrm", "json": ".json"}
UNVERIFIED = "UNVERIFIED"
PLAINTEXT = "PLAINTEXT"
SAFE = "SAFE"
VALID_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tools:
    """What makes bytes and writes them. Renderer and packets are loaded when first needed."""

    renderer: Callable[[], SheetRenderer]
    packets: Callable[[], PacketMaker]
    portable: Callable[[], PortableCopy]
    medium: Medium


@dataclass(frozen=True, slots=True)
class _Ready:
    """A sending of which only the last step is missing."""

    decided: Decided
    sheet: ReferralSheet
    made: PacketMade
    name: str
    prepared: PreparedFile
    lone: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.made.data).hexdigest()


class ReferralDesk:
    """Prepares and sends referrals for the user who is unlocked."""

    def __init__(self, work: Work, context: Context, tools: Tools) -> None:
        self._work = work
        self._context = context
        self._tools = tools

    def preview(self, wish: ReferralWish) -> Decided:
        """Say what would go and what not; writes nothing but an audit row."""

        def look(uow: UnitOfWork) -> Decided:
            decided = decide_referral(uow, self._context, wish)
            looked_at = (wish.scope, *(one.scope for one in decided.files.here))
            uow.audit("referral.preview", looked_at)
            return decided

        return self._work.run(look)

    def draw(self, decided: Decided, language: str = "") -> bytes:
        """Give the very pages that a sending would carry, for the eye before it."""
        return self._tools.renderer().render(self._sheet(decided, language))

    def issue(self, cmd: IssueReferral) -> ReferralIssued:
        """Send a referral.

        Raises: Refused `consent.*`, `confirm.unverified`, `confirm.plaintext`, `policy.no_card`,
        `policy.needs_second`;
        EnvironmentFault where the medium fails: then nothing was sent and nothing journalled.
        """
        ready = self._ready(cmd)
        passing = self._passing(cmd, ready)
        path = self._publish(ready.prepared, ready.decided, replace(passing, name=ready.name))
        return _issued(cmd, ready, path)

    def hand_out(self, cmd: IssueReferral) -> ReferralIssued:
        """Send a referral from a vault that cannot be written: the same rules, the same file.

        Nothing is journalled, because it cannot be, and the event says so.
        Raises: as `issue`.
        """
        ready = self._ready(cmd)
        try:
            self._work.run(lambda uow: _must_be_open(uow, cmd.wish))
            path = ready.prepared.publish()
        except BaseException:
            ready.prepared.discard()
            raise
        return replace(_issued(cmd, ready, path), is_recorded=False)

    def _ready(self, cmd: IssueReferral) -> _Ready:
        """Decide, draw and seal, and write the part-file: all that takes time."""
        decided = self.preview(cmd.wish)
        must_be_the_senders(self._context, decided)
        must_rest_on_permission(decided)
        lone = self._lone(decided, cmd.second)
        _must_be_confirmed(cmd, decided)
        sheet = self._sheet(decided, cmd.language)
        made = self._made(cmd, decided, sheet)
        name = f"{sheet.reference}{_ENDINGS.get(cmd.way, '.pdf')}"
        prepared = self._tools.medium.prepare(cmd.folder, name, made.data)
        return _Ready(decided, sheet, made, name, prepared, lone)

    def finish_interrupted(self) -> None:
        """Write the rows of files that were passed on when this device stopped.

        A file that is not there was not passed on; one of which nobody can tell may have been.
        """
        for passing in self._work.run(unfinished):
            is_there = self._tools.medium.holds(passing.folder, passing.name, passing.sha256)
            end = forget_unfinished if is_there is False else self._complete
            # Whose roles may not write it leaves it to somebody whose roles may.
            with suppress(Refused):
                self._work.run(partial(end, passing=passing))

    def _complete(self, uow: UnitOfWork, passing: PassingOn) -> None:
        closed = {row.record for row in uow.records(passing.scope) if row.is_closed}
        draft = None if passing.draft in closed else passing.draft
        record_passing(uow, self._context, replace(passing, draft=draft))
        forget_unfinished(uow, passing)

    def _passing(self, cmd: IssueReferral, ready: _Ready) -> PassingOn:
        decided, sheet, made, sha256 = ready.decided, ready.sheet, ready.made, ready.sha256
        return PassingOn(
            scope=cmd.wish.scope,
            referral=RecordId(sheet.referral),
            reference=sheet.reference,
            # Another paper does not use up the referral that somebody is preparing.
            draft=None if decided.disclosure.request.paper else decided.draft,
            recipient=cmd.wish.recipient,
            purpose=cmd.wish.purpose,
            reason=cmd.wish.reason.strip(),
            ground=decided.disclosure.request.ground,
            way=cmd.way,
            at=self._context.now_iso(),
            entry=what_went(decided.disclosure, sheet.reference, sha256),
            keeps=made.keeps,
            folder=cmd.folder,
            name="",
            sha256=sha256,
            lone=ready.lone,
            second=cmd.second,
            told=_told(decided),
            by=self._context.badge,
        )

    def _lone(self, decided: Decided, second: str) -> str:
        """The act that one person carries out alone. Raises: Refused `policy.needs_second`."""
        return lone_act(
            self._context.forms,
            decided.disclosure.request.ground,
            is_urgent=decided.is_urgent,
            has_second=bool(second),
        )

    def _publish(self, prepared: PreparedFile, decided: Decided, passing: PassingOn) -> str:
        def journal(uow: UnitOfWork) -> str:
            _must_be_open(uow, decided.wish)
            again = decide_referral(uow, self._context, decided.wish)
            must_rest_on_permission(again)
            is_same = (again.disclosure.digest(), again.is_urgent) == (
                decided.disclosure.digest(),
                decided.is_urgent,
            )
            if not is_same or (again.card, again.draft) != (decided.card, decided.draft):
                raise Refused("conflict.open", field="referral")
            record_passing(uow, self._context, passing)
            forget_unfinished(uow, passing)
            return prepared.publish()

        try:
            self._work.run(lambda uow: note_unfinished(uow, passing))
            return self._work.run(journal)
        except BaseException:
            prepared.discard()
            with suppress(NrmError):  # what went wrong before is what must be told
                self._work.run(lambda uow: forget_unfinished(uow, passing))
            raise

    def _made(self, cmd: IssueReferral, decided: Decided, sheet: ReferralSheet) -> PacketMade:
        if cmd.way == "json":
            return PacketMade(self._tools.portable()(sheet), ())
        renderer = self._tools.renderer()
        pdf = renderer.render(sheet)
        if cmd.way == "pdf-password":
            return PacketMade(renderer.protect(pdf, cmd.password), ())
        if cmd.way == "packet" and decided.card is not None:
            return self._tools.packets().make(sheet, pdf, decided.card)
        return PacketMade(pdf, ())

    def _sheet(self, decided: Decided, language: str) -> ReferralSheet:
        context = self._context
        today = context.today()
        referral = context.random(ID_BYTES)
        files = decided.files if decided.disclosure.is_own_copy else NO_OTHER_FILES
        return ReferralSheet(
            referral=referral,
            reference=reference_of(referral),
            case_code=decided.case_code,
            recipient_name=decided.recipient_name,
            purpose=decided.wish.purpose,
            language=language or context.language,
            prepared_on=today,
            expires_on=(date.fromisoformat(today) + timedelta(days=VALID_DAYS)).isoformat(),
            disclosure=decided.disclosure,
            is_practice=context.is_practice,
            sender=" · ".join(filter(None, (context.organisation_name, context.badge))),
            records=decided.records,
            consents=decided.consents,
            names=decided.names,
            hidden=decided.hidden,
            received=decided.received,
            other_files=tuple(one.code for one in files.here),
            missing_files=files.unread,
        )


def _must_be_open(uow: UnitOfWork, wish: ReferralWish) -> None:
    """An ended case refers nobody; what a person may ask for does not end with the support."""
    if wish.ground != OWN_REQUEST:
        must_be_open(uow, wish.scope)


def _told(decided: Decided) -> str:
    """Whether the person was told; nothing is said where it went with the person's consent."""
    ground = decided.disclosure.request.ground
    if ground == OWN_REQUEST:
        return ""
    if ground == CHILD_PROTECTION:
        return "yes"  # refused before if it were not so
    if ground == CONSENT:
        return ""
    return "yes" if "person" in decided.wish.informed else "not_yet"


def _issued(cmd: IssueReferral, ready: _Ready, path: str) -> ReferralIssued:
    disclosure = ready.decided.disclosure
    return ReferralIssued(
        scope=cmd.wish.scope,
        referral=ready.sheet.reference,
        path=path,
        size=len(ready.made.data),
        sha256=ready.sha256,
        included=len(disclosure.included),
        withheld=len(disclosure.withheld),
        digest=disclosure.digest(),
        words=ready.made.words,
        origin=cmd.origin,
    )


def _must_be_confirmed(cmd: IssueReferral, decided: Decided) -> None:
    if decided.disclosure.is_own_copy and SAFE not in cmd.confirmations:
        raise Refused("confirm.copy_safe")
    ways = OWN_WAYS if decided.disclosure.is_own_copy else WAYS
    if cmd.way not in ways:
        raise Usage("usage.bad_value", what="way", allowed=ways)
    if cmd.way in _READABLE and PLAINTEXT not in cmd.confirmations:
        raise Refused("confirm.plaintext")
    if cmd.way == "pdf-password" and not cmd.password:
        raise Usage("usage.bad_value", what="password")
    if cmd.way == "packet":
        if decided.card is None:
            raise Refused("policy.no_card")
        if not decided.is_card_verified and UNVERIFIED not in cmd.confirmations:
            raise Refused("confirm.unverified")
