"""The proof of erasure on paper, in plain words: what was done, on which computers, what remains.

This module translates a proof into words; it decides nothing and adds nothing. What no program can
promise stands on it too: whoever has received something keeps it.

Source: nrm.md section 11; docs/manual/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from nrm_desktop.app.proofs import ComputerTold, ErasedFor, ErasureProof, Request
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import DocRow, DocSection, DocTexts, DocumentContent
from nrm_desktop.documents.renderer import render
from nrm_desktop.documents.words import Say, date_words, list_words
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.scripts import is_from_the_right, isolated

_TITLE: Final = "What was erased"
_NOTICE: Final = "This paper is for the person with this code. It holds nothing of what was erased."
_FOR_YOU: Final = "For you"
_DAY_CHARS: Final = 10


def erasure_pdf(proof: ErasureProof, forms: FormSet, fonts: FontSet, say: Say) -> bytes:
    """Draw a proof in its language."""
    return render(erasure_content(proof, forms, say), fonts)


def erasure_content(proof: ErasureProof, forms: FormSet, say: Say) -> DocumentContent:
    """What stands on the paper."""
    parts = (
        DocSection(say("About this file"), tuple(_about(proof, forms, say))),
        DocSection(say("What you asked for"), tuple(_asked(proof.request, forms, say))),
        DocSection(say("What was done"), tuple(_done(proof, forms, say))),
        DocSection(say("On which computers"), tuple(_computers(proof.computers, say))),
        DocSection(say("What remains, and why"), tuple(_remains(proof, say))),
    )
    return DocumentContent(
        reference=proof.reference,
        recipient=say(_FOR_YOU),
        purpose=say(_TITLE),
        expires="",
        prepared_on=_day(proof.prepared_on, say),
        sections=tuple(part for part in parts if part.rows),
        practice=proof.is_practice,
        language=proof.language,
        direction="rtl" if is_from_the_right(proof.language) else "ltr",
        texts=DocTexts(title=_TITLE, notice=_NOTICE).translated(
            lambda text: say(text, date="{date}", page="{page}", pages="{pages}")
        ),
    )


def _about(proof: ErasureProof, forms: FormSet, say: Say) -> Iterator[DocRow]:
    yield DocRow(say("From"), proof.sender)
    yield DocRow(forms.text("case.code.label", say.language), isolated(proof.code))
    if proof.ground:
        words = forms.text(f"codelist.erase_ground.{proof.ground}", say.language)
        yield DocRow(say("Basis"), words)


def _asked(request: Request | None, forms: FormSet, say: Say) -> Iterator[DocRow]:
    if request is None:
        return
    kind = forms.text(f"codelist.access_kind.{request.kind}", say.language)
    yield DocRow(say("You asked"), "\n".join(filter(None, (kind, _day(request.asked_on, say)))))
    if request.decision:
        words = forms.text(f"codelist.access_decision.{request.decision}", say.language)
        yield DocRow(
            say("The answer"), "\n".join(filter(None, (words, _day(request.decided_at, say))))
        )
        yield DocRow(say("Because"), isolated(request.reasons))


def _done(proof: ErasureProof, forms: FormSet, say: Say) -> Iterator[DocRow]:
    for one in proof.erased:
        yield DocRow(_day(one.at, say), _kinds(proof, one, forms, say))
    if not proof.erased:
        yield DocRow(say("So far"), say("Nothing has been erased."))
    if proof.keys_ended_on:
        told = say("Old copies on our sticks and stores cannot be opened here any more.")
        yield DocRow(_day(proof.keys_ended_on, say), told)


def _kinds(proof: ErasureProof, one: ErasedFor, forms: FormSet, say: Say) -> str:
    if proof.is_whole:
        return say("The whole file, with everything that was said, written and attached.")
    titles = [forms.find_text(f"{name}.title", say.language) or name for name in one.kinds]
    return say("Answers in: {forms}", forms=list_words(say, titles))


def _computers(computers: Iterable[ComputerTold], say: Say) -> Iterator[DocRow]:
    for one in computers:
        if one.is_done:
            words = say("It is erased there.")
        elif one.heard_on:
            words = say("Not heard from since {date}.", date=_day(one.heard_on, say))
        else:
            words = say("Not heard from yet.")
        yield DocRow(isolated(one.label or say("A computer without a name")), words)


def _remains(proof: ErasureProof, say: Say) -> Iterator[DocRow]:
    if proof.request is not None and proof.request.decision in ("partly", "refused"):
        yield DocRow(say("Parts of the file"), say("They stay for the reasons above."))
    if proof.left:
        told = say("Something was written without knowing of this. People will decide about it.")
        yield DocRow(say("What came later"), told)
    if proof.recipients:
        names = isolated(list_words(say, list(proof.recipients)))
        told = say(
            "They have received something and keep it: {names}. You can ask them too.", names=names
        )
        yield DocRow(say("Others"), told)
    if proof.backups:
        days = list_words(say, [_day(one, say) for one in proof.backups])
        told = say("Locked copies against loss were made before, on {days}.", days=days)
        yield DocRow(say("Copies against loss"), told)
    yield DocRow(
        say("Traces"),
        say("That something was written and erased, and when, is kept so that it can be checked."),
    )
    yield DocRow(
        say("What nobody can promise"),
        say("Who has copied something keeps it, and so does a computer that never comes back."),
    )


def _day(text: str, say: Say) -> str:
    return date_words(say, (text[:_DAY_CHARS], 0)) if text else ""
