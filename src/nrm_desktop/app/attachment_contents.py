"""What is taken in of a file: its bytes, or a picture of them without what the camera put in.

This module decides what has to be said of a file before it is taken in. It decodes nothing.

Source: nrm.md, N11; storage-security.md section 8 (pictures).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.attachment_ports import Pictures
from nrm_desktop.domain.attachments import PERSON, THING
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.likeness import is_recording, may_show_person
from nrm_desktop.domain.media import PICTURES, UNCLEANED, media_type_of


@dataclass(frozen=True, slots=True)
class Contents:
    """What is to be sealed. Shape: `shows` is a code of `attachment_shows`, empty for papers."""

    data: bytes = field(repr=False)
    shows: str = ""


def contents_of(cmd: AddAttachment, data: bytes, pictures: Pictures) -> Contents:
    """Read what a file shows, and clean a photo of what the camera wrote into it.

    A picture of a person is always cleaned: where it was taken would lead to the person. A kind of
    picture that nothing here can clean is not taken in, whatever it shows.
    Raises: Usage `usage.bad_value`; Refused `policy.picture_kind`; HostileInput
    `integrity.preview`.
    """
    if not data:
        raise Usage("usage.bad_value", what="file", allowed="a file that is not empty")
    kind = media_type_of(data)
    if kind in UNCLEANED:
        raise Refused("policy.picture_kind")
    shows = _shown(cmd, kind)
    is_photo = cmd.is_photo or (shows == PERSON and not is_recording(kind))
    if is_photo and kind not in PICTURES:  # others cannot be cleaned here
        raise Usage("usage.bad_value", what="photo", allowed="JPEG, PNG or WebP")
    return Contents(pictures.clean_photo(data) if is_photo else data, shows)


def _shown(cmd: AddAttachment, kind: str) -> str:
    """What the worker says of a picture; a recording is always one of somebody."""
    if is_recording(kind) or cmd.shows_person:
        return PERSON
    if not may_show_person(kind):
        return ""
    if cmd.shows_person is None:
        raise Usage("usage.bad_value", what="shows", allowed=(THING, PERSON))
    return THING
