"""What a person says is wrong (fulfils `CorrectionView`): the answers, and words beside one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.correction import (
    TYPED_DAY,
    TYPED_WORDS,
    AnswerLine,
    CorrectionPresenter,
)
from nrm_desktop.ui.presenters.field_spec import FieldMark, FieldSpec
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.date import DateEditor
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.mark_line import MarkLine
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import LongEditor, text_line


class CorrectionPage(CaseFrame):
    """The page."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Corrections"),
            say(
                "The person says that something is wrong. Nobody has to agree: what stood stays,"
                " and the words of the person stand beside it. Both go on together from now on."
            ),
        )
        super().__init__(kit, code, PlaceId.CORRECTION, self._page)
        self._presenter: CorrectionPresenter | None = None
        self._table: StaticTable | None = None
        self._find = text_line(kit)
        self._find.setPlaceholderText(say("A word of the question or the answer"))
        self._find.setAccessibleName(say("A word of the question or the answer"))
        self._note = PlainLabel(kit).muted()
        self._card = _WordsCard(kit)

    def bind(self, presenter: CorrectionPresenter) -> None:
        """Tell who decides."""
        say = self._kit.say
        self._presenter = presenter
        self._table = StaticTable(self._kit, say("What stands in this case"), presenter.columns())
        self._table.opened.connect(presenter.choose)
        for part in (self._find, self._note, self._table, self._card):
            self._page.body.addWidget(part)
        self._page.body.addStretch(1)
        self._choose = self._page.add_action(say("This answer is wrong"), self._choose_row, "check")
        self._write = self._page.add_action(
            say("Write it beside the answer"), self._write_it, "pencil", is_main=True
        )
        self._find.textEdited.connect(presenter.narrow)
        self._find.returnPressed.connect(self._into_rows)
        self._card.kept.bind(presenter.typed)
        shortcut(self, GO_ON, self._write_it)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_form(self, words: FieldSpec, day: FieldSpec) -> None:
        """Build what is filled in."""
        self._card.build(words, day)
        self._find.setFocus()

    def show_lines(self, lines: tuple[AnswerLine, ...], note: str) -> None:
        """Show answers to choose from; the note says what is not shown, or that there is none."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._find.setAccessibleDescription(note)
        self._choose.setVisible(bool(lines))
        if self._table is not None:
            row = self._table.chosen_row()
            self._table.show_rows(lines)
            self._table.setVisible(bool(lines))
            if lines:
                self._table.choose_row(min(row or 0, len(lines) - 1))
        order_tabs(self)

    def show_chosen(self, line: AnswerLine | None) -> None:
        """Show what stands, and take words beside it; None takes the card away."""
        is_new = line is not None and self._card.isHidden()
        self._card.setVisible(line is not None)
        self._write.setVisible(line is not None)
        if line is not None:
            self._card.show_line(line)
        order_tabs(self)
        if line is not None and (is_new or not self._card.isAncestorOf(self.focusWidget())):
            self._card.take_focus()
            announce(self, line.question)

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not written, by name; an empty text clears an input."""
        self._card.kept.show(words)

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""
        self._card.mark.show_mark(mark)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _choose_row(self) -> None:
        row = self._table.chosen_row() if self._table is not None else None
        if self._presenter is not None and row is not None:
            self._presenter.choose(row)

    def _into_rows(self) -> None:
        """Enter leads from the line into the rows."""
        if self._table is not None and self._table.isVisible():
            self._table.view().setFocus()

    def _write_it(self) -> None:
        if self._presenter is not None and not self._card.isHidden():
            self._presenter.write(*self._card.filled_in())


class _WordsCard(Card):
    """What stands, what was said about it, and what the person says now."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, kit.say("What the person says instead"), is_column=True)
        self._kit = kit
        self.kept = KeptInputs()
        self.mark = MarkLine(kit)
        self._said: list[PlainLabel] = []
        self._words: ValueEditor | None = None
        self._day: ValueEditor | None = None
        self._question = PlainLabel(kit, role="label").muted()
        self._answer = PlainLabel(kit, role="strong")
        self._beside = QVBoxLayout()
        self.body.addWidget(self._question)
        self.body.addWidget(self._answer)
        self.body.addLayout(self._beside)
        self.hide()

    def build(self, words: FieldSpec, day: FieldSpec) -> None:
        """Build what is filled in."""
        self._words = self._named(LongEditor(self._kit, words), words.label, "")
        hint = self._kit.say("May stay empty: then it is today.")
        self._day = self._named(DateEditor(self._kit, day), day.label, hint)
        self.body.addWidget(self.mark)
        self.kept.add_editor(TYPED_WORDS, self._words)
        self.kept.add_editor(TYPED_DAY, self._day)

    def show_line(self, line: AnswerLine) -> None:
        """Show what stands, and what was said about it before."""
        self._question.setText(f"{line.where} · {line.question}")
        self._answer.setText(line.answer)
        for old in self._said:
            drop(self._beside, old)
        self._said = [PlainLabel(self._kit, one) for one in line.beside]
        for one in self._said:
            self._beside.addWidget(one)
            one.show()

    def filled_in(self) -> tuple[Value, Value]:
        """The words and the day, as they were typed."""
        if self._words is None or self._day is None:
            return None, None
        return self._words.raw(), self._day.raw()

    def take_focus(self) -> None:
        """Put the cursor into the words."""
        if self._words is not None:
            self._words.inputs()[0].setFocus()

    def _named(self, editor: ValueEditor, name: str, hint: str) -> ValueEditor:
        editor.name_it(name, hint)
        self.body.addWidget(PlainLabel(self._kit, name, "label").muted())
        if hint:
            self.body.addWidget(PlainLabel(self._kit, hint, "label").muted())
        self.body.addWidget(editor)
        return editor
