"""Checks the print orders of the joined packs: what stands on a paper, and for what it is meant.

Only the order of a referral says what goes without a consent, so that the names of those parts mean
nothing in any other, and are refused there.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.domain.forms.authorities import KINDS
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parts import OWN_COPY, REFERRAL, TITLE, WITHOUT_CONSENT
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Layout

_PURPOSES = "consent_purpose"


def check_layouts(forms: FormSet, log: ProblemLog) -> None:
    """Report fields, forms, purposes and recipients that are not there, and names taken already."""
    for layout in forms.layouts.values():
        place = Place(f"{forms.packs[-1].id}/layouts/{layout.id}.toml")
        _check_fields(layout, place, forms, log)
        _check_parts(layout, place, log)
        if layout.id == REFERRAL:
            continue
        _check_meant(layout, place, forms, log)


def _check_fields(layout: Layout, place: Place, forms: FormSet, log: ProblemLog) -> None:
    for name in (name for part in layout.parts for name in part.fields):
        if forms.find_field(name) is None:
            log.add(
                place.at(name), "unknown_field", f"There is no field `{name[:80]}`.", _CORRECT_NAME
            )


def _check_parts(layout: Layout, place: Place, log: ProblemLog) -> None:
    taken = {TITLE} if layout.id == REFERRAL else {TITLE, *WITHOUT_CONSENT}
    for part in layout.parts:
        if part.id in taken:
            log.add(
                place.at(part.id),
                "bad_id",
                f"No part of this paper can be called `{part.id}`.",
                "Give it another name.",
            )


def _check_meant(layout: Layout, place: Place, forms: FormSet, log: ProblemLog) -> None:
    if layout.form not in forms.forms:
        found = f"There is no form `{layout.form[:60]}`."
        log.add(place.at("form"), "unknown_form", found, _CORRECT_NAME)
    if not layout.purposes:
        log.note(
            place,
            "missing_key",
            "Without `purposes` nobody can choose this paper.",
            "Name codes of `consent_purpose`, or `own_copy` for the person.",
        )
    purposes = (*_offered(forms, _PURPOSES), OWN_COPY)
    _check_codes(layout.purposes, purposes, place.at("purposes"), log)
    _check_codes(layout.recipients, _offered(forms, KINDS), place.at("recipients"), log)


def _check_codes(given: Iterable[str], known: Iterable[str], place: Place, log: ProblemLog) -> None:
    offered = frozenset(known)
    for code in given:
        if code not in offered:
            found = f"There is no code `{code[:60]}`."
            log.add(place, "unknown_code", found, f"Use one of {', '.join(sorted(offered))}.")


def _offered(forms: FormSet, codes: str) -> tuple[str, ...]:
    known = forms.codelists.get(codes)
    return tuple(known.offered()) if known else ()


_CORRECT_NAME = "Correct the name."
