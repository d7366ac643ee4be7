"""Checks that every class of closed cases says how long it is kept, and who has to say it.

A class that no pack knows is refused: a case in it would be kept for ever (N9). A class that a
country pack leaves to the base is told to whoever checks the pack: the base sets no length.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.keeping import FILE
from nrm_desktop.domain.forms.problems import Place, ProblemLog

CLASSES: Final = "retention_class"


def check_keeping(forms: FormSet, log: ProblemLog) -> None:
    """Report classes without a rule, rules without a class, and what a country has not set."""
    codes = forms.codelists.get(CLASSES)
    classes = codes.offered() if codes else ()
    rules = forms.keeping
    base = forms.packs[0].id
    for name in classes:
        if name not in rules:
            log.add(
                Place(f"{base}/{FILE}"),
                "missing_retention",
                f"Nothing says how long cases of the class `{name}` are kept.",
                "Add a `[[retention]]` for it.",
            )
    for rule in rules.values():
        if rule.id not in classes:
            log.add(
                Place(f"{rule.pack}/{FILE}", (rule.id,)),
                "unknown_code",
                f"The list `{CLASSES}` has no class `{rule.id}`.",
                "Correct it, or add the class to the list.",
            )
        elif rule.pack == base and len(forms.packs) > 1:
            log.note(
                Place(f"{forms.packs[-1].id}/{FILE}"),
                "retention_not_set",
                f"No country pack sets how long cases of the class `{rule.id}` are kept.",
                "Look the rule up and add a `[[retention]]`, with its source.",
            )
