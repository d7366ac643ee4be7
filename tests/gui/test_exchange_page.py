"""The exchange: a place that is known is chosen by keys, and its address is seen whole."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.views.exchange import ExchangePage
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.look import Scheme

STICK = "/media/an-office/stick"
SERVER = "webdavs://cloud.office.example/remote.php/dav/files/team"
PLACES = ((STICK, "last went well 4 May 2026, 10:15"), (SERVER, "has not gone well yet"))


class Runs:
    """The presenter, as far as the page needs it."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def run(self, folder: str) -> None:
        self.runs.append(folder)

    def agree(self, number: int) -> None:
        self.runs.append(f"yes to {number}")


def page_of(kit) -> tuple[ExchangePage, Runs]:
    page, runs = ExchangePage(kit), Runs()
    page.bind(runs, lambda: None)
    page.show_places(PLACES)
    page.show_folder(STICK)
    page.show_silent(("Border Post 2: last heard from 41 days ago.",))
    page.show_banners((BannerSpec("Very many cases.", Tone.BAD, action="The office says yes"),))
    return page, runs


@pytest.mark.parametrize("language", ["en", "uk", "ar", "bg"])
@pytest.mark.parametrize(("width", "height", "scale"), [(760, 560, 100), (760, 560, 150)])
def test_known_places_fit_and_have_names(
    make_kit, show, assert_named, assert_fits, language, width, height, scale
):
    kit = make_kit(language, Scheme.LIGHT, scale)
    page, _ = page_of(kit)

    show(page, width, height)

    assert_named(page)
    assert_fits(page, kit)


def test_a_known_place_is_chosen_by_keys_and_goes_into_the_line(kit, show, qtbot):
    page, runs = page_of(kit)
    show(page)
    chosen = [one for one in page.findChildren(Button) if SERVER in one.accessibleName()]

    qtbot.keyClick(chosen[0], Qt.Key.Key_Space)

    line = page.findChild(QLineEdit)
    assert line.text() == SERVER
    assert line.hasFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert runs.runs == [SERVER]
