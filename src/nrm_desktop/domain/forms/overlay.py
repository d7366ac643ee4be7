"""Joins a pack with what is there already: the base alone, or a country pack onto its base.

- An id of the base is never used again for something else, and never changes its type.
- A list of the base may get codes, hide codes and map them; no code changes its compartment.
- A role of the base may be narrowed, never widened; default purposes likewise.
What a change may do to a field stands in `changes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nrm_desktop.domain.compartments import NOTHING, Role, RoleTable
from nrm_desktop.domain.forms.authorities import FILE as AUTHORITIES_FILE
from nrm_desktop.domain.forms.authorities import Authority
from nrm_desktop.domain.forms.changes import ChangeRules, apply_changes, in_order
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parse import ParsedPack
from nrm_desktop.domain.forms.parse_codes import CompartmentFile
from nrm_desktop.domain.forms.parse_form import FormFile
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Code, CodeList, Field, Form, Section, Vocabulary
from nrm_desktop.domain.forms.signs import SignBook
from nrm_desktop.domain.forms.statistics import FILE as STATISTICS_FILE
from nrm_desktop.domain.forms.statistics import CountBook
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.ids import FieldId

EMPTY = FormSet(packs=(), forms={})
"""What the base is joined with."""


def join(base: FormSet, pack: ParsedPack, log: ProblemLog) -> FormSet:
    """Join a pack with a form set; problems go to the log."""
    roles = _roles(base.roles, pack, log)
    vocabulary = _vocabulary(base.vocabulary, pack, log)
    forms = dict(base.forms)
    for file in pack.forms:
        forms[file.form.id] = _extended(forms.get(file.form.id), file, log)
    changes = [change for file in pack.forms for change in file.changes]
    if changes:
        rules = ChangeRules(log, base.roles, base.vocabulary.default_purposes)
        forms = apply_changes(forms, changes, rules)
    for file in pack.forms:
        forms[file.form.id] = _ordered(forms[file.form.id], file, log)
    aliases = dict(_aliases(forms))
    return FormSet(
        packs=(*base.packs, pack.info),
        forms=_with_shared_fields(forms, aliases, pack, log),
        codelists=_codelists(base.codelists, pack, log),
        layouts={**base.layouts, **{layout.id: layout for layout in pack.layouts}},
        roles=roles,
        vocabulary=vocabulary,
        texts=_texts(base, pack),
        aliases={**base.aliases, **aliases},
        timetable=_timetable(base.timetable, pack, log),
        signs=_signs(base.signs, pack, log),
        keeping={**base.keeping, **pack.keeping},
        wording={**base.wording, **pack.wording},
        counter=base.counter.joined(pack.counter),
        counts=_counts(base.counts, pack, log),
        authorities=_authorities(base.authorities, pack, log),
    )


def _extended(known: Form | None, file: FormFile, log: ProblemLog) -> Form:
    if known is None:
        known = replace(file.form, sections=())
    taken = {one.id for part in known.sections for one in part.fields}
    sections = []
    for section in (*known.sections, *file.form.sections):
        added = file.added.get(section.id, ())
        for one in added:
            if one.id in taken:
                log.add(
                    file.place.within(one.id),
                    "duplicate_id",
                    f"The id `{one.id}` is used already.",
                    "Choose a new id; to alter a field of the base use [[change]].",
                )
            taken.add(one.id)
        sections.append(replace(section, fields=(*section.fields, *added)))
    return replace(known, sections=tuple(sections))


def _ordered(form: Form, file: FormFile, log: ProblemLog) -> Form:
    after = {**file.after, **{one.target: one.after for one in file.changes if one.after}}
    if not after:
        return form

    def report(name: str) -> None:
        log.add(
            file.place.within(name).at("after"),
            "unknown_field",
            f"`{name}` is to stand behind `{after[name]}`, which is not there.",
            "Name a field of the same section by its full id, or a section by `form.section`.",
        )

    sections = in_order(form.sections, lambda one: one.key, after, report)
    return replace(
        form,
        sections=tuple(
            replace(part, fields=in_order(part.fields, lambda one: one.id, after, report))
            for part in sections
        ),
    )


def _aliases(forms: Mapping[str, Form]) -> Iterator[tuple[str, FieldId]]:
    for one in _top_fields(forms):
        if one.same_as:
            yield one.id, one.same_as


def _top_fields(forms: Mapping[str, Form]) -> Iterator[Field]:
    return (one for form in forms.values() for part in form.sections for one in part.fields)


def _with_shared_fields(
    forms: Mapping[str, Form], aliases: dict[str, FieldId], pack: ParsedPack, log: ProblemLog
) -> dict[str, Form]:
    """Put the field itself where a form says `same_as`; drop what points nowhere."""
    own = {one.id: one for one in _top_fields(forms) if not one.same_as}
    for alias, target in tuple(aliases.items()):
        form = forms[alias.partition(".")[0]]
        if target not in own or own[target].form != form.same_record_as:
            log.add(
                Place(f"{pack.info.id}/forms/{form.id}.toml", (alias,), "same_as"),
                "unknown_field",
                f"`{target[:80]}` is no field of the form that shares its records.",
                "Name `same_record_as` in the form, and a field of that form here.",
            )
            del aliases[alias]

    def shown(section: Section) -> Section:
        fields = (
            own[aliases[one.id]] if one.id in aliases else one
            for one in section.fields
            if not one.same_as or one.id in aliases
        )
        return replace(section, fields=tuple(fields))

    return {
        form.id: replace(form, sections=tuple(map(shown, form.sections)))
        if any(one.same_as for part in form.sections for one in part.fields)
        else form
        for form in forms.values()
    }


def _codelists(
    known: Mapping[str, CodeList], pack: ParsedPack, log: ProblemLog
) -> dict[str, CodeList]:
    lists = dict(known)
    own: set[str] = set()
    for one, place in pack.codelists:
        if one.id in own:
            log.add(place, "duplicate_id", f"The list `{one.id}` stands twice.", "Remove one.")
        own.add(one.id)
        lists[one.id] = _extended_list(known[one.id], one, place, log) if one.id in known else one
    return lists


def _extended_list(known: CodeList, more: CodeList, place: Place, log: ProblemLog) -> CodeList:
    codes = {code.code: code for code in known.codes}
    for code in more.codes:
        before = codes.get(code.code)
        codes[code.code] = _joined_code(before, code, place, log) if before else code
    return replace(known, codes=tuple(codes.values()))


def _joined_code(before: Code, more: Code, place: Place, log: ProblemLog) -> Code:
    if more.compartment not in {None, before.compartment}:
        log.add(
            place.within(more.code),
            "type_change",
            f"The code `{more.code}` of the base would put rows elsewhere.",
            "Leave its compartment out.",
        )
    return replace(
        before,
        htcds=(*before.htcds, *more.htcds),
        uk=(*before.uk, *more.uk),
        is_hidden=before.is_hidden or more.is_hidden,
    )


def _compartments_place(pack: ParsedPack, *names: str) -> Place:
    return Place(f"{pack.info.id}/compartments.toml", names)


def _roles(known: RoleTable, pack: ParsedPack, log: ProblemLog) -> RoleTable:
    more = pack.compartments.roles if pack.compartments else RoleTable()
    for role_id in known.roles.keys() & more.roles.keys():
        if is_wider(known.roles[role_id], more.roles[role_id]):
            log.add(
                _compartments_place(pack, role_id),
                "widened_role",
                f"The role `{role_id}` would get more than the base gives it.",
                "Narrow its cells only, or make a new role.",
            )
    for name in (known.presets.keys() | known.roles.keys()) & more.presets.keys():
        log.add(
            _compartments_place(pack, name),
            "duplicate_id",
            f"The preset `{name}` exists already.",
            "Choose a new id.",
        )
    for kind in known.recipient_roles.keys() & more.recipient_roles.keys():
        log.add(
            _compartments_place(pack).at(kind),
            "widened_role",
            f"The ceiling of recipients of the kind `{kind}` is that of the base.",
            "Leave it out, or make a new kind.",
        )
    for form in known.fills.keys() & more.fills.keys():
        if not set(more.fills[form]) <= set(known.fills[form]):
            log.add(
                _compartments_place(pack).at(form),
                "widened_role",
                f"More roles would fill `{form}` than the base lets.",
                "Name some of the roles of the base.",
            )
    return RoleTable(
        {**known.roles, **more.roles},
        {**known.presets, **more.presets},
        {**known.fills, **more.fills},
        {**known.recipient_roles, **more.recipient_roles},
        {**known.sources, **more.sources},
    )


def is_wider(before: Role, after: Role) -> bool:
    """True if a role has a cell that it did not have before."""
    return any(
        not cells <= before.cells.get(compartment, NOTHING)
        for compartment, cells in after.cells.items()
    )


def _vocabulary(known: Vocabulary, pack: ParsedPack, log: ProblemLog) -> Vocabulary:
    more = pack.compartments or CompartmentFile(RoleTable(), {}, ())
    facts = {fact.id: fact for fact in pack.facts}
    for name in known.acts.keys() & more.acts.keys():
        log.add(
            _compartments_place(pack, name),
            "duplicate_id",
            f"The act `{name}` exists already.",
            "Leave it out; fields may be required for it all the same.",
        )
    for name in known.facts.keys() & facts.keys():
        log.add(
            Place(f"{pack.info.id}/facts.toml", (name,)),
            "duplicate_id",
            f"The fact `{name}` exists already.",
            "Choose a new id.",
        )
    wider = set(more.default_purposes) - set(known.default_purposes)
    if known.default_purposes and wider:
        log.add(
            _compartments_place(pack).at("default"),
            "widened_purposes",
            f"By default the base does not let fields leave for {', '.join(sorted(wider))}.",
            "Name some of the purposes of the base.",
        )
    return Vocabulary(
        {**known.acts, **more.acts},
        {**known.facts, **facts},
        more.default_purposes or known.default_purposes,
        known.htcds_names | pack.htcds_names,
    )


def _timetable(known: Timetable, pack: ParsedPack, log: ProblemLog) -> Timetable:
    more = pack.timetable
    for file, names in (
        ("tracks.toml", known.tracks.keys() & more.tracks.keys()),
        ("clocks.toml", known.clocks.keys() & more.clocks.keys()),
        ("clocks.toml", known.holidays.keys() & more.holidays.keys()),
    ):
        for name in sorted(names):
            log.add(
                Place(f"{pack.info.id}/{file}", (name,)),
                "duplicate_id",
                f"The id `{name}` is used by the base.",
                "Choose a new id; a rule of the base stays as it is.",
            )
    return Timetable(
        {**known.tracks, **more.tracks},
        {**known.clocks, **more.clocks},
        {**known.holidays, **more.holidays},
    )


def _signs(known: SignBook, pack: ParsedPack, log: ProblemLog) -> SignBook:
    more = pack.signs
    taken = {one.key for one in known.dimensions} & {one.key for one in more.dimensions}
    for name in sorted((known.sets.keys() & more.sets.keys()) | taken):
        log.add(
            Place(f"{pack.info.id}/signs.toml", (name,)),
            "duplicate_id",
            f"The id `{name}` is used by the base.",
            "Choose a new id; what the base says of its signs stays as it is.",
        )
    return SignBook({**known.sets, **more.sets}, (*known.dimensions, *more.dimensions))


def _counts(known: CountBook, pack: ParsedPack, log: ProblemLog) -> CountBook:
    more, place = pack.counts, Place(f"{pack.info.id}/{STATISTICS_FILE}")
    taken = (known.dimensions.keys() & more.dimensions.keys()) | (
        known.tables.keys() & more.tables.keys()
    )
    for name in sorted(taken):
        log.add(
            place.within(name),
            "duplicate_id",
            f"The id `{name}` is used by the base.",
            "Choose a new id; a table of the base stays as it is.",
        )
    if 0 < more.smallest < known.smallest:
        log.add(
            place.at("smallest_cell"),
            "lowered_floor",
            f"The base shows no cell below {known.smallest}.",
            "Raise it, or leave it out.",
        )
    return CountBook(
        max(known.smallest, more.smallest),
        {**known.dimensions, **more.dimensions},
        {**known.tables, **more.tables},
    )


def _authorities(
    known: Mapping[str, Authority], pack: ParsedPack, log: ProblemLog
) -> dict[str, Authority]:
    for name in sorted(known.keys() & pack.authorities.keys()):
        log.add(
            Place(f"{pack.info.id}/{AUTHORITIES_FILE}", (name,)),
            "duplicate_id",
            f"The id `{name}` is used already.",
            "Choose a new id: entries of directories lie under it.",
        )
    return {**known, **pack.authorities}


def _texts(base: FormSet, pack: ParsedPack) -> dict[str, Mapping[str, str]]:
    languages = base.texts.keys() | pack.texts.keys()
    return {
        language: {**base.texts.get(language, {}), **pack.texts.get(language, {})}
        for language in sorted(languages)
    }
