"""The sides of a thing in the forms that can change, each as a few plain texts.

This module decides what counts as a change of a question, a role or a time limit, beside its words.
A condition is written as one text of ids: whether it is another one can be told, and it says
nothing of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from nrm_desktop.domain.compartments import Role
from nrm_desktop.domain.forms.keeping import KeepingRule
from nrm_desktop.domain.forms.schema import (
    AllOf,
    AnyOf,
    Code,
    Condition,
    Fact,
    Field,
    FieldAnswered,
    FieldEquals,
    FieldState,
    Leaf,
    Not,
    PackInfo,
    Section,
)
from nrm_desktop.domain.forms.statistics import CountTable, Dimension
from nrm_desktop.domain.forms.timetable import ClockRule, Moment

ROLE_WORDS: Final = "role."
Sides = dict["Aspect", tuple[str, ...]]


class Aspect(StrEnum):
    """A side of a thing. What its texts are, says `WORDS_OF` where they are keys of words."""

    NONE = ""
    VERSION = "version"
    LANGUAGES = "languages"
    PHOTOS = "photos"
    VERIFIED = "verified"
    READS_AND_WRITES = "reads_and_writes"
    JOBS = "jobs"
    FILLED_BY = "filled_by"
    TYPE = "type"
    PLACE = "place"
    PART = "part"
    PURPOSES = "purposes"
    CONSENTS = "consents"
    CHOICES = "choices"
    ASKED_WHEN = "asked_when"
    OPENS_WHEN = "opens_when"
    NEEDED_FOR = "needed_for"
    FIELDS = "fields"
    LENGTH = "length"
    STARTS = "starts"
    ENDS = "ends"
    VALID = "valid"
    LAW = "law"
    MAPS = "maps"
    """Its names in forms and standards of others."""
    STRENGTH = "strength"
    CLASSES = "classes"
    WORDS = "words"
    INSTEAD = "instead"
    OTHER = "other"


WORDS_OF: Final[Mapping[Aspect, str]] = MappingProxyType(
    {
        Aspect.PART: "compartment.{}",
        Aspect.PURPOSES: "codelist.consent_purpose.{}",
        Aspect.CONSENTS: "codelist.data_group.{}",
        Aspect.FILLED_BY: ROLE_WORDS + "{}",
        Aspect.JOBS: ROLE_WORDS + "{}",
        Aspect.NEEDED_FOR: "act.{}",
        Aspect.FIELDS: "{}.label",
        Aspect.PLACE: "{}.title",
    }
)
"""Where the words of the texts of a side stand."""
TELLING: Final = frozenset(
    {
        *WORDS_OF,
        Aspect.READS_AND_WRITES,
        Aspect.VERSION,
        Aspect.LANGUAGES,
        Aspect.PHOTOS,
        Aspect.VERIFIED,
        Aspect.LENGTH,
        Aspect.VALID,
        Aspect.LAW,
        Aspect.WORDS,
        Aspect.INSTEAD,
    }
)
"""Sides whose texts say something to a person; of the others it is told that they are different."""


def pack_aspects(info: PackInfo) -> Sides:
    """The sides of a pack."""
    return {
        Aspect.VERSION: (info.version,),
        Aspect.LANGUAGES: info.languages,
        Aspect.PHOTOS: _flag(is_set=info.keeps_likeness),
        Aspect.VERIFIED: _flag(is_set=info.is_verified),
    }


def role_aspects(role: Role) -> Sides:
    """The sides of a role: a letter for each part of the file, as in the packs."""
    cells = sorted((place.word, "".join(sorted(cells))) for place, cells in role.cells.items())
    return {
        Aspect.READS_AND_WRITES: tuple(f"{place}={letters}" for place, letters in cells),
        Aspect.OTHER: _flag(is_set=role.is_until_handover),
    }


def section_aspects(section: Section) -> Sides:
    """The sides of a section."""
    return {
        Aspect.PART: (section.compartment.word,),
        Aspect.ASKED_WHEN: said(section.visible_when),
        Aspect.OPENS_WHEN: said(section.closed_until),
        Aspect.OTHER: (str(section.repeats), section.compartment_by or ""),
    }


def field_aspects(one: Field, default_purposes: tuple[str, ...]) -> Sides:
    """The sides of a question."""
    needed = [(need.act, *said(need.when), str(need.is_hint)) for need in one.required_for]
    return {
        Aspect.TYPE: (one.type.value,),
        Aspect.PLACE: (f"{one.form}.section.{one.section}",),
        Aspect.PART: (one.compartment.word,),
        Aspect.PURPOSES: one.purposes or default_purposes,
        Aspect.CONSENTS: one.consent_groups,
        Aspect.CHOICES: (one.codelist,),
        Aspect.ASKED_WHEN: said(one.visible_when),
        Aspect.NEEDED_FOR: tuple(act for act, *_ in needed),
        Aspect.OTHER: (
            *(" ".join(parts) for parts in needed),
            *_texts(one.merge, one.retention, one.alert, one.ref, one.same_as, one.search),
            *_texts(one.may_decline, one.own_words, one.has_remark, one.erase_alone),
            *_texts(*one.sources),
        ),
        Aspect.MAPS: (*one.htcds, *one.uk),
    }


def code_aspects(code: Code) -> Sides:
    """The sides of a code."""
    part = (code.compartment.word,) if code.compartment else ()
    return {Aspect.PART: part, Aspect.MAPS: (*code.htcds, *code.uk)}


def clock_aspects(rule: ClockRule) -> Sides:
    """The sides of a time limit. Shape: a length is its number and its unit."""
    return {
        Aspect.LENGTH: (str(rule.length), rule.unit.value) if rule.length else (),
        Aspect.STARTS: tuple(map(_moment, rule.starts)),
        Aspect.ENDS: (
            *map(_moment, rule.done_by),
            *said(rule.done_when),
            *said(rule.paused_when),
            rule.decided or "",
        ),
        Aspect.VALID: (rule.valid_from, rule.valid_to),
        Aspect.LAW: tuple(text for text in (rule.basis, rule.source, rule.as_of) if text),
        Aspect.VERIFIED: _flag(is_set=rule.is_verified),
        Aspect.OTHER: (
            *_texts(rule.kind, rule.protects, rule.applies, rule.track, rule.holidays),
            *_texts(rule.needs_recheck, rule.is_once, rule.is_ever, *rule.remind),
            *(place.word for place in rule.seen_in),
        ),
    }


def keeping_aspects(rule: KeepingRule) -> Sides:
    """The sides of how long closed cases are kept."""
    return {
        Aspect.LENGTH: (str(rule.length), rule.unit.value) if rule.length else (),
        Aspect.LAW: (rule.source,) if rule.source else (),
        Aspect.VERIFIED: _flag(is_set=rule.is_verified),
        Aspect.OTHER: _texts(rule.shortest, rule.longest),
    }


def count_aspects(table: CountTable, dimensions: Iterable[Dimension]) -> Sides:
    """The sides of a table of counts."""
    return {
        Aspect.CLASSES: tuple(
            f"{one.id}.{name}={','.join(codes)}"
            for one in dimensions
            for name, codes in one.classes.items()
        ),
        Aspect.OTHER: (
            *_texts(table.unit, table.period, table.record, table.is_once),
            *table.dimensions,
        ),
    }


def said(condition: Condition | None) -> tuple[str, ...]:
    """A condition as one text of ids; nothing if there is none."""
    return () if condition is None else (_said(condition),)


def _said(condition: Condition) -> str:
    match condition:
        case AllOf(parts):
            return f"({' & '.join(map(_said, parts))})"
        case AnyOf(parts):
            return f"({' | '.join(map(_said, parts))})"
        case Not(part):
            return f"!{_said(part)}"
        case _:
            return _said_leaf(condition)


def _said_leaf(leaf: Leaf) -> str:
    match leaf:
        case Fact(name):
            return f"fact {name}"
        case FieldEquals(name, values):
            return f"{name} = {' or '.join(map(str, values))}"
        case FieldAnswered(name, wanted):
            return f"{name} answered {wanted}"
        case FieldState(name, state):
            return f"{name} is {state.value}"


def _moment(moment: Moment) -> str:
    when = said(moment.when)
    return " ".join((moment.form, moment.on or "", *when, *_texts(moment.is_latest)))


def _texts(*values: object) -> tuple[str, ...]:
    """Names of words and numbers; None says nothing."""
    return tuple("" if value is None else str(value) for value in values)


def _flag(*, is_set: bool) -> tuple[str, ...]:
    return ("yes",) if is_set else ("no",)
