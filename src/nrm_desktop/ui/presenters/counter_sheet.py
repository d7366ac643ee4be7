"""The sheet of the neutral screen: ordinary questions, and signs that only the worker can read.

This module decides what stands on the sheet and where an answer goes: into the field that the pack
names for its line, in the words of the person. A line without a field, or of a part of the file in
which this role writes nothing, has no place to write. A sign sets or takes back one code. What all
this means is said in words elsewhere (`legend`), and never on the sheet.

Source: nrm.md S2, R41; docs/adr/0051.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.domain.forms.counter import CounterSign
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scripts import is_from_the_right
from nrm_desktop.domain.values import Answer, AnswerState, Source, Value
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import Reply
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.wording import Say

_ALONE: Final = FieldId("screening.seen_alone")
_NEAR: Final = FieldId("screening.controller_near")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One question of the sheet. Shape: `is_kept` if there is a place to write."""

    id: str
    text: str
    is_kept: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class SheetSign:
    """A sign: all that is seen of it is its key, and whether it is set."""

    id: str
    key: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """The sheet as it stands on the screen, in one language."""

    title: str
    kind: str
    lines: tuple[SheetLine, ...]
    signs: tuple[SheetSign, ...]
    languages: tuple[Choice, ...]
    language: str
    is_rtl: bool


class CounterView(Protocol):
    """What the page shows of it."""

    def show_counter(self, sheet: ShownSheet | None) -> None:
        """Show the sheet, or what has changed on it; None takes it away."""

    def show_legend(self, lines: tuple[str, ...]) -> None:
        """Show in words what the sheet keeps, where nobody but the worker reads it."""


class AnswerPlace(Protocol):
    """Where the answers of one talk lie."""

    def answer(self, name: FieldId) -> Answer:
        """What stands there now."""

    def may_take(self, name: FieldId) -> bool:
        """True if this person may answer there, and the record is not over."""

    def take(self, name: FieldId, reply: Reply) -> object:
        """Take an answer in hand."""


class CounterSheetPresenter:
    """The sheet of one talk. Shape: `languages` are names of languages by tag."""

    def __init__(
        self, view: CounterView, words: FormWords, say: Say, languages: tuple[Choice, ...]
    ) -> None:
        self._view = view
        self._words = words
        self._say = say
        self._names = languages
        self._language = say.language
        self._forms: FormSet | None = None
        self._place: AnswerPlace | None = None
        self._is_shown = False

    def begin(self, forms: FormSet, place: AnswerPlace) -> None:
        """The talk is on, and its answers lie there."""
        self._forms, self._place = forms, place
        self._view.show_legend(self._legend(forms))
        self._refresh()

    def show(self, *, is_shown: bool) -> None:
        """Show the sheet, or take it away."""
        self._is_shown = is_shown
        if is_shown:
            self._refresh()
        else:
            self._view.show_counter(None)

    def typed(self, line_id: str, text: str) -> None:
        """Something was typed in a line, or everything in it was deleted."""
        sheet = self._forms.counter if self._forms else None
        line = sheet.lines.get(line_id) if sheet else None
        if self._place is None or line is None or line.field is None:
            return
        words = text.strip()
        state = AnswerState.ANSWERED if words else AnswerState.NOT_ASKED
        self._place.take(line.field, Reply(state, words or None, Source.PERSON))

    def press(self, key: str) -> bool:
        """Set the sign of a key, or take it back; False if there is none or nothing is shown."""
        forms, place = self._forms, self._place
        signs = forms.counter.shown_signs() if forms and self._is_shown else ()
        sign = next((one for one in signs if one.key == key), None)
        if place is None or sign is None or not place.may_take(sign.field):
            return False
        codes = _codes(place.answer(sign.field))
        is_set = sign.code in codes
        now = tuple(c for c in codes if c != sign.code) if is_set else (*codes, sign.code)
        state = AnswerState.ANSWERED if now else AnswerState.NOT_ASKED
        place.take(sign.field, Reply(state, now or None))
        self._refresh()
        return True

    def choose_language(self, tag: str) -> None:
        """Show the sheet in a language that the person reads; the answers stay."""
        self._language = tag
        self._refresh()

    # ---- parts ----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._is_shown and self._forms is not None and self._place is not None:
            self._view.show_counter(self._sheet(self._forms, self._place))

    def _sheet(self, forms: FormSet, place: AnswerPlace) -> ShownSheet:
        language = self._language
        lines = []
        for line in forms.counter.shown_lines():
            is_kept = line.field is not None and place.may_take(line.field)
            value = _words(place.answer(line.field)) if line.field is not None and is_kept else ""
            lines.append(SheetLine(line.id, forms.text(line.text, language), is_kept, value))
        signs = (
            SheetSign(one.id, one.key, one.code in _codes(place.answer(one.field)))
            for one in forms.counter.shown_signs()
            if place.may_take(one.field)
        )
        return ShownSheet(
            forms.text("counter_sheet.title", language),
            forms.text("counter_sheet.kind", language),
            tuple(lines),
            tuple(signs),
            self._languages(forms),
            language,
            is_from_the_right(language),
        )

    def _languages(self, forms: FormSet) -> tuple[Choice, ...]:
        """Languages in which every line has words: half a sheet is none."""
        names = {one.code: one.label for one in self._names}
        keys = [line.text for line in forms.counter.shown_lines()]
        full = {tag for tag, known in forms.texts.items() if _has_all(known, keys)}
        return tuple(Choice(tag, names.get(tag, tag)) for tag in sorted(full | {self._language}))

    def _legend(self, forms: FormSet) -> tuple[str, ...]:
        """What the worker reads before: never on the sheet itself."""
        if not forms.counter.shown_lines():
            return ()
        say = self._say
        form = self._words.form("counter")
        sheet = say(
            "Somebody else can read the screen? N, or Ctrl+H, shows a sheet of ordinary questions"
            " about travel and goods. What is typed on its lines is kept under “{form}”. Questions"
            " without a line are only read aloud, and nothing of them is kept.",
            form=form,
        )
        signs = forms.counter.shown_signs()
        keys = ((one.key, self._meaning(forms, one)) for one in signs)
        told = tuple(say("Key {key} on the sheet: {meaning}", key=k, meaning=m) for k, m in keys)
        return (sheet, *told)

    def _meaning(self, forms: FormSet, sign: CounterSign) -> str:
        return self._words.code(forms.field(sign.field).codelist, sign.code)


def is_somebody_near(answer: Callable[[FieldId], Answer]) -> bool:
    """True if an answer says that the person is not alone, or whoever controls may be near."""
    return answer(_ALONE).value is False or answer(_NEAR).value is True


def _has_all(known: Mapping[str, str], keys: list[str]) -> bool:
    return all(known.get(key) for key in keys)


def _codes(answer: Answer) -> tuple[Value, ...]:
    return answer.value if isinstance(answer.value, tuple) else ()


def _words(answer: Answer) -> str:
    return answer.value if isinstance(answer.value, str) else ""
