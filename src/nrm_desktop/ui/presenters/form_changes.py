"""What is different in the forms, in words for people: groups of lines, old words beside new ones.

This module decides the words alone; what is told, and in which order, says
`domain.forms.comparison`. A line names questions, roles and laws, and nothing about anybody.

Source: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.forms.comparison import FormChange, Turn
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.outline import SMALLEST_CELL, Subject
from nrm_desktop.domain.forms.outline_parts import Aspect
from nrm_desktop.domain.forms.timetable import Unit
from nrm_desktop.ui.presenters.wording import Say

_Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One difference in words. Shape: each is empty where there is nothing to say."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Differences of one kind, under their title."""

    title: str
    lines: tuple[ChangeLine, ...]


def change_groups(
    say: Say, forms: FormSet, changes: Iterable[FormChange]
) -> tuple[ChangeGroup, ...]:
    """Say what is different, by kind. Shape: `forms` are those of now, for names of places."""
    words = _ChangeWords(say, forms)
    groups = groupby(changes, key=lambda one: one.subject)
    return tuple(
        ChangeGroup(subject_words(say, subject), tuple(map(words.line, found)))
        for subject, found in groups
    )


class _ChangeWords:
    """Words of single differences."""

    def __init__(self, say: Say, forms: FormSet) -> None:
        self._say = say
        self._forms = forms

    def line(self, one: FormChange) -> ChangeLine:
        """One difference in words."""
        say, name = self._say, self._name(one)
        if one.turn is Turn.WORDS:
            return ChangeLine(name, *self._both(one.before, one.after))
        if one.turn is Turn.SIDE:
            text = say("{name}: {side}", name=name, side=side_words(say, one.side))
            return ChangeLine(text, *self._sides(one))
        return ChangeLine(
            {
                Turn.ADDED: say("New: {name}", name=name),
                Turn.REMOVED: say("Not there any more: {name}", name=name),
                Turn.HIDDEN: say("Not shown any more: {name}", name=name),
                Turn.SHOWN: say("Shown again: {name}", name=name),
            }[one.turn]
        )

    def _name(self, one: FormChange) -> str:
        """What it is called, and where it stands if that is known."""
        if one.subject is Subject.PACK:
            return pack_words(self._say, one.id)
        if one.id == SMALLEST_CELL:
            return self._say("The smallest number that a table shows")
        if one.text == one.id:  # words of no question or form: they say themselves what they are
            return ""
        place = self._place(one.owner)
        if not place or place == one.name:
            return one.name
        return self._say("{name} ({place})", name=one.name, place=place)

    def _place(self, owner: str) -> str:
        """The title of a form, or the first question that offers a list."""
        if not owner:
            return ""
        forms, language = self._forms, self._say.language
        asked = (one.id for one in forms.fields() if one.codelist == owner)
        keys = (f"{owner}.title", *(f"{one}.label" for one in asked))
        return next(filter(None, (forms.find_text(key, language) for key in keys)), "")

    def _sides(self, one: FormChange) -> tuple[str, str]:
        if not one.before and not one.after:
            return "", ""
        match one.side:
            case Aspect.LENGTH:
                return self._both(self._length(one.before), self._length(one.after))
            case Aspect.PHOTOS | Aspect.VERIFIED:
                return self._both(self._yes(one.before), self._yes(one.after))
            case Aspect.READS_AND_WRITES:
                return self._both(*self._cells(one.before, one.after))
        return self._both(one.before, one.after)

    def _both(self, before: _Texts, after: _Texts) -> tuple[str, str]:
        say = self._say
        old, new = ", ".join(filter(None, before)), ", ".join(filter(None, after))
        return (
            say("Before: {words}", words=old or say("nothing")),
            say("Now: {words}", words=new or say("nothing")),
        )

    def _yes(self, texts: _Texts) -> _Texts:
        say = self._say
        return tuple(say("Yes") if one == "yes" else say("No") for one in texts)

    def _length(self, texts: _Texts) -> _Texts:
        number, *unit = (*texts, "")
        if not number.isdigit():
            return ()
        return (length_words(self._say, int(number), unit[0]),)

    def _cells(self, before: _Texts, after: _Texts) -> tuple[_Texts, _Texts]:
        """Only the parts of the file in which something else may be done."""
        old, new = _letters(before), _letters(after)
        parts = [part for part in {**old, **new} if old.get(part) != new.get(part)]
        return self._may(parts, old), self._may(parts, new)

    def _may(self, parts: Sequence[str], letters: dict[str, str]) -> _Texts:
        say = self._say
        return tuple(
            say(
                "{part}: {may}",
                part=self._forms.find_text(f"compartment.{part}", say.language) or part,
                may="; ".join(cell_words(say, one) for one in letters.get(part, ""))
                or say("nothing"),
            )
            for part in parts
        )


