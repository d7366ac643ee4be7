"""The list in the own copy of who has received something: for the person, in plain words.

This module decides the words of a line: when and who, why, on what ground, how, and which questions
were in it. No answer is repeated here, and no name of a worker stands in it.

Source: nrm.md section 11; R26.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.referral_ports import ReceivedRow, ReferralSheet
from nrm_desktop.documents.layout import DocRow
from nrm_desktop.documents.words import Say, date_words, list_words
from nrm_desktop.domain.disclosure import OWN_REQUEST
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.scripts import isolated

HEADING: Final = "Who has received something about you"
_DAY_CHARS: Final = 10


def passed_on_rows(sheet: ReferralSheet, forms: FormSet, say: Say) -> Iterator[DocRow]:
    """A line for each file that left; where none did, that is said too.

    Shape: nothing where whoever makes the copy cannot see the log: it is named among the parts
    that somebody else keeps.
    """
    for row in sheet.received:
        yield DocRow(_when_and_who(row, say), "\n".join(filter(None, _told(row, forms, say))))
    if not sheet.received:
        yield DocRow(say("Nobody so far"), say("This program has passed nothing on."))


def _when_and_who(row: ReceivedRow, say: Say) -> str:
    day = date_words(say, (row.at[:_DAY_CHARS], 0)) if row.at else say("Day not known")
    who = say("You") if row.is_the_person else row.recipient_name or say("Name not known here")
    return f"{day}: {isolated(who)}"


def _told(row: ReceivedRow, forms: FormSet, say: Say) -> Iterator[str]:
    def word(codes: str, code: str) -> str:
        return forms.find_text(f"codelist.{codes}.{code}", say.language) or code

    if row.ground == OWN_REQUEST:
        yield say("A copy, because you asked for it.")
    else:
        yield say("Why: {reason}", reason=word("consent_purpose", row.purpose))
        yield say("On what ground: {ground}", ground=word("ground", row.ground))
    if row.way:
        yield say("How: {way}", way=word("way", row.way))
    labels = [forms.find_text(f"{name}.label", say.language) for name in row.fields]
    asked = list(dict.fromkeys(label for label in labels if label))
    if asked and row.ground != OWN_REQUEST:
        yield say("What: {questions}", questions=list_words(say, asked))
