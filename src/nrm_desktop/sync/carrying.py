"""Carrier files: what goes by mail, on a card or with a courier, and pack files made anew.

This module decides which objects a carrier holds and in which order. It holds no key: from a store
everything is taken as it lies there, bit for bit; what the vault itself holds was sealed by the
KeyRing before. A carrier is a pack file that also holds root documents, checkpoints and acts, so
that whoever gets it needs nothing else.

- Checkpoints lie first, then by lane, attachments in files of their own and last: a copy that was
  cut off is still useful, and mail with a small limit can leave the last files away.
- What is damaged on a store is named and left out; it stops no other.

Source: sync.md section 9.2; docs/format.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.ports import Entry, Store
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.sync_report import SkippedObject
from nrm_desktop.app.wire.hashes import file_name, name20
from nrm_desktop.app.wire.limits import OBJECT_BYTES, STATEMENT_BYTES
from nrm_desktop.app.wire.pack_file import PackedObject, PackFile, read_index, read_object
from nrm_desktop.app.wire.sealed_object import MAGIC, ObjectType, read_object_header
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.sync.outbound import Urgency, going
from nrm_desktop.sync.pack_writer import (
    ATTACHMENT_LANE,
    TRUST_LANE,
    Known,
    acts_going,
    any_size,
    keyboxes_going,
    portions,
)
from nrm_desktop.sync.reading import forget
from nrm_desktop.sync.shelf import HeadReader
from nrm_desktop.sync.tree import (
    StoreTree,
    claimed_name,
    read_checkpoint_name,
    read_root_name,
)

CARRIED: Final = b"carried by hand."
"""What stands for carriers among stores: what was put into one may be left out of the next."""
_PAPERS: Final = b"papers by mail.."
"""What stands for renewals among stores: nothing is ever noted there, so each holds everything."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Piece:
    """An object that may go into a carrier. Shape: `read` gives its bytes, checked by its name."""

    name: bytes
    lane: int
    is_checkpoint: bool = False
    known: Known | None = None
    read: Callable[[], bytes] = field(default=bytes, repr=False)

    @property
    def is_attachment(self) -> bool:
        """True for what travels in files of its own, behind everything else."""
        return self.lane == ATTACHMENT_LANE


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier file, and what will be known to be in one once it lies where it should."""

    file: PackFile
    known: tuple[Known, ...]


def pieces_on(
    store: Store,
    tree: StoreTree,
    skipped: list[SkippedObject],
    packs: Iterable[Entry] | None = None,
) -> Iterator[Piece]:
    """Everything that lies on a store, without any key, each read while the store is open.

    Shape: `skipped` hears what is damaged; `packs` are the pack files there, if somebody knows
    them: on a server it takes a thousand questions to find them.
    """
    for entry in store.list(tree.trust):
        if read_root_name(entry.name) is not None:
            yield from _whole(store, entry.name, skipped, is_root=True)
    for name in _newest_checkpoints(store, tree):
        yield from _whole(store, name, skipped, is_root=False)
    for entry in pack_files_on(store, tree) if packs is None else packs:
        yield from _packed(store, entry, skipped)


def pack_files_on(store: Store, tree: StoreTree) -> Iterator[Entry]:
    """All pack files of a folder; the names of their folders are few enough to ask for each."""
    for first, second in product(_LETTERS, repeat=2):
        for entry in store.list(tree.packs(first + second)):
            if entry.name.endswith(".nrmx"):
                yield entry


def pieces_held(
    unit: ExchangeUnit, organisation: ScopeId, urgency: Urgency, *, is_new_only: bool = False
) -> list[Piece]:
    """All that this vault holds and may pass on, attachments apart: trust, checkpoints, commits.

    Shape: with `is_new_only` what went into earlier carriers is left out.
    """
    unit.duties()
    if not is_new_only:
        forget(unit.state.at(CARRIED))
    plan = going(unit, CARRIED, organisation, urgency)
    sealed = [
        _piece(plan.keys.seal(o.kind, o.body, o.place), o.lane, o.known) for o in plan.objects
    ]
    roots = [_piece(root, TRUST_LANE) for root in unit.desk.roots()]
    return [*roots, *_told(unit), *sealed]


def trust_pieces(unit: ExchangeUnit, organisation: ScopeId) -> list[Piece]:
    """Root documents, then acts and keyboxes: what a renewal of the papers takes by mail."""
    keys, memory = unit.desk.keys(), unit.state.at(_PAPERS)
    going_out = acts_going(memory.acts_lacking(), organisation, keys)
    going_out += keyboxes_going(memory.keyboxes_lacking(), keys)
    sealed = [_piece(keys.seal(o.kind, o.body, o.place), o.lane) for o in going_out]
    return [*(_piece(root, TRUST_LANE) for root in unit.desk.roots()), *sealed]


def carriers(pieces: Iterable[Piece], skipped: list[SkippedObject]) -> Iterator[Carrier]:
    """Put pieces into carrier files of at most 16 MiB, made one at a time; each object once."""
    once = {piece.name: piece for piece in pieces}
    ordered = sorted(once.values(), key=lambda one: (not one.is_checkpoint, one.lane))
    for kind in (False, True):
        some = [one for one in ordered if one.is_attachment is kind]
        for portion in portions(_read(some, skipped), any_size):
            known = tuple(one.known for one in portion.made_of if one.known is not None)
            yield Carrier(portion.file, known)


def chunk_pieces(
    names: Sequence[bytes], get: Callable[[bytes], bytes | None], lying: frozenset[bytes]
) -> list[Piece]:
    """Chunks of attachments in the given order, less those that went already."""
    return [
        Piece(
            name,
            ATTACHMENT_LANE,
            known=(KnownKind.CHUNK, name, 0),
            read=partial(_chunk, get, name),
        )
        for name in names
        if name not in lying
    ]


def note_carried(unit: ExchangeUnit, known: Iterable[Known]) -> None:
    """Keep what lies in a carrier that was written."""
    memory = unit.state.at(CARRIED)
    for kind, key, number in known:
        memory.add_known(kind, {key: number})


def _read(
    pieces: Iterable[Piece], skipped: list[SkippedObject]
) -> Iterator[tuple[Piece, PackedObject]]:
    for piece in pieces:
        try:
            yield piece, PackedObject(piece.read(), piece.lane)
        except HostileInput as error:
            skipped.append(SkippedObject(file_name(piece.name), error.code))


def _piece(data: bytes, lane: int, known: Known | None = None) -> Piece:
    is_checkpoint = data[: len(MAGIC)] == MAGIC and data[6] == ObjectType.CHECKPOINT
    return Piece(name20(data), lane, is_checkpoint, known, lambda: data)


def _told(unit: ExchangeUnit) -> Iterator[Piece]:
    """The newest checkpoint of each device that we have heard of.

    Its manifest parts are named by the bytes in which they were sealed, and those we did not keep.
    """
    keys = unit.desk.keys()
    place = keys.exchange
    newest: dict[bytes, tuple[int, bytes]] = {}
    for store in unit.state.stores():
        for device, checked in unit.state.at(store.mark).checkpoints().items():
            counter = checked.checkpoint.counter
            newest[device] = max(newest.get(device, (0, b"")), (counter, checked.body))
    for _, body in newest.values():
        yield _piece(keys.seal(ObjectType.CHECKPOINT, body, place), TRUST_LANE)


def _newest_checkpoints(store: Store, tree: StoreTree) -> Iterator[str]:
    found: dict[str, tuple[int, str]] = {}
    for entry in store.list(tree.checkpoints):
        file = read_checkpoint_name(entry.name)
        if file is not None:
            known = found.get(file.folder, (0, ""))
            found[file.folder] = max(known, (file.counter, entry.name))
    return (name for _, name in found.values())


def _whole(
    store: Store, name: str, skipped: list[SkippedObject], *, is_root: bool
) -> Iterator[Piece]:
    """A file that is one object: a root document or a checkpoint."""
    try:
        data = store.get(name, 0, STATEMENT_BYTES if is_root else OBJECT_BYTES)
        if is_root:
            decode_tagged(data, FileTag.ROOT)
        else:
            read_object_header(data, len(data))
        yield _piece(data, TRUST_LANE)
    except HostileInput as error:
        skipped.append(SkippedObject(name.rpartition("/")[2], error.code))


def _packed(store: Store, entry: Entry, skipped: list[SkippedObject]) -> Iterator[Piece]:
    """The objects of a pack file, each read when it is needed."""
    read = HeadReader(partial(store.get, entry.name))
    last = entry.name.rpartition("/")[2]
    try:
        index = read_index(read, entry.size, claimed_name(last))
    except (HostileInput, EnvironmentFault) as error:
        skipped.append(SkippedObject(last, error.code))
        return
    for row in index.rows:
        is_checkpoint = row.kind == ObjectType.CHECKPOINT
        yield Piece(row.name, row.lane, is_checkpoint, None, partial(read_object, read, row))


def _chunk(get: Callable[[bytes], bytes | None], name: bytes) -> bytes:
    data = get(name)
    if data is None:
        raise HostileInput("integrity.hash", what="chunk")
    return data
