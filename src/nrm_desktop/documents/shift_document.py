"""The hand-over of a shift on paper: a line per case under its code, then who can be reached.

This module translates what is handed over into words; it decides nothing and adds nothing. What
stands on it is read by whoever finds it, so each sheet says so.

Source: ux.md section 4, screen 28; forms.md forms l21 and l23.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from nrm_desktop.app.duty import Beds, DutySheet, OnCall, PhoneHelp
from nrm_desktop.app.shift import ShiftLine, ToDo
from nrm_desktop.app.shift_paper import ShiftPaper
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import DocRow, DocSection, DocTexts, DocumentContent
from nrm_desktop.documents.renderer import render
from nrm_desktop.documents.words import Say, date_words, language_words, list_words
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.scripts import is_from_the_right, isolated

_TITLE: Final = "Hand-over of the shift"
_TEXTS: Final = DocTexts(
    title=_TITLE,
    notice="Anyone who finds this paper can read it. Destroy it when the shift is over.",
    reference="Printed by",
    practice="PRACTICE",
)
_FOR: Final = "The next shift"


def shift_pdf(
    paper: ShiftPaper, forms: FormSet, fonts: FontSet, say: Say, *, is_practice: bool
) -> bytes:
    """Draw the hand-over in a language."""
    return render(shift_content(paper, forms, say, is_practice=is_practice), fonts)


def shift_content(
    paper: ShiftPaper, forms: FormSet, say: Say, *, is_practice: bool
) -> DocumentContent:
    """What stands on the paper."""
    words = _Words(forms, say)
    parts = (
        *(DocSection(isolated(one.code), tuple(words.line(one))) for one in paper.lines.lines),
        DocSection(say("Open cases without a line"), tuple(words.without(paper.lines.without))),
        *words.duty(paper.duty),
    )
    return DocumentContent(
        reference=paper.by,
        recipient=say(_FOR),
        purpose=say(_TITLE),
        expires="",
        prepared_on=words.time(paper.printed),
        sections=tuple(part for part in parts if part.rows),
        practice=is_practice,
        language=say.language,
        direction="rtl" if is_from_the_right(say.language) else "ltr",
        texts=_TEXTS.translated(
            lambda text: say(text, date="{date}", page="{page}", pages="{pages}")
        ),
    )


class _Words:
    """Words of one language for what is handed over."""

    def __init__(self, forms: FormSet, say: Say) -> None:
        self._forms = forms
        self._say = say

    def line(self, one: ShiftLine) -> Iterator[DocRow]:
        """The line of a case; no place of anybody."""
        say = self._say
        if one.now:
            yield DocRow(self._label("shift.sh_now"), one.now)
        for todo in one.todo:
            yield DocRow(self._label("shift.sh_do"), self._todo(todo))
        watch = [self._code("shift_watch", code) for code in one.watch]
        if one.watch_words:
            watch.append(isolated(one.watch_words) if watch else one.watch_words)
        if watch:
            yield DocRow(self._label("shift.sh_watch"), list_words(say, watch))
        written = say("{when}, by {badge}", when=self.time(one.written), badge=isolated(one.by))
        yield DocRow(say("Written"), written)
        readers = [f"{isolated(each.by)} ({self.time(each.at)})" for each in one.receipts]
        yield DocRow(say("Read by"), list_words(say, readers) if readers else say("Nobody yet"))

    def without(self, codes: Iterable[str]) -> Iterator[DocRow]:
        """Open cases that nobody wrote a line for: named, not passed over."""
        found = [isolated(code) for code in codes]
        if found:
            yield DocRow(self._say("Codes"), list_words(self._say, found))

    def duty(self, sheet: DutySheet) -> Iterator[DocSection]:
        """Who can be reached, where a bed is free, who interprets."""
        say = self._say
        yield DocSection(say("On call tonight"), tuple(map(self._on_call, sheet.on_call)))
        yield DocSection(say("Free beds"), tuple(map(self._beds, sheet.beds)))
        yield DocSection(say("Interpreters by telephone"), tuple(map(self._phone, sheet.phones)))

    def time(self, text: str) -> str:
        """A day or minute. Shape: ISO, or shown as it is; the zone is that of the laptop."""
        try:
            return date_words(self._say, (text, 0)) if text else ""
        except ValueError:
            return text

    def _todo(self, one: ToDo) -> str:
        rest = map(isolated, filter(None, (self.time(one.by_when), one.who)))
        # What is to be done says in which direction the line runs: isolates would hide it.
        said = list_words(self._say, [*filter(None, (one.what,)), *rest])
        return self._say("{what} (done)", what=said) if one.is_done else said

    def _on_call(self, one: OnCall) -> DocRow:
        say = self._say
        span = " – ".join(filter(None, (self.time(one.start), self.time(one.end))))
        then = say("If nobody answers: {who}", who=isolated(one.second)) if one.second else ""
        now = say("Now") if one.is_now else self._old(is_old=one.is_old)
        return DocRow(self._code("duty_role", one.role), one.who, _joined(now, span, then))

    def _beds(self, one: Beds) -> DocRow:
        number = "?" if one.number is None else str(one.number)
        told = f"{self._code('bed_profile', one.profile)}: {number}"
        return DocRow(
            isolated(one.place), told, _joined(self._old(is_old=one.is_old), self.time(one.at))
        )

    def _phone(self, one: PhoneHelp) -> DocRow:
        gender = self._code("gender", one.gender) if one.gender else ""
        what = list_words(
            self._say, list(filter(None, (language_words(self._say, one.language), gender)))
        )
        return DocRow(what, one.phone, _joined(one.hours, one.who_pays))

    def _old(self, *, is_old: bool) -> str:
        return self._say("Old") if is_old else ""

    def _label(self, name: str) -> str:
        return self._forms.text(f"{name}.label", self._say.language)

    def _code(self, codes: str, code: str) -> str:
        return self._forms.find_text(f"codelist.{codes}.{code}", self._say.language) or code


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))
