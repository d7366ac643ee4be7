"""The interview: the list of sections, and the questions of one of them in a column."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.asked_before import Earlier
from nrm_desktop.ui.presenters.field_spec import FieldMark, FieldSpec, GroupRow, Reply
from nrm_desktop.ui.presenters.form_page import SectionPage
from nrm_desktop.ui.presenters.interview import InterviewPresenter
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.section import VersionOffer
from nrm_desktop.ui.views.alike_card import AlikeBox
from nrm_desktop.ui.views.entry_bar import EntryBar
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.sliced_stack import SlicedStack
from nrm_desktop.ui.views.talk_frame import TalkFrame
from nrm_desktop.ui.views.version_card import VersionChoice
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class InterviewPage(TalkFrame):
    """The interview of a case, or another form of it (fulfils `InterviewView`)."""

    def __init__(self, kit: Kit, code: str, title: str = "", place: PlaceId = PlaceId.FORM) -> None:
        self._is_interview = not title
        place = PlaceId.INTERVIEW if self._is_interview else place
        super().__init__(kit, code, place, Page(kit, title or kit.say("Interview"), ""))
        self._column.setSpacing(kit.look.px("gap4"))
        self._page.body.addLayout(self._column)
        self.alike = AlikeBox(kit)
        """Other cases with a name like this, below the questions."""
        self._page.body.addWidget(self.alike)
        self._page.body.addWidget(self._legend)
        self._page.body.addStretch(1)
        self._presenter: InterviewPresenter | None = None
        self._stack: SlicedStack | None = None
        self._card: Card | None = None
        self._versions: VersionChoice | None = None
        self._quiet: list[PlainLabel] = []

    def bind(self, presenter: InterviewPresenter, go_on: Callable[[], object]) -> None:
        """Tell who decides. Shape: `go_on` leads on behind the last section."""
        say = self._kit.say
        self._presenter = presenter

        def forward() -> None:
            if not presenter.step(1):
                go_on()

        def back() -> None:
            presenter.step(-1)

        if self._is_interview:
            self.bind_talk(presenter.talk, presenter.observe_only, presenter.start_another)
        self._page.add_action(say("Back"), back, "chevron-left")
        self._page.add_action(say("Next"), forward, "chevron-right", is_main=True)
        shortcut(self, "Ctrl+PgDown", forward)
        shortcut(self, GO_ON, forward)
        shortcut(self, "Ctrl+PgUp", back)
        self.section_chosen.connect(presenter.open_section)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_section(self, page: SectionPage) -> None:
        """Build the page of a section."""
        say = self._kit.say
        self._take_down()
        self._name_section(page.title)
        self._card = Card(self._kit, is_column=True)
        body = self._card.body
        if page.closed:
            body.addWidget(PlainLabel(self._kit, page.closed))
        for line in page.lines:
            body.addWidget(PlainLabel(self._kit, line, "label").muted())
        if page.unread:
            words = say.plural(
                "{count} question here belongs to a part of the file that your role does not read.",
                "{count} questions here belong to parts of the file that your role does not read.",
                page.unread,
            )
            body.addWidget(PlainLabel(self._kit, words).muted())
        if page.entry:
            body.addWidget(self._entry_bar(page))
        if page.specs:
            self._stack = self._make_stack(page.specs)
            body.addWidget(self._stack)
        self._quiet = _labels(self._card)
        self._column.addWidget(self._card)
        self._card.show()
        self._cover_content(is_covered=self._is_covered)
        order_tabs(self)

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions of the page, and hide the others."""
        if self._stack is not None:
            self._stack.show_only(visible)

    def show_reply(self, cell: str, reply: Reply, remark: str) -> None:
        """Show what stands in a question."""

        def show(field: FieldWidget) -> None:
            field.show_reply(reply)
            field.show_remark(remark)

        self._when_built(cell, show)

    def show_rows(self, group: str, rows: tuple[GroupRow, ...]) -> None:
        """Show the rows of a group."""
        if self._stack is not None:
            self._stack.show_rows(group, rows)

    def show_earlier(self, cell: str, earlier: Earlier | None) -> None:
        """Show what was answered to this question before; None takes it away."""
        self._when_built(cell, lambda field: field.show_earlier(earlier))

    def show_mark(self, cell: str, mark: FieldMark) -> None:
        """Show what is true of the words of a question."""
        self._when_built(cell, lambda field: field.show_mark(mark))

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""
        self._when_built(cell, lambda field: field.show_problem(words))

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        for banner in self._page.show_banners(() if self._is_covered else banners):
            if self._presenter is not None:
                banner.chosen.connect(self._presenter.retry)

    def offer_versions(self, offer: VersionOffer) -> None:
        """Show two versions side by side, and ask which one stays."""
        self._close_versions()
        section = self._presenter.section if self._presenter else None
        if section is None or self._card is None:
            return

        def chosen(*, keeps_own: bool) -> None:
            self._close_versions()
            section.choose_version(offer.cell, keeps_own=keeps_own)

        self._versions = VersionChoice(self._kit, offer, chosen)
        self._column.insertWidget(0, self._versions)
        order_tabs(self)
        self._versions.take_focus()

    def focus_on(self, cell: str) -> None:
        """Put the cursor into a question."""
        if self._stack is not None:
            self._stack.focus_on(cell)

    def _cover_content(self, *, is_covered: bool) -> None:
        """Cover or show the words of what is asked, and everything beside it."""
        for label in self._quiet:
            label.setVisible(not is_covered)
        if self._stack is not None:
            self._stack.cover(is_covered=is_covered)
        if self._versions is not None:
            self._versions.setVisible(not is_covered)
        self.alike.setEnabled(not is_covered)
        if is_covered:
            self._page.show_banners(())
            self.alike.hide()

    def _show_content(self, *, is_shown: bool) -> None:
        """Show or hide what is asked."""
        if self._card is not None:
            self._card.setVisible(is_shown)

    # ---- parts ----------------------------------------------------------------------------------

    def _make_stack(self, specs: tuple[FieldSpec, ...]) -> SlicedStack:
        stack = SlicedStack(self._kit, specs)
        if self._presenter is not None:
            section = self._presenter.section
            stack.edited.connect(section.edited)
            stack.entered.connect(section.entered)
            stack.left.connect(section.left)
            stack.row_asked.connect(section.add_row)
            stack.row_end_asked.connect(section.end_row)
            stack.other_version_asked.connect(section.look_at_versions)
        return stack

    def _entry_bar(self, page: SectionPage) -> QWidget:
        bar = EntryBar(self._kit, page.entries, page.entry)
        if self._presenter is not None:
            bar.chosen.connect(self._presenter.open_entry)
            bar.added.connect(self._presenter.add_entry)
        return bar

    def _when_built(self, cell: str, show: Callable[[FieldWidget], None]) -> None:
        stack = self._stack
        if stack is None:
            return

        def found() -> None:
            field = stack.field(cell)
            if field is not None:
                show(field)

        stack.when_built(cell, found)

    def _close_versions(self) -> None:
        if self._versions is not None:
            drop(self._column, self._versions)
            self._versions = None

    def _take_down(self) -> None:
        self._close_versions()
        self._stack = None
        if self._card is not None:
            drop(self._column, self._card)
            self._card = None


def _labels(card: Card) -> list[PlainLabel]:
    """The words that stand in a card beside its questions."""
    return card.findChildren(PlainLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
