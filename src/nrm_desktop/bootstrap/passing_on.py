"""Carrying for third parties between folders that this laptop knows, joined.

This module decides from where: folders that were exchanged with before and are there now, never a
server, since nobody asked for that line. It is an extra of a run and never makes one fail.

Source: sync.md section 10, step 9.
"""

from __future__ import annotations

from pathlib import Path

from nrm_desktop.app.ports import Store
from nrm_desktop.app.sync_ports import ExchangeWork, StoreRow
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.sync.passing_on import Place, pass_on
from nrm_desktop.sync.transports.folder import FolderStore
from nrm_desktop.sync.tree import StoreTree, read_mark


def pass_on_for_others(session: Session, address: str, store: Store, work: ExchangeWork) -> int:
    """Copy what third parties put into other folders and this one lacks; gives the pack files."""
    if "://" in address:
        return 0
    tree, files = StoreTree(session.organisation), session.safe.shell.files
    known = {row.mark: row for row in work.run(lambda unit: list(unit.state.stores()))}
    copied = 0
    try:
        mark = mark_on(store, tree)
        for row in known.values():
            other = _there(session, row)
            if mark is None or other is None or row.mark == mark:
                continue
            if mark_on(other, tree) != row.mark:
                continue
            source, target = Place(other, row.mark), Place(store, mark)
            copied += pass_on(source, target, tree, work, files.free_bytes(Path(address)))
    except (EnvironmentFault, HostileInput):
        return copied
    return copied


def _there(session: Session, row: StoreRow) -> Store | None:
    path = Path(row.address)
    if "://" in row.address or not path.is_dir():
        return None
    return FolderStore(path, session.safe.shell.files)


def mark_on(store: Store, tree: StoreTree) -> bytes | None:
    """The mark by which a store is remembered; None where nobody has exchanged with it."""
    found = (read_mark(entry.name) for entry in store.list(tree.trust))
    return min((mark for mark in found if mark is not None), default=None)
