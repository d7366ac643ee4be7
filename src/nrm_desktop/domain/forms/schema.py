"""What a form pack says, as frozen dataclasses: forms, sections, fields, lists, conditions.

This module decides the vocabulary of packs and nothing else. Reading TOML is `parse`, joining base
and country pack is `overlay`, the effective whole with its look-ups is `formset.FormSet`.

How the pack files look (what packs may contain; everything else is refused at load):

- `pack.toml`: `[pack]` id, version, language, languages, extends, forms, layouts, verified.
- `forms/F.toml`: `[form]` id, scope (case | organisation), repeats, same_record_as, verified;
  `[[section]]` id, compartment, repeats, visible_when, closed_until, compartment_by, after;
  `[[field]]` keys of `Field`; sub-fields of a group are `[[field.field]]` with a short id.
  In a form with `same_record_as`, a field may be `same_as = "form.field"`: it shows that field of
  the other form at this place; it has no value, text or compartment of its own.
- In an overlay, `forms/F.toml` of a form of the base adds sections and fields, and changes with
  `[[change]]` `field = "form.field"` (or `section = "form.section"`) and any of: hide = true,
  after = "form.field"; purposes (fewer), consent_groups (more: a field needs a yes for each),
  compartment (only to one that no further role reads), visible_when and required_for (added to
  what is there), `htcds` and `uk` (added). Re-labelling is done by the overlay's texts. New
  fields and sections take `after` too.
- `codelists/*.toml`: `[[codelist]]` id, version, verified; `[[codelist.code]]` code, htcds, uk,
  compartment (for `compartment_by`), hide. An overlay that names a list of the base adds codes to
  it, hides them, or adds maps.
- `compartments.toml`: `[[role]]` id, until_handover, `cells = { core = "Wr", ... }` (letters of
  nrm.md 8; keys are compartments of case and organisation, `"org.directory"` quoted);
  `[[preset]]` id, roles, source, verified; `[fills]` form = [roles];
  `[recipient_kind]` kind = role; `[purposes]` default = [codes of `consent_purpose`];
  `[[act]]` id, hint, lone, track.
- `facts.toml`: `[[fact]]` id, `when` = condition that is true of any record of the case; a fact
  without `when` is handed in by the program.
- `wording.toml`: `[[loaded]]` id, language, words, instead: words that judge.
- `counter.toml`: `[[line]]` id, field, hide; `[[sign]]` id, key, field, code, hide: the sheet of
  the neutral screen.
- `layouts/L.toml`: `[layout]` id, form, purposes, recipients (kinds); `[[part]]` id, fields =
  [field ids in print order]. A purpose is a code of `consent_purpose`, or `own_copy`.
- `texts/LANG.toml`: tables, flattened to dotted keys.
- `authorities.toml`: public bodies and helplines; its keys stand in `authorities`.
- `statistics.toml`: tables of counts; its keys stand in `statistics`.
- `standards/htcds.toml`: `names = [...]`: the names that `htcds` of a field may use.

A condition is `{all=[...]}`, `{any=[...]}`, `{not={...}}`, or a leaf: `{field=, equals=}`,
`{field=, in=[...]}`, `{field=, answered=true|false}`, `{field=, state="unknown"}`, `{fact=""}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from nrm_desktop.domain.ids import FieldId, FormId
from nrm_desktop.domain.protective import MERGE_SURFACE
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import AnswerState, FieldType, Source

ALL_SOURCES = (Source.PERSON, Source.OBSERVED, Source.DOCUMENT, Source.THIRD_PARTY)
REMARK = "text"
"""Last part of the id of a remark: `screening.danger_now.text`."""


Plain: TypeAlias = bool | int | str
"""A value that a condition may compare with."""


class SearchRole(StrEnum):
    """What a field is to whoever looks for a person; most fields are nothing of the kind.

    A name is found by its spelling; year of birth and nationality speak for or against two names
    being those of one person.
    """

    NONE = ""
    NAME = "name"
    BIRTH = "birth"
    NATIONALITY = "nationality"


class FormScope(StrEnum):
    """Whose log the records of a form lie in."""

    CASE = "case"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class FieldEquals:
    """True if the field is answered with one of the values; for `many`, if it holds one."""

    field: FieldId
    values: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class FieldAnswered:
    """True if the field is answered, or with `wanted` False if it is not."""

    field: FieldId
    wanted: bool


@dataclass(frozen=True, slots=True)
class FieldState:
    """True if the state of the field is this one; a field never touched is `not_asked`."""

    field: FieldId
    state: AnswerState


@dataclass(frozen=True, slots=True)
class Fact:
    """True if the fact holds for the case."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """True if every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True if the part is not."""

    part: Condition


Leaf = FieldEquals | FieldAnswered | FieldState | Fact
Condition = FieldEquals | FieldAnswered | FieldState | Fact | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class RequiredFor:
    """An act needs this field; saving never does.

    Shape: `when` None means always; a hint is shown and stops nothing.
    """

    act: str
    when: Condition | None = None
    is_hint: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list; its meaning never changes.

    Shape: `compartment` is set where the code chooses the row's (`compartment_by`).
    """

    code: str
    htcds: tuple[str, ...] = ()
    uk: tuple[str, ...] = ()
    compartment: Compartment | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes in the order of display. An inline list has the id of its field."""

    id: str
    codes: tuple[Code, ...]
    version: int = 1
    is_verified: bool = False

    def find(self, code: str) -> Code | None:
        """The code, also if it is hidden; None if there is none of that name."""
        return next((entry for entry in self.codes if entry.code == code), None)

    def offered(self) -> tuple[str, ...]:
        """Codes that may be chosen anew."""
        return tuple(entry.code for entry in self.codes if not entry.is_hidden)


@dataclass(frozen=True, slots=True)
class Field:
    """One question, or a sub-field of a group, or the remark of a question.

    Shape: `compartment` is the effective one; `codelist` the id of a list of the form set, empty
    if the field has none; empty `purposes` means the default list of the packs; `parent` is the
    group of a sub-field or the field of a remark; `fields` are the sub-fields of a group;
    `same_as` names the field that is shown here in its stead.
    """

    id: FieldId
    section: str
    type: FieldType
    compartment: Compartment
    codelist: str = ""
    ref: str = ""
    consent_groups: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ALL_SOURCES
    visible_when: Condition | None = None
    required_for: tuple[RequiredFor, ...] = ()
    merge: str = MERGE_SURFACE
    retention: str = "case"
    htcds: tuple[str, ...] = ()
    uk: tuple[str, ...] = ()
    parent: FieldId | None = None
    fields: tuple[Field, ...] = ()
    same_as: FieldId | None = None
    pack: str = ""
    may_decline: bool = True
    own_words: bool = False
    alert: str = ""
    has_remark: bool = False
    erase_alone: bool = False
    is_verified: bool = False
    is_hidden: bool = False
    search: SearchRole = SearchRole.NONE

    @property
    def form(self) -> FormId:
        """The form, as the first part of the id says."""
        return FormId(self.id.partition(".")[0])

    @property
    def key(self) -> str:
        """The last part of the id, as it stands in an address."""
        return self.id.rpartition(".")[2]

    @property
    def is_group(self) -> bool:
        """True if it holds rows instead of a value."""
        return self.type is FieldType.GROUP


@dataclass(frozen=True, slots=True)
class Section:
    """One card of a form. A closed section is shown as a heading with the reason, not hidden.

    Shape: `compartment_by` names the field of this section whose code chooses the compartment of
    a row when the row is made.
    """

    id: str
    form: FormId
    compartment: Compartment
    fields: tuple[Field, ...] = ()
    repeats: bool = False
    visible_when: Condition | None = None
    closed_until: Condition | None = None
    compartment_by: FieldId | None = None
    pack: str = ""
    is_hidden: bool = False

    @property
    def key(self) -> str:
        """`form.section`: the key of its text, and of its records if it repeats."""
        return f"{self.form}.{self.id}"


@dataclass(frozen=True, slots=True)
class Form:
    """A form. With `same_record_as` it is a layout over the records of another form."""

    id: FormId
    scope: FormScope
    sections: tuple[Section, ...] = ()
    repeats: bool = False
    same_record_as: FormId | None = None
    pack: str = ""
    is_verified: bool = False

    @property
    def record_form(self) -> FormId:
        """The form key that its records are opened with."""
        return self.same_record_as or self.id


@dataclass(frozen=True, slots=True)
class Act:
    """Something a worker does that may need fields. Acts with `is_hint` are never stopped.

    Shape: `may_be_lone` as in forms.md section 2 (R29); `track` is the track the act belongs to.
    """

    id: str
    is_hint: bool = False
    may_be_lone: bool = False
    track: str = ""


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact of a case, and when it holds; without `when` the program hands it in."""

    id: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """One block of a printed form. Shape: `fields` in print order; a group brings its rows."""

    id: str
    fields: tuple[FieldId, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Order of a printed document; everything in it still passes the disclosure engine.

    Shape: `purposes` are those for which it may be chosen, `recipients` the kinds of recipient, all
    where none is named. The order of a referral names neither: it is for all of them.
    """

    id: str
    form: FormId
    parts: tuple[LayoutPart, ...]
    purposes: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackInfo:
    """Who made a pack, and in which languages it speaks. `extends` is empty for a base.

    Shape: `keeps_likeness` switches photos and recordings of persons on (N11).
    """

    id: str
    version: str
    language: str
    languages: tuple[str, ...]
    extends: str = ""
    is_verified: bool = False
    keeps_likeness: bool = False


Texts = Mapping[str, Mapping[str, str]]
"""Language -> dotted key -> text."""
NO_TEXTS: Texts = {}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What packs may name besides fields: acts, facts, default purposes, standard names."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    facts: Mapping[str, FactRule] = field(default_factory=dict)
    default_purposes: tuple[str, ...] = ()
    htcds_names: frozenset[str] = frozenset()
