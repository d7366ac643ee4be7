"""Tells whoever checks a country pack which of its new ids another country may take as well.

Answers lie under ids for ever, and several country packs may be in use on one laptop. So what is
new in a country pack begins with the id of the pack and `_`. This is told and refuses nothing: what
lies under an id already keeps it.

Source: sync.md section 3, field ids: overlays prefix their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.domain.forms.authorities import FILE as AUTHORITIES_FILE
from nrm_desktop.domain.forms.counter import FILE as COUNTER_FILE
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parse import ParsedPack
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.statistics import FILE as STATISTICS_FILE
from nrm_desktop.domain.forms.wording import FILE as WORDING_FILE

Named = tuple[Place, str]
"""Where something new stands, and the part of its id that has to be its own."""


def note_shared_ids(base: FormSet, pack: ParsedPack, log: ProblemLog) -> None:
    """Note every new id of a country pack that does not begin with the id of the pack."""
    own = pack.info.id
    for place, name in _new(base, pack):
        if name != own and not name.startswith(f"{own}_"):
            log.note(
                place,
                "shared_id",
                f"`{name[:60]}` is new, and another country may choose the same id.",
                f"Begin it with `{own}_`, as long as nothing was answered under it.",
            )


def _new(base: FormSet, pack: ParsedPack) -> Iterator[Named]:
    yield from _of_forms(base, pack)
    yield from _of_lists(base, pack)
    yield from _of_tables(base, pack)


def _of_forms(base: FormSet, pack: ParsedPack) -> Iterator[Named]:
    for file in pack.forms:
        if file.form.id not in base.forms:
            yield file.place, file.form.id
            continue
        for section in file.form.sections:
            yield file.place.within(section.id), section.id
        for one in (one for fields in file.added.values() for one in fields):
            yield file.place.within(one.id), one.key
    for layout in pack.layouts:
        if layout.id not in base.layouts:
            yield Place(f"{pack.info.id}/layouts/{layout.id}.toml", (layout.id,)), layout.id


def _of_lists(base: FormSet, pack: ParsedPack) -> Iterator[Named]:
    for codes, place in pack.codelists:
        known = base.codelists.get(codes.id)
        if known is None:
            # The list inside a field has the id of the field, which is looked at as a field.
            if "." not in codes.id:
                yield place, codes.id
            continue
        for code in codes.codes:
            if known.find(code.code) is None:
                yield place.within(code.code), code.code


def _of_tables(base: FormSet, pack: ParsedPack) -> Iterator[Named]:
    more = pack.compartments
    found = (
        ("clocks.toml", pack.timetable.clocks, base.timetable.clocks),
        ("clocks.toml", pack.timetable.holidays, base.timetable.holidays),
        ("facts.toml", {one.id for one in pack.facts}, base.vocabulary.facts),
        (WORDING_FILE, pack.wording, base.wording),
        (COUNTER_FILE, pack.counter.lines, base.counter.lines),
        (COUNTER_FILE, pack.counter.signs, base.counter.signs),
        (AUTHORITIES_FILE, pack.authorities, base.authorities),
        (STATISTICS_FILE, pack.counts.dimensions, base.counts.dimensions),
        (STATISTICS_FILE, pack.counts.tables, base.counts.tables),
        ("compartments.toml", more.acts if more else (), base.vocabulary.acts),
        ("compartments.toml", more.roles.roles if more else (), base.roles.roles),
        ("compartments.toml", more.roles.presets if more else (), base.roles.presets),
    )
    for file, names, known in found:
        for name in names:
            if name not in known:
                yield Place(f"{pack.info.id}/{file}", (name,)), name
