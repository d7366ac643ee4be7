"""What a device remembers of a store, by kind: the words of its table.

Nothing here decides anything; what each kind is good for is said where it is used.
"""

from __future__ import annotations

from enum import StrEnum


class KnownKind(StrEnum):
    """What is known to lie on a store, so that it is not sent there again."""

    ACT = "act"
    KEYBOX = "keybox"
    CLAIM = "claim"
    FORM_PACK = "form_pack"
    FORM_GROUND = "form_ground"
    """The forms beside which arriving packs were last judged; there is one of it."""
    LOG = "log"
    PACK = "pack"
    """A pack file whose index we have read."""
    CHECKPOINT = "checkpoint"
    """A file of a checkpoint that we have read."""
    NEWS = "news"
    """The newest checkpoint of a device that brought something."""
    ANSWERED = "answered"
    """A checkpoint of another device whose wishes we have met."""
    CHUNK = "chunk"
    """A chunk of an attachment, with the beginning of the pack file that holds it."""
    ERASED = "erased"
    """An order to erase for which our pack files there were made anew."""
    UNNAMED = "unnamed"
    """A pack file of ours that no checkpoint names yet, or does not call gone yet."""
    UNNAMED_LOG = "unnamed_log"
    """How far we put a log there, where no checkpoint says so yet."""
    NAMED_BY = "named_by"
    """A pack file of ours, with the counter of the checkpoint that named it first."""
    NAMED_AT = "named_at"
    """The same, with the wall clock then."""
    LEAVING = "leaving"
    """A pack file of ours that is called gone and may still lie there."""
    PARTS_GONE = "parts_gone"
    """Stands while the files of our manifest parts are gone."""
    PASSED_ON = "passed_on"
    """A device that does not use this store, with the counter of its checkpoint that we brought."""
    TAKEN = "taken"
    """An object of others that was taken in, by name: in another file it is not fetched again."""
