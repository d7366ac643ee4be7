"""The anchor: a sealed note outside the vault folder of how far this database had come.

This module decides what the note holds and what a difference means: a database that was put back,
or one that was moved, restored or cloned. Sealing is handed in; no key comes here.

- It is written with values that are committed already, so it can lag behind but never lead.
- Whoever puts back everything, the anchor included, is seen only by colleagues (limit L8).

Source: storage-security.md section 7; sync.md section 13.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path

from nrm_desktop.app.file_ports import Files, NoteSeal
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault

_FIELDS = 6
_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a database had come.

    Shape: `incarnation` is random per installation; `digest` sums the heads of all logs.
    """

    incarnation: bytes
    header_counter: int
    commits: int
    digest: bytes
    audit_head: bytes
    checkpoint_counter: int


class AnchorVerdict(StrEnum):
    """What the anchor says about the database beside it."""

    SOUND = "sound"
    OLDER = "older"
    """This database is older than when it was last used here."""
    OTHER = "other"
    """No anchor, or one of another incarnation: restored, moved or cloned."""


def write_anchor(files: Files, path: Path, anchor: Anchor, seal: NoteSeal) -> None:
    """Replace the anchor; its values must be committed already."""
    files.replace(path, seal.seal(cbor.encode(astuple(anchor))))


def read_anchor(files: Files, path: Path, seal: NoteSeal) -> Anchor | None:
    """Read the anchor; None if there is none.

    Raises: IntegrityFault `integrity.anchor` when it cannot be opened; EnvironmentFault.
    """
    try:
        data = files.read_limited(path, _MOST_BYTES)
        parts = shape.fields(cbor.decode(seal.unseal(data)), "anchor", _FIELDS)
        incarnation, header, commits, digest, audit, checkpoint = parts
        return Anchor(
            shape.octets(incarnation, "anchor.incarnation"),
            shape.uint(header, "anchor.header"),
            shape.uint(commits, "anchor.commits"),
            shape.octets(digest, "anchor.digest", HASH_BYTES),
            shape.octets(audit, "anchor.audit", HASH_BYTES),
            shape.uint(checkpoint, "anchor.checkpoint"),
        )
    except EnvironmentFault as fault:
        if fault.code == "storage.missing":
            return None
        raise
    except HostileInput as error:
        raise IntegrityFault("integrity.anchor") from error


def compare(anchor: Anchor | None, now: Anchor) -> AnchorVerdict:
    """Say what the anchor means for the database as it is now."""
    if anchor is None or anchor.incarnation != now.incarnation:
        return AnchorVerdict.OTHER
    marks = (anchor.header_counter, anchor.commits, anchor.checkpoint_counter)
    is_ahead = any(
        noted > held
        for noted, held in zip(
            marks, (now.header_counter, now.commits, now.checkpoint_counter), strict=True
        )
    )
    is_other = anchor.commits == now.commits and anchor.digest != now.digest
    return AnchorVerdict.OLDER if is_ahead or is_other else AnchorVerdict.SOUND
