"""Two lines for a new passphrase: what is wrong in words, and the generator."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from tests.gui import walks

from nrm_desktop.bootstrap.passphrase_rules import VaultPassphraseRules
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.ui.widgets.new_passphrase import NewPassphrase

GOOD = "seven quiet lamps by the river"


@pytest.fixture
def rules(tmp_path):
    return VaultPassphraseRules(build_shell(tmp_path), ("harbourtown",))


@pytest.fixture
def made(kit, show, rules):
    return show(NewPassphrase(kit, rules))


def lines(widget) -> list[QLineEdit]:
    return widget.findChildren(QLineEdit)


def words(widget) -> str:
    return "\n".join(walks.words_of(one) for one in walks.visible(widget))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("short", "Too short: take at least 15 characters"),
        ("a" * 300, "Too long: take at most 256"),
        ("ababababababababab", "again and again"),
        ("passwordpassword harbourtown", "Many people try exactly this."),
        (GOOD, "Type it once more below."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(made, typed, said):
    lines(made)[0].setText(typed)

    assert said in words(made)
    assert made.passphrase() == ""


def test_it_is_handed_out_when_both_lines_agree_and_not_before(made, qtbot):
    told: list[bool] = []
    made.changed.connect(told.append)
    first, again = lines(made)
    QTest.keyClicks(first, GOOD)
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert again.hasFocus()
    QTest.keyClicks(again, GOOD[:-1])
    assert "The two lines differ." in words(made)
    assert told == []

    QTest.keyClicks(again, GOOD[-1])
    assert told == [True]
    assert made.passphrase() == GOOD
    with qtbot.waitSignal(made.entered):
        QTest.keyClick(again, Qt.Key.Key_Return)

    made.clear()
    assert made.passphrase() == ""
    assert told == [True, False]


def test_a_made_one_is_shown_accepted_and_different_each_time(made):
    button = next(one for one in walks.focusable(made) if "five words" in walks.name_of(one))
    found = set()
    for _ in range(3):
        QTest.keyClick(button, Qt.Key.Key_Space)
        first, again = lines(made)
        assert first.echoMode() is QLineEdit.EchoMode.Normal
        assert again.hasFocus()
        found.add(first.text())
        again.setText(first.text())
        assert made.passphrase() == first.text()
    assert len(found) == 3


def test_it_can_be_read_heard_and_reached(made, assert_named, assert_fits, kit):
    lines(made)[0].setText("short")
    assert_named(made)
    assert_fits(made, kit)
