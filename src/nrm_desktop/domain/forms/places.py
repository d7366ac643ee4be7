"""Where in the files of a pack the block of a field or section stands."""

from __future__ import annotations

from nrm_desktop.domain.forms.problems import Place
from nrm_desktop.domain.forms.schema import Field, Section


def field_place(one: Field) -> Place:
    """The block of a field, or of a sub-field inside its group."""
    form, name, *inner = one.id.split(".")
    return Place(f"{one.pack}/forms/{form}.toml", (f"{form}.{name}", *inner))


def section_place(section: Section) -> Place:
    """The block of a section."""
    return Place(f"{section.pack}/forms/{section.form}.toml", (section.id,))
