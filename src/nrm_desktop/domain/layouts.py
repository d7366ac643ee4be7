"""On which paper something is passed on: the print orders of the packs, and which of them fit.

This module decides which papers may be chosen for a purpose and a recipient, and which values stand
on one. It lets nothing go: what does not stand on the chosen paper stays here, and everything that
does is still asked of the disclosure engine.

- Without a choice a referral is printed, and for the person everything that is kept.
- Any other paper belongs to a form, and fits once that form was begun: an empty one tells nothing.
- Of its own form only the newest one that was begun stands on it: two plans side by side on one
  paper are none. Where two devices began one at the same time, both are the newest. Of other forms
  everything that there is.
- On an order of a court or prosecutor there is no choice (S7).

Source: forms.md section 5; docs/adr/0050-a-paper-narrows.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Protocol

from nrm_desktop.domain.disclosure import LEGAL_ORDER, DisclosureRequest
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parts import OWN_COPY, REFERRAL
from nrm_desktop.domain.forms.schema import Layout
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.lineage import Place, lineage

USUAL: Final = ""
"""No paper was chosen: the referral, and for the person everything."""


class BegunForm(Place, Protocol):
    """A record as far as a paper needs it."""

    @property
    def order(self) -> int: ...  # noqa: D102 - see class
    @property
    def is_closed(self) -> bool: ...  # noqa: D102 - see class


def fitting_layouts(
    forms: FormSet, request: DisclosureRequest, kinds: Sequence[str], begun: Collection[str]
) -> tuple[str, ...]:
    """List what may be chosen, the usual paper first, then as the packs name them.

    Shape: `kinds` are the kinds of recipient that stand for it; `begun` the forms of the file.
    """
    others = (one for one in forms.layouts.values() if one.id != REFERRAL and one.form in begun)
    fits = (one.id for one in others if _fits(one, request, kinds))
    return (USUAL, *fits)


def must_fit(request: DisclosureRequest, fitting: Sequence[str]) -> None:
    """Raises: Usage `usage.bad_value` with what may be chosen, for a paper that does not fit."""
    if request.paper not in fitting:
        usual = USUAL if request.purpose == OWN_COPY else REFERRAL
        allowed = tuple(filter(None, (one or usual for one in fitting)))
        raise Usage("usage.bad_value", what="layout", allowed=allowed)


def _fits(layout: Layout, request: DisclosureRequest, kinds: Sequence[str]) -> bool:
    if request.ground == LEGAL_ORDER or request.purpose not in layout.purposes:
        return False
    if request.purpose == OWN_COPY or not layout.recipients:
        return True
    return bool(kinds) and set(kinds) <= set(layout.recipients)


def begun_forms(records: Iterable[BegunForm]) -> frozenset[str]:
    """The forms that somebody has begun in a file and not taken back."""
    return frozenset(row.form for row in records if _is_begun(row))


def _is_begun(row: BegunForm) -> bool:
    return row.parent is None and not row.is_closed


class OnPaper:
    """Says which values stand on a chosen paper.

    Shape: `files` are the records of each file of the person, as they were begun.
    """

    def __init__(self, forms: FormSet, layout: str, files: Iterable[Sequence[BegunForm]]) -> None:
        every = tuple(files)
        self._forms = forms
        self._layout = forms.layouts.get(layout)
        parts = self._layout.parts if self._layout else ()
        self._fields = frozenset(forms.field(name).id for part in parts for name in part.fields)
        self._rows = {row.record: row for file in every for row in file}
        self._older = frozenset(row for file in every for row in self._earlier(file))

    def has(self, record: RecordId, name: FieldId) -> bool:
        """True if a value is printed there, as far as the paper goes."""
        if self._layout is None:
            return True
        line = lineage(self._rows, record)
        is_earlier = bool(line) and line[-1].record in self._older
        return top_field(self._forms, name) in self._fields and not is_earlier

    def _earlier(self, file: Sequence[BegunForm]) -> Sequence[RecordId]:
        """Forms of this paper that were begun before the newest one of a file."""
        own = "" if self._layout is None else self._layout.form
        begun = [row for row in file if _is_begun(row) and row.form == own]
        newest = max((row.order for row in begun), default=0)
        return [row.record for row in begun if row.order < newest]


def top_field(forms: FormSet, name: FieldId) -> FieldId:
    """The question of a layout that a row of a group or a remark belongs to."""
    field = forms.find_field(name)
    while field is not None and field.parent is not None:
        field = forms.find_field(field.parent)
    return name if field is None else field.id
