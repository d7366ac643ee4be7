"""The outline of forms: what can be told apart in them, as plain names and texts.

This module decides what of the forms a person is told about when other forms come into force. An
outline is kept as data, so forms can be compared with those of a program that is gone; it holds no
answer and nothing about anybody. How two are compared is `comparison`.

Source: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.outline_parts import (
    ROLE_WORDS,
    Aspect,
    clock_aspects,
    code_aspects,
    count_aspects,
    field_aspects,
    keeping_aspects,
    pack_aspects,
    role_aspects,
    said,
    section_aspects,
)
from nrm_desktop.domain.forms.parts import title_key
from nrm_desktop.domain.forms.schema import REMARK, Field

SMALLEST_CELL: Final = "smallest_cell"
"""The rule for the smallest number that a table of counts shows (ST3)."""
Aspects = Mapping[Aspect, tuple[str, ...]]


class Subject(StrEnum):
    """What a change is about, in the order in which changes are told."""

    PACK = "pack"
    CONSENT = "consent"
    """Words that are read to a person before she decides who gets to know what."""
    ROLE = "role"
    FORM = "form"
    SECTION = "section"
    FIELD = "field"
    CODE = "code"
    PAPER = "paper"
    """A part of a printed document."""
    CLOCK = "clock"
    KEEPING = "keeping"
    RULE = "rule"
    """An act, a fact, or what holds for all forms."""
    SIGN = "sign"
    COUNT = "count"
    WORDING = "wording"
    """A word that judges."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in the forms.

    Shape: `words` is the key of its name in the texts, empty if it has none; texts below `stem`
    are its own; `owner` is the id of the form, list or document it stands in.
    """

    subject: Subject
    id: str
    words: str = ""
    stem: str = ""
    owner: str = ""
    is_hidden: bool = False
    aspects: Aspects = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormsOutline:
    """All things in the order of display, and all texts.

    Shape: `texts` by language and key; `language` is that of the base, which has every text.
    """

    things: tuple[Thing, ...] = ()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = ""

    def text(self, key: str, language: str) -> str:
        """A text as the forms would show it in a language; empty if there is none."""
        for wanted in (language, language.partition("-")[0], self.language):
            found = self.texts.get(wanted, {}).get(key)
            if found:
                return found
        return ""


def outline_of(forms: FormSet) -> FormsOutline:
    """Say what there is in forms."""
    return FormsOutline(
        (*_packs(forms), *_roles(forms), *_forms(forms), *_lists(forms), *_rest(forms)),
        {language: dict(texts) for language, texts in forms.texts.items()},
        forms.packs[0].language,
    )


def _packs(forms: FormSet) -> Iterator[Thing]:
    for info in forms.packs:
        yield Thing(Subject.PACK, info.id, aspects=pack_aspects(info))


def _roles(forms: FormSet) -> Iterator[Thing]:
    table = forms.roles
    for role in table.roles.values():
        yield Thing(Subject.ROLE, role.id, f"{ROLE_WORDS}{role.id}", aspects=role_aspects(role))
    for name, parts in table.presets.items():
        jobs = {Aspect.JOBS: tuple(parts)}
        yield Thing(Subject.ROLE, f"preset.{name}", f"{ROLE_WORDS}{name}", aspects=jobs)
    for kind, role_id in table.recipient_roles.items():
        yield Thing(
            Subject.ROLE,
            f"recipient.{kind}",
            f"codelist.recipient_kind.{kind}",
            aspects={Aspect.JOBS: (role_id,)},
        )


def _forms(forms: FormSet) -> Iterator[Thing]:
    for form in forms.forms.values():
        filled = {Aspect.FILLED_BY: tuple(sorted(forms.roles.fills.get(form.id, ())))}
        yield Thing(Subject.FORM, form.id, f"{form.id}.title", form.id, aspects=filled)
        for section in form.sections:
            stem = f"{form.id}.section.{section.id}"
            yield Thing(
                Subject.SECTION,
                section.key,
                f"{stem}.title",
                stem,
                form.id,
                section.is_hidden,
                section_aspects(section),
            )
    for one in forms.fields():
        if not _is_remark(one):
            yield Thing(
                Subject.FIELD,
                one.id,
                f"{one.id}.label",
                one.id,
                one.form,
                one.is_hidden,
                field_aspects(one, forms.vocabulary.default_purposes),
            )


def _is_remark(one: Field) -> bool:
    """A remark comes and goes with its question, which says so itself."""
    return one.parent is not None and one.id == f"{one.parent}.{REMARK}"


def _lists(forms: FormSet) -> Iterator[Thing]:
    for codes in forms.codelists.values():
        for code in codes.codes:
            name = f"{codes.id}.{code.code}"
            words = f"codelist.{name}"
            yield Thing(
                Subject.CODE, name, words, words, codes.id, code.is_hidden, code_aspects(code)
            )
    for layout in forms.layouts.values():
        meant = {Aspect.PURPOSES: layout.purposes, Aspect.OTHER: layout.recipients}
        title = title_key(layout.id)
        yield Thing(Subject.PAPER, layout.id, title, f"layout.{layout.id}", aspects=meant)
        for part in layout.parts:
            name = f"{layout.id}.{part.id}"
            words, printed = f"layout.{name}", {Aspect.FIELDS: tuple(part.fields)}
            yield Thing(Subject.PAPER, name, words, words, layout.id, aspects=printed)


def _rest(forms: FormSet) -> Iterator[Thing]:
    for rule in forms.timetable.clocks.values():
        words = f"time_limit.{rule.id}"
        yield Thing(Subject.CLOCK, rule.id, words, words, aspects=clock_aspects(rule))
    for kept in forms.keeping.values():
        words = f"codelist.retention_class.{kept.id}"
        yield Thing(Subject.KEEPING, kept.id, words, aspects=keeping_aspects(kept))
    yield from _rules(forms)
    for dimension in forms.signs.dimensions:
        strong = {
            Aspect.STRENGTH: (
                *(f"{code}={strength}" for code, strength in dimension.adult.items()),
                *(f"child.{code}={strength}" for code, strength in dimension.child.items()),
            )
        }
        words = f"sign_dimension.{dimension.key}"
        yield Thing(Subject.SIGN, dimension.key, words, aspects=strong)
    for table in forms.counts.tables.values():
        aspects = count_aspects(table, forms.counts.of(table))
        yield Thing(Subject.COUNT, table.id, f"count_table.{table.id}", aspects=aspects)
    for word in forms.wording.values():
        spoken = {Aspect.WORDS: word.words, Aspect.INSTEAD: (word.instead,)}
        yield Thing(Subject.WORDING, word.id, aspects=spoken)


def _rules(forms: FormSet) -> Iterator[Thing]:
    known = forms.vocabulary
    for act in known.acts.values():
        flags = (("hint", act.is_hint), ("lone", act.may_be_lone))
        other = (*(name for name, is_set in flags if is_set), act.track)
        yield Thing(Subject.RULE, f"act.{act.id}", f"act.{act.id}", aspects={Aspect.OTHER: other})
    for fact in known.facts.values():
        holds = {Aspect.ASKED_WHEN: said(fact.when)}
        yield Thing(Subject.RULE, f"fact.{fact.id}", f"fact.{fact.id}", aspects=holds)
    for line in forms.counter.lines.values():
        kept = {Aspect.FIELDS: (line.field or "",)}
        yield Thing(Subject.RULE, line.text, line.text, line.text, "", line.is_hidden, kept)
    for sign in forms.counter.signs.values():
        sets = {Aspect.OTHER: (sign.key, sign.field, sign.code)}
        yield Thing(Subject.RULE, f"counter_sign.{sign.id}", is_hidden=sign.is_hidden, aspects=sets)
    cell = {Aspect.LENGTH: (str(forms.counts.floor),)}
    yield Thing(Subject.RULE, SMALLEST_CELL, aspects=cell)
