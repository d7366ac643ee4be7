"""The letter to a recipient that a consent was taken back, with a part for the answer.

This module translates a letter into words; it decides nothing and adds nothing. Whose consent it is
stands nowhere: the recipient knows the file by its number.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.notice_letter import NoticeLetter
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import DocRow, DocSection, DocTexts, DocumentContent
from nrm_desktop.documents.renderer import render
from nrm_desktop.documents.room import BOX, DAY, LINE, SHORT
from nrm_desktop.documents.words import Say, date_words
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.scripts import is_from_the_right, isolated

_TEXTS: Final = DocTexts(
    title="A consent was taken back",
    notice="For the recipient named above only. Nobody is named in it.",
    reference="Our file",
    expires="Please answer by",
    practice="PRACTICE",
)
_PURPOSE: Final = "Stop using and erase"


def letter_pdf(letter: NoticeLetter, forms: FormSet, fonts: FontSet, say: Say) -> bytes:
    """Draw a letter in its language."""
    return render(letter_content(letter, forms, say), fonts)


def letter_content(letter: NoticeLetter, forms: FormSet, say: Say) -> DocumentContent:
    """What stands on the paper."""
    parts = (
        DocSection(say("What this is about"), tuple(_about(letter, forms, say))),
        DocSection(say("What may no longer be used"), tuple(_parts(letter, forms, say))),
        DocSection(say("What we ask of you"), tuple(_asked(letter, say))),
        DocSection(
            say("Your answer, to be sent back"), tuple(_answer(letter, say)), is_one_piece=True
        ),
    )
    return DocumentContent(
        reference=letter.passed.reference,
        recipient=letter.recipient_name,
        purpose=say(_PURPOSE),
        expires=_day(letter.answer_by, say),
        prepared_on=_day(letter.prepared_on, say),
        sections=parts,
        practice=letter.is_practice,
        language=letter.language,
        direction="rtl" if is_from_the_right(letter.language) else "ltr",
        texts=_TEXTS.translated(
            lambda text: say(text, date="{date}", page="{page}", pages="{pages}")
        ),
    )


def _about(letter: NoticeLetter, forms: FormSet, say: Say) -> Iterator[DocRow]:
    yield DocRow(say("From"), letter.sender)
    yield DocRow(say("How you reach us"), letter.contact or LINE)
    passed = letter.passed
    day = _day(passed.day, say) if passed.day else say("Day not known")
    way = forms.find_text(f"codelist.way.{passed.way}", say.language) or passed.way
    told = say("You received it from us on this day: {date}", date=day)
    yield DocRow(
        say("The file with the number {number}", number=isolated(passed.reference)),
        "\n".join(filter(None, (told, way))),
    )


def _parts(letter: NoticeLetter, forms: FormSet, say: Say) -> Iterator[DocRow]:
    """A row for each purpose, with the groups of data that were given for it."""

    def word(codes: str, code: str) -> str:
        return forms.find_text(f"codelist.{codes}.{code}", say.language) or code

    for purpose in dict.fromkeys(one.purpose for one in letter.parts):
        groups = [one.group for one in letter.parts if one.purpose == purpose]
        named = [word("data_group", group) for group in groups if group]
        told = named if all(groups) else [say("Everything in this file")]
        why = word("consent_purpose", purpose) if purpose else say("For whatever purpose")
        yield DocRow(why, "\n".join(told))


def _asked(letter: NoticeLetter, say: Say) -> Iterator[DocRow]:
    yield DocRow(say("Stop"), say("Do not use these parts any more from today on."))
    yield DocRow(
        say("Erase"),
        say("Erase them, also in copies and on paper, or send them back to us."),
    )
    yield DocRow(
        say("Tell others"),
        say("If you have passed them on, ask those who have them to do the same."),
    )
    yield DocRow(
        say("If a part must stay"),
        say(
            "Where a law makes you keep a part, lock it away, use it for nothing else, and tell us "
            "which part and which law. The person has a right to hear it."
        ),
    )
    yield DocRow(
        say("Do not ask the person"),
        say(
            "Nobody has to say why a consent is taken back, and help must not depend on it. "
            "Please ask us, and nobody else."
        ),
    )
    yield DocRow(
        say("Answer"),
        say("Please answer by {date}. The last part is for it.", date=_day(letter.answer_by, say)),
    )


def _answer(letter: NoticeLetter, say: Say) -> Iterator[DocRow]:
    number = isolated(letter.passed.reference)
    yield DocRow(say("About the file"), number)
    yield DocRow(BOX + say("Erased on"), DAY)
    yield DocRow(BOX + say("Sent back on"), DAY)
    yield DocRow(BOX + say("Not used any more, but kept"), f"{say('Because')}\n{LINE}")
    yield DocRow(
        BOX + say("A part stays here"),
        f"{say('Which part, and because')}\n{LINE}\n{LINE}",
    )
    yield DocRow(BOX + say("It stays in use here"), f"{say('Because')}\n{LINE}\n{LINE}")
    yield DocRow(
        say("Passed on before"),
        f"{BOX}{say('To nobody')}\n{BOX}{say('They were asked to do the same')}",
    )
    yield DocRow(say("Name, and what you do there"), LINE)
    yield DocRow(say("Day and signature"), f"{DAY}   {SHORT}")


def _day(text: str, say: Say) -> str:
    return date_words(say, (text, 0)) if text else ""
