"""Who may do what: one table from command to what the acting roles must be able to do.

Checked here and not in widgets. Which compartment a role may write is pack data
(`compartments.toml`); this table only says what a kind of act needs. A handler checks each
compartment it writes besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nrm_desktop.app.attachment_commands import AddAttachment, SaveAttachment
from nrm_desktop.app.commands import (
    AddCorrection,
    AddDirectoryEntry,
    AdoptBox,
    AnswerReferral,
    AskAccess,
    CloseCase,
    Command,
    DecideAccess,
    EndChildPathway,
    EndHold,
    ExportCard,
    FileReceipt,
    ImportCard,
    ImportReferral,
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
from nrm_desktop.app.joining_commands import JoinCases, PartCases
from nrm_desktop.app.notice_commands import AnswerNotice, SendNotice, TakeNotice, TellRecipient
from nrm_desktop.domain.errors import ProgramFault, Refused
from nrm_desktop.domain.scopes import Compartment


@dataclass(frozen=True, slots=True)
class Need:
    """What the roles of the acting user need, all of it: places to write in, a form to fill."""

    writes: tuple[Compartment, ...] = ()
    fills: str = ""


_NEEDS: Mapping[type[Command], Need] = MappingProxyType(
    {
        OpenCase: Need(writes=(Compartment.CORE,)),
        CloseCase: Need(writes=(Compartment.CORE, Compartment.RIGHTS), fills="closure"),
        ReopenCase: Need(writes=(Compartment.CORE,), fills="event"),
        JoinCases: Need(writes=(Compartment.CORE,), fills="joined"),
        PartCases: Need(writes=(Compartment.CORE,), fills="joined"),
        EndChildPathway: Need(writes=(Compartment.CORE,), fills="age"),
        AskAccess: Need(writes=(Compartment.CORE, Compartment.RIGHTS), fills="access"),
        DecideAccess: Need(writes=(Compartment.RIGHTS,), fills="access"),
        SetHold: Need(writes=(Compartment.RIGHTS,), fills="hold"),
        EndHold: Need(writes=(Compartment.RIGHTS,), fills="hold"),
        SaveAnswers: Need(),  # each cell is checked against its own compartment
        AddCorrection: Need(),  # checked against the part of the file of the answer
        AddAttachment: Need(),  # checked against the part of the file it goes to
        SaveAttachment: Need(),  # what may be read may be handed on, after a warning
        KeepHandoverCode: Need(writes=(Compartment.CORE,), fills="quick"),
        TakeHandover: Need(writes=(Compartment.CORE,), fills="quick"),
        KeepDraft: Need(),  # local and unsigned; nobody else reads it
        OpenSealed: Need(writes=(Compartment.RIGHTS,)),  # the part is checked by itself
        AdoptBox: Need(),  # each answer is checked as if it were typed now
        ResolveConflict: Need(),  # checked against the compartment of the field
        RecordConsent: Need(writes=(Compartment.CORE, Compartment.RIGHTS), fills="consent"),
        WithdrawConsent: Need(writes=(Compartment.CORE,), fills="consent_register"),
        TellRecipient: Need(writes=(Compartment.RIGHTS,), fills="notice"),
        SendNotice: Need(writes=(Compartment.RIGHTS,), fills="notice"),
        TakeNotice: Need(writes=(Compartment.RIGHTS,)),
        AnswerNotice: Need(writes=(Compartment.RIGHTS,)),
        IssueReferral: Need(writes=(Compartment.CORE, Compartment.RIGHTS), fills="referral"),
        JoinGroup: Need(writes=(Compartment.CORE,), fills="group"),
        Tell: Need(writes=(Compartment.RIGHTS,), fills="missing"),
        AddDirectoryEntry: Need(writes=(Compartment.ORG_DIRECTORY,)),
        ExportCard: Need(),  # public: it says no more than the organisation tells its partners
        ImportCard: Need(writes=(Compartment.ORG_DIRECTORY,)),
        ImportReferral: Need(writes=(Compartment.CORE, Compartment.RIGHTS)),
        AnswerReferral: Need(writes=(Compartment.CORE, Compartment.RIGHTS)),
        FileReceipt: Need(writes=(Compartment.CORE, Compartment.RIGHTS)),
    }
)


def must_be_allowed(command: Command, context: Context) -> None:
    """Raises: Refused `policy.role` where the acting roles may not do this at all."""
    need = _NEEDS.get(type(command))
    if need is None:
        raise ProgramFault(command=type(command).__name__)
    roles = context.forms.roles
    if need.fills and not roles.may_fill(context.roles, need.fills):
        raise Refused("policy.role", form=need.fills)
    for compartment in need.writes:
        context.must_write(compartment)
