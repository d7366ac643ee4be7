"""Signed files with a word in front: root document, request, contact card, form pack, table.

This module decides how such a file says what it is before anything of it is believed. What is
inside is a signed statement (`app.wire.statement`).

Source: sync.md sections 9.1 and 12.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.limits import FORMAT, SIGNED_PACK_BYTES, STATEMENT_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement


class FileTag(StrEnum):
    """What stands in front."""

    ROOT = "nrmroot"
    REQUEST = "nrmreq"
    CARD = "nrmcard"
    EXCHANGE_KEYS = "nrmkx"
    FORM_PACK = "nrmform"
    RELEASE = "nrmstat"


_LARGE: Final = MappingProxyType({FileTag.FORM_PACK: SIGNED_PACK_BYTES})
"""Files that may be larger than a statement. Units: bytes."""


def encode_tagged(tag: FileTag, statement: SignedStatement) -> bytes:
    """The bytes of the file."""
    return cbor.encode((tag.value, FORMAT, statement.encode()))


def decode_tagged(data: bytes, tag: FileTag) -> SignedStatement:
    """Read the statement of a file of this kind. Raises: HostileInput."""
    most = _LARGE.get(tag, STATEMENT_BYTES)
    if len(data) > most:
        raise refuse(Step.CONTAINER, "file.size")
    word, number, statement = shape.fields(cbor.decode(data), "file", 3)
    if word != tag.value or type(number) is not int or number != FORMAT:
        raise refuse(Step.CONTAINER, "file.tag")
    return decode_statement(shape.some_octets(statement, "file.statement", most))


def is_root_file(data: bytes) -> bool:
    """True if the bytes begin like a root document."""
    return data.startswith(cbor.encode(FileTag.ROOT.value), 1)
