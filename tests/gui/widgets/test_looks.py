"""Everything drawn in every look: names, nothing cut, targets large, options apart, same picture.

Looks are light, dark, high contrast, right to left, larger text and a pseudo-language.
"""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from tests.gui import walks
from tests.gui.pseudo import PseudoSay
from tests.gui.samples import all_specs, row

from nrm_desktop.domain.values import AnswerState, Source
from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind, Reply
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, StatusPart, Tone
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.look import Scheme
from nrm_desktop.ui.widgets.nav import NavBar, Place
from nrm_desktop.ui.widgets.page import Page
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.status_bar import StatusBar

LOOKS = {
    "light": {},
    "dark": {"scheme": Scheme.DARK},
    "high contrast": {"scheme": Scheme.HIGH_CONTRAST},
    "right to left": {"language": "ar"},
    "150 %": {"scale": 150},
    "175 %": {"scale": 175},
    "pseudo-language": {"say": PseudoSay()},
}
PLACES = (
    Place("today", "sun", "Today", "Ctrl+1"),
    Place("cases", "folder-open", "Cases", "Ctrl+2"),
    Place("referrals", "send", "Referrals", "Ctrl+3"),
)


def gallery(kit) -> QWidget:
    """A window with one of everything."""
    window = QWidget()
    outer = QVBoxLayout(window)
    outer.setContentsMargins(0, 0, 0, 0)
    middle = QHBoxLayout()
    nav = NavBar(kit, PLACES)
    nav.show_open("cases")
    middle.addWidget(nav)
    middle.addWidget(page_of(kit), 1)
    outer.addLayout(middle, 1)
    status = StatusBar(kit)
    status.show_parts(
        (
            StatusPart("safe", "lock", kit.say("Encrypted")),
            StatusPart("net", "unplug", kit.say("Not connected"), Tone.WARN),
        )
    )
    outer.addWidget(status)
    return window


def page_of(kit) -> Page:
    page = Page(kit, "Screening", "One question at a time; everything may be skipped.")
    page.show_banners(
        tuple(BannerSpec("What must not be missed.", tone, "Title", "Help") for tone in Tone)
    )
    pills = QHBoxLayout()
    for shape, tone in zip(Shape, [*Tone, Tone.NEUTRAL], strict=True):
        pills.addWidget(Pill(kit, PillSpec(shape.value, shape, tone)))
    pills.addStretch(1)
    page.body.addLayout(pills)
    card = Card(kit, "Setting", "Who is here, and where.", is_column=True)
    stack = FieldStack(kit, all_specs())
    stack.show_rows("sample.group", (row("a"),))
    for number, field in enumerate(stack.fields()):
        field.show_mark(FieldMark(list(MarkKind)[number % len(MarkKind)], "14:02", "Post C"))
    stack.field("sample.yesno").show_reply(Reply(AnswerState.ANSWERED, True, Source.PERSON))
    stack.field("sample.one").show_reply(Reply(AnswerState.DECLINED))
    stack.field("sample.many").show_reply(Reply(AnswerState.ANSWERED, ("n1", "n2")))
    stack.field("sample.text").show_problem("Longer than the receiving form takes.")
    card.body.addWidget(stack)
    page.body.addWidget(card)
    page.add_action("Back", lambda: None)
    page.add_action("Prepare referral", lambda: None, "send", is_main=True)
    return page


@pytest.fixture(params=list(LOOKS))
def seen(request, make_kit, show):
    kit = make_kit(**LOOKS[request.param])
    window = show(gallery(kit), 1366, 900)
    return kit, window


def test_everything_in_every_look_has_a_name_and_is_whole(seen, assert_named, assert_fits):
    kit, window = seen

    assert_named(window)
    assert_fits(window, kit)
    assert walks.options_too_close(window, kit.look) == []


def test_two_pictures_of_one_state_are_the_same(seen):
    _, window = seen

    assert window.grab().toImage() == window.grab().toImage()


def test_nothing_scrolls_sideways(seen):
    _, window = seen

    assert [
        bar.maximum()
        for bar in window.findChildren(QWidget)
        if type(bar).__name__ == "QScrollBar" and bar.orientation().name == "Horizontal"
        if bar.isVisible()
    ] == []


def test_what_can_be_chosen_looks_different_without_its_colour(make_kit, show):
    kit = make_kit()
    pills = [Pill(kit, PillSpec("same word", shape, Tone.NEUTRAL)) for shape in Shape]
    home = QWidget()
    box = QVBoxLayout(home)
    for pill in pills:
        box.addWidget(pill)
    show(home, 300, 400)

    pictures = [
        pill.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8) for pill in pills
    ]

    assert all(
        one != other for number, one in enumerate(pictures) for other in pictures[number + 1 :]
    )


def test_margins_are_mirrored_from_right_to_left(make_kit, show):
    left = geometry_of(show(gallery(make_kit()), 1366, 900))
    right = geometry_of(show(gallery(make_kit("ar", say=EnglishFromTheRight())), 1366, 900))

    assert right == [(1366 - x - width, width) for x, width in left]


class EnglishFromTheRight:
    """English words in a window that runs from right to left, to compare places alone."""

    language = "ar"

    def __call__(self, source, /, **params):
        return source.format(**params)

    def of(self, _context, source, /, **params):
        return source.format(**params)

    def plural(self, one, many, count, /, **params):
        return (one if count == 1 else many).format(count=count, **params)


def geometry_of(window) -> list:
    page = window.findChild(Page)
    places = []
    for part in [window.findChild(NavBar), page, *page.findChildren(Card)[:1]]:
        corner = part.mapTo(window, part.rect().topLeft())
        places.append((corner.x(), part.width()))
    QApplication.processEvents()
    return places
