"""Ports of the exchange between devices: what `sync` needs from keys, trust and the database.

`sync` holds no key and knows no table. What is judged (is this signed, granted, ours) is asked
inside the transaction in which it is then kept. `bootstrap` joins this with the adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.ports import ReceivedForStorage, UnitOfWork
from nrm_desktop.app.travelling_forms import Forms
from nrm_desktop.app.wire.attachment import Manifest
from nrm_desktop.app.wire.checkpoint import Checkpoint, Said
from nrm_desktop.app.wire.commit import ReceivedCommit, SignedCommit
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import CommitId, DeviceId, FieldId, ScopeId
from nrm_desktop.domain.scopes import LogKey

Result = TypeVar("Result")
Logs = Collection[LogKey]


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """What a key stands for.

    Shape: `number` is a compartment of `scope`; where `scope` is None, of an exchange key.
    """

    scope: ScopeId | None
    number: int


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What was in an object, and what the key stands for that opened it."""

    kind: ObjectType
    place: KeyPlace
    body: bytes = field(repr=False)


class KeyRing(Protocol):
    """All keys that we hold at one moment; never changes, and may be used on any thread."""

    def place_of(self, entry: IndexRow) -> KeyPlace | None:
        """What a key stands for; None: sealed for others. Raises: HostileInput, too many months."""

    def open(self, data: bytes) -> Unsealed:
        """Open an object. Raises: HostileInput, `integrity.not_for_us` without its key."""

    def seal(self, kind: ObjectType, body: bytes, place: KeyPlace) -> bytes:
        """Seal under our newest key of a place; `exchange` is the place of the exchange key."""

    @property
    def exchange(self) -> KeyPlace:
        """The place of the newest exchange key."""

    def holds(self, place: KeyPlace) -> bool:
        """True if we can seal and open there."""

    def blind(self, log: LogKey) -> bytes:
        """How a log is named in checkpoints now; asked only where we hold the key."""

    def logs_named(
        self, blinds: Collection[bytes], devices: Collection[DeviceId], likely: Logs = ()
    ) -> Mapping[bytes, LogKey]:
        """Which names are logs of these devices, `likely` ones first. Ask for many in one call."""

    def folder_of(self, device: DeviceId) -> str:
        """How a device is named on stores."""


class Standing(StrEnum):
    """What became of a statement that arrived."""

    NEW = "new"
    KNOWN = "known"
    WAITING = "waiting"
    """It cannot be judged yet: somebody it names is not known here."""


Judged = Standing | HostileInput
"""What became of it, or the reason for which it was refused."""


@dataclass(frozen=True, slots=True)
class OutgoingAct:
    """An act of ours or of others, to be passed on."""

    act: bytes
    scope: ScopeId
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptKeybox:
    """A signed keybox that we made or accepted, to be passed on."""

    reference: bytes
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """What a checkpoint says about our knowledge of trust."""

    root_version: int
    act_set: bytes
    audit_head: bytes


class Verifier(Protocol):
    """Judges what arrives, and keeps the trust in it, by what is known in this transaction."""

    def take_root(self, data: bytes) -> bool:
        """Take the next root document; False if it is known. Raises: HostileInput."""

    def take_acts(self, acts: Sequence[Unsealed]) -> Sequence[Judged]:
        """Check acts, together, since one may certify the issuer of another."""

    def take_exchange_keys(self, data: bytes) -> bool:
        """Take exchange keys out of a file; False if none are for us. Raises: HostileInput."""

    def take_keybox(self, found: Unsealed) -> Standing:
        """Take the keys of a keybox that are ours, if its issuer may give them.

        Raises: HostileInput.
        """

    def take_claim(self, found: Unsealed) -> Standing:
        """Keep a claim on an invitation; nobody is certified by it. Raises: HostileInput."""

    def check_commit(self, commit: ReceivedCommit, place: KeyPlace) -> ReceivedForStorage | None:
        """Check a commit; None while its signer or grant is unknown. Raises: HostileInput."""

    def check_checkpoint(self, body: bytes) -> CheckedCheckpoint | None:
        """Check a checkpoint; None while its device is unknown. Raises: HostileInput."""

    def read_stranger(self, body: bytes) -> Checkpoint | None:
        """Read what a checkpoint says without believing it; None for a device that was known.

        Raises: HostileInput.
        """


