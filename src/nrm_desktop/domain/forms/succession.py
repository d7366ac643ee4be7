"""What a newer pack may do to the forms that came with the program: add and narrow, no more.

A country pack can only narrow its base, and joining sees to that. A newer base stands in the place
of the old one, so nothing would hold it: this module compares the joined forms with those of the
program. What is there stays there, with its type and its codes, because answers lie under it and
the program names it; and nobody reads, fills or is sent more than before. It does not look at
texts, order or conditions: those are what a newer pack is for.

Source: architecture.md section 6; nrm.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping

from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.forms.changes import readers
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.overlay import is_wider
from nrm_desktop.domain.forms.parse import PACK_FILE
from nrm_desktop.domain.forms.parts import REFERRAL, WITHOUT_CONSENT
from nrm_desktop.domain.forms.places import field_place
from nrm_desktop.domain.forms.problems import PackProblem, Place, ProblemLog
from nrm_desktop.domain.forms.schema import Field, Layout
from nrm_desktop.domain.ids import FieldId

_KEEP = "Keep it as it was; to stop asking, hide it."


def broken_promises(
    old: FormSet, new: FormSet, sources: Mapping[str, str] | None = None
) -> tuple[PackProblem, ...]:
    """Say what the newer forms take away or open; nothing if they may follow the old ones.

    Shape: `sources` maps `pack/path` to its text, so that a problem is told with its line.
    """
    log = ProblemLog(dict(sources or {}))
    _compare_forms(old, new, log)
    for one in old.fields():
        known = new.find_field(one.id)
        if known is None or known.id != one.id:
            _lost(log, f"{one.pack}/forms/{one.form}.toml", one.id)
        else:
            _compare_field(one, known, (old, new), log)
    _compare_codes(old, new, log)
    _compare_layouts(old, new, log)
    if new.packs[0].keeps_likeness > old.packs[0].keeps_likeness:
        _opened(log, Place(f"{new.packs[0].id}/{PACK_FILE}"), "photos_of_persons")
    place = Place(f"{new.packs[0].id}/compartments.toml")
    _compare_roles(old.roles, new.roles, log, place)
    for name, names in new.roles.fills.items():
        allowed = old.roles.fills.get(name, () if name in old.forms else names)
        if not set(names) <= set(allowed):
            _opened(log, place.at(name), name)
    return tuple(log.problems)


def _compare_forms(old: FormSet, new: FormSet, log: ProblemLog) -> None:
    for form in old.forms.values():
        file = f"{form.pack}/forms/{form.id}.toml"
        known = new.forms.get(form.id)
        if known is None:
            _lost(log, file, form.id)
        elif (known.scope, known.repeats, known.same_record_as) != (
            form.scope,
            form.repeats,
            form.same_record_as,
        ):
            _changed(log, Place(file, (form.id,)), form.id)
    for key, section in old.sections.items():
        found = new.sections.get(key)
        if found is None:
            _lost(log, f"{section.pack}/forms/{section.form}.toml", key)
        elif (found.repeats, found.compartment_by) != (section.repeats, section.compartment_by):
            _changed(log, Place(f"{section.pack}/forms/{section.form}.toml", (key,)), key)


def _compare_layouts(old: FormSet, new: FormSet, log: ProblemLog) -> None:
    """What goes without a consent, and what each other paper holds and is meant for."""
    place = Place(f"{new.packs[-1].id}/layouts/{REFERRAL}.toml")
    _compare_without_consent((old, new), log, place)
    for one in old.layouts.values():
        known, file = new.layouts.get(one.id), f"{new.packs[-1].id}/layouts/{one.id}.toml"
        if known is None:
            _lost(log, file, one.id)
        elif known.form != one.form:
            _changed(log, Place(file).at("form"), one.id)
        elif one.id != REFERRAL:
            _compare_paper((one, known), old, log, Place(file))


def _compare_paper(
    papers: tuple[Layout, Layout], old: FormSet, log: ProblemLog, place: Place
) -> None:
    """A paper may hold less, and be meant for less; it holds nothing more that was known before."""
    one, known = papers
    before = {name for part in one.parts for name in part.fields}
    now = {name for part in known.parts for name in part.fields}
    for name in sorted(now - before):
        if old.find_field(name) is not None:
            _opened(log, place.at(name), name)
    if not set(known.purposes) <= set(one.purposes):
        _opened(log, place.at("purposes"), one.id)
    # Where no recipient is named, it is meant for each.
    if one.recipients and not (known.recipients and set(known.recipients) <= set(one.recipients)):
        _opened(log, place.at("recipients"), one.id)


def _compare_without_consent(forms: tuple[FormSet, FormSet], log: ProblemLog, place: Place) -> None:
    """Nothing known comes to what goes without a consent, and no danger is taken from it."""
    old, new = forms
    for part in WITHOUT_CONSENT:
        before, now = _printed(old, part), _printed(new, part)
        for name in sorted(now - before):
            if old.find_field(name) is not None:
                _opened(log, place.at(name), name)
        for name in sorted(before - now):
            _lost(log, place.file, name)


def _printed(forms: FormSet, part: str) -> frozenset[FieldId]:
    layout = forms.layouts.get(REFERRAL)
    parts = layout.parts if layout else ()
    return frozenset(name for one in parts if one.id == part for name in one.fields)


def _compare_field(
    one: Field, known: Field, forms: tuple[FormSet, FormSet], log: ProblemLog
) -> None:
    old, new = forms
    place = field_place(known)
    kept = (one.type, one.section, one.merge)
    if kept != (known.type, known.section, known.merge) or one.erase_alone > known.erase_alone:
        _changed(log, place, one.id)
    if known.compartment is not one.compartment and not (
        readers(old.roles, known.compartment) <= readers(old.roles, one.compartment)
    ):
        _opened(log, place.at("compartment"), one.id)
    allowed = one.purposes or old.vocabulary.default_purposes
    if not set(known.purposes or new.vocabulary.default_purposes) <= set(allowed):
        _opened(log, place.at("purposes"), one.id)
    # A field in two groups needs both consents; one in none never leaves (forms.md section 6).
    groups, before = set(known.consent_groups), set(one.consent_groups)
    if groups and not (before and before <= groups):
        _opened(log, place.at("consent_groups"), one.id)


def _compare_codes(old: FormSet, new: FormSet, log: ProblemLog) -> None:
    for listed in old.codelists.values():
        known = new.codelists.get(listed.id)
        for code in listed.codes:
            found = known.find(code.code) if known else None
            if found is None or found.compartment is not code.compartment:
                _lost(log, f"{new.packs[0].id}/codelists", f"{listed.id}.{code.code}")


def _compare_roles(old: RoleTable, new: RoleTable, log: ProblemLog, place: Place) -> None:
    for role in old.roles.values():
        known = new.roles.get(role.id)
        if known is None:
            _lost(log, place.file, role.id)
        elif is_wider(role, known) or (role.is_until_handover and not known.is_until_handover):
            _opened(log, place.within(role.id), role.id)
    for name, parts in new.presets.items():
        if not set(parts) <= set(old.presets.get(name, parts)):
            _opened(log, place.within(name), name)
    for kind, role_id in new.recipient_roles.items():
        if old.recipient_roles.get(kind, role_id) != role_id:
            _opened(log, place.at(kind), kind)


def _lost(log: ProblemLog, file: str, name: str) -> None:
    log.add(Place(file), "lost", f"`{name}` is not there any more.", _KEEP)


def _changed(log: ProblemLog, place: Place, name: str) -> None:
    log.add(place, "changed", f"`{name}` would mean something else than before.", _KEEP)


def _opened(log: ProblemLog, place: Place, name: str) -> None:
    log.add(
        place,
        "opened",
        f"With `{name}` more people would read, write or be sent something than before.",
        "A newer pack narrows or adds; it never opens.",
    )
