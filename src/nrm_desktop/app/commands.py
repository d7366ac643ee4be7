"""Commands: what somebody wants to happen, as frozen dataclasses named by verbs.

A command changes something only through operations in the journal. `origin` names who started
it, so that a screen never refreshes over its own user.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.domain.ids import FieldId, OpId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries."""

    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """Open a case. Shape: `child` is the answer to "says or may be under 18" (R30)."""

    child: Answer


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that the caller begins: the id is random, made by the caller."""

    record: RecordId
    form: str
    parent: RecordId | None = None


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """An answer for one field of one record.

    Shape: `seen` are the operations that stood there when it was written; only these, and the own
    ones, are replaced. None: everything that stands is taken as seen, as by a command line.
    """

    record: RecordId
    field: FieldId
    answer: Answer
    seen: frozenset[OpId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAnswers(Command):
    """Save the answers of a field group, also incomplete ones; takes over a draft if named."""

    scope: ScopeId
    answers: tuple[CellAnswer, ...]
    opens: tuple[NewRecord, ...] = ()
    draft: DraftKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCorrection(Command):
    """Write beside an answer what the person says is wrong in it; nothing is overwritten.

    Shape: `on` is an ISO day, today if it is empty.
    """

    scope: ScopeId
    record: RecordId
    name: FieldId
    words: str = field(repr=False)
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(Command):
    """End the support of a case with a reason.

    Shape: `second` is the badge of somebody else who has confirmed it with an own passphrase.
    """

    scope: ScopeId
    reason: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAccess(Command):
    """Write down what a person asks about the own data.

    Shape: `kind` is a code of the list `access_kind`, `how` of `access_form`; `on` is an ISO day,
    today if it is empty.
    """

    scope: ScopeId
    kind: str
    on: str = ""
    how: str = "spoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAccess(Command):
    """Decide about a request of the person. Shape: a code of the list `access_decision`."""

    scope: ScopeId
    request: RecordId
    decision: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHold(Command):
    """Keep a case from being erased. Shape: `ground` is a code of the list `hold_ground`."""

    scope: ScopeId
    ground: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHold(Command):
    """Let a case be erased again once its time is over, with a reason."""

    scope: ScopeId
    hold: RecordId
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase(Command):
    """Begin again with somebody who comes back: a new episode under the same code.

    Shape: `on` is an ISO day or minute, today if it is empty.
    """

    scope: ScopeId
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndChildPathway(Command):
    """Sign that an authority has decided that somebody is of age; it takes two people.

    Shape: `decision` is the record of the form `age` in which the decision stands.
    """

    scope: ScopeId
    decision: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSealed(Command):
    """Open what is sealed for an hour, with a reason.

    Shape: `part` is `address` or the word of a compartment; `ground` a code of the list `ground` or
    empty; `is_urgent`: now or within 24 hours; `second` as in `CloseCase`.
    """

    scope: ScopeId
    part: str
    reason: str = ""
    ground: str = ""
    is_urgent: bool = False
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptBox(Command):
    """Take over what was written while the vault was locked; without a case, into a new one.

    Shape: `digest` is the SHA-256 of the box as it lay there.
    """

    content: BoxContent
    digest: bytes
    scope: ScopeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepHandoverCode(Command):
    """Keep in a record which code was given for whoever goes on with it."""

    scope: ScopeId
    record: RecordId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHandover(Command):
    """Open a case with the answers that a hand-over code carries."""

    code: str
    answers: tuple[tuple[FieldId, Answer], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDraft(Command):
    """Keep words that are not yet committed; a draft without fields takes away what was kept."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class ConsentRowGiven:
    """One answered row of the conversation: one recipient, one purpose, groups with yes or no.

    Shape: `answers` maps data group to `yes`, `no` or `not_now`; `until` is an ISO date, an event
    code, or `no_end`.
    """

    purpose: str
    recipient: RecipientId
    answers: tuple[tuple[str, str], ...]
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent(Command):
    """Record a conversation about consent: how it was asked once, then its answered rows (R31).

    Shape: `asked` and `proof` hold answers of the form's fields that stand once per conversation.
    """

    scope: ScopeId
    rows: tuple[ConsentRowGiven, ...]
    asked: tuple[tuple[FieldId, Answer], ...] = ()
    excluded_words: str = ""
    hold: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Command):
    """Withdraw records of the consent register; help never depends on it (R4, R5, S6)."""

    scope: ScopeId
    consents: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True)
class ReferralWish:
    """Who shall receive what for which purpose.

    Shape: `ground` is a code of the list `ground`, or empty: consent, and child protection where
    the child pathway is on; `informed` says who was told: `child`, `guardian` or
    `no_guardian` (there is none yet), `person`; `layout` is the paper on which it goes, a print
    order of the packs, or empty for the usual one.
    """

    scope: ScopeId
    recipient: RecipientId
    purpose: str
    ground: str = ""
    reason: str = ""
    informed: frozenset[str] = frozenset()
    layout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReferral(Command):
    """Send a referral: decide again, write the file to the medium, journal the disclosure.

    Shape: `way` is `packet`, `pdf` or `pdf-password`; `folder` stands for the stick; `second` is
    the badge of somebody else who has confirmed it with an own passphrase.
    """

    wish: ReferralWish
    way: str
    folder: str
    language: str = ""
    password: str = field(default="", repr=False)
    confirmations: frozenset[str] = frozenset()
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGroup(Command):
    """Link one person to people met together. Shape: without `group` a new one begins."""

    scope: ScopeId
    kind: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Command):
    """Tell somebody by word of mouth about a person who is missing, and log it.

    Shape: `missing` is the note; `plan` the row of the safety plan that names who is told, or else
    `wish` says whom, for what and on which ground; `second` as in `CloseCase`.
    """

    scope: ScopeId
    missing: RecordId
    plan: RecordId | None = None
    wish: ReferralWish | None = None
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveConflict(Command):
    """Decide between standing values: keep one of them, or write anew."""

    scope: ScopeId
    record: RecordId
    field: FieldId
    keep: OpId | None = None
    answer: Answer | None = None
    seen: tuple[OpId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDirectoryEntry(Command):
    """Add a service or contact to the directory of the organisation."""

    kind: str
    name: str
    contact: str = ""
    is_verified: bool = False
    entry: RecordId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCard(Command):
    """Write our contact card into a folder, for a partner."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard(Command):
    """Take in a partner's contact card.

    Shape: `typed` are the 24 digits or 12 words that the partner read out; empty keeps the card
    unverified. `entry` names the entry of the directory it belongs to; without it, the entry of
    this organisation, else a new one of `kind`.
    """

    path: str
    typed: str = ""
    entry: RecordId | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReferral(Command):
    """Open a packet that was sent to us, in an own case.

    Shape: the receipt goes beside the packet, or to `outbox` where that place cannot be written.
    """

    path: str
    outbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReferral(Command):
    """Answer a packet that was sent to us: read, accepted, refused ... (a person's receipt).

    Shape: `referral` is its reference; `state` a code of `referral_state`.
    """

    referral: str
    state: str
    folder: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReceipt(Command):
    """File a receipt that came back: the path of a file, or the groups told on the phone."""

    path: str = ""
    typed: str = ""
