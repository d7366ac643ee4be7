"""Which attachments the journal stands for, for the exchange: what travels is named in them.

This module decides nothing about chunks; it reads manifests, which hold the names of chunks and the
key that opens them. What others attached badly is passed over: nothing of it can be asked for.

Source: sync.md section 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.sync_ports import Attached
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.ops import OpKind
from nrm_desktop.storage.attachments import manifest_in
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("attachments")


def attached_files(connection: Connection) -> Iterator[Attached]:
    """Every attachment that stands and can be read, of all cases."""
    for scope, compartment, answer in connection.execute(_SQL["travelling"], (OpKind.ATTACH,)):
        manifest = manifest_in(answer)
        if manifest is not None:
            yield Attached(ScopeId(scope), compartment, manifest)
