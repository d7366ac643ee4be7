"""The focus ring: outside the control, with a gap, seen on every ground, and nothing moves."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from tests.gui.samples import spec_of

from nrm_desktop.domain.values import FieldType
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.look import Scheme
from nrm_desktop.ui.widgets.page import Page


@pytest.fixture
def two_buttons(make_kit, show):
    def build(scheme):
        kit = make_kit(scheme=scheme)
        home = QWidget()
        box = QVBoxLayout(home)
        pad = kit.look.px("gap4")
        box.setContentsMargins(pad, pad, pad, pad)
        box.setSpacing(pad)
        main = Button(kit, "Prepare referral", "send", ButtonKind.MAIN)
        other = Button(kit, "Back")
        box.addWidget(main)
        box.addWidget(other)
        show(home, 300, 200)
        return kit, home, main, other

    return build


@pytest.mark.parametrize("scheme", list(Scheme))
def test_the_ring_is_seen_around_a_main_button_in_every_scheme(two_buttons, scheme):
    kit, home, main, other = two_buttons(scheme)
    other.setFocus()
    before, place = home.grab().toImage(), main.geometry()

    main.setFocus()
    QApplication.processEvents()
    after = home.grab().toImage()

    beside = QPoint(place.left() - 3, place.center().y())
    gap = QPoint(place.left() - 1, place.center().y())
    assert after.pixelColor(beside).name() == kit.look.colour("acc").name()
    assert after.pixelColor(gap).name() == before.pixelColor(gap).name()
    assert before.pixelColor(beside).name() != kit.look.colour("acc").name()
    assert main.geometry() == place


def test_the_ring_leaves_with_the_focus(two_buttons):
    _, home, main, other = two_buttons(Scheme.LIGHT)
    main.setFocus()
    other.setFocus()

    rings = [child for child in home.findChildren(QWidget) if type(child).__name__ == "_Ring"]

    assert [ring.isVisible() for ring in rings] in ([True], [False, True])


def test_the_ring_follows_a_control_that_moves(two_buttons):
    _, home, main, _ = two_buttons(Scheme.LIGHT)
    main.setFocus()

    main.move(main.x() + 20, main.y())

    ring = next(child for child in home.findChildren(QWidget) if type(child).__name__ == "_Ring")
    assert ring.geometry() == main.geometry().adjusted(-4, -4, 4, 4)


def test_a_new_look_leaves_no_ring_of_the_old_one(make_kit, show):
    make_kit(scale=175)
    make_kit()
    kit = make_kit()
    button = show(Button(kit, "Only one"))
    home = QWidget()
    button.setParent(home)
    show(home)
    button.show()
    button.setFocus()

    rings = [child for child in home.findChildren(QWidget) if type(child).__name__ == "_Ring"]

    assert len(rings) == 1


def test_there_is_room_for_the_ring_around_every_control_of_a_page(kit, show):
    page = Page(kit, "Screening", "One question at a time.")
    page.show_banners((BannerSpec("The disk is full.", action="Try again"),))
    page.body.addWidget(FieldStack(kit, tuple(spec_of(kind) for kind in FieldType)))
    page.add_action("Back", lambda: None)
    page.add_action("Next", lambda: None, is_main=True)
    show(page, 760, 900)
    cut = []

    for control in page.findChildren(QWidget):
        if control.isVisible() and control.focusPolicy().value and control.focusProxy() is None:
            control.setFocus()
            QApplication.processEvents()
            cut += [] if ring_is_whole(page) else [type(control).__name__]

    assert cut == []


def ring_is_whole(page) -> bool:
    rings = [one for one in page.findChildren(QWidget) if type(one).__name__ == "_Ring"]
    ring = next((one for one in rings if one.isVisible()), None)
    if ring is None:
        return QApplication.focusWidget() is None
    ground = ring.parentWidget()
    return QRect(QPoint(0, 0), ground.size()).contains(ring.geometry())
