"""Names on a store: which ones are ours to use, the same for a stick and for a server.

This module decides what a name may look like, and what may lie under one when it is written again;
it must not touch a store. A name that passes holds
nothing that a path, an address or a header could take for something else.

Source: sync.md section 9.1.
"""

from __future__ import annotations

import re
from typing import Final

from nrm_desktop.app.wire.limits import STORE_NAME_CHARS
from nrm_desktop.domain.errors import HostileInput, ProgramFault

_PART: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.-]{{0,{STORE_NAME_CHARS - 1}}}")
_UNFINISHED: Final = (".prt", ".part")


def parts_of(name: str) -> tuple[str, ...]:
    """Split a name that this program made.

    Raises: ProgramFault for what is no name of ours: it never becomes a path or an address.
    """
    parts = tuple(name.split("/"))
    if not all(_PART.fullmatch(part) for part in parts):
        raise ProgramFault("program.fault", what="store.name")
    return parts


def is_listed(part: str) -> bool:
    """True for a name in a foreign folder that could be ours and is complete."""
    return _PART.fullmatch(part) is not None and not part.endswith(_UNFINISHED)


def is_cut_off(found: bytes, data: bytes) -> bool:
    """Say of what lies under a name whether it has to be written anew; False if it is all there.

    Raises: HostileInput `integrity.hash` for anything but a beginning of the same bytes.
    """
    if not data.startswith(found):
        raise HostileInput("integrity.hash", what="store.name")
    return len(found) < len(data)
