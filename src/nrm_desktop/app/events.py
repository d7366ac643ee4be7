"""Events: what has happened, in the past tense, published only after the transaction committed.

"Saved" is shown from these and from nothing else (P1).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.ports import DraftKey
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries: who started it."""

    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case exists."""

    scope: ScopeId
    code: str
    pathway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverKept(Event):
    """A case says which hand-over code was given for it."""

    scope: ScopeId
    record: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """Support has ended. Shape: `needs_open` are areas of life in which help is still needed."""

    scope: ScopeId
    reason: str
    needs_open: tuple[str, ...] = ()
    delete_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """Somebody came back, and a new episode has begun."""

    scope: ScopeId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAsked(Event):
    """A person has asked about the own data."""

    scope: ScopeId
    request: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecided(Event):
    """Somebody has decided about a request of a person."""

    scope: ScopeId
    request: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSet(Event):
    """A case is kept from being erased."""

    scope: ScopeId
    hold: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """One thing that kept a case from being erased has ended."""

    scope: ScopeId
    hold: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAdded(Event):
    """What the person says is wrong stands beside an answer. Shape: `on` is an ISO day."""

    scope: ScopeId
    item: RecordId
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPathwayEnded(Event):
    """Somebody signed that an authority has decided about the age.

    Shape: `is_over` once two people have signed for every sign; `signed_by` are badges.
    """

    scope: ScopeId
    is_over: bool
    signed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedValue:
    """One value of what was opened. It is in no log: its text is left out of what is printed."""

    name: FieldId
    record: RecordId
    answer: Answer = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOpened(Event):
    """Something sealed is shown to the one who asked, and to nobody else.

    Shape: `until` is a UTC time; `is_reviewed_later` where one person opened it alone.
    """

    scope: ScopeId
    part: str
    until: str
    values: tuple[OpenedValue, ...] = ()
    is_reviewed_later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupJoined(Event):
    """One file holds the link to a group."""

    scope: ScopeId
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """Somebody was told by word of mouth. Shape: `said` is what may be said, and no more."""

    scope: ScopeId
    row: RecordId
    said: tuple[tuple[FieldId, Answer], ...]
    lone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxAdopted(Event):
    """A box was taken over. Shape: `is_again` if that had been done before, into this scope."""

    scope: ScopeId
    is_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKept(Event):
    """Words are kept on this device; nothing is signed yet."""

    key: DraftKey
    at_ms: int


@dataclass(frozen=True, slots=True)
class SavedCell:
    """One answer that was saved. Shape: `op` is the standing op, also if nothing changed."""

    record: RecordId
    field: FieldId
    op: OpId
    superseded: tuple[OpId, ...] = ()
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersSaved(Event):
    """Answers are signed and in the journal. `commits` counts the signed commits made."""

    scope: ScopeId
    cells: tuple[SavedCell, ...]
    commits: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesChanged(Event):
    """Fields changed by something else than this user's typing: a delivery, a decision."""

    changed: frozenset[tuple[ScopeId, FieldId]]


@dataclass(frozen=True, slots=True)
class ConsentMade:
    """One new record of the register."""

    record: RecordId
    group: str
    replaces: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Event):
    """A conversation about consent is recorded. `missing` names proofs still to be filled in."""

    scope: ScopeId
    made: tuple[ConsentMade, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """Consents are withdrawn.

    Shape: `to_tell` lists (recipient, referral) that received something under them.
    """

    scope: ScopeId
    consents: tuple[RecordId, ...]
    at_ms: int
    to_tell: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralIssued(Event):
    """A referral lies on the medium, was read back and compared, and is journalled.

    Shape: `is_recorded` is False where the vault is read-only: then it is nowhere but there.
    """

    scope: ScopeId
    referral: str
    path: str
    size: int
    sha256: str
    included: int
    withheld: int
    digest: str
    words: tuple[str, ...]
    is_recorded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictResolved(Event):
    """A person decided between standing values."""

    scope: ScopeId
    record: RecordId
    field: FieldId
    op: OpId
    superseded: tuple[OpId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChanged(Event):
    """An entry of the directory was added or changed."""

    entry: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown(Event):
    """Our contact card was written. Shape: `digits` and `words` are read out to the partner."""

    path: str
    organisation: str
    fingerprint: str
    digits: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTakenIn(Event):
    """A partner's contact card lies in the directory."""

    entry: RecordId
    organisation: str
    fingerprint: str
    is_verified: bool
    digits: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralTakenIn(Event):
    """A packet lies in an own case, or did so already.

    Shape: `fields` counts what came, `kept` those of them that have no question here;
    `receipt_path` is empty where no medium could be written to: the typed groups say the same.
    """

    scope: ScopeId
    code: str
    referral: str
    sender: str
    is_sender_verified: bool
    purpose: str
    keep_until: str
    fields: int
    kept: int
    receipt_path: str
    typed: tuple[str, ...]
    is_expired: bool = False
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralAnswered(Event):
    """An answer lies on the medium, and in the case."""

    scope: ScopeId
    referral: str
    state: str
    path: str
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFiled(Event):
    """A receipt is filed with its referral.

    Shape: `state` is what the receipt says, `now` the state of the referral after it; `at_ms` is 0
    and `by` empty for a typed one.
    """

    scope: ScopeId
    code: str
    referral: str
    state: str
    now: str
    reason: str
    at_ms: int
    by: str
    is_typed: bool
