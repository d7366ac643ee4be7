"""What goes onto a store in one run: objects, sealed, behind as few indexes as possible.

This module decides what becomes an object and how objects are cut into pack files: at 16 MiB, at
4,096 objects, or on a slow line where 20 seconds are reached; at least one object always. It must
not decide what is sent (`planner`) and holds no key: the KeyRing seals.

Everything is made as it is asked for, so that the speed of one pack file decides on the next, and
no more than one lies in memory.

Source: sync.md sections 6, 9.2 and 15.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import KeptKeybox, KeyPlace, KeyRing, OutgoingAct
from nrm_desktop.app.wire.bundle import divide, encode_bundle
from nrm_desktop.app.wire.commit import SignedCommit, decode_header
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.keybox import decode_keybox
from nrm_desktop.app.wire.limits import OBJECTS_PER_PACK_FILE, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import PackedObject, PackFile, room_for, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment

TRUST_LANE: Final = 1
URGENT_LANE: Final = 2
REST_LANE: Final = 3
ATTACHMENT_LANE: Final = 4

T = TypeVar("T")
Known = tuple[KnownKind, bytes, int]
"""What lies on a store once an object does: kind, key, number."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A body on its way out. Shape: `commits` counts those in a bundle."""

    kind: ObjectType
    place: KeyPlace
    lane: int
    body: bytes = field(repr=False)
    commits: int = 0
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Portion(Generic[T]):
    """A pack file with what its objects were made of."""

    file: PackFile
    made_of: tuple[T, ...]


def acts_going(acts: Iterable[OutgoingAct], organisation: ScopeId, keys: KeyRing) -> list[Outgoing]:
    """Acts of the organisation go to everybody, those of a case to who shares it."""
    going = []
    for one in acts:
        is_of_case = one.scope != organisation
        place = KeyPlace(one.scope, Compartment.CORE) if is_of_case else keys.exchange
        known = (KnownKind.ACT, one.act, 0)
        if keys.holds(place):
            going.append(Outgoing(ObjectType.ACT, place, TRUST_LANE, one.signed, known=known))
    return going


def keyboxes_going(boxes: Iterable[KeptKeybox], keys: KeyRing) -> list[Outgoing]:
    """Keyboxes go to everybody; who shares a case is told by nothing in them.

    One that brings an exchange key goes under the key before it, which its readers have.
    """
    kind = KnownKind.KEYBOX
    return [
        Outgoing(
            ObjectType.KEYBOX,
            _under(box, keys),
            TRUST_LANE,
            box.signed,
            known=(kind, box.reference, 0),
        )
        for box in boxes
    ]


def _under(box: KeptKeybox, keys: KeyRing) -> KeyPlace:
    before = KeyPlace(None, keys.exchange.number - 1)
    is_of_exchange = decode_keybox(decode_statement(box.signed).payload).members is None
    return before if is_of_exchange and keys.holds(before) else keys.exchange


def claims_going(
    claims: Iterable[bytes], known: Collection[bytes], keys: KeyRing
) -> list[Outgoing]:
    """Claims on invitations go to everybody: any stick may be the one that meets a registrar."""
    named = ((name20(signed), signed) for signed in claims)
    return [
        Outgoing(
            ObjectType.CLAIM, keys.exchange, TRUST_LANE, signed, known=(KnownKind.CLAIM, name, 0)
        )
        for name, signed in named
        if name not in known
    ]


def forms_going(
    packs: Iterable[bytes], known: Collection[bytes], organisation: ScopeId, keys: KeyRing
) -> list[Outgoing]:
    """Signed form packs go to everybody of the organisation."""
    place = KeyPlace(organisation, Compartment.ORG_PACKS)
    named = ((name20(signed), signed) for signed in packs if keys.holds(place))
    return [
        Outgoing(
            ObjectType.FORM_PACK, place, REST_LANE, signed, known=(KnownKind.FORM_PACK, name, 0)
        )
        for name, signed in named
        if name not in known
    ]


def bundles_going(
    commits: Iterable[SignedCommit], place: KeyPlace, lane: int, log: bytes = b""
) -> list[Outgoing]:
    """The commits of one log as bundles of the size that a reader accepts.

    Shape: `log` is its name among what is known of a store.
    """
    going = []
    for some in divide(commits):
        known = (KnownKind.LOG, log, decode_header(some[-1].header_bytes).seq)
        body = encode_bundle(some)
        going.append(Outgoing(ObjectType.BUNDLE, place, lane, body, len(some), known))
    return going


def pack(objects: Iterable[Outgoing], keys: KeyRing) -> list[PackFile]:
    """Seal everything and put it into pack files, the most urgent first."""
    return [portion.file for portion in packing(objects, keys, any_size)]


def packing(
    objects: Iterable[Outgoing], keys: KeyRing, room: Callable[[], int]
) -> Iterator[Portion[Outgoing]]:
    """Seal everything and put it into pack files, the most urgent first, one at a time."""
    ordered = sorted(objects, key=lambda one: one.lane)
    sealed = ((o, PackedObject(keys.seal(o.kind, o.body, o.place), o.lane)) for o in ordered)
    return portions(sealed, room)


def portions(
    objects: Iterable[tuple[T, PackedObject]], room: Callable[[], int]
) -> Iterator[Portion[T]]:
    """Put sealed objects into pack files in the given order.

    Shape: `room` says, before each file, how many bytes it should have at most.
    """
    waiting: list[tuple[T, PackedObject]] = []
    size, most = 0, 0
    for one in objects:
        most = most if waiting else min(room(), PACK_FILE_BYTES)
        is_full = room_for(len(waiting) + 1) + size + len(one[1].data) > most
        if waiting and (is_full or len(waiting) == OBJECTS_PER_PACK_FILE):
            yield _portion(waiting)
            waiting, size, most = [], 0, min(room(), PACK_FILE_BYTES)
        waiting.append(one)
        size += len(one[1].data)
    if waiting:
        yield _portion(waiting)


def any_size() -> int:
    """Give no other limit than that of a pack file."""
    return PACK_FILE_BYTES


def _portion(some: list[tuple[T, PackedObject]]) -> Portion[T]:
    return Portion(write_pack_file([one for _, one in some]), tuple(made for made, _ in some))
