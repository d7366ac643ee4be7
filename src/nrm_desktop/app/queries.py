"""Read models: what screens and commands show, as frozen rows. Nothing here is stored.

The rows are filtered for the roles of the user who asks before they are made; a screen never
receives what its user may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.joining import ALONE, OnePerson
from nrm_desktop.domain.notices import Passed
from nrm_desktop.domain.values import Answer

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the token that continues after them; None at the end."""

    rows: tuple[Row, ...]
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list of cases is narrowed to; empty strings and None mean "any".

    Shape: `text` matches the beginning of the code; `changed_since_ms` is a wall time.
    """

    state: str = ""
    child: str = ""
    has_conflict: bool | None = None
    text: str = ""
    changed_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """How often the person answered what: never a share, never a sum."""

    agreed: int = 0
    said_no: int = 0
    not_now: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list of cases. No name, no place: code and neutral facts only.

    Shape: `joined` says how the file stands among those of its person; `child_in` are codes of the
    others in which the steps for a child are on.
    """

    scope: ScopeId
    code: str
    state: str
    child: str
    support: str
    changed_ms: int
    conflicts: int
    consents: ConsentCounts
    joined: OnePerson = ALONE
    child_in: tuple[str, ...] = ()

    @property
    def is_child(self) -> bool:
        """True while the steps for a child are on, in this file or in another of the person."""
        return self.child == Pathway.CHILD or bool(self.child_in)


class JoinedFile(NamedTuple):
    """A file that is joined with another one, and how it stands."""

    scope: ScopeId
    code: str
    standing: OnePerson


class Version(NamedTuple):
    """One standing value, for people: who, on which device, when."""

    op: OpId
    answer: Answer | None
    user: str
    device: str
    at_ms: int
    is_clock_suspect: bool = False


class CellView(NamedTuple):
    """One field of a record: the version that acts, and the others if there is a conflict.

    Shape: `standing` names all operations that stand there, also those that say the same.
    """

    address: str
    record: RecordId
    form: str
    field: FieldId
    compartment: int
    acting: Version
    others: tuple[Version, ...] = ()
    standing: tuple[OpId, ...] = ()

    @property
    def is_conflict(self) -> bool:
        """True if others say something different."""
        return bool(self.others)


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with its place, for building addresses and repeating sections."""

    record: RecordId
    form: str
    parent: RecordId | None
    order: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything of a case that this user may see.

    Shape: `ended` are the records of episodes that have ended, `ended_ms` is when support ended
    last, 0 if it never did. Units: wall-clock milliseconds.
    """

    row: CaseRow
    records: tuple[RecordView, ...]
    cells: tuple[CellView, ...]
    hidden_compartments: tuple[str, ...]
    ended: frozenset[RecordId] = frozenset()
    ended_ms: int = 0


class ClosedDay(NamedTuple):
    """A day that stands in a closed case. Shape: `day` as it was written, also half a date."""

    scope: ScopeId
    field: FieldId
    day: str


@dataclass(frozen=True, slots=True)
class RegisterView:
    """The entries of one register of the organisation, as far as this user may see them."""

    records: tuple[RecordView, ...] = ()
    cells: tuple[CellView, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One operation in causal order."""

    op: OpId
    at_ms: int
    is_clock_suspect: bool
    user: str
    device: str
    form: str
    field: str
    kind: str
    old: Answer | None
    new: Answer | None
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field in which values stand side by side until a person decides."""

    conflict_id: str
    scope: ScopeId
    code: str
    record: RecordId
    field: FieldId
    compartment: int
    policy: str
    acting: OpId
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One record of the consent register, with its present state.

    Shape: `file` is the code of another file of the person in which it stands; `acts` says how far
    it reaches where there are several (`domain.consent_of_files.Acts`), empty where there is one.
    """

    consent_id: str
    purpose: str
    recipient: str
    group: str
    answer: str
    until: str
    state: str
    at_ms: int
    user: str
    file: str = ""
    acts: str = ""


class CaseNotices(NamedTuple):
    """What has to be told about one case. Shape: `owed` counts the files that left."""

    scope: ScopeId
    code: str
    owed: int
    since: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What taking consents back does and cannot do, for the person to hear before.

    Shape: `held` counts answers of the file that lie in these data groups, `likenesses` the
    pictures and recordings of the person that were taken in; `received` are files that left;
    `prepared` counts referrals to these recipients that are not sent yet.
    """

    held: int
    likenesses: int
    received: tuple[Passed, ...]
    prepared: int


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral out or in, with its receipts (state, wall time)."""

    referral: str
    direction: str
    recipient: str
    purpose: str
    form: str
    at_ms: int
    sha256: str
    state: str
    receipts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A service or contact of the directory; shelters by code name, never a street."""

    entry: str
    kind: str
    name: str
    contact: str
    is_verified: bool
    has_card: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A name or a piece of text that was found, with the case it stands in.

    Shape: `marks` are the begin and end of what fits within the snippet; `match` is `exact`,
    `folded` or `similar`; `likeness` is that of the spelling, given for similar names only and
    never shown in a window.
    """

    scope: ScopeId
    code: str
    field: FieldId
    snippet: str
    marks: tuple[tuple[int, int], ...]
    match: str
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found within what the user may see.

    Shape: `is_cut` says that time ran out or somebody stopped it; `is_newest_first` that there
    were too many texts to put the best ones first; `is_partial` that older cases are not yet
    ready to be searched.
    """

    hits: tuple[SearchHit, ...] = ()
    has_more: bool = False
    is_cut: bool = False
    is_newest_first: bool = False
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class AlikePerson:
    """Another case whose person may be the same: what is alike, and what speaks for and against.

    Shape: `agrees` and `differs` hold `birth_year` and `nationality` where both cases say one.
    """

    scope: ScopeId
    code: str
    ours: str
    theirs: str
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
