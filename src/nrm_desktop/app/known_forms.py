"""Which forms somebody knows: what is remembered so that later a change of them can be shown.

This module decides when forms count as changed for a person, and the bytes of an outline that is
kept. Forms are named by the SHA-256 of their packs. Nothing of it is about a case, and none of it
travels.

Source: docs/adr/0044.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.domain.forms.comparison import FormChange
from nrm_desktop.domain.forms.outline import FormsOutline, Subject, Thing
from nrm_desktop.domain.forms.outline_parts import Aspect

_FORMAT: Final = 1
_MOST_BYTES: Final = 64 * 1024 * 1024
"""An outline is smaller than the packs it is made of; the rest is damage."""


@dataclass(frozen=True, slots=True)
class KnownForms:
    """What one person knows.

    Shape: `now` names the forms of the last unlocking, `before` those that were looked at before
    the last change, empty if there was none. Units: `since_ms`, wall clock of the first unlocking
    with other forms than `before`.
    """

    now: str
    before: str = ""
    since_ms: int = 0
    is_seen: bool = True

    @property
    def names(self) -> frozenset[str]:
        """The forms whose outlines are needed."""
        return frozenset(one for one in (self.now, self.before) if one)


@dataclass(frozen=True, slots=True)
class ChangedForms:
    """The last change of the forms that concerns somebody.

    Shape: `since_ms` is 0 if the forms never changed; `changes` are None where the old forms are
    not known any more. Units: wall clock in milliseconds.
    """

    since_ms: int = 0
    is_seen: bool = True
    changes: tuple[FormChange, ...] | None = ()


def forms_met(known: KnownForms | None, name: str, now_ms: int) -> KnownForms:
    """Say what somebody knows who unlocks with these forms.

    Whoever has not looked at a change yet is shown the next one together with it. Forms that were
    known before, and are there again, are no change.
    """
    if known is None:
        return KnownForms(name)
    if known.now == name:
        return known
    if known.is_seen:
        return KnownForms(name, known.now, now_ms, is_seen=False)
    if known.before == name:
        return KnownForms(name)
    return replace(known, now=name)


def encode_known(known: KnownForms) -> bytes:
    """The bytes that are kept."""
    parts = (_FORMAT, known.now, known.before, known.since_ms, known.is_seen)
    return json.dumps(parts).encode()


def decode_known(raw: bytes) -> KnownForms | None:
    """Read them; None for what another program has written."""
    try:
        version, now, before, since_ms, is_seen = json.loads(raw)
    except (ValueError, TypeError):
        return None
    return KnownForms(now, before, since_ms, is_seen) if version == _FORMAT else None


def encode_outline(outline: FormsOutline) -> bytes:
    """The bytes of an outline that is kept."""
    things = [
        (one.subject, one.id, one.words, one.stem, one.owner, one.is_hidden, dict(one.aspects))
        for one in outline.things
    ]
    parts = (_FORMAT, outline.language, things, outline.texts)
    return zlib.compress(json.dumps(parts, ensure_ascii=False).encode(), zlib.Z_BEST_SPEED)


def decode_outline(raw: bytes) -> FormsOutline | None:
    """Read an outline; None for what another program has written, or knows more of."""
    try:
        text = zlib.decompressobj().decompress(raw, _MOST_BYTES)
        version, language, things, texts = json.loads(text)
        if version != _FORMAT:
            return None
        return FormsOutline(tuple(_thing(*one) for one in things), texts, language)
    except (ValueError, TypeError, zlib.error):
        return None


def _thing(subject: str, name: str, words: str, stem: str, owner: str, *rest: object) -> Thing:
    is_hidden, aspects = rest
    if not isinstance(aspects, Mapping):
        raise TypeError
    sides = {Aspect(side): tuple(texts) for side, texts in aspects.items()}
    return Thing(Subject(subject), name, words, stem, owner, bool(is_hidden), sides)
