"""Boxes: sealed while the vault is locked, opened by whoever unlocks it next.

This module decides how a box is sealed to the intake key of this laptop and what the file says
that carries the key. Whoever can write a box cannot read it, nor any other. It must not decide
whether the key in the file is the right one: a locked vault cannot know, an open one compares.

Source: sync.md section 7.3; storage-security.md section 4.12. Threat: T27.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.box import BoxContent, decode_box, encode_box
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.security.primitives import KemKey, KemPublic
from nrm_desktop.security.sealing.boxes import open_file, seal_file
from nrm_desktop.security.suite import KEM_PUBLIC_BYTES

INTAKE_FILE_BYTES: Final = 4096
_WORD: Final = "nrmintake"


def encode_intake(public: KemPublic) -> bytes:
    """The bytes of `intake.pub`."""
    return cbor.encode((_WORD, FORMAT, public.raw))


def decode_intake(data: bytes) -> KemPublic:
    """Read `intake.pub`. Raises: HostileInput."""
    word, number, public = shape.fields(cbor.decode(data), "intake", 3)
    if word != _WORD or type(number) is not int or number != FORMAT:
        raise refuse(Step.CONTAINER, "intake.word")
    return KemPublic(shape.octets(public, "intake.key", KEM_PUBLIC_BYTES))


def seal_box(public: KemPublic, content: BoxContent, random: Randomness) -> bytes:
    """Seal a filled-in form. Its size tells no more than a step of the padding.

    Raises: HostileInput where the key in the file is none.
    """
    body = encode_box(content)
    return seal_file(ObjectType.BOX, body, (public,), bucket_of(content.made_ms), random)


def open_box(own: KemKey, data: bytes) -> BoxContent:
    """Open a box. Raises: HostileInput; `integrity.not_for_us` if it was sealed to another key."""
    opened = open_file(own, data)
    if opened.kind is not ObjectType.BOX:
        raise refuse(Step.CONTAINER, "box.kind")
    return decode_box(opened.body)
