"""The one door for files from outside: says what each file is, and takes in what is safe.

This module decides by content, never by name. Safe to take by itself are pack files and root
documents of the own organisation, receipts, and notices that a consent was taken back, which ask
for less and never for more; anything that a person has to compare or decide
(request, welcome, invitation, packet, card, form pack) is only named. A damaged file never stops
the others.

Files of one carrier may come in any order: while something new came, those that could not be read
to the end are looked at again. What no key of ours opens is carried for others, and no error.

Source: sync.md section 9.2; cli.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.arrived_files import Arrival, ArrivalKind
from nrm_desktop.app.attachment_ports import ChunkStore
from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.sync_ports import ExchangeUnit, ExchangeWork, ObjectRow
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.hashes import file_name
from nrm_desktop.app.wire.invitation import TAG as INVITATION
from nrm_desktop.app.wire.invitation import decode_invitation_file
from nrm_desktop.app.wire.keybox import BOXED_TAG, decode_boxed_file
from nrm_desktop.app.wire.limits import NAMES_PER_FOLDER, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import (
    PACK_MAGIC,
    PackedObject,
    PackIndex,
    range_reader,
    read_index,
    read_object,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import MAGIC, ObjectType
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused, Usage
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.sync.checkpoint import heads_of
from nrm_desktop.sync.chunks import (
    TravellingChunk,
    changed_by,
    plan_chunks,
    readable_files,
    take_chunks,
)
from nrm_desktop.sync.inbound import Inbound
from nrm_desktop.sync.planner import Gap, gaps, heads_by_log
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.shelf import CarrierShelf
from nrm_desktop.sync.tally import Tally
from nrm_desktop.sync.tree import claimed_name

_BY_HAND: Final = 3
"""Lane of an object that comes alone."""
_SOME: Final = 2
"""Pack files of which one may bring what another needs."""
_HERE: Final = "storage."
"""Beginning of what is told of this computer and not of a file."""
_TAGS: Final = MappingProxyType(
    {
        FileTag.ROOT: "root",
        FileTag.REQUEST: "request",
        FileTag.CARD: "card",
        FileTag.FORM_PACK: "form_pack",
        FileTag.RELEASE: "release",
    }
)
_BOXES: Final = MappingProxyType(
    {
        ObjectType.BOX: "box",
        ObjectType.REFERRAL: "packet",
        ObjectType.RECEIPT: "receipt",
        ObjectType.WITHDRAWAL: "withdrawal",
        ObjectType.WELCOME: "welcome",
        ObjectType.RECOVERY_REQUEST: "recovery_request",
        ObjectType.RECOVERY_ANSWER: "recovery_answer",
    }
)


@dataclass(frozen=True, slots=True)
class Door:
    """What the door needs.

    Shape: `opens` says whether a boxed file is sealed to one of our lasting keys; `file_receipt`
    files a receipt, whose key belongs to one referral, and raises HostileInput
    `integrity.not_for_us` where it is none of ours; it also takes in a notice that a consent was
    taken back. Without `chunks` no attachment is taken.
    """

    files: Files
    work: ExchangeWork
    opens: Callable[[bytes], bool]
    file_receipt: Callable[[Path], object]
    chunks: ChunkStore | None = None


def arrivals(folder: Path, door: Door, *, is_taking: bool = False) -> tuple[list[Arrival], Tally]:
    """Say what lies in a folder (or what one file is), and take in what is safe if asked to."""
    tally = Tally()
    found: dict[Path, Arrival] = {}
    paths = list(_files(folder))
    while paths:
        before = _count(tally)
        found |= {path: _arrival(path, door, tally, is_taking=is_taking) for path in paths}
        paths = [path for path in paths if found[path].what == "pack"]
        if _count(tally) == before or len(paths) < _SOME:
            break
    return list(found.values()), tally


def take_carrier(
    data: bytes,
    index: PackIndex,
    work: ExchangeWork,
    tally: Tally,
    chunks: ChunkStore | None = None,
) -> int:
    """Take in what our keys open of one pack file that came by hand.

    Shape: gives how many commits devices name in it and that are not here yet.
    """
    read = range_reader(data)
    for row in index.rows:
        if row.kind == ObjectType.ROOT_DOCUMENT:
            try:
                work.run(partial(_take_root, read_object(read, row)))
            except HostileInput as error:
                tally.skip(file_name(row.name), error)
    rows = [ObjectRow(index.name, row) for row in index.rows]
    shelf = CarrierShelf(read, rows)
    inbound = Inbound(shelf, work, tally)
    inbound.take_trust()
    inbound.take_bundles()
    inbound.take_forms()
    if chunks is not None:
        _take_chunks(shelf, [row for row in rows if _is_chunk(row)], work, tally, chunks)
    return _missing(shelf, rows, work, tally)


def _take_chunks(
    shelf: CarrierShelf,
    rows: Sequence[ObjectRow],
    work: ExchangeWork,
    tally: Tally,
    chunks: ChunkStore,
) -> None:
    """Take the chunks that attachments in the journal name and that are not here."""
    if not rows:
        return
    files = work.run(readable_files)
    coming = plan_chunks(files, rows, frozenset(), chunks).coming
    batch = []
    for name, places in coming.items():
        try:
            batch.append(TravellingChunk(name, shelf.fetch(places[0])))
        except HostileInput as error:
            tally.skip(file_name(name), error)
    if batch and take_chunks(chunks, batch, tally):
        names = {one.name for one in batch}
        tally.chunks += len(names)
        tally.changed |= changed_by(files, names)


def _missing(
    shelf: CarrierShelf, rows: Iterable[ObjectRow], work: ExchangeWork, tally: Tally
) -> int:
    """How many commits the checkpoints in a carrier name and we lack, each log counted once."""
    lacking: dict[LogKey, int] = {}
    for row in rows:
        if row.entry.kind != ObjectType.CHECKPOINT:
            continue
        try:
            data = shelf.fetch(row)
            open_gaps = work.run(partial(_gaps, data))
        except HostileInput as error:
            if error.code != "integrity.not_for_us":
                tally.skip(file_name(row.name), error)
            continue
        for gap in open_gaps:
            lacking[gap.log] = max(gap.count, lacking.get(gap.log, 0))
    return sum(lacking.values())


def _gaps(data: bytes, unit: ExchangeUnit) -> Sequence[Gap]:
    keys = unit.desk.keys()
    checked = unit.verifier.check_checkpoint(keys.open(data).body)
    if checked is None:
        return ()
    named = heads_of(full_state(unit, checked))
    logs = keys.logs_named({row.blind for row in named}, unit.desk.devices())
    ours = heads_by_log(unit.journal)
    return gaps(checked.checkpoint.device, named, logs, ours, unit.journal)


def _is_chunk(row: ObjectRow) -> bool:
    return row.entry.kind == ObjectType.CHUNK


def _count(tally: Tally) -> int:
    """How much has come so far."""
    return tally.acts + tally.keyboxes + tally.commits + tally.chunks


def _take_root(root: bytes, unit: ExchangeUnit) -> bool:
    return unit.verifier.take_root(root)


def _files(folder: Path) -> Iterator[Path]:
    """Regular files, in order; links are not followed."""
    if not folder.is_dir():
        yield folder
        return
    for count, path in enumerate(sorted(folder.iterdir())):
        if count >= NAMES_PER_FOLDER:
            raise HostileInput("integrity.too_large", limit=NAMES_PER_FOLDER)
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def _arrival(path: Path, door: Door, tally: Tally, *, is_taking: bool) -> Arrival:
    seen = Arrival(path.name, ArrivalKind.NOT_OURS)
    try:
        data = door.files.read_limited(path, PACK_FILE_BYTES)
    except (EnvironmentFault, HostileInput) as error:  # a bad place on a stick, a link, too large
        return replace(seen, kind=ArrivalKind.DAMAGED, code=error.code)
    try:
        seen = replace(_what(data, path.name, door), file=path.name)
        if is_taking:
            return _taken(path, data, seen, door, tally)
    except (Usage, Refused) as error:  # nobody here can file it, or not with these roles
        return replace(seen, code=error.code)
    except HostileInput as error:
        if error.code == "integrity.not_for_us":
            return replace(seen, kind=ArrivalKind.CARRIED)
        return replace(seen, kind=ArrivalKind.DAMAGED, code=error.code)
    return seen


def _what(data: bytes, file: str, door: Door) -> Arrival:
    if data[: len(PACK_MAGIC)] == PACK_MAGIC or data[: len(MAGIC)] == MAGIC:
        return _pack(data, file, door)
    for tag, what in _TAGS.items():
        if data.startswith(cbor.encode(tag.value), 1):
            decode_tagged(data, tag)
            return Arrival("", ArrivalKind.FOR_ME, what)
    if data.startswith(cbor.encode(INVITATION), 1):
        decode_invitation_file(data)
        return Arrival("", ArrivalKind.FOR_ME, "invitation")
    if data.startswith(cbor.encode(BOXED_TAG), 1):
        what = _BOXES[decode_boxed_file(data).kind]
        if what == "receipt":
            return Arrival("", ArrivalKind.RECEIPT, what)
        kind = ArrivalKind.FOR_ME if door.opens(data) else ArrivalKind.CARRIED
        return Arrival("", kind, what)
    return Arrival("", ArrivalKind.NOT_OURS)


def _pack(data: bytes, file: str, door: Door) -> Arrival:
    index = _index(data, file)[1]

    def ask(unit: ExchangeUnit) -> bool:
        keys = unit.desk.keys()
        named = {name for one in readable_files(unit) for name in one.manifest.names}
        rest = [row for row in index.rows if row.kind != ObjectType.ROOT_DOCUMENT]
        ours = (row.name in named or keys.place_of(row) is not None for row in rest)
        return any(ours) or not rest

    kind = ArrivalKind.FOR_ME if door.work.run(ask) else ArrivalKind.CARRIED
    return Arrival("", kind, "pack", len(index.rows))


def _taken(path: Path, data: bytes, seen: Arrival, door: Door, tally: Tally) -> Arrival:
    """Take in what is safe, and say what came of it."""
    is_notice = seen.what == "withdrawal" and seen.kind is ArrivalKind.FOR_ME
    if seen.kind is ArrivalKind.RECEIPT or is_notice:
        door.file_receipt(path)
        return replace(seen, taken=True)
    if seen.what == "root":
        door.work.run(partial(_take_root, data))
        return replace(seen, taken=True)
    if seen.what != "pack" or seen.kind is not ArrivalKind.FOR_ME:
        return seen
    own = Tally()
    missing = take_carrier(*_index(data, path.name), door.work, own, door.chunks)
    tally.add(own)
    for refused in own.skipped.values():
        is_ours = refused.code.startswith(_HERE)  # a full disk: the file is good
        kind = seen.kind if is_ours else ArrivalKind.DAMAGED
        return replace(seen, kind=kind, code=refused.code, missing=missing)
    return replace(seen, taken=True, missing=missing)


def _index(data: bytes, file: str) -> tuple[bytes, PackIndex]:
    """The pack file with its index; an object that came alone is put into one."""
    if data[: len(MAGIC)] == MAGIC:
        data = write_pack_file([PackedObject(data, _BY_HAND)]).data
        return data, read_index(range_reader(data), len(data), None)
    return data, read_index(range_reader(data), len(data), claimed_name(file))
