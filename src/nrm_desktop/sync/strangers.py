"""Devices on a store that nobody has certified here yet: what they bring is looked at all the same.

A laptop that was restored certifies its new device itself, where its person is registrar, and the
only checkpoint that names this certificate is its own. So the newest checkpoint of an unknown
device is opened, without believing it, and the pack files it names are listed: every object in them
proves itself, or waits, or is refused. The checkpoint counts once its device is certified.

This module decides what of a stranger is read: its newest file, no rollback, no missing file and no
alarm is told of it. A device that was certified once and has ended is no stranger.

Source: sync.md sections 10 and 13; docs/adr/0020.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.wire.checkpoint import PackRow
from nrm_desktop.app.wire.pack_file import read_index
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.sync.checkpoint import packs_of
from nrm_desktop.sync.indexes import shelve
from nrm_desktop.sync.reading import Known, Listing, what_is_known
from nrm_desktop.sync.said import state_of
from nrm_desktop.sync.shelf import pack_reader
from nrm_desktop.sync.tally import Visit
from nrm_desktop.sync.tree import CheckpointFile

MOST_STRANGERS: Final = 16
"""Unknown devices that are looked at in one run; others have their turn once these are known."""


def read_strangers(visit: Visit, listing: Listing) -> None:
    """List the pack files that unknown devices name and that we have not read."""
    known = what_is_known(visit)
    ours = {*known.devices, *known.remembered, known.own}
    folders = {known.keys.folder_of(device) for device in ours}
    strangers = sorted(folder for folder in listing.files if folder not in folders)
    for folder in strangers[:MOST_STRANGERS]:
        for row in _named(visit, known, listing.of(folder)[0]):
            _list(visit, row)


def _named(visit: Visit, known: Known, file: CheckpointFile) -> list[PackRow]:
    """What the newest checkpoint of a stranger names; nothing where it cannot be read."""
    with suppress(HostileInput):
        unsealed = known.keys.open(visit.store.get(file.name))
        if unsealed.kind is not ObjectType.CHECKPOINT or unsealed.place.scope is not None:
            return []

        def ask(unit: ExchangeUnit) -> list[PackRow]:
            checkpoint = unit.verifier.read_stranger(unsealed.body)
            if checkpoint is None or known.keys.folder_of(checkpoint.device) != file.folder:
                return []
            read = unit.state.at(visit.mark).known(KnownKind.PACK)
            rows = packs_of(state_of(unit.state, checkpoint))
            return [row for row in rows if row.name not in read]

        return visit.work.run(ask)
    return []


def _list(visit: Visit, row: PackRow) -> None:
    try:
        index = read_index(pack_reader(visit, row.name), row.size, row.name)
    except HostileInput as error:
        visit.tally.skip(visit.tree.pack_file(row.name).rpartition("/")[2], error)
    except EnvironmentFault as fault:
        if fault.code != "store.missing":
            raise
    else:
        visit.work.run(lambda unit: shelve(visit.mark, index, unit))
