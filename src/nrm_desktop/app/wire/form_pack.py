"""A form pack on its way: the names and texts of its files, and whose forms they are.

This module decides the bytes that are signed, and which names may stand in a pack: labels of at
most one folder and a file that ends in `.toml`, never a path. Nothing of it is ever written to a
disk under such a name. It must not check signatures, and must not read what the files say.

Source: storage-security.md section 15; sync.md section 4.1. Threats: T12, T13, T14.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.limits import (
    CLOCK_MS,
    FORM_PACK_FILE_BYTES,
    FORM_PACK_FILES,
    FORMAT,
    SIGNED_PACK_BYTES,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.forms.block import is_short_id
from nrm_desktop.domain.forms.versions import is_comparable
from nrm_desktop.domain.ids import ScopeId

_FIELDS: Final = 6
_FILE: Final = re.compile(
    r"(?:[a-z][a-z0-9_]{0,39}/)?[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.toml", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TravellingPack:
    """A form pack for one organisation.

    Shape: `files` are name and text, by strictly rising name. Units: `made_ms`, wall clock.
    """

    organisation: ScopeId
    pack: str
    version: str
    made_ms: int
    files: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def texts(self) -> Mapping[str, str]:
        """Text by name, as a pack is read from a folder."""
        return dict(self.files)


def is_pack_file_name(name: str) -> bool:
    """True for a name that a file of a travelling pack may have."""
    return _FILE.fullmatch(name) is not None


def encode_form_pack(pack: TravellingPack) -> bytes:
    """The payload of a form pack. Raises: ProgramFault beyond the limits of `decode_form_pack`."""
    files = [(name, text.encode("utf-8")) for name, text in sorted(pack.files)]
    return cbor.encode((FORMAT, pack.organisation, pack.pack, pack.version, pack.made_ms, files))


def decode_form_pack(payload: bytes) -> TravellingPack:
    """Read the payload of a form pack. Raises: HostileInput."""
    if len(payload) > SIGNED_PACK_BYTES:
        raise refuse(Step.CBOR, "formpack.size")
    parts = shape.structure(cbor.decode(payload), "formpack", _FIELDS)
    _, organisation, pack, version, made, files = parts
    found = shape.each(files, "formpack.files", _read_file, FORM_PACK_FILES)
    shape.array(files, "formpack.files", FORM_PACK_FILES, 1)
    shape.ascending(tuple(name for name, _ in found), "formpack.files")
    return TravellingPack(
        organisation=ScopeId(shape.octets(organisation, "formpack.organisation")),
        pack=_text_that(is_short_id, pack, "formpack.pack"),
        version=_text_that(is_comparable, version, "formpack.version"),
        made_ms=shape.uint(made, "formpack.made", CLOCK_MS),
        files=tuple((name, _text(raw)) for name, raw in found),
    )


def _read_file(item: Item, what: str) -> tuple[str, bytes]:
    name, raw = shape.fields(item, what, 2)
    if type(raw) is not bytes or len(raw) > FORM_PACK_FILE_BYTES:
        raise refuse(Step.CBOR, "formpack.file")
    return _text_that(is_pack_file_name, name, "formpack.name"), raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise refuse(Step.CBOR, "formpack.text") from None


def _text_that(is_right: Callable[[str], bool], item: Item, what: str) -> str:
    if type(item) is not str or not is_right(item):
        raise refuse(Step.CBOR, what)
    return item
