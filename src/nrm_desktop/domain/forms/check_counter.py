"""Checks that the sheet of the neutral screen leads to places that are there.

An answer given over a counter would be lost, or lie where nobody looks for it: a line needs a text
of the interview's record, a sign a code of it, and each sign a key of its own.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.forms.counter import FILE, SIGN_KEYS, CounterSheet, CounterSign
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import FieldType

_RECORD: Final = "screening"
_WORDS: Final = frozenset({FieldType.TEXT, FieldType.LONG})


def check_counter(forms: FormSet, log: ProblemLog) -> None:
    """Report lines and signs that name no place in the record of the interview."""
    for line in forms.counter.lines.values():
        if line.field is not None and not _takes(forms, line.field, _WORDS):
            place = Place(f"{line.pack}/{FILE}", (line.id,))
            _report(place, line.field, "a text", log)
    for sign in forms.counter.signs.values():
        place = Place(f"{sign.pack}/{FILE}", (sign.id,))
        if not _takes(forms, sign.field, frozenset({FieldType.MANY})):
            _report(place, sign.field, "a choice of many", log)
        elif not _has_code(forms, sign):
            log.add(
                place.at("code"),
                "unknown_code",
                f"The list of `{sign.field[:60]}` has no code `{sign.code[:60]}`.",
                "Correct the code, or add it to the list.",
            )
    _check_keys(forms.counter, log)


def _check_keys(sheet: CounterSheet, log: ProblemLog) -> None:
    taken: set[str] = set()
    for sign in sheet.shown_signs():
        if sign.key in taken or sign.key not in SIGN_KEYS:
            log.add(
                Place(f"{sign.pack}/{FILE}", (sign.id,), "key"),
                "bad_value",
                f"The key `{sign.key[:20]}` is taken, or none of {', '.join(SIGN_KEYS)}.",
                "Choose a free one.",
            )
        taken.add(sign.key)


def _takes(forms: FormSet, name: FieldId, kinds: frozenset[FieldType]) -> bool:
    one = forms.find_field(name)
    return one is not None and one.type in kinds and forms.record_key(one) == _RECORD


def _has_code(forms: FormSet, sign: CounterSign) -> bool:
    codes = forms.codes_of(forms.field(sign.field))
    return codes is not None and codes.find(sign.code) is not None


def _report(place: Place, name: FieldId, wanted: str, log: ProblemLog) -> None:
    log.add(
        place.at("field"),
        "unknown_field",
        f"`{name[:80]}` is not {wanted} in the record of the interview.",
        f"Name a field of `{_RECORD}`, or of a form that shares its records.",
    )
