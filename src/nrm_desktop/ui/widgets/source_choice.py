"""Where an answer comes from, as a quiet choice beside its state (decisions.md 5).

A button that opens a menu: looking at it changes nothing, and digits pass through to the question.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QStyle

from nrm_desktop.domain.values import Source
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.widgets.kit import Kit


def source_word(say: Say, source: Source) -> str:
    """The words for a source on screen."""
    return {
        Source.NOT_STATED: say("Source?"),
        Source.PERSON: say("The person"),
        Source.OBSERVED: say("Observed"),
        Source.DOCUMENT: say("A document"),
        Source.THIRD_PARTY: say("Somebody else"),
    }[source]


class SourceChoice(QPushButton):
    """The sources a question may have. `chosen` carries the source that a person chose."""

    chosen = Signal(object)

    def __init__(self, kit: Kit, sources: tuple[Source, ...]) -> None:
        super().__init__()
        self._kit = kit
        self._offered = (Source.NOT_STATED, *sources)
        self._source = Source.NOT_STATED
        self._question = ""
        self.setAutoDefault(True)  # Enter opens it, as Space does
        self.setFont(kit.look.font("label"))
        self.setMinimumHeight(kit.look.px("input"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.show_source(Source.NOT_STATED)

    def source(self) -> Source:
        """The chosen source."""
        return self._source

    def show_source(self, source: Source) -> None:
        """Show a source without telling anybody."""
        self._source = source
        self.setText(source_word(self._kit.say, source))
        self._tell_name()

    def name_it(self, question: str) -> None:
        """Tell screen readers whose source this is."""
        self._question = question
        self._tell_name()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Words and arrow."""
        look = self._kit.look
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + look.px("icon_small") + 3 * look.px("gap2"), look.px("input"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu with Down, as a list would."""
        if event.key() == Qt.Key.Key_Down:
            self._open()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw words from the leading edge on, and the arrow after them."""
        look, pad, side = self._kit.look, self._kit.look.px("gap2"), self._kit.look.px("icon_small")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("sel"))
            painter.drawRoundedRect(self.rect(), look.px("radius"), look.px("radius"))
        painter.setPen(look.colour("text" if self.underMouse() else "mute"))
        words = self.rect().adjusted(pad, 0, -(side + pad), 0)
        painter.drawText(self._mirrored(words), look.leading, self.text())
        arrow = QRect(self.width() - side - pad, (self.height() - side) // 2, side, side)
        painter.drawPixmap(
            self._mirrored(arrow), self._kit.icons.pixmap("chevron-down", "mute", "icon_small")
        )
        painter.end()

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("sources")
        group = QActionGroup(menu)
        for source in self._offered:
            action = menu.addAction(source_word(self._kit.say, source))
            action.setCheckable(True)
            action.setChecked(source is self._source)
            action.triggered.connect(lambda _=False, one=source: self._choose(one))
            group.addAction(action)
            if source is self._source:
                menu.setActiveAction(action)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _choose(self, source: Source) -> None:
        self.show_source(source)
        self.chosen.emit(source)

    def _tell_name(self) -> None:
        say = self._kit.say
        name = say("Source of: {question}", question=self._question)
        self.setAccessibleName(f"{name} {self.text()}")
