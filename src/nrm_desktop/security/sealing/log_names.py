"""Which log a blind name stands for, as far as somebody's keys can tell.

A checkpoint names a log by a blind: a hash of the log's device under the key of its place. Whoever
holds the key recognises it by trying. This module decides what is tried, and remembers what was
found: to try every key with every device at each look costs seconds in a large organisation.
Nothing rests on what it remembers; it never names a log whose key or device was not asked for.

Source: sync.md section 8.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from threading import Lock

from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.security.sealing.derivation import log_blinds

PlacedKey = tuple[bytes, KeyPlace]
_Tries = Iterable[tuple[bytes, KeyPlace, Sequence[DeviceId]]]


class LogNames:
    """Blinds that were recognised. Any thread may ask."""

    def __init__(self) -> None:
        self._logs: dict[bytes, LogKey] = {}
        self._of_others: set[bytes] = set()
        """Tried in vain, with each of these keys and each of these devices."""
        self._keys: frozenset[bytes] = frozenset()
        self._devices: frozenset[DeviceId] = frozenset()
        self._lock = Lock()

    def read(
        self,
        blinds: Collection[bytes],
        held: Sequence[PlacedKey],
        devices: Collection[DeviceId],
        likely: Collection[LogKey] = (),
    ) -> Mapping[bytes, LogKey]:
        """Say which of these blinds are logs of these devices under these keys.

        Shape: blinds of which nothing can be said are left out; `likely` are tried first, and
        whoever names those that exist spares nearly all of the tries.
        """
        with self._lock:
            self._learn(blinds, held, devices, likely)
            places, among = {place for _, place in held}, frozenset(devices)
            known = ((blind, self._logs.get(blind)) for blind in blinds)
            return {
                blind: log
                for blind, log in known
                if log is not None
                and log.device in among
                and KeyPlace(log.scope, log.compartment) in places
            }

    def _learn(
        self,
        blinds: Collection[bytes],
        held: Sequence[PlacedKey],
        devices: Collection[DeviceId],
        likely: Collection[LogKey],
    ) -> None:
        wanted = set(blinds) - self._logs.keys()
        if not wanted:
            return
        new_keys = [one for one in held if one[0] not in self._keys]
        new_devices = sorted(set(devices) - self._devices)
        wanted |= self._of_others
        # After a rotation nearly everything is a log that was known under the key before.
        known = set(self._logs.values())
        self._try(wanted, _tries_of(known, new_keys))
        self._try(wanted, _tries_of(set(likely) - known, held))
        if not wanted <= self._of_others:
            self._try(wanted, ((key, place, sorted(devices)) for key, place in held))
        elif new_keys or new_devices:
            again = ((key, place, sorted(devices)) for key, place in new_keys)
            older = ((key, place, new_devices) for key, place in held if key in self._keys)
            self._try(wanted, chain(again, older))
        self._of_others = wanted
        # Exactly what all of them were tried with: a look may have had fewer than one before it.
        self._keys = frozenset(key for key, _ in held)
        self._devices = frozenset(devices)

    def _try(self, wanted: set[bytes], tries: _Tries) -> None:
        """Try keys with devices, until nothing is wanted any more; what is found is kept."""
        for key, place, devices in tries:
            if not wanted:
                return
            if place.scope is None:
                continue
            for blind, device in zip(log_blinds(key, devices), devices, strict=True):
                if blind in wanted:
                    wanted.discard(blind)
                    self._logs[blind] = LogKey(ScopeId(place.scope), place.number, device)


def _tries_of(logs: Iterable[LogKey], keys: Sequence[PlacedKey]) -> _Tries:
    by_place: dict[KeyPlace, set[DeviceId]] = defaultdict(set)
    for log in logs:
        by_place[KeyPlace(log.scope, log.compartment)].add(DeviceId(log.device))
    return [(key, place, sorted(by_place[place])) for key, place in keys if place in by_place]