def pack_words(say: Say, pack: str) -> str:
    """Name a pack: the base, or the id of a country."""
    return say("Base forms") if pack == "base" else say("Country forms “{id}”", id=pack)


def subject_words(say: Say, subject: Subject) -> str:
    """The title of changes of one kind."""
    return {
        Subject.PACK: say("Packs of forms"),
        Subject.CONSENT: say("Words that are read to a person, and consents"),
        Subject.ROLE: say("Who reads and writes what"),
        Subject.FORM: say("Forms"),
        Subject.SECTION: say("Parts of forms"),
        Subject.FIELD: say("Questions"),
        Subject.CODE: say("Choices"),
        Subject.PAPER: say("What is printed"),
        Subject.CLOCK: say("Time limits and tasks"),
        Subject.KEEPING: say("How long closed files are kept"),
        Subject.RULE: say("Rules"),
        Subject.SIGN: say("Signs"),
        Subject.COUNT: say("Tables of counts"),
        Subject.WORDING: say("Words that judge"),
        Subject.TEXT: say("Other words"),
    }[subject]


def side_words(say: Say, side: Aspect) -> str:
    """Say what is different about a thing."""
    return {
        Aspect.NONE: "",
        Aspect.VERSION: say("another version"),
        Aspect.LANGUAGES: say("other languages"),
        Aspect.PHOTOS: say("photos and recordings of persons"),
        Aspect.VERIFIED: say("checked by somebody who works there"),
        Aspect.READS_AND_WRITES: say("reads and writes something else"),
        Aspect.JOBS: say("other roles"),
        Aspect.FILLED_BY: say("filled in by others"),
        Aspect.TYPE: say("another kind of answer"),
        Aspect.PLACE: say("at another place"),
        Aspect.PART: say("in another part of the file, so others read it"),
        Aspect.PURPOSES: say("passed on for other purposes"),
        Aspect.CONSENTS: say("passed on with other consents"),
        Aspect.CHOICES: say("another list of choices"),
        Aspect.ASKED_WHEN: say("asked under other conditions"),
        Aspect.OPENS_WHEN: say("opens under other conditions"),
        Aspect.NEEDED_FOR: say("needed for other steps"),
        Aspect.FIELDS: say("other questions are printed"),
        Aspect.LENGTH: say("another length"),
        Aspect.STARTS: say("begins with something else"),
        Aspect.ENDS: say("ends with something else"),
        Aspect.VALID: say("in force from and to"),
        Aspect.LAW: say("another source"),
        Aspect.MAPS: say("goes into other standards under other names"),
        Aspect.STRENGTH: say("other signs, or another strength"),
        Aspect.CLASSES: say("other classes"),
        Aspect.WORDS: say("other words"),
        Aspect.INSTEAD: say("another proposal"),
        Aspect.OTHER: say("something about how it works"),
    }[side]


def cell_words(say: Say, letter: str) -> str:
    """Say what a letter of the table of roles allows."""
    words = {
        Cell.WRITE: say("reads and writes"),
        Cell.READ: say("reads"),
        Cell.OWN: say("own entries"),
        Cell.POINT: say("safe contact"),
        Cell.ALERT: say("alerts"),
        Cell.INDEX: say("that something is there"),
        Cell.CONSENT: say("with a consent"),
        Cell.ORDER: say("with a legal order"),
        Cell.EXCEPTION: say("sealed, with a reason"),
        Cell.BOX: say("writes into a sealed box"),
    }
    return {cell.value: text for cell, text in words.items()}.get(letter, letter)


def length_words(say: Say, count: int, unit: str) -> str:
    """A length in words; a number alone where it has no unit."""
    return {
        Unit.HOURS.value: say.plural("{count} hour", "{count} hours", count),
        Unit.CALENDAR_DAYS.value: say.plural("{count} day", "{count} days", count),
        Unit.WORKING_DAYS.value: say.plural("{count} working day", "{count} working days", count),
        Unit.WEEKS.value: say.plural("{count} week", "{count} weeks", count),
        Unit.MONTHS.value: say.plural("{count} month", "{count} months", count),
        Unit.YEARS.value: say.plural("{count} year", "{count} years", count),
    }.get(unit, str(count))


def _letters(texts: _Texts) -> dict[str, str]:
    """Letters by part of the file."""
    pairs = (one.partition("=") for one in texts)
    return {part: letters for part, _, letters in pairs}
