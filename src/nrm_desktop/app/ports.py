"""Ports: what use cases need from the outside, as Protocols and the plain rows they pass.

Adapters implement these; `bootstrap` joins them. Nothing here knows SQL, files, keys or Qt. The
ports of the exchange between devices stand in `app.sync_ports`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from nrm_desktop.app.counting_ports import CountReads
from nrm_desktop.app.notice_ports import NoticeReads
from nrm_desktop.app.queries import (
    AlikePerson,
    CaseFilter,
    CaseRow,
    CaseView,
    ClosedDay,
    ConflictRow,
    ConsentRow,
    HistoryRow,
    JoinedFile,
    Page,
    ReferralRow,
    SearchResult,
)
from nrm_desktop.app.register_ports import RegisterReads
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import (
    CommitId,
    DeviceId,
    FieldId,
    OpId,
    RecordId,
    ScopeId,
    SignerId,
    UserId,
)
from nrm_desktop.domain.ops import Op
from nrm_desktop.domain.registers import LASTING, is_conflict
from nrm_desktop.domain.values import Answer


class Signer(Protocol):
    """A person on this device: signs commits in the own name (sync.md section 2)."""

    @property
    def signer(self) -> SignerId:
        """Id that goes into the header."""

    @property
    def user(self) -> UserId:
        """The person's id."""

    def sign_commit(self, header: bytes) -> bytes:
        """Sign the header bytes of a commit. Shape: 64 bytes, Ed25519 over a COSE structure."""


class Standing(NamedTuple):
    """A value that stands in a register: nobody has superseded it.

    Shape: `answer` is None when the value was erased by order.
    """

    op: OpId
    answer: Answer | None
    hlc: Hlc
    signer: SignerId
    device: DeviceId
    is_clock_suspect: bool = False


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of a scope: a form, or a row in it. `parent` is None if it hangs on the scope."""

    record: RecordId
    form: str
    parent: RecordId | None
    order: int
    compartment: int | None = None
    is_closed: bool = False


class CellRow(NamedTuple):
    """One field of one record with everything that stands in it, newest first for display."""

    record: RecordId
    form: str
    field: FieldId
    compartment: int
    standing: tuple[Standing, ...]

    @property
    def is_conflict(self) -> bool:
        """True if two standing values say different things that a person can decide between."""
        answers = (each.answer for each in self.standing)
        return self.field not in LASTING and is_conflict(answers)


@dataclass(frozen=True, slots=True)
class DraftKey:
    """One draft per user, case and record (storage-security.md section 6)."""

    user: UserId
    scope: ScopeId
    record: RecordId


@dataclass(frozen=True, slots=True)
class Draft:
    """Words not yet committed, as typed: also what is no valid value yet.

    Shape: `fields` maps field id to (state number, raw text, source number).
    """

    key: DraftKey
    form: str
    fields: tuple[tuple[FieldId, int, str, int], ...]
    kept_at_ms: int


class ReceivedForStorage(Protocol):
    """A commit that passed every check of the Verifier; only the Verifier makes one.

    Shape: bytes exactly as received; `ops` are decoded from them.
    """

    @property
    def header_bytes(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def signature(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def skeleton_bytes(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def segments(self) -> Sequence[bytes | None]: ...  # noqa: D102 - see class


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a received commit. Shape: `outcome` applied, duplicate, pending or fork."""

    outcome: str
    commit: CommitId
    touched: tuple[tuple[RecordId, FieldId], ...] = ()


@dataclass(frozen=True, slots=True)
class EpochKey:
    """A key of a scope: the epoch key itself, or single compartment keys where not all are granted.

    Shape: `key` is None when only `compartments` (number -> 32-byte key) were given to us.
    """

    scope: ScopeId
    number: int
    epoch: bytes
    key: bytes | None = field(repr=False)
    compartments: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


