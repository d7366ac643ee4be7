"""Checks that everything a person can see has words in the base language.

A missing translation is a warning, told once per language with its number; a missing text of the
base language is a problem, told one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.domain.forms.counter import wanted_counter_texts
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parts import REFERRAL, title_key
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.statistics import OWN_CLASSES, SHEET_WORDS
from nrm_desktop.domain.values import FieldType


def wanted_texts(forms: FormSet) -> Iterator[tuple[str, str]]:
    """Every text key that must exist, with the pack that brings the thing it names."""
    for form in forms.forms.values():
        yield f"{form.id}.title", form.pack
        for section in form.sections:
            yield f"{form.id}.section.{section.id}.title", section.pack
    for one in forms.fields():
        yield from _of_field(one, forms)
    # Who added a code or a clock is not known here; the base is complete, so it is the newest pack.
    newest = forms.packs[-1].id
    yield from ((key, newest) for key in _of_names(forms))


def _of_names(forms: FormSet) -> Iterator[str]:
    for codes in forms.codelists.values():
        for code in codes.codes:
            yield f"codelist.{codes.id}.{code.code}"
    for role in (*forms.roles.roles, *forms.roles.presets):
        yield f"role.{role}"
    for act in forms.vocabulary.acts:
        yield f"act.{act}"
    for fact in forms.vocabulary.facts:
        yield f"fact.{fact}"
    yield from (f"track.{track}" for track in forms.timetable.tracks)
    yield from (f"time_limit.{clock}" for clock in forms.timetable.clocks)
    yield from (f"sign_set.{one}" for one in forms.signs.sets)
    yield from (f"sign_dimension.{one.key}" for one in forms.signs.dimensions)
    yield from (f"authority.{one}" for one in forms.authorities)
    yield from wanted_counter_texts(forms.counter)
    yield from _of_papers(forms)
    yield from _of_counts(forms)
    for compartment in sorted({one.compartment for one in forms.fields()}):
        yield f"compartment.{compartment.word}"


def _of_papers(forms: FormSet) -> Iterator[str]:
    """A paper beside the referral: its name, and what stands above each part."""
    for layout in forms.layouts.values():
        if layout.id != REFERRAL:
            yield title_key(layout.id)
            yield from (f"layout.{layout.id}.{part.id}" for part in layout.parts)


def _of_counts(forms: FormSet) -> Iterator[str]:
    if forms.counts.tables:
        yield from (f"count_own.{name}" for name in ("all", *sorted(OWN_CLASSES)))
        yield from (f"count_sheet.{name}" for name in SHEET_WORDS)
    yield from (f"count_table.{one}" for one in forms.counts.tables)
    for dimension in forms.counts.dimensions.values():
        yield f"count_dimension.{dimension.id}"
        yield from (f"count_class.{dimension.id}.{name}" for name in dimension.classes)


def _of_field(one: Field, forms: FormSet) -> Iterator[tuple[str, str]]:
    yield f"{one.id}.label", one.pack
    # Sub-fields and remarks are asked for the reason of what they stand in.
    if one.parent is None and one.type is not FieldType.AUTO and _is_asked(one, forms):
        yield f"{one.id}.why", one.pack


def _is_asked(one: Field, forms: FormSet) -> bool:
    """Say whether a person fills the form; registers are written by the program."""
    return one.form in forms.roles.fills or not forms.roles.fills


def missing_texts(forms: FormSet, language: str) -> tuple[str, ...]:
    """Keys that have no text of their own in a language."""
    known = forms.texts.get(language, {})
    return tuple(key for key, _ in wanted_texts(forms) if not known.get(key))


def check_texts(forms: FormSet, log: ProblemLog) -> None:
    """Report texts that are missing in the base language, and count those of the others."""
    language = forms.packs[0].language
    known = forms.texts.get(language, {})
    for key, pack in wanted_texts(forms):
        if not known.get(key):
            log.add(
                Place(f"{pack}/texts/{language}.toml"),
                "missing_text",
                f"The text `{key}` is missing.",
                "Add it.",
            )
    for pack_info in forms.packs:
        for other in pack_info.languages:
            missing = 0 if other == language else len(missing_texts(forms, other))
            if missing:
                log.note(
                    Place(f"{pack_info.id}/texts/{other}.toml"),
                    "missing_translation",
                    f"{missing} texts are not translated; they are shown in the base language.",
                    "Translate them when somebody can.",
                )
