"""The two cards of a referral that are filled in: the wish above, the file below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from nrm_desktop.domain.disclosure import THE_PERSON, VITAL_INTEREST
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.referral import (
    PACKET,
    PASSWORD,
    PLAIN,
    ReferralChoices,
    SendInput,
    WishInput,
)
from nrm_desktop.ui.presenters.referral_words import INFORMED
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Dot, Tick


class WishCard(Card):
    """To whom and what for. `changed` carries a WishInput."""

    changed = Signal(object)

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("To whom, and what for"), is_column=True)
        self._kit = kit
        self._labels: dict[ChoiceBox, PlainLabel] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(kit.look.px("gap4"))
        self._grid.setVerticalSpacing(kit.look.px("gap1"))
        self.body.addLayout(self._grid)
        self._recipient = self._box(say("Recipient"), 0)
        self._recipient.setPlaceholderText(say("Choose a recipient"))
        self._language = self._box(say("Language of the pages"), 1)
        # A copy for the person has neither, so that these two stand in a line of their own.
        self._purpose = self._box(say("Purpose"), 2)
        self._ground = self._box(say("On which ground"), 3)
        self._paper = self._box(say("Paper"), 4)
        self._reason_label = PlainLabel(kit, say("Why, in a few words"), "label").muted()
        self._reason = text_line(kit)
        self._reason.setAccessibleName(say("Why, in a few words"))
        self._reason.editingFinished.connect(self._tell)
        self._informed = QWidget()
        flow = FlowLayout(kit.look.px("option_gap"), 0)
        self._informed.setLayout(flow)
        self._ticks = {
            INFORMED[0]: Tick(kit, say("The child was told")),
            INFORMED[1]: Tick(kit, say("The guardian was told")),
            INFORMED[2]: Tick(kit, say("There is no guardian yet")),
        }
        for tick in self._ticks.values():
            tick.clicked.connect(self._tell)
            flow.addWidget(tick)
        for part in (self._reason_label, self._reason):
            self.body.addWidget(part)
        self.body.addWidget(self._informed)
        self._informed.hide()
        self._show_reason()

    def show_choices(self, choices: ReferralChoices, chosen: WishInput) -> None:
        """Show what can be chosen."""
        for box, offered, code in (
            (self._recipient, choices.recipients, chosen.recipient),
            (self._purpose, choices.purposes, chosen.purpose),
            (self._ground, choices.grounds, chosen.ground),
            (self._language, choices.languages, chosen.language),
        ):
            box.offer(offered, code)

    def choose(self, wish: WishInput) -> None:
        """Choose recipient, purpose and language, as a person would."""
        self._recipient.show_code(wish.recipient)
        self._purpose.show_code(wish.purpose)
        self._language.show_code(wish.language)
        self._tell()

    def choose_paper(self, layout: str) -> None:
        """Choose one of the papers that are offered, as a person would."""
        self._paper.show_code(layout)
        self._tell()

    def show_papers(self, papers: Sequence[Choice], chosen: str) -> None:
        """Offer the papers that fit; where there is only one, nothing is asked."""
        self._paper.offer(tuple(papers), chosen)
        self._show(self._paper, is_shown=len(papers) > 1)

    def show_informed(self, *, is_asked: bool) -> None:
        """Ask whether child and guardian were told, where that is needed."""
        self._informed.setVisible(is_asked)

    def take_focus(self) -> None:
        """Put the focus on the recipient."""
        self._recipient.setFocus()

    def _box(self, name: str, place: int) -> ChoiceBox:
        box = ChoiceBox(self._kit, ())
        box.setAccessibleName(name)
        box.activated.connect(lambda _: self._tell())
        # A box may be narrower than its longest line: two stand side by side.
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row, column = place // 2 * 2, place % 2
        self._labels[box] = PlainLabel(self._kit, name, "label").muted()
        self._grid.addWidget(self._labels[box], row, column)
        self._grid.addWidget(box, row + 1, column)
        self._grid.setColumnStretch(column, 1)
        return box

    def _tell(self) -> None:
        self._show_reason()
        told = frozenset(who for who, tick in self._ticks.items() if tick.isChecked())
        self.changed.emit(
            WishInput(
                recipient=self._recipient.code(),
                purpose=self._purpose.code(),
                ground=self._ground.code(),
                reason=self._reason.text(),
                informed=told,
                language=self._language.code(),
                layout=self._paper.code(),
            )
        )

    def _show_reason(self) -> None:
        is_own = self._recipient.code() == THE_PERSON
        for box in (self._purpose, self._ground):
            self._show(box, is_shown=not is_own)
        is_needed = self._ground.code() == VITAL_INTEREST and not is_own
        self._reason_label.setVisible(is_needed)
        self._reason.setVisible(is_needed)

    def _show(self, box: ChoiceBox, *, is_shown: bool) -> None:
        box.setVisible(is_shown)
        self._labels[box].setVisible(is_shown)


class SendCard(Card):
    """How it is written: the way, the folder, a password, and a word where it is dangerous."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(kit, say("The file"), is_column=True)
        self._kit = kit
        self._word_of: Callable[[str], tuple[str, str]] = lambda _: ("", "")
        self._ways = {
            PACKET: Dot(kit, say("Locked file that only this office can open")),
            PASSWORD: Dot(kit, say("PDF with a password")),
            PLAIN: Dot(kit, say("PDF that anyone can read")),
        }
        for dot in self._ways.values():
            dot.clicked.connect(self._way_chosen)
            self.body.addWidget(dot)
        self._no_card = PlainLabel(
            kit, say("We have no key of this office: take in its contact card first."), "label"
        ).muted()
        self.body.addWidget(self._no_card)
        self._password = self._line(say("Password for the file"), is_secret=True)
        self._why = PlainLabel(kit, role="label").toned(Tone.WARN)
        self.body.addWidget(self._why)
        self._typed = self._line(say("The word that confirms"))
        self.folder = FolderLine(kit, say("Folder, like that of a stick"))
        self.body.addWidget(self.folder)
        self._way_chosen()

    def bind(self, word_of: Callable[[str], tuple[str, str]]) -> None:
        """Tell who knows which word confirms a way, and why."""
        self._word_of = word_of

    def show_ways(self, *, has_card: bool, is_own: bool = False) -> None:
        """Show which ways there are; one that is missing says what helps. The person has no key."""
        self._ways[PACKET].setEnabled(has_card)
        self._ways[PACKET].setVisible(not is_own)
        self._no_card.setVisible(not has_card and not is_own)
        if not self._way() or not self._ways[self._way()].isEnabled():
            self._ways[PACKET if has_card else PASSWORD].setChecked(True)
        self._way_chosen()

    def order(self) -> SendInput:
        """What was filled in."""
        return SendInput(
            self._way(), self.folder.folder(), self._password.text(), self._typed.text()
        )

    def _line(self, name: str, *, is_secret: bool = False) -> QLineEdit:
        line = text_line(self._kit)
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        if is_secret:
            line.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self.body.addWidget(line)
        return line

    def _way(self) -> str:
        return next((way for way, dot in self._ways.items() if dot.isChecked()), "")

    def _way_chosen(self) -> None:
        way = self._way()
        word, why = self._word_of(way)
        say = self._kit.say
        self._password.setVisible(way == PASSWORD)
        self._typed.setVisible(bool(word))
        self._why.setVisible(bool(word))
        if word:
            self._why.setText(say("{why} Type {word} to go on.", why=why, word=word))