class Desk(Protocol):
    """What this device knows, states and gives, by what is known in this transaction."""

    @property
    def device(self) -> DeviceId:
        """Our own device."""

    def keys(self) -> KeyRing:
        """The keys of this moment, with those of keyboxes that wait for the acts they open."""

    def sign_checkpoint(self, checkpoint: Checkpoint) -> CheckedCheckpoint:
        """Sign our own checkpoint."""

    def roots(self) -> Sequence[bytes]:
        """All root documents as files, by version."""

    def exchange_boxes(self) -> Mapping[int, bytes]:
        """Keyboxes of exchange keys as files, by the number of the newest key in them."""

    def devices(self) -> Collection[DeviceId]:
        """All devices of the organisation."""

    def claims(self) -> Sequence[bytes]:
        """Signed claims on invitations that nobody has settled yet."""

    def facts(self) -> TrustFacts:
        """What goes into a checkpoint."""


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """A checkpoint whose device signed it.

    Shape: `body` is the signed statement; `heard_ms` is when it came here, by our own clock, and 0
    where that was not kept.
    """

    id: bytes
    checkpoint: Checkpoint
    body: bytes = field(repr=False)
    heard_ms: int = 0


@dataclass(frozen=True, slots=True)
class StoreRow:
    """What we remember of a store.

    Shape: `mark` tells it from others; `unconfirmed` is the name and the bytes of a checkpoint
    that may not have arrived there.
    """

    mark: bytes
    address: str
    last_run_ms: int = 0
    last_ok_ms: int = 0
    unconfirmed: tuple[str, bytes] | None = field(default=None, repr=False)


