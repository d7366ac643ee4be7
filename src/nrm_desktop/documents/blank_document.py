"""A blank sheet of a form, for the hand: every question with room to write, and boxes to tick.

Whoever writes on it by candle light and types it in the morning keeps both times (R36), so the head
asks when and by whom it was written, and each sheet has a number of its own. Nothing of a case is
on it; this module sees none.

Source: forms.md section 1 (parts that every record has); nrm.md R36, R40.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import DocRow, DocSection, DocTexts, DocumentContent
from nrm_desktop.documents.renderer import render
from nrm_desktop.documents.room import BOX, DAY, LINE, SHORT
from nrm_desktop.documents.words import Say
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, Section
from nrm_desktop.domain.ids import FormId
from nrm_desktop.domain.scripts import is_from_the_right
from nrm_desktop.domain.values import FieldType

_TIME: Final = "____ : ____"
_MOST_BOXES: Final = 20
"""A longer list is written by hand: nobody looks through two hundred countries on paper."""
_ROWS: Final = 2
"""How often a group has room."""
_ROOM: Final = MappingProxyType(
    {
        FieldType.DATE: DAY,
        FieldType.DATETIME: f"{DAY}        {_TIME}",
        FieldType.NUMBER: SHORT,
        FieldType.DURATION: SHORT,
        FieldType.LONG: "\n".join((LINE,) * 3),
    }
)
_TEXTS: Final = DocTexts(
    notice=(
        "Lock this sheet away. Type it as soon as you can, with the time at which it was written."
    ),
    reference="Sheet",
    recipient="Written at (day, time)",
    purpose="Written by (badge code)",
)


class BlankRenderer:
    """Prints blank forms. Shape: `words` gives the translator of a language."""

    def __init__(self, forms: FormSet, fonts: FontSet, words: Callable[[str], Say]) -> None:
        self._forms = forms
        self._fonts = fonts
        self._words = words

    def render(self, form: FormId, number: str, language: str, *, is_practice: bool) -> bytes:
        """Draw a blank form. Shape: `number` is that of the sheet."""
        content = self.content(form, number, language)
        return render(replace(content, practice=is_practice), self._fonts)

    def content(self, form: FormId, number: str, language: str) -> DocumentContent:
        """What stands on the paper."""
        say = self._words(language)
        sections = self._forms.form(form).sections
        texts = _TEXTS.translated(
            lambda text: say(text, date="{date}", page="{page}", pages="{pages}")
        )
        return DocumentContent(
            reference=number,
            recipient=f"{DAY}   ___ : ___",
            purpose=SHORT,
            expires="",
            prepared_on="",
            sections=tuple(self._section(one, say) for one in sections if not one.is_hidden),
            language=language,
            direction="rtl" if is_from_the_right(language) else "ltr",
            texts=replace(
                texts,
                title=self._forms.text(f"{form}.title", language),
                prepared_on="",
                practice=say("PRACTICE"),
            ),
        )

    def _section(self, section: Section, say: Say) -> DocSection:
        title = self._forms.text(f"{section.form}.section.{section.id}.title", say.language)
        rows = (row for one in section.fields for row in self._rows(one, say))
        return DocSection(title, tuple(rows))

    def _rows(self, one: Field, say: Say) -> Iterator[DocRow]:
        if one.is_hidden or one.type is FieldType.AUTO:
            return
        if not one.is_group:
            yield self._row(one, say)
            return
        for _ in range(_ROWS):
            for sub in one.fields:
                for row in self._rows(sub, say):
                    yield replace(row, label=f"{self._label(one, say)}: {row.label}")

    def _row(self, one: Field, say: Say) -> DocRow:
        room = self._room(one, say)
        if one.has_remark:
            room = f"{room}\n{LINE}"
        return DocRow(self._label(one, say), room, self._beside(one, say))

    def _room(self, one: Field, say: Say) -> str:
        if one.type is FieldType.YESNO:
            return f"{BOX}{say('Yes')}        {BOX}{say('No')}"
        if one.type in _ROOM:
            return _ROOM[one.type]
        codes = self._forms.codes_of(one)
        offered = codes.offered() if codes is not None else ()
        if codes is None or not 0 < len(offered) <= _MOST_BOXES:
            return LINE
        words = (self._forms.text(f"codelist.{codes.id}.{code}", say.language) for code in offered)
        return "\n".join(f"{BOX}{word}" for word in words)

    def _beside(self, one: Field, say: Say) -> str:
        """The answers that are none: a question that was not asked is left empty (R21)."""
        told = [self._forms.find_text(f"{one.id}.guidance", say.language) or ""]
        if one.own_words:
            told.append(say("In the person's own words."))
        if one.may_decline:
            told.append(f"{BOX}{say('Not known')}    {BOX}{say('Does not want to say')}")
        return "\n".join(filter(None, told))

    def _label(self, one: Field, say: Say) -> str:
        return self._forms.text(f"{one.id}.label", say.language)
