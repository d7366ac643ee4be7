"""A page: title, one sentence of purpose, banners, content that scrolls, and its actions.

One title and one main button per page; the main button stands at the trailing end. Every list page
has an empty state that says what to do next.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.widgets.banner import Banner
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.scroll import FollowingArea
from nrm_desktop.ui.widgets.tab_order import order_tabs


class Page(QWidget):
    """The frame of every screen.

    Shape: put content into `body`; `fills` means that the content scrolls by itself, like a list.
    """

    def __init__(self, kit: Kit, title: str, purpose: str, *, fills: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._shown: tuple[Banner, ...] = ()
        # What scrolls needs room for the focus ring inside; everything else is moved in as much.
        self._reach = kit.look.px("ring") + kit.look.px("ring_gap")
        box = QVBoxLayout(self)
        pad = kit.look.px("gap5") - self._reach
        box.setContentsMargins(pad, pad, pad, pad)
        box.setSpacing(kit.look.px("gap4"))
        self._title = PlainLabel(kit, role="title")
        self._purpose = PlainLabel(kit).muted()
        self._head, self._foot = QHBoxLayout(), QHBoxLayout()
        self._banners, self.body = QVBoxLayout(), QVBoxLayout()
        self._space_parts()
        box.addLayout(self._head)
        box.addLayout(self._banners)
        self._area: QScrollArea | None = None
        if fills:
            self.body.setContentsMargins(self._reach, 0, self._reach, 0)
            box.addLayout(self.body, 1)
        else:
            self._area = scrolling(kit, self.body)
            box.addWidget(self._area, 1)
        box.addLayout(self._foot)
        self.show_title(title, purpose)

    def _space_parts(self) -> None:
        look, reach = self._kit.look, self._reach
        self._head.setSpacing(look.px("gap3"))
        self._head.setContentsMargins(reach, reach, reach, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._purpose)
        add_words(self._head, words)
        self._banners.setSpacing(look.px("gap2"))
        self._banners.setContentsMargins(reach, 0, reach, 0)
        self.body.setSpacing(look.px("gap4"))
        self._foot.setSpacing(look.px("gap3"))
        self._foot.setContentsMargins(reach, 0, reach, reach)
        self._foot.addStretch(1)

    def show_title(self, title: str, purpose: str = "") -> None:
        """Change title and purpose."""
        self._title.setText(title)
        self._purpose.setText(purpose)
        self._purpose.setVisible(bool(purpose))
        self.setAccessibleName(title)

    def add_head_action(self, button: QWidget) -> None:
        """Put a control beside the title, at the trailing end."""
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def add_action(
        self, text: str, run: Callable[[], object], icon: str = "", *, is_main: bool = False
    ) -> Button:
        """Add a button at the foot; the main one is added last and stands at the trailing end."""
        kind = ButtonKind.MAIN if is_main else ButtonKind.PLAIN
        button = Button(self._kit, text, icon, kind)
        button.clicked.connect(lambda _=False: run())
        self._foot.addWidget(button)
        return button

    def add_note(self, note: QWidget) -> None:
        """Put a short note at the leading end of the foot, where it is seen however far one is."""
        self._foot.insertWidget(0, note)

    def show_from_head(self) -> None:
        """Scroll to where the content begins."""
        if self._area is not None:
            self._area.verticalScrollBar().setValue(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Have Tab follow the reading order of what was put in."""
        super().showEvent(event)
        order_tabs(self)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> tuple[Banner, ...]:
        """Show these banners instead of those that are there."""
        for old in self._shown:
            drop(self._banners, old)
        self._shown = tuple(Banner(self._kit, spec) for spec in banners)
        for banner in self._shown:
            self._banners.addWidget(banner)
        order_tabs(self)
        return self._shown


class EmptyState(QWidget):
    """What a page says when it has nothing to show: what is so, and what to do next."""

    def __init__(self, kit: Kit, icon: str, text: str) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setSpacing(kit.look.px("gap3"))
        sign = PlainLabel(kit)
        sign.setPixmap(kit.icons.pixmap(icon, "mute", "icon_big"))
        words = PlainLabel(kit, text).muted()
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addStretch(1)
        box.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        add_words(row, words)  # which adds the same stretch behind them
        box.addLayout(row)
        box.addStretch(1)


def drop(layout: QLayout, widget: QWidget) -> None:
    """Take a widget out of a layout and have Qt delete it."""
    layout.removeWidget(widget)
    widget.hide()
    widget.deleteLater()


def scrolling(kit: Kit, content: QVBoxLayout) -> QScrollArea:
    """Put content into an area that scrolls up and down only."""
    area = FollowingArea(kit)
    inner = QWidget()
    inner.setAutoFillBackground(False)
    # Room for the focus ring at the edges.
    reach = kit.look.px("ring") + kit.look.px("ring_gap")
    content.setContentsMargins(reach, reach, reach, reach)
    inner.setLayout(content)
    area.setWidget(inner)
    return area
