"""Carrier files for mail, a card or a courier, joined: what goes in, and where it is written.

This module decides that a file counts as written once it was read back from the medium, and that
only then what is in it may be left out of the next. What a carrier holds is decided in
`sync.carrying`.

Source: sync.md section 9.2. Promises: P5, P17.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nrm_desktop.app.attachment_ports import ChunkStore
from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.ports import Entry, Store
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.sync_report import SkippedObject
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.passing_on import mark_on
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.stores import opened_store
from nrm_desktop.sync.carrying import (
    CARRIED,
    Piece,
    carriers,
    chunk_pieces,
    note_carried,
    pieces_held,
    pieces_on,
)
from nrm_desktop.sync.checkpoint import packs_of
from nrm_desktop.sync.chunks import readable_files
from nrm_desktop.sync.medium import FolderMedium
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.transports.folder import FolderStore
from nrm_desktop.sync.tree import StoreTree

_ENDING = ".nrmx"


@dataclass(frozen=True, slots=True)
class CarryWish:
    """What should go into carriers.

    Shape: `store` is the address of a store that is packed as it lies there, or empty: then it is
    what this vault holds; `is_new_only` leaves out what went into carriers before.
    """

    folder: str
    store: str = ""
    is_new_only: bool = False
    with_attachments: bool = False


@dataclass(frozen=True, slots=True)
class CarrierFile:
    """A carrier that was written. Units: `size` in bytes."""

    path: str
    size: int
    objects: int


@dataclass(frozen=True, slots=True)
class Carrying:
    """What was written, and what was damaged and left out."""

    files: tuple[CarrierFile, ...]
    skipped: tuple[SkippedObject, ...]


def carry(session: Session, wish: CarryWish) -> Carrying:
    """Write carriers into a folder; one that lies there already is written no second time.

    Raises: EnvironmentFault for the medium; what was written before is whole and stays.
    """
    must_have_identity(session.safe)
    work, skipped, files = VaultExchange(session), list[SkippedObject](), list[CarrierFile]()
    medium = FolderMedium(session.safe.shell.files)
    with closing(vault_chunks(session)) as chunks, _opened(session, wish.store) as store:
        pieces = _held(session, wish, chunks) if store is None else _lying(session, store, skipped)
        wanted = [one for one in pieces if wish.with_attachments or not one.is_attachment]
        for one in carriers(wanted, skipped):
            name = one.file.file_name + _ENDING
            path = Path(wish.folder) / name
            if not _is_there(path, len(one.file.data)):
                medium.prepare(wish.folder, name, one.file.data).publish()
            files.append(CarrierFile(str(path), len(one.file.data), len(one.file.rows)))
            work.run(partial(note_carried, known=one.known))
    return Carrying(tuple(files), tuple(skipped))


def _is_there(path: Path, size: int) -> bool:
    """True if this carrier lies there; its name tells its content, a cut copy is smaller."""
    return path.is_file() and path.stat().st_size == size


@contextmanager
def _opened(session: Session, address: str) -> Iterator[Store | None]:
    """The store that is packed, open until the last object was read; None: there is none."""
    if not address:
        yield None
        return
    with opened_store(session, address) as store:
        yield store


def _lying(session: Session, store: Store, skipped: list[SkippedObject]) -> list[Piece]:
    """What lies on a store; its pack files are found by what devices say, as far as we heard it."""
    tree = StoreTree(session.organisation)
    if isinstance(store, FolderStore):
        return list(pieces_on(store, tree, skipped))

    mark = mark_on(store, tree) or b""

    def told(unit: ExchangeUnit) -> list[Entry]:
        memory = unit.state.at(mark)
        states = [full_state(unit, one) for one in memory.checkpoints().values()]
        rows = {row.name: row.size for state in states for row in packs_of(state)}
        return [Entry(tree.pack_file(name), size) for name, size in rows.items()]

    return list(pieces_on(store, tree, skipped, VaultExchange(session).run(told)))


def _held(session: Session, wish: CarryWish, chunks: ChunkStore) -> Sequence[Piece]:
    urgency = office_of(session).urgency

    def held(unit: ExchangeUnit) -> tuple[list[Piece], list[bytes], frozenset[bytes]]:
        pieces = pieces_held(unit, session.organisation, urgency, is_new_only=wish.is_new_only)
        names = [name for one in readable_files(unit) for name in one.manifest.names]
        return pieces, names, frozenset(unit.state.at(CARRIED).known(KnownKind.CHUNK))

    pieces, names, lying = VaultExchange(session).run(held)
    if not wish.with_attachments:
        return pieces
    missing = frozenset(chunks.missing(names))
    here = [name for name in names if name not in missing]
    return [*pieces, *chunk_pieces(here, chunks.get, lying)]
