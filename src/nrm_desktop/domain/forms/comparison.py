"""What is different in the forms of today: told thing by thing, with the old and the new words.

This module decides what is told of two outlines, and in which order: a thing that came, went, was
hidden or is shown again; else its words and its sides that are different. Of what came or went the
words and sides are not told besides, nor what stands in it. It judges nothing: whether forms may
follow others is `succession`.

Source: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.forms.outline import FormsOutline, Subject, Thing
from nrm_desktop.domain.forms.outline_parts import TELLING, WORDS_OF, Aspect

_CONSENT: Final = ("consent.", "consent_talk.", "codelist.consent_")
"""Keys of words that are said to a person about what is passed on."""
Key = tuple[Subject, str]


class Turn(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    HIDDEN = "hidden"
    SHOWN = "shown"
    """It was hidden before."""
    WORDS = "words"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class FormChange:
    """One difference.

    Shape: `name` is what the thing is called now, or was; its id if it has no words. `owner` is
    the id of the form or list it stands in. `text` is the key of changed words, `side` the side
    that is different. `before` and `after` are texts of the old and the new forms; both empty where
    a side says nothing to a person.
    """

    subject: Subject
    turn: Turn
    id: str
    name: str
    owner: str = ""
    text: str = ""
    side: Aspect = Aspect.NONE
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def changes_between(
    old: FormsOutline, new: FormsOutline, language: str = ""
) -> tuple[FormChange, ...]:
    """Say what is different in the new forms, in the words of a language.

    Shape: by subject; in each, what is there now in its order, then what went. Empty if a person
    who works in that language meets nothing else than before.
    """
    found = _Comparison(old, new, language or new.language)
    told = [*found.things(), *found.words()]
    order = list(Subject)
    return tuple(sorted(told, key=lambda one: order.index(one.subject)))


class _Comparison:
    """Two outlines side by side, in one language."""

    def __init__(self, old: FormsOutline, new: FormsOutline, language: str) -> None:
        self._old = old
        self._new = new
        self._language = language
        self._before = _by_key(old)
        self._now = _by_key(new)
        self._wholes = {True: _wholes(old), False: _wholes(new)}

    def things(self) -> Iterator[FormChange]:
        """Things that came, went, or have other sides."""
        for key, thing in self._now.items():
            before = self._before.get(key)
            if before is None or before.is_hidden != thing.is_hidden:
                yield from self._turned(before, thing)
            elif not thing.is_hidden:
                yield from self._sides(before, thing)
        for key, thing in self._before.items():
            if key not in self._now and not thing.is_hidden and self._is_news(thing, is_new=False):
                yield self._change(thing, Turn.REMOVED, self._old)

    def words(self) -> Iterator[FormChange]:
        """Words of things that were there before, and words that belong to nothing else."""
        stems = {one.stem or one.words: one for one in (*self._old.things, *self._new.things)}
        for key in dict.fromkeys((*self._keys(self._new), *self._keys(self._old))):
            before = self._old.text(key, self._language)
            after = self._new.text(key, self._language)
            owner = _owner(key, stems)
            if before != after and self._is_told(owner):
                yield self._reworded(key, owner, before, after)

    def _keys(self, outline: FormsOutline) -> Iterator[str]:
        for language in (self._language, self._language.partition("-")[0], outline.language):
            yield from outline.texts.get(language, ())

    def _is_told(self, owner: Thing | None) -> bool:
        """Words of what came, went or is hidden are no news besides."""
        if owner is None:
            return True
        key = (owner.subject, owner.id)
        before, now = self._before.get(key), self._now.get(key)
        return before is not None and now is not None and not (before.is_hidden or now.is_hidden)

    def _is_news(self, thing: Thing, *, is_new: bool) -> bool:
        """False where a whole form or list came or went with it: that is told, or seen by it."""
        return not thing.owner or (thing.subject, thing.owner) in self._wholes[is_new]

    def _turned(self, before: Thing | None, now: Thing) -> Iterator[FormChange]:
        if before is None:
            if not now.is_hidden and self._is_news(now, is_new=True):
                yield self._change(now, Turn.ADDED, self._new)
        else:
            yield self._change(now, Turn.HIDDEN if now.is_hidden else Turn.SHOWN, self._new)

    def _sides(self, before: Thing, now: Thing) -> Iterator[FormChange]:
        for side in dict.fromkeys((*now.aspects, *before.aspects)):
            old, new = before.aspects.get(side, ()), now.aspects.get(side, ())
            if old != new:
                said = (self._said(self._old, side, old), self._said(self._new, side, new))
                told = said if side in TELLING else ((), ())
                yield self._change(now, Turn.SIDE, self._new, side, told)

    def _said(self, outline: FormsOutline, side: Aspect, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Texts of a side in words, as far as there are any."""
        key = WORDS_OF.get(side)
        if key is None:
            return texts
        return tuple(outline.text(key.format(one), self._language) or one for one in texts)

    def _reworded(self, key: str, owner: Thing | None, before: str, after: str) -> FormChange:
        thing = owner or Thing(Subject.TEXT, key)
        subject = Subject.CONSENT if key.startswith(_CONSENT) else thing.subject
        name = self._name(thing, self._new)
        texts = ((before,) if before else (), (after,) if after else ())
        return FormChange(
            subject, Turn.WORDS, thing.id, name, thing.owner, key, Aspect.NONE, *texts
        )

    def _change(
        self,
        thing: Thing,
        turn: Turn,
        outline: FormsOutline,
        side: Aspect = Aspect.NONE,
        told: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> FormChange:
        name = self._name(thing, outline)
        return FormChange(thing.subject, turn, thing.id, name, thing.owner, "", side, *told)

    def _name(self, thing: Thing, outline: FormsOutline) -> str:
        return (outline.text(thing.words, self._language) if thing.words else "") or thing.id


def _by_key(outline: FormsOutline) -> Mapping[Key, Thing]:
    return {(one.subject, one.id): one for one in outline.things}


def _wholes(outline: FormsOutline) -> frozenset[Key]:
    """Forms, lists and documents in which something stands, with what."""
    return frozenset((one.subject, one.owner) for one in outline.things)


def _owner(key: str, stems: Mapping[str, Thing]) -> Thing | None:
    """The thing that a text belongs to: the nearest one above its key."""
    stem = key
    while stem:
        if stem in stems:
            return stems[stem]
        stem = stem.rpartition(".")[0]
    return None
