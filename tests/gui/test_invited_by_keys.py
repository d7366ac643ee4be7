"""From an invitation to work at once, by key events alone: real vaults and real files."""

import pytest
from PySide6.QtCore import Qt
from tests.e2e.laptops import copy_of, made_once
from tests.gui.test_first_start_by_keys import (  # noqa: F401 - fixtures are found by their names here
    NEW,
    begin,
    write_the_sheet,
)
from tests.gui.window import CTRL, shown_words

from nrm_desktop.bootstrap.confirming import invitations
from nrm_desktop.bootstrap.inviting import invite


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


def type_invitation(keys, stick, digits):
    keys.tab_to("Folder in which the invitation lies")
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type(str(stick))
    keys.tab_to("The 24 digits that you were told")
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type(digits)
    for name in ("New passphrase", "The same passphrase again"):
        keys.tab_to(name)
        keys.press(Qt.Key.Key_A, CTRL)
        keys.type(NEW)
    keys.press(Qt.Key.Key_Return)


@pytest.mark.promise("P6")
def test_somebody_invited_works_at_once_and_is_told_what_the_office_may_ask(tmp_path, begin, ana):  # noqa: F811 - the fixture of that name
    stick = tmp_path / "stick"
    stick.mkdir()
    made = invite(ana.vault.session, "P-09", "case_manager", str(stick))
    digits = " ".join(made.secret)
    wrong = "1" if digits[0] != "1" else "2"
    program, keys = begin(tmp_path / "new")

    keys.wait_for_words("Nothing is set up here yet")
    keys.tab_to("Join")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("I have an invitation")
    type_invitation(keys, stick, wrong + digits[1:])
    keys.wait_for_words("These digits do not open this invitation.")
    assert not (tmp_path / "new/vault.hdr").exists()

    type_invitation(keys, stick, digits)
    write_the_sheet(program, keys)
    keys.press(Qt.Key.Key_5, CTRL)
    keys.wait_for_words("The office has not confirmed you on this laptop yet. You can work.")
    keys.tab_to("People of this laptop")
    keys.press(Qt.Key.Key_Space)
    keys.wait_for_words("Not yet confirmed by the office")
    keys.wait_for_words("If the office asks, read out:")

    assert "Invite a person" not in shown_words(program.window)
    assert invitations(ana.vault.session)[0].claims == ()
