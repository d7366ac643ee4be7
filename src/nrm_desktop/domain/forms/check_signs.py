"""Checks that the book of signs names codes that exist, and never mixes two kinds of sets.

A weighted sign in an unweighted set, or the other way round, is refused: that would be a number by
another name (N14).
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.signs import Dimension, Strength

CODES: Final = "indicator"
FILE: Final = "signs.toml"


def check_signs(forms: FormSet, log: ProblemLog) -> None:
    """Report what is wrong with the book of signs."""
    for one in forms.signs.dimensions:
        _check(one, forms, log)


def _check(one: Dimension, forms: FormSet, log: ProblemLog) -> None:
    place = Place(f"{forms.packs[0].id}/{FILE}", (one.key,))
    known = forms.signs.sets.get(one.set)
    if known is None:
        log.add(
            place.at("set"),
            "unknown_set",
            f"There is no set of signs `{one.set[:60]}`.",
            "Add [[set]], or correct the name.",
        )
        return
    codes = forms.codelists.get(CODES)
    for code in one.codes():
        if codes is None or codes.find(code) is None:
            log.add(
                place,
                "unknown_code",
                f"The list `{CODES}` has no sign `{code[:60]}`.",
                "Correct the code, or add it to the list.",
            )
    said = {*one.adult.values(), *one.child.values()}
    if (Strength.PLAIN in said) == known.is_weighted and said:
        log.add(
            place,
            "mixed_signs",
            "Signs with and without a strength are never mixed.",
            "Use `signs` in a plain set, and `adult_strong` and the like in a weighted one.",
        )
