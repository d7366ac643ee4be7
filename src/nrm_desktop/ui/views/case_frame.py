"""The frame of a case: its places at the leading edge, the page of one of them beside it.

The list scrolls by itself where the window is low; the place in focus is always in view.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.form_page import SectionLink
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.nav import NavBar, Place
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.scroll import FollowingArea
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs


class CaseFrame(QWidget):
    """A page of a case, or of a register of the organisation, with the list of its places.

    Shape: `place_chosen` carries a place, `section_chosen` the key of a section.
    """

    place_chosen = Signal(str)
    section_chosen = Signal(str)

    def __init__(self, kit: Kit, code: str, place: PlaceId, page: QWidget) -> None:
        super().__init__()
        self._kit = kit
        self._place = place
        self._nav: NavBar | None = None
        self._shown: tuple[SectionLink, ...] = ()
        self._area = FollowingArea(kit)
        self._side = side = _Side(kit)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, kit.look.px("gap4"), 0, 0)
        column.setSpacing(0)
        label = PlainLabel(kit, code, "section").as_code()
        label.setContentsMargins(*_inset(kit))
        column.addWidget(label)
        column.addWidget(self._area, 1)
        self._width = kit.look.px("sidebar") + kit.look.px("input")
        side.setFixedWidth(self._width)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(page, 1)
        self.show_sections((), "")

    def show_side(self, *, are_shown: bool) -> None:
        """Show the list of places beside the page, or the page alone."""
        self._side.setVisible(are_shown)

    def show_sections(self, links: Sequence[SectionLink], opened: str) -> None:
        """Show the places of the case, with the sections of the form that is open."""
        if self._nav is not None and tuple(links) == self._shown:
            self._nav.show_open(opened or self._place)
            return
        self._shown = tuple(links)
        focused = self.focusWidget()
        had_focus = bool(self._nav and focused and self._nav.isAncestorOf(focused))
        self._nav = NavBar(self._kit, self._places(links))
        self._nav.show_open(opened or self._place)
        self._nav.setFixedWidth(self._width)
        self._nav.chosen.connect(self._chosen)
        self._area.setWidget(self._nav)
        order_tabs(self)
        first = first_stop(self._nav) if had_focus else None
        if first is not None:
            first.setFocus()

    def _places(self, links: Sequence[SectionLink]) -> tuple[Place, ...]:
        say = self._kit.say
        sections = [
            Place(link.id, "lock" if link.is_closed else "file-text", link.title) for link in links
        ]
        if self._place is PlaceId.REGISTER:
            back = Place(PlaceId.SHIFT, "arrow-left", say("Shift"), "Ctrl+7")
            return (back, *sections)
        interview = [Place(PlaceId.INTERVIEW, "file-text", say("Interview"))]
        if self._place is PlaceId.FORM:
            interview, sections = [*interview, *sections], []
        return (
            Place(PlaceId.CASES, "arrow-left", say("All cases"), "Ctrl+1"),
            *(sections or interview),
            Place(PlaceId.FORMS, "folder-open", say("Forms")),
            Place(PlaceId.SIGNS, "lightbulb", say("Signs")),
            Place(PlaceId.CARDS, "message-square", say("Show-cards")),
            Place(PlaceId.CONSENT, "heart-handshake", say("Consent")),
            Place(PlaceId.REFERRAL, "send", say("Referral")),
            Place(PlaceId.ATTACHMENTS, "inbox", say("Attachments")),
            Place(PlaceId.CORRECTION, "pencil", say("Corrections")),
            Place(PlaceId.OWN_DATA, "user", say("What the person asks")),
            Place(PlaceId.TWO_PEOPLE, "users", say("Two people")),
            Place(PlaceId.MOVING, "undo-2", say("Wrong file")),
        )

    def _chosen(self, what: str) -> None:
        is_section = any(link.id == what for link in self._shown)
        (self.section_chosen if is_section else self.place_chosen).emit(what)


class _Side(QWidget):
    """The ground behind the list, with the line that parts it from the page."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._look = kit.look

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        look = self._look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("side"))
        width = look.px("border")
        start = 0 if look.is_rtl else self.width() - width
        painter.fillRect(start, 0, width, self.height(), look.colour("line"))
        painter.end()


def _inset(kit: Kit) -> tuple[int, int, int, int]:
    """Margins in line with the words of the places; the same on both sides, so they mirror."""
    side = kit.look.px("gap5")
    return (side, 0, side, 0)
