"""A referral on paper: what the disclosure engine let pass, in the order of the form pack.

Danger to life comes first, then from whom to whom and on which basis, then the person. What is
withheld is told by its part with the reason, never by the question. On another paper of a pack the
dangers and the way stand in front, and its own parts below; the person's own copy of one has its
parts alone. This module translates a sheet into words; it decides nothing about what may go, and it
adds nothing of the case.

Source: ux.md (documents); forms.md form b; R10, R26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from nrm_desktop.app.referral_ports import ReferralSheet
from nrm_desktop.documents.answers import AnswerWords
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import (
    DocRow,
    DocSection,
    DocTexts,
    DocumentContent,
    DocWithheld,
)
from nrm_desktop.documents.passed_on import HEADING, passed_on_rows
from nrm_desktop.documents.protect import protect
from nrm_desktop.documents.renderer import render
from nrm_desktop.documents.words import Say, date_words
from nrm_desktop.domain.disclosure import CONSENT, Included, Item, Withheld
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parts import (
    ENVELOPE_PART,
    LIFE_RISK_PART,
    REFERRAL,
    WITHOUT_CONSENT,
    title_key,
)
from nrm_desktop.domain.forms.schema import REMARK, Field, LayoutPart
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.layouts import top_field
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.scripts import is_from_the_right, isolated

_ON_THE_HEAD: Final = frozenset({"referral.referral_id", "referral.to_org"})
_ON_ORDER: Final = "Answer to an order"
_OWN_COPY: Final = "What is written about you"
_YOURS: Final = "This copy is yours. Keep it where nobody else finds it."
_FOR_YOU: Final = "For you"
_YOUR_REQUEST: Final = "You asked for it"
_REMARK_END: Final = f".{REMARK}"


class ReferralRenderer:
    """Makes the PDF of a sheet (fulfils `SheetRenderer`).

    Shape: `words` gives the translator of a language.
    """

    def __init__(self, forms: FormSet, fonts: FontSet, words: Callable[[str], Say]) -> None:
        self._forms = forms
        self._fonts = fonts
        self._words = words

    def render(self, sheet: ReferralSheet) -> bytes:
        """Draw the sheet in its language."""
        return render(self.content(sheet), self._fonts)

    def protect(self, pdf: bytes, password: str) -> bytes:
        """Lock a PDF with a password."""
        return protect(pdf, password)

    def content(self, sheet: ReferralSheet) -> DocumentContent:
        """What stands on the paper."""
        return _Sheet(sheet, self._forms, self._words(sheet.language)).content()


class _Sheet:
    """Puts one sheet into words."""

    def __init__(self, sheet: ReferralSheet, forms: FormSet, say: Say) -> None:
        self._sheet = sheet
        self._forms = forms
        self._say = say
        self._answers = AnswerWords(forms, say, dict(sheet.names))
        self._order = {one.record: at for at, one in enumerate(sheet.records)}
        self._parents = {one.record: one.parent for one in sheet.records}
        self._paper = sheet.disclosure.request.paper
        self._parts = tuple(self._parts_of_paper())

    def content(self) -> DocumentContent:
        sheet, say = self._sheet, self._say
        is_own = sheet.disclosure.is_own_copy
        return DocumentContent(
            reference=sheet.reference,
            recipient=say(_FOR_YOU) if is_own else sheet.recipient_name,
            purpose=say(_YOUR_REQUEST)
            if is_own
            else self._text(f"codelist.consent_purpose.{sheet.purpose}"),
            expires="" if is_own else date_words(say, (sheet.expires_on, 0)),
            prepared_on=date_words(say, (sheet.prepared_on, 0)),
            sections=tuple(section for section in self._sections() if section.rows),
            withheld=tuple(self._withheld()),
            practice=sheet.is_practice,
            language=sheet.language,
            direction="rtl" if is_from_the_right(sheet.language) else "ltr",
            texts=self._texts(),
        )

    def _texts(self) -> DocTexts:
        """The words of the paper for what it is."""
        say, disclosure = self._say, self._sheet.disclosure
        source = DocTexts(title=_ON_ORDER) if disclosure.is_on_order else DocTexts()
        if disclosure.is_own_copy:
            source = DocTexts(title=_OWN_COPY, notice=_YOURS)
        # The places of date and page stay: the printer fills them sheet by sheet.
        texts = source.translated(
            lambda text: say(text, date="{date}", page="{page}", pages="{pages}")
        )
        return replace(texts, title=self._text(title_key(self._paper))) if self._paper else texts

    def _parts_of_paper(self) -> Iterator[tuple[str, LayoutPart]]:
        """The parts with the print order that names each, as they are printed."""
        layouts = self._forms.layouts
        if self._paper and not self._sheet.disclosure.is_own_copy:
            usual = layouts[REFERRAL].parts
            yield from ((REFERRAL, part) for part in usual if part.id in WITHOUT_CONSENT)
        paper = self._paper or REFERRAL
        yield from ((paper, part) for part in layouts[paper].parts)

    def _sections(self) -> Iterator[DocSection]:
        if self._sheet.disclosure.is_own_copy:
            yield DocSection(self._say("About this copy"), tuple(self._about_the_copy()))
            yield from self._part_by_part() if self._paper else self._form_by_form()
            return
        yield from self._part_by_part()
        printed = {name for _, part in self._parts for name in part.fields}
        items = [given.item for given in self._sheet.disclosure.included]
        left = sorted((one.record, one.field) for one in items)
        tops = (self._top(name) for _, name in left)
        others = tuple(dict.fromkeys(name for name in tops if name not in printed))
        rows = tuple(self._rows(others, self._given(others)))
        yield DocSection(self._say("Also told"), rows)

    def _part_by_part(self) -> Iterator[DocSection]:
        """In the order of the paper, each answer once."""
        printed: set[FieldId] = set()
        for layout, part in self._parts:
            fields = tuple(name for name in part.fields if name not in printed)
            printed.update(fields)
            rows = tuple(self._rows(fields, self._given(fields)))
            kind = part.id if layout == REFERRAL else ""
            if kind == LIFE_RISK_PART and not self._sheet.disclosure.is_on_order:
                yield DocSection(self._title(layout, part), rows or (self._nothing_known(),), True)
            elif kind == ENVELOPE_PART:
                yield DocSection(self._title(layout, part), (*self._basis(), *rows))
            else:
                yield DocSection(self._title(layout, part), rows)

    def _form_by_form(self) -> Iterator[DocSection]:
        """For the person: everything, in the order of the forms."""
        for form in self._forms.forms.values():
            shown = (one for part in form.sections for one in part.fields)
            top = tuple(one.id for one in shown if one.form == form.id)
            rows = tuple(self._rows(top, self._given(top)))
            yield DocSection(self._text(f"{form.id}.title"), rows)
        if Compartment.RIGHTS not in self._sheet.hidden:
            passed_on = tuple(passed_on_rows(self._sheet, self._forms, self._say))
            yield DocSection(self._say(HEADING), passed_on)

    def _about_the_copy(self) -> Iterator[DocRow]:
        if self._sheet.sender:
            yield DocRow(self._say("From"), self._sheet.sender)
        yield DocRow(self._text("case.code.label"), isolated(self._sheet.case_code))
        if self._sheet.other_files:
            codes = ", ".join(self._sheet.other_files)
            said = self._say(
                "There is another file about you. It is in this copy: {codes}", codes=codes
            )
            yield DocRow(self._say("Other files"), said)
        yield DocRow(
            self._say("What you can do"),
            self._say(
                "You can say what is wrong. It will be put right beside what stands here. "
                "You can ask us to use less of it, or to erase it."
            ),
        )

    def _kept_from_the_copy(self) -> Iterator[DocWithheld]:
        """What is not in it: of each form once, and the parts that somebody else here keeps."""
        if self._paper:
            yield from self._kept_by_part()
        else:
            yield from self._kept_by_form()
        for one in self._hidden_here():
            title = self._text(f"compartment.{one.word}")
            yield DocWithheld(title, self._text("withheld.kept_by_others"))
        for code in self._sheet.missing_files:
            title = self._say("Another file about you, {code}", code=code)
            yield DocWithheld(title, self._text("withheld.other_file"))

    def _kept_by_form(self) -> Iterator[DocWithheld]:
        kept = self._sheet.disclosure.told_to_stay
        for form in self._forms.forms.values():
            here = [one for one in kept if one.item.field.partition(".")[0] == form.id]
            if here:
                yield self._why_kept(self._text(f"{form.id}.title"), here)

    def _hidden_here(self) -> Iterator[Compartment]:
        """Parts of the file that cannot be seen here and that this copy would be about."""
        fields = [self._forms.field(name) for _, part in self._parts for name in part.fields]
        asked = {self._forms.compartment_of(field) for field in fields}
        return (one for one in self._sheet.hidden if not self._paper or one in asked)

    def _basis(self) -> Iterator[DocRow]:
        """From whom, for which case, and on which ground it is passed on."""
        ground = self._sheet.disclosure.request.ground
        note = ""
        if ground == CONSENT:
            note = self._say("The person can take this back at any time; the sender will tell you.")
        if self._sheet.sender:
            yield DocRow(self._say("From"), self._sheet.sender)
        if self._sheet.case_code:
            yield DocRow(self._text("case.code.label"), isolated(self._sheet.case_code))
        yield DocRow(self._say("Basis"), self._text(f"codelist.ground.{ground}"), note)

    def _nothing_known(self) -> DocRow:
        """An empty list of dangers is no promise that there is none."""
        return DocRow(
            self._say("Not known"),
            self._say("Nothing was written down. That does not mean that there is no danger."),
        )

    def _rows(self, names: Iterable[FieldId], given: Sequence[Included]) -> Iterator[DocRow]:
        """Record by record, so that two situations or contacts are never mixed."""
        blocks: dict[str, dict[FieldId, Field]] = {}
        for name in names:
            if name not in _ON_THE_HEAD:
                field = self._forms.field(name)
                blocks.setdefault(self._forms.record_key(field), {})[field.id] = field
        for block in blocks.values():
            items = [one.item for one in given if self._top(one.item.field) in block]
            owners = list(dict.fromkeys(self._owner(item) for item in items))
            for number, owner in enumerate(owners, start=1):
                mine = [item for item in items if self._owner(item) == owner]
                for row in self._block(block.values(), mine):
                    yield row if len(owners) == 1 else replace(row, label=f"{row.label} ({number})")

    def _block(self, fields: Iterable[Field], items: Sequence[Item]) -> Iterator[DocRow]:
        for field in fields:
            mine = [item for item in items if self._top(item.field) == field.id]
            row = self._group(field, mine) if field.is_group else self._single(field, mine)
            if row.value:
                yield row

    def _single(self, field: Field, items: Sequence[Item]) -> DocRow:
        """The answer with its remark below it."""
        here = {item.field: item.answer for item in items}
        names = (field.id, FieldId(field.id + _REMARK_END))
        told = [(self._forms.field(name), here[name]) for name in names if name in here]
        said = [words for item in items for words in self._said_about(item)]
        value = "\n".join(filter(None, (*(self._answers.value(*one) for one in told), *said)))
        note = self._answers.note(told[0][1]) if told else ""
        return DocRow(self._answers.label(field), value, note)

    def _group(self, field: Field, items: Sequence[Item]) -> DocRow:
        """A paragraph for each row of the group."""
        paragraphs = []
        for record in dict.fromkeys(item.record for item in items):
            here = {item.field: item.answer for item in items if item.record == record}
            told = [(sub, here[sub.id]) for sub in self._in_order(field) if sub.id in here]
            write = self._answers.value if len(field.fields) == 1 else self._answers.named
            paragraphs.append(" · ".join(filter(None, (write(*one) for one in told))))
            mine = [item for item in items if item.record == record]
            paragraphs += [words for item in mine for words in self._said_about(item)]
        value = "\n".join(filter(None, paragraphs))
        note = self._answers.note(items[0].answer) if items else ""
        return DocRow(self._answers.label(field), value, note)

    def _said_about(self, item: Item) -> Iterator[str]:
        """What the person says about an answer, in a paragraph of its own beside it."""
        for one in item.additions:
            day = date_words(self._say, (one.on, 0)) if one.on else self._say("Day not known")
            text = isolated(one.text)
            yield self._say("The person says, {date}: {words}", date=day, words=text)

    def _owner(self, item: Item) -> RecordId | None:
        """The record that a value belongs to; for a row of a group the one that the group is in."""
        top = self._forms.field(self._top(item.field))
        return self._parents.get(item.record) if top.is_group else item.record

    def _in_order(self, group: Field) -> Iterator[Field]:
        for sub in group.fields:
            yield sub
            if sub.has_remark:
                yield self._forms.field(sub.id + _REMARK_END)

    def _withheld(self) -> Iterator[DocWithheld]:
        """By part and reason, so that no single question betrays what was asked."""
        if self._sheet.disclosure.is_own_copy:
            yield from self._kept_from_the_copy()
            return
        yield from self._kept_by_part()

    def _kept_by_part(self) -> Iterator[DocWithheld]:
        stays = self._sheet.disclosure.told_to_stay
        for layout, part in self._parts:
            kept = [one for one in stays if self._top(one.item.field) in part.fields]
            if kept:
                yield self._why_kept(self._title(layout, part), kept)

    def _why_kept(self, title: str, kept: Iterable[Withheld]) -> DocWithheld:
        reasons = dict.fromkeys(one.reason for one in kept)
        return DocWithheld(title, "\n".join(self._text(f"withheld.{one}") for one in reasons))

    def _given(self, names: Sequence[FieldId]) -> list[Included]:
        """What goes of these fields, in the order of the records."""
        wanted = frozenset(names)
        given = [
            one for one in self._sheet.disclosure.included if self._top(one.item.field) in wanted
        ]
        return sorted(given, key=lambda one: self._order.get(one.item.record, -1))

    def _top(self, name: FieldId) -> FieldId:
        return top_field(self._forms, name)

    def _title(self, layout: str, part: LayoutPart) -> str:
        return self._text(f"layout.{layout}.{part.id}")

    def _text(self, key: str) -> str:
        return self._forms.text(key, self._say.language)