class TrustStore(Protocol):
    """Keys and trust statements of this device; lies in the encrypted database."""

    def acts(self, scope: ScopeId | None = None) -> Sequence[bytes]:
        """Signed acts in order of arrival; of all scopes if none is named."""

    def add_act(self, act_id: bytes, scope: ScopeId, signed: bytes) -> bool:
        """Keep an act; False if it is already there."""

    def roots(self) -> Sequence[bytes]:
        """All root documents, by version."""

    def add_root(self, version: int, signed: bytes) -> None:
        """Keep a root document."""

    def epochs(self, scope: ScopeId | None = None) -> Sequence[EpochKey]:
        """Epoch keys, oldest first; of all scopes if none is named."""

    def add_epoch(self, epoch: EpochKey) -> bool:
        """Keep a key; compartment keys of a known epoch are joined. False if nothing is new."""

    def secret(self, name: str) -> bytes | None:
        """A secret of this device by name: `device.ed`, `device.mldsa`, `device.kem`, `path`..."""

    def set_secret(self, name: str, value: bytes) -> None:
        """Keep a secret of this device."""

    def secrets(self, prefix: str) -> Sequence[tuple[str, bytes]]:
        """Secrets whose names begin with the prefix, by name (`exchange.000001` ...)."""


class ScopeKeys(Protocol):
    """Makes the keys and grants with which a case begins (sync.md section 7.2)."""

    def begin_case(self, trust: TrustStore) -> ScopeId:
        """Make a case id, its first epoch key, and the grants for those whose roles need it.

        The id is bound to whoever opens the case (`app.wire.trust`), so nobody else can claim to
        have opened it.
        """


class UnitReads(Protocol):
    """What a unit of work may ask: it sees what it has flushed itself."""

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""

    def code_of_scope(self, scope: ScopeId) -> str | None:
        """The code of a case."""

    def standing(
        self, record: RecordId, name: FieldId, scope: ScopeId, compartment: int | None = None
    ) -> Sequence[Standing]:
        """What stands in a field of a record of this scope.

        Shape: without a compartment, what stands in any of them. Whoever decides by it names one:
        elsewhere people write who may not write there.
        """

    def cells(self, scope: ScopeId, form: str | None = None) -> Sequence[CellRow]:
        """All fields with a value, of a scope or of the records of one form in it."""

    def records(self, scope: ScopeId, form: str | None = None) -> Sequence[RecordRow]:
        """Records of a scope by order, ties by id; also closed ones."""

    def opened_at(self, scope: ScopeId, records: Collection[RecordId]) -> Mapping[RecordId, Hlc]:
        """When records of a scope were opened; those that are not opened are left out."""

    def is_opened_in(self, scope: ScopeId, record: RecordId, compartment: int) -> bool:
        """True if the record-open op of this record already lies in that compartment's logs."""

    def names_in(self, form: str, name: FieldId, compartment: int) -> Sequence[tuple[ScopeId, str]]:
        """Texts that stand in a field of the records of a form, in any scope of this device."""

    def is_told_elsewhere(self, scope: ScopeId, compartment: int, text: str) -> bool:
        """True if these words, in this order, stand in that compartment of another scope."""


class UnitOfWork(UnitReads, Protocol):
    """One user action: everything recorded becomes visible together, or nothing does (P2).

    It is used on the storage thread only, inside `with`. Leaving without an error commits;
    "saved" may be said only after that.
    """

    trust: TrustStore

    def record(self, scope: ScopeId, compartment: int, op: Op) -> None:
        """Queue an operation; it is signed and applied by `flush` or at the end."""

    def flush(self) -> Sequence[OpId]:
        """Sign and apply what is queued, one commit per (scope, compartment).

        Shape: one id per queued operation, in the order of the `record` calls.
        """

    def adopt(self) -> None:
        """Mark everything of this unit of work as written before unlocking, adopted by its signer.

        Source: sync.md section 4 (header flag 3). To be called before anything is recorded.
        """

    def take_in(self, commit: ReceivedForStorage) -> TakenIn:
        """Add a verified commit of another device: chain check, journal, projections.

        Raises: HostileInput `integrity.chain` where the place in the log is taken or wrong.
        """

    def keep_draft(self, draft: Draft) -> None:
        """Keep words that are not yet committed, replacing the draft of the same key."""

    def drop_draft(self, key: DraftKey) -> None:
        """Remove a draft, in the same transaction that commits its words."""

    def audit(self, act: str, subjects: Sequence[bytes] = (), detail: str = "") -> None:
        """Add a row to the audit chain: ids and codes only (storage-security.md section 19)."""

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning, kept inside the database."""

    def set_setting(self, name: str, value: bytes) -> None:
        """Keep a setting."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name on a store. Units: `size` in bytes."""

    name: str
    size: int


