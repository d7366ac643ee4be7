"""What goes onto a store in one run: objects, sealed, behind as few indexes as possible.

This module decides what becomes an object and how objects are cut into pack files. It must not
decide what is sent (`planner`) and holds no key: the KeyRing seals.

Source: sync.md sections 6, 9.2 and 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.sync_ports import KeptKeybox, KeyPlace, KeyRing, OutgoingAct
from nrm_desktop.app.wire.bundle import divide, encode_bundle
from nrm_desktop.app.wire.commit import SignedCommit
from nrm_desktop.app.wire.limits import OBJECTS_PER_PACK_FILE, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import PackedObject, PackFile, room_for, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment

TRUST_LANE: Final = 1


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A body on its way out. Shape: `commits` counts those in a bundle."""

    kind: ObjectType
    place: KeyPlace
    lane: int
    body: bytes = field(repr=False)
    commits: int = 0


def acts_going(acts: Iterable[OutgoingAct], organisation: ScopeId, keys: KeyRing) -> list[Outgoing]:
    """Acts of the organisation go to everybody, those of a case to who shares it."""
    going = []
    for one in acts:
        is_of_case = one.scope != organisation
        place = KeyPlace(one.scope, Compartment.CORE) if is_of_case else keys.exchange
        if keys.holds(place):
            going.append(Outgoing(ObjectType.ACT, place, TRUST_LANE, one.signed))
    return going


def keyboxes_going(boxes: Iterable[KeptKeybox], keys: KeyRing) -> list[Outgoing]:
    """Keyboxes go to everybody; who shares a case is told by nothing in them."""
    place = keys.exchange
    return [Outgoing(ObjectType.KEYBOX, place, TRUST_LANE, box.signed) for box in boxes]


def bundles_going(commits: Iterable[SignedCommit], place: KeyPlace, lane: int) -> list[Outgoing]:
    """The commits of one log as bundles of the size that a reader accepts."""
    return [
        Outgoing(ObjectType.BUNDLE, place, lane, encode_bundle(some), len(some))
        for some in divide(commits)
    ]


def pack(objects: Iterable[Outgoing], keys: KeyRing) -> list[PackFile]:
    """Seal everything and put it into pack files, the most urgent first."""
    ordered = sorted(objects, key=lambda one: one.lane)
    sealed = (PackedObject(keys.seal(o.kind, o.body, o.place), o.lane) for o in ordered)
    return [write_pack_file(portion) for portion in _portions(sealed)]


def _portions(objects: Iterable[PackedObject]) -> Iterator[Sequence[PackedObject]]:
    portion: list[PackedObject] = []
    size = 0
    for one in objects:
        is_full = room_for(len(portion) + 1) + size + len(one.data) > PACK_FILE_BYTES
        if portion and (is_full or len(portion) == OBJECTS_PER_PACK_FILE):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += len(one.data)
    if portion:
        yield portion
