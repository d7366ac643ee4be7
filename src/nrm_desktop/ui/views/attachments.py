"""The attachments of a case: the list, a page to look at, and a card to take a file in."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from nrm_desktop.app.attachment_ports import Picture
from nrm_desktop.ui.presenters.attachments import AddInput, AttachmentLine, AttachmentsPresenter
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.file_line import FileLine
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import IconButton
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.picture import PictureBox
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class AttachmentsPage(CaseFrame):
    """The page (fulfils `AttachmentsView`)."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Attachments"),
            say("Papers, pictures and recordings of this case. None of them leaves by itself."),
        )
        super().__init__(kit, code, PlaceId.ATTACHMENTS, self._page)
        self._presenter: AttachmentsPresenter | None = None
        self._table: StaticTable | None = None
        self._none = PlainLabel(kit, say("Nothing is attached yet.")).muted()
        self._looking = _LookCard(kit)
        self._entry = _EntryCard(kit)

    def bind(self, presenter: AttachmentsPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._table = StaticTable(self._kit, self._kit.say("Attachments"), presenter.columns())
        self._table.opened.connect(presenter.look)
        self._looking.bind(presenter)
        for part in (self._none, self._table, self._looking, self._entry):
            self._page.body.addWidget(part)
        self._page.body.addStretch(1)

        def add() -> None:
            if self._take.isEnabled():
                presenter.add(self._entry.order())

        self._look = self._page.add_action(self._kit.say("Look at it"), self._look_at, "eye")
        self._take = self._page.add_action(
            self._kit.say("Take the file in"), add, "plus", is_main=True
        )
        self._entry.file.entered.connect(add)
        shortcut(self, GO_ON, add)
        self._looking.hide()

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_places(self, places: tuple[Choice, ...]) -> None:
        """Show into which parts of the file something can be taken; none: nothing can."""
        self._entry.show_places(places)
        self._entry.setVisible(bool(places))
        self._take.setVisible(bool(places))
        self._entry.file.take_focus()

    def show_what(self, shows: tuple[Choice, ...]) -> None:
        """Show what a file can be said to show."""
        self._entry.show_what(shows)

    def show_lines(self, lines: tuple[AttachmentLine, ...]) -> None:
        """Show what is attached; nothing is said in words."""
        self._none.setVisible(not lines)
        self._look.setVisible(bool(lines))
        if self._table is not None:
            self._table.show_rows(lines)
            self._table.setVisible(bool(lines))
        order_tabs(self)

    def show_picture(self, picture: Picture | None, name: str, number: int) -> None:
        """Show a page, counted from 1; None takes it away."""
        self._looking.show_picture(picture, name, number)
        self._looking.setVisible(picture is not None)
        order_tabs(self)
        if picture is not None:
            self._looking.take_focus()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: nothing."""
        self._take.setEnabled(not text)
        self._look.setEnabled(not text)
        self._take.setText(text or self._kit.say("Take the file in"))

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._page.show_banners(banners)

    def clear_entry(self) -> None:
        """What was filled in is done."""
        self._entry.clear()

    def _look_at(self) -> None:
        row = self._table.chosen_row() if self._table is not None else None
        if self._presenter is not None:
            self._presenter.look(row if row is not None else 0)


class _LookCard(Card):
    """One page with the way forward and back."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._kit = kit
        self._box = PictureBox(kit)
        self._where = PlainLabel(kit, "").muted()
        say = kit.say
        self._back = IconButton(kit, "chevron-left", say("Page before"))
        self._on = IconButton(kit, "chevron-right", say("Next page"))
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(self._back)
        row.addWidget(self._where, 1)
        row.addWidget(self._on)
        self.body.addWidget(self._box)
        self.body.addLayout(row)

    def bind(self, presenter: AttachmentsPresenter) -> None:
        """Tell who turns pages."""
        self._back.clicked.connect(lambda _=False: presenter.turn(-1))
        self._on.clicked.connect(lambda _=False: presenter.turn(1))
        self._box.turned.connect(presenter.turn)

    def take_focus(self) -> None:
        """Go to the page, so that it is in view and its keys turn it."""
        self._box.setFocus()

    def show_picture(self, picture: Picture | None, name: str, number: int) -> None:
        """Show a page and where it stands."""
        say = self._kit.say
        pages = 0 if picture is None else picture.pages
        where = say("{title}, page {number} of {pages}", title=name, number=number, pages=pages)
        self._box.show_picture(picture, where if picture is not None else "")
        self._where.setText(where if picture is not None else "")
        for button, is_possible in ((self._back, number > 1), (self._on, number < pages)):
            button.setEnabled(is_possible)
            button.setVisible(pages > 1)
        if picture is not None:
            announce(self, where)


class _EntryCard(Card):
    """What is filled in to take a file in."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("Take a file in"), is_column=True)
        self._kit = kit
        self.file = FileLine(kit, say("File, up to 50 MB"))
        self._title = text_line(kit)
        self._place = ChoiceBox(kit, ())
        self._place.setPlaceholderText(say("Choose"))
        self._shows = ChoiceBox(kit, ())
        self._shows.setPlaceholderText(say("Choose"))
        self._photo = Tick(kit, say("A photo: leave out place, time and camera"))
        self.body.addWidget(self.file)
        self._named(say("Title, in neutral words"), self._title)
        self._named(say("Part of the file: who may read it may open this"), self._place)
        self._named(say("What it shows"), self._shows)
        self.body.addWidget(self._photo)

    def show_places(self, places: tuple[Choice, ...]) -> None:
        """Show the parts; where there is only one, it is chosen."""
        self._place.offer(places, places[0].code if len(places) == 1 else "")

    def show_what(self, shows: tuple[Choice, ...]) -> None:
        """Show what a file can be said to show."""
        self._shows.offer(shows)

    def order(self) -> AddInput:
        """What was filled in."""
        return AddInput(
            self.file.path(),
            self._title.text(),
            self._place.code(),
            self._shows.code(),
            self._photo.isChecked(),
        )

    def clear(self) -> None:
        """Forget path and title; the part stays for the next file."""
        self.file.clear()
        self._title.clear()
        self._shows.show_code("")
        self._photo.setChecked(False)

    def _named(self, name: str, part: QWidget) -> None:
        part.setAccessibleName(name)
        if isinstance(part, QLineEdit):
            part.setMaxLength(120)
        self.body.addWidget(PlainLabel(self._kit, name, "label").muted())
        self.body.addWidget(part)