class Store(Protocol):
    """Write-once names on a stick, a WebDAV server or an object store (sync.md section 9)."""

    def put(self, name: str, data: bytes) -> None:
        """Write; the same bytes again are no error, other bytes are `HostileInput`.

        A beginning of the same bytes is a copy that was cut off, and is written anew.
        """

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range. Raises: EnvironmentFault `store.missing` if there is no such name."""

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names below a prefix in order, each with its size."""

    def delete(self, name: str) -> None:
        """Remove; a missing name is no error."""


Result = TypeVar("Result")


class Work(Protocol):
    """Runs a job in one unit of work on the storage thread and waits for its COMMIT."""

    def run(self, job: Callable[[UnitOfWork], Result]) -> Result:
        """Give what the job gives, after it was committed. Its error comes out unchanged."""


class StopFlag(Protocol):
    """Says that somebody no longer waits; `threading.Event` is one."""

    def is_set(self) -> bool:
        """True once the work shall end."""


class SearchReader(Protocol):
    """The searching part of a reader."""

    def search(
        self, text: str, sight: Sight, limit: int, stop: StopFlag | None = None
    ) -> SearchResult:
        """Names, then texts, of all cases; what is not in sight is neither found nor counted.

        Raises: Usage `usage.search_text`.
        """

    def similar_names(self, scope: ScopeId, sight: Sight) -> Sequence[AlikePerson]:
        """Other cases whose person has a name spelled like those of this case.

        Files that people have joined with this one are left out: there is nothing to be found.
        """

    def joined(self) -> Sequence[JoinedFile]:
        """Files that are joined with another one, by their codes."""


class Reader(RegisterReads, SearchReader, CountReads, NoticeReads, Protocol):
    """Read models for screens and commands, on a read-only connection; paged by key."""

    def cases(
        self,
        wanted: CaseFilter,
        limit: int,
        after: str | None = None,
        sight: Sight | None = None,
    ) -> Page[CaseRow]:
        """Cases, newest change first. With a sight, only conflicts in it are counted."""

    def case(self, scope: ScopeId, sight: Sight) -> CaseView | None:
        """All that may be seen of a case; other compartments by name only."""

    def closed_days(self, fields: Collection[FieldId], sight: Sight) -> Sequence[ClosedDay]:
        """Days that stand in these fields of closed cases, without reading the cases."""

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""

    def history(
        self, scope: ScopeId, sight: Sight, limit: int, after: str | None = None
    ) -> Page[HistoryRow]:
        """Operations in causal order, newest last."""

    def conflicts(self, sight: Sight, scope: ScopeId | None = None) -> Sequence[ConflictRow]:
        """Fields with several standing values."""

    def consents(self, scope: ScopeId, today: str) -> Sequence[ConsentRow]:
        """The consent registers of a person: of a case, and of the files joined with it."""

    def referrals(self, scope: ScopeId, sight: Sight | None = None) -> Sequence[ReferralRow]:
        """Referrals out and in. With a sight, the log of disclosures only if it is in it."""

    def drafts(self, user: UserId, scope: ScopeId | None = None) -> Sequence[Draft]:
        """Kept drafts of this user."""

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning."""
