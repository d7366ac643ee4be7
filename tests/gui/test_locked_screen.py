"""The locked screen: signs, keys, Caps Lock, countdown, and that nothing on it says anything."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui import walks

from nrm_desktop.ui.presenters.unlock import Entry
from nrm_desktop.ui.views.unlock import UnlockPage
from nrm_desktop.ui.widgets.answer_state import StateButton

SIGNS = ("blue-kite", "red-boat", "green-lamp", "grey-owl", "white-stone", "brown-drum")
LOOKS = {"en": ("en", 100), "ar, 150 %": ("ar", 150)}


class Presenter:
    """Remembers what was asked."""

    def __init__(self) -> None:
        self.chosen: list[str] = []
        self.tried: list[str] = []
        self.instead = 0

    def choose(self, sign: str) -> None:
        self.chosen.append(sign)

    def unlock(self, typed: str) -> None:
        self.tried.append(typed)

    def use_passphrase(self) -> None:
        self.instead += 1


@pytest.fixture
def presenter():
    return Presenter()


@pytest.fixture
def locked(make_kit, show, presenter):
    """A locked screen with some signs; the signs come after it is shown, as in the program."""

    def make(count: int, look: str = "en", **parts) -> UnlockPage:
        kit = make_kit(LOOKS[look][0], scale=LOOKS[look][1])
        page = UnlockPage(kit, **parts)
        page.bind(presenter)
        show(page, 1366, 768)
        page.show_signs(SIGNS[:count], SIGNS[0])
        for _ in range(4):
            QApplication.processEvents()
        return page

    return make


def shown_signs(page) -> list[StateButton]:
    return [button for button in page.findChildren(StateButton) if button.isVisible()]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("count", [2, 4, 6])
def test_every_sign_is_whole_named_and_large_enough(locked, look, count, make_kit):
    page = locked(count, look)
    page.show_problem("The safe did not open. Check the passphrase and the keyboard layout.")
    page.show_wait("Wait 1 min 4 s more.")
    for _ in range(4):
        QApplication.processEvents()

    buttons = shown_signs(page)
    assert len(buttons) == count
    home = buttons[0].parentWidget()
    assert [one.geometry() for one in buttons if not home.rect().contains(one.geometry())] == []
    assert walks.nameless(page) == []
    assert walks.cut_off(page) == []


def test_one_person_alone_sees_no_sign(locked):
    page = locked(1)

    assert shown_signs(page) == []
    assert "Your sign" not in [walks.words_of(one) for one in walks.visible(page)]


@pytest.mark.parametrize("look", LOOKS)
def test_signs_are_chosen_by_their_number_and_by_arrows(locked, presenter, look):
    page = locked(6, look)
    first = shown_signs(page)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_4)
    assert presenter.chosen[-1:] == ["grey-owl"] or page.findChild(QLineEdit).hasFocus()

    first.setFocus()
    ahead = Qt.Key.Key_Left if look.startswith("ar") else Qt.Key.Key_Right
    QTest.keyClick(first, ahead)
    focused = QApplication.focusWidget()
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert presenter.chosen[-1] == "red-boat"


def test_a_shift_code_is_asked_for_by_name_and_the_passphrase_stays_one_key_away(
    locked, presenter, qtbot
):
    page = locked(1)
    page.show_entry(Entry.CODE)
    line = page.findChild(QLineEdit)
    assert walks.name_of(line) == "Shift code, six digits"

    QTest.keyClicks(line, "420917")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert presenter.tried == ["420917"]
    button = next(one for one in walks.focusable(page) if "instead" in walks.name_of(one))
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert presenter.instead == 1

    page.show_entry(Entry.PASSPHRASE)
    assert walks.name_of(line) == "Passphrase"
    assert not button.isVisible()


def test_caps_lock_is_told_without_a_letter_where_the_system_tells(locked, qtbot):
    lit = [True]
    page = locked(1, caps_lock=lambda: lit[0])
    page.show_entry(Entry.PASSPHRASE)
    words = "Caps Lock seems to be on."
    assert words in [walks.words_of(one) for one in walks.visible(page)]

    lit[0] = False
    QTest.keyClicks(page.findChild(QLineEdit), "LAMPS")
    qtbot.waitUntil(lambda: words not in [walks.words_of(one) for one in walks.visible(page)])


def test_caps_lock_is_guessed_from_a_letter_where_the_system_does_not_tell(locked):
    page = locked(1)
    words = "Caps Lock seems to be on."
    QTest.keyClicks(page.findChild(QLineEdit), "a")
    assert words not in [walks.words_of(one) for one in walks.visible(page)]
    QTest.keyClick(page.findChild(QLineEdit), Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier)
    page.findChild(QLineEdit).textEdited.emit("aB")

    assert words in [walks.words_of(one) for one in walks.visible(page)]
