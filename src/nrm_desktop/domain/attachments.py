"""What an attachment of a case is: where it hangs, and what may be shown of it.

This module decides which fields make up an attachment and which part of its manifest is for eyes.
The key of an attachment stands in the manifest and nowhere else; whatever shows or sends answers
gets the public part only.

Source: sync.md section 15; storage-security.md section 8.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer, Value

FORM: Final = "attachments"
PAPER: Final = "attachments.paper"
"""The kind of record: one paper, picture or recording."""
PLACE: Final = FieldId("attachments.at_place")
"""The part of the file it lies in, by its word; who may read that part may open it."""
LABEL: Final = FieldId("attachments.at_label")
NOTE: Final = FieldId("attachments.at_note")
SHOWS: Final = FieldId("attachments.at_shows")
"""What a picture or a recording shows, as the worker said when it was taken in."""
PERSON: Final = "person"
THING: Final = "thing"
FILE: Final = FieldId("attachments.at_file")
"""Holds the manifest, put there by an operation of the kind `attach`."""
PARTS: Final = 7
SHOWN_AS: Final = "file"
"""First word of what is shown of a manifest."""
_HASH_BYTES: Final = 32


def without_key(answer: Answer | None) -> Answer | None:
    """Give an answer as it may be shown: of a manifest its type, size and hash, never its key.

    Told by its shape and not by its field: somebody may attach to any field.
    """
    if answer is None or type(answer.value) is not tuple or not is_manifest(answer.value):
        return answer
    return replace(answer, value=_public(answer.value))


def is_manifest(value: Value) -> bool:
    """True if a value has the shape of a manifest, whether or not it is a good one."""
    return (
        isinstance(value, tuple)
        and len(value) == PARTS
        and isinstance(value[2], bytes)
        and isinstance(value[4], tuple)
        and isinstance(value[5], bytes)
    )


def is_shown_file(value: Value) -> bool:
    """True if a value is what `without_key` leaves of a manifest."""
    return isinstance(value, tuple) and len(value) == _SHOWN_PARTS and value[0] == SHOWN_AS


_SHOWN_PARTS: Final = 4


def _public(value: Value) -> Value:
    media_type, total, digest, *_ = value if isinstance(value, tuple) else (None, None, b"")
    name = media_type if isinstance(media_type, str) else ""
    size = total if type(total) is int else 0
    plain = digest.hex() if isinstance(digest, bytes) and len(digest) == _HASH_BYTES else ""
    return (SHOWN_AS, name, size, plain)
