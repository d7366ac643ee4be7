"""All keys that a device holds at one moment: the KeyRing of the exchange.

This module decides which key opens and seals where. What it says never changes once it is made,
so any thread may use it. Keys from a keybox whose issuer cannot be judged yet open acts only: the
acts say whether the issuer may give keys at all.

Source: sync.md sections 6, 7.2 and 8.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.app.sync_ports import KeyPlace, Unsealed
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.app.wire.sealed_object import (
    NOT_SEALED,
    ObjectType,
    bucket_of,
    read_object_header,
)
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import (
    CASE_COMPARTMENTS,
    ORGANISATION_COMPARTMENTS,
    Compartment,
    LogKey,
)
from nrm_desktop.security.identity.epochs import key_for
from nrm_desktop.security.sealing.container import KeyTable, open_object, seal_object
from nrm_desktop.security.sealing.derivation import device_folder_name, log_blind
from nrm_desktop.security.sealing.log_names import LogNames


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """What the keys are made of. Its text form shows none of them.

    Shape: `exchange` are (number, key); `unproved` epochs open acts only.
    """

    organisation: ScopeId
    epochs: Sequence[EpochKey] = field(repr=False)
    exchange: Sequence[tuple[int, bytes]] = field(repr=False)
    path: bytes = field(repr=False)
    unproved: Sequence[EpochKey] = field(default=(), repr=False)


class HeldKeys:
    """The KeyRing port.

    Units: `now_ms` is the wall clock that names the month. Shape: `names` are logs that this
    device has recognised before.
    """

    def __init__(
        self, material: KeyMaterial, random: Randomness, now_ms: int, names: LogNames
    ) -> None:
        self._path = material.path
        self._random = random
        self._bucket = bucket_of(now_ms)
        self._held = tuple(_held(material))
        self._newest = {place: key for key, place in self._held}
        self._table = KeyTable(self._held)
        self._unproved = KeyTable(
            (key, place)
            for epoch in material.unproved
            for key, place in _keys_of(epoch, (Compartment.CORE,))
        )
        self._exchange = max(number for number, _ in material.exchange)
        self._names = names
        self._folders: dict[DeviceId, str] = {}

    @property
    def exchange(self) -> KeyPlace:
        """The place of the newest exchange key."""
        return KeyPlace(None, self._exchange)

    def place_of(self, entry: IndexRow) -> KeyPlace | None:
        """What the key of an object stands for; None: sealed for others."""
        if entry.kind in NOT_SEALED or not any(entry.key_id):
            return None
        found = self._find(entry.kind, entry.bucket, entry.key_id)
        return None if found is None else found[1]

    def open(self, data: bytes) -> Unsealed:
        """Open an object. Raises: HostileInput, `integrity.not_for_us` without its key."""
        header = read_object_header(data, len(data))
        found = self._find(header.kind, header.bucket, header.key_id)
        if found is None:
            raise HostileInput("integrity.not_for_us")
        opened = open_object(data, found[0])
        return Unsealed(opened.kind, found[1], opened.body)

    def seal(self, kind: ObjectType, body: bytes, place: KeyPlace) -> bytes:
        """Seal under our newest key of a place."""
        key = self._newest.get(place)
        if key is None:
            raise ProgramFault("program.fault", what="seal.place")
        return seal_object(kind, body, key, self._bucket, self._random)

    def holds(self, place: KeyPlace) -> bool:
        """True if we can seal and open there."""
        return place in self._newest

    def blind(self, log: LogKey) -> bytes:
        """How a log is named in checkpoints now."""
        key = self._newest.get(KeyPlace(log.scope, log.compartment))
        if key is None:
            raise ProgramFault("program.fault", what="blind.place")
        return log_blind(key, DeviceId(log.device))

    def logs_named(
        self,
        blinds: Collection[bytes],
        devices: Collection[DeviceId],
        likely: Collection[LogKey] = (),
    ) -> Mapping[bytes, LogKey]:
        """Say which of these names are logs of these devices, under old keys too."""
        return self._names.read(blinds, self._held, devices, likely)

    def folder_of(self, device: DeviceId) -> str:
        """How a device is named on stores."""
        name = self._folders.get(device)
        if name is None:
            name = self._folders[device] = device_folder_name(self._path, device)
        return name

    def _find(self, kind: int, bucket: int, key_id: bytes) -> tuple[bytes, KeyPlace] | None:
        found = self._table.find(bucket, key_id)
        if found is None and kind == ObjectType.ACT:
            return self._unproved.find(bucket, key_id)
        return found


def _held(material: KeyMaterial) -> Iterator[tuple[bytes, KeyPlace]]:
    """All keys with what they stand for; of one place, the newest comes last."""
    for number, key in sorted(material.exchange):
        yield key, KeyPlace(None, number)
    for epoch in sorted(material.epochs, key=lambda one: (one.number, one.epoch)):
        is_organisation = epoch.scope == material.organisation
        places = ORGANISATION_COMPARTMENTS if is_organisation else CASE_COMPARTMENTS
        yield from _keys_of(epoch, places)


def _keys_of(epoch: EpochKey, places: Iterable[int]) -> Iterator[tuple[bytes, KeyPlace]]:
    for number in places:
        key = key_for(epoch, number)
        if key is not None:
            yield key, KeyPlace(epoch.scope, int(number))