class ObjectState(StrEnum):
    """Why an object on a store was not taken in."""

    CARRIED = "carried"
    """It is sealed for others; our next keys may open it."""
    WAITING = "waiting"
    """It is ours, and something it rests on has not arrived."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """An object on a store that was not taken in. Shape: `entry` as the index of `pack` has it."""

    pack: bytes
    entry: IndexRow
    state: ObjectState = ObjectState.WAITING
    code: str = ""

    @property
    def name(self) -> bytes:
        """The 20-byte name of the object."""
        return self.entry.name


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The head of a log."""

    log: LogKey
    seq: int
    commit: CommitId


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that stands in the journal, with where it may be read."""

    scope: ScopeId
    compartment: int
    manifest: Manifest = field(repr=False)


class ExchangeJournal(Protocol):
    """What the exchange reads of the journal."""

    def heads(self) -> Sequence[JournalHead]:
        """The heads of all logs."""

    def ids_at(self, log: LogKey, seq: int) -> Collection[bytes]:
        """The commits that we hold at a number of a log."""

    def tips(self, log: LogKey, seq: int) -> Collection[bytes]:
        """The last commits that we hold up to a number of a log: one of each history."""

    def is_cut_off(self, log: LogKey, seq: int) -> bool:
        """True if commits wait that do not go on from what we hold up to a number of a log."""

    def commits_of(self, log: LogKey, after_seq: int) -> Iterator[SignedCommit]:
        """The commits of a log behind a number."""

    def attachments(self) -> Iterator[Attached]:
        """Every attachment that stands and can be read."""

    def pending(self) -> int:
        """How many commits wait for another one."""

    def held(self) -> int:
        """How many commits are in quarantine."""

    def forked(self) -> Collection[DeviceId]:
        """Devices with two histories of some log."""

    def conflicts(self) -> int:
        """How many fields hold different values."""

    def time(self) -> Hlc:
        """The newest hybrid time that we know."""


class StoreMemory(Protocol):
    """What this device remembers of one store."""

    def row(self) -> StoreRow | None:
        """Where it was and when; None before the first run."""

    def set_row(self, row: StoreRow) -> None:
        """Remember where it was and when."""

    def checkpoints(self, of: DeviceId | None = None) -> Mapping[DeviceId, CheckedCheckpoint]:
        """The newest checkpoint of every device there, our own among them; or that of one."""

    def set_checkpoint(self, checked: CheckedCheckpoint) -> None:
        """Remember a checkpoint as the newest of its device there."""

    def known(self, kind: KnownKind, among: Iterable[bytes] | None = None) -> Mapping[bytes, int]:
        """What is known to lie there, with a number where the kind has one; or of some keys."""

    def add_known(
        self, kind: KnownKind, known: Mapping[bytes, int], *, is_all: bool = False
    ) -> None:
        """Remember more of it, a number only grows; or replace all, so the rest goes again."""

    def acts_lacking(self) -> Sequence[OutgoingAct]:
        """Acts that do not lie there, as far as we know."""

    def keyboxes_lacking(self) -> Sequence[KeptKeybox]:
        """Keyboxes that do not lie there, as far as we know."""

    def objects(self) -> Sequence[ObjectRow]:
        """Objects there that were not taken in."""

    def set_objects(self, rows: Sequence[ObjectRow]) -> None:
        """Remember objects that were not taken in."""

    def drop_objects(self, pack: bytes, name: bytes | None = None) -> None:
        """Forget an object that was taken in after all; or all of a pack file that is gone."""


class SyncState(Protocol):
    """What this device remembers of its exchanges; local, never travels."""

    def at(self, mark: bytes) -> StoreMemory:
        """The memory of one store."""

    def stores(self) -> Sequence[StoreRow]:
        """All stores, the one used last first."""

    def own_counter(self) -> tuple[int, bytes]:
        """Counter and id of our newest checkpoint, on whichever store; 0 before the first."""

    def set_own_counter(self, counter: int, checkpoint: bytes) -> None:
        """Remember our newest checkpoint."""

    def part(self, name: bytes) -> bytes | None:
        """The body of a manifest part."""

    def set_part(self, name: bytes, body: bytes) -> None:
        """Keep the body of a manifest part."""

    def add_keybox(self, box: KeptKeybox) -> None:
        """Keep a keybox to be passed on; the same one again has no effect."""

    def duty(self, scope: ScopeId) -> bytes | None:
        """What was known when we last gave grants and keys of a scope."""

    def set_duty(self, scope: ScopeId, known: bytes) -> None:
        """Remember what was known when we gave."""

    def erased(self) -> Collection[ActId]:
        """Orders to erase that were carried out here."""

    def act_ids(self) -> Mapping[ScopeId, Collection[bytes]]:
        """Ids of all acts, by scope."""


@dataclass(frozen=True, slots=True)
class ExchangeUnit:
    """One transaction of the exchange: everything in it is kept, or nothing.

    Shape: `duties` grants and gives keys where we lead. `obey` carries out orders to erase; it
    gives how many, and for how many cases a person is asked first. `may_take`: so many cases may
    be closed without asking. `judge` puts what may not stand into quarantine, in these scopes or
    wherever something new is known; it gives what changed by it. `said`: by checkpoint or part.
    """

    uow: UnitOfWork
    journal: ExchangeJournal
    state: SyncState
    said: dict[bytes, Said] = field(repr=False)
    verifier: Verifier
    desk: Desk
    forms: Forms
    duties: Callable[[], None]
    judge: Callable[[Collection[ScopeId] | None], frozenset[tuple[ScopeId, FieldId]]]
    obey: Callable[[], tuple[int, int]] = field(default=lambda: (0, 0))
    may_take: Callable[[int], bool] = field(default=lambda _: True)


class ExchangeWork(Protocol):
    """Runs a job in one transaction on the storage thread, behind what people do."""

    def run(self, job: Callable[[ExchangeUnit], Result]) -> Result:
        """Give what the job gives, after its COMMIT. Its error comes out unchanged."""

    def look_ahead(self, commits: Sequence[ReceivedCommit]) -> None:
        """Check what a job will ask for, beside it, on one thread; nothing is decided by it."""
