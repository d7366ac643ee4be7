"""Describes the active packs as Markdown, for people who check or translate them.

Everything comes from the packs; nothing of a case is ever here. The words between are English,
since these pages are technical books; labels are in the language asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nrm_desktop.domain.forms.conditions import describe
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import CodeList, Field, Form, Section
from nrm_desktop.domain.forms.statistics import Dimension
from nrm_desktop.domain.scopes import Compartment

GENERATED = "<!-- Generated from resources/packs by `nrm-desktop pack docs`. Do not edit. -->"
_UNVERIFIED = "*not yet checked by a practitioner*"


def pack_docs(forms: FormSet, language: str = "") -> Mapping[str, str]:
    """Write the pages. Shape: file name -> Markdown, with an index as `README.md`."""
    writer = _Writer(forms, language)
    pages = {f"{form.id}.md": writer.page(writer.form(form)) for form in forms.forms.values()}
    pages["code_lists.md"] = writer.page(writer.codelists())
    pages["roles.md"] = writer.page(writer.roles())
    if forms.counter.shown_lines():
        pages["neutral_screen.md"] = writer.page(writer.counter())
    if forms.counts.tables:
        pages["counts.md"] = writer.page(writer.counts())
    if forms.authorities:
        pages["authorities.md"] = writer.page(writer.authorities())
    pages["README.md"] = writer.page(writer.index(sorted(pages)))
    return pages


class _Writer:
    """Writes lines of Markdown about one form set in one language."""

    def __init__(self, forms: FormSet, language: str) -> None:
        self._forms = forms
        self._language = language

    def page(self, lines: Iterator[str]) -> str:
        """Join the lines of a page below its mark."""
        return "\n".join((GENERATED, "", *lines)).rstrip() + "\n"

    def index(self, names: list[str]) -> Iterator[str]:
        """The page that leads to all others."""
        yield "# Forms"
        yield ""
        for info in self._forms.packs:
            mark = "" if info.is_verified else f" – {_UNVERIFIED}"
            yield f"- pack `{info.id}` {info.version}, languages: {', '.join(info.languages)}{mark}"
        yield ""
        fields = [one for one in self._forms.fields() if one.parent is None]
        yield f"{len(self._forms.forms)} forms with {len(fields)} fields."
        yield ""
        for name in names:
            form = self._forms.forms.get(name.removesuffix(".md"))
            title = self._text(f"{form.id}.title") if form else name.removesuffix(".md")
            yield f"- [{title}]({name})"

    def form(self, form: Form) -> Iterator[str]:
        """One form with its sections and questions."""
        yield f"# {self._text(f'{form.id}.title')}"
        yield ""
        yield f"`{form.id}` · {form.scope}{' · may be filled several times' * form.repeats}"
        if form.same_record_as:
            yield f"Shows and fills records of `{form.same_record_as}`."
        purpose = self._forms.find_text(f"{form.id}.purpose", self._language)
        if purpose:
            yield ""
            yield purpose
        roles = self._forms.roles.fills.get(form.id, ())
        yield ""
        yield f"Filled by: {self._names('role', roles) or 'the program'}."
        for section in form.sections:
            yield from self._section(form, section)

    def _section(self, form: Form, section: Section) -> Iterator[str]:
        yield ""
        yield f"## {self._text(f'{form.id}.section.{section.id}.title')}"
        yield ""
        yield f"`{section.key}` · part of the file: {self._compartment(section.compartment)}"
        yield f"Read by: {self._readers(section.compartment)}."
        for words, condition in (
            ("Shown", section.visible_when),
            ("Closed until", section.closed_until),
        ):
            if condition:
                yield f"{words}: {describe(condition, self._forms, self._language)}."
        if section.repeats:
            yield "One row for each."
        yield ""
        yield "| Question | Id | Type | Part of the file | Rules | Standards |"
        yield "|---|---|---|---|---|---|"
        for one in section.fields:
            yield from self._row(one)

    def _row(self, one: Field, *, indent: str = "") -> Iterator[str]:
        cells = (
            indent + self._text(f"{one.id}.label"),
            f"`{one.id}`",
            self._type(one),
            self._compartment(one.compartment),
            "; ".join(self._rules(one)),
            ", ".join(f"`{name}`" for name in (*one.htcds, *one.uk)),
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
        for sub in one.fields:
            yield from self._row(sub, indent="– ")

    def _type(self, one: Field) -> str:
        codes = self._forms.codes_of(one)
        detail = one.ref
        if codes:
            is_own = codes.id == one.id
            detail = ", ".join(self._codes(codes)) if is_own else f"list `{codes.id}`"
        return f"{one.type} ({detail})" if detail else str(one.type)

    def _codes(self, codes: CodeList) -> Iterator[str]:
        return (self._text(f"codelist.{codes.id}.{code}") for code in codes.offered())

    def _rules(self, one: Field) -> Iterator[str]:
        if one.visible_when:
            yield f"shown if {describe(one.visible_when, self._forms, self._language)}"
        for need in one.required_for:
            when = f" if {describe(need.when, self._forms, self._language)}" if need.when else ""
            kind = "hint for" if need.is_hint else "needed for"
            yield f"{kind} “{self._text(f'act.{need.act}')}”{when}"
        if one.consent_groups:
            groups = self._names("codelist.data_group", one.consent_groups)
            yield f"leaves only with a yes for: {groups}"
        if one.purposes:
            yield f"for: {self._names('codelist.consent_purpose', one.purposes)}"
        marks = {
            "in the person's own words": one.own_words,
            "gives an alert": bool(one.alert),
            "with remark": one.has_remark,
            "erased by itself": one.erase_alone,
            "hidden": one.is_hidden,
            "must be answered, not declined": not one.may_decline,
            f"merge: {one.merge}": one.merge != "surface",
        }
        yield from (mark for mark, is_set in marks.items() if is_set)

    def codelists(self) -> Iterator[str]:
        """All shared lists with their codes and maps."""
        yield "# Code lists"
        for codes in self._forms.codelists.values():
            if self._forms.find_field(codes.id):
                continue
            yield ""
            yield f"## `{codes.id}`"
            yield ""
            yield "| Code | Words | Standards |"
            yield "|---|---|---|"
            for code in codes.codes:
                names = ", ".join(f"`{name}`" for name in (*code.htcds, *code.uk))
                hidden = " (hidden)" * code.is_hidden
                words = self._text(f"codelist.{codes.id}.{code.code}")
                yield f"| `{code.code}`{hidden} | {words} | {names} |"

    def roles(self) -> Iterator[str]:
        """Roles against parts of the file, and the presets."""
        table = self._forms.roles
        used = sorted({place for role in table.roles.values() for place in role.cells})
        yield "# Roles"
        yield ""
        yield f"| Role | {' | '.join(place.word for place in used)} |"
        yield f"|---{'|---' * len(used)}|"
        for role in table.roles.values():
            cells = ("".join(sorted(role.cells.get(place, ()))) or "-" for place in used)
            yield f"| {self._text(f'role.{role.id}')} (`{role.id}`) | {' | '.join(cells)} |"
        yield ""
        yield "## Presets"
        yield ""
        for preset, roles in table.presets.items():
            jobs = self._names("role", roles)
            yield f"- {self._text(f'role.{preset}')} (`{preset}`): {jobs}{self._read(preset)}"

    def _read(self, preset: str) -> str:
        """Where such a post was read of; nothing for a job of the base."""
        found = self._forms.roles.sources.get(preset)
        if found is None:
            return ""
        return f". {found.source}" + ("" if found.is_verified else f" ({_UNVERIFIED})")

    def authorities(self) -> Iterator[str]:
        """Public bodies and helplines, how they are reached, and where that was read."""
        yield "# Public bodies and helplines"
        yield ""
        yield "Nobody here has called them. What a source does not say plainly is marked."
        yield ""
        yield "| Name | Id | Kind | Reached by | Read in |"
        yield "|---|---|---|---|---|"
        for one in self._forms.authorities.values():
            mark = "" if one.is_verified else f" ({_UNVERIFIED})"
            cells = (
                self._text(f"authority.{one.id}"),
                f"`{one.id}`",
                self._text(f"codelist.referral_type.{one.kind}"),
                f"{one.reached}{mark}",
                f"{one.source}, {one.as_of}",
            )
            yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"

    def counter(self) -> Iterator[str]:
        """The sheet of the neutral screen: what is asked, and what is kept of it."""
        sheet = self._forms.counter
        yield "# Sheet of the neutral screen"
        yield ""
        yield "What a bystander reads, under the heading " + self._text("counter_sheet.title") + "."
        yield ""
        yield "| asked | kept in |"
        yield "|---|---|"
        for line in sheet.shown_lines():
            kept = f"`{line.field}`" if line.field else "nothing; it is read aloud"
            yield f"| {self._text(line.text)} | {kept} |"
        yield ""
        yield "| key | sets |"
        yield "|---|---|"
        for sign in sheet.shown_signs():
            codes = self._forms.field(sign.field).codelist
            yield f"| {sign.key} | `{sign.field}`: {self._text(f'codelist.{codes}.{sign.code}')} |"

    def counts(self) -> Iterator[str]:
        """Tables of counts with their dimensions, and which codes are in which class."""
        book = self._forms.counts
        yield "# Tables of counts"
        yield ""
        yield f"No figure stands for fewer than {book.floor} people."
        yield ""
        yield "| Table | Id | Counts | Divided by | Year of |"
        yield "|---|---|---|---|---|"
        for table in book.tables.values():
            what = f"{table.unit} of `{table.record}`" if table.record else str(table.unit)
            names = self._names("count_dimension", table.dimensions)
            title = self._text(f"count_table.{table.id}")
            yield f"| {title} | `{table.id}` | {what} | {names} | `{table.period}` |"
        for one in book.dimensions.values():
            yield from self._dimension(one)

    def _dimension(self, one: Dimension) -> Iterator[str]:
        yield ""
        yield f"## {self._text(f'count_dimension.{one.id}')}"
        yield ""
        yield f"`{one.id}`, from `{one.field}`"
        yield ""
        for name, codes in one.classes.items():
            words = self._text(f"count_class.{one.id}.{name}")
            yield f"- {words}: {', '.join(f'`{code}`' for code in codes)}"
        if one.is_sensitive:
            yield "- never told of everybody in a group"
        if one.rest:
            yield f"- all other codes: `{one.rest}`"
        if one.left_out:
            yield f"- no part of a table: {', '.join(f'`{code}`' for code in one.left_out)}"

    def _readers(self, compartment: Compartment) -> str:
        table = self._forms.roles
        readers = tuple(role for role in table.roles if table.may_read((role,), compartment))
        return self._names("role", readers) or "nobody by role"

    def _names(self, kind: str, codes: tuple[str, ...]) -> str:
        return ", ".join(self._text(f"{kind}.{code}") for code in codes)

    def _compartment(self, compartment: Compartment) -> str:
        return self._text(f"compartment.{compartment.word}")

    def _text(self, key: str) -> str:
        return self._forms.text(key, self._language)
