"""Every form of the domain guide is there, with its questions."""

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field

SIZES = {
    "screening": 95,
    "quick": 17,
    "consent": 24,
    "referral": 49,
    "consent_register": 10,
    "case_registers": 13,
    "disclosure": 7,
    "safety": 27,
    "plan": 25,
    "conference": 11,
    "return": 18,
    "feedback": 13,
    "missing": 5,
    "bia": 6,
    "bid": 5,
    "age": 5,
    "receipt": 8,
    "stay": 5,
    "redress": 6,
    "review": 6,
    "group": 4,
    "shift": 5,
    "moved": 5,
    "duty": 9,
    "tally": 3,
    "sticks": 5,
    "staff_change": 5,
    "support_file": 3,
}
"""Source: forms.md section 8; of the fields of `referral` seven are those of the overlay gb, of
those of `return` one is of the overlay bg."""
ADDED = {"screening": 95 + 2 + 1}  # looked through before talking, or why not; an adult for a child
"""What forms.md has in words and in no table."""
TAKEN_APART = {
    "closure": 16 + 1,  # when it ended, to the minute: written by the end itself
    "access": 7 + 5,  # the decision, with reasons, and what was erased for it
    "needs": 8 + 1,  # intake: whether the person was referred on
    "reflection": 16 + 2,  # decided and received; the paper and until when it is valid
    "decision": 6 + 2,  # the body and its kind; decided and received
    "liaison": 4 + 1,  # what was given, and when
    "incident": 5 + 1,  # injuries lie in `health`
    "letters": 9 + 1,  # received on, and by whom
    "cards": 3 + 1,  # the card and its language
    "breach": 5 + 1,  # noticed and happened
    "interpreters": 4 + 1,  # a person and the languages
    "review": 6 + 1,  # who looked, and when
    "receipt": 8 + 1,  # the way to come back, and the word to remember
}
"""One question of forms.md that holds two answers is two fields here: a clock needs one date."""
OUR_SIZES = {
    "paper": 6,
    "counter": 6,
    "case": 6,
    "directory": 7,
    "packet": 8,
    "attachments": 5,
    "event": 5,
    "clock": 3,
    "correction": 4,
    "address": 5,
    "unsealed": 5,
    "hold": 7,
    "tombstone": 6,
    "joined": 9,
    "notice": 5,
    "releases": 5,
}
"""Forms that forms.md describes without a table of their own."""
ON_ONE_LINE = {"quick.q_time_place", "quick.q_time_badge"}
"""forms.md counts `q_time` once; it shows three fields of the interview."""


def top_fields(forms: FormSet, form_id: str) -> list[Field]:
    return [one for part in forms.form(form_id).sections for one in part.fields]


def test_forms_have_the_sizes_of_the_domain_guide(base: FormSet):
    shown_elsewhere = {alias for alias in base.aliases if alias in ON_ONE_LINE}
    sizes = {name: len(top_fields(base, name)) for name in base.forms}
    sizes["quick"] -= len(shown_elsewhere)

    assert sizes == SIZES | ADDED | TAKEN_APART | OUR_SIZES
    assert len(base.forms) == 39 + len(OUR_SIZES)
    assert shown_elsewhere == ON_ONE_LINE
