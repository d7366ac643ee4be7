"""The dispatcher: one table from command to handler, one unit of work, events after the commit.

It decides nothing about content. The policy is asked before the handler; the handler refuses by
itself too, so no other front end can go round a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nrm_desktop.app.bus import Bus
from nrm_desktop.app.commands import (
    AddCorrection,
    AddDirectoryEntry,
    AdoptBox,
    AskAccess,
    CloseCase,
    Command,
    DecideAccess,
    EndChildPathway,
    EndHold,
    IssueReferral,
    JoinGroup,
    KeepDraft,
    KeepHandoverCode,
    OpenCase,
    OpenSealed,
    RecordConsent,
    ReopenCase,
    ResolveConflict,
    SaveAnswers,
    SetHold,
    TakeHandover,
    Tell,
    WithdrawConsent,
)
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import Event
from nrm_desktop.app.handlers.answers import keep_draft, save_answers
from nrm_desktop.app.handlers.boxes import adopt_box
from nrm_desktop.app.handlers.cases import open_case
from nrm_desktop.app.handlers.child_pathway import end_child_pathway
from nrm_desktop.app.handlers.closing import close_case, reopen_case
from nrm_desktop.app.handlers.consent import record_consent, withdraw_consent
from nrm_desktop.app.handlers.correcting import add_correction
from nrm_desktop.app.handlers.deciding import resolve_conflict
from nrm_desktop.app.handlers.groups import join_group
from nrm_desktop.app.handlers.handover import keep_handover_code, take_handover
from nrm_desktop.app.handlers.holding import end_hold, set_hold
from nrm_desktop.app.handlers.joining import join_cases, part_cases
from nrm_desktop.app.handlers.notices import tell_recipient
from nrm_desktop.app.handlers.registers import add_directory_entry
from nrm_desktop.app.handlers.requests import ask_access, decide_access
from nrm_desktop.app.handlers.telling import tell
from nrm_desktop.app.handlers.unsealing import open_sealed
from nrm_desktop.app.joining_commands import JoinCases, PartCases
from nrm_desktop.app.notice_commands import TellRecipient
from nrm_desktop.app.policy import must_be_allowed
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork, Work
from nrm_desktop.app.referring import ReferralDesk
from nrm_desktop.domain.errors import ProgramFault

Job = Callable[[UnitOfWork], Sequence[Event]]
Desk = Callable[[Any], Sequence[Event]]
"""Carries out a command that needs files or keys besides the transaction, and opens its own."""


class Dispatcher:
    """Takes commands of the user who is unlocked; may be called from any thread but the UI's."""

    def __init__(
        self, work: Work, context: Context, keys: ScopeKeys, desk: ReferralDesk, bus: Bus
    ) -> None:
        self._work = work
        self._context = context
        self._keys = keys
        self._desks: dict[type[Command], Desk] = {IssueReferral: lambda cmd: (desk.issue(cmd),)}
        self._bus = bus
        self._rules: dict[type[Command], Callable[[], None]] = {}
        self._openings: Mapping[type[Command], Callable[..., Sequence[Event]]] = {
            OpenCase: open_case,
            AdoptBox: adopt_box,
            TakeHandover: take_handover,
        }
        """What may open a case, and needs keys for that."""
        self._jobs: Mapping[type[Command], Callable[..., Sequence[Event]]] = {
            SaveAnswers: save_answers,
            AddCorrection: add_correction,
            AskAccess: ask_access,
            DecideAccess: decide_access,
            SetHold: set_hold,
            EndHold: end_hold,
            CloseCase: close_case,
            ReopenCase: reopen_case,
            JoinCases: join_cases,
            PartCases: part_cases,
            EndChildPathway: end_child_pathway,
            OpenSealed: open_sealed,
            Tell: tell,
            JoinGroup: join_group,
            KeepDraft: keep_draft,
            KeepHandoverCode: keep_handover_code,
            ResolveConflict: resolve_conflict,
            RecordConsent: record_consent,
            WithdrawConsent: withdraw_consent,
            TellRecipient: tell_recipient,
            AddDirectoryEntry: add_directory_entry,
        }

    def add_desks(self, desks: Mapping[type[Command], Desk]) -> None:
        """Let desks carry out further kinds of commands."""
        self._desks.update(desks)

    def add_rule(self, kind: type[Command], rule: Callable[[], None]) -> None:
        """Let a rule that belongs to this laptop, not to a role, refuse a kind of command."""
        self._rules[kind] = rule

    def handle(self, command: Command) -> Sequence[Event]:
        """Carry out a command; its events are published once they are committed.

        Raises: the error of the handler, unchanged; then nothing was changed.
        """
        must_be_allowed(command, self._context)
        rule = self._rules.get(type(command))
        if rule is not None:
            rule()
        desk = self._desks.get(type(command))
        events = desk(command) if desk is not None else self._work.run(self._job(command))
        for event in events:
            self._bus.publish(event)
        return events

    def _job(self, command: Command) -> Job:
        context = self._context
        opening = self._openings.get(type(command))
        if opening is not None:
            return lambda uow: opening(command, uow, context, self._keys)
        handler = self._jobs.get(type(command))
        if handler is None:
            raise ProgramFault(command=type(command).__name__)
        return lambda uow: handler(command, uow, context)
